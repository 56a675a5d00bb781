#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The agent: as a worker of this host, over a pipe with lines that are odd, and in the images of emulated boards."""
import json
import pathlib
import shutil
import subprocess
import unittest

from support import ASSAY, CliTest, main

ROOT = pathlib.Path(ASSAY).parents[1]
SOURCE = pathlib.Path(__file__).resolve().parents[2]
AGENT = ROOT / "libexec/assay/assay-agent-native"
PLUGIN = ROOT / "libexec/assay/assay-qemu-plugin.so"
CLASSES = ("branch", "memory", "simd", "float", "multiply", "other")
EMULATORS = {"rv32-virt": "qemu-system-riscv32", "sifive_e": "qemu-system-riscv32", "rv64-virt": "qemu-system-riscv64"}
# What is built here, and can be started.
IMAGES = [tuple(image.stem.rsplit("-", 1)) for image in sorted((ROOT / "share/assay/boards").glob("*.elf"))
          if not image.stem.endswith("-llm") and PLUGIN.exists()
          and shutil.which(EMULATORS.get(image.stem.rsplit("-", 1)[0], "qemu-system-arm"))]
LINUX = [name for name in ("aarch64", "riscv64") if PLUGIN.exists() and (ROOT / f"share/assay/boards/linux/{name}-scalar").exists()
         and shutil.which(f"qemu-{name}")]
SMALL = ("microbit", "sifive_e")  # with 16 KiB of RAM
BOARDS = sorted({board for board, _ in IMAGES})
CASES = ("tinyml.conv2d_int8/scalar?preset=xs", "tinyml.kws/scalar?preset=xs")
# Sizes of which four or eight outputs, four, sixteen or 64 inputs, and whole windows leave rests; the third last has so many outputs, of short
# sums, that some lie on ties of the rounding.
ODD = ("tinyml.conv2d_int8/*?height=7&width=5&in_channels=5&out_channels=6&kernel=3&stride=2",
       "tinyml.conv2d_int8/*?height=3&width=9&in_channels=21&out_channels=5&kernel=4",
       "tinyml.depthwise_int8/*?height=5&width=4&channels=7&kernel=3&stride=2",
       "tinyml.depthwise_int8/*?height=6&width=5&channels=20&kernel=3&stride=1|2",
       "tinyml.depthwise_int8/*?height=2&width=1&channels=8&kernel=3",
       "tinyml.fully_connected_int8/*?in_channels=37&out_channels=10",
       "tinyml.conv2d_int8/*?height=32&width=32&in_channels=4&out_channels=16&kernel=1",
       "tinyml.conv2d_int8/*?height=3&width=2&in_channels=2|5|7|21&out_channels=8&kernel=3",
       "tinyml.conv2d_int8/*?height=3&width=2&in_channels=16|32|64|80&out_channels=72&kernel=1")


def talk(command, *lines):
    """What the worker answers to these lines, each as JSON; its exit status must be 0."""
    ended = subprocess.run(command, input="".join(line + "\n" for line in lines), capture_output=True, text=True, timeout=300,
                           check=True)
    answers = ended.stdout.splitlines()
    assert all(len(answer) < 512 for answer in answers), answers
    return [json.loads(answer) for answer in answers]


def asked(op, **more):
    return json.dumps({"id": 1, "op": op, **more})


class Native(CliTest):
    def test_the_agent_is_a_worker_whose_results_are_the_hosts(self):
        self.assay("run", *CASES, "--worker", "assay-agent-native", "--device", "cpu", "--quiet")
        results = self.results()
        self.assertEqual({(r["implementation"], r["status"], r["verified"]) for r in results.values()}, {("scalar", "ok", True)})
        self.assertEqual(len(results), 2)

    def test_lines_that_are_no_requests_are_answered_and_the_next_one_is_read(self):
        for line, code, said in (("x" * 600, "protocol", 0), ("{]", "protocol", 0), ('{"id":1}', "protocol", 0),
                                 ('{"id":"1","op":"bye"}', "protocol", 0), (asked("fly"), "unsupported", 1),
                                 (asked("verify"), "protocol", 1), (asked("hello", protocol=[2, 3]), "protocol", 1),
                                 (asked("prepare", case="tinyml.none/scalar@cpu", seed="1"), "unavailable", 1),
                                 (asked("prepare", case=CASES[0].split("?")[0] + "@cpu", seed="1", params={"height": 0}), "usage", 1),
                                 (asked("prepare", case=CASES[0].split("?")[0] + "@cpu", seed="1", params={"threads": 2}),
                                  "unsupported", 1),
                                 (asked("prepare", case="llm.gemv/scalar@cpu", seed="1", params={"dtype": "q4_0"}), "usage", 1),
                                 (asked("prepare", case="llm.gemv/scalar@cpu", seed="1", params={"cols": 33}), "usage", 1)):
            with self.subTest(line=line[:40]):
                error, bye = talk([AGENT], line, '{"id":9,"op":"bye"}')
                self.assertEqual((error["id"], error["error"]["code"], bye), (said, code, {"id": 9}))

    def test_a_line_of_512_bytes_is_read_and_one_of_513_is_not(self):
        line = asked("fly", pad="")
        for length, known in ((512, True), (513, False)):
            padded = line.replace('""', '"' + "x" * (length - 1 - len(line)) + '"')
            error, = talk([AGENT], padded)
            self.assertEqual((len(padded) + 1, error["error"]["code"] == "unsupported"), (length, known))


@unittest.skipUnless(LINUX, "no cross compiler for Linux or no qemu-user is installed")
class Linux(CliTest):
    """The agent as a program of Linux on another architecture, under qemu-user."""

    def test_programs_of_other_architectures_are_right_and_counted_to_the_digit(self):
        counts = []
        for _ in range(2):
            self.assay("run", *(f"{case}@qemu:{name}" for case in CASES for name in LINUX), "--quiet")
            results = self.results()
            self.assertEqual(sorted((r["device"], r["status"], r["verified"]) for r in results.values()),
                             sorted((f"qemu:{name}", "ok", True) for name in LINUX for _ in CASES))
            counts.append({case: {m["id"]: m["value"] for m in r["metrics"]} for case, r in results.items()})
        self.assertEqual(counts[0], counts[1])
        for metrics in counts[0].values():
            self.assertGreater(metrics["qemu.instructions"], metrics["size.code"])
            self.assertEqual(sum(metrics[f"qemu.{name}"] for name in CLASSES), metrics["qemu.instructions"])
            self.assertEqual(metrics["vcpus.other_instructions"], 0)
            self.assertIsNone(metrics["time.wall.p50"])
            self.assertIsNone(metrics["size.flash"])


    def test_each_thread_of_a_program_is_counted_by_itself(self):
        for name in LINUX:
            program, counts = self.folder / name, self.folder / "counts"
            # What built the agent for Linux: without it LINUX has no such name.
            subprocess.run([f"{name}-linux-gnu-gcc", "-std=gnu11", "-O1", "-static", "-pthread", "-I", SOURCE,
                            SOURCE / "tests/cli/regions_threads.c", "-o", program], check=True)
            for count in (1000, 100000):
                subprocess.run([f"qemu-{name}", "-plugin", f"{PLUGIN},out={counts}", program, str(count)], check=True, timeout=120)
                regions = [tuple(map(int, line.split()[1:])) for line in counts.read_text().splitlines() if line.startswith("region")]
                (mine, _, _, _, others, *_), once, twice = regions
                with self.subTest(architecture=name, count=count, regions=regions):
                    self.assertLessEqual(mine, 2)
                    self.assertLess(others, 1000, "it sleeps")
                    # What the first thread does is the same, however much the second has to do.
                    self.assertEqual(once[:3] + once[5:], twice[:3] + twice[5:])
                    self.assertLess(once[0], 1000)
                    # A turn of the second's loop is two or three instructions.
                    for region, turns in ((once, count), (twice, 2 * count)):
                        self.assertTrue(2 * turns <= region[4] < 3 * turns + 1000)


@unittest.skipUnless(BOARDS, "no cross compiler or no emulator is installed")
class Boards(CliTest):
    def counts(self, board, calls=(1, 2)):
        """What the plugin counts of a small convolution: (instructions, loaded, stored, stack, others, classes...) of each
        region."""
        counts = self.folder / "counts"
        case = f"tinyml.conv2d_int8/scalar?preset=xs@qemu:{board}"
        params = {"height": 4, "width": 4, "in_channels": 4, "out_channels": 4, "kernel": 1, "stride": 1}
        talk([EMULATORS.get(board, "qemu-system-arm"), "-M", "virt" if board.startswith("rv") else board,
              *(["-bios", "none"] if board.startswith("rv") else []), "-plugin", f"{PLUGIN},out={counts}", "-nodefaults",
              "-nographic", "-monitor", "none", "-serial", "none", "-semihosting-config", "enable=on,target=native",
              "-kernel", str(ROOT / f"share/assay/boards/{board}-scalar.elf")],
             asked("prepare", case=case, seed="1", params=params), *(asked("measure", batch=n, samples=1) for n in calls),
             asked("bye"))
        return [tuple(map(int, line.split()[1:])) for line in counts.read_text().splitlines() if line.startswith("region")]

    def test_every_board_computes_what_the_host_does_and_shows_counts_and_no_time(self):
        self.assay("run", "tinyml.*/*?preset=xs@qemu:*", "llm.gemv/*?preset=xs&dtype=q8_0@qemu:*", "--quiet", timeout=300)
        results = {case: r for case, r in self.results().items() if r["device"] not in {f"qemu:{name}" for name in LINUX}}
        self.assertEqual({(r["device"], r["implementation"]) for r in results.values()},
                         {(f"qemu:{board}", implementation) for board, implementation in IMAGES})
        for case, result in results.items():
            with self.subTest(case=case):
                self.assertEqual((result["status"], result["verified"], result["fidelity"]), ("ok", True, "functional"))
                metrics = {m["id"]: m["value"] for m in result["metrics"]}
                self.assertIsNone(metrics["time.wall.p50"])
                self.assertFalse([i for i in metrics if i.startswith("throughput.")])
                self.assertGreater(metrics["qemu.instructions"], metrics["qemu.bytes_stored"] / 16)
                self.assertEqual(sum(metrics[f"qemu.{name}"] for name in CLASSES), metrics["qemu.instructions"])
                self.assertGreater(min(metrics["qemu.branch"], metrics["qemu.memory"]), 0)
                if "conv2d" in case:
                    self.assertGreater(metrics["qemu.instructions_per_mac"], 0.1)
                    # Packed and vector kernels are what they are called.
                    self.assertEqual(metrics["qemu.simd"] > 0, result["implementation"] in ("dsp", "mve"))
                self.assertLess(metrics["size.stack"], metrics["size.ram"])
                self.assertLess(metrics["size.code"], metrics["size.flash"])
                self.assertLess(metrics["size.flash"], 32 * 1024)
        shown = self.assay("show").out
        self.assertIn("per MAC", shown)
        self.assertRegex(shown, r"(?s)fits in \(flash/RAM\).* 32/16 KiB ")
        report = self.assay("report", "run", "latest", "--markdown", "-").out
        self.assertRegex(report, r"(?s)Instructions of a call, tinyml.*per MAC.* 32/16 KiB \|")
        self.assertNotIn("Median time", report)
        self.assertNotIn(" us ", shown)

    def test_products_of_matrices_and_vectors_are_right_within_their_tolerance_or_say_what_does_not_fit(self):
        one_each = sorted(set({implementation: board for board, implementation in IMAGES}.values()) | {BOARDS[0]})
        self.assay("run", *(f"llm.gemv/*?rows=7&cols=96&dtype=f32|q8_0@qemu:{board}" for board in one_each), "--quiet", timeout=120)
        results = self.results()
        self.assertEqual({(r["status"], r["verified"]) for r in results.values()}, {("ok", True)})
        self.assertEqual({r["params"].get("dtype", "f32") for r in results.values()}, {"f32", "q8_0"})
        self.assertEqual({r["implementation"] for r in results.values()}, {i for b, i in IMAGES if b in one_each})
        ended = self.assay("run", "llm.gemv/scalar?dtype=q8_0", "--device", f"qemu:{BOARDS[0]}", code=3)
        self.assertRegex(ended.out + ended.err, r"llm\.gemv needs 178\d+ bytes .* bytes are missing")

    def test_sizes_that_leave_rests_are_right_too(self):
        one_each = {implementation: board for board, implementation in IMAGES if board not in SMALL}
        self.assay("run", *(f"{case}@qemu:{board}" for case in ODD for board in sorted(set(one_each.values()))), "--quiet", timeout=120)
        self.assertEqual({(r["status"], r["verified"]) for r in self.results().values()}, {("ok", True)})

    def test_counts_are_the_same_in_20_repeats_and_of_two_calls_twice_as_many(self):
        board = "mps2-an386" if "mps2-an386" in BOARDS else BOARDS[0]
        for other in ("mps3-an547", "rv64-virt"):
            if other in BOARDS:
                self.assertEqual(len({tuple(self.counts(other)) for _ in range(20)}), 1, other)
        once, twice, thrice = self.counts(board, (1, 2, 3))
        self.assertEqual([c - b for b, c in zip(twice, thrice)][:3], [b - a for a, b in zip(once, twice)][:3])
        macs = 4 * 4 * 4 * 4
        self.assertGreater(twice[0] - once[0], macs)
        self.assertGreaterEqual(twice[1] - once[1], 2 * macs)  # a byte of input and one of weights each
        self.assertEqual({tuple(self.counts(board)) for _ in range(20)}, {(once, twice)})

    def test_what_does_not_fit_is_unavailable_with_the_bytes_that_are_missing(self):
        if "microbit" not in BOARDS:
            self.skipTest("no image of the microbit")
        ended = self.assay("run", "tinyml.kws/scalar", "--device", "qemu:microbit", code=3)
        self.assertRegex(ended.out + ended.err, r"bytes are missing")

    def test_what_would_not_fit_the_stack_goes_another_way(self):
        small = [board for board in SMALL if board in BOARDS]
        if not small:
            self.skipTest("no image of a board with a small stack")
        # Inputs of four columns, and rows of a depthwise layer, of more bytes than these boards have stack.
        self.assay("run", *(f"{case}@qemu:{board}" for board in small for case in (
            "tinyml.conv2d_int8/scalar?height=3&width=3&in_channels=25|32|64&out_channels=2",
            "tinyml.depthwise_int8/scalar?height=3&width=100&channels=4")), "--quiet", timeout=120)
        results = self.results()
        self.assertEqual({(r["status"], r["verified"]) for r in results.values()}, {("ok", True)})
        for case, result in results.items():
            self.assertLess(next(m["value"] for m in result["metrics"] if m["id"] == "size.stack"), 3072, case)

    def test_boards_are_started_only_where_they_are_asked_for(self):
        for name in set(EMULATORS.values()):
            (self.work / name).symlink_to("/bin/false")
        (self.work / "qemu-system-arm").symlink_to("/bin/false")
        path = {"PATH": f"{self.work}:/usr/bin:/bin"}
        self.assay("run", "tinyml.kws/scalar?preset=xs", "--worker", "assay-agent-native", "--quiet", "--launches", "1", env=path)
        self.assertIn("qemu:", self.assay("run", CASES[0], "--device", f"qemu:{BOARDS[0]}", code=None, env=path).err)

    def test_a_board_with_several_images_is_listed_once_with_all_of_them(self):
        rows = json.loads(self.assay("list", "devices", "--json").out)["devices"]
        listed = {row["device"]: row for row in rows}
        self.assertEqual(len(listed), len(rows))
        for board, implementation in IMAGES:
            self.assertEqual(listed[f"qemu:{board}"]["fidelity"], "functional")
            for image in (implementation, f"{implementation}-llm"):
                self.assertIn(f"qemu:{board}-{image}", listed[f"qemu:{board}"]["worker"])

    def test_whole_networks_are_exact_on_a_board_and_what_is_too_large_for_one_says_what_is_missing(self):
        board = "mps2-an386" if "mps2-an386" in BOARDS else BOARDS[0]
        self.assay("run", f"tinyml.ad/*@qemu:{board}", f"tinyml.vww/*?size=32@qemu:{board}", "--quiet", timeout=120)
        results = self.results()
        self.assertEqual({(r["status"], r["verified"]) for r in results.values()}, {("ok", True)})
        for case, result in results.items():
            metrics = {m["id"]: m["value"] for m in result["metrics"]}
            with self.subTest(case=case):
                self.assertLess(metrics["qemu.instructions_per_mac"], 3 if "/dsp" in case else 8)
        if "microbit" in BOARDS:
            ended = self.assay("run", "tinyml.vww/scalar", "--device", "qemu:microbit", code=3)
            self.assertRegex(ended.out + ended.err, r"tinyml\.vww needs 327\d+ bytes .* bytes are missing")

    def test_a_plan_says_that_boards_have_one_launch_and_collectors_count_what_they_can(self):
        case = f"{CASES[0]}@qemu:{BOARDS[0]}"
        plan = self.assay("run", case, "--dry-run", code=None).out
        self.assertIn("0 launches and 1 of the exact lane", plan)
        self.assertIn("does not count emulated boards", self.assay("run", case, "--collect", "allocations", code=3).err)
        self.assertIn("none is selected", self.assay("run", "tinyml.conv2d_int8/simd?preset=xs", "--collect", "qemu", code=3).err)

    def test_two_runs_and_a_frozen_one_compare_to_the_digit(self):
        case = f"{CASES[0]}@qemu:{BOARDS[0]}"
        for _ in range(2):
            self.assay("run", case, "--quiet")
        self.assertIn("qemu.instructions is the same to the digit", self.assay("compare", "latest~1", "latest").out)
        self.assertEqual(len(self.launches()), 2)
        self.assertIn("nothing is missing", self.assay("run", "--resume").err)

    def test_an_emulator_that_is_not_installed_is_named_with_its_package(self):
        self.assertIn(f"qemu:{BOARDS[0]}", self.assay("run", CASES[0], "--device", "qemu:nosuch", code=3).err)
        ended = self.assay("run", CASES[0], "--device", f"qemu:{BOARDS[0]}", code=3, env={"PATH": str(self.work)})
        self.assertIn("apt-get install qemu-system-", ended.err)


if __name__ == "__main__":
    main()
