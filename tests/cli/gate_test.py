#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay gate`: passes, fails and dies where it should, with the same answer in every form."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import unittest
import xml.etree.ElementTree

from support import ASSAY, CALLGRIND, EXAMPLE_WORKER, CliTest, main

STOCK = pathlib.Path(ASSAY).parents[1] / "tests/stock_benchmark"
FOREIGN = pathlib.Path(ASSAY).parents[1] / "libexec/assay/assay-worker-foreign"
QUICK = ("--max-time", "20ms")


@unittest.skipUnless(shutil.which("git") and shutil.which("make"), "no git or make")
class Gate(CliTest):
    def setUp(self):
        super().setUp()
        self.tree = self.work / "repository"
        self.tree.mkdir()
        self.git("init", "-q", "-b", "main")
        (self.tree / "Makefile").write_text("build/p: p.sh\n\tmkdir -p build; cp p.sh build/p; chmod +x build/p\n")
        self.commit("0.003")

    def git(self, *words):
        subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=a@b", *words], cwd=self.tree, check=True,
                       capture_output=True, env=self.env)

    def commit(self, naptime):
        (self.tree / "p.sh").write_text(f"#!/bin/sh\nsleep {naptime}\n")
        self.git("add", "-A")
        self.git("commit", "-qm", f"sleep {naptime}", "--allow-empty")

    def gate(self, *words, **how):
        return self.assay("gate", *words, cwd=self.tree, timeout=300, **how)

    def against_parent(self, *words, **how):
        return self.gate("--against", "rev:HEAD~1", "--build", "make", *QUICK, *words, "--", "./build/p", **how)

    def test_a_slower_commit_fails_in_every_form_and_its_replay_is_the_same(self):
        self.commit("0.02")
        (self.tree / "assay-gate.toml").write_text('effect = "2%"\nrequired = ["command.p"]\n')
        ended = self.against_parent("--out", "g.json", "--junit", "j.xml", "--markdown", "m.md", code=1)
        self.assertIn("gate FAILED: 1 fail", ended.out)
        self.assertIn("the policy is assay-gate.toml", ended.err)
        answer = json.loads((self.tree / "g.json").read_text())
        finding, = answer["findings"]
        self.assertEqual((finding["case"], finding["state"]), ("command.p/own@cpu", "fail"))
        self.assertEqual(answer["policy"]["text"], (self.tree / "assay-gate.toml").read_text())
        suite = xml.etree.ElementTree.parse(self.tree / "j.xml").getroot()
        self.assertEqual((suite.get("failures"), suite.get("errors")), ("1", "0"))
        self.assertIn("Performance gate FAILED", (self.tree / "m.md").read_text())
        runs = len(self.run_ids())
        again = self.gate("--replay", "g.json", "--json", code=1)
        self.assertEqual(again.out, (self.tree / "g.json").read_text())
        self.assertEqual(len(self.run_ids()), runs)  # nothing was measured
        (self.tree / "lax.toml").write_text('[[acknowledge]]\nselect = "command.p"\nreason = "naps are healthy"\nuntil = "never"\n')
        lax = self.gate("--replay", "g.json", "--policy", "lax.toml")
        self.assertIn("naps are healthy", lax.out)
        lost = self.gate("--replay", "g.json", "--out", "/dev/full", "--junit", "again.xml", code=4)
        self.assertIn("gate FAILED: 1 fail", lost.out)  # a file that cannot be written costs itself
        self.assertIn("/dev/full", lost.err)
        self.assertTrue((self.tree / "again.xml").exists())

    def test_an_unchanged_program_never_fails(self):
        self.commit("0.003")
        ended = self.against_parent("--json", code=None)
        answer = ended.json()
        self.assertIn(ended.code, (0, 5), ended)  # 5: on a busy machine nothing can be decided, and it says so
        self.assertEqual([finding for finding in answer["findings"] if finding["state"] == "fail"], [])
        if ended.code == 5:
            self.assertIn("undecided, max_undecided is 50 %", answer["dead"][0])

    def test_what_the_launches_do_not_decide_is_told_with_what_would(self):
        """Naps of 1 to 40 ms, a smallest effect of 0.1 %: 24 launches a side never show that nothing changed."""
        (self.tree / "p.sh").write_text("#!/bin/bash\nsleep 0.0$((RANDOM % 40 + 1))\n")
        self.git("commit", "-qam", "random naps")
        (self.tree / "few.toml").write_text('effect = "0.1%"\nmost_launches = 24\nmax_undecided = 1\nrerun = false\n')
        ended = self.gate("--against", "rev:HEAD", "--build", "make", *QUICK, "--policy", "few.toml", "--", "./build/p")
        self.assertIn("gate passed: 1 undecided", ended.out)
        self.assertIn("1 case is undecided: the 24 launches a side that the policy allows", ended.err)
        self.assertIn("most_launches = 96", ended.err)
        if CALLGRIND:  # evidence beside what time does not decide
            self.assertRegex(ended.out, r"as many instructions as before|% (more|fewer) instructions")

    def test_a_tree_that_does_not_build_or_run_is_a_dead_gate_in_every_form(self):
        self.commit("0.003")
        ended = self.gate("--against", "rev:HEAD~1", "--build", "echo no compiler; exit 1", "--junit", "j.xml", "--out",
                          "g.json", "--", "./build/p", code=5)
        self.assertEqual(self.gate("--replay", "g.json", "--json", code=5).out, (self.tree / "g.json").read_text())
        self.assertIn("no compiler", ended.err)
        trees = subprocess.run(["git", "worktree", "list"], cwd=self.tree, env=self.env, capture_output=True, text=True, check=True)
        self.assertEqual(len(trees.stdout.splitlines()), 1)
        suite = xml.etree.ElementTree.parse(self.tree / "j.xml").getroot()
        self.assertEqual(suite.get("errors"), "2")  # the build, and that nothing was judged
        self.assertIn("gate DEAD", self.gate("--against", "rev:HEAD~1", "--build", "make", "--", "./build/nobody", code=5).out)
        (self.tree / "p.sh").write_text("#!/bin/sh\nexit 3\n")
        ended = self.against_parent(code=5)
        self.assertIn("exit status 3", ended.out)

    def test_a_side_that_begins_to_crash_is_no_pass(self):
        """It counts its starts in a file, and crashes from the tenth on."""
        (self.tree / "p.sh").write_text("#!/bin/sh\nn=$(cat starts 2>/dev/null || echo 0); echo $((n+1)) > starts\n"
                                        "[ $n -lt 10 ] || exit 9\nsleep 0.002\n")
        (self.tree / "lax.toml").write_text("max_undecided = 1\n")
        self.git("commit", "-qam", "crashes later")
        ended = self.against_parent("--policy", "lax.toml", "--junit", "j.xml", code=None)
        self.assertIn(ended.code, (5, 7), ended)
        self.assertIn("exit status 9", ended.out)
        self.assertNotIn("gate passed", ended.out)

    def test_an_interrupted_gate_is_no_pass_in_any_form(self):
        self.commit("0.003")
        process = self.start("gate", "--against", "rev:HEAD~1", "--build", "make", "--out", "g.json", "--", "./build/p", cwd=self.tree)
        until = time.monotonic() + 60
        while time.monotonic() < until and not (self.db.exists() and self.run_ids() and len(self.launches()) > 3):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        ended = self.finish(process)
        self.assertEqual(ended.code, 130, ended)
        self.assertIn("gate DEAD", ended.out)
        self.assertIn("it was interrupted", self.gate("--replay", "g.json", code=5).out)
        self.assertEqual(os.listdir(self.folder / "tmp"), [])

    def test_a_revision_that_is_not_there_is_a_dead_gate_in_every_form(self):
        ended = self.gate("--against", "rev:gone", "--build", "make", "--junit", "j.xml", "--", "./build/p", code=5)
        self.assertIn("no such commit", ended.err)
        self.assertTrue((self.tree / "j.xml").exists())
        self.assertIn("is this folder itself", self.gate("--against", "build:.", "--", "./build/p", code=2).err)

    def test_a_required_case_that_is_not_there_is_a_dead_gate(self):
        self.commit("0.003")
        (self.tree / "strict.toml").write_text('required = ["command.other"]\nmax_undecided = 1\n')
        self.assertIn("required 'command.other' matches no case", self.against_parent("--policy", "strict.toml", code=5).out)

    def test_what_is_written_wrongly_ends_with_2(self):
        for words, told in (((), "not told what to compare with"),
                            (("--against", "main", "--", "./p"), "is not understood"),
                            (("--against", "rev:main", "--", "./p"), "needs --build"),
                            (("--against", "rev:main", "--build", "make", "--", "true"), "is the same program whatever"),
                            (("--against", "rev:main", "--build", "make"), "no command was given"),
                            (("--replay", "g.json", "--against", "rev:main"), "measures nothing"),
                            (("--replay", "nothing.json"), "cannot be read"),
                            (("--against", "rev:main", "--policy", "no.toml", "--build", "make", "--", "./p"), "no.toml: cannot be read"),
                            (("--against", "rev:main", "--out", "no/such/g.json", "--build", "exit 9", "--", "./p"), "there is no folder"),
                            (("--against", "build:/nope", "--", "./p"), "there is no such folder"),
                            (("--against", "rev:main", "--from", "no/runs", "--build", "exit 9", "--", "./p"), "no/runs: there is no such"),
                            (("--against", "rev:main", "--out", "/", "--build", "make", "--", "./p"), "/")):
            with self.subTest(words=words):
                self.assertIn(told, self.gate(*words, code=2).err)
        (self.tree / "bad.toml").write_text('efect = "1%"\n')
        ended = self.gate("--against", "rev:main", "--policy", "bad.toml", "--build", "make", "--", "./p", code=2)
        self.assertIn("bad.toml:1: 'efect' is not a key", ended.err)
        self.assertIn("did you mean 'effect'", ended.err)

    def test_github_gets_annotations_and_the_summary_of_the_step(self):
        self.commit("0.02")
        summary = self.work / "summary.md"
        summary.write_text("before\n")
        ended = self.against_parent(code=1, env={"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)})
        self.assertIn("::error title=command.p/own@cpu slower::", ended.err)
        self.assertTrue(summary.read_text().startswith("before\n## "))

    def test_from_a_folder_within_the_repository_it_is_the_same_folder_of_the_base(self):
        part = self.tree / "part"
        part.mkdir()
        for naptime in ("0.003", "0.02"):
            (part / "p.sh").write_text(f"#!/bin/sh\nsleep {naptime}\n")
            (part / "Makefile").write_text("p: p.sh\n\tcp p.sh p; chmod +x p\n")
            self.git("add", "-A")
            self.git("commit", "-qm", f"part {naptime}")
        ended = self.assay("gate", "--against", "rev:HEAD~1", "--build", "make", *QUICK, "--", "./p", cwd=part, timeout=300, code=1)
        self.assertIn("gate FAILED", ended.out)

    def test_another_build_tree_is_compared_without_git(self):
        old = self.work / "old"
        shutil.copytree(self.tree, old)
        subprocess.run(["make", "-s"], cwd=old, check=True, env=self.env)
        (self.tree / "p.sh").write_text("#!/bin/sh\nsleep 0.02\n")
        ended = self.gate("--against", f"build:{old}", "--build", "make", *QUICK, "--", "./build/p", code=1)
        self.assertIn("gate FAILED", ended.out)

    def test_skipped_cases_are_not_measured_and_say_why(self):
        policy = self.tree / "skip.toml"
        policy.write_text('max_undecided = 1\n[[skip]]\nselect = "example.sum/*?dtype=f64"\nreason = "flaky"\nuntil = 2999-12-31\n')
        ended = self.gate("example.sum/builtin?n=1000&dtype=i64|f64", "--as", "worker", "--against", f"worker:{EXAMPLE_WORKER}",
                          "--policy", policy, *QUICK, "--json", "--", *EXAMPLE_WORKER.split())
        states = {finding["case"]: finding["state"] for finding in ended.json()["findings"]}
        self.assertEqual(states["example.sum/builtin?dtype=f64&n=1000@cpu"], "skipped")
        self.assertEqual(len(states), 2)

    @unittest.skipUnless(CALLGRIND, "no valgrind, or sanitizers")
    def test_exact_counts_decide_where_the_policy_says_so(self):
        (self.tree / "p.sh").write_text("#!/bin/sh\ni=0; while [ $i -lt 300 ]; do i=$((i+1)); done\n")
        self.git("commit", "-qam", "loop")
        (self.tree / "p.sh").write_text("#!/bin/sh\ni=0; while [ $i -lt 330 ]; do i=$((i+1)); done\n")
        self.git("commit", "-qam", "longer loop")
        (self.tree / "exact.toml").write_text('exact = ["callgrind.instructions"]\nmedian = false\n')
        ended = self.against_parent("--policy", "exact.toml", "--json", code=1)
        finding, = ended.json()["findings"]
        self.assertEqual((finding["verdict"]["metric"], finding["state"]), ("callgrind.instructions", "fail"))
        self.commit_same()
        ended = self.against_parent("--policy", "exact.toml", "--json")
        self.assertEqual(ended.json()["findings"][0]["state"], "pass")
        # A shell keeps its path: one of another length moves its heap, and up to 0.35 % of its instructions with it.
        place, = re.findall(r"building HEAD~1 \(\w+\) in (\S+)", ended.err)
        self.assertEqual(len(place), len(str(self.tree)), place)

    @unittest.skipUnless(CALLGRIND, "no valgrind, or sanitizers")
    def test_a_gate_of_counts_alone_launches_each_side_once(self):
        self.commit("0.003")
        (self.tree / "exact.toml").write_text('exact = ["callgrind.instructions"]\nmedian = false\n')
        ended = self.against_parent("--policy", "exact.toml")
        self.assertIn("gate passed: 1 pass", ended.out)
        self.assertNotIn("most_launches", ended.err)
        self.assertEqual([launch["lane"] for launch in self.launches()].count("timing"), 2)
        (self.tree / "wrong.toml").write_text('exact = ["callgrind.instructons"]\n')
        self.assertIn("did you mean 'callgrind.instructions'", self.against_parent("--policy", "wrong.toml", code=2).err)

    def commit_same(self):
        (self.tree / "notes").write_text("nothing else\n")
        self.git("add", "-A")
        self.git("commit", "-qm", "an unrelated edit")


@unittest.skipUnless(CALLGRIND, "no valgrind, or sanitizers")
class Baseline(CliTest):
    def test_of_a_gate_s_own_run_the_new_side_is_judged(self):
        self.measure(300)
        self.assay("baseline", "save", "main")
        (self.work / "exact.toml").write_text('exact = ["callgrind.instructions"]\nmedian = false\n')
        self.assay("gate", "command.sh", "--against", f"worker:{FOREIGN} command --name sh -- sh -c '{self.LOOP.format(300)}'", "--as", "worker",
                   "--policy", "exact.toml", "--max-time", "20ms", "--", FOREIGN, "command", "--name", "sh", "--", "sh", "-c",
                   self.LOOP.format(900), code=1)
        ended = self.assay("gate", "--against", "baseline:main", "--run", "latest", "--policy", "exact.toml", code=1)
        self.assertIn("gate FAILED: 1 fail", ended.out)

    LOOP = "i=0; while [ $i -lt {} ]; do i=$((i+1)); done"

    def measure(self, turns):
        self.assay("run", "--launches", "4", "--collect", "callgrind", "-q", "--", "sh", "-c", self.LOOP.format(turns))

    def test_exact_counts_decide_against_a_baseline_and_times_of_two_sessions_do_not(self):
        self.measure(300)
        saved = self.assay("baseline", "save", "main").out
        path = self.work / saved.split(":")[0]
        self.assertTrue(path.exists())
        text = path.read_text()
        self.assertNotIn(os.uname().nodename, text)
        self.assertEqual(json.loads(text)["cases"][0]["case"], "command.sh/own@cpu")
        self.assertIn("command.sh/own@cpu", self.assay("baseline", "show", "main").out)
        (self.work / "exact.toml").write_text('exact = ["callgrind.instructions"]\nmax_undecided = 1\n')
        gate = ("gate", "--against", "baseline:main", "--policy", "exact.toml")
        self.measure(300)
        ended = self.assay(*gate, "--run", "latest", "--json")
        states = {finding["verdict"]["metric"]: finding["state"] for finding in ended.json()["findings"]}
        self.assertEqual(states, {"callgrind.instructions": "pass", "time.wall.p50": "undecided"})
        self.measure(330)
        runs = len(self.run_ids())
        self.assertIn("gate FAILED: 1 fail", self.assay(*gate, "--run", "latest", code=1).out)
        self.assertEqual(len(self.run_ids()), runs)
        self.assertIn("callgrind.instructions", self.assay("baseline", "diff", "main").out)
        ended = self.assay(*gate, "--", "sh", "-c", self.LOOP.format(300))  # measured now
        self.assertEqual(len(self.run_ids()), runs + 1)
        # On another host class times are refused with what differs; counts compare where their fingerprint does.
        document = json.loads(text)
        document["host_class"]["cpu.model"] = "Z80"
        other = path.parent.parent / "0123456789ab" / "other.json"
        other.parent.mkdir()
        other.write_text(json.dumps(document))
        ended = self.assay("gate", "--against", "baseline:other", "--policy", "exact.toml", "--run", "latest", code=None)
        self.assertIn("another host class: cpu.model: Z80", ended.out)

    def test_a_baseline_that_is_not_there_or_broken_is_a_dead_gate(self):
        self.measure(30)
        ended = self.assay("gate", "--against", "baseline:main", "--run", "latest", code=5)
        self.assertIn("there is no baseline 'main'", ended.err)
        self.assay("baseline", "save", "main")
        self.assertIn("did you mean 'main'", self.assay("baseline", "show", "mein", code=2).err)
        path, = (self.work / "baselines").glob("*/main.json")
        path.write_text(path.read_text()[:100])
        self.assertIn("not JSON at byte", self.assay("gate", "--against", "baseline:main", "--run", "latest", code=5).err)
        self.assay("baseline", "remove", "main")
        self.assertFalse(path.exists())
        self.assertIn("is no name of a baseline", self.assay("baseline", "save", "../x", code=2).err)


if __name__ == "__main__":
    main()
