#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Collectors by name and event: what is asked for is counted, or says why not; and what others did meanwhile."""
import os
import subprocess
import sys
import unittest

import support


class Collectors(support.CliTest):
    def metrics(self, *arguments, **how):
        document = self.assay("run", *arguments, "--json", **how).json()
        return {metric["id"]: metric for metric in document["results"][0]["metrics"]}

    def test_launches_beside_busy_processes_are_contended_and_named(self):
        spin = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: pass"
        for _ in range(2 * len(os.sched_getaffinity(0))):
            spinner = subprocess.Popen([sys.executable, "-c", spin])
            self.addCleanup(spinner.wait)
            self.addCleanup(spinner.kill)
        metrics = self.metrics(support.EXAMPLE, "--worker", support.EXAMPLE_WORKER)
        self.assertEqual(metrics["host.contended"]["value"], 1)
        shown = self.assay("show").out
        self.assertIn("2 (2 contended)", shown)
        self.assertRegex(shown, r"2 launches were contended: in the worst, .*\d+")

    def test_every_timing_launch_says_whether_it_was_contended(self):
        metrics = self.metrics(support.EXAMPLE, "--worker", support.EXAMPLE_WORKER)
        self.assertEqual((metrics["host.contended"]["n"], metrics["host.contended"]["unit"]), (2, "ratio"))
        self.assertIn(metrics["host.contended"]["value"], (0, 0.5, 1))

    @unittest.skipUnless(support.CALLGRIND and support.COUNTED_WORKER.exists(), "no valgrind, or sanitizers")
    def test_simulated_misses_come_beside_the_instructions_and_say_of_which_cache(self):
        case = "counted.loop/own?n=1000"
        plain = self.metrics(case, "--worker", str(support.COUNTED_WORKER), "--collect", "callgrind")
        metrics = self.metrics(case, "--worker", str(support.COUNTED_WORKER), "--collect", "callgrind:cache,branch")
        self.assertEqual(metrics["callgrind.instructions"]["value"], plain["callgrind.instructions"]["value"])
        self.assertNotIn("callgrind.d1_misses", plain)
        for name in ("d1_misses", "ll_misses", "branch_misses"):
            metric = metrics["callgrind." + name]
            self.assertEqual(metric["better"], "neither")
            self.assertIn(metric["state"], ("ok", "not_counted"))
            if metric["value"] is not None:
                self.assertIn("--D1=32768,8,64", metric["reason"])

    def test_an_event_that_callgrind_does_not_have_is_refused_by_name(self):
        if not support.CALLGRIND:
            self.skipTest("no valgrind, or sanitizers")
        ended = self.assay("run", support.EXAMPLE, "--worker", support.EXAMPLE_WORKER, "--collect", "callgrind:caches",
                           code=2)
        self.assertIn("callgrind has no event 'caches'", ended.err)

    def has(self, event):
        """Whether this machine counts an event of perf_event; without counters of the CPU it does not."""
        found = self.assay("explain", "perf." + event, "--json").json()["explained"]
        return found[0]["here"] == "yes"

    def test_an_event_that_is_named_and_not_to_be_had_ends_with_3_before_anything_is_measured(self):
        if self.has("cycles"):
            self.skipTest("this machine counts cycles")
        for arguments in (["--collect", "perf_event:cycles"], ["--collect", "perf_event:task_clock,cycles"],
                          ["--collect", "perf_event:cycles", "--dry-run"]):
            ended = self.assay("run", support.CONV, *arguments, code=3)
            self.assertRegex(ended.err, "collector 'perf_event' cannot count 'cycles' here: (unsupported|denied): .")
            self.assertIn("assay explain perf.cycles", ended.err)
        self.assertEqual(self.run_ids(), [], "nothing was begun")
        self.assertIsNotNone(self.metrics(support.CONV, "--collect", "perf_event:task_clock")["perf.task_clock"]["value"])

    def test_what_a_collector_has_not_counted_is_a_warning_and_never_said_to_be_collected(self):
        if self.has("cycles"):
            self.skipTest("this machine counts cycles")
        document = self.assay("run", support.CONV, "tinyml.kws/simd?preset=xs&threads=1", "--collect", "group:CPI",
                              "--json", code=3).json()
        warnings = {warning["code"]: warning for warning in document["warnings"]}
        self.assertRegex(warnings["perf.cycles"]["message"], "^2 cases, first tinyml.*: (unsupported|denied): .")
        self.assertIn("assay explain perf.cycles", warnings["perf.cycles"]["remedy"])
        self.assertIn("perf.ipc", warnings)
        shown = self.assay("show").out
        self.assertRegex(shown, r"Nothing was collected beside the times; without a value: perf \(\d\)")
        self.assay("run", support.CONV, "--collect", "group:CPI", "--collect", "rusage", code=3)
        self.assertRegex(self.assay("show").out, r"metrics of rusage \(7\); without a value: perf \(\d\)")

    def test_a_papi_event_that_is_not_to_be_had_ends_with_3_and_an_absent_library_says_how_to_get_it(self):
        ended = self.assay("run", support.CONV, "--collect", "papi:PAPI_NO_SUCH,perf::PAGE-FAULTS", code=3)
        self.assertRegex(ended.err, "libpapi7.0|cannot count 'PAPI_NO_SUCH' here: unsupported: PAPI: ")

    def test_nvml_reads_no_gpu_for_a_case_on_the_cpu(self):
        ended = self.assay("run", support.CONV, "--collect", "nvml:energy", "--json", code=None)
        self.assertIn(ended.code, (0, 3), ended)
        if ended.code == 3:
            self.assertRegex(ended.err, "NVIDIA|the case runs on the CPU")
            return
        metrics = {metric["id"]: metric for metric in ended.json()["results"][0]["metrics"]}
        self.assertIsNone(metrics["nvml.energy"]["value"])
        self.assertIn("the case runs on the CPU", metrics["nvml.energy"]["reason"])


if __name__ == "__main__":
    support.main()
