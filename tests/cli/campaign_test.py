#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay run --slurm` beside a Slurm that does what each test says: sinfo, sbatch, squeue and scancel are scripts here."""
import signal
import subprocess
import threading
import unittest

from support import CONV, CliTest, main

# A node's file in $FAKE/nodes is its line of sinfo's; $FAKE/fate/NODE is what squeue says of a job there ("" or none: it
# runs); $FAKE/refuse/NODE is what sbatch answers.
TOOL = r"""#!/bin/sh
name=${0##*/}
case $name in
sinfo) cat "$FAKE"/nodes/* ;;
squeue)
  [ ! -e "$FAKE/silent" ] || { rm "$FAKE/silent"; echo "squeue: error: Unable to contact slurm controller" >&2; exit 1; }
  for job in "$FAKE"/jobs/*; do
    [ ! -e "$job" ] || echo "${job##*/}|$(cat "$job")"
  done ;;
scancel)
  echo "$*" >>"$FAKE/cancelled"
  for job in "$FAKE"/jobs/*; do
    case "$* $(cat "$job")" in
    *--state=PENDING*" PENDING|"*) echo "CANCELLED|None" >"$job" ;;
    esac
  done ;;
sbatch)
  node= output= trial= script=
  for word in "$@"; do
    case $word in
    --nodelist=*) node=${word#*=} ;;
    --output=*) output=${word#*=} ;;
    --test-only) trial=1 ;;
    esac
    script=$word
  done
  if [ -n "$trial" ]; then
    [ ! -e "$FAKE/unfit/$node" ] || { echo "sbatch: error: $(cat "$FAKE/unfit/$node")" >&2; exit 1; }
    exit 0
  fi
  [ ! -e "$FAKE/refuse/$node" ] || { echo "sbatch: error: $(cat "$FAKE/refuse/$node")" >&2; exit 1; }
  echo "$node" >>"$FAKE/submitted"
  id=$(wc -l <"$FAKE/submitted" | tr -d ' ')
  if [ -s "$FAKE/fate/$node" ]; then
    cat "$FAKE/fate/$node" >"$FAKE/jobs/$id"
  else
    echo "RUNNING|None" >"$FAKE/jobs/$id"
    echo "$script $output" >"$FAKE/queue/$id.part"
    mv "$FAKE/queue/$id.part" "$FAKE/queue/$id"
  fi
  echo "$id" ;;
esac
"""


class Campaign(CliTest):
    def setUp(self):
        super().setUp()
        self.fake = self.folder / "fake"
        for name in ("bin", "nodes", "jobs", "fate", "refuse", "unfit", "queue"):
            (self.fake / name).mkdir(parents=True)
        for name in ("sinfo", "sbatch", "squeue", "scancel"):
            (self.fake / "bin" / name).write_text(TOOL)
            (self.fake / "bin" / name).chmod(0o755)
        self.env.update(FAKE=str(self.fake), PATH=f"{self.fake}/bin:{self.env['PATH']}")
        self.over = threading.Event()
        daemon = threading.Thread(target=self.run_jobs)
        daemon.start()
        self.addCleanup(daemon.join)
        self.addCleanup(self.over.set)

    def run_jobs(self):
        """As a node's daemon does it: what `assay` starts itself ends with it."""
        while not self.over.wait(0.05):
            for file in sorted(self.fake.glob("queue/[0-9]")):
                script, output = file.read_text().split()
                file.unlink()
                with open(output, "ab") as log:
                    subprocess.run(["sh", script], env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)

    def node(self, name, kind="gpu", state="idle"):
        (self.fake / "nodes" / name).write_text(f"{name}|{state}|all*|{kind}|4|1000|(null)\n")

    def campaign(self, options, code=0, **how):
        return self.assay("run", CONV, "--slurm", options, code=code, timeout=120, **how)

    def hosts(self):
        return sorted(row["value"] for row in self.query("SELECT value FROM label WHERE name = 'host'"))

    def submitted(self):
        return (self.fake / "submitted").read_text().split()

    def test_the_next_node_of_a_kind_takes_over_where_one_does_not_come_back(self):
        for name in ("a1", "a2", "a3"):
            self.node(name)
        self.node("b1", kind="arm")
        (self.fake / "fate/a1").write_text("PENDING|ReqNodeNotAvail, UnavailableNodes:a1\n")
        (self.fake / "fate/a2").write_text("PENDING|ReqNodeNotAvail, UnavailableNodes:a2\n")
        ended = self.campaign("each=type,wait=0s")
        self.assertEqual(self.hosts(), ["a3", "b1"], ended)
        self.assertEqual(sorted(self.submitted()), ["a1", "a2", "a3", "b1"])
        self.assertEqual((self.fake / "cancelled").read_text().split(), ["1", "3"])
        self.assert_sound()

    def test_of_a_kind_the_first_that_is_up_is_measured(self):
        self.node("a1", state="down*")
        self.node("a2")
        self.node("a3")
        plan = self.campaign("each=type", code=0).out
        self.assertRegex(plan, "a2 +complete")
        self.assertEqual(self.submitted(), ["a2"])

    def test_a_kind_of_which_all_nodes_are_down_is_lost_and_named(self):
        self.node("a1", state="drained")
        self.node("a2", state="down*")
        self.node("b1", kind="arm")
        ended = self.campaign("each=type", code=3)
        self.assertIn("a1: lost: its node is drained", ended.err)
        self.assertEqual(self.hosts(), ["b1"])

    def test_a_host_is_submitted_three_times_and_then_given_up(self):
        self.node("a1")
        (self.fake / "fate/a1").write_text("NODE_FAIL|None\n")
        ended = self.campaign("each=host", code=7)
        self.assertEqual(self.submitted(), ["a1", "a1", "a1"])
        self.assertIn("a1: lost: job 3 ended as NODE_FAIL", ended.err)

    def test_a_job_that_is_held_is_given_up_at_once(self):
        self.node("a1")
        (self.fake / "fate/a1").write_text("PENDING|JobHeldUser\n")
        ended = self.campaign("each=host", code=7)
        self.assertIn("a1: lost: job 1 will not start (JobHeldUser)", ended.err)
        self.assertEqual(self.submitted(), ["a1"])

    def test_what_sbatch_refuses_is_told_in_its_own_words(self):
        self.node("a1")
        self.node("a2")
        (self.fake / "refuse/a1").write_text("Batch job submission failed: Invalid account\x1b[31m")
        (self.fake / "unfit/a2").write_text("Requested node configuration is not available")
        ended = self.campaign("each=host", code=3)
        self.assertRegex(ended.err, r"a1: lost: sbatch refused it: Batch job submission failed: Invalid account\\x1b\[31m")
        self.assertNotIn("a2", ended.err)
        (self.fake / "unfit/a1").write_text("Requested node configuration is not available")
        ended = self.campaign("each=host", code=3)
        self.assertIn("Slurm gives none of the nodes: a2: Requested node configuration is not available", ended.err)

    def test_a_controller_that_does_not_answer_for_a_while_costs_nothing(self):
        self.node("a1")
        (self.fake / "silent").touch()
        ended = self.campaign("each=host")
        self.assertEqual(self.hosts(), ["a1"], ended)

    def test_ctrl_c_calls_off_what_waits_for_its_turn(self):
        self.node("a1")
        (self.fake / "fate/a1").write_text("PENDING|Resources\n")
        process = self.start("run", CONV, "--slurm", "each=host")
        self.wait_for(lambda: (self.fake / "submitted").exists(), "nothing is submitted")
        process.send_signal(signal.SIGINT)
        ended = self.finish(process)
        self.assertEqual(ended.code, 130, ended)
        self.assertRegex(ended.err, "a1: lost: job 1 ended as CANCELLED")
        self.assertIn("--state=PENDING", (self.fake / "cancelled").read_text())


if __name__ == "__main__":
    main()
