#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pipes, devices, folders, links and other people's files where one of ours belongs; limits of the system."""
import contextlib
import json
import os
import pathlib
import resource
import shutil
import sqlite3
import stat
import subprocess
import unittest

from support import ASSAY, CONV, CliTest, main

WITHIN = 20  # seconds; what waits at a pipe waits for ever


class Lock(CliTest):
    def refused(self):
        ended = self.assay("run", CONV, code=2, timeout=WITHIN)
        self.assertIn("ASSAY_LOCK", ended.err)
        return ended

    def test_a_file_that_is_no_lock_is_neither_emptied_nor_opened_to_others(self):
        lock = self.folder / "lock"
        lock.write_text("precious\n")
        lock.chmod(0o600)
        self.assertIn("left as it is", self.refused().err)
        self.assertEqual(lock.read_text(), "precious\n")
        self.assertEqual(stat.S_IMODE(lock.stat().st_mode), 0o600)

    def test_a_second_name_of_somebodys_file_is_no_lock(self):
        (self.folder / "victim").write_text("")
        os.link(self.folder / "victim", self.folder / "lock")
        self.refused()
        self.assertEqual((self.folder / "victim").read_text(), "")

    def test_a_folder_keeps_its_mode(self):
        (self.folder / "lock").mkdir(0o755)
        self.refused()
        self.assertEqual(stat.S_IMODE((self.folder / "lock").stat().st_mode), 0o755)

    def test_a_pipe_holds_nobody_up(self):
        os.mkfifo(self.folder / "lock", 0o444)
        self.refused()

    def test_an_empty_name_is_none(self):
        self.assay("config", env={"ASSAY_LOCK": ""})
        self.run_conv()
        self.assertTrue((self.folder / "lock").read_text().startswith("assay "))
        self.run_conv()  # the file that the last run left is one


class Tools(CliTest):
    def test_a_collector_whose_tool_fails_says_so_where_its_number_would_stand(self):
        tools = self.work / "bin"
        tools.mkdir()
        (tools / "valgrind").write_text("#!/bin/sh\nexit 5\n")
        (tools / "valgrind").chmod(0o755)
        ended = self.assay("run", CONV, "--collect", "callgrind",
                           env={"PATH": f"{tools}:{os.environ['PATH']}"})
        for text in (ended.out, self.assay("show").out):
            self.assertRegex(text, r"callgrind\.instructions: tinyml.*not_counted: its launch failed: .*exit status 5")
        document = self.assay("show", "--json").json()
        (warning,) = [one for one in document["warnings"] if one["code"] == "callgrind.instructions"]
        self.assertIn("exit status 5", warning["message"])
        (metric,) = [one for one in document["results"][0]["metrics"] if one["id"] == "callgrind.instructions"]
        self.assertEqual((metric["value"], metric["state"]), (None, "not_counted"))


class Pipes(CliTest):
    def test_a_pipe_is_no_database(self):
        os.mkfifo(self.db)
        for command in ("show", "list runs", "db check", "db stats", "export", f"run {CONV}"):
            self.assertIn("not a regular file", self.assay(*command.split(), code=2, timeout=WITHIN).err)

    def test_a_pipe_holds_no_settings(self):
        os.mkfifo(self.work / "assay.toml")
        self.assertIn("assay.toml is not a regular file", self.assay("config", code=2, timeout=WITHIN).err)

    def test_a_pipe_is_no_table(self):
        os.mkfifo(self.work / "t.csv")
        ended = self.assay("run", "dataframe.*", "--input", "dataframe=t.csv", code=2, timeout=WITHIN)
        self.assertIn("not a regular file", ended.err)

    def test_a_device_is_no_import(self):
        self.assertIn("neither a file nor a pipe", self.assay("import", "/dev/zero", code=2, timeout=WITHIN).err)


class Cache(CliTest):
    def test_what_is_no_file_in_the_cache_is_made_again_and_nothing_else_is_touched(self):
        self.run_conv()
        (self.folder / "victim").write_text("precious\n")
        odd = {"folder": lambda p: p.mkdir(), "pipe": os.mkfifo, "endless": lambda p: p.symlink_to("/dev/zero"),
               "link": lambda p: p.symlink_to(self.folder / "victim")}
        for name, put in odd.items():
            for entry in filter(pathlib.Path.is_dir, (self.folder / "cache/assay").iterdir()):
                for file in list(entry.iterdir()):
                    with self.subTest(name=name, file=file.name):
                        file.unlink()
                        put(file)
                        self.run_conv(timeout=WITHIN)
        self.assertEqual((self.folder / "victim").read_text(), "precious\n")


class Databases(CliTest):
    def test_a_database_that_is_only_begun_holds_no_run_yet(self):
        self.query("PRAGMA journal_mode = WAL")  # how far a full disk or another process may have got
        self.assertIn("holds no run yet", self.assay("show", code=2).err)
        self.run_conv()

    def test_a_schema_that_was_altered_is_refused_with_what_is_wrong(self):
        self.run_conv()
        good = self.folder / "good.db"
        self.query("VACUUM INTO ?", [str(good)])
        for sql, said in ((["CREATE TRIGGER t AFTER INSERT ON launch BEGIN DELETE FROM run; END"], "the trigger 't'"),
                          (["DROP TABLE track"], "'track' is not there"),
                          (["ALTER TABLE track RENAME TO old", "CREATE VIEW track AS WITH RECURSIVE r(n) AS (SELECT 1 "
                            "UNION ALL SELECT n + 1 FROM r) SELECT old.* FROM old, r"], "should be a table"),
                          (["ALTER TABLE run RENAME COLUMN host_class_json TO x"], "not as Assay made it")):
            with self.subTest(sql=sql):
                other = self.folder / "h.db"
                shutil.copy(good, other)
                for text in sql:
                    self.query(text, db=other)
                for command in ("show", "export", f"run {CONV}"):
                    ended = self.assay(*command.split(), "--db", other, code=2, timeout=WITHIN)
                    self.assertIn(said, ended.err)

    def test_tables_views_and_indexes_of_the_user_are_welcome(self):
        self.run_conv()
        for sql in ("CREATE TABLE mine(x)", "CREATE VIEW ours AS SELECT * FROM run", "CREATE INDEX i ON launch(status)"):
            self.query(sql)
        self.run_conv()
        self.assert_sound()

    def test_the_state_of_a_run_that_was_tampered_with_is_shown_escaped(self):
        self.run_conv()
        text = "\x1b[31m\u202e"
        with contextlib.closing(sqlite3.connect(self.db)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute("UPDATE run SET state = ?, command = ?", [text, text])
            connection.commit()
        self.assay("show")
        json.loads(self.assay("export", "--format", "assay").out.splitlines()[0])

    def test_a_database_that_is_removed_in_mid_run_is_an_error(self):
        process = self.start("run", CONV, "--launches", "40")
        self.wait_for(lambda: self.db.exists() and self.run_ids() and self.launches(), "no launch is stored")
        self.db.rename(self.folder / "elsewhere")
        ended = self.finish(process)
        self.assertEqual(ended.code, 4, ended)
        self.assertIn("removed, renamed or replaced", ended.err)
        for journal in self.folder.glob("a.db-*"):  # nothing is left to the old name
            journal.unlink()
        self.assertEqual(self.query("SELECT count(*) AS n FROM launch", db=self.folder / "elsewhere")[0]["n"], 40)

    def test_an_import_that_was_cut_stores_nothing(self):
        self.run_conv()
        whole = self.assay("export", "--format", "assay").out
        (self.work / "cut").write_text("".join(whole.splitlines(keepends=True)[:2]) + "{")
        (self.work / "whole").write_text(whole)
        other = {"ASSAY_DB": str(self.folder / "b.db")}
        self.assay("import", "cut", code=2, env=other)
        self.assertIn("holds no run", self.assay("show", code=2, env=other).err)
        self.assertIn("sound", self.assay("db", "check", env=other).out)
        self.assay("import", "whole", env=other)
        self.assertIn("complete", self.assay("show", env=other).out)

    def test_pruning_by_an_absurd_age_is_refused_and_removes_nothing(self):
        self.run_conv()
        for days in ("9223372036854775807", "99999999999999"):
            self.assay("db", "prune", "--keep", "0", "--older-than", days, code=2)
        self.assay("db", "prune", "--keep", "0", "--older-than", "1000000")
        self.assertEqual(len(self.run_ids()), 1)


class System(CliTest):
    @unittest.skipUnless(os.geteuid() == 0, "only root can become somebody else")
    def test_a_database_of_another_user_is_shown_while_it_is_whole(self):
        self.run_conv()
        self.assay("show")  # leaves an empty -wal
        os.chmod(self.folder, 0o755)
        os.chmod(self.db, 0o644)

        def show():
            return subprocess.run([ASSAY, "show"], env={**self.env, "XDG_CONFIG_HOME": "/nonexistent"}, cwd="/",
                                  capture_output=True, text=True, timeout=60, user=65534, group=65534, check=False)
        shown = show()
        self.assertEqual(shown.returncode, 0, shown)
        self.assertIn("conv2d", shown.stdout)
        with contextlib.closing(sqlite3.connect(self.db)) as connection:
            connection.execute("UPDATE run SET command = 'x'")
            connection.commit()
            os.chmod(f"{self.db}-shm", 0o600)
            os.chmod(f"{self.db}-wal", 0o600)
            shown = show()
        self.assertEqual(shown.returncode, 4, shown)
        self.assertIn("a.db-wal", shown.stderr)

    @unittest.skipIf(os.environ.get("ASSAY_TEST_SANITIZE"), "the sanitizer itself needs files, and cries wolf without")
    def test_too_few_files_are_named_and_not_taken_for_a_worker_that_is_absent(self):
        ended = self.assay("run", CONV, code=4, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8)))
        self.assertIn("ulimit -n", ended.err)
        self.assertNotIn("no worker answers", ended.err)

    def test_a_limit_on_the_size_of_files_is_an_error_like_a_full_disk(self):
        self.run_conv()
        command = [ASSAY, "run", CONV]
        for limit in (0, 40_000):
            ended = subprocess.run(command, env=self.env, cwd=self.work, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, timeout=60, preexec_fn=lambda: resource.setrlimit(
                                       resource.RLIMIT_FSIZE, (limit, limit)))
            self.assertEqual(ended.returncode, 4, ended.stderr)
        self.assert_sound()

    def test_help_on_a_full_standard_output_is_an_error(self):
        with open("/dev/full", "w") as full:
            ended = subprocess.run([ASSAY, "--help"], env=self.env, stdout=full, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(ended.returncode, 4, ended.stderr)

    def test_a_database_that_cannot_be_made_is_not_called_one_that_a_run_makes(self):
        name = self.folder / ("x" * 300)
        ended = self.assay("run", CONV, "--db", name, code=4)
        self.assertIn("cannot be made: File name too long", ended.err)

    def test_an_option_before_an_empty_word_has_no_value_and_is_not_left_out(self):
        for option in ("--budget", "--cpus", "--resume", "--seed", "--device"):
            ended = self.assay("run", option, "", CONV, code=2)
            self.assertIn(f"'{option}' has no value", ended.err)
        self.assertFalse(self.db.exists())

    @unittest.skipIf(os.environ.get("ASSAY_TEST_SANITIZE"), "a sanitizer ends a process that asks for so much memory")
    def test_a_case_that_is_nowhere_to_be_had_is_an_error_named_or_not(self):
        for selector in ("roof.mem?bytes=1099511627776&threads=1", "roof.mem/simd?bytes=1099511627776&threads=1"):
            self.assay("run", selector, code=3)

    def test_a_call_that_cannot_be_written_to_a_file_ends_the_run_and_not_the_worker(self):
        """The schedule of an open loop is a file of Assay's own."""
        command = [ASSAY, "run", "roof.mem/simd?kind=load&preset=xs&threads=1&load=open:100000", "--max-time", "2s"]
        ended = subprocess.run(command, env=self.env, cwd=self.work, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               timeout=120, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000)))
        self.assertEqual(ended.returncode, 4, ended.stderr)
        self.assertEqual(self.query("SELECT count(*) AS n FROM launch WHERE status = 'failed'")[0]["n"], 0)
        self.assertEqual(self.query("SELECT state FROM run")[0]["state"], "interrupted")

    def test_an_option_whose_value_is_empty_does_not_take_the_next_word(self):
        ended = self.assay("run", "--label=", CONV, "roof.fma/simd", "--dry-run", code=2)
        self.assertIn("'--label=' has no value", ended.err)

    def test_a_home_that_is_empty_is_none(self):
        bare = {k: v for k, v in self.env.items() if k not in ("XDG_DATA_HOME", "ASSAY_DB")}
        ended = subprocess.run([ASSAY, "show"], env={**bare, "HOME": ""}, cwd=self.work, capture_output=True, timeout=60)
        self.assertNotIn(b" /.local", ended.stderr)


if __name__ == "__main__":
    main()
