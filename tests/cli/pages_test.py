#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The pages for people (ci/pages): every command on them is run, in order, in a scratch folder."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import mini_slurm
import mini_sshd
from support import ASSAY, ROOT, CliTest, main

PAGES = ROOT / "ci/pages"
BLOCK = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
BUILD = pathlib.Path(ASSAY).parents[1]

BENCH = """#include <stdio.h>
int main(void) {{ volatile double x = 1; for (long i = 0; i < {turns}; ++i) x = x * 1.0000001; printf("%g\\n", x); return 0; }}
"""


class Pages(CliTest):
    def setUp(self):
        super().setUp()
        self.env.update(PATH=f"{pathlib.Path(ASSAY).parent}:{self.env['PATH']}", GIT_CONFIG_NOSYSTEM="1", PREFIX=str(self.folder / "prefix"))

    def compile_once(self):
        """What a page compiles is the same every time: of it and its headers the compiler cache has the result, wherever they lie."""
        self.env["CMAKE_BUILD_PARALLEL_LEVEL"] = str(os.cpu_count())
        if shutil.which("ccache"):
            cache = subprocess.run(["ccache", "--get-config", "cache_dir"], check=True, capture_output=True, text=True).stdout.strip()
            self.env.update(CMAKE_CXX_COMPILER_LAUNCHER="ccache", CCACHE_DIR=cache, CCACHE_BASEDIR=str(self.folder), CCACHE_NOHASHDIR="1")

    def git(self, *words):
        subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=a@b", *words], cwd=self.work, env=self.env, check=True, capture_output=True)

    def read_page(self, name, needs=None):
        """Runs its blocks. `needs`: what a block with that word wants before; None where that is not here."""
        output = ""
        for info, text in BLOCK.findall((PAGES / name).read_text()):
            words = info.split()
            if words[:1] != ["sh"]:
                if len(words) == 2:
                    (self.work / words[1]).write_text(text)
                continue
            if words[1:]:
                setting = (needs or {})[words[1]]()
                if setting is None:
                    print(f"skipped: {name}: the commands that need {words[1]}")
                    continue
                self.env.update(setting)
            ended = subprocess.run(["sh", "-e", "-c", text], cwd=self.work, env=self.env, capture_output=True, text=True, check=False,
                                   timeout=600, stdin=subprocess.DEVNULL)
            output += ended.stdout + ended.stderr
            self.assertEqual(ended.returncode, 0, f"{name}:\n{text}\n{ended.stdout}\n{ended.stderr}")
        self.assertNotRegex(output, "exit code [234]")
        return output

    @unittest.skipUnless(shutil.which("git") and shutil.which("make") and shutil.which("cc"), "no git, make or cc")
    def test_gate_my_repository(self):
        self.git("init", "-q", "-b", "main")
        (self.work / "Makefile").write_text("build/bench: bench.c\n\tmkdir -p build\n\tcc -O2 bench.c -o build/bench\n")
        (self.work / ".gitignore").write_text("build/\ngate.*\n")
        for turns, branch in ((200_000, "main"), (1_600_000, "mine")):
            if branch != "main":
                self.git("checkout", "-q", "-b", branch)
            (self.work / "bench.c").write_text(BENCH.format(turns=turns))
            self.git("add", "-A")
            self.git("commit", "-qm", branch)
        subprocess.run(["make", "-s"], cwd=self.work, check=True)
        output = self.read_page("gate-my-repository.md")
        self.assertIn("exit code 1", output)  # it is eight times slower
        self.assertIn("slower", (self.work / "gate.html").read_text())

    @unittest.skipUnless(shutil.which("cc"), "no C compiler")
    def test_why_is_it_slow(self):
        include = pathlib.Path(self.env["PREFIX"]) / "include"
        include.mkdir(parents=True)
        shutil.copy(ROOT / "harness/core/assay_regions.h", include)
        output = self.read_page("why-is-it-slow.md")
        self.assertRegex(output, r"solve +1 ")
        self.assertIn('"traceEvents"', (self.work / "trace.json").read_text())

    def test_which_machine(self):
        output = self.read_page("which-machine.md", {"ssh": self.ssh, "slurm": self.slurm})
        self.assertRegex(output, "cloud-a")

    def ssh(self):
        if mini_sshd.REASON:
            return None
        sshd = mini_sshd.MiniSshd(pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "sshd")
        self.addCleanup(sshd.stop)
        sshd.start()
        (sshd.folder / "client").write_text("Host cloud-* board\n  HostName 127.0.0.1\n  CheckHostIP no\n")
        with open(sshd.folder / "known", "a", encoding="utf-8") as known:
            known.write((sshd.folder / "known").read_text().replace("localhost", "cloud-a"))
        return {"ASSAY_SSH": sshd.command.replace("-F none", f"-F {sshd.folder}/client -o HostKeyAlias=[127.0.0.1]:{sshd.port}")}

    def slurm(self):
        if mini_slurm.REASON:
            return None
        slurm = mini_slurm.MiniSlurm(tempfile.mkdtemp(dir=self.folder), dict(os.environ))
        self.addCleanup(slurm.stop)
        slurm.start()
        slurm.wait_until_idle()
        return {"SLURM_CONF": slurm.env["SLURM_CONF"]}

    @unittest.skipUnless(shutil.which("cmake") and shutil.which("c++"), "no CMake or C++ compiler")
    def test_measure_my_own_kernel(self):
        if os.environ.get("ASSAY_TEST_SANITIZE"):
            self.skipTest("an install tree of sanitized libraries links into no other project")
        self.compile_once()
        prefix = pathlib.Path(self.env["PREFIX"])
        subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix, "--component", "development"], check=True, capture_output=True)
        shutil.copy(ROOT / "workloads/adapters/example_worker.py", prefix / "share/doc/assay")
        (self.work / "bench").write_text("#!/bin/sh\nexit 0\n")
        (self.work / "bench").chmod(0o755)
        output = self.read_page("measure-my-own-kernel.md", {"ssh": self.ssh})
        self.assertRegex(output, r"demo\.scale/\*@cpu +blocked ")

    def test_what_may_change(self):
        self.read_page("what-may-change.md")

    def test_every_page_is_listed_and_reached_from_the_readme(self):
        listed = (PAGES / "README.md").read_text()
        readme = (ROOT / "README.md").read_text()
        for page in PAGES.glob("*.md"):
            if page.name != "README.md":
                self.assertIn(f"({page.name})", listed)
                self.assertIn(f"(ci/pages/{page.name})", readme)


if __name__ == "__main__":
    main()
