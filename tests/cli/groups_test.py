#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Metric groups and `explain`: what is derived, what is missing and why, what words mean."""
import os
import pathlib

from support import CALLGRIND, CONV, CliTest, main

MINE = """doc = "of my own"
[event.user_time]
reading = "rusage.user_time"
unit = "ns"
[metric."mine.user_share"]
formula = "user_time / time"
unit = "ratio"
better = "neither"
doc = "share of a call in user mode"
"""


class Groups(CliTest):
    def metrics(self, *collect, case=CONV, **how):
        arguments = [word for name in collect for word in ("--collect", name)]
        document = self.assay("run", case, *arguments, "--json", **how).json()
        return {metric["id"]: metric for metric in document["results"][0]["metrics"]}

    def test_software_is_counted_everywhere_and_derived_from(self):
        metrics = self.metrics("group:SOFTWARE")
        cpus = metrics["rusage.cpus"]
        self.assertEqual((cpus["unit"], cpus["better"], cpus["state"], cpus["n"]), ("ratio", "neither", "ok", 2))
        self.assertIsNotNone(cpus["value"])
        self.assertEqual(metrics["rusage.faults"]["unit"], "fault")
        self.assertIn("rusage.cpus", self.assay("show").out)

    def test_a_derived_metric_has_a_value_or_the_event_that_it_lacks_and_why(self):
        metrics = self.metrics("group:CPI", "group:ENERGY", code=None)  # 3 where one of them counts nothing
        ipc = metrics["perf.ipc"]
        if ipc["value"] is None:  # a machine without counters
            self.assertIn(ipc["state"], ("unsupported", "denied", "not_counted"))
            self.assertRegex(ipc["reason"], "^perf.(instructions|cycles): .+")
        self.assertEqual((ipc["unit"], ipc["better"]), ("instruction/cycle", "higher"))
        power = metrics["powercap.package_power"]
        if power["value"] is None:
            self.assertRegex(power["reason"], "^powercap.package: .+")

    def test_several_groups_that_share_events_and_a_collector_are_measured_in_one_launch(self):
        metrics = self.metrics("group:CPI,TLB", "group:BRANCH", "perf_event:task_clock", code=None)
        for name in ("perf.ipc", "perf.branch_miss_ratio", "perf.task_clock"):
            self.assertIn(name, metrics)

    def test_what_is_derived_per_time_has_no_value_where_the_region_holds_more_than_calls(self):
        metrics = self.metrics("group:SOFTWARE", case="tinyml.conv2d_int8/simd?preset=xs&threads=1&load=open:500")
        self.assertIsNone(metrics["rusage.cpus"]["value"])
        self.assertIn("waiting between calls", metrics["rusage.cpus"]["reason"])
        self.assertIsNotNone(metrics["rusage.faults"]["value"])

    def test_an_unknown_group_is_refused_with_the_closest_and_all_that_there_are(self):
        ended = self.assay("run", CONV, "--collect", "group:CPX", code=2)
        self.assertIn("did you mean 'CPI'? known: ", ended.err)
        self.assertIn("SOFTWARE", ended.err)
        self.assertIn("group:NAME", self.assay("run", CONV, "--collect", "group:", code=2).err)

    def test_a_run_that_is_taken_up_counts_its_groups_on(self):
        self.assay("run", CONV, "--launches", "3", "--budget", "1ms", "--collect", "group:SOFTWARE")
        self.assay("run", "--resume")
        document = self.assay("show", "--json").json()
        metrics = {metric["id"]: metric for metric in document["results"][0]["metrics"]}
        self.assertEqual(metrics["rusage.cpus"]["n"], 3)

    def test_a_user_adds_groups_in_a_folder_of_their_own_and_mistakes_have_a_line(self):
        folder = self.folder / "mine/generic"
        folder.mkdir(parents=True)
        (folder / "MINE.toml").write_text(MINE)
        how = {"env": {"ASSAY_GROUPS": str(self.folder / "mine")}}
        self.assertIsNotNone(self.metrics("group:MINE", **how)["mine.user_share"]["value"])
        self.assertIn("share of a call in user mode", self.assay("explain", "mine.user_share", **how).out)
        in_data = self.folder / "data/assay/groups/generic"
        in_data.mkdir(parents=True)
        (in_data / "MINE.toml").write_text(MINE.replace("unit = \"ratio\"", "unit = \"ns\""))
        wrong = r"MINE.toml:5: metric 'mine.user_share': its formula gives ratio, its unit says ns"
        self.assertRegex(self.assay("list", "groups").err, wrong)
        self.assertRegex(self.assay("run", CONV, "--collect", "group:MINE", code=2).err, wrong)

    def test_files_that_are_no_groups_are_notes_and_stop_nothing(self):
        folder = self.folder / "mine/generic"
        folder.mkdir(parents=True)
        os.mkfifo(folder / "PIPE.toml")
        (folder / "MINE.toml").write_text(MINE)
        (folder / "BAD.toml").write_text("doc = ")
        (folder / "TAKEN.toml").write_text(MINE.replace("mine.user_share", "rusage.user_time"))
        (folder / "LANE.toml").write_text(MINE.replace("mine.user_share", "callgrind.share"))
        (folder.parent / "STRAY.toml").write_text(MINE)
        (folder.parent / "uarch.toml").write_text("[[uarch]]\nnane = 1\n")
        how = {"env": {"ASSAY_GROUPS": f"{self.folder / 'mine'}:{self.folder / 'gone'}"}}
        for command in (["list", "groups"], ["list", "metrics"], ["explain", "mine.user_share"]):
            with self.subTest(command=command):
                ended = self.assay(*command, **how)
                self.assertIn("MINE" if command[1] == "groups" else "mine.user_share", ended.out)
                for says in ("PIPE.toml: is not a regular file", "BAD.toml:1: ", "STRAY.toml is not looked at",
                             "TAKEN.toml:5: metric 'rusage.user_time': this id is a reading of a collector",
                             "write", "gone (from ASSAY_GROUPS) is no folder", "uarch.toml:"):
                    self.assertIn(says, ended.err)
                if CALLGRIND:
                    self.assertIn("LANE.toml:5: metric 'callgrind.share': this id is of the collector", ended.err)
        (folder.parent / "uarch.toml").unlink()
        for name in ("PIPE", "BAD", "TAKEN"):
            self.assertIn(f"{name}.toml:", self.assay("run", CONV, "--collect", f"group:{name}", code=2, **how).err)
        self.assertIn("is no folder", self.assay("run", CONV, "--collect", "group:NONE", code=2, **how).err)

    def test_the_list_of_groups_says_what_each_can_give_here(self):
        rows = self.assay("list", "groups", "--json").json()["groups"]
        here = {row["group"]: row["here"] for row in rows}
        self.assertEqual(here["SOFTWARE"], "yes")
        for name in ("CPI", "BRANCH", "CACHE", "TLB", "CLOCK", "ENERGY"):
            self.assertIn(name, here)
            self.assertRegex(here[name], "^(yes|no: .+|[0-9]+ of [0-9]+ metrics; .+)$")
        metrics = {row["metric"]: row for row in self.assay("list", "metrics", "--json").json()["metrics"]}
        self.assertEqual(metrics["perf.ipc"]["collector"], "group:CPI")

    def test_a_machine_of_another_kind_has_its_own_groups(self):
        tree = self.folder / "tree"
        (tree / "proc").mkdir(parents=True)
        (tree / "proc/cpuinfo").write_text("processor : 0\nvendor_id : AuthenticAMD\ncpu family : 25\nmodel : 97\n\n")
        rows = self.assay("list", "groups", "--json", env={"ASSAY_SYSFS_ROOT": str(tree)}).json()["groups"]
        self.assertEqual({row["group"]: row["for"] for row in rows}["TOPDOWN1"], "zen4")

    def on(self, cpuinfo):
        tree = self.folder / "tree"
        (tree / "proc").mkdir(parents=True, exist_ok=True)
        (tree / "proc/cpuinfo").write_text(cpuinfo)
        return {"env": {"ASSAY_SYSFS_ROOT": str(tree)}}

    def test_a_group_that_only_others_have_is_listed_explained_and_refused_with_the_reason(self):
        arm = "processor : 0\nCPU implementer : 0x41\nCPU architecture: 8\nCPU part : {}\n\n"
        for cpuinfo, group, why in ((arm.format("0xd08"), "TOPDOWN1", "neither issue slots nor stalled cycles"),
                                    (arm.format("0xd0c"), "TOPDOWN2", "its level 1 .TOPDOWN1. is all that there is"),
                                    (arm.format("0xd0b"), "TOPDOWN2", "its level 1 .TOPDOWN1. is all that there is"),
                                    ("vendor_id : AuthenticAMD\ncpu family : 25\nmodel : 1\n\n", "TOPDOWN1", "Zen 3 counts no issue slots"),
                                    (arm.format("0xd03") + arm.format("0xd08"), "TOPDOWN1",
                                     "a group of .*zen4; this machine is generic .this machine has cores of several kinds"),
                                    ("vendor_id : GenuineIntel\ncpu family : 6\nmodel : 61\n\n", "TOPDOWN1",
                                     "a group of .*zen4; this machine is generic .no table has GenuineIntel")):
            with self.subTest(why=why):
                machine = self.on(cpuinfo)
                here = {row["group"]: row["here"] for row in self.assay("list", "groups", "--json", **machine).json()["groups"]}
                self.assertRegex(here[group], "^no: .*" + why)
                self.assertRegex(self.assay("explain", group, **machine).out, why)
                self.assertRegex(self.assay("run", CONV, "--collect", f"group:{group}", code=3, **machine).err,
                                 f"metric group '{group}' is not here: .*{why}")
        self.assertEqual(self.run_ids(), [], "nothing was begun")

    def test_a_group_that_counts_nothing_ends_with_3_and_says_what_why_and_what_to_do(self):
        for command in (["run", CONV], ["profile", CONV]):
            ended = self.assay(*command, "--collect", "group:CPI", code=None)
            counted = any(metric["value"] is not None for metric in self.results()[self.conv_key()]["metrics"]
                          if metric["id"] in ("perf.ipc", "perf.instructions", "perf.cycles"))
            self.assertEqual(ended.code, 0 if counted else 3, ended)
            if not counted:
                self.assertRegex(ended.err, r"(?m)^assay: group CPI counted nothing here: (unsupported|denied|not_counted): .+\n  .+")
            self.assertIn("conv2d", ended.out, "the rest was measured and is shown")
        self.assay("run", CONV, "--collect", "group:SOFTWARE")

    def conv_key(self):
        key, = self.results()
        return key


class Explain(CliTest):
    def explained(self, name, **how):
        return self.assay("explain", name, "--json", **how).json()["explained"]

    def test_a_derived_metric_is_explained_with_formula_events_and_whether_it_can_be_had(self):
        for name in ("perf.ipc", "ipc"):
            [metric] = self.explained(name)
            self.assertEqual(metric["formula"], "instructions / cycles")
            self.assertEqual(metric["unit"], "instruction/cycle")
            self.assertEqual([event["event"] for event in metric["events"]], ["instructions", "cycles"])
            self.assertRegex(metric["here"], "^(yes|no: .+)$")
        text = self.assay("explain", "ipc").out
        self.assertRegex(text, "^perf.ipc, a metric: ")
        self.assertIn("group:CPI", text)

    def test_words_of_answers_are_explained_wherever_they_stand(self):
        self.assertEqual([one["kind"] for one in self.explained("undecided")], ["verdict", "fitness", "claim"])
        for word in ("faster", "same", "slower", "new", "missing", "incomparable", "pass", "not_measured", "ok",
                     "invalid", "timeout", "scaled", "not_counted", "denied", "unsupported", "layout"):
            self.assertTrue(all(one["meaning"] for one in self.explained(word)), word)

    def test_every_metric_that_is_listed_can_be_explained(self):
        rows = self.assay("list", "metrics", "--json").json()["metrics"]
        self.assertGreater(len(rows), 40)
        for row in rows[::7] + [row for row in rows if row["metric"].startswith("time.wall")]:
            found = self.explained(row["metric"])
            self.assertIn(row["meaning"], [one["meaning"] for one in found], row)

    def test_a_group_and_a_raw_event_are_explained(self):
        [group] = self.explained("SOFTWARE")
        self.assertEqual(group["kind"], "group")
        self.assertTrue(pathlib.Path(group["file"]).is_file())
        self.assertIn("rusage.cpus", [metric["metric"] for metric in group["metrics"]])

    def test_an_unknown_name_gets_the_closest_and_where_to_look(self):
        ended = self.assay("explain", "slowr", code=2)
        self.assertIn("did you mean 'slower'? 'assay list metrics' and 'assay list groups'", ended.err)


if __name__ == "__main__":
    main()
