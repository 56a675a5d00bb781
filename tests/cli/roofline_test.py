#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay roofline`: limits from the store, cases placed under them, and what is said where there are none."""
import contextlib
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
select = "roof.fma/simd?preset=xs&dtype=f32|f64&threads=1"
[[case]]
select = "roof.dot/simd?preset=xs&threads=1"
[[case]]
select = "roof.latency/*?preset=xs&threads=1"
[[case]]
select = "roof.chain/*?preset=xs&threads=1"
[[case]]
select = "roof.jitter/*?reads=100000&threads=1&threshold_ns=1"
"""


class RooflineTest(CliTest):
    def limits(self):
        suite = self.work / "roofline.toml"
        suite.write_text(SUITE)
        self.assay("run", "--suite", suite)

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

    def test_without_other_cases_there_are_limits_alone(self):
        self.limits()
        ended = self.assay("roofline")
        self.assertNotIn("cases from run", ended.out)
        self.assertNotIn("of limit", ended.out)

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
        self.assertRegex(self.assay("roofline", "no-such-run", code=2).err, r"no run in .* has an id")


if __name__ == "__main__":
    main()
