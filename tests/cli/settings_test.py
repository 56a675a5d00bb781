#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where settings, data and databases are looked for, and which files are not believed."""
import os
import pwd
import unittest

from support import CONV, CliTest, main

PLANTED = '[run]\nlaunches = 99\n[[worker]]\nname = "planted"\ncommand = ["/bin/false"]\n'
NOBODY = 65534
AS_ROOT = unittest.skipIf(os.geteuid() != 0, "only root can make files of others")


class Settings(CliTest):
    def settings(self, **how):
        ended = self.assay("config", "--show-origin", "--json", **how)
        return {row["setting"]: row for row in ended.json()["settings"]}, ended.err

    def without_home(self):
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "ASSAY_CACHE", "ASSAY_DB"):
            self.env.pop(name, None)

    def test_without_home_the_password_databases_is_taken_and_never_a_folder_of_everybody(self):
        home = pwd.getpwuid(os.geteuid()).pw_dir
        if not os.path.isdir(home) or os.stat(home).st_uid != os.geteuid():
            self.skipTest("this user has no home")
        self.without_home()
        rows, _ = self.settings()
        self.assertIn(f"file {home}/.config/assay/assay.toml", rows)
        self.assertEqual(rows["db"]["value"], f"{home}/.local/share/assay/assay.db")

    @AS_ROOT
    def test_a_user_without_any_home_has_no_settings_no_database_and_no_cache_but_those_that_are_named(self):
        self.without_home()
        os.chmod(self.folder, 0o755)
        rows, _ = self.settings(user=NOBODY, group=NOBODY, extra_groups=[])
        self.assertIn("not read: HOME is not set", rows["file of this user"]["value"])
        self.assertIn("none: there is no folder for the database", rows["db"]["value"])
        how = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "code": 2}
        self.assertIn("set XDG_DATA_HOME", self.assay("show", **how).err)
        ended = self.assay("run", CONV, "--db", self.folder / "tmp/a.db", **how)
        self.assertIn("set XDG_CACHE_HOME", ended.err)

    def test_settings_that_everybody_can_write_are_not_read_and_said_to_be(self):
        for file, shown in ((self.folder / "config/assay/assay.toml", None), (self.work / "assay.toml", "./assay.toml")):
            with self.subTest(file=file.name):
                file.parent.mkdir(exist_ok=True)
                file.write_text(PLANTED)
                self.assertEqual(self.settings()[0]["worker planted"]["value"], "/bin/false")
                file.chmod(0o666)
                rows, err = self.settings()
                self.assertNotIn("worker planted", rows)
                self.assertEqual(rows[f"file {shown or file}"]["value"], "not read: everybody can write it")
                self.assertIn(f"{shown or file} was not read: everybody can write it", err)
                file.chmod(0o644)
                file.parent.chmod(0o777)
                self.assertIn("everybody can write its folder", self.settings()[1])
                file.parent.chmod(0o1777)
                self.assertIn("worker planted", self.settings()[0])
                file.unlink()

    @AS_ROOT
    def test_settings_of_another_user_are_not_read_not_by_a_link_either(self):
        file = self.work / "assay.toml"
        file.write_text(PLANTED)
        os.chown(file, NOBODY, NOBODY)
        self.assertIn("./assay.toml was not read: it belongs to another user", self.settings()[1])
        os.chown(file, 0, 0)
        file.rename(self.work / "mine.toml")
        file.symlink_to("mine.toml")
        self.assertIn("worker planted", self.settings()[0])
        os.lchown(file, NOBODY, NOBODY)
        self.assertIn("it belongs to another user", self.settings()[1])
        os.lchown(file, 0, 0)
        os.chown(self.work, NOBODY, NOBODY)
        self.assertIn("its folder belongs to another user", self.settings()[1])

    @AS_ROOT
    def test_settings_that_cannot_be_read_are_told_as_that(self):
        os.chmod(self.folder, 0o755)
        (self.work / "assay.toml").write_text(PLANTED)
        (self.work / "assay.toml").chmod(0o600)
        ended = self.assay("list", "suites", user=NOBODY, group=NOBODY, extra_groups=[], code=2)
        self.assertIn("./assay.toml cannot be read: Permission denied", ended.err)

    def test_a_key_of_a_wrong_type_is_told_what_it_must_be(self):
        for line, says in (('command = "a b"', "'command' must be a list of texts"),
                           ('command = [1]', "'command' must be a list of texts"),
                           ('command = ["a"]\nenvironment = "x"', "'environment' must be a table"),
                           ('name = 3', "'name' must be a text")):
            with self.subTest(line=line):
                name = "" if line.startswith("name") else 'name = "x"\n'
                (self.work / "assay.toml").write_text(f"[[worker]]\n{name}{line}\n")
                ended = self.assay("list", "suites", code=2)
                self.assertIn(says, ended.err)
                self.assertNotIn("did you mean", ended.err)


class Databases(CliTest):
    def test_an_empty_name_is_no_database(self):
        for place in (["--db", "", "show"], ["show", "--db", ""]):
            self.assertIn("'--db' has no value", self.assay(*place, code=2).err)

    def test_a_database_in_memory_would_keep_nothing(self):
        for arguments, env in ((["--db", ":memory:"], {}), ([], {"ASSAY_DB": ":memory:"})):
            ended = self.assay("run", CONV, *arguments, env=env, code=2)
            self.assertIn("would keep nothing", ended.err)

    def test_a_database_that_is_named_and_not_there_is_not_an_empty_one(self):
        for command in (["list", "runs"], ["list", "hosts"], ["show"], ["roofline", "latest"]):
            with self.subTest(command=command):
                ended = self.assay(*command, "--db", self.work / "typo.db", code=2)
                self.assertIn("typo.db", ended.err)
                self.assertEqual(list(self.work.iterdir()), [])
        self.env.pop("ASSAY_DB")  # nothing was measured yet
        self.assertIn("none yet", self.assay("list", "runs").err)


if __name__ == "__main__":
    main()
