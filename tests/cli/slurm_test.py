#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay run --slurm` on a real Slurm of two virtual nodes, which die, are full, and lose their jobs."""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

from mini_slurm import REASON, MiniSlurm
from support import CONV, CliTest, main


@unittest.skipIf(REASON, REASON)
class Slurm(CliTest):
    @classmethod
    def setUpClass(cls):
        cls.cluster_folder = tempfile.mkdtemp(prefix="assay-slurm-")
        cls.addClassCleanup(shutil.rmtree, cls.cluster_folder, ignore_errors=True)
        cls.slurm = MiniSlurm(cls.cluster_folder, dict(os.environ))
        cls.addClassCleanup(cls.slurm.stop)
        cls.slurm.start()

    def setUp(self):
        super().setUp()
        self.slurm.wait_until_idle()
        self.env["SLURM_CONF"] = self.slurm.env["SLURM_CONF"]

    def campaign(self, options, *more, code=0, **how):
        return self.assay("run", *(more or (CONV,)), "--slurm", options, code=code, timeout=120, **how)

    def stored(self):
        """Host -> (state, launches) of the runs that were merged."""
        return {row["host"]: (row["state"], row["launches"]) for row in self.query(
            "SELECT l.value AS host, r.state AS state, (SELECT count(*) FROM launch n JOIN planned_case c USING (case_row)"
            " WHERE c.run_key = r.run_key) AS launches FROM run r JOIN label l USING (run_key) WHERE l.name = 'host'")}

    def start_long(self, options="partition=all", launches=16):
        return self.start("run", CONV, "--launches", launches, "--slurm", options)

    def wait_for_launches(self, nodes="*", count=2):
        """The node that measures. Both are one machine, so one waits until the other has measured."""
        def measured():
            for file in (self.folder / "tmp").glob(f"assay-campaign-*-{nodes}/assay.db"):
                with contextlib.suppress(sqlite3.OperationalError):  # it has just been made
                    if self.query("SELECT count(*) AS n FROM launch", db=file)[0]["n"] >= count:
                        return file.parent.name[-2:]
            return None
        return self.wait_for(measured, f"{nodes} measures nothing: {self.slurm.jobs()}")

    def assert_nothing_left(self):
        self.assertEqual(self.slurm.jobs(), [])
        self.assertEqual(list(self.work.glob("assay-campaign-*")), [])
        self.assertEqual(list((self.folder / "tmp").glob("assay-campaign-*")), [])

    def test_two_nodes_are_measured_and_their_runs_merged_ready_for_a_report(self):
        began = time.monotonic()
        ended = self.campaign("partition=all", CONV, "--label", "trial=one", "--export", "all.json")
        wall = time.monotonic() - began
        self.assertEqual(self.stored(), {"n1": ("complete", 2), "n2": ("complete", 2)}, ended)
        runs = self.query("SELECT * FROM run ORDER BY run_key")
        longest = max((run["ended_utc_ms"] - run["started_utc_ms"]) / 1000 for run in runs)
        print(f"\n  wall {wall:.2f} s, the longest node's run {longest:.2f} s, added {wall - longest:.2f} s")
        self.assertLess(wall - longest, 5 * 5)  # the figure is 5 s, of a machine that does nothing else
        self.assertRegex(ended.out, r"n1 +complete +[0-9a-f]{8} +2")
        ids = re.search("next: (assay report hardware.*)", ended.err)[1].split()[3:]
        self.assertEqual(len(ids), 2)
        self.assertEqual({host["name"] for host in self.assay("report", "hardware", *ids, "--answer", "-").json()["hosts"]}, {"n1", "n2"})
        self.assertEqual({row["value"] for row in self.query("SELECT value FROM label WHERE name = 'trial'")}, {"one"})
        self.assay("import", "all.json", "--db", self.folder / "b.db")
        self.assertEqual(len(self.run_ids(self.folder / "b.db")), 2)
        self.assert_sound()
        self.assert_nothing_left()

    def test_settings_of_the_command_line_hold_on_the_nodes(self):
        ended = self.campaign("partition=one", CONV, "--launches", "3", "--max-time", "15ms", "--json", env={"ASSAY_MIN_SAMPLES": "7"})
        answer = ended.json()
        self.assertEqual(answer["hosts"][0]["runs"][0]["launches"], 3)
        self.assertEqual(answer["hosts"][0]["state"], "complete")
        run = self.assay("export", "latest", "--format", "assay").out.splitlines()[0]
        self.assertRegex(run, '"rules.max_time": ?"15ms"')
        self.assertRegex(run, '"rules.min_samples": ?"7"')

    def test_one_of_a_kind_and_constraints(self):
        plan = self.campaign("partition=all,each=type", CONV, "--dry-run").out
        self.assertRegex(plan, r"(?s)^n1: assay run .*host=n1.*\nn2: ")
        self.assertRegex(self.campaign("partition=all,constraint=large", CONV, "--dry-run").out, r"^n2: .*\n$")
        self.assertRegex(self.campaign("nodelist=n1,n2,constraint=small|large", CONV, "--dry-run").out, r"(?s)^n1: .*\nn2: ")
        self.assertRegex(self.campaign("nodelist=n[1-2],wait=5s", CONV, "--dry-run").out, r"(?s)^n1: .*\nn2: ")
        self.assertEqual(self.run_ids(), [])
        self.assert_nothing_left()

    def test_what_slurm_does_not_have_is_said_at_once(self):
        ended = self.campaign("partition=nope", code=3)
        self.assertRegex(ended.err, r"Slurm has no node in a partition 'nope'\n.*its partitions: all, one")
        self.assertIn("Invalid feature", self.campaign("constraint=nope", code=3).err)
        self.assertIn("colour", self.campaign("colour=red", code=3).err)
        self.assertIn("n9", self.campaign("nodelist=n9", code=3).err)
        for options, words in (("nodes=2", "a campaign sets nodes itself"), ("hello", "no KEY=VALUE"), ("wait=soon", "wait=90s"),
                               ("each=rack", "each=type"), ("partition=a,partition=b", "twice"), ("partition=", "no value")):
            self.assertIn(words, self.campaign(options, code=2).err)
        self.assertIn("nothing was asked for", self.assay("run", "--slurm", "partition=all", code=2).err)
        self.assertIn("host=", self.campaign("partition=all", CONV, "--label", "host=me", code=2).err)
        self.assertIn("two campaigns", self.campaign("partition=all", CONV, "--ssh", "a", code=2).err)
        ended = self.campaign("partition=all", code=3, env={"PATH": "/nowhere"})
        self.assertRegex(ended.err, r"there is no Slurm here.*\n.*slurm-client")
        ended = self.campaign("partition=all", code=3, env={"SLURM_CONF": "/nowhere"})
        self.assertIn("Slurm", ended.err)
        self.assertEqual(self.run_ids(), [])
        self.assert_nothing_left()

    def test_a_node_that_dies_and_comes_back_goes_on_where_it_was(self):
        process = self.start_long()
        self.wait_for_launches("n2")
        self.slurm.kill_node("n2")
        self.slurm.start_node("n2")
        ended = self.finish(process, 120)
        self.assertEqual(ended.code, 0, ended)
        self.assertEqual(self.stored(), {"n1": ("complete", 16), "n2": ("complete", 16)}, ended)
        self.assert_sound()
        self.assert_nothing_left()

    def test_a_node_that_stays_dead_is_lost_and_the_others_count(self):
        process = self.start_long("partition=all,wait=1s")
        self.wait_for_launches("n2")
        self.slurm.kill_node("n2")
        ended = self.finish(process, 120)
        self.slurm.start_node("n2")
        self.assertEqual(ended.code, 7, ended)
        self.assertEqual(self.stored(), {"n1": ("complete", 16)}, ended)
        self.assertRegex(ended.err, r"n2: lost: its node was not there for 1 s")
        self.assertEqual(self.slurm.jobs(), [])
        kept = pathlib.Path(re.search(r"stay in (\S+)", ended.err)[1])
        self.assertTrue((kept / "2-n2/log").exists())
        self.slurm.wait_until_idle()
        self.slurm.tell("scontrol", "update", "nodename=n1", "state=drain", "reason=test")
        ended = self.campaign("partition=all", code=3)
        self.slurm.tell("scontrol", "update", "nodename=n1", "state=resume")
        self.assertIn("n1: lost: its node is drain", ended.err)
        self.assertEqual(self.stored()["n2"], ("complete", 2))

    def test_a_cancelled_job_sends_what_it_has(self):
        process = self.start_long()
        self.wait_for_launches("n2")
        job = next(job for job, state, _, node in self.slurm.jobs() if node == "n2")
        self.slurm.tell("scancel", job)
        ended = self.finish(process, 120)
        self.assertEqual(ended.code, 7, ended)
        self.assertEqual(self.stored()["n1"], ("complete", 16), ended)
        state, launches = self.stored()["n2"]
        self.assertEqual(state, "interrupted")
        self.assertTrue(2 <= launches < 16, launches)
        self.assertRegex(ended.err, r"n2: interrupted: .*\*\*\* JOB .* CANCELLED")

    def test_a_job_that_is_cancelled_before_it_begins_is_lost(self):
        other = self.slurm.tell("sbatch", "--parsable", "--exclusive", "--nodelist=n1", "--output=/dev/null", "--wrap=sleep 60").strip()
        self.addCleanup(self.slurm.tell, "scancel", other)
        process = self.start("run", CONV, "--slurm", "partition=one")
        waiting = self.wait_for(lambda: [job for job, state, _, _ in self.slurm.jobs() if job != other and state == "PENDING"], "no job waits")
        self.slurm.tell("scancel", waiting[0])
        ended = self.finish(process)
        self.assertEqual(ended.code, 7, ended)
        self.assertRegex(ended.err, "n1: lost: job .* ended as CANCELLED")

    @unittest.skipUnless(shutil.which("mount"), "no mount")
    def test_a_full_spool_loses_that_node_and_says_so(self):
        spool = pathlib.Path(self.cluster_folder) / "n2"
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", spool], check=False, capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("no tmpfs can be mounted here")
        def free():
            subprocess.run(["umount", "-l", spool], check=False)
            self.slurm.tell("scontrol", "update", "nodename=n2", "state=resume")
        self.addCleanup(free)
        with open(spool / "fill", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        ended = self.campaign("partition=all", code=None)
        self.assertEqual(ended.code, 7, ended)
        self.assertEqual(self.stored(), {"n1": ("complete", 2)}, ended)
        self.assertRegex(ended.err, "n2: lost: job ")

    def test_ctrl_c_calls_the_jobs_off_and_keeps_what_was_measured(self):
        process = self.start_long(launches=400)
        busy = self.wait_for_launches()
        process.send_signal(signal.SIGINT)
        ended = self.finish(process, 60)
        self.assertEqual(ended.code, 130, ended)
        state, launches = self.stored()[busy]
        self.assertEqual(state, "interrupted")
        self.assertTrue(2 <= launches < 400, launches)
        self.assertNotIn(": complete", ended.err)
        self.wait_for(lambda: self.slurm.jobs() == [], "jobs are left")
        self.assert_sound()

    def test_a_second_ctrl_c_waits_for_nothing(self):
        process = self.start_long(launches=400)
        self.wait_for_launches()
        process.send_signal(signal.SIGTERM)
        time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        ended = self.finish(process, 30)
        self.assertEqual(ended.code, 143, ended)
        self.wait_for(lambda: self.slurm.jobs() == [], "jobs are left")

    def test_an_error_on_a_node_is_told_with_its_own_words(self):
        ended = self.assay("run", "nothing.at_all", "--slurm", "partition=one", code=None, timeout=60)
        self.assertEqual(ended.code, self.assay("run", "nothing.at_all", "--db", self.folder / "c.db", code=None).code)
        self.assertRegex(ended.err, "n1: failed: assay: .*nothing.at_all.*known: ")
        self.assertEqual(self.run_ids(), [])


if __name__ == "__main__":
    main()
