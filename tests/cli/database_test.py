#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whatever happens to the database file or its disk has a clear ending: exit code, message, remedy, nothing broken."""
import contextlib
import os
import shutil
import sqlite3
import subprocess
import unittest

from support import CONV, CliTest, main


def can_mount():
    """A small file system of one's own needs root (or is refused in a container)."""
    folder = "/tmp/assay-cli-mount-%d" % os.getpid()
    os.makedirs(folder, exist_ok=True)
    try:
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], capture_output=True,
                              check=False).returncode == 0
        if made:
            subprocess.run(["umount", folder], check=True)
        return made
    except OSError:
        return False
    finally:
        os.rmdir(folder)


# A run that began when the clock was 400 days ahead.
LATER = "UPDATE run SET started_utc_ms = started_utc_ms + 86400000 * 400, newness_ms = newness_ms + 86400000 * 400"
READING = (["show"], ["list", "runs"], ["export"], ["export", "--format", "assay"], ["db", "stats"], ["compare"])


@unittest.skipUnless(can_mount(), "a small tmpfs cannot be mounted here (needs root)")
class Disk(CliTest):
    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        self.mount("size=1m")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=True)
        self.env["ASSAY_DB"] = str(self.disk / "a.db")
        self.db = self.disk / "a.db"

    def mount(self, options, again=False):
        command = ["mount", "-o", "remount," + options, str(self.disk)] if again else \
            ["mount", "-t", "tmpfs", "-o", options, "none", str(self.disk)]
        subprocess.run(command, check=True)

    def test_a_full_disk_ends_the_run_with_what_to_do_and_resumes_when_there_is_room(self):
        ended = self.assay("run", CONV, "--launches", "400", "--max-time", "50ms", code=4,
                           env={"ASSAY_MIN_SAMPLES": "100000"}, timeout=120)
        self.assertRegex(ended.err, "full")
        self.assertIn(str(self.db), ended.err)
        self.assertGreaterEqual(ended.err.count("\n"), 2, "no remedy: " + ended.err)
        self.mount("size=64m", again=True)
        self.assert_sound()
        stored = len(self.launches())
        self.assertLess(stored, 400)
        self.query("UPDATE planned_case SET launches = ?", (stored + 2,))
        self.query("UPDATE run SET settings_json = replace(settings_json, '\"100000\"', '\"5\"')")
        self.assay("run", "--resume")
        self.assertEqual(len(self.launches()), stored + 2)
        self.assert_sound()

    def test_a_disk_too_full_for_a_database_says_so(self):
        (self.disk / "filler").write_bytes(b"x" * 1024 * 1024)
        ended = self.assay("run", CONV, code=4)
        self.assertIn(str(self.db), ended.err)

    def test_an_export_to_a_full_disk_is_an_error_that_names_the_file(self):
        self.assay("run", CONV, "--db", self.folder / "a.db", "--quiet")
        with contextlib.suppress(OSError):
            (self.disk / "filler").write_bytes(b"x" * 1024 * 1024)
        ended = self.assay("export", "--format", "assay", "-o", self.disk / "out", "--db", self.folder / "a.db", code=4)
        self.assertIn(str(self.disk / "out"), ended.err)

    def test_a_read_only_disk_can_be_read_and_refuses_a_run(self):
        self.run_conv()
        self.mount("ro", again=True)
        self.addCleanup(self.mount, "rw", True)
        self.assertIn("conv2d", self.assay("show").out)
        self.assay("export")
        ended = self.assay("run", CONV, code=4)
        self.assertIn(str(self.db), ended.err)
        self.assertRegex(ended.err, "cannot be written|read-?only")


@unittest.skipIf(os.geteuid() == 0, "root may write everywhere; a read-only disk is tested in its place")
class Permissions(CliTest):
    def test_a_read_only_database_can_be_read_and_refuses_a_run(self):
        self.run_conv()
        self.db.chmod(0o444)
        self.assertIn("conv2d", self.assay("show").out)
        self.assertIn(str(self.db), self.assay("run", CONV, code=4).err)

    def test_a_read_only_folder_refuses_a_run_and_names_itself(self):
        folder = self.folder / "closed"
        folder.mkdir()
        folder.chmod(0o555)
        self.assertIn(str(folder), self.assay("run", CONV, "--db", folder / "a.db", code=4).err)


class Damaged(CliTest):
    def setUp(self):
        super().setUp()
        self.run_conv("--launches", "3")
        self.run_conv("--launches", "3", "--label", "second")
        self.query("PRAGMA wal_checkpoint(TRUNCATE)")

    def each_reading(self, codes, says=None):
        for command in READING:
            with self.subTest(command=command):
                ended = self.assay(*command, code=None)
                self.assertIn(ended.code, codes, ended)
                if ended.code != 0:
                    self.assertTrue(ended.err.startswith("assay: "), ended.err)
                    self.assertIn(str(self.db), ended.err)
                    if says:
                        self.assertRegex(ended.err, says)

    def test_a_newer_schema_is_left_alone_and_says_which_versions(self):
        self.query("PRAGMA user_version = 99")
        before = self.db.read_bytes()
        self.each_reading((2,), "99")
        for command in (["run", CONV], ["run", "--resume"], ["db", "prune"], ["db", "compact"], ["db", "migrate"],
                        ["db", "check"]):
            with self.subTest(command=command):
                ended = self.assay(*command, code=2)
                self.assertIn("99", ended.err + ended.out)
        self.assertEqual(self.db.read_bytes(), before)

    def test_a_damaged_page_is_found_by_check_and_crashes_nothing(self):
        whole = self.db.read_bytes()
        page = int.from_bytes(whole[16:18], "big")
        pages = len(whole) // page
        found = 0
        for at in range(1, pages, max(1, pages // 12)):
            with self.subTest(page=at):
                broken = bytearray(whole)
                for k in range(at * page, at * page + page):
                    broken[k] ^= 0xA5
                self.db.write_bytes(broken)
                self.forget_wal()
                check = self.assay("db", "check", code=None)
                self.assertIn(check.code, (0, 2), check)
                found += check.code == 2
                for command in READING:
                    ended = self.assay(*command, code=None)
                    self.assertIn(ended.code, (0, 2, 4), ended)
                    self.assertNotIn("internal fault", ended.err)
        self.assertGreaterEqual(found, 6, "check finds hardly anything")

    def test_damaged_samples_are_found_though_sqlite_sees_nothing(self):
        self.query("UPDATE sample_block SET data = zeroblob(length(data)) WHERE launch_key = 1")
        check = self.assay("db", "check", code=2)
        self.assertIn("problem: ", check.out)

    def test_a_truncated_file_is_named_and_check_says_so(self):
        whole = self.db.read_bytes()
        for length in (1, 99, 100, 4096, len(whole) // 2):
            with self.subTest(length=length):
                self.db.write_bytes(whole[:length])
                self.forget_wal()
                self.assertEqual(self.assay("db", "check", code=None).code, 2)
                for command in READING:
                    ended = self.assay(*command, code=None)
                    self.assertIn(ended.code, (0, 2), ended)

    def test_what_is_no_database_is_named_and_left_alone(self):
        for name, content in (("text", b"dear diary\n" * 500), ("zeros", bytes(8192)), ("png", b"\x89PNG\r\n\x1a\n" * 99)):
            with self.subTest(name=name):
                self.db.write_bytes(content)
                self.forget_wal()
                self.each_reading((2,))
                self.assertIn(str(self.db), self.assay("run", CONV, code=2).err)
                self.assertEqual(self.db.read_bytes(), content)

    def test_a_foreign_sqlite_database_is_named_and_left_alone(self):
        self.db.unlink()
        self.forget_wal()
        self.query("CREATE TABLE pets (name TEXT)")
        before = self.db.read_bytes()
        self.each_reading((2,))
        self.assertEqual(self.assay("run", CONV, code=2).out, "")
        self.assertEqual(self.db.read_bytes(), before)

    def test_a_folder_or_a_device_is_no_database(self):
        for place in (str(self.folder), "/dev/null", "/dev/zero", "/proc/version", "", "/nowhere/a.db"):
            with self.subTest(place=place):
                ended = self.assay("show", "--db", place, code=None, env={"ASSAY_DB": place}, timeout=20)
                self.assertIn(ended.code, (2, 4), ended)

    def test_an_empty_file_becomes_a_database(self):
        self.db.write_bytes(b"")
        self.forget_wal()
        self.run_conv()
        self.assertEqual(len(self.run_ids()), 1)

    def forget_wal(self):
        for end in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(str(self.db) + end)


class Clock(CliTest):
    def test_latest_is_the_run_measured_last_when_the_clock_was_set_back(self):
        first = self.run_conv("--label", "first")
        self.query(LATER)  # then the clock was set back
        second = self.run_conv("--label", "second")
        self.assertIn(second[:8], self.assay("show").out)
        self.assertIn(first[:8], self.assay("show", "latest~1").out)
        shown = self.assay("list", "runs").out
        self.assertLess(shown.index(second[:8]), shown.index(first[:8]))

    def test_a_clock_that_is_set_back_all_along_spoils_no_time_and_no_order(self):
        options = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        back = {"LD_PRELOAD": os.environ["ASSAY_TEST_CLOCK_BACK"], "ASAN_OPTIONS": options}
        first = self.run_conv("--label", "first", env=back)
        (run,) = self.query("SELECT started_utc_ms, ended_utc_ms FROM run")
        self.assertLess(run["ended_utc_ms"], run["started_utc_ms"], "the clock was not set back")
        self.query("UPDATE planned_case SET launches = launches + 1")
        self.assay("run", "--resume", first, env=back)
        second = self.run_conv("--label", "second", env=back)
        self.assert_sound()
        for result in self.results().values():
            self.assertEqual((result["status"], result["verified"]), ("ok", True))
        for place, run_id in (("latest", second), ("latest~1", first)):
            self.assertIn(run_id[:8], self.assay("show", place, env=back).out)
        self.assay("compare", env=back)

    def test_prune_removes_what_was_measured_first_when_the_clock_was_set_back(self):
        first = self.run_conv("--launches", "1")
        self.query(LATER)
        second = self.run_conv("--launches", "1")
        self.assertEqual(self.assay("db", "prune", "--keep", "1").out.split(), [first])
        self.assertEqual(self.run_ids(), [second])

    def test_a_run_that_ends_before_it_begins_is_shown_all_the_same(self):
        self.run_conv()
        self.query("UPDATE run SET started_utc_ms = 253402300800000 * 4, ended_utc_ms = -5")
        self.assay("show"), self.assay("list", "runs"), self.assay("export")
        self.query("UPDATE run SET started_utc_ms = -9223372036854775807")
        self.assay("show"), self.assay("list", "runs"), self.assay("export")


class Copies(CliTest):
    def test_a_database_moves_with_its_file_alone_when_nothing_has_it_open(self):
        self.run_conv()
        shutil.copy(self.db, self.folder / "b.db")
        self.assertEqual(self.results(env={"ASSAY_DB": str(self.folder / "b.db")}), self.results())

    def test_another_program_that_writes_holds_a_run_up_but_does_not_break_it(self):
        self.run_conv()
        with contextlib.closing(sqlite3.connect(self.db)) as other:
            other.execute("BEGIN IMMEDIATE")
            process = self.start("run", CONV)
            with self.assertRaises(subprocess.TimeoutExpired):
                process.wait(1)
            other.rollback()
        self.assertEqual(self.finish(process).code, 0)


if __name__ == "__main__":
    main()
