#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tests/self/gate passes on what is committed, and fails as it must: gate_test.py BUILD"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv.pop(1)).resolve()


class SelfGate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Counted once, by the first test; what is judged differs in the baseline alone."""
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)

    def gate(self, change):
        """Against the committed baseline with `change` made to its text."""
        with tempfile.TemporaryDirectory() as folder:
            for file in ROOT.glob("baselines/*/self.json"):
                to = pathlib.Path(folder, file.parent.name)
                to.mkdir()
                (to / file.name).write_text(change(file.read_text()))
            return subprocess.run([ROOT / "tests/self/gate", BUILD, "--counts", pathlib.Path(self.folder.name, "self.db"), folder],
                                  capture_output=True, text=True, timeout=250, check=False)

    def test_what_is_committed_passes(self):
        ended = self.gate(lambda text: text)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)

    def test_a_hundredth_more_fails(self):
        less = re.compile(r'("callgrind.instructions": \{\s*"value": )([0-9.]+)')
        ended = self.gate(lambda text: less.sub(lambda m: m[1] + str(float(m[2]) * 0.99), text, count=1))
        self.assertEqual(ended.returncode, 1, ended.stdout + ended.stderr)
        self.assertIn("1 fail, 4 pass", ended.stdout)

    def test_another_fingerprint_is_a_dead_gate(self):
        ended = self.gate(lambda text: text.replace('"tool": "callgrind-', '"tool": "callgrind-0'))
        self.assertEqual(ended.returncode, 5, ended.stdout + ended.stderr)
        self.assertIn("has no verdict: counts of two tools do not compare", ended.stdout)
        ended = self.gate(lambda text: text.replace('"compiler": "GNU', '"compiler": "older GNU'))
        self.assertEqual(ended.returncode, 5, ended.stdout + ended.stderr)
        self.assertIn("dead: the baseline was not counted of code of GNU", ended.stderr)


if __name__ == "__main__":
    if not shutil.which("valgrind"):
        print("skipped: there is no valgrind (apt-get install valgrind)")
        sys.exit(77)
    unittest.main()
