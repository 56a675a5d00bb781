#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay ab`: two programs in turn, judged as their launches come."""
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from support import ASSAY, CALLGRIND, EXAMPLE_WORKER, CliTest, main

STOCK = pathlib.Path(ASSAY).parents[1] / "tests/stock_benchmark"
SUM = "google_benchmark.BM_Sum%3Ca%2Ab%3E%2F512/own@cpu"


def paired(document):
    """The paired verdict of each case: outcome by its name."""
    return {result["case"]: verdict for result in document["results"] for verdict in result.get("verdicts", [])
            if verdict["rule"] in ("paired", "status", "presence")}


class Ab(CliTest):
    @unittest.skipUnless(STOCK.exists(), "Google Benchmark is not here")
    def test_of_two_stock_benchmarks_the_slower_is_found_and_ends_with_1(self):
        """README's first example of a gate."""
        ended = self.assay("ab", "google_benchmark.BM_Sum*512", "--max-time", "20ms", "--json", "--", STOCK, "--",
                           "env", "SLOWER=3", STOCK, code=1, timeout=300)
        document = ended.json()
        self.assertEqual(document["command"], "ab")
        verdict = paired(document)[SUM]
        self.assertEqual(verdict["outcome"], "slower")
        self.assertLess(verdict["ci_high"], 1)
        self.assertIn("seen again in fresh launches", verdict["reason"])
        # Every launch is in the run: both sides, as many of one as of the other.
        sides = [launch["case_row"] for launch in self.launches() if launch["lane"] == "timing"]
        self.assertEqual(len(set(sides)), 2)
        self.assertEqual(sides.count(sides[0]) * 2, len(sides))
        self.assertGreaterEqual(len(sides), 4 * 6)

    def test_what_gets_faster_is_no_alarm(self):
        ended = self.assay("ab", "--json", "--max-time", "20ms", "--no-rerun", "--", "sh", "-c", "sleep 0.02", "--", "sh", "-c",
                           "sleep 0.002", timeout=300)
        self.assertEqual(paired(ended.json())["command.sh/own@cpu"]["outcome"], "faster")

    def test_the_same_worker_is_never_slower_than_itself(self):
        ended = self.assay("ab", "example.sum/builtin?n=1000", "--as", "worker", "--most-launches", "12", "--json", "--",
                           *EXAMPLE_WORKER.split(), "--", *EXAMPLE_WORKER.split(), timeout=300)
        verdict, = paired(ended.json()).values()
        self.assertIn(verdict["outcome"], ("same", "undecided"))

    def test_another_argument_is_never_taken_for_the_same_machine_code(self):
        """The interpreter and the worker are one file each; what they are told to do is not."""
        worker = EXAMPLE_WORKER.split()
        slow = self.work / "slow.py"
        slow.write_text("import runpy, sys, time\nw = runpy.run_path(sys.argv[1])\nnap = float(sys.argv[2])\n"
                        "w['IMPLEMENTATIONS']['builtin'] = ((lambda v: (time.sleep(nap), sum(v))[1]), 'slow')\nw['Worker']().serve()\n")
        ended = self.assay("ab", "example.sum/builtin?n=1000", "--as", "worker", "--max-time", "20ms", "--json", "--",
                           worker[0], slow, worker[1], "0.001", "--", worker[0], slow, worker[1], "0.01", code=1, timeout=300)
        verdict, = paired(ended.json()).values()
        self.assertEqual((verdict["outcome"], verdict["cause"]), ("slower", ""))

    def two_programs(self, kernel=("", "")):
        """Two folders with a program that naps, the new one longer, and beside each a file that is said to be its code."""
        for side, nap, code in (("old", "0.004", kernel[0]), ("new", "0.02", kernel[1])):
            folder = self.work / side
            folder.mkdir(exist_ok=True)
            (folder / "program").write_text(f"#!/bin/sh\nsleep {nap}\n")
            (folder / "program").chmod(0o755)
            (folder / "kernel.o").write_text("code" + code)
        return self.work / "old/program", self.work / "new/program"

    def test_a_real_difference_between_equal_machine_code_is_one_of_layout(self):
        old, new = self.two_programs()
        ended = self.assay("ab", "--code", "kernel.o", "--json", "--", old, "--", new, timeout=300)
        verdict, = paired(ended.json()).values()
        self.assertEqual((verdict["outcome"], verdict["cause"]), ("undecided", "layout"))
        self.assertLess(verdict["ci_high"], 0.9)
        self.assertIn("same machine code", verdict["reason"])
        codes = {launch["machine_code"] for launch in self.launches()}
        self.assertEqual([len(code) for code in codes], [64])  # the same on both sides, and stored
        old, new = self.two_programs(kernel=("", " is changed"))
        ended = self.assay("ab", "--code", "kernel.o", "--no-rerun", "--json", "--", old, "--", new, code=1, timeout=300)
        verdict, = paired(ended.json()).values()
        self.assertEqual((verdict["outcome"], verdict["cause"]), ("slower", ""))

    def test_code_that_is_declared_wrongly_is_refused(self):
        old, new = self.two_programs()
        ended = self.assay("ab", "--code", "gone.o", "--", old, "--", new, code=2)
        self.assertIn("gone.o' as its code", ended.err)
        ended = self.assay("ab", "--code", "kernel.o", "--", old, "--", old, code=2)
        self.assertIn("the very same files", ended.err)
        ended = self.assay("ab", "--code", "x", "--as", "worker", "--", *EXAMPLE_WORKER.split(), "--", *EXAMPLE_WORKER.split(), code=2)
        self.assertIn("subject.code", ended.err)
        self.assertIn("--code", self.assay("run", "--code", "x", "llm.gemv", code=2).err)

    def test_a_side_that_fails_decides_nothing_and_is_no_pass(self):
        ended = self.assay("ab", "--json", "--", "true", "--", "sh", "-c", "exit 3", code=5)
        verdict = paired(ended.json())["command.true/own@cpu"]
        self.assertEqual(verdict["outcome"], "incomparable")
        self.assertIn("exit status 3", verdict["reason"])

    def test_what_is_written_wrongly_is_said(self):
        self.assertIn("behind '--' stand 1 commands, expected 2", self.assay("ab", "--", "true", code=2).err)
        self.assertIn("no command was given", self.assay("ab", code=2).err)
        self.assertIn("--effect", self.assay("ab", "--effect", "much", "--", "true", "--", "true", code=2).err)
        self.assertIn("--rev is given twice", self.assay("ab", "--rev", "main", "--", "true", code=2).err)
        ended = self.assay("ab", "--as", "worker", "example.sum/nobody", "--", *EXAMPLE_WORKER.split(), "--",
                           *EXAMPLE_WORKER.split(), code=3)
        self.assertIn("example.sum/nobody", ended.err)

    def test_a_budget_ends_it_with_what_there_is(self):
        begun = time.monotonic()
        ended = self.assay("ab", "--budget", "1s", "--json", "--", "sleep", "0.05", "--", "sleep", "0.051", timeout=120)
        self.assertLess(time.monotonic() - begun, 60)
        self.assertEqual(paired(ended.json())["command.sleep/own@cpu"]["outcome"], "undecided")

    def test_ctrl_c_judges_what_there_is_and_loses_nothing(self):
        process = self.start("ab", "--json", "--", "sleep", "0.05", "--", "sleep", "0.05")
        until = time.monotonic() + 60
        while time.monotonic() < until and not (self.db.exists() and self.run_ids() and len(self.launches()) > 3):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        ended = self.finish(process)
        self.assertEqual(ended.code, 130, ended)
        self.assertIn("command.sleep/own@cpu", paired(ended.json()))
        self.assertGreater(len(self.launches()), 3)
        self.assertIn("is a paired trial", self.assay("run", "--resume", "latest", code=2).err)
        self.assertRegex(self.assay("show").out, r"(?s)sleep/own@cpu +base .*sleep/own@cpu +new ")

    @unittest.skipUnless(shutil.which("git") and shutil.which("make"), "no git or make")
    def test_two_revisions_are_built_in_worktrees_that_go_away(self):
        tree = self.work / "toy"
        tree.mkdir()

        def git(*words):
            subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=a@b", *words], cwd=tree, check=True,
                           capture_output=True, env=self.env)
        git("init", "-q", "-b", "main")
        (tree / "Makefile").write_text("p: p.sh\n\tcp p.sh p; chmod +x p\n")
        for naptime in ("0.004", "0.03"):
            (tree / "p.sh").write_text(f"#!/bin/sh\nsleep {naptime}\n")
            git("add", "-A")
            git("commit", "-qm", f"sleep {naptime}")
        ended = self.assay("ab", "--rev", "HEAD~1", "--rev", "HEAD", "--build", "make", "--max-time", "20ms", "--json",
                           "--", "./p", cwd=tree, code=1, timeout=300)
        self.assertEqual(paired(ended.json())["command.p/own@cpu"]["outcome"], "slower")
        revisions = {result["subject"]["revision"] for result in ended.json()["results"]}
        self.assertEqual(len(revisions), 2)
        listed = subprocess.run(["git", "worktree", "list"], cwd=tree, capture_output=True, text=True, check=True).stdout
        self.assertEqual(len(listed.splitlines()), 1)
        self.assertEqual(os.listdir(self.folder / "tmp"), [])
        ended = self.assay("ab", "--rev", "HEAD~1", "--rev", "HEAD", "--build", "echo no luck; exit 1", "--", "./p",
                           cwd=tree, code=2)
        self.assertIn("no luck", ended.err)
        self.assertIn("no such commit", self.assay("ab", "--rev", "HEAD~9", "--rev", "HEAD", "--build", "make", "--",
                                                   "./p", cwd=tree, code=2).err)

    @unittest.skipUnless(shutil.which("git"), "no git")
    def test_trees_that_a_killed_one_left_go_away_with_the_next_and_those_in_use_stay(self):
        tree = self.work / "toy"
        tree.mkdir()

        def trees():
            return {name for name in os.listdir(self.folder / "tmp") if name.startswith("assay-build-")}
        for words in (("init", "-q"), ("commit", "-q", "--allow-empty", "-m", "one")):
            subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=a@b", *words], cwd=tree, check=True, env=self.env)
        started = []
        for sign in ("killed", "in-use"):
            started.append(self.start("ab", "--rev", "HEAD", "--rev", "HEAD", "--build", f"touch {self.work}/{sign}; sleep 60",
                                      "--", "true", cwd=tree))
            self.wait_for((self.work / sign).exists, f"no build of the one {sign} began", 60)
        killed, in_use = started
        before = trees()
        self.assertEqual(len(before), 2)
        killed.kill()
        killed.communicate()
        self.assay("ab", "--rev", "HEAD", "--rev", "HEAD", "--build", "exit 1", "--", "true", cwd=tree, code=2)
        after = trees()
        self.assertEqual(len(after), 1)
        self.assertLess(after, before)
        in_use.send_signal(signal.SIGINT)
        self.finish(in_use)
        self.assertEqual(trees(), set())

    def toy_of_two_commits(self, loops):
        """A program of sections that the linker can shuffle; it writes how far apart two of its functions lie."""
        tree = self.work / "toy"
        tree.mkdir()
        (tree / "Makefile").write_text("p: p.c q.o\n\tcc -O1 -ffunction-sections -o p p.c q.o\nq.o: q.c\n\tcc -O1 -ffunction-sections -c q.c\n"
                                       "copy: p\n\tcp p copy\n")
        (tree / "q.c").write_text("".join(f"int f{i}(int x) {{ return x * {i + 3}; }}\n" for i in range(40)))
        git = lambda *words: subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=a@b", *words], cwd=tree, check=True,
                                            capture_output=True, env=self.env)
        git("init", "-q", "-b", "main")
        for count in loops:
            (tree / "p.c").write_text("#include <stdio.h>\nint f0(int), f39(int);\nint main(int n, char** v) {\n"
                                      "  FILE* log = fopen(v[1], \"a\"); fprintf(log, \"%ld\\n\", (long)((char*)&f39 - (char*)&f0)); fclose(log);\n"
                                      f"  volatile int sum = n; for (int i = 0; i < {count}; ++i) sum = f39(f0(sum) & 1023); return 0;\n}}\n")
            git("add", "-A")
            git("commit", "-qm", f"{count} calls")
        return tree

    @unittest.skipUnless(all(map(shutil.which, ("git", "make", "cc", "ld.lld"))), "no git, make, cc or lld")
    def test_both_sides_are_linked_in_many_layouts_and_judged_over_all(self):
        tree = self.toy_of_two_commits((300_000, 6_000_000))
        log = self.work / "layouts"
        words = ["--rev", "HEAD~1", "--rev", "HEAD", "--max-time", "20ms", "--no-rerun", "--json"]
        ended = self.assay("ab", *words, "--layouts", "12", "--build", "make", "--", "./p", log, cwd=tree, code=1, timeout=300)
        verdict = paired(ended.json())["command.p/own@cpu"]
        self.assertEqual(verdict["outcome"], "slower")
        self.assertRegex(verdict["reason"], r"in \d+ layouts the middle half of the base's times lies within")
        self.assertGreaterEqual(len(set(log.read_text().split())), 6)
        self.assertRegex(self.query("SELECT settings_json FROM run")[0]["settings_json"], r'"trial.layouts": *"12"')
        self.assertEqual(os.listdir(self.folder / "tmp"), [])
        log.unlink()
        self.assay("ab", *words, "--build", "make", "--", "./p", log, cwd=tree, code=1, timeout=300)
        self.assertEqual(len(set(log.read_text().split())), 1)  # the same, not asked for layouts
        ended = self.assay("ab", *words, "--layouts", "12", "--build", "make copy", "--", "./copy", log, cwd=tree, code=2)
        self.assertIn("the build did not link", ended.err)

    @unittest.skipUnless(shutil.which("git"), "no git")
    def test_layouts_need_lld_and_a_build(self):
        self.assertIn("--layouts", self.assay("ab", "--layouts", "12", "--", "true", "--", "true", code=2).err)
        tools = self.work / "tools"
        tools.mkdir()
        for tool in ("git", "sh"):
            (tools / tool).symlink_to(shutil.which(tool))
        tree = self.toy_of_two_commits((1, 2))
        ended = self.assay("ab", "--layouts", "12", "--rev", "HEAD~1", "--rev", "HEAD", "--build", "true", "--", "./p", cwd=tree,
                           env={"PATH": str(tools)}, code=3)
        self.assertIn("install the package lld", ended.err)

    @unittest.skipUnless(CALLGRIND, "no valgrind, or sanitizers")
    def test_a_change_is_explained_by_exact_instructions(self):
        loop = "i=0; while [ $i -lt {} ]; do i=$((i+1)); done"
        ended = self.assay("ab", "--json", "--max-time", "20ms", "--", "sh", "-c", loop.format(2000), "--", "sh", "-c",
                           loop.format(20000), code=1, timeout=300)
        self.assertEqual({result["side"] for result in ended.json()["results"]}, {"base", "new"})
        exact, = [verdict for result in ended.json()["results"] for verdict in result.get("verdicts", [])
                  if verdict["metric"] == "callgrind.instructions"]
        self.assertEqual(exact["outcome"], "slower")


if __name__ == "__main__":
    main()
