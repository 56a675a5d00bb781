#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs that do not end by themselves: killed at random moments, stopped by the user, two at once.

ASSAY_TEST_KILLS is how often a run is killed (5; 50 in `ci/test --full`); ASSAY_TEST_SEED repeats the moments.
"""
import fcntl
import os
import pty
import random
import re
import signal
import subprocess
import threading
import time

from support import ASSAY, CONV, EXAMPLE, FAULTY_WORKER, ODD_WORKER, PATIENCE, CliTest, main

KILLS = int(os.environ.get("ASSAY_TEST_KILLS", "5"))
SEED = int(os.environ.get("ASSAY_TEST_SEED", random.randrange(1 << 30)))
SEVERAL = [CONV, "llm.gemv/simd?preset=xs&threads=1", "tinyml.kws/simd?preset=xs&threads=1",
           "roof.fma/simd?preset=xs&threads=1"]
F_SETPIPE_SZ = 1031
LONG = {"ASSAY_MAX_TIME": "3s", "ASSAY_MIN_SAMPLES": "1000000", "ASSAY_WARMUP": "50ms"}  # launches of three seconds


class Killed(CliTest):
    def start_on_terminal(self, *arguments):
        """The program with a terminal as standard error, on which it says which launch it is at."""
        leader, follower = pty.openpty()
        process = subprocess.Popen([ASSAY, *arguments], env={**self.env, "TERM": "xterm"}, cwd=self.work,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=follower,
                                   start_new_session=True)
        self.addCleanup(self.end, process)
        os.close(follower)
        shown = []

        def drain():
            try:
                while part := os.read(leader, 65536):
                    shown.append(part)
            except OSError:
                pass
            os.close(leader)
        reader = threading.Thread(target=drain)
        reader.start()
        self.addCleanup(reader.join)
        return process, shown, reader

    def test_a_run_killed_at_any_moment_loses_at_most_the_launch_in_flight_and_is_resumed(self):
        print(f"seed {SEED}, {KILLS} kills", flush=True)
        moments = random.Random(SEED)
        self.run_conv()  # the database is there, and how long a launch takes
        began = time.monotonic()
        self.assay("run", *SEVERAL, "--quiet")
        whole_s = time.monotonic() - began
        for kill in range(KILLS):
            at_s = moments.uniform(0.02, 2.5 * whole_s)  # six launches a case take three times as long as two
            with self.subTest(kill=kill, at_s=round(at_s, 3)):
                before = len(self.run_ids())
                process, shown, reader = self.start_on_terminal("run", *SEVERAL, "--launches", "6")
                time.sleep(at_s)
                process.kill()
                process.wait()
                reader.join()
                self.wait_for(lambda: not self.children_left(), f"workers live on: {self.children_left()}", 5)
                self.assert_sound()
                if len(self.run_ids()) == before:
                    continue  # killed before it had a plan: nothing to lose
                begun = max((int(n) for n in re.findall(rb"\[ *(\d+)/24\]", b"".join(shown))), default=0)
                run = self.run_ids()[0]
                stored = self.stored(run)
                self.assertGreaterEqual(stored, begun - 1, "a launch that had ended is lost")
                if self.query("SELECT state FROM run WHERE run_id = ?", (run,))[0]["state"] == "complete":
                    self.assertEqual(stored, 24)
                    continue
                self.assay("run", "--resume", run)
                self.assertEqual(self.stored(run), 24)
                self.assertEqual(self.run_ids()[0], run, "a resumed run is the same run")
                self.assertEqual(self.query("SELECT state FROM run WHERE run_id = ?", (run,))[0]["state"], "complete")
                self.assert_sound()

    def stored(self, run):
        return self.query("SELECT count(*) AS n FROM launch JOIN planned_case USING (case_row) JOIN run USING (run_key)"
                          " WHERE run_id = ? AND status = 'ok'", (run,))[0]["n"]

    def test_resuming_what_is_complete_measures_nothing_and_shows_it(self):
        run = self.run_conv()
        self.assertIn("conv2d", self.assay("run", "--resume").out)
        self.assertEqual(len(self.launches()), 2)
        self.assertEqual(self.run_ids(), [run])


class Stopped(CliTest):
    def start_long(self, *arguments, **how):
        process = self.start("run", *(arguments or (CONV,)), env=LONG, **how)
        self.wait_for(lambda: (self.folder / "lock").exists() and (self.folder / "lock").read_text(), "no lock taken")
        time.sleep(0.7)  # the first launch is measuring
        return process

    def stop(self, process, *signals, within_s):
        began = time.monotonic()
        for number in signals:
            os.killpg(process.pid, number)  # as a terminal does; workers have groups of their own
            time.sleep(0.2)
        ended = self.finish(process)
        self.assertLess(time.monotonic() - began, within_s * PATIENCE, ended)
        self.assert_safe(ended)
        self.assertEqual(self.children_left(), [])
        return ended

    def assert_interrupted(self, ended, code):
        self.assertEqual(ended.code, code, ended)
        self.assertIn("go on with: assay run --resume " + self.run_ids()[0][:8], ended.err)
        self.assertEqual(self.query("SELECT state FROM run")[0]["state"], "interrupted")

    def test_ctrl_c_finishes_the_sample_keeps_everything_and_is_resumed(self):
        ended = self.stop(self.start_long(), signal.SIGINT, within_s=3)
        self.assert_interrupted(ended, 130)
        self.assertIn("conv2d", ended.out, "what was measured is shown")
        launches = self.launches()
        self.assertEqual([launch["status"] for launch in launches], ["ok"])
        self.assertEqual(launches[0]["verified"], 1)
        self.assertGreater(launches[0]["call_n"], 5)
        self.assert_sound()
        self.query("UPDATE run SET settings_json = replace(settings_json, '\"3s\"', '\"20ms\"')")
        self.assay("run", "--resume")
        self.assertEqual([launch["status"] for launch in self.launches()], ["ok", "ok"])

    def test_ctrl_c_while_warming_up_says_that_the_warm_up_was_not_finished(self):
        begun = self.work / "begun"
        process = self.start("run", EXAMPLE, "--worker", f"{ODD_WORKER} unsettled {begun}", "--launches", "1",
                             env={"ASSAY_WARMUP": "60s"})
        self.wait_for(begun.exists, "the worker is not asked to measure")
        self.assert_interrupted(self.stop(process, signal.SIGINT, within_s=20), 130)
        (reading,) = self.query("SELECT value, reason FROM reading WHERE metric = 'warmup.unsettled'")
        self.assertEqual(reading, {"value": None, "reason": "the run was stopped meanwhile"})

    def test_ctrl_c_twice_ends_at_once_and_the_database_is_sound(self):
        process = self.start_long(EXAMPLE, "--worker", f"{FAULTY_WORKER} --fault=hang-ignore-sigterm")
        ended = self.stop(process, signal.SIGINT, signal.SIGINT, within_s=6)
        self.assert_interrupted(ended, 130)
        self.assertEqual(self.launches(), [], "a launch that did not end is not stored")
        self.assert_sound()

    def test_sigterm_stores_what_was_measured_and_ends_with_143(self):
        ended = self.stop(self.start_long(), signal.SIGTERM, within_s=3)
        self.assert_interrupted(ended, 143)
        self.assertEqual([launch["status"] for launch in self.launches()], ["ok"])

    def test_a_terminal_that_closes_stores_what_was_measured_and_ends_with_129(self):
        ended = self.stop(self.start_long(), signal.SIGHUP, within_s=3)
        self.assert_interrupted(ended, 129)
        self.assertEqual([launch["status"] for launch in self.launches()], ["ok"])

    def test_the_first_ctrl_c_is_answered_at_once_and_the_second_ends_the_launch(self):
        process = self.start("run", EXAMPLE, "--worker", f"{FAULTY_WORKER} --fault=hang")
        self.wait_for(lambda: self.run_ids() and self.children_left(), "no worker")
        time.sleep(1)  # it has come to where it hangs, for two minutes
        os.kill(process.pid, signal.SIGINT)
        self.assertIn(b"ending after the request in flight, which is stored; once more ends it now",
                      process.stderr.readline())
        os.kill(process.pid, signal.SIGINT)
        self.assertEqual(self.finish(process, 10).code, 130)

    def test_a_signal_after_the_last_launch_leaves_the_table_whole(self):
        process = self.start("run", *SEVERAL, "--json", "--launches", "1")
        fcntl.fcntl(process.stdout, F_SETPIPE_SZ, 4096)  # it waits there for its reader
        self.wait_for(lambda: self.run_ids() and self.query("SELECT state FROM run")[0]["state"] == "complete",
                      "the run does not end")
        time.sleep(0.5)
        os.kill(process.pid, signal.SIGTERM)
        ended = self.finish(process, 20)
        self.assertEqual(len(ended.json()["results"]), 4)
        self.assertEqual(ended.code, 143, ended)

    def test_nohup_is_respected(self):
        process = self.start_long(CONV, "--launches", "1", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.assertEqual(self.stop(process, signal.SIGHUP, within_s=20).code, 0)

    def test_ctrl_c_while_waiting_for_the_host_ends_with_130(self):
        with open(self.folder / "lock", "w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            process = self.start("run", CONV)
            self.wait_for(self.run_ids, "the run does not begin")
            time.sleep(0.5)
            self.assertIsNone(process.poll())
            ended = self.stop(process, signal.SIGINT, within_s=3)
        self.assert_interrupted(ended, 130)
        self.assertIn("waiting for the host: another Assay process", ended.err)
        self.assertEqual(self.launches(), [])


class TwoAtOnce(CliTest):
    def test_the_second_run_waits_and_says_for_whom(self):
        first = self.start("run", CONV, "--label", "first", "--launches", "1", env=LONG)
        text = self.wait_for(lambda: (self.folder / "lock").exists() and (self.folder / "lock").read_text(), "no lock")
        self.assertIn(f"process {first.pid}", text)
        second = self.assay("run", CONV)
        self.assertIn("waiting for the host: assay run ", second.err)
        self.assertIn("first", second.err)
        self.assertIn(f"process {first.pid}", second.err)
        self.assertEqual(self.finish(first).code, 0)
        rows = self.query("SELECT label.value AS label, ended_utc_ms AS ended, min(launch.started_utc_ms) AS began "
                          "FROM run LEFT JOIN label USING (run_key) JOIN planned_case USING (run_key) "
                          "JOIN launch USING (case_row) GROUP BY run_key ORDER BY label IS NULL")
        self.assertEqual(len(rows), 2)
        self.assertGreaterEqual(rows[1]["began"], rows[0]["ended"] - 1000, "two runs measured at the same time")
        self.assert_sound()

    def test_a_lock_of_a_run_that_was_killed_holds_nobody_up(self):
        first = self.start("run", CONV, env=LONG)
        self.wait_for(lambda: (self.folder / "lock").exists() and (self.folder / "lock").read_text(), "no lock")
        first.kill()
        first.wait()
        self.assertNotIn("waiting", self.assay("run", CONV, timeout=20).err)

    def test_a_run_that_was_killed_is_shown_as_interrupted_and_may_be_pruned(self):
        first = self.start("run", CONV, env=LONG)
        self.wait_for(lambda: self.run_ids() and (self.folder / "lock").exists() and (self.folder / "lock").read_text(),
                      "no lock")
        self.assertEqual(self.assay("db", "prune", "--keep", "0", "--dry-run").out, "", "it is in progress")
        first.kill()
        first.wait()
        self.assertEqual(self.query("SELECT state FROM run"), [{"state": "running"}])
        listed = self.assay("list", "runs", "--json").json()["runs"]
        self.assertEqual([run["state"] for run in listed], ["interrupted"])
        self.assertIn("--resume", self.assay("show").out)
        self.query("UPDATE run SET host_name = 'elsewhere'")  # what goes on there cannot be seen from here
        self.assertEqual(self.assay("list", "runs", "--json").json()["runs"][0]["state"], "running")
        self.assertEqual(self.assay("db", "prune", "--keep", "0").out, "")
        self.query(f"UPDATE run SET host_name = '{os.uname().nodename}'")
        self.assertIn(self.run_ids()[0], self.assay("db", "prune", "--keep", "0").out)
        self.assertEqual(self.run_ids(), [])

    def test_a_run_in_progress_is_not_pruned_under_another_lock_and_care_for_the_database_does_not_stop_it(self):
        other = {"ASSAY_LOCK": str(self.folder / "another-lock")}
        first = self.start("run", CONV, "--launches", "3", env={**LONG, "ASSAY_MAX_TIME": "1s"})
        self.wait_for(lambda: self.run_ids() and self.launches(), "no launch")
        self.assertEqual(self.assay("db", "prune", "--keep", "0", env=other).out, "")
        self.assertIn("running", self.assay("list", "runs", env=other).out)
        for command in (["compact"], ["check"], ["stats"], ["migrate"]):
            self.assay("db", *command, env=other)
        ended = self.finish(first)
        self.assertEqual(ended.code, 0, ended)
        self.assertEqual([launch["status"] for launch in self.launches()], ["ok"] * 3)
        self.assertFalse(self.db.with_name("a.db-run").exists())

    def test_reading_goes_on_while_a_run_measures(self):
        self.run_conv()
        first = self.start("run", CONV, "--launches", "1", env=LONG)
        self.wait_for(lambda: len(self.run_ids()) == 2, "no second run")
        self.wait_for(lambda: str(first.pid) in (self.folder / "lock").read_text(), "no lock")
        self.assay("show", "latest~1", timeout=2)
        self.assay("list", "runs", timeout=2)
        self.assertIn("running", self.assay("list", "runs", timeout=2).out)
        self.assertEqual(self.finish(first).code, 0)


if __name__ == "__main__":
    main()
