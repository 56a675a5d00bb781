#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a run plans, and how it is taken up again: the same plan, the same host, the same worker, nothing twice."""
import contextlib
import sqlite3
import subprocess
import time
import unittest

from support import ASSAY, CALLGRIND, CONV, EXAMPLE, ODD_WORKER, PATIENCE, ROOT, CliTest, main


class Resume(CliTest):
    def change(self, sql, values=()):
        with contextlib.closing(sqlite3.connect(self.db)) as connection, connection:
            connection.execute("PRAGMA foreign_keys = ON")
            self.assertGreater(connection.execute(sql, values).rowcount, 0)

    def lose(self, where):
        """As if the run had been killed before these launches."""
        self.change(f"DELETE FROM launch WHERE {where}")
        self.change("UPDATE run SET state = 'running', ended_utc_ms = NULL")

    def state(self):
        return self.query("SELECT state, ended_utc_ms, environment_after_json FROM run")[0]

    def test_what_is_missing_is_measured_and_the_rest_is_left(self):
        self.run_conv("--launches", "3")
        self.lose("launch_index = 1")
        kept = {launch["launch_id"] for launch in self.launches()}
        self.assay("run", "--resume")
        self.assertEqual(sorted(launch["launch_index"] for launch in self.launches()), [0, 1, 2])
        self.assertLess(kept, {launch["launch_id"] for launch in self.launches()})
        self.assertEqual(self.state()["state"], "complete")

    def test_what_the_stored_launches_say_about_repeats_still_counts(self):
        self.assay("run", EXAMPLE, "--worker", f"{ODD_WORKER} levels 120000", "--launches", "5",
                   env={"ASSAY_MAX_TIME": "2s", "ASSAY_PRECISION": "1e-6"})
        self.lose("launch_index > 2")
        self.assay("run", "--resume")
        self.assertEqual([launch["call_n"] for launch in self.launches_in_order()][3:], [299, 299])

    def test_a_complete_run_stays_as_it_is(self):
        self.run_conv()
        before = self.state(), self.launches()
        self.assertIn("nothing is missing", self.assay("run", "--resume").err)
        self.assertEqual((self.state(), self.launches()), before)

    def test_what_would_change_the_stored_plan_is_refused_not_ignored(self):
        self.run_conv()
        for more in (["llm.*"], ["--suite", "quick"], ["--launches", "9"], ["--seed", "2"], ["--cpus", "0"],
                     ["--collect", "rusage"], ["--label", "x"], ["--input", "vision=a.png"], ["--device", "cpu"],
                     ["--max-time", "1s"], ["--precision", "0.1"], ["--dry-run"]):
            with self.subTest(more=more):
                ended = self.assay("run", "--resume", "latest", *more, code=2)
                self.assertIn("stored plan", ended.err)

    @unittest.skipUnless(CALLGRIND, "no valgrind, or a sanitizer in the way")
    def test_launches_of_the_exact_lane_are_taken_up_too(self):
        self.run_conv("--collect", "callgrind", "--launches", "1")
        self.lose("lane = 'callgrind'")
        self.assay("run", "--resume")
        self.assertEqual({launch["lane"] for launch in self.launches()}, {"timing", "callgrind"})
        self.assertEqual({launch["status"] for launch in self.launches()}, {"ok"})

    def test_two_that_go_on_with_one_run_measure_nothing_twice(self):
        self.run_conv("--launches", "6")
        self.lose("launch_index > 0")
        slow = {"ASSAY_MAX_TIME": "150ms"}
        both = [self.start("run", "--resume", env=slow) for _ in range(2)]
        for process in both:
            ended = self.finish(process)
            self.assertEqual(ended.code, 0, ended)
        self.assertEqual(len(self.launches()), 6)
        self.assertEqual(self.state()["state"], "complete")
        self.assert_sound()

    def test_another_host_class_cannot_go_on(self):
        self.run_conv()
        self.lose("launch_index = 1")
        self.change("UPDATE run SET host_class_json = json_set(host_class_json, '$.\"cpu.model\"', 'Another')")
        before = self.state(), self.launches()
        self.assertIn("host class", self.assay("run", "--resume", code=2).err)
        self.assertEqual((self.state(), self.launches()), before)

    def test_a_worker_that_changed_cannot_go_on(self):
        script = self.work / "worker.py"
        source = (ROOT / "workloads/adapters/example_worker.py").read_text()
        script.write_text(source)
        self.assay("run", EXAMPLE, "--worker", "python3 worker.py")
        self.lose("launch_index = 1")
        script.write_text(source + "# edited\n")
        self.assertIn("has changed", self.assay("run", "--resume", code=2).err)
        script.write_text(source)
        self.assay("run", "--resume")
        self.assertEqual(len(self.launches()), 2)

    def test_a_worker_that_is_not_here_any_more_leaves_the_run_as_it_was(self):
        (self.work / "worker.py").write_text((ROOT / "workloads/adapters/example_worker.py").read_text())
        (self.work / "assay.toml").write_text('[[worker]]\nname = "mine"\ncommand = ["python3", "worker.py"]\n')
        self.assay("run", EXAMPLE)
        self.lose("launch_index = 1")
        (self.work / "assay.toml").unlink()
        before = self.state()
        self.assertIn("mine", self.assay("run", "--resume", code=3).err)
        self.assertEqual(self.state(), before)

    def test_a_spent_budget_leaves_one_row_a_case_and_can_be_resumed_with_another(self):
        self.run_conv("--launches", "4", "--budget", "1ms")
        self.assertEqual({launch["status"] for launch in self.launches()}, {"ok", "skipped"})
        self.assertEqual(len(self.assay("export").json()["results"]), 1)
        self.assay("run", "--resume", "latest", "--budget", "1h")
        self.assertEqual([launch["status"] for launch in self.launches()], ["ok"] * 4)


class Plan(CliTest):
    def planned(self):
        return self.query("SELECT case_key, worker FROM planned_case")

    def test_a_selector_may_follow_every_option(self):
        suite = self.work / "s.toml"
        suite.write_text(f'[[case]]\nselect = "{EXAMPLE}"\n')
        for option in (["--label", "x"], ["--collect", "rusage"]):
            with self.subTest(option=option):
                self.assay("run", *option, CONV, "--quiet")
        self.assay("run", "--suite", suite, CONV, "--worker", f"python3 {ROOT}/workloads/adapters/example_worker.py")
        self.assertEqual({row["case_key"].split("/")[0] for row in self.planned()},
                         {"tinyml.conv2d_int8", "example.sum"})

    def test_a_case_of_more_threads_than_cpus_is_refused_and_the_rest_is_measured(self):
        ended = self.assay("run", CONV + "|60000", "--launches", "1", code=3)  # it was asked for by name
        self.assertIn("60000 threads", ended.err)
        self.assertEqual(len(self.planned()), 1)
        alone = self.assay("run", "tinyml.conv2d_int8/simd?preset=xs&threads=60000", "--quiet", code=3)
        self.assertIn("60000 threads", alone.err)

    def test_seeded_data_never_stand_in_for_a_file_and_no_file_is_ignored(self):
        ended = self.assay("run", "vision.resize/simd?preset=xs&input=deadbeef0000", code=2)
        self.assertIn("input=deadbeef0000", ended.err)
        picture = f"vision={ROOT / 'tests/fuzz/corpus/image/rgb8.png'}"
        self.assertIn("no selected case reads", self.assay("run", CONV, "--input", picture, code=2).err)
        self.assertEqual(self.query("SELECT * FROM run"), [])

    def test_half_a_launch_is_refused(self):
        for more in (["--launches", "2.5"], ["--seed", "0.5"], ["--seed", "-1"]):
            with self.subTest(more=more):
                self.assertIn("whole number", self.assay("run", CONV, *more, code=2).err)

    def test_a_whole_run_is_exported_whole_or_not_at_all(self):
        self.run_conv()
        self.assertIn("--select", self.assay("export", "--format", "assay", "--select", "llm.*", code=2).err)

    def test_a_worker_that_is_named_runs_what_an_installed_one_offers_too(self):
        program = (ROOT / "workloads/adapters/example_worker.py").read_text()
        (self.work / "installed.py").write_text(program)
        (self.work / "mine.py").write_text(program)
        (self.work / "assay.toml").write_text('[[worker]]\nname = "installed"\ncommand = ["python3", "installed.py"]\n')
        self.assay("run", EXAMPLE, "--worker", "python3 mine.py")
        self.assertEqual([row["worker"] for row in self.planned()], ["python3 mine.py"])


class Lost(CliTest):
    """What is kept of launches and readings that are not whole."""

    def worker(self, body):
        (self.work / "worker.py").write_text(
            "import os, sys\n"
            f"sys.path.insert(0, {str(ROOT / 'workloads/adapters')!r})\n"
            "from example_worker import Worker\n"
            "class Odd(Worker):\n"
            "    asked = 0\n"
            "    def hello(self, request):\n"
            "        return super().hello(request) | {'collectors': [\n"
            "            {'name': 'x', 'available': True, 'metrics': [{'id': 'x.y', 'unit': 'count'}]}]}\n"
            "    def measure(self, request):\n"
            "        lines = super().measure(request)\n"
            "        self.asked += 1\n" + "".join(f"        {line}\n" for line in body) +
            "        return lines\n"
            "Odd().serve()\n")
        return ["--worker", "python3 worker.py", "--launches", "1"]

    def test_a_metric_that_one_chunk_lacks_is_missing_with_that_chunks_reason(self):
        counted = "{'metric': 'x.y', 'unit': 'count', 'state': 'ok', 'value': 1.0}"
        denied = "{'metric': 'x.y', 'unit': 'count', 'state': 'denied', 'reason': 'taken away'}"
        for which in (1, 2, 3):
            with self.subTest(which=which):
                self.assay("run", EXAMPLE, *self.worker([
                    f"lines[-1]['readings'] = [{denied} if self.asked == {which} else {counted}]"]))
                row = self.query("SELECT * FROM reading WHERE metric = 'x.y' ORDER BY launch_key DESC")[0]
                self.assertEqual((row["value"], row["state"], row["reason"]), (None, "denied", "taken away"))

    def test_a_launch_that_was_lost_keeps_no_readings_and_counts_for_the_worker_that_was_started(self):
        flag = str(self.work / "once")
        body = ["lines[-1]['readings'] = [{'metric': 'x.y', 'unit': 'count', 'state': 'ok', 'value': 5.0}]",
                "if self.asked == 3: os._exit(1)"]
        self.assay("run", EXAMPLE, *self.worker(body), code=7)
        self.assertEqual(self.query("SELECT * FROM reading WHERE metric = 'x.y'"), [])
        (self.work / "worker.py").write_text(
            "import os, sys\n"
            f"sys.path.insert(0, {str(ROOT / 'workloads/adapters')!r})\n"
            "from example_worker import Worker\n"
            f"if os.path.exists({flag!r}):\n"
            f"    os.remove({flag!r})\n"
            "    os._exit(9)\n"
            "Worker().serve()\n")
        self.assay("run", EXAMPLE, "--worker", "python3 worker.py", "--launches", "2")  # fills the cache
        process = self.start("run", EXAMPLE, "--worker", "python3 worker.py", "--launches", "3",
                             env={"ASSAY_MAX_TIME": "500ms"})
        run = self.wait_for(lambda: self.query("SELECT 1 FROM launch JOIN planned_case USING (case_row) "
                                               "WHERE run_key = 3"), "no launch")
        self.assertTrue(run)
        open(flag, "w").close()
        ended = self.finish(process)
        self.assertEqual(ended.code, 0, ended)  # a lost launch that was made good is a warning
        self.assertIn("launches were lost", self.assay("export").json()["results"][0]["reason"])
        self.assertEqual(len(self.assay("export").json()["results"]), 1)


class Hello(CliTest):
    """Limits hold from a worker's first moment, not from its first launch."""

    LIMITS = {"ASSAY_START_LIMIT": "1s", "ASSAY_MEMORY_LIMIT": "200 MiB"}

    def test_a_worker_that_never_says_hello_is_ended_at_the_limit(self):
        began = time.monotonic()
        ended = self.assay("run", EXAMPLE, "--worker", "sleep 60", env=self.LIMITS, code=7)
        self.assertIn("timed out", ended.err)
        self.assertLess(time.monotonic() - began, 15 * PATIENCE)

    def test_a_worker_that_eats_memory_before_hello_is_ended_at_the_limit(self):
        eater = "python3 -c 'import time; x = [bytearray(b\"x\" * 2**24) for _ in range(64)]; time.sleep(60)'"
        for command in (["list", "workloads", "--worker", eater], ["worker", "check", eater]):
            with self.subTest(command=command):
                ended = self.assay(*command, env={**self.LIMITS, "ASSAY_START_LIMIT": "20s"}, code=7)
                self.assertIn("memory limit", ended.out + ended.err)


class Streams(CliTest):
    def test_a_closed_standard_output_is_an_error_and_no_file_is_written_into(self):
        self.run_conv()
        for command in (["show"], ["run", CONV, "--quiet"]):
            with self.subTest(command=command):
                ended = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", ASSAY, *command], env=self.env, cwd=self.work,
                                       stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60, check=False)
                self.assertEqual(ended.returncode, 4, ended)
                self.assertIn(b"standard output", ended.stderr)
        self.assertNotIn("tinyml", (self.folder / "lock").read_text().split(", process")[1])
        self.assert_sound()


if __name__ == "__main__":
    unittest.TestCase.maxDiff = None
    main()
