#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is planned: sweeps, suites, estimates, budgets, open loops, cold caches, collectors."""
import re
import time
import unittest

from support import CALLGRIND, CONV, COUNTED_WORKER, EXAMPLE, EXAMPLE_WORKER, ODD_WORKER, PATIENCE, CliTest, main


class Plans(CliTest):
    def planned(self, *arguments, **how):
        return [row["case"] for row in self.assay("run", *arguments, "--dry-run", "--json", **how).json()["plan"]]

    def test_a_dry_run_says_every_case_the_time_and_the_disk_and_measures_nothing(self):
        ended = self.assay("run", CONV, "--dry-run", "--launches", "7")
        self.assertRegex(ended.out, r"conv2d_int8/simd\S+ +native +7 ")
        self.assertRegex(ended.out, r"1 cases, 7 launches, at most about \d\d:\d\d .*; about [\d.]+ [KM]iB in ")
        self.assertFalse(self.db.exists())

    def test_a_dry_run_knows_how_long_a_case_took_before(self):
        before = self.assay("run", CONV, "--dry-run", "--json").json()
        self.assertFalse(before["plan"][0]["measured_before"])
        self.run_conv()
        after = self.assay("run", CONV, "--dry-run", "--json").json()
        self.assertTrue(after["plan"][0]["measured_before"])
        self.assertGreater(after["seconds"], 0)

    def test_launches_that_differ_more_than_their_samples_take_fewer_of_them_from_the_fourth_on(self):
        long = {"ASSAY_MAX_TIME": "2s", "ASSAY_PRECISION": "1e-6"}
        self.assay("run", EXAMPLE, "--worker", f"{ODD_WORKER} levels 120000", "--launches", "5", env=long)
        samples = [launch["call_n"] for launch in self.launches_in_order()]
        self.assertGreater(min(samples[:3]), 299)
        self.assertEqual(samples[3:], [299, 299])  # what a launch's own p99 needs

        # The estimate tells the first launches from those after them.
        def seconds(launches):
            return self.assay("run", EXAMPLE, "--worker", f"{ODD_WORKER} levels 120000", "--launches", launches,
                              "--dry-run", "--json").json()["seconds"]
        self.assertAlmostEqual(seconds(8) - seconds(7), seconds(5) - seconds(4), places=6)
        self.assertAlmostEqual(seconds(2), 2 * seconds(1), places=6)

    def test_lists_and_sweeps_plan_every_combination_once(self):
        cases = self.planned("llm.gemv/simd?rows=16..64*2&cols=64|96&threads=1")
        self.assertEqual(len(cases), 6)
        self.assertEqual(len(set(cases)), 6)
        self.assertEqual(len(self.planned("llm.gemv/simd?rows=16..64+16&cols=64&threads=1")), 4)
        self.assertEqual(len(self.planned(CONV, CONV, "tinyml.conv2d_int8/*?preset=xs&threads=1")),
                         len(self.planned("tinyml.conv2d_int8/*?preset=xs&threads=1")))

    def test_a_parameter_at_its_default_is_left_out_of_the_cases_name(self):
        self.assertEqual(self.planned("llm.gemv/simd?rows=4096"), self.planned("llm.gemv/simd"))

    def test_a_star_leaves_the_reference_out_and_its_name_asks_for_it(self):
        self.assertFalse([c for c in self.planned("tinyml.conv2d_int8/*?preset=xs") if "/reference" in c])
        self.assertEqual(len(self.planned("tinyml.conv2d_int8/reference?preset=xs&threads=1")), 1)

    def test_a_sweep_is_measured_case_by_case_and_compared_across_its_parameter(self):
        self.assay("run", "llm.gemv/simd?rows=16..64*2&cols=64&threads=1", "--launches", "3")
        self.assertEqual(len(self.results()), 3)
        document = self.assay("compare", "latest", "--across", "rows", "--json").json()
        self.assert_document(document)
        text = self.assay("compare", "latest", "--across", "rows").out
        self.assertIn("throughput.", text)  # a call of more rows does more work
        self.assertRegex(text, r"a call does \d+ and \d+ ")
        self.assertRegex(text, r"(?m)^case +rows ")
        self.assertRegex(text, r"(?m)^llm\.gemv/simd\S+ +32 ")
        self.assertRegex(text, r"(?m)^llm\.gemv/simd\S+ +64 ")
        self.assertIn("Base: 16.", text)

    def test_cases_that_do_not_have_the_axis_are_named_as_left_out(self):
        self.assay("run", "llm.gemv/simd?rows=16&cols=64&threads=1|all", "--launches", "1")
        ended = self.assay("compare", "latest", "--across", "threads")
        self.assertRegex(ended.err, r"1 case is left out, without 'threads' in the case: llm\.gemv/simd\?cols=64&rows=16@cpu")
        warnings = self.assay("compare", "latest", "--across", "threads", "--json").json()["warnings"]
        self.assertEqual([warning["code"] for warning in warnings], ["no_axis"])

    def test_a_run_compared_with_itself_says_so(self):
        run = self.run_conv()
        ended = self.assay("compare", "latest", run)
        self.assertIn("both sides are the same run", ended.err)
        (warning,) = self.assay("compare", "latest", "latest", "--json").json()["warnings"]
        self.assertEqual(warning["code"], "same_run")

    def test_the_order_of_launches_is_random_and_repeats_with_the_seed(self):
        orders = []
        for seed in ("1", "1", "2"):
            self.assay("run", "llm.gemv/simd?rows=16|24|32|48&cols=64&threads=1", "--seed", seed, "--launches", "3", "-q")
            orders.append([row["ordinal"] for row in self.query(
                "SELECT ordinal FROM launch JOIN planned_case USING (case_row) JOIN run USING (run_key) "
                "WHERE run_id = ? ORDER BY launch_key", (self.run_ids()[0],))])
        self.assertEqual(orders[0], orders[1])
        self.assertNotEqual(orders[0], orders[2])
        self.assertNotEqual(orders[0], sorted(orders[0]))

    def test_the_smoke_suite_verifies_every_implementation(self):
        self.env.pop("ASSAY_LAUNCHES")
        self.assay("run", "--suite", "smoke", timeout=120)
        results = self.results()
        self.assertGreater(len(results), 20)
        self.assertEqual({r["status"] for r in results.values()}, {"ok"})
        self.assertEqual({r["verified"] for r in results.values()}, {True})


    def test_a_case_that_two_workers_offer_is_one_workers_and_the_table_says_whose(self):
        again = EXAMPLE_WORKER.replace("python3", "python3 -S") if "python3" in EXAMPLE_WORKER else EXAMPLE_WORKER + " "
        self.assay("run", EXAMPLE, "--worker", EXAMPLE_WORKER, "--worker", again)
        self.assertRegex(self.assay("show").out, r"- Two workers offer example\.sum/builtin\S*: worker '.*' runs it; '.*' offers it too")

    @unittest.skipUnless(CALLGRIND, "no valgrind, or a sanitizer in the way")
    def test_a_dry_run_counts_the_launches_of_the_exact_lane(self):
        out = self.assay("run", CONV, "--dry-run", "--collect", "callgrind").out
        self.assertRegex(out, r"1 cases, 2 launches and 1 of the exact lane ")


class Budget(CliTest):
    def test_what_the_budget_does_not_reach_is_skipped_with_its_reason_and_measured_by_resume(self):
        began = time.monotonic()
        # An open loop measures its 50 ms whole in every launch: 40 of them take 2 s on any machine.
        ended = self.assay("run", CONV + "&load=open:1000", "--launches", "40", "--budget", "600ms", "--max-time", "50ms")
        self.assertLess(time.monotonic() - began, 10 * PATIENCE)
        statuses = [launch["status"] for launch in self.launches()]
        self.assertIn("skipped", statuses)
        self.assertEqual(len(statuses), 40)
        self.assertIn("budget", self.query("SELECT reason FROM launch WHERE status = 'skipped'")[0]["reason"])
        self.assertRegex(ended.err, r"launches were skipped: the budget was spent; measure them with: assay run --resume")
        self.assay("run", "--resume", timeout=60)
        self.assertEqual([launch["status"] for launch in self.launches()], ["ok"] * 40)

    def test_a_budget_shorter_than_one_launch_still_measures_something(self):
        self.assay("run", CONV, "--budget", "1ms", code=None)
        self.assertEqual(len(self.launches()), 2)


class Load(CliTest):
    def test_an_open_loop_measures_from_the_scheduled_moment(self):
        self.assay("run", CONV + "&load=open:500", EXAMPLE + "&load=open:500", "--worker", EXAMPLE_WORKER, env={
            "ASSAY_MAX_TIME": "200ms"})
        results = self.results()
        self.assertEqual(len(results), 2)
        for case, result in results.items():
            self.assertIn("load=open:500", case)
            self.assertEqual((result["status"], result["verified"]), ("ok", True), result["reason"])
        for row in self.query("SELECT batch_calls, call_n FROM launch"):
            self.assertEqual(row["batch_calls"], 1)
            self.assertGreaterEqual(row["call_n"], 5)

    def test_an_open_loop_of_more_requests_than_a_line_holds_goes_by_file_or_in_pieces(self):
        for worker in (None, f"{ODD_WORKER} files true", f"{ODD_WORKER} files false"):
            with self.subTest(worker=worker):
                case = (EXAMPLE if worker else CONV) + "&load=open:10000"
                self.assay("run", case, "--launches", "1", *(["--worker", worker] if worker else []),
                           env={"ASSAY_MAX_TIME": "600ms"})
                (launch,) = self.query("SELECT status, call_n FROM launch ORDER BY launch_key DESC LIMIT 1")
                self.assertEqual(launch["status"], "ok")
                self.assertGreaterEqual(launch["call_n"], 4096)
                self.assertLessEqual(launch["call_n"], 6000)

    def test_an_open_loop_that_offers_more_than_is_served_says_so_with_both_rates(self):
        document = self.assay("run", "example.sum/builtin?load=open:100000&n=20000", "--worker", EXAMPLE_WORKER, "--json",
                              env={"ASSAY_MAX_TIME": "100ms"}).json()
        metrics = {metric["id"]: metric["value"] for metric in document["results"][0]["metrics"]}
        self.assertGreater(metrics["load.offered"], 2 * metrics["load.served"])
        self.assertIn("load.overloaded", {warning["code"] for warning in document["warnings"]})
        self.assertIn("requests come faster", self.assay("show").out)
        self.assay("run", "example.sum/builtin?load=open:20&n=1000", "--worker", EXAMPLE_WORKER, env={"ASSAY_MAX_TIME": "1s"})
        self.assertNotIn("requests come faster", self.assay("show").out)

    def test_a_rate_that_is_none_is_refused_with_an_example(self):
        for rate in ("open:0", "open:-3", "open:fast", "open:nan", "closde", "open:1e99"):
            with self.subTest(rate=rate):
                ended = self.assay("run", f"{CONV}&load={rate}", code=2)
                self.assertIn("open:", ended.err)
                self.assertEqual(self.run_ids(), [])
        self.assertIn("cache=cold", self.assay("run", f"{CONV}&cache=warm", code=2).err)
        self.assertIn("exclude each other", self.assay("run", f"{CONV}&cache=cold&load=open:100", code=2).err)
        self.assertEqual(self.run_ids(), [])

    def test_a_slow_open_loop_ends_in_time_though_its_calls_are_short(self):
        began = time.monotonic()
        self.assay("run", CONV + "&load=open:20", "--launches", "1", env={"ASSAY_MAX_TIME": "300ms"})
        self.assertLess(time.monotonic() - began, 10 * PATIENCE)

    def test_cold_caches_are_evicted_between_calls(self):
        self.assay("run", CONV + "&cache=cold", CONV)
        results = self.results()
        cold = [r for c, r in results.items() if "cache=cold" in c][0]
        self.assertEqual((cold["status"], cold["verified"]), ("ok", True), cold["reason"])
        for row in self.query("SELECT max(end_ns) - min(start_ns) AS ns FROM span WHERE name = 'measure' GROUP BY launch_key"):
            self.assertLess(row["ns"], 2e9, "evicting counts as measuring: 20 ms were allowed")
        self.assertEqual(self.query("SELECT DISTINCT batch_calls AS b FROM launch JOIN planned_case USING (case_row) "
                                    "WHERE case_key LIKE '%cache=cold%'"), [{"b": 1}])

    def test_cold_caches_that_a_worker_cannot_make_cost_the_case_and_say_so(self):
        ended = self.assay("run", EXAMPLE + "&cache=cold", "--worker", EXAMPLE_WORKER, code=None)
        self.assertNotEqual(ended.code, 0, ended)
        self.assertIn("cannot evict caches", ended.err)


@unittest.skipUnless(CALLGRIND, "no valgrind, or a sanitizer in the way")
class Callgrind(CliTest):
    def instructions(self, case):
        (result,) = [r for c, r in self.results().items() if c.startswith(case)]
        (metric,) = [m for m in result["metrics"] if m["id"] == "callgrind.instructions"]
        return metric

    def test_instructions_repeat_to_the_digit_and_are_not_mixed_with_times(self):
        counts = []
        for _ in range(2):
            self.assay("run", CONV, "--collect", "callgrind", timeout=120)
            metric = self.instructions("tinyml.conv2d_int8")
            self.assertEqual((metric["state"], metric["better"]), ("ok", "lower"), metric)
            counts.append(metric["value"])
        self.assertGreater(counts[0], 1000)
        self.assertEqual(counts[0], counts[1])
        lanes = self.query("SELECT lane, count(*) AS n FROM launch GROUP BY lane ORDER BY lane")
        self.assertEqual(lanes, [{"lane": "callgrind", "n": 2}, {"lane": "timing", "n": 4}])
        verdicts = [v for r in self.assay("compare", "--json").json()["results"] for v in r.get("verdicts", [])
                    if v["metric"] == "callgrind.instructions"]
        self.assertEqual([v["outcome"] for v in verdicts][:1], ["same"])

    @unittest.skipUnless(COUNTED_WORKER.exists(), "the loop of known length is for x86-64")
    def test_a_call_of_known_length_counts_as_that_and_the_few_that_call_it(self):
        counts = {}
        for n in (1, 1000, 100000):
            self.assay("run", f"counted.loop/own?n={n}", "--worker", COUNTED_WORKER, "--collect", "callgrind",
                       "--launches", "1", timeout=120)
            counts[n] = self.instructions("counted.loop/own")["value"]
        around = counts[1] - 3
        self.assertGreater(around, 0)
        self.assertLess(around, 20, counts)  # markers, clock and engine, some 600, are not in it
        for n, count in counts.items():
            self.assertEqual(count, 2 * n + 1 + around, counts)

    def test_collectors_inside_are_asked_for_in_the_timing_lane_only(self):
        asked = self.work / "asked"
        self.assay("run", EXAMPLE, "--worker", f"{ODD_WORKER} collectors {asked}", "--collect", "callgrind,odd",
                   "--launches", "1", timeout=300)
        self.assertEqual(set(asked.read_text().splitlines()), {"alone: odd", "alone: ", "tool: "})

    def test_collectors_of_a_gpus_case_count_in_one_request_without_pauses(self):
        """Else they would count the calls for the device's own time, too, which are made between the samples."""
        asked = self.work / "asked"
        self.assay("run", EXAMPLE, "--device", "cuda:0", "--worker", f"{ODD_WORKER} collectors,gpu {asked}", "--collect", "odd",
                   "--launches", "1", code=None, timeout=300)
        requests = asked.read_text().splitlines()
        self.assertEqual(requests.count("alone: odd at once"), 1, requests)
        self.assertEqual(set(requests), {"alone: odd at once", "alone: "})

    def test_more_work_is_more_instructions(self):
        self.assay("run", "llm.gemv/simd?rows=16|32&cols=96&threads=1", "--collect", "callgrind", "--launches", "1",
                   timeout=120)
        small, large = (self.instructions(f"llm.gemv/simd?cols=96&rows={rows}")["value"] for rows in (16, 32))
        self.assertGreater(large / small, 1.5)
        self.assertLess(large / small, 2.0)  # x is quantised once, whatever the rows


class Counters(CliTest):
    def test_perf_events_are_counted_or_absent_with_a_reason_and_never_zero(self):
        ended = self.assay("run", CONV, "--collect", "perf_event", code=None)
        self.assertIn(ended.code, (0, 3), ended)
        if ended.code == 3:
            self.assertRegex(ended.err, "perf_event")
            return
        (result,) = self.results().values()
        metrics = [m for m in result["metrics"] if m["id"].startswith("perf.")]
        self.assertTrue(metrics)
        for metric in metrics:
            if metric["state"] not in ("ok", "scaled"):
                self.assertIsNone(metric["value"], metric)
                self.assertTrue(metric["reason"], metric)

    def test_a_collector_that_a_cases_worker_lacks_is_an_unsupported_reading_and_costs_no_case(self):
        self.assay("run", EXAMPLE, CONV, "--worker", EXAMPLE_WORKER, "--collect", "clock")
        results = self.results()
        self.assertEqual({result["status"] for result in results.values()}, {"ok"})
        ours = {m["id"]: m for m in results[EXAMPLE + "@cpu"]["metrics"]}
        self.assertEqual((ours["clock"]["state"], ours["clock"]["value"]), ("unsupported", None))
        self.assertIn("example_worker.py' has no collector 'clock'", ours["clock"]["reason"])
        (conv,) = (result for case, result in results.items() if case.startswith("tinyml."))
        others = {m["id"] for m in conv["metrics"]}
        self.assertNotIn("clock", others)
        self.assertIn("clock.core", others)

    def test_a_collector_that_no_worker_of_the_plan_has_is_refused_by_name(self):
        ended = self.assay("run", EXAMPLE, "--worker", EXAMPLE_WORKER, "--collect", "clock", code=3)
        self.assertIn("no worker of this plan has a collector 'clock'", ended.err)
        self.assertRegex(ended.err, r"known: (\w+, )*callgrind")
        self.assertEqual(self.run_ids(), [], "nothing was begun")

    def test_a_reading_keeps_the_direction_that_its_collector_declares(self):
        self.assay("run", CONV, "--collect", "clock", "--collect", "rusage")
        (result,) = self.results().values()
        better = {m["id"]: m["better"] for m in result["metrics"]}
        self.assertEqual(better["clock.core"], "higher")
        self.assertEqual(better["clock.change"], "neither")
        self.assertEqual(better["rusage.minor_faults"], "lower")

    def test_unknown_events_are_refused_with_their_name(self):
        ended = self.assay("run", CONV, "--collect", "perf_event:no_such_event", code=None)
        self.assertNotEqual(ended.code, 0, ended)
        self.assertIn("no_such_event", ended.err)


if __name__ == "__main__":
    main()
