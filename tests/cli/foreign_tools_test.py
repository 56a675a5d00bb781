#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Benchmarks of pytest-benchmark, live where it is installed, and of Criterion and nvbench, by stand-ins, as `assay run -- ...`."""
import os
import pathlib
import subprocess
import sys
import unittest

from support import CliTest, main

NVBENCH = pathlib.Path(__file__).with_name("stand_in_nvbench.py")
CRITERION = pathlib.Path(__file__).with_name("stand_in_criterion.py")

TESTS = """import pytest
def test_sum(benchmark):
    benchmark(sum, range(100))
@pytest.mark.parametrize("text", ["a b/[c]", "a"])
def test_sort(benchmark, text):
    benchmark(sorted, text)
def test_without():
    assert False
def test_broken(benchmark):
    raise ValueError("there is no data")
def test_skipped(benchmark):
    pytest.skip("no GPU here")
"""


def with_pytest():
    """A Python that has pytest-benchmark: the one named by ASSAY_TEST_PYTEST, ours, or the system's (ci/setup)."""
    for python in (os.environ.get("ASSAY_TEST_PYTEST"), sys.executable, "/usr/bin/python3"):
        if python and pathlib.Path(python).exists() and subprocess.run(
                [python, "-c", "import pytest, pytest_benchmark"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    return None


PYTHON = with_pytest()


@unittest.skipUnless(PYTHON, "pytest-benchmark is not here")
class PytestBenchmark(CliTest):
    def setUp(self):
        super().setUp()
        (self.work / "test_their.py").write_text(TESTS)

    def run_tests(self, *words, code=0):
        return self.assay("run", "--launches", "2", "--max-time", "20ms", "--json", *words, code=code, cwd=self.work)

    def test_each_test_with_the_fixture_is_a_case_and_those_that_fail_say_why(self):
        ended = self.run_tests("--", PYTHON, "-m", "pytest", "--benchmark-only", "test_their.py", code=7)
        self.assertIn("is a pytest_benchmark program", ended.err)
        results = {result["case"]: result for result in ended.json()["results"]}
        self.assertEqual(len(results), 5)
        row = next(result for case, result in results.items() if "test_sum" in case)
        self.assertEqual((row["status"], row["verified"]), ("ok", None))
        median = next(metric for metric in row["metrics"] if metric["id"] == "time.wall.p50")
        self.assertTrue(10 < median["value"] < 1e6, median)
        self.assertGreaterEqual(median["samples"], 10)
        by_name = {name: next(r for case, r in results.items() if name in case) for name in ("broken", "skipped")}
        self.assertEqual([row["status"] for row in by_name.values()], ["failed", "unavailable"])
        self.assertIn("there is no data", by_name["broken"]["reason"])
        self.assertIn("no GPU here", by_name["skipped"]["reason"])

    def test_names_of_any_bytes_select_one(self):
        row, = self.run_tests("pytest_benchmark.*a b*", "--as", "pytest-benchmark", "--",
                              PYTHON, "-m", "pytest", "test_their.py").json()["results"]
        self.assertEqual(row["status"], "ok")

    def test_where_there_is_no_such_test_it_is_said(self):
        (self.work / "test_none.py").write_text("def test_it():\n    pass\n")
        ended = self.run_tests("--as", "pytest_benchmark", "--", PYTHON, "-m", "pytest", "test_none.py", code=3)
        self.assertIn("no test that uses the fixture", ended.err)


class Criterion(CliTest):
    def test_each_benchmark_is_a_case_and_the_user_s_results_stay(self):
        ended = self.assay("run", "--launches", "2", "--max-time", "20ms", "--json", "--as", "criterion", "--", CRITERION,
                           cwd=self.work)
        results = ended.json()["results"]
        self.assertEqual([row["case"] for row in results], ["criterion.sort%2Fstd%20%28a%2Bb%29%2F64/own@cpu",
                                                            "criterion.sort%2Fstd%20%28a%2Bb%29%2F640/own@cpu"])
        for row in results:
            self.assertEqual((row["status"], row["verified"]), ("ok", None))
            median = next(metric for metric in row["metrics"] if metric["id"] == "time.wall.p50")
            self.assertEqual((median["value"], median["samples"]), (900, 20))
        self.assertFalse((self.work / "target").exists())

    def test_versions_that_take_whole_seconds_get_them(self):
        ended = self.assay("run", "--launches", "1", "--max-time", "20ms", "--json", "--as", "criterion", "--", CRITERION,
                           env={**self.env, "STAND_IN_OLD": "1"}, cwd=self.work)
        self.assertEqual([row["status"] for row in ended.json()["results"]], ["ok", "ok"])

    @unittest.skipUnless(os.environ.get("ASSAY_TEST_CRITERION"), "ASSAY_TEST_CRITERION names no real Criterion program")
    def test_a_real_program_is_seen_and_measured(self):
        ended = self.assay("run", "--launches", "2", "--max-time", "100ms", "--json", "--", os.environ["ASSAY_TEST_CRITERION"],
                           timeout=300)
        self.assertIn("is a criterion program", ended.err)
        for row in ended.json()["results"]:
            self.assertEqual((row["status"], row["verified"]), ("ok", None), row)

    def test_two_programs_are_judged_side_by_side(self):
        ended = self.assay("ab", "--as", "criterion", "--most-launches", "12", "--max-time", "20ms", "--json", "--", CRITERION,
                           "--", CRITERION, timeout=200)
        verdicts = [v for row in ended.json()["results"] for v in row.get("verdicts", []) if v["rule"] == "paired"]
        self.assertEqual([v["outcome"] for v in verdicts], ["same", "same"])  # its times are always the same

    def test_a_program_that_lists_nothing_is_said(self):
        self.assertIn("lists no benchmark", self.assay("run", "--as", "criterion", "--", "true", code=3).err)


class Nvbench(CliTest):
    def test_each_state_is_a_case_with_the_gpu_s_times_and_the_summaries_as_readings(self):
        ended = self.assay("run", "--launches", "2", "--max-time", "20ms", "--json", "--as", "nvbench", "--", NVBENCH)
        results = {row["case"].split("/")[0]: row for row in ended.json()["results"]}
        self.assertEqual(len(results), 3)
        row = next(row for case, row in results.items() if "16" in case)
        self.assertEqual((row["status"], row["verified"], row["device"]), ("ok", None, "cuda:0"))
        metrics = {metric["id"]: metric for metric in row["metrics"]}
        self.assertAlmostEqual(metrics["time.wall.p50"]["value"], 2.0 ** -17 * 1e9, delta=1)
        self.assertEqual(metrics["time.wall.p50"]["samples"], 24)
        self.assertAlmostEqual(metrics["nvbench.cold.time.cpu.mean"]["value"], 20000)
        self.assertEqual(results["nvbench.broken"]["status"], "unavailable")
        self.assertIn("there is no data", results["nvbench.broken"]["reason"])

    def test_each_gpu_is_a_device_and_without_one_the_cpu_is(self):
        for gpus, devices in ((2, ["cuda:0", "cuda:1"]), (0, ["cpu"])):
            ended = self.assay("run", "nvbench.copy*=16", "--launches", "1", "--max-time", "20ms", "--json", "--as", "nvbench", "--", NVBENCH,
                               env={**self.env, "STAND_IN_GPUS": str(gpus)})
            times = {row["device"]: next(m["value"] for m in row["metrics"] if m["id"] == "time.wall.p50")
                     for row in ended.json()["results"]}
            self.assertEqual(sorted(times), devices)
            if gpus == 2:
                self.assertAlmostEqual(times["cuda:1"] / times["cuda:0"], 2, places=3)
        self.assertIn("--device cuda:0", self.assay("run", "--as", "nvbench", "--", NVBENCH, "--devices", "0", code=2).err)


class Gate(CliTest):
    """Each tool under a gate: two trees, the new one slower. (pytest: a launch takes seconds; by hand.)"""

    def test_it_fails_for_what_got_slower_in_a_stand_in(self):
        for stand_in, tool, one, fast, slow in ((CRITERION, "criterion", "*640", "9000.0", "9900.0"),
                                                (NVBENCH, "nvbench", "*16", "SECONDS = 2.0", "SECONDS = 1.1 * 2.0")):
            for side, figure in (("old", fast), ("new", slow)):
                folder = self.work / tool / side
                folder.mkdir(parents=True)
                text = stand_in.read_text()
                self.assertIn(fast, text)
                (folder / "bench.py").write_text(text.replace(fast, figure))
                (folder / "bench.py").chmod(0o755)
            here, there = self.work / tool / "new", self.work / tool / "old"
            ended = self.assay("gate", f"{tool}.{one}", "--against", f"build:{there}", "--as", tool, "--max-time", "20ms", "--no-rerun",
                               "--json", "--", "./bench.py", code=1, cwd=here, timeout=300)
            finding, = ended.json()["findings"]
            self.assertEqual((finding["verdict"]["rule"], finding["verdict"]["outcome"]), ("paired", "slower"))


class Recognised(CliTest):
    def test_a_program_is_the_tool_s_whose_words_its_file_holds(self):
        for tool, words, code in (("criterion", b"CRITERION_HOME", 3), ("nvbench", b"nv/cold/time/gpu/mean", 3)):
            program = self.work / tool
            program.write_bytes(pathlib.Path("/bin/true").read_bytes() + b"x" * 70_000 + words)
            program.chmod(0o700)
            self.assertIn(f"is a {tool} program", self.assay("run", "--", program, code=code).err)
        self.assertEqual(self.assay("run", "--launches", "1", "--json", "--", "sh", "-c", ": --benchmark-only pytest")
                         .json()["results"][0]["case"], "command.sh/own@cpu")


if __name__ == "__main__":
    main()
