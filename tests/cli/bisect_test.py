#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay bisect`: the commit that made a program slower is named, in a toy repository of shell scripts."""
import os
import shutil
import signal
import subprocess
import time
import unittest

from support import CliTest, main

FAST, SLOW = "0.003", "0.03"
CASE = "command.p/own@cpu"


@unittest.skipUnless(shutil.which("git") and shutil.which("make"), "no git or make")
class Bisect(CliTest):
    """p sleeps; a slower one sleeps ten times as long, which no busy machine hides."""

    def setUp(self):
        super().setUp()
        self.tree = self.work / "toy"
        self.tree.mkdir()
        self.git("init", "-q", "-b", "main")
        self.commits = []

    def git(self, *words):
        return subprocess.run(["git", "-c", "user.name=Ada", "-c", "user.email=a@b", *words], cwd=self.tree, check=True,
                              capture_output=True, text=True, env=self.env).stdout

    def commit(self, naptime, subject, build="cp p.sh p; chmod +x p"):
        (self.tree / "Makefile").write_text(f"p: p.sh\n\t{build}\n")
        (self.tree / "p.sh").write_text(f"#!/bin/sh\n# {subject}\nsleep {naptime}\n")
        self.git("add", "-A")
        self.git("commit", "-qm", subject)
        self.commits.append(self.git("rev-parse", "HEAD").strip())

    def bisect(self, *words, **how):
        return self.assay("bisect", "--build", "make", "--no-rerun", "--max-time", "20ms", *words, "--", "./p",
                          cwd=self.tree, timeout=600, **how)

    def assert_nothing_is_left(self):
        self.assertEqual(len(self.git("worktree", "list").splitlines()), 1)
        self.assertEqual(self.git("for-each-ref", "refs/bisect"), "")
        self.assertEqual(os.listdir(self.folder / "tmp"), [])

    def test_of_eight_commits_the_slower_one_is_named_and_one_that_does_not_build_is_skipped(self):
        for i in range(8):
            self.commit(FAST if i < 5 else SLOW, f"number {i}", **({"build": "echo no compiler; exit 1"} if i == 3 else {}))
        self.git("checkout", "-q", "-b", "mine", self.commits[2])
        ended = self.bisect("--good", "main~7", "--bad", "main", "--json")
        answer = ended.json()
        self.assertEqual((answer["first_bad"]["id"], answer["first_bad"]["subject"]), (self.commits[5], "number 5"))
        self.assertRegex(answer["first_bad"]["author"], "^person-")
        self.assertEqual(answer["case"], CASE)
        judged = {one["id"]: one for one in answer["judged"]}
        self.assertEqual(judged[self.commits[7]]["judged"], "bad")
        self.assertEqual(judged[self.commits[4]]["judged"], "good")
        self.assertEqual(judged[self.commits[3]]["judged"], "skipped")
        self.assertIn("no compiler", judged[self.commits[3]]["verdict"]["reason"])
        self.assertLess(judged[self.commits[5]]["verdict"]["ci_high"], 1)
        self.assertIn("about 3 left to judge, ETA", ended.err)
        # Each judged commit is a stored pair, and the user's checkout is as it was.
        runs = set(self.run_ids())
        for one in answer["judged"]:
            self.assertEqual(one["run"] in runs, one["judged"] != "skipped", one)
        self.assertEqual(self.git("rev-parse", "--abbrev-ref", "HEAD").strip(), "mine")
        self.assertEqual(self.git("status", "--porcelain"), "")
        self.assert_nothing_is_left()

    def test_the_answer_for_people_names_commit_author_ratio_and_run(self):
        for i in range(3):
            self.commit(FAST if i < 2 else SLOW, f"number {i}")
        out = self.bisect("--good", self.commits[0]).out
        self.assertRegex(out, rf"the first bad commit is {self.commits[2][:12]} \(Ada, \d{{4}}-\d\d-\d\d: number 2\)")
        self.assertRegex(out, rf"{CASE} time.wall.p50: slower than {self.commits[0][:12]}, 0\.\d+x \[0\.\d+, 0\.\d+\]; run ")

    def test_where_skips_hide_it_the_answer_is_the_range(self):
        broken = {"build": "exit 1"}
        self.commit(FAST, "zero")
        self.commit(FAST, "one", **broken)
        self.commit(SLOW, "two", **broken)
        self.commit(SLOW, "three")
        ended = self.bisect("--good", self.commits[0], "--json")
        self.assertIsNone(ended.json()["first_bad"])
        self.assertEqual([one["id"] for one in ended.json()["range"]], self.commits[1:])
        self.assert_nothing_is_left()

    def test_what_is_not_slower_is_not_bisected(self):
        for i in range(4):
            self.commit(SLOW if i == 0 else FAST, f"number {i}")
        ended = self.bisect("--good", self.commits[0], code=2)
        self.assertIn("there is nothing to bisect", ended.out)
        self.assertIn("faster", ended.out)
        self.assertEqual(len(self.run_ids()), 1)
        self.assert_nothing_is_left()

    def test_what_cannot_be_decided_is_no_answer(self):
        for i in range(3):
            self.commit("0.02", f"number {i}")
        ended = self.bisect("--good", self.commits[0], "--budget", "1s", code=5)
        self.assertIn("there is nothing to bisect", ended.out)
        self.assertIn("undecided", ended.out)

    def test_interrupted_it_says_how_far_it_came_and_leaves_nothing_behind(self):
        for i in range(9):
            self.commit(FAST if i < 2 else SLOW, f"number {i}")
        process = self.start("bisect", "--good", self.commits[0], "--build", "make", "--no-rerun", "--max-time", "20ms", "--json",
                             "--", "./p", cwd=self.tree)
        until = time.monotonic() + 120
        while time.monotonic() < until and len(self.run_ids()) < 2:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        ended = self.finish(process)
        self.assertEqual(ended.code, 130, ended)
        answer = ended.json()
        self.assertTrue(answer["interrupted"])
        self.assertEqual(answer["case"], CASE)
        self.assertIn(self.commits[2], [one["id"] for one in answer["range"]])
        self.assertGreater(answer["left"], 0)
        self.assert_nothing_is_left()

    def test_interrupted_before_the_first_commit_is_judged_it_says_so(self):
        for i in range(3):
            self.commit(FAST if i < 2 else SLOW, f"number {i}")
        process = self.start("bisect", "--good", self.commits[0], "--build", "make", "--max-time", "20ms", "--", "./p", cwd=self.tree)
        until = time.monotonic() + 120
        while time.monotonic() < until and not (self.run_ids() and len(self.launches()) > 1):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        ended = self.finish(process)
        self.assertEqual(ended.code, 130, ended)
        self.assertIn(f"interrupted before {self.commits[2][:12]} was judged", ended.out)
        self.assert_nothing_is_left()

    def test_merges_are_judged_as_a_whole_where_that_is_asked_for(self):
        self.commit(FAST, "zero")
        self.git("checkout", "-q", "-b", "side")
        self.commit(FAST, "side one")
        self.commit(SLOW, "side two")
        self.git("checkout", "-q", "main")
        self.git("merge", "-q", "--no-ff", "-m", "the merge", "side")
        merge = self.git("rev-parse", "HEAD").strip()
        first = self.bisect("--good", self.commits[0], "--first-parent", "--json").json()["first_bad"]
        self.assertEqual((first["id"], first["subject"]), (merge, "the merge"))
        first = self.bisect("--good", self.commits[0], "--json").json()["first_bad"]
        self.assertEqual(first["subject"], "side two")

    def test_what_is_written_wrongly_is_said(self):
        self.commit(FAST, "zero")
        self.commit(FAST, "one")
        self.assertIn("bisect needs --good", self.assay("bisect", "--build", "make", "--", "./p", cwd=self.tree, code=2).err)
        self.assertIn("--good nowhere: no such commit", self.bisect("--good", "nowhere", code=2).err)
        self.assertIn("are one commit", self.bisect("--good", "HEAD", code=2).err)
        self.assertIn("is no ancestor of", self.bisect("--good", "HEAD", "--bad", "HEAD~1", code=2).err)
        self.commit(FAST, "two", build="echo no luck; exit 1")
        self.assertIn("no luck", self.bisect("--good", "HEAD~2", code=2).err)
        self.assert_nothing_is_left()


if __name__ == "__main__":
    main()
