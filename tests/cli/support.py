# SPDX-License-Identifier: Apache-2.0
"""What every test of the `assay` program shares: a fresh home for each test, and one way to start the program.

ASSAY names the program; tests are started by ctest (tests/cli/CMakeLists.txt) or by hand:

    ASSAY=build/release/bin/assay python3 tests/cli/usage_test.py
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Valgrind runs no program that a sanitizer is linked into; ctest says when it is (tests/cli/CMakeLists.txt).
CALLGRIND = shutil.which("valgrind") is not None and not os.environ.get("ASSAY_TEST_SANITIZE")
ASSAY = os.path.abspath(os.environ.get("ASSAY", ROOT / "build/release/bin/assay"))
EXAMPLE_WORKER = f"{sys.executable} {ROOT / 'workloads/adapters/example_worker.py'}"
FAULTY_WORKER = f"{sys.executable} {ROOT / 'tests/support/faulty_worker.py'}"
COUNTED_WORKER = pathlib.Path(ASSAY).parents[1] / "tests/counted_worker"  # x86-64 only
ODD_WORKER = f"{sys.executable} -S {ROOT / 'tests/cli/odd_worker.py'}"

# Small and quick: a launch takes some 50 ms. What is measured is of no interest here.
QUICK = {"ASSAY_MAX_TIME": "20ms", "ASSAY_WARMUP": "20ms", "ASSAY_MIN_SAMPLES": "5", "ASSAY_LAUNCHES": "2"}
CONV = "tinyml.conv2d_int8/simd?preset=xs&threads=1"
EXAMPLE = "example.sum/builtin?n=1000"

# Vulkan's drivers are loaded whenever somebody asks for devices (0.15 s with Mesa's), and their cases are '*' as well:
# vulkan_test.py alone sees them.
NO_VULKAN = {"VK_DRIVER_FILES": "/nonexistent.json", "VK_ICD_FILENAMES": "/nonexistent.json"}

# Everything that waits for the program waits so much longer than it takes on a quiet machine.
PATIENCE = 5

# What may never reach a terminal or a file that people read: control characters but for the line's end, and the marks
# that turn the direction of text.
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")

FIELDS = {"document": {"schema_version", "command", "assay_version", "runs", "results", "warnings"},
          "run": {"id", "host", "labels", "inputs"},
          "result": {"run", "subject", "verified", "case", "workload", "implementation", "device", "fidelity", "params",
                     "status", "reason", "metrics"},
          "metric": {"id", "value", "unit", "better", "ci_low", "ci_high", "n", "samples", "state", "reason"},
          "verdict": {"metric", "rule", "against", "outcome", "cause", "ratio", "ci_low", "ci_high", "reason"}}


class Ended:
    """A program that has ended: exit code, standard output, standard error."""

    def __init__(self, command, code, out, err):
        self.command, self.code, self.out, self.err = command, code, out, err

    def json(self):
        def refuse(word):
            raise ValueError(f"{word} is no JSON")
        return json.loads(self.out, parse_constant=refuse)

    def __str__(self):
        def part(text):
            return text if len(text) < 4000 else text[:2000] + "\n[...]\n" + text[-2000:]
        return f"{self.command}\nexit {self.code}\n--- out\n{part(self.out)}\n--- err\n{part(self.err)}"


class CliTest(unittest.TestCase):
    """Each test has a folder of its own, and in it home, cache, lock and database."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        for name in ("home", "tmp", "data", "config", "cache", "work"):
            (self.folder / name).mkdir()
        self.work = self.folder / "work"
        self.db = self.folder / "a.db"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ASSAY", "XDG_", "LC_", "LANG", "NO_COLOR"))}
        self.env = {**kept, **QUICK, "HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp"),
                    "XDG_DATA_HOME": str(self.folder / "data"), "XDG_CONFIG_HOME": str(self.folder / "config"),
                    "XDG_CACHE_HOME": str(self.folder / "cache"), "ASSAY_CACHE": str(self.folder / "cache/assay"),
                    "ASSAY_LOCK": str(self.folder / "lock"), "ASSAY_DB": str(self.db), "LANG": "C.UTF-8",
                    **NO_VULKAN}

    def start(self, *arguments, env=None, cwd=None, **more):
        """Starts the program in a session of its own; the caller waits for it."""
        command = [ASSAY, *map(str, arguments)]
        process = subprocess.Popen(command, env={**self.env, **(env or {})}, cwd=cwd or self.work,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True, **more)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    def finish(self, process, timeout=60):
        timeout *= PATIENCE
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.fail(f"did not end within {timeout} s: {process.args}\n{out.decode()}\n{err.decode()}")
        return Ended(process.args, process.returncode, out.decode("utf-8", "surrogateescape"),
                     err.decode("utf-8", "surrogateescape"))

    def assay(self, *arguments, code=0, timeout=60, **more):
        """Runs the program to its end, expects `code`, and nothing unsafe in what it printed."""
        ended = self.finish(self.start(*arguments, **more), timeout)
        if code is not None:
            self.assertEqual(ended.code, code, ended)
        self.assert_safe(ended)
        return ended

    def assert_safe(self, ended):
        for text in (ended.out, ended.err):
            found = UNSAFE.search(text.replace("\r\n", "\n"))  # CSV ends its lines as RFC 4180 says
            self.assertIsNone(found, f"{found and found.group()!r} printed by {ended}")

    def run_conv(self, *more, **how):
        """A small good run of two launches; its id."""
        self.assay("run", CONV, "--quiet", *more, **how)
        return self.run_ids()[0]

    def run_ids(self, db=None):
        """Newest first."""
        try:
            return [run["run_id"] for run in self.query("SELECT run_id FROM run ORDER BY run_key DESC", db=db)]
        except sqlite3.OperationalError:
            return []  # it has just been made

    def query(self, sql, values=(), db=None):
        with contextlib.closing(sqlite3.connect(db or self.db)) as connection:
            connection.row_factory = sqlite3.Row
            rows = [dict(row) for row in connection.execute(sql, values)]
            connection.commit()
            return rows

    def launches(self, db=None):
        return self.query("SELECT * FROM launch", db=db)

    def launches_in_order(self):
        return sorted(self.launches(), key=lambda launch: (launch["case_row"], launch["lane"], launch["launch_index"]))

    def results(self, run="latest", **how):
        """The results of a run by case, from `export`."""
        document = self.assay("export", run, **how).json()
        return {result["case"]: result for result in document["results"]}

    def assert_document(self, document):
        """The fields of ci/decisions/0000-design.md, section 7: all of them, and nothing else."""
        self.assertEqual(set(document), FIELDS["document"])
        for run in document["runs"]:
            self.assertEqual(set(run), FIELDS["run"])
        for result in document["results"]:
            self.assertEqual(set(result) - {"verdicts"}, FIELDS["result"])
            self.assertIn(result["status"], ("ok", "invalid", "failed", "timeout", "skipped", "unavailable"))
            self.assertIn(result["verified"], (True, False, None))
            for metric in result["metrics"]:
                self.assertEqual(set(metric), FIELDS["metric"])
                self.assertIn(metric["better"], ("lower", "higher", "neither"))
                self.assertIn(metric["state"], ("ok", "scaled", "not_counted", "denied", "unsupported"))
                if metric["value"] is None:
                    self.assertNotEqual(metric["reason"], "", metric)
            for verdict in result.get("verdicts", []):
                self.assertEqual(set(verdict), FIELDS["verdict"])

    def assert_sound(self, db=None):
        """The database opens, and `db check` finds nothing."""
        ended = self.assay("db", "check", *(["--db", db] if db else []))
        self.assertIn(": sound", ended.out)

    def wait_for(self, condition, what, seconds=30):
        seconds *= PATIENCE
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.02)
        return self.fail(f"after {seconds} s: {what}")

    def children_left(self):
        """Processes that were started for this test and live on: they carry its folder in their environment."""
        mark = str(self.folder).encode()
        left = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                if mark in (entry / "environ").read_bytes() and (entry / "stat").read_text().split(") ")[1][0] != "Z":
                    left.append((int(entry.name), (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()))
            except OSError:
                continue  # it has just ended, or is not ours
        return left


class SayingResult(unittest.TextTestResult):
    def getDescription(self, test):
        method = getattr(test, "test_case", test)
        more = "" if method is test else " " + test._subDescription()
        return method._testMethodName[len("test_"):].replace("_", " ") + more


def main():
    program = unittest.main(exit=False, verbosity=2, testRunner=unittest.TextTestRunner(
        resultclass=SayingResult, verbosity=2))
    for test, reason in program.result.skipped:
        print(f"skipped: {test.id()}: {reason}")
    print(f"{len(program.result.skipped)} skipped")
    sys.exit(0 if program.result.wasSuccessful() else 1)
