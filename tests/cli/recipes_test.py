#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The recipes for CI, on a toy repository in C with three commits."""
import json
import re
import shutil
import subprocess
import unittest

from support import ASSAY, CALLGRIND, ROOT, CliTest, main

RECIPES = ROOT / "ci/recipes"

PROGRAM = """#include <stdio.h>
{functions}
int main(void) {{ printf("%g\\n", first(1) + second(1)); return 0; }}
"""
FIRST = "__attribute__((noinline)) double first(volatile double x) {{ for (int i = 0; i < {turns}; ++i) x = x * 1.0000001; return x; }}\n"
SECOND = "__attribute__((noinline)) double second(volatile double x) { for (int i = 0; i < 100000; ++i) x = x + 1e-9; return x; }\n"


@unittest.skipUnless(shutil.which("git") and shutil.which("make") and shutil.which("cc"), "no git, make or cc")
class Recipes(CliTest):
    def setUp(self):
        super().setUp()
        self.tree = self.work / "toy"
        self.tree.mkdir()
        self.git("init", "-q", "-b", "main")
        (self.tree / "Makefile").write_text("build/p: p.c\n\tmkdir -p build\n\tcc -O2 p.c -o build/p\n")
        (self.tree / ".gitignore").write_text("build/\nassay-gate/\n")
        (self.tree / "assay-gate.toml").write_text('effect = "2%"\nexact = ["callgrind.instructions"]\nrequired = ["command.p"]\n')
        self.commit(FIRST.format(turns=400_000) + SECOND, "the first")
        self.git("checkout", "-q", "-b", "branch")

    def git(self, *words):
        subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=a@b", *words], cwd=self.tree, check=True,
                       capture_output=True, env=self.env)

    def commit(self, functions, message):
        (self.tree / "p.c").write_text(PROGRAM.format(functions=functions))
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def recipe(self, **env):
        return subprocess.run(["sh", RECIPES / "gate.sh", "./build/p"], cwd=self.tree, capture_output=True, text=True, check=False,
                              timeout=600, env={**self.env, "ASSAY": ASSAY, "BUILD": "make", "OPTIONS": "--max-time 20ms", **env})

    @unittest.skipUnless(CALLGRIND, "no valgrind, or sanitizers")
    def test_a_commit_that_does_5_percent_more_fails_and_one_that_moves_a_function_does_not(self):
        self.commit(FIRST.format(turns=425_000) + SECOND, "5 % more")
        ended = self.recipe()
        self.assertEqual(ended.returncode, 1, ended)
        answer = json.loads((self.tree / "assay-gate/gate.json").read_text())
        states = {finding["verdict"]["metric"]: finding["state"] for finding in answer["findings"]}
        self.assertEqual(states["callgrind.instructions"], "fail")
        self.assertTrue((self.tree / "assay-gate/gate.xml").exists())
        self.assertIn("FAILED", (self.tree / "assay-gate/gate.md").read_text())

        self.commit(SECOND + FIRST.format(turns=425_000), "a function moved")
        ended = self.recipe(BASE="HEAD~1")
        self.assertEqual(ended.returncode, 0, ended)
        answer = json.loads((self.tree / "assay-gate/gate.json").read_text())
        self.assertNotIn("fail", [finding["state"] for finding in answer["findings"]])

    def test_without_what_it_needs_it_says_what(self):
        ended = self.recipe(BUILD="")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("BUILD    how a tree is built", ended.stderr)
        self.assertEqual(self.recipe(BASE="nowhere").returncode != 0, True)

    def test_the_workflows_are_yaml_and_use_the_recipe(self):
        for name in ("github-measure.yml", "github-comment.yml", "gitlab-ci.yml"):
            text = (RECIPES / name).read_text()
            self.assertNotIn("\t", text)
            try:
                import yaml
                self.assertIsInstance(yaml.safe_load(text), dict)
            except ImportError:
                pass
        measure = (RECIPES / "github-measure.yml").read_text()
        self.assertNotRegex(measure, r"pull-requests: write|secrets\.")
        # What the pull request wrote is evidence, judged again: its Markdown is not taken.
        self.assertNotIn("gate.md", (RECIPES / "github-comment.yml").read_text())
        known = self.assay("gate", "--help").out + self.assay("--help").out
        for option in re.findall(r"--[a-z-]+", (RECIPES / "gate.sh").read_text()):
            if option in ("--verify", "--quiet", "--unshallow"):
                continue
            self.assertIn(option, known)


if __name__ == "__main__":
    main()
