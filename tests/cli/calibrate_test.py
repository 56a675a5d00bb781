#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay calibrate`: what a host can tell is measured, stored and gone by. How noisy this one is matters to no test."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

from support import ASSAY, EXAMPLE_WORKER, ROOT, CliTest, main

SUM = "example.sum/builtin?n=1000"
CASE = SUM + "@cpu"
WORKER = ("--as", "worker", "--", *EXAMPLE_WORKER.split())
FEW = ("--launches", "12", "--max-time", "5ms")


class Calibrate(CliTest):
    def calibrate(self, *words, sessions=2, code=0, **how):
        return self.assay("calibrate", SUM, *FEW, "--sessions", sessions, *words, *WORKER, code=code, timeout=300, **how)

    def pretend(self, **values):
        """As though this host had been calibrated so."""
        names = ", ".join(f"{name} = :{name}" for name in values)
        self.query(f"UPDATE calibration SET {names}", values)

    def test_a_case_is_measured_against_itself_and_what_it_shows_is_kept(self):
        ended = self.calibrate("--json")
        document = ended.json()
        self.assertEqual(document["command"], "calibrate")
        one, = document["calibrations"]
        self.assertEqual((one["case"], one["metric"]), (CASE, "time.wall.p50"))
        self.assertEqual((one["sessions"], one["pairs"], one["comparisons"]), (2, 24, 2))
        self.assertLessEqual(one["alarms"], one["comparisons"])
        self.assertGreater(one["session_spread"], 0)
        self.assertEqual(one["run"], self.run_ids()[0])
        self.assertEqual(document["suite"]["comparisons"], 2)
        # All launches are stored, and the figures were worked out from them.
        launches = [launch for launch in self.launches() if launch["lane"] == "timing"]
        self.assertEqual(len(launches), 2 * 2 * 12)
        self.assertEqual({launch["launch_index"] // 10_000 for launch in launches}, {0, 1})
        view, = self.query("SELECT * FROM v_calibrations")
        self.assertEqual((view["case_key"], view["pairs"], view["run_id"]), (CASE, 24, one["run"]))
        shown = self.assay("calibrate", "--show", "--json").json()
        self.assertEqual(shown, document)
        text = self.assay("calibrate", "--show").out
        self.assertIn(CASE, text)
        self.assertRegex(text, r"of 2 comparisons of equal sides alarmed \(at 95 % at most")
        self.assertIn("is a paired trial", self.assay("run", "--resume", "latest", code=2).err)
        result, = self.results().values()
        self.assertFalse(result.get("side"))  # a case against itself has no two sides
        self.assertEqual(result["status"], "ok")
        self.assert_sound()

    def test_a_command_is_calibrated_as_it_is(self):
        ended = self.assay("calibrate", "--sessions", 1, *FEW, "--json", "--", "sh", "-c", "sleep 0.002", timeout=300)
        one, = ended.json()["calibrations"]
        self.assertEqual((one["case"], one["pairs"]), ("command.sh/own@cpu", 12))
        self.assertIsNone(one["session_spread"])  # of one session there is none

    def test_the_doctor_says_whether_this_host_is_calibrated(self):
        def row():
            checks = self.assay("doctor", "--json").json()["checks"]
            found, = (check for check in checks if check["what"] == "calibration")
            return found
        self.assertEqual(row()["status"], "warn")
        self.assertIn("assay calibrate", row()["remedy"])
        self.calibrate(sessions=1)
        self.pretend(detectable=0.001, alarms=0)
        self.assertEqual(row()["status"], "ok")
        self.assertIn("1 case, today", row()["finding"])
        self.pretend(detectable=0.5)
        self.assertEqual(row()["status"], "warn")
        self.assertIn("50", row()["finding"])

    def test_a_smallest_effect_that_cannot_be_shown_is_never_the_same(self):
        self.calibrate(sessions=1)
        sides = ("--as", "worker", "--most-launches", "12", "--max-time", "5ms", "--effect", "90%", "--", *EXAMPLE_WORKER.split(),
                 "--", *EXAMPLE_WORKER.split())

        def outcome():
            document = self.assay("ab", SUM, "--json", *sides, code=None, timeout=300).json()  # undecided alone: a dead gate
            verdicts = [v for result in document["results"] for v in result.get("verdicts", []) if v["rule"] == "paired"]
            return verdicts[0]
        self.pretend(detectable=0.01)
        self.assertEqual(outcome()["outcome"], "same")
        self.pretend(detectable=0.95)
        verdict = outcome()
        self.assertEqual(verdict["outcome"], "undecided")
        self.assertIn("cannot detect a change of 90 %", verdict["reason"])

    def test_two_sessions_are_judged_by_what_the_host_s_differ_by(self):
        def measure(nap):
            self.assay("run", "--launches", "6", "-q", "--", "sh", "-c", f"sleep {nap}", timeout=300)
        measure("0.01")
        first = self.run_ids()[0]
        self.assay("baseline", "save", "main")
        measure("0.3")
        gate = ("gate", "--against", "baseline:main", "--run", "latest")
        ended = self.assay(*gate, "--json", code=5)
        finding, = ended.json()["findings"]
        self.assertEqual((finding["verdict"]["rule"], finding["state"]), ("session", "undecided"))
        self.assertEqual(finding["verdict"]["cause"], "uncalibrated")
        self.assertIn("assay calibrate", finding["verdict"]["reason"])
        newest = self.run_ids()[0]
        self.assay("calibrate", "--sessions", 1, *FEW, "-q", "--", "sh", "-c", "sleep 0.01", timeout=300)
        gate = ("gate", "--against", "baseline:main", "--run", newest)
        self.pretend(session_spread=0.01, sessions=8)
        ended = self.assay(*gate, "--out", "g.json", "--json", code=1)
        finding, = ended.json()["findings"]
        self.assertEqual((finding["verdict"]["outcome"], finding["state"]), ("slower", "fail"))
        self.assertIn("two sessions of this host may differ by", finding["verdict"]["reason"])
        self.assertRegex(finding["verdict"]["reason"], r"so it was once more: 0\.")
        self.assertEqual(len(self.query("SELECT * FROM label WHERE name = 'again' AND value = ?", (newest[:8],))), 1)
        compared = self.assay("compare", first, newest, "--json").json()
        time_verdict, = (v for one in compared["results"] for v in one.get("verdicts", []) if v["metric"] == "time.wall.p50")
        self.assertEqual((time_verdict["rule"], time_verdict["outcome"]), ("session", "slower"))
        # Replayed from its evidence: also where the database knows something else by then.
        self.pretend(session_spread=3.0)
        self.assertEqual(self.assay("gate", "--replay", "g.json", "--json", code=1).out, (self.work / "g.json").read_text())
        # Sessions that differ beyond any sense show nothing: a gate that cannot fail is dead, and not green.
        useless, = self.assay(*gate, "--json", code=5).json()["findings"]
        self.assertEqual((useless["verdict"]["outcome"], useless["verdict"]["cause"]), ("undecided", "uncalibrated"))
        self.assertIn("nothing could be shown", useless["verdict"]["reason"])

    def test_an_alarm_that_comes_once_is_none(self):
        """A stored run was slow; what is measured again is not."""
        nap = self.work / "nap"

        def measure(seconds):
            nap.write_text(seconds)
            self.assay("run", "--launches", "6", "-q", "--", "sh", "-c", f"sleep $(cat {nap})", timeout=300)
        measure("0.01")
        self.assay("baseline", "save", "main")
        self.assay("calibrate", "--sessions", 1, *FEW, "-q", "--", "sh", "-c", "sleep 0.01", timeout=300)
        self.pretend(session_spread=0.01, sessions=8)
        measure("0.3")
        slow = self.run_ids()[0]
        nap.write_text("0.01")
        gate = ("gate", "--against", "baseline:main", "--run", slow, "--json")
        once = self.assay(*gate, "--no-rerun", code=1).json()["findings"][0]["verdict"]
        self.assertNotIn("once more", once["reason"])
        self.assertEqual(self.run_ids()[0], slow)  # nothing was measured
        nap.write_text("2")  # whoever interrupts the second measuring gets the alarm as it is
        process = self.start(*gate)
        self.wait_for(lambda: self.run_ids()[0] != slow and self.query("SELECT * FROM v_runs WHERE state = 'running'"), "a second run")
        process.send_signal(signal.SIGINT)
        interrupted = self.finish(process)
        self.assertEqual(interrupted.code, 130, interrupted)
        self.assertIn("not measured again: it was interrupted", interrupted.json()["findings"][0]["verdict"]["reason"])
        nap.write_text("0.01")
        ended = self.assay(*gate, "--out", "g.json", timeout=300)
        verdict = ended.json()["findings"][0]["verdict"]
        self.assertEqual(verdict["outcome"], "undecided")
        self.assertIn("slower at first", verdict["reason"])
        self.assertIn("measured once more", ended.err)
        self.assertEqual(self.assay("gate", "--replay", "g.json", "--json").out, (self.work / "g.json").read_text())

    def test_what_fails_is_not_calibrated_and_said(self):
        ended = self.assay("calibrate", "--sessions", 1, *FEW, "--", "sh", "-c", "exit 3", code=7, timeout=300)
        self.assertIn("not calibrated: command.sh/own@cpu", ended.err)
        self.assertIn("exit status 3", ended.err)
        self.assertEqual(self.query("SELECT * FROM v_calibrations"), [])

    def test_what_is_written_wrongly_is_said(self):
        self.assertIn("nothing was asked for", self.assay("calibrate", code=2).err)
        self.assertIn("--pause is 'soon'", self.assay("calibrate", "--pause", "soon", "--", "true", code=2).err)
        self.assertIn("can never say slower or faster",
                      self.assay("calibrate", "--launches", "6", "--", "true", code=2).err)
        self.assertEqual(self.run_ids(), [])
        self.assertIn("is not calibrated", self.assay("calibrate", "--show").err)

    def test_a_budget_ends_it_with_what_there_is(self):
        begun = time.monotonic()
        ended = self.assay("calibrate", "--budget", "2s", "--sessions", 3, "--launches", 60, "--json", "--", "sleep", "0.05",
                           timeout=120)
        self.assertLess(time.monotonic() - begun, 100)
        self.assertIn("the budget was spent", ended.err)
        one, = ended.json()["calibrations"]
        self.assertLess(one["pairs"], 180)

    def test_ctrl_c_keeps_what_was_measured(self):
        process = self.start("calibrate", "--launches", "60", "--", "sleep", "0.02")
        self.wait_for(lambda: self.db.exists() and self.run_ids() and len(self.launches()) > 6, "launches")
        process.send_signal(signal.SIGINT)
        ended = self.finish(process)
        self.assertEqual(ended.code, 130, ended)
        self.assertIn("interrupted", ended.err)
        self.assertEqual(len(self.query("SELECT * FROM v_calibrations")), 1)

    def test_the_program_of_many_comparisons_says_what_they_showed(self):
        """tests/bench/real_aa.py, for seconds."""
        out = self.work / "aa.json"
        done = subprocess.run([sys.executable, ROOT / "tests/bench/real_aa.py", pathlib.Path(ASSAY).parents[1], "--comparisons",
                               "4", "--cases", "2", "--launches", "12", "--out", out], env=self.env, capture_output=True,
                              text=True, timeout=600)
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(out.read_text())
        self.assertEqual(result["comparisons"], 4)
        self.assertEqual([part["load"] for part in result["parts"]], [False, True])
        self.assertNotIn(os.uname().nodename, out.read_text())


if __name__ == "__main__":
    main()
