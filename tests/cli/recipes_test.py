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
        self.tree = self.work / "repository"
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
        ended = self.recipe(BASE="nowhere")
        self.assertEqual(ended.returncode, 5, ended)
        self.assertIn("BASE=nowhere is no commit here: fetch it", ended.stderr)
        shallow = self.work / "shallow"
        subprocess.run(["git", "clone", "-q", "--depth", "1", "-b", "main", f"file://{self.tree}", shallow], check=True, env=self.env)
        self.tree = shallow
        ended = self.recipe()
        self.assertEqual(ended.returncode, 5, ended)
        self.assertIn("BASE=HEAD~1 is no commit here", ended.stderr)

    def test_the_workflows_are_yaml_and_use_the_recipe(self):
        for name in ("github-measure.yml", "github-comment.yml", "github-history.yml", "gitlab-ci.yml"):
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


@unittest.skipUnless(shutil.which("git") and shutil.which("tar"), "no git or tar")
class History(CliTest):
    """Two clones of a bare repository, each a runner that keeps nothing."""

    def setUp(self):
        super().setUp()
        self.env.update(GIT_CONFIG_GLOBAL=str(self.folder / "gitconfig"), GIT_CONFIG_NOSYSTEM="1", TRIES="30")
        (self.folder / "gitconfig").write_text("[user]\nname = Ada\nemail = a@b\n[init]\ndefaultBranch = main\n")
        self.bare = self.work / "bare.git"
        self.git("init", "-q", "--bare", self.bare)
        self.clones = [self.work / name for name in ("one", "two")]
        self.git("clone", "-q", self.bare, self.clones[0])
        self.git("commit", "-q", "--allow-empty", "-m", "first", cwd=self.clones[0])
        self.git("push", "-q", "origin", "HEAD:main", cwd=self.clones[0])
        self.git("clone", "-q", self.bare, self.clones[1])

    def git(self, *words, cwd=None):
        return subprocess.run(["git", *words], cwd=cwd or self.work, check=True, capture_output=True, text=True, env=self.env).stdout

    def start_history(self, clone, *words):
        return subprocess.Popen(["sh", RECIPES / "history.sh", *words], cwd=clone, env=self.env, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def history(self, clone, *words):
        process = self.start_history(clone, *words)
        _, err = process.communicate(timeout=300)
        return process.returncode, err

    def test_what_two_runners_push_is_one_history_when_it_is_read(self):
        self.assertIn("no branch assay-history yet", self.history(self.clones[0], "pull", "runs")[1])
        pushes = []
        for i, clone in enumerate(self.clones):
            db = self.folder / f"{i}.db"
            self.assay("run", "--quiet", "--db", db, "--", "true", cwd=clone)
            self.assay("export", "latest", "--format", "assay", "--db", db, "-o", clone / f"run-{i}.json")
            pushes.append(self.start_history(clone, "push", f"run-{i}.json"))
        for push in pushes:
            _, err = push.communicate(timeout=300)
            self.assertEqual(push.returncode, 0, err)
        self.assertEqual(self.history(self.clones[0], "pull", "runs"), (0, ""))
        points = [point for series in self.assay("history", "--from", self.clones[0] / "runs", "--json").json()["series"]
                  for point in series["points"]]
        self.assertEqual(len({point["run"] for point in points}), 2)
        # The checkout knows nothing of it, and the branch has nothing of the checkout.
        self.assertEqual(self.git("branch", "--format=%(refname)", cwd=self.clones[0]).strip(), "refs/heads/main")
        self.assertEqual(sorted(self.git("ls-tree", "--name-only", "assay-history", cwd=self.bare).split()), ["run-0.json", "run-1.json"])

    def test_a_push_that_came_too_late_is_made_again_upon_the_other(self):
        """The first push is refused, and before that somebody else's comes in: a race, on purpose."""
        (self.clones[0] / "a.json").write_text("{}")
        (self.clones[1] / "b.json").write_text("{}")
        self.assertEqual(self.history(self.clones[0], "push", "a.json"), (0, ""))
        hook = self.bare / "hooks/pre-receive"
        hook.write_text(f"#!/bin/sh\n[ -e {self.folder}/once ] && exit 0\n: > {self.folder}/once\nexit 1\n")
        hook.chmod(0o755)
        self.assertEqual(self.history(self.clones[1], "push", "b.json"), (0, ""))
        self.assertTrue((self.folder / "once").exists())
        self.assertEqual(self.git("ls-tree", "--name-only", "assay-history", cwd=self.bare).split(), ["a.json", "b.json"])
        self.assertEqual(self.history(self.clones[1], "push", "b.json"), (0, ""))  # once more changes nothing
        self.assertEqual(self.git("rev-list", "--count", "assay-history", cwd=self.bare).strip(), "2")

    def test_what_cannot_be_pushed_is_an_error_that_says_so(self):
        (self.clones[0] / "a.json").write_text("{}")
        hook = self.bare / "hooks/pre-receive"
        hook.write_text("#!/bin/sh\necho not you >&2\nexit 1\n")
        hook.chmod(0o755)
        self.env["TRIES"] = "1"
        code, err = self.history(self.clones[0], "push", "a.json")
        self.assertEqual(code, 1)
        self.assertIn("not you", err)
        self.assertIn("may this job write there?", err)
        self.assertNotEqual(self.history(self.clones[0], "push", "nothing.json")[0], 0)
        self.assertEqual(self.history(self.clones[0])[0], 2)
        self.env["REMOTE"] = "nowhere"
        self.assertNotEqual(self.history(self.clones[0], "push", "a.json")[0], 0)
        self.assertNotEqual(self.history(self.clones[0], "pull", "runs")[0], 0)  # and not an empty history


if __name__ == "__main__":
    main()
