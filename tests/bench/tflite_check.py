#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the C11 kernels of workloads/tinyml on real networks and compares them bit for bit with others' kernels.

    tests/bench/tflite_check.py [--inputs 20] [MODEL.tflite ...]

Every operation against LiteRT's reference kernels (BUILTIN_REF), each fed with LiteRT's own input tensor; and the whole
network, our kernels one after another, against TensorFlow Lite Micro's. LiteRT 2.3 rounds once in fully connected
layers, where TFLite Micro, its published reference code and we round twice: there, and only there, a difference of one
step is counted as that and not as a fault; TFLite Micro's result decides.

Needs Python packages (a virtual environment: pip install ai-edge-litert numpy tflite, and for the second comparison
tflite-micro pyyaml bitarray), a C compiler, and int8 models; without arguments those of ../shared/data/mlperf_tiny.
What is missing is said, counted as skipped, and is exit code 77, the skip code of test drivers, when nothing was
compared; 0: everything compared was equal; 1: a difference.
"""
import argparse
import ctypes
import math
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
KERNELS = ROOT / "workloads" / "tinyml" / "kernels"


def skip(reason):
    print(f"tflite_check: 1 skipped: {reason}")
    sys.exit(77)


try:
    import numpy as np
    import tflite
    from ai_edge_litert.interpreter import Interpreter, OpResolverType
except ImportError as error:
    skip(f"{error} (pip install ai-edge-litert numpy tflite, in a virtual environment)")
try:
    from tflite_micro.python.tflite_micro import runtime as micro
except ImportError as error:
    micro = None
    MICRO_MISSING = str(error)


class Layer(ctypes.Structure):
    """assay_layer_int8 of workloads/tinyml/kernels/int8.h."""
    _fields_ = [(name, ctypes.c_int32) for name in (
        "in_height in_width in_channels out_height out_width out_channels kernel_height kernel_width stride "
        "pad_top pad_left in_zero out_zero low high").split()] + [
        (name, ctypes.c_void_p) for name in ("weights", "bias", "multiplier", "shift")]


def build_kernels(folder):
    library = pathlib.Path(folder) / "kernels.so"
    sources = sorted(str(path) for path in [*KERNELS.glob("*_int8.c"), KERNELS / "layers_plain.c"])
    subprocess.run(["cc", "-std=c11", "-O2", "-shared", "-fPIC", f"-I{ROOT}", "-o", str(library), *sources], check=True)
    return ctypes.CDLL(str(library))


def quantise(real):
    """real = multiplier / 2^31 * 2^shift, as TFLite's converter of scales does it."""
    if real == 0:
        return 0, 0
    fraction, shift = math.frexp(real)
    multiplier = math.floor(fraction * (1 << 31) + 0.5)
    if multiplier == 1 << 31:
        multiplier //= 2
        shift += 1
    return (multiplier, shift) if shift >= -31 else (0, 0)


class Network:
    def __init__(self, path, kernels):
        self.kernels = kernels
        data = path.read_bytes()
        self.graph = tflite.Model.GetRootAsModel(data, 0).Subgraphs(0)
        self.codes = tflite.Model.GetRootAsModel(data, 0)
        self.interpreter = Interpreter(str(path), experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
                                       experimental_preserve_all_tensors=True)
        self.interpreter.allocate_tensors()
        self.micro = micro.Interpreter.from_file(str(path)) if micro else None
        self.details = {d["index"]: d for d in self.interpreter.get_tensor_details()}
        self.keep = []

    def scale(self, index):
        return [float(s) for s in self.details[index]["quantization_parameters"]["scales"]]

    def zero(self, index):
        return int(self.details[index]["quantization_parameters"]["zero_points"][0])

    def array(self, index):
        return np.ascontiguousarray(self.interpreter.get_tensor(index))

    def code(self, op):
        code = self.codes.OperatorCodes(op.OpcodeIndex())
        return max(code.BuiltinCode(), code.DeprecatedBuiltinCode())

    def options(self, op, kind):
        result = kind()
        result.Init(op.BuiltinOptions().Bytes, op.BuiltinOptions().Pos)
        return result

    def layer(self, source, weights, bias, target, channels, activation):
        """The parts that all layers with weights share."""
        layer = Layer()
        layer.in_zero, layer.out_zero = self.zero(source), self.zero(target)
        scales = self.scale(weights)
        scales = scales if len(scales) == channels else scales * channels
        pairs = [quantise(self.scale(source)[0] * s / self.scale(target)[0]) for s in scales]
        layer.low, layer.high = -128, 127
        if activation in (tflite.ActivationFunctionType.RELU, tflite.ActivationFunctionType.RELU6):
            layer.low = max(-128, layer.out_zero)
        if activation == tflite.ActivationFunctionType.RELU6:
            layer.high = min(127, layer.out_zero + round(6 / self.scale(target)[0]))
        arrays = {"weights": self.array(weights),
                  "bias": self.array(bias) if bias >= 0 else np.zeros(channels, np.int32),
                  "multiplier": np.array([p[0] for p in pairs], np.int32),
                  "shift": np.array([p[1] for p in pairs], np.int32)}
        for name, array in arrays.items():
            self.keep.append(array)
            setattr(layer, name, array.ctypes.data)
        layer.out_channels = channels
        return layer

    def compute(self, op, values):
        """Our result of `op`, or None where we have no such kernel."""
        code = self.code(op)
        source, target = op.Inputs(0), op.Outputs(0)
        x = values[source]
        shape = self.details[target]["shape"]
        out = np.empty(shape, np.int8)
        pointer = ctypes.c_void_p(x.ctypes.data)
        result = ctypes.c_void_p(out.ctypes.data)
        if code == tflite.BuiltinOperator.RESHAPE:
            return x.reshape(shape)
        if code in (tflite.BuiltinOperator.CONV_2D, tflite.BuiltinOperator.DEPTHWISE_CONV_2D):
            depthwise = code == tflite.BuiltinOperator.DEPTHWISE_CONV_2D
            o = self.options(op, tflite.DepthwiseConv2DOptions if depthwise else tflite.Conv2DOptions)
            if o.StrideH() != o.StrideW() or o.DilationHFactor() != 1 or (depthwise and x.shape[3] != shape[3]):
                return None
            layer = self.layer(source, op.Inputs(1), op.Inputs(2), target, int(shape[3]), o.FusedActivationFunction())
            layer.stride = o.StrideH()
            _, layer.in_height, layer.in_width, layer.in_channels = map(int, x.shape)
            _, layer.out_height, layer.out_width, _ = map(int, shape)
            _, layer.kernel_height, layer.kernel_width, _ = map(int, self.details[op.Inputs(1)]["shape"])
            if o.Padding() == tflite.Padding.SAME:
                same = self.kernels.assay_same_pad
                layer.pad_top = same(layer.in_height, layer.kernel_height, layer.stride)
                layer.pad_left = same(layer.in_width, layer.kernel_width, layer.stride)
            kernel = self.kernels.assay_depthwise_int8 if depthwise else self.kernels.assay_conv2d_int8
            kernel(ctypes.byref(layer), pointer, result)
        elif code == tflite.BuiltinOperator.FULLY_CONNECTED:
            o = self.options(op, tflite.FullyConnectedOptions)
            layer = self.layer(source, op.Inputs(1), op.Inputs(2), target, int(shape[-1]),
                               o.FusedActivationFunction())
            layer.in_channels = int(x.size)
            self.kernels.assay_fully_connected_int8(ctypes.byref(layer), pointer, result)
        elif code == tflite.BuiltinOperator.AVERAGE_POOL_2D:
            o = self.options(op, tflite.Pool2DOptions)
            if (int(shape[1]), int(shape[2])) != (1, 1):
                return None
            self.kernels.assay_avgpool_int8(pointer, int(x.shape[2]), int(x.shape[3]), o.FilterHeight(),
                                            o.FilterWidth(), result)
        elif code == tflite.BuiltinOperator.SOFTMAX:
            o = self.options(op, tflite.SoftmaxOptions)
            multiplier, left = quantise(min(o.Beta() * self.scale(source)[0] * (1 << 26), (1 << 31) - 1.0))
            least = -math.floor(31.0 * (1 << 26) / (1 << left))
            self.kernels.assay_softmax_int8(pointer, int(x.size), multiplier, left, least, result)
        else:
            return None
        return out

    def compare(self, x, total):
        """Runs all on one input; adds to total[name] = [compared, different, one step, not ours]."""
        first = self.interpreter.get_input_details()[0]["index"]
        self.interpreter.set_tensor(first, x)
        self.interpreter.invoke()
        chain = {first: x}
        for i in range(self.graph.OperatorsLength()):
            op = self.graph.Operators(i)
            name = next(k for k, v in vars(tflite.BuiltinOperator).items() if v == self.code(op))
            row = total.setdefault(name, [0, 0, 0, 0])
            target = op.Outputs(0)
            theirs = self.array(target)
            self.keep.clear()
            ours = self.compute(op, {op.Inputs(0): self.array(op.Inputs(0))})
            if ours is None:
                row[3] += theirs.size
                continue
            if op.Inputs(0) in chain:
                chain[target] = self.compute(op, chain)
            step = np.abs(ours.astype(int) - theirs.astype(int))
            excused = (step == 1) & (name == "FULLY_CONNECTED")
            row[0] += theirs.size
            row[1] += int(np.count_nonzero((step > 0) & ~excused))
            row[2] += int(np.count_nonzero(excused))
        last = self.interpreter.get_output_details()[0]["index"]
        if self.micro is not None and last in chain:
            self.micro.set_input(x, 0)
            self.micro.invoke()
            theirs = self.micro.get_output(0)
            row = total.setdefault("whole network, TFLite Micro", [0, 0, 0, 0])
            row[0] += theirs.size
            row[1] += int(np.count_nonzero(theirs != chain[last]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--inputs", type=int, default=20, help="random inputs for each model")
    arguments = parser.parse_args()
    models = arguments.models or sorted((ROOT.parent / "shared" / "data" / "mlperf_tiny").glob("*.tflite")) or sorted(
        pathlib.Path("/work/shared/data/mlperf_tiny").glob("*.tflite"))
    if not models:
        skip("there is no ../shared/data/mlperf_tiny; give the models as arguments")
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        kernels = build_kernels(folder)
        for path in models:
            network = Network(path, kernels)
            shape = network.interpreter.get_input_details()[0]["shape"]
            random = np.random.default_rng(1)
            total = {}
            for _ in range(arguments.inputs):
                network.compare(random.integers(-128, 128, shape, np.int8), total)
            print(f"{path.name}: {arguments.inputs} inputs")
            for name, (compared, different, steps, foreign) in total.items():
                note = f", {steps} one step apart: LiteRT rounds once" if steps else ""
                note += f", {foreign} not compared (no kernel of ours)" if foreign else ""
                print(f"  {name:27} {compared:9} values compared, {different} different{note}")
                bad += different
    if micro is None:
        print(f"tflite_check: 1 skipped: comparison with TFLite Micro: {MICRO_MISSING}")
    sys.exit(1 if bad else 0)


main()
