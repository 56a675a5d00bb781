#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay doctor`: rows for tools, and the bundle for a report of a bug."""
import getpass
import json
import re
import socket
import sys
import unittest

from support import NO_VULKAN, CliTest, main

SERIAL = "GPU-5fd4b3a1-1c2d-4e5f-8a9b-0c1d2e3f4a5b"


class Tools(CliTest):
    def rows(self, folder):
        checks = self.assay("doctor", "--json", env={"PATH": str(folder)}).json()["checks"]
        return {row["what"].removeprefix("tool "): row for row in checks if row["what"].startswith("tool ")}

    def tool(self, name, script):
        folder = self.folder / "tools"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
        return folder

    def test_each_has_its_version_and_what_it_is_for_or_how_it_is_had(self):
        self.tool("c++", "echo 'c++ (Somebody) 12.2.0'; echo 'Copyright'")
        folder = self.tool("nvcc", "echo 'nvcc: compiler driver'; echo 'Copyright (c) 2005-2024'; echo 'tools, release 12.4, V12.4.131'")
        rows = self.rows(folder)
        self.assertEqual((rows["c++"]["status"], rows["c++"]["remedy"]), ("ok", ""))
        self.assertIn("12.2.0; it compiles Assay", rows["c++"]["finding"])
        self.assertIn("release 12.4", rows["nvcc"]["finding"])
        self.assertIn("not here; it counts instructions", rows["valgrind"]["finding"])
        self.assertEqual((rows["valgrind"]["status"], rows["valgrind"]["remedy"]), ("warn", "apt-get install valgrind"))
        for row in rows.values():
            self.assertTrue(row["finding"])
            self.assertTrue(row["remedy"] or "not here" not in row["finding"])

    def test_one_that_fails_or_says_nothing_is_warned_of(self):
        self.tool("git", "echo 'git version 2.39.5'; exit 1")
        folder = self.tool("cmake", "echo what")
        rows = self.rows(folder)
        for name in ("git", "cmake"):
            self.assertEqual(rows[name]["status"], "warn")
            self.assertIn("--reinstall", rows[name]["remedy"])


class Rows(CliTest):
    def checks(self, **how):
        return {row["what"]: row for row in self.assay("doctor", "--json", **how).json()["checks"]}

    def test_whatever_is_absent_is_warned_of_alike_with_a_remedy_and_costs_no_exit_code(self):
        checks = self.checks(env={"PATH": "/nowhere", **NO_VULKAN, "LD_LIBRARY_PATH": "/nowhere"})
        absent = {kind: [row for what, row in checks.items() if what.startswith(kind) and row["status"] != "ok"]
                  for kind in ("tool ", "collector ", "device ")}
        self.assertGreater(len(absent["tool "]), 5)
        self.assertIn("valgrind is not on PATH", checks["collector callgrind"]["finding"])
        for rows in absent.values():
            for row in rows:
                self.assertEqual(row["status"], "warn", row)
        for row in absent["tool "] + [checks["collector callgrind"]]:
            self.assertTrue(row["remedy"], row)
        for row in checks.values():
            self.assertFalse(row["status"] == "ok" and "not here" in row["finding"], row)
        self.assay("doctor", "--check", env={"PATH": "/nowhere"})

    def test_machines_that_we_do_not_have_have_a_doctor_too(self):
        trees = {"a container with nothing": ({}, "perf_event_paranoid", "ok", "not readable here"),
                 "paranoid=4": ({"proc/sys/kernel/perf_event_paranoid": "4\n"}, "perf_event_paranoid", "warn", "4: counters are for root only"),
                 "two sockets": ({"sys/devices/system/node/online": "0-1\n", "proc/sys/kernel/numa_balancing": "1\n"}, "numa", "warn", "nodes 0-1"),
                 "Intel with RAPL": ({"sys/class/powercap/intel-rapl:0/name": "package-0\n", "sys/class/powercap/intel-rapl:0/energy_uj": "5\n",
                                      "sys/class/powercap/intel-rapl:0/max_energy_range_uj": "9\n"}, "collector powercap", "ok", "usable")}
        for number, (name, (files, what, status, finding)) in enumerate(trees.items()):
            with self.subTest(name):
                tree = self.folder / f"tree{number}"
                tree.mkdir()
                for path, content in files.items():
                    (tree / path).parent.mkdir(parents=True, exist_ok=True)
                    (tree / path).write_text(content)
                row = self.checks(env={"ASSAY_SYSFS_ROOT": str(tree)})[what]
                self.assertEqual(row["status"], status, row)
                self.assertIn(finding, row["finding"])

    def test_the_doctor_s_checks_are_stored_with_each_run(self):
        self.run_conv()
        stored = {(row["kind"], row["name"]): row for row in self.query("SELECT kind, name, available, reason FROM probe")}
        checks = self.checks()
        for kind, prefix in (("collector", "collector "), ("device", "device "), ("check", "")):
            shown = {what.removeprefix(prefix) for what in checks if what.startswith(prefix)} if prefix else {"load", "smt", "clock", "steal"}
            names = {name for k, name in stored if k == kind}
            self.assertLessEqual(shown, names, kind)
        for (kind, name), row in stored.items():
            if kind in ("collector", "device") and not row["available"]:
                self.assertTrue(row["reason"], name)
                self.assertEqual(checks[f"{kind} {name}"]["status"], "warn")


class Bundle(CliTest):
    def bundle(self, **how):
        file = self.work / "bundle.json"
        ended = self.assay("doctor", "--bundle", file, **how)
        self.assertIn("look it through before it leaves", ended.err)
        text = file.read_text()
        return text, json.loads(text)

    def test_it_holds_the_doctor_settings_and_the_newest_run_s_rows(self):
        run = self.run_conv("--label", "night")
        _, bundle = self.bundle(env={"ASSAY_LAUNCHES": "7"})
        self.assertEqual(bundle["assay_bundle"], 1)
        doctor = {row["what"] for row in self.assay("doctor", "--json").json()["checks"]}
        self.assertEqual({row["what"] for row in bundle["checks"]}, doctor)
        launches = next(row for row in bundle["settings"] if row["setting"] == "run.launches")
        self.assertEqual((launches["value"], launches["origin"]), ("7", "ASSAY_LAUNCHES"))
        self.assertEqual(bundle["run"]["id"], run)
        self.assertEqual([row["status"] for row in bundle["results"]], ["ok"])
        self.assertEqual(bundle["lost_launches"], [])
        self.assertNotIn('"samples": {', json.dumps(bundle["run"]))

    def test_a_lost_launch_is_there_with_the_end_of_its_log(self):
        script = f"import sys; print('what it said', file=sys.stderr); sys.exit(3)"
        self.assay("run", "--launches", "1", "--", sys.executable, "-c", script, code=7)
        _, bundle = self.bundle()
        lost, = bundle["lost_launches"]
        self.assertEqual(lost["status"], "failed")
        self.assertIn("what it said", lost["log"])

    def test_no_host_user_home_or_serial_number_leaves(self):
        user = "u-sir-name"
        home = self.folder / "home"
        secrets = [str(home), user, SERIAL[4:12], str(self.folder)]
        script = f"import sys; print('{user}@{socket.gethostname()} {home}/x /home/{user}/y {SERIAL}', file=sys.stderr); sys.exit(3)"
        env = {"USER": user, "ASSAY_DB": str(home / "a.db"), "HOME": str(home)}
        settings = self.work / "assay.toml"
        settings.write_text(f'[[worker]]\nname = "of-{user}"\ncommand = ["{home}/worker", "/srv/{user}/data"]\n')
        self.assay("run", "--launches", "1", "--name", "mine", "--", sys.executable, "-c", script, code=7, env=env)
        text, bundle = self.bundle(env=env)
        self.assertEqual(len(bundle["lost_launches"]), 1)
        self.assertIn("GPU-serial", text)
        hosts = {socket.gethostname(), socket.gethostname().split(".")[0]}
        secrets += [name for name in hosts | {getpass.getuser()} - {"root"} if len(name) >= 3]
        for secret in secrets[:3] + secrets[4:]:
            found = re.search(r"(?<![\w-])" + re.escape(secret) + r"(?![\w-])", text)
            self.assertIsNone(found, f"{secret} in ...{text[max(0, found.start() - 60):found.end() + 20] if found else ''}")
        self.assertNotIn("/home/", text)

    def test_a_machine_that_never_measured_and_a_broken_database_have_a_bundle_too(self):
        _, bundle = self.bundle()
        self.assertIsNone(bundle["run"])
        self.db.write_text("no database")
        _, bundle = self.bundle()
        self.assertIn("error", bundle["run"])

    def test_it_is_not_written_over_the_database_and_a_place_that_is_none_is_said(self):
        self.run_conv()
        before = self.db.read_bytes()
        self.assertIn("database", self.assay("doctor", "--bundle", self.db, code=2).err)
        self.assertEqual(self.db.read_bytes(), before)
        for place in ("no/such/folder", "."):  # said before anything is looked at
            ended = self.assay("doctor", "--bundle", place, code=2)
            self.assertEqual(ended.out, "")
            self.assertIn(place, ended.err)


if __name__ == "__main__":
    main()
