#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""TensorFlow Lite files: the published MLPerf Tiny networks compute what TensorFlow Lite Micro's reference kernels do, and files
that are no such are refused."""
import json
import pathlib
import struct
import subprocess
import unittest
import zlib

from support import ASSAY, ROOT, CliTest, main

WORKER = pathlib.Path(ASSAY).parents[1] / "libexec/assay/assay-worker-native"
SMALL = pathlib.Path(ROOT) / "tests/fuzz/corpus/model/small.tflite"
DATA = next((path for path in (pathlib.Path(ROOT).parent / "shared/data/mlperf_tiny", pathlib.Path("/work/shared/data/mlperf_tiny"))
             if path.is_dir()), None)
# CRC-32 of the digests of the outputs for seeds 1 to 20, a line each, as tflite-micro's reference kernels compute them (2026-10-23).
# Those of LiteRT 2.3 (BUILTIN_REF) are the same but for ad01, whose fully connected layers it rounds once.
PUBLISHED = {"ad01_int8.tflite": 0x008f221c, "ic_resnet8_int8.tflite": 0x3012d296, "kws_ds_cnn_int8.tflite": 0x9fd11417,
             "vww_mobilenet_int8.tflite": 0x7ddd1ffa}


def npy(path, data):
    """The model as a worker is given it: a .npy file of bytes."""
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({len(data)},), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("latin1") + data)


class Models(CliTest):
    def setUp(self):
        super().setUp()
        tried = self.assay("run", "tinyml.model/scalar", "--input", f"tinyml={SMALL}", "--launches", "1", "--quiet", code=None)
        if "reads no TensorFlow Lite files" in tried.out + tried.err:
            self.skipTest("this build has no flatbuffers")

    def digests(self, model, implementation, seeds):
        """Of what the native worker computes of each seeded input."""
        file = self.folder / "model.npy"
        npy(file, model.read_bytes())
        case = {"case": f"tinyml.model/{implementation}?input=0123456789ab&threads=1@cpu", "params": {"threads": 1}, "cpus": [0],
                "inputs": {"model": str(file)}}
        lines = [{"id": 0, "op": "hello", "protocol": [1, 1]}]
        for seed in seeds:
            lines += [{"id": seed, "op": "prepare", "seed": str(seed), **case}, {"id": seed, "op": "verify"}]
        lines.append({"id": 0, "op": "bye"})
        ended = subprocess.run([WORKER], input="".join(json.dumps(line) + "\n" for line in lines), capture_output=True, text=True,
                               timeout=300, check=True)
        answers = [json.loads(line) for line in ended.stdout.splitlines()]
        return [answer["outputs"][0]["digest"] for answer in answers if "outputs" in answer]

    def test_a_file_is_measured_and_verified(self):
        (case, result), = self.results().items()
        self.assertRegex(case, r"^tinyml\.model/scalar\?input=[0-9a-f]{12}")
        self.assertEqual((result["status"], result["verified"]), ("ok", True))

    def test_a_file_that_is_no_model_is_refused_with_what_is_wrong(self):
        whole = SMALL.read_bytes()
        for name, data, said in (("cut", whole[:1500], "outside of the file"), ("text", b"x" * 200, "is no TensorFlow Lite file")):
            with self.subTest(name=name):
                file = self.work / f"{name}.tflite"
                file.write_bytes(data)
                ended = self.assay("run", "tinyml.model/scalar", "--input", f"tinyml={file}", "--launches", "1", code=None)
                self.assertIn(said, ended.out + ended.err)
                self.assertIn(str(file), ended.out + ended.err)
                self.assertNotIn(".npy", ended.out + ended.err)  # of our cache: nobody knows it
                self.assertNotEqual(ended.code, 0)
                self.assertNotIn("signal", ended.out + ended.err)

    @unittest.skipUnless(DATA, "there is no ../shared/data/mlperf_tiny")
    def test_published_networks_compute_what_tensorflow_lite_micro_does(self):
        for name, expected in PUBLISHED.items():
            with self.subTest(model=name):
                digests = self.digests(DATA / name, "scalar", range(1, 21))
                self.assertEqual(zlib.crc32("".join(digest + "\n" for digest in digests).encode()), expected)


if __name__ == "__main__":
    main()
