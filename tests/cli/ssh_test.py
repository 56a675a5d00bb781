#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay run --ssh` through a real sshd on this machine: what is copied, what comes back, what is left there."""
import contextlib
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

from mini_sshd import REASON, MiniSshd
from support import ASSAY, CONV, CliTest, main


@unittest.skipIf(REASON, REASON)
class Ssh(CliTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="assay-ssh-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.archive = cls.pack(pathlib.Path(folder))
        cls.sshd = MiniSshd(pathlib.Path(folder) / "sshd")
        cls.addClassCleanup(cls.sshd.stop)
        cls.sshd.start()

    @staticmethod
    def pack(folder):
        """The program under test as an archive, once for all: a sanitized one has 300 MB, most of it for debuggers."""
        prefix = pathlib.Path(ASSAY).parents[1]
        copy = folder / "assay-0-linux"
        for part in ("bin/assay", "lib/assay", "libexec/assay", "share/assay"):
            if (prefix / part).is_dir():
                shutil.copytree(prefix / part, copy / part)
            elif (prefix / part).exists():
                (copy / part).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(prefix / part, copy / part)
        for file in [copy / "bin/assay", *(copy / "libexec").rglob("assay-worker-*")]:
            if shutil.which("strip") and file.suffix != ".code":
                subprocess.run(["strip", "--strip-debug", file], check=True)
        archive = folder / "assay-0-linux.tar.gz"
        subprocess.run(["tar", "-C", folder, "-I", "gzip -1", "-cf", archive, copy.name], check=True)
        shutil.rmtree(copy)
        return archive

    def start(self, *arguments, **more):
        packed = ("--bundle", self.archive) if "--ssh" in arguments and "--bundle" not in arguments else ()
        return super().start(*arguments, *packed, **more)

    def setUp(self):
        super().setUp()
        self.env["ASSAY_SSH"] = self.sshd.command
        self.addCleanup(self.assert_far_is_empty)

    def assert_far_is_empty(self):
        self.wait_for(lambda: not list(self.sshd.far.glob("assay-campaign-*")), "a folder is left on the far host", 5)

    def hosts(self):
        return dict((row["host"], (row["state"], row["launches"])) for row in self.query(
            "SELECT l.value AS host, r.state AS state, (SELECT count(*) FROM launch n JOIN planned_case c USING (case_row)"
            " WHERE c.run_key = r.run_key) AS launches FROM run r JOIN label l USING (run_key) WHERE l.name = 'host'"))

    def test_two_hosts_are_measured_and_their_runs_merged(self):
        ended = self.assay("run", CONV, "--ssh", "127.0.0.1,localhost", "--label", "nightly", timeout=120)
        self.assertEqual(self.hosts(), {"127.0.0.1": ("complete", 2), "localhost": ("complete", 2)}, ended)
        self.assertRegex(ended.out, r"localhost +complete +[0-9a-f]{8} +2")
        self.assertIn("next: assay report hardware", ended.err)
        self.assertEqual(list((self.folder / "tmp").iterdir()), [])
        self.assert_sound()

    def test_settings_and_words_with_every_kind_of_quote_arrive(self):
        label = "it's \"so\" $HOME `x` \\ | & ;"
        ended = self.assay("run", CONV, "--ssh", f"{self.sshd.user}@127.0.0.1", "--label", f"note={label}", "--launches", "3",
                           "--max-time", "15ms", "--json", timeout=120)
        self.assertEqual(ended.json()["hosts"][0]["runs"][0]["launches"], 3)
        self.assertEqual(self.query("SELECT value FROM label WHERE name = 'note'")[0]["value"], label)
        self.assertEqual(self.query("SELECT value FROM label WHERE name = 'host'")[0]["value"], "127.0.0.1")

    def test_a_bundle_and_a_folder_are_what_the_host_runs(self):
        self.assay("run", CONV, "--ssh", "localhost", "--bundle", self.archive, timeout=120)
        subprocess.run(["tar", "-xf", self.archive], cwd=self.work, check=True)
        self.assay("run", CONV, "--ssh", "localhost", "--bundle", self.work / "assay-0-linux", timeout=120)
        self.assertEqual(len(self.run_ids()), 2)
        ended = self.assay("run", CONV, "--ssh", "localhost", "--bundle", self.work, code=2)
        self.assertRegex(ended.err, r"is no \.tar\.gz, and has no bin/assay\n +ci/bundle makes one")
        (self.work / "bad.tar.gz").write_bytes(b"no archive")
        ended = self.assay("run", CONV, "--ssh", "localhost", "--bundle", "bad.tar.gz", code=4)
        self.assertIn("localhost: failed: ", ended.err)

    def test_hosts_that_cannot_be_reached_are_named_and_the_others_count(self):
        ended = self.assay("run", CONV, "--ssh", "localhost", "--ssh", "host.invalid", code=3, timeout=120)
        self.assertRegex(ended.err, r"host\.invalid: lost: ssh failed: \S")
        self.assertEqual(set(self.hosts()), {"localhost"})
        ended = self.assay("run", CONV, "--ssh", "localhost", code=3, env={"ASSAY_SSH": self.sshd.command.replace("known", "unknown")})
        self.assertIn("Host key verification failed", ended.err)
        ended = self.assay("run", CONV, "--ssh", "localhost", code=None, env={"ASSAY_SSH": "/nowhere/ssh"})
        self.assertEqual(ended.code, 3, ended)

    def test_names_that_are_none_are_refused(self):
        for name in ("-oProxyCommand=touch x", "", "a b", "a;b", "a,a"):
            self.assay("run", CONV, f"--ssh={name}", code=2)
        self.assertEqual(list(self.work.iterdir()), [])

    def test_ctrl_c_brings_what_was_measured_and_tidies_up(self):
        process = self.start("run", CONV, "--launches", "400", "--ssh", "127.0.0.1")
        self.wait_for_launches()
        process.send_signal(signal.SIGINT)
        ended = self.finish(process, 60)
        self.assertEqual(ended.code, 130, ended)
        state, launches = self.hosts()["127.0.0.1"]
        self.assertEqual(state, "interrupted")
        self.assertTrue(3 <= launches < 400, launches)

    def test_a_second_ctrl_c_and_a_kill_leave_nothing_on_the_host(self):
        for signals in ((signal.SIGINT, signal.SIGINT), (signal.SIGKILL,)):
            process = self.start("run", CONV, "--launches", "400", "--ssh", "127.0.0.1")
            self.wait_for_launches()
            for one in signals:
                process.send_signal(one)
                time.sleep(0.05)
            ended = self.finish(process, 30)
            self.assertIn(ended.code, (130, -9), ended)
            self.assert_far_is_empty()

    def test_a_connection_that_breaks_loses_its_host_and_nothing_else(self):
        process = self.start("run", CONV, "--launches", "400", "--ssh", "127.0.0.1")
        self.wait_for_launches()
        for entry in pathlib.Path("/proc").iterdir():  # ssh's own end of it
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else [b""]
                if words[0] == b"ssh" and str(self.sshd.port).encode() in words:
                    os.kill(int(entry.name), signal.SIGKILL)
            except OSError:
                continue
        ended = self.finish(process, 60)
        self.assertEqual(ended.code, 7, ended)
        self.assertIn("127.0.0.1: failed", ended.err)
        self.assertEqual(self.run_ids(), [])

    def wait_for_launches(self, count=3):
        def measured():
            for file in self.sshd.far.glob("assay-campaign-*/assay.db"):
                with contextlib.suppress(sqlite3.OperationalError):  # it has just been made
                    return self.query("SELECT count(*) AS n FROM launch", db=file)[0]["n"] >= count
            return False
        self.wait_for(measured, "the far host measures nothing: " + self.sshd.log())

    def test_an_error_on_the_host_is_told_with_its_own_words(self):
        ended = self.assay("run", "nothing.at_all", "--ssh", "localhost", code=None, timeout=60)
        self.assertEqual(ended.code, self.assay("run", "nothing.at_all", "--db", self.folder / "c.db", code=None).code)
        self.assertRegex(ended.err, "localhost: failed: assay: .*nothing.at_all.*known: ")
        self.assertEqual(self.run_ids(), [])


if __name__ == "__main__":
    main()
