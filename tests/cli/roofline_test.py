#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay roofline`: limits from the store, cases placed under them, and what is said where there are none."""
import contextlib
import os
import signal
import sqlite3
import unittest
import xml.etree.ElementTree

from support import CONV, CliTest, main

# The suite's name makes its run one of limits; the real one takes two minutes.
SUITE = """
name = "roofline"
[[case]]
select = "roof.mem/simd?preset=xs|l2&threads=1"
[[case]]
select = "roof.fma/simd?preset=xs&dtype=f32|f64&threads=1|all"
[[case]]
select = "roof.dot/simd?preset=xs&threads=1"
[[case]]
select = "roof.latency/*?preset=xs&threads=1"
[[case]]
select = "roof.chain/*?preset=xs&threads=1"
[[case]]
select = "roof.jitter/*?reads=100000&threads=1&threshold_ns=200"
"""


class RooflineTest(CliTest):
    measured = None  # a database with one run of limits: measured once for all, it takes 20 s in a sanitized build

    def limits(self):
        """A run of limits in the database: the first time measured, then, where nothing else is there, copied."""
        if self.measured is not None and not self.db.exists():
            self.db.write_bytes(self.measured)
            return
        suite = self.work / "roofline.toml"
        suite.write_text(SUITE)
        self.assay("run", "--suite", suite)
        if len(self.run_ids()) == 1:
            with contextlib.closing(sqlite3.connect(self.db)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            type(self).measured = self.db.read_bytes()

    def test_limits_come_from_the_store_and_the_newest_other_run_is_placed_under_them(self):
        self.limits()
        self.run_conv()
        ended = self.assay("roofline")
        for kind in ("bandwidth", "latency", "arithmetic", "clock", "disturbance"):
            self.assertRegex(ended.out, rf"(?m)^{kind} ")
        self.assertIn("Roofline, 1 thread", ended.out)
        self.assertRegex(ended.out, r"(?m)^tinyml\.conv2d_int8/simd\S* .*1 thread")
        self.assertIn("Memory itself was not reached", ended.out)
        self.assertEqual(self.query("SELECT count(*) AS n FROM run")[0]["n"], 2)  # nothing was measured

    def test_the_answer_is_there_as_json_and_as_a_picture(self):
        self.limits()
        self.run_conv()
        picture = self.work / "r.svg"
        answer = self.assay("roofline", "latest", "tinyml.*", "--json", "--svg", picture).json()
        kinds = [limit["limit"] for limit in answer["limits"]]
        self.assertEqual(kinds, sorted(kinds, key=["bandwidth", "latency", "arithmetic", "clock", "disturbance"].index))
        self.assertTrue(all(limit["metric"]["value"] > 0 for limit in answer["limits"]))
        placed, = answer["placements"]
        self.assertTrue(placed["case"].startswith("tinyml.conv2d_int8/simd"))
        self.assertGreater(placed["operations_per_byte"], 0)
        root = xml.etree.ElementTree.parse(picture).getroot()
        self.assertTrue(root.tag.endswith("svg"))
        counts = {limit["threads"] for limit in answer["limits"] if limit["limit"] == "arithmetic"}
        titles = [node.text for node in root.iter() if node.tag.endswith("}title")]
        for count in counts:  # the picture holds all that is printed
            self.assertIn(f"Roofline, {count} thread" + ("s" if count > 1 else ""), titles)
        ids = [node.get("id") for node in root.iter() if node.get("id")]
        self.assertEqual(len(ids), len(set(ids)))

    def test_without_other_cases_there_are_limits_alone(self):
        self.limits()
        ended = self.assay("roofline")
        self.assertNotIn("cases: run", ended.out)
        self.assertNotIn("of limit", ended.out)

    def change(self, run, **columns):
        with contextlib.closing(sqlite3.connect(self.db)) as connection, connection:
            for column, value in columns.items():
                connection.execute(f"UPDATE run SET {column} = ? WHERE run_id = ?", (value, run))

    def test_limits_and_cases_are_this_machines_newest_though_a_twins_or_older_ones_were_stored_later(self):
        runs = []
        for _ in range(3):
            self.limits()
            runs.append([self.run_ids()[0], self.run_conv()])
        for run in runs[1]:
            self.change(run, host_name="twin")
        for run in runs[2]:
            self.change(run, started_utc_ms=1, newness_ms=1)
        answer = self.assay("roofline", "--json", "--identify").json()
        sources = answer["sources"]
        self.assertEqual([sources["limits"]["run"], sources["cases"]["run"]], runs[0])
        name = self.query("SELECT host_name FROM run WHERE run_id = ?", (runs[0][0],))[0]["host_name"]
        self.assertEqual((sources["limits"]["host"], sources["cases"]["host"]), (name, name))
        self.assertRegex(sources["limits"]["started_utc"], r"^20\d\d-")
        self.assertNotIn(name, self.assay("roofline", "--json").out.replace(str(self.folder), ""))
        self.assertRegex(self.assay("roofline").out.replace("\n", " "),
                         rf"Limits: run {runs[0][0][:8]} of 20[-0-9: ]+ UTC on \S+; cases: run {runs[0][1][:8]} of")
        # A run that is named is placed under its own machine's.
        answer = self.assay("roofline", runs[1][1], "--json", "--identify").json()
        self.assertEqual(answer["sources"]["limits"]["run"], runs[1][0])
        self.assertEqual(answer["sources"]["cases"]["host"], "twin")
        self.assertIn("leave --measure out", self.assay("roofline", runs[1][1], "--measure", code=2).err)

    def test_a_twin_without_limits_is_not_placed_under_this_ones(self):
        self.limits()
        far = self.run_conv()
        self.change(far, host_name="twin")
        self.assertIn("another host (twin), whose limits are not in", self.assay("roofline", far, code=3).err)
        self.assertIn("another host", self.assay("roofline", far, "--measure", code=3).err)

    @unittest.skipIf(os.geteuid() != 0, "only root can make files that it cannot write as another user")
    def test_a_stored_answer_needs_no_writable_folder(self):
        self.limits()
        run = self.run_conv()
        for folder in (self.folder, *self.folder.iterdir()):
            os.chmod(folder, 0o755 if folder.is_dir() else 0o644)
        ended = self.assay("roofline", run, user=65534, group=65534, extra_groups=[])
        self.assertIn("tinyml.conv2d_int8/simd", ended.out)

    def test_another_hosts_cases_are_not_placed_under_this_ones_limits(self):
        self.limits()
        far = self.run_conv()
        with contextlib.closing(sqlite3.connect(self.db)) as connection, connection:
            connection.execute("UPDATE run SET host_class_json = ? WHERE run_id = ?", ('{"cpu.model": "another"}', far))
        ended = self.assay("roofline", far, code=3)
        self.assertRegex(ended.err, "measured on another host")
        self.assertRegex(ended.err, "assay roofline")

    def test_a_run_that_is_not_there_is_named(self):
        self.limits()
        self.assertRegex(self.assay("roofline", "no-such-run", code=2).err, r"no run in .* has the label 'no-such-run', nor an id")

    def test_limits_that_were_stopped_are_shown_as_a_part_and_are_not_taken_later(self):
        process = self.start("roofline", "--measure", env={"ASSAY_LAUNCHES": "1"})
        self.wait_for(lambda: self.db.exists() and self.run_ids() and self.launches(), "no launch")
        os.kill(process.pid, signal.SIGINT)
        ended = self.finish(process)
        self.assertEqual(ended.code, 130, ended)
        self.assertRegex(ended.out, r"^Interrupted: \d+ of \d+ cases were measured\. These limits are no roofline yet")
        self.assertNotIn("Roofline, ", ended.out)
        self.assertIn("go on with: assay run --resume", ended.err)
        self.assertIn("limits are not in", self.assay("profile", "--run", "latest").err)


if __name__ == "__main__":
    main()
