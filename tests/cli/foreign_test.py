#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Somebody else's programs, as they are: `assay run -- COMMAND`, a plain command or a Google Benchmark program."""
import os
import pathlib
import unittest

from support import ASSAY, CALLGRIND, CliTest, main

STOCK = pathlib.Path(ASSAY).parents[1] / "tests/stock_benchmark"
SUM = "google_benchmark.BM_Sum%3Ca%2Ab%3E%2F512/own@cpu"


def metric(result, name):
    return next(metric for metric in result["metrics"] if metric["id"] == name)


class PlainCommand(CliTest):
    def test_a_run_of_it_is_a_call_and_nothing_is_verified(self):
        result, = self.assay("run", "--launches", "2", "--json", "--", "sleep", "0.02").json()["results"]
        self.assertEqual((result["case"], result["status"], result["verified"]), ("command.sleep/own@cpu", "ok", None))
        self.assertEqual(result["subject"]["name"], "sleep")
        self.assertGreaterEqual(metric(result, "time.wall.p50")["value"], 20e6)
        self.assertGreater(metric(result, "rusage.max_rss")["value"], 100_000)
        self.assertIn("command.sleep/own@cpu", self.assay("show").out)

    def test_its_words_are_its_own_and_its_name_can_be_chosen(self):
        wrote = self.work / "wrote"
        script = f"printf '%s|' \"$@\" > '{wrote}'"
        ended = self.assay("run", "--launches", "1", "--name", "mine", "--json", "--",
                           "sh", "-c", script, "sh", "--json", "--", "a b", "it's", "")
        self.assertEqual(ended.json()["results"][0]["case"], "command.mine/own@cpu")
        self.assertEqual(wrote.read_text(), "--json|--|a b|it's||")

    def test_a_command_that_fails_is_failed_with_its_own_words_and_one_that_is_not_there_is_said(self):
        ended = self.assay("run", "--launches", "1", "--", "sh", "-c", "echo broken pipe organ >&2; exit 3", code=7)
        self.assertIn("'sh' ended with exit status 3", ended.err)
        self.assertIn("broken pipe organ", ended.err)
        ended = self.assay("run", "--", "./nobody_here", code=3)
        self.assertIn("cannot start './nobody_here': no program is there", ended.err)
        self.assertIn("nothing stands behind '--'", self.assay("run", "--", code=2).err)
        self.assertIn("there is no such tool here", self.assay("run", "--as", "google", "--", "true", code=2).err)

    def test_an_interrupted_run_of_a_command_is_taken_up_again(self):
        self.assay("run", "--launches", "3", "--budget", "0.001s", "--", "true")
        self.assay("run", "--resume", "latest", "--budget", "1m")
        result, = self.assay("show", "--json").json()["results"]
        self.assertEqual(metric(result, "time.wall.p50")["n"], 3)

    @unittest.skipUnless(CALLGRIND, "no valgrind, or sanitizers")
    def test_its_instructions_are_exact_and_its_children_count(self):
        def instructions(*command):
            results = self.assay("run", "--launches", "1", "--collect", "callgrind", "--json", "--", *command).json()
            return metric(results["results"][0], "callgrind.instructions")["value"]
        alone = instructions("sh", "-c", ":")
        self.assertEqual(alone, instructions("sh", "-c", ":"))
        self.assertGreater(instructions("sh", "-c", "/bin/true; /bin/true"), alone + 100_000)

    @unittest.skipUnless(CALLGRIND, "no valgrind, or sanitizers")
    def test_a_profile_shows_its_functions(self):
        answer, = self.assay("profile", "--launches", "1", "--json", "--", "true").json()["profiles"]
        self.assertEqual(answer["case"], "command.true/own@cpu")
        self.assertGreater(len(answer["hot_spots"]), 0)

    def test_the_worker_keeps_the_rules(self):
        worker = pathlib.Path(ASSAY).parents[1] / "libexec/assay/assay-worker-foreign"
        ended = self.assay("worker", "check", worker, "command", "--", "true")
        self.assertNotIn("FAIL", ended.out)


@unittest.skipUnless(STOCK.exists(), "Google Benchmark is not here")
class GoogleBenchmark(CliTest):
    def run_stock(self, *words, code=0, **more):
        return self.assay("run", "--launches", "2", "--max-time", "50ms", *words, "--json", "--", STOCK, code=code, **more)

    def test_each_of_its_benchmarks_is_a_case_with_the_tool_s_own_samples(self):
        ended = self.run_stock()
        results = {result["case"]: result for result in ended.json()["results"]}
        self.assertEqual(len(results), 3)
        self.assertIn("is a google_benchmark program", ended.err)
        row = results[SUM]
        self.assertEqual((row["status"], row["verified"]), ("ok", None))
        self.assertEqual(metric(row, "time.wall.p50")["samples"], 10)
        self.assertGreater(metric(row, "google_benchmark.items_per_second")["value"], 1e6)
        self.assertIn("has no tail", metric(row, "time.wall.p99")["reason"])
        broken = results["google_benchmark.broken/own@cpu"]
        self.assertEqual(broken["status"], "unavailable")
        self.assertIn("there is no data", broken["reason"])

    def test_selectors_choose_and_its_own_flags_stay(self):
        for name in ("google_benchmark.BM_Sum*512", "google_benchmark.BM_Sum<a*b>/512", "google_benchmark.BM_Sum%3Ca%2Ab%3E%2F512"):
            row, = self.run_stock(name).json()["results"]
            self.assertEqual(row["case"], SUM)
        row, = self.assay("run", "--launches", "1", "--json", "--", STOCK, "--benchmark_filter=4096",
                          "--benchmark_min_time=0.001").json()["results"]
        self.assertTrue(row["case"].startswith("google_benchmark.BM_Sum%3Ca%2Ab%3E%2F4096/"))

    def test_as_command_measures_it_as_a_whole(self):
        row, = self.assay("run", "--launches", "1", "--as", "command", "--json", "--", STOCK,
                          "--benchmark_list_tests").json()["results"]
        self.assertEqual(row["case"], "command.stock_benchmark/own@cpu")

    def test_a_suite_s_settings_file_can_name_it_beside_other_workers(self):
        settings = self.work / "assay.toml"
        settings.write_text(f"""[[worker]]
name = "theirs"
command = ["assay-worker-foreign", "google_benchmark", "--", "{STOCK}"]
""")
        row, = self.assay("run", "--launches", "1", "--max-time", "20ms", "google_benchmark.BM_Sum*4096", "--json",
                          cwd=self.work).json()["results"]
        self.assertEqual(row["status"], "ok")


if __name__ == "__main__":
    main()
