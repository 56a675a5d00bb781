#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""TensorFlow Lite files: the published MLPerf Tiny networks compute what TensorFlow Lite Micro's reference kernels do, on this host and
compiled for boards; files that are no such are refused."""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import unittest
import zlib

from support import ASSAY, ROOT, CliTest, main

WORKER = pathlib.Path(ASSAY).parents[1] / "libexec/assay/assay-worker-native"
SMALL = pathlib.Path(ROOT) / "tests/fuzz/corpus/model/small.tflite"
DATA = next((path for path in (pathlib.Path(ROOT).parent / "shared/data/mlperf_tiny", pathlib.Path("/work/shared/data/mlperf_tiny"))
             if path.is_dir()), None)
MICRO = os.environ.get("ASSAY_TEST_MICRO")
TREE = pathlib.Path(ASSAY).parents[1]
# What files can be compiled for here, and run: implementations by board.
LINKS = {}
for link in sorted((TREE / "share/assay/boards/models").glob("*.toml")):
    told = {key: value.strip('"') for key, value in (line.split(" = ", 1) for line in link.read_text().splitlines() if " = " in line)}
    if "emulator" in told and link.with_suffix(".o").exists() and shutil.which(told["compiler"]) \
            and shutil.which(told["emulator"].split('"')[1]):
        LINKS.setdefault(told["board"], []).append(link.stem)
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

    @unittest.skipUnless(DATA and MICRO, "ci/test --full brings tflite-micro (ASSAY_TEST_MICRO names its python)")
    def test_tensorflow_lite_micro_itself_says_so(self):
        for name, expected in PUBLISHED.items():
            with self.subTest(model=name):
                ended = subprocess.run([MICRO, ROOT / "tests/support/micro_digests.py", DATA / name, *map(str, range(1, 21))],
                                       capture_output=True, text=True, timeout=600, check=True)
                self.assertEqual(zlib.crc32(ended.stdout.encode()), expected)
                self.assertEqual(ended.stdout.split(), self.digests(DATA / name, "reference", range(1, 21)))

    @unittest.skipIf(os.environ.get("ASSAY_TEST_SANITIZE"), "a build with a sanitizer has no counts of QEMU")
    @unittest.skipUnless(LINKS, "no cross compiler or no emulator is installed")
    def test_a_file_compiled_for_boards_is_exact_there_and_another_file_is_not_taken_for_it(self):
        self.compiled(SMALL, "mps2-an505" if "mps2-an505" in LINKS else sorted(LINKS)[0])
        image, = {name for name in self.work.glob("*.elf") if "scalar" in name.stem}
        other = self.work / "other.tflite"
        other.write_bytes(SMALL.read_bytes() + bytes(4))  # the same network, and no byte of it read as another one's
        ended = self.assay("run", "tinyml.model/scalar", "--input", f"tinyml={other}", "--worker", image.with_suffix(".toml"),
                           "--device", "qemu:*", "--quiet", code=None)
        self.assertNotEqual(ended.code, 0)
        self.assertIn("this image has not that model", ended.out + ended.err)

    @unittest.skipIf(os.environ.get("ASSAY_TEST_SANITIZE"), "a build with a sanitizer has no counts of QEMU")
    @unittest.skipUnless(LINKS and DATA, "no cross compiler, no emulator or no ../shared/data/mlperf_tiny")
    def test_published_networks_compute_on_boards_what_they_do_on_this_host(self):
        """Each network on two boards, each board once at least."""
        models, boards = sorted(PUBLISHED), [board for board in sorted(LINKS) if board not in ("microbit", "sifive_e")]
        for i in range(max(len(models), len(boards))):
            with self.subTest(board=boards[i % len(boards)], model=models[i % len(models)]):
                for metrics in self.compiled(DATA / models[i % len(models)], boards[i % len(boards)], seed=1 + i):
                    self.assertLess(metrics["qemu.instructions_per_mac"], 10)
                    self.assertGreater(metrics["size.flash"], metrics["size.code"])

    def compiled(self, model, board, seed=1):
        """Compiles it and measures each implementation of the board with that seed's input: their metrics."""
        made = self.assay("model", "compile", model, "--board", board, "--json").json()["images"]
        self.assertEqual({f"{model.stem}.{name}.elf" for name in LINKS[board]}, {row["image"] for row in made})
        workers = [word for row in made for word in ("--worker", row["worker"])]
        self.assay("run", "tinyml.model", "--input", f"tinyml={model}", "--device", f"qemu:{board}", *workers,
                   "--seed", str(seed), "--quiet", timeout=120,
                   env={"ASSAY_CACHE": str(self.folder / ("long" * 40) / ("path" * 40) / "cache")})  # longer than a board's line
        results = self.results()
        self.assertEqual(sorted((r["implementation"], r["device"], r["status"], r["verified"]) for r in results.values()),
                         sorted((name.removeprefix(board + "-"), f"qemu:{board}", "ok", True) for name in LINKS[board]))
        return [{m["id"]: m["value"] for m in result["metrics"]} for result in results.values()]

    @unittest.skipUnless(LINKS, "no cross compiler or no emulator is installed")
    def test_what_cannot_be_compiled_says_why_and_leaves_nothing(self):
        board = sorted(LINKS)[0]
        small = SMALL.read_bytes()
        for name, data, said in (("cut", small[:1500], "outside of the file"), ("text", b"x" * 200, "is no TensorFlow Lite file"),
                                 ("empty", b"", "is no TensorFlow Lite file")):
            with self.subTest(name=name):
                file = self.work / f"{name}.tflite"
                file.write_bytes(data)
                ended = self.assay("model", "compile", file, "--board", board, code=2)
                self.assertIn(said, ended.err)
                self.assertIn(str(file), ended.err)
        self.assertIn("nosuch.tflite", self.assay("model", "compile", "nosuch.tflite", "--board", board, code=2).err)
        self.assertIn(f"known: {board}", self.assay("model", "compile", SMALL, "--board", "nosuch", code=3).err)
        self.assertRegex(self.assay("model", "compile", SMALL, "--board", board, code=3, env={"PATH": str(self.work)}).err,
                         "apt-get install gcc-")
        self.assertEqual(list(self.work.glob("*.elf*")) + list(self.work.glob("*.toml")), [])

    @unittest.skipIf(os.environ.get("ASSAY_TEST_SANITIZE"), "a build with a sanitizer has no counts of QEMU")
    @unittest.skipUnless("microbit" in LINKS and DATA, "no image of the microbit or no ../shared/data/mlperf_tiny")
    def test_what_does_not_fit_a_board_says_how_many_bytes_are_missing(self):
        ended = self.assay("model", "compile", DATA / "ad01_int8.tflite", "--board", "microbit", code=3)
        self.assertRegex(ended.err, r"does not fit microbit .*: \d+ bytes of FLASH are missing")
        kws = DATA / "kws_ds_cnn_int8.tflite"
        made = self.assay("model", "compile", kws, "--board", "microbit", "--json").json()["images"]
        ended = self.assay("run", "tinyml.model", "--input", f"tinyml={kws}", "--device", "qemu:microbit",
                           "--worker", made[0]["worker"], code=3)
        self.assertRegex(ended.out + ended.err, r"tinyml\.model needs 165\d+ bytes .* bytes are missing")


if __name__ == "__main__":
    main()
