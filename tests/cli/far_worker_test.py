#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A worker on another machine, over ssh, while `assay` stays here: through a real sshd on this machine."""
import fcntl
import os
import pathlib
import shutil
import signal
import stat
import tempfile
import unittest

from mini_sshd import REASON, MiniSshd
from support import CONV, FAULTY_WORKER, ROOT, CliTest, main

EXAMPLE_FILE = ROOT / "workloads/adapters/example_worker.py"
FAR = "ssh:127.0.0.1"
EXAMPLE = f"{FAR} python3 copy:{EXAMPLE_FILE}"
CASE = "example.sum/builtin?n=1000"


@unittest.skipIf(REASON, REASON)
class FarWorker(CliTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="assay-far-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.sshd = MiniSshd(pathlib.Path(folder) / "sshd")
        cls.addClassCleanup(cls.sshd.stop)
        cls.sshd.start()

    def setUp(self):
        super().setUp()
        self.env["ASSAY_SSH"] = self.sshd.command
        self.addCleanup(self.assert_nothing_is_left)

    def far_processes(self, sshd=None):
        """What runs there for us: the folder of the far host stands in their environment."""
        mark = str((sshd or self.sshd).far).encode()
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                if mark in (entry / "environ").read_bytes() and (entry / "stat").read_text().rsplit(") ", 1)[1][0] != "Z":
                    found.append((int(entry.name), (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()))
            except OSError:
                continue
        return found

    def assert_nothing_is_left(self):
        self.wait_for(lambda: not self.far_processes() and not list(self.sshd.far.glob("assay-ssh-*")),
                      f"left on the far host: {self.far_processes()} {list(self.sshd.far.iterdir())}", 10)

    def write_program(self, name, text):
        file = self.work / name
        file.write_text(text)
        file.chmod(0o755)
        return file

    def readings(self, prefix):
        return self.query("SELECT metric, value, state, reason FROM v_readings WHERE metric LIKE ?", (prefix + "%",))

    def test_our_own_worker_is_copied_verified_and_stands_under_the_far_host(self):
        with open(self.folder / "lock", "wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # of this host, which is not measured
            self.assay("run", CONV, "--worker", f"{FAR} assay-worker-native", timeout=120)
        self.assertEqual([(launch["status"], launch["verified"]) for launch in self.launches()], [("ok", 1), ("ok", 1)])
        self.assertEqual({launch["peak_rss_bytes"] for launch in self.launches()}, {None})
        hosts = [reading for reading in self.readings("host.")]
        self.assertGreater(len(hosts), 5)
        for reading in hosts:
            self.assertEqual((reading["value"], reading["state"]), (None, "unsupported"))
            self.assertIn("the worker runs on 127.0.0.1, over ssh", reading["reason"])
        probes = {row["name"]: row for row in self.query("SELECT name, available, reason FROM probe WHERE kind = 'check'")}
        self.assertEqual((probes["host lock"]["available"], probes["contention"]["available"]), (0, 0))
        self.assertIn("127.0.0.1 over ssh", probes["host lock"]["reason"])
        # The far host is this machine here, so it is of this class, by the same facts.
        self.assay("run", CONV)
        classes = {row["host_class_id"] for row in self.query("SELECT host_class_id FROM run")}
        self.assertEqual(len(classes), 1, self.query("SELECT host_class_json FROM run"))
        self.assay("compare", "latest~1", "latest")
        self.assert_sound()

    def test_reals_travel_in_lines_and_the_hash_is_of_the_program_there(self):
        self.assay("run", CASE + "&dtype=f64", CASE, "--worker", EXAMPLE, timeout=120)
        self.assertEqual({(launch["status"], launch["verified"]) for launch in self.launches()}, {("ok", 1)})
        edited = self.write_program("edited.py", EXAMPLE_FILE.read_text() + "# another\n")
        for worker in (f"python3 {EXAMPLE_FILE}", f"python3 copy:{edited}"):
            self.assay("run", CASE, "--launches", "1", "--worker", f"{FAR} {worker}", timeout=120)
        sent, sent_edited = self.query("SELECT binary, count(*) AS launches FROM launch JOIN subject USING (subject_key) GROUP BY binary ORDER BY 2 DESC")
        self.assertEqual((sent["launches"], sent_edited["launches"]), (5, 1))  # sent along or there already: the same program
        self.assertNotIn("", (sent["binary"], sent_edited["binary"]))
        far = self.assay("list", "implementations", "--worker", f"{FAR} python3 {EXAMPLE_FILE}").out
        self.assertIn("example.sum", far)
        self.assertNotIn("tinyml", far)  # a run has one host, so workers here are not asked

    def test_somebody_elses_program_there_and_one_that_is_sent_along(self):
        self.write_program("prog", "#!/bin/sh\necho $TMPDIR\n")
        self.assay("run", "--", FAR, "copy:./prog", timeout=120)
        self.assay("run", "--", FAR, "sh", "-c", "exit 0", timeout=120)
        self.assertEqual({row["case_key"] for row in self.query("SELECT case_key FROM planned_case")},
                         {"command.prog/own@cpu", "command.sh/own@cpu"})
        self.assertEqual({launch["status"] for launch in self.launches()}, {"ok"})
        self.assertEqual({launch["verified"] for launch in self.launches()}, {None})

    def test_two_sides_on_two_hosts_are_no_pair(self):
        ended = self.assay("ab", "--as", "worker", CASE, "--", *EXAMPLE.split(), "--", "python3", EXAMPLE_FILE, code=2)
        self.assertIn("a run has one host", ended.err)

    def test_the_trial_of_workers_goes_over_ssh(self):
        ended = self.assay("worker", "check", *EXAMPLE.split(), timeout=120)
        self.assertNotIn("FAIL", ended.out)

    def test_what_needs_this_machine_is_refused_with_what_to_do(self):
        (self.work / "x.csv").write_text("a\n1\n2\n")
        ended = self.assay("run", CASE, "--worker", EXAMPLE, "--input", "example=x.csv:v=a", code=2)
        self.assertRegex(ended.err, r"the files are here, and the worker is on 127\.0\.0\.1\n.*assay run --ssh 127\.0\.0\.1")
        ended = self.assay("run", CASE, "--worker", EXAMPLE, "--collect", "callgrind", code=3)
        self.assertIn("a tool around the worker, which is on 127.0.0.1", ended.err)
        ended = self.assay("run", CASE, "--worker", EXAMPLE, "--worker", f"python3 {EXAMPLE_FILE} ", code=2)
        self.assertIn("a run has one host", ended.err)
        (self.work / "assay.toml").write_text(f'[[worker]]\nname = "far"\ncommand = ["{FAR}", "x"]\n')
        self.assertIn("--worker 'ssh:HOST", self.assay("list", "implementations", code=2).err)
        (self.work / "assay.toml").unlink()
        for text in ("ssh:", "ssh:host", "ssh:-oProxyCommand=x y", "ssh:a;b c"):
            self.assertIn("ssh:HOST ./my_worker", self.assay("run", CASE, f"--worker={text}", code=2).err)
        self.assertIn("judges by this machine", self.assay("roofline", "--worker", EXAMPLE, code=2).err)
        self.assertIn("judges by this machine", self.assay("gate", "--against", "run:latest", CASE, "--worker", EXAMPLE, code=2).err)

    def test_hosts_logins_and_programs_that_are_not_there_are_told_apart(self):
        def refused(worker, words, remedy, code=3, **env):
            ended = self.assay("run", CASE, "--worker", worker, code=code, timeout=60, env=env)
            self.assertRegex(ended.err, words)
            self.assertRegex(ended.err, remedy)
        command = self.sshd.command
        refused("ssh:host.invalid ./w", r"ssh to host\.invalid failed: \S", "ssh host.invalid true")
        refused(f"{FAR} ./w", "Host key verification failed", "log in once by hand", ASSAY_SSH=command.replace("known", "unknown"))
        wrong = self.folder / "wrong"
        wrong.write_text((self.sshd.folder / "known").read_text().replace(*self.keys()))
        refused(f"{FAR} ./w", "Host key verification failed", "ssh-keygen -R", ASSAY_SSH=command.replace(str(self.sshd.folder / "known"), str(wrong)))
        refused(f"{FAR} ./w", "Permission denied", "ssh-copy-id 127.0.0.1", ASSAY_SSH=command.replace("/user ", "/host "))
        refused(f"{FAR} ./w", "ssh to 127.0.0.1 failed: .*refused", "try it by hand", ASSAY_SSH=command.replace(str(self.sshd.port), "1"))
        refused(f"{FAR} ./w", "cannot start '/nowhere/ssh'", "check the command", ASSAY_SSH="/nowhere/ssh")
        refused(f"{FAR} /nowhere/w", "'/nowhere/w' is not on 127.0.0.1", "copy:FILE")
        refused(f"{FAR} copy:/nowhere/w", "no such file here", "leave 'copy:' out")
        plain = self.write_program("plain", "nothing\n")
        plain.chmod(stat.S_IRUSR)
        refused(f"{FAR} {plain}", "is not on 127.0.0.1, or may not be executed", "copy:FILE") if os.geteuid() else None
        refused(f"{FAR} sh -c 'echo hello; echo oops >&2'", "JSON", "assay", 7)

    def keys(self):
        """The far host's key, and another one."""
        return [(self.sshd.folder / f"{name}.pub").read_text().split()[1] for name in ("host", "user")]

    def other_sshd(self, more):
        sshd = MiniSshd(self.folder / "sshd", more)
        self.addCleanup(sshd.stop)
        sshd.start()
        return sshd

    def test_banners_and_noisy_profiles_are_no_answer(self):
        (self.folder / "banner").write_text("Authorized use only!\n")
        login = self.write_program("login", '#!/bin/sh\necho "Welcome to this board"\necho "{}"\necho more >&2\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n')
        sshd = self.other_sshd(f"Banner {self.folder}/banner\nForceCommand {login}")
        self.assay("run", CASE, "--worker", EXAMPLE, env={"ASSAY_SSH": sshd.command}, timeout=120)
        self.assertEqual({launch["status"] for launch in self.launches()}, {"ok"})

    def test_a_login_that_runs_nothing_is_named_with_what_it_said(self):
        sshd = self.other_sshd("ForceCommand echo This account is not available.; exit 1")
        ended = self.assay("run", CASE, "--worker", EXAMPLE, env={"ASSAY_SSH": sshd.command}, code=3)
        self.assertRegex(ended.err, r"does not run what it is asked to over ssh: This account is not available\. \(exit status 1\)")
        sshd.stop()
        hangs = self.other_sshd_that_hangs()
        ended = self.assay("run", CASE, "--worker", EXAMPLE, env={"ASSAY_SSH": hangs.command, "ASSAY_START_LIMIT": "1s"}, code=7)
        self.assertIn("did not start the worker over ssh in time", ended.err)

    def other_sshd_that_hangs(self):
        sshd = MiniSshd(self.folder / "hanging", "ForceCommand cat >/dev/null; sleep 60")
        self.addCleanup(sshd.stop)
        self.addCleanup(lambda: [os.kill(pid, signal.SIGKILL) for pid, _ in self.far_processes(sshd)])
        sshd.start()
        return sshd

    def start_long(self, worker=EXAMPLE, launches=400):
        process = self.start("run", CASE, "--launches", launches, "--worker", worker)
        self.wait_for(lambda: len(self.run_ids()) == 1 and len(self.launches()) >= 2, "nothing is measured")
        return process

    def test_a_killed_assay_leaves_nothing_there(self):
        process = self.start_long()
        process.send_signal(signal.SIGKILL)
        self.finish(process)
        self.assert_nothing_is_left()

    def test_ctrl_c_keeps_what_was_measured_and_the_run_goes_on_later(self):
        process = self.start_long(launches=8)
        process.send_signal(signal.SIGINT)
        ended = self.finish(process)
        self.assertEqual(ended.code, 130, ended)
        self.assert_nothing_is_left()
        self.assay("run", "--resume", timeout=120)
        self.assertEqual(len(self.launches()), 8)

    def test_a_connection_that_breaks_costs_its_launch_alone(self):
        process = self.start_long(launches=12)
        def broken():
            for entry in pathlib.Path("/proc").iterdir():  # ssh's own end of it
                try:
                    words = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else [b""]
                    if words[0] == b"ssh" and str(self.sshd.port).encode() in words:
                        os.kill(int(entry.name), signal.SIGKILL)
                        return True
                except OSError:
                    continue
            return False
        self.wait_for(broken, "no connection is found")
        ended = self.finish(process, 120)
        self.assertIn(ended.code, (0, 7), ended)
        lost = [launch for launch in self.launches() if launch["status"] != "ok"]
        self.assertEqual((len(self.launches()), len(lost)), (12, 1), [launch["reason"] for launch in lost])
        self.assertRegex(lost[0]["reason"], "127.0.0.1 (broke|failed)")

    def test_a_worker_that_hangs_is_ended_there_with_all_that_it_started(self):
        more = self.write_program("more", "#!/bin/sh\nsetsid sh -c 'trap \"\" TERM HUP; while :; do sleep 1000; done' </dev/null >/dev/null 2>&1 &\n"
                                  f"exec python3 {EXAMPLE_FILE}\n")
        faulty = FAULTY_WORKER.split()[1]
        for worker, status in ((f"python3 {faulty} --fault=hang-ignore-sigterm", "timeout"), (f"copy:{more}", "ok"),
                               (f"python3 {faulty} --fault=segfault", "failed"), (f"python3 {faulty} --fault=absent-file", "failed")):
            with self.subTest(worker):
                self.assay("run", CASE, "--launches", "1", "--worker", f"{FAR} {worker}", code=None, timeout=120, env={"ASSAY_MEASURE_LIMIT": "2s"})
                launch = self.query("SELECT status, reason FROM launch ORDER BY started_utc_ms DESC")[0]
                self.assertEqual(launch["status"], status, launch)
                self.assert_nothing_is_left()


if __name__ == "__main__":
    main()
