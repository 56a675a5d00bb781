#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `assay ack` and `ignore` settle in a history, as `assay gate` counts it: a program that sleeps, its history written by hand."""
import json
import random
import shutil
import unittest
import xml.etree.ElementTree

from history_test import Toy
from support import main

SLOWER_AT = 16  # of 24 commits


@unittest.skipUnless(shutil.which("git"), "no git")
class Settled(Toy):
    commits = 0

    def setUp(self):
        super().setUp()
        for n in range(1, 25):
            self.sleep("0.004" if n < SLOWER_AT else "0.02", n)
        self.assay("run", "--quiet", "--launches", "2", "--", "./p", cwd=self.repository)
        self.template = [json.loads(line) for line in self.assay("export", "--format", "assay", "--identify").out.splitlines()]
        for one in self.template[1:]:
            one["launch"]["tracks"] = []
        self.db.unlink()
        self.random = random.Random(1)
        self.runs = self.folder / "runs"

    def sleep(self, naptime, n):
        (self.repository / "p").write_text(f"#!/bin/sh\n# {n}\nsleep {naptime}\n")
        (self.repository / "p").chmod(0o755)
        self.git("add", "p")
        return self.commit(f"Change {n}")

    def ack(self, verb="ack", *more):
        one, = [r for r in self.regressions("command.p", "--from", self.runs, "--all") if r["metric"] == "time.wall.p50"]
        self.assertEqual(one["commit"]["id"], self.ids()[SLOWER_AT - 1])
        self.assay(verb, one["id"], "--reason", "worth it", *more, "--from", self.runs, "-o", self.runs / f"{verb}.json",
                   cwd=self.repository)
        return one["id"]

    def gate(self, base, *more, **how):
        return self.assay("gate", "--against", f"rev:{base}", "--build", "true", "--max-time", "20ms", "--from", self.runs, *more,
                          "--", "./p", cwd=self.repository, timeout=300, **how)

    def test_a_settled_regression_passes_says_so_in_every_form_and_its_replay_decides_the_same(self):
        ids = self.write_runs(self.runs, lambda place: 1 if place < SLOWER_AT else 8)
        self.assertIn("gate FAILED", self.gate(ids[9], code=1).out)
        regression = self.ack("ack", "--until", "2999-12-31")
        files = ("--out", self.work / "g.json", "--junit", self.work / "j.xml", "--markdown", self.work / "m.md")
        ended = self.gate(ids[9], *files)
        told = rf"acknowledged by person-[0-9a-f]{{8}} on \d{{4}}-\d\d-\d\d until 2999-12-31: worth it \(regression {regression}"
        self.assertRegex(ended.out, told)
        self.assertIn("1 acknowledged", ended.out)
        skipped, = xml.etree.ElementTree.parse(self.work / "j.xml").getroot().iter("skipped")
        self.assertRegex(skipped.get("message"), told)
        self.assertIn("worth it", (self.work / "m.md").read_text())
        answer = json.loads((self.work / "g.json").read_text())
        self.assertEqual(answer["settled"][0]["decisions"][0]["regression"], regression)
        shutil.rmtree(self.runs)
        again = self.assay("gate", "--replay", self.work / "g.json", "--json", env={"ASSAY_DB": str(self.folder / "other.db")})
        self.assertEqual(again.out, (self.work / "g.json").read_text())

    def test_with_identify_the_name_is_told_and_what_is_reopened_fails_again(self):
        ids = self.write_runs(self.runs, lambda place: 1 if place < SLOWER_AT else 8)
        self.ack("ignore", "--identify")
        self.assertIn("ignored by Ada Lovelace", self.gate(ids[9], "--identify").out)
        self.ack("reopen")
        self.assertNotIn("ignored by", self.gate(ids[9], code=1).out)

    def test_what_is_slower_than_what_was_settled_still_fails(self):
        ids = self.write_runs(self.runs, lambda place: 1 if place < SLOWER_AT else 1.3)
        self.ack()
        ended = self.gate(ids[9], code=1)
        self.assertRegex(ended.out, r"worse than the ratio of 0\.7\d* that was acknowledged by person-")

    def test_a_base_that_has_the_settled_commit_already_is_given_no_more_room(self):
        self.write_runs(self.runs, lambda place: 1 if place < SLOWER_AT else 8)
        self.ack()
        self.sleep("0.1", "slower once more")
        self.assertNotIn("acknowledged", self.gate("HEAD~1", code=1).out)

    def test_bisect_takes_a_regression_by_its_id(self):
        self.write_runs(self.runs, lambda place: 1 if place < SLOWER_AT else 8)
        one, = [r for r in self.regressions("--from", self.runs) if r["metric"] == "time.wall.p50"]
        ended = self.assay("bisect", one["id"], "--from", self.runs, "--build", "true", "--max-time", "20ms", "--no-rerun", "--json",
                           "--", "./p", cwd=self.repository, timeout=300)
        self.assertEqual(ended.json()["first_bad"]["id"], self.ids()[SLOWER_AT - 1])
        self.assertIn("there is no regression 'ffff'", self.assay("bisect", "ffff", "--from", self.runs, "--build", "true", "--",
                                                                  "./p", cwd=self.repository, code=2).err)


if __name__ == "__main__":
    main()
