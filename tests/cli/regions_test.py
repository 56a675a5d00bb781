#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Regions of somebody else's program (harness/core/assay_regions.h), from the program to the screen."""
import os
import pathlib
import shutil
import subprocess
import unittest

from support import ASSAY, CALLGRIND, CliTest, main

PROGRAM = pathlib.Path(ASSAY).parents[1] / "tests/regions_program"


class Regions(CliTest):
    def measure(self, *words, launches=1):
        """Metrics of regions of a run of the program, by what stands behind "regions."."""
        ended = self.assay("run", "--launches", launches, "--collect", "regions", "--json", "--", PROGRAM, *words)
        result, = ended.json()["results"]
        self.assertEqual(result["status"], "ok")
        return {metric["id"].removeprefix("regions."): metric for metric in result["metrics"]
                if metric["id"].startswith("regions.")}

    def values(self, *words):
        return {name: metric["value"] for name, metric in self.measure(*words).items()}

    def test_c_and_cpp_parts_nest_in_each_other_and_an_exception_ends_a_scope(self):
        metrics = self.measure("nested")
        self.assertEqual({name.removesuffix(".calls"): metric["value"] for name, metric in metrics.items()
                          if name.endswith(".calls")},
                         {"outer": 1, "outer/inner": 2, "outer/scope": 1, "outer/scope/deeper": 1})
        self.assertEqual(metrics["calls"]["value"], 5)
        self.assertGreaterEqual(metrics["outer/inner.p50"]["value"], 100_000)
        self.assertGreaterEqual(metrics["outer.p50"]["value"], 2 * metrics["outer/inner.p50"]["value"] * 0.5)
        self.assertTrue(0 < metrics["outer/inner.share"]["value"] < metrics["outer.share"]["value"] < 1)
        self.assertNotIn("unbalanced", metrics)
        self.assertFalse(any("thread" in name for name in metrics), metrics)

    def test_threads_children_and_programs_that_children_become_record_too(self):
        self.assertEqual(self.values("threads")["job.calls"], 3)
        values = self.values("fork")
        for path, calls in {"parent": 1, "child": 1, "grandchild": 1, "outer/inner": 2}.items():
            self.assertEqual(values[path + ".calls"], calls, values)

    def test_threads_that_never_end_and_handlers_of_exit_lose_nothing(self):
        self.assertEqual(self.values("idlers")["idler.calls"], 3)
        values = self.values("at-exit")
        self.assertEqual((values["main.calls"], values["at exit.calls"]), (1, 1))

    def test_a_plugin_that_is_unloaded_nests_by_itself_and_breaks_nothing(self):
        values = self.values("plugin", PROGRAM.with_name("regions_plugin.so"))
        self.assertEqual((values["host.calls"], values["calls"]), (2, 4))

    def test_a_program_without_regions_has_none_and_one_that_is_not_asked_is_not_told_to_record(self):
        self.assertEqual(self.values("none"), {"calls": 0})
        self.assay("run", "--launches", "1", "--collect", "rusage", "--", PROGRAM, "nested")
        wrote = self.work / "wrote"
        self.assay("run", "--launches", "1", "--", "sh", "-c", f"env > '{wrote}'", env={"ASSAY_REGIONS_FILE": "/nowhere"})
        self.assertNotIn("ASSAY_REGIONS", wrote.read_text())

    def test_what_does_not_match_is_said_and_never_guessed(self):
        metrics = self.measure("unbalanced")
        self.assertEqual(metrics["unbalanced"]["reason"],
                         "an end without a begin: 'never begun'; a begin without an end: 'never ended'")
        self.assertEqual(metrics["never ended/fine.calls"]["value"], 1)
        self.assertNotIn("never ended.p50", metrics)
        shown = self.assay("show")
        self.assertIn("regions.unbalanced", shown.out)

    def test_what_is_lost_is_said_and_makes_no_count(self):
        metrics = self.measure("lost")
        self.assertIsNone(metrics["calls"]["value"])
        self.assertIn("1 thread ended without writing", metrics["calls"]["reason"])

    def test_a_child_that_outlives_its_program_writes_into_no_other_run_s_records(self):
        metrics = self.measure("outlived")
        self.assertNotIn("damaged", metrics["calls"]["reason"])
        self.assertGreater(metrics["in time.p50"]["samples"], 1)

    def test_a_program_that_closes_all_descriptors_keeps_its_files_and_its_regions(self):
        self.assertEqual(self.values("hostile")["often.calls"], 5000)

    def test_too_many_records_and_limits_on_files_stop_recording_and_not_the_program(self):
        for what in ("many", "limited"):
            metrics = self.measure(what)
            self.assertIsNone(metrics["calls"]["value"], metrics)
            self.assertIn("recording stopped at 32 MiB a run", metrics["calls"]["reason"])
            name = "a region of which there are too many to keep"
            self.assertGreater(metrics[name + ".p50"]["value"], 0)
            self.assertIsNone(metrics[name + ".calls"]["value"])

    def test_a_full_disk_stops_recording_and_not_the_program(self):
        # /dev/full takes no byte, and no head: the program sees the same as on a full disk, Assay is not there to tell.
        ended = subprocess.run([PROGRAM, "many"], env={**os.environ, "ASSAY_REGIONS_FILE": "/dev/full"}, timeout=60)
        self.assertEqual(ended.returncode, 0)
        for file in ("/no/such/folder/file", "/proc/self/nothing", "relative", "", "/" + "x" * 5000):
            ended = subprocess.run([PROGRAM, "nested"], env={**os.environ, "ASSAY_REGIONS_FILE": file}, timeout=60)
            self.assertEqual(ended.returncode, 0, file)

    def test_without_assay_nothing_is_written_and_off_needs_no_posix(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY")}
        for program in (PROGRAM, PROGRAM.with_name("regions_off")):
            ended = subprocess.run([program], env=kept, cwd=self.work, timeout=60, capture_output=True)
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, b"", b""))
        self.assertEqual(list(self.work.iterdir()), [])

    def test_a_profile_shows_them_by_nesting_and_perfetto_gets_them_on_their_threads(self):
        ended = self.assay("profile", "--launches", "2", "--", PROGRAM, "nested")
        self.assertRegex(ended.out, r"Regions of the program\nregion +calls +median.*\nouter .*#\n  inner .*\n  scope .*\n    deeper ")
        stored, = self.assay("profile", "--run", "latest", "--json").json()["profiles"]
        regions = {region["path"]: region for region in stored["regions"]}
        self.assertEqual(set(regions), {"outer", "outer/inner", "outer/scope", "outer/scope/deeper"})
        self.assertLess(regions["outer"]["self"], regions["outer"]["share"])
        events = self.assay("export", "--format", "chrome_trace").json()["traceEvents"]
        spans = [event for event in events if event["ph"] == "X" and event["name"] in ("outer", "inner", "deeper")]
        rows = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
        self.assertEqual({rows[event["tid"]] for event in spans},
                         {"timing launch 1, thread 1", "timing launch 2, thread 1"})
        outer = [event for event in spans if event["name"] == "outer"]
        slack = 0.01  # us: binary fractions of a start and a duration
        for inner in (event for event in spans if event["name"] == "inner"):
            around = [event for event in outer if event["tid"] == inner["tid"] and event["ts"] <= inner["ts"] + slack and
                      inner["ts"] + inner["dur"] <= event["ts"] + event["dur"] + slack]
            self.assertEqual(len(around), 1)

    @unittest.skipUnless(CALLGRIND, "no valgrind, or sanitizers")
    def test_exact_counts_are_those_of_a_program_that_is_not_recorded(self):
        def instructions(*collectors):
            asked = [word for name in collectors for word in ("--collect", name)]
            results = self.assay("run", "--launches", "1", *asked, "--json", "--", PROGRAM, "hostile").json()["results"]
            return next(m["value"] for m in results[0]["metrics"] if m["id"] == "callgrind.instructions")
        self.assertEqual(instructions("callgrind"), instructions("callgrind", "regions"))

    def test_the_metrics_are_explained_and_survive_export_and_import(self):
        before = self.measure("threads", launches=2)
        self.assertIn("median time through it", self.assay("explain", "regions.job.p50").out)
        self.assertIn("which begins and ends", self.assay("explain", "regions.unbalanced").out)
        self.assay("export", "--format", "assay", "--identify", "-o", self.work / "run.json")
        other = self.folder / "b.db"
        self.assay("import", self.work / "run.json", "--db", other)
        result, = self.assay("show", "--json", "--db", other).json()["results"]
        after = {metric["id"].removeprefix("regions."): metric for metric in result["metrics"]}
        self.assertEqual(after["job.p50"], before["job.p50"])
        trace = [self.assay("export", "--format", "chrome_trace", "--db", db).out for db in (self.db, other)]
        self.assertEqual(trace[0], trace[1])

    def test_strict_c_is_enough_before_and_after_any_other_header(self):
        program = self.work / "strict.c"
        header = pathlib.Path(__file__).resolve().parents[2] / "harness/core"
        for compiler in filter(shutil.which, ("gcc", "clang")):
            for includes in ("<assay_regions.h>\n#include <time.h>", "<stdio.h>\n#include <time.h>\n#include <assay_regions.h>"):
                for standard in ("c11", "c17"):
                    with self.subTest(compiler=compiler, includes=includes, standard=standard):
                        program.write_text(f"#include {includes}\nint main(void) {{\n  ASSAY_REGION_BEGIN(\"strict\");\n"
                                           "  ASSAY_REGION_END(\"strict\");\n  return 0;\n}\n")
                        built = subprocess.run([compiler, f"-std={standard}", "-pedantic-errors", "-Wall", "-Wextra", "-Wconversion",
                                                "-Werror", "-O2", "-I", header, "-o", "strict", program, "-pthread"],
                                               cwd=self.work, capture_output=True, text=True, timeout=60)
                        self.assertEqual((built.returncode, built.stderr), (0, ""))
                        ended = self.assay("run", "--launches", "1", "--collect", "regions", "--json", "--", "./strict")
                        metrics = {metric["id"]: metric["value"] for metric in ended.json()["results"][0]["metrics"]}
                        self.assertEqual(metrics["regions.strict.calls"], 1)

    def test_our_own_cases_have_no_such_collector(self):
        ended = self.assay("run", "llm.gemv/simd?preset=xs&threads=1", "--collect", "regions", code=3)
        self.assertIn("no worker of this plan has a collector 'regions'", ended.err)


if __name__ == "__main__":
    main()
