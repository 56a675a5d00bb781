#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""micro_digests.py MODEL.tflite SEED...: the digests of what TensorFlow Lite Micro's reference kernels compute of tinyml.model's
seeded inputs, a line each. Needs tflite-micro, pyyaml, bitarray and numpy of PyPI; shares no code with Assay."""
import sys
import zlib

import numpy
from tflite_micro.python.tflite_micro import runtime

MASK = (1 << 64) - 1


def fnv1a64(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def below(key, index, bound):
    """splitmix64, as section 7 of the protocol says."""
    x = (key + (index + 1) * 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return (((x ^ (x >> 31)) >> 32) * bound) >> 32


interpreter = runtime.Interpreter.from_file(sys.argv[1])
shape = tuple(interpreter.get_input_details(0)["shape"])
for seed in map(int, sys.argv[2:]):
    key = seed ^ fnv1a64("model.in")
    values = [below(key, i, 256) - 128 for i in range(int(numpy.prod(shape)))]
    interpreter.set_input(numpy.array(values, numpy.int8).reshape(shape), 0)
    interpreter.invoke()
    output = interpreter.get_output(0)
    print(f"crc32:{zlib.crc32(f'i8[{output.size}]'.encode() + output.tobytes()):08x}")
