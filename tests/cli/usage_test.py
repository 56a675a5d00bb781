#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whatever is wrong is answered with what, where and what to do, and with the exit code of the design page."""
import sys

from support import CALLGRIND, CONV, EXAMPLE, EXAMPLE_WORKER, FAULTY_WORKER, CliTest, main


class Mistyped(CliTest):
    def wrong(self, *arguments, says, code=2, **how):
        ended = self.assay(*arguments, code=code, **how)
        self.assertEqual(ended.out, "", "an error is no data")
        self.assertTrue(ended.err.startswith("assay: "), ended.err)
        for text in says if isinstance(says, (list, tuple)) else [says]:
            self.assertIn(text, ended.err)
        return ended

    def test_an_unknown_command_is_answered_with_the_closest_one(self):
        self.wrong("rnu", says="run")
        self.wrong("comparre", says="compare")
        self.wrong("xyzzy", says="xyzzy")

    def test_an_unknown_option_is_named_with_the_way_to_the_help(self):
        self.wrong("run", CONV, "--lanches", "3", says=["--lanches", "assay run --help"])
        self.wrong("--verbos", says=["--verbos"])
        self.wrong("db", "chekc", says=["assay db --help"])

    def test_an_unknown_workload_is_answered_with_the_closest_one(self):
        self.wrong("run", "llm.gemvv/simd", says=["llm.gemvv", "llm.gemv"])
        self.wrong("run", "vision.rezise", says="vision.resize")
        self.assertEqual(self.run_ids() if self.db.exists() else [], [], "a run that cannot be is not stored")

    def test_an_unknown_parameter_or_preset_is_answered_with_the_closest_one(self):
        self.wrong("run", "llm.gemv/simd?row=16", says=["row", "rows"])
        self.wrong("run", "llm.gemv/simd?preset=sx", says=["sx", "xs"])
        self.wrong("run", "llm.gemv/simd?dtype=q5_0", says=["q5_0", "q4_0"])

    def test_a_selector_that_is_none_shows_where(self):
        for selector in ("llm.gemv/simd?rows", "llm.gemv/simd?rows=1..0*2", "llm.gemv/simd?rows=1..9*1",
                         "llm.gemv/simd?rows=1..1000000+1", "?rows=", "llm.gemv/simd?a=%zz", "@", ""):
            with self.subTest(selector=selector):
                ended = self.assay("run", selector, code=2)
                self.assertTrue(ended.err.startswith("assay: "), ended.err)

    def test_nothing_asked_for_is_answered_with_what_to_write(self):
        self.wrong("run", says=["nothing was asked for", "assay run --suite quick", "assay list"])

    def test_an_unknown_suite_is_answered_with_the_closest_one(self):
        self.wrong("run", "--suite", "quik", says=["quik", "quick"])
        self.wrong("run", "--suite", "./none.toml", says="./none.toml")

    def test_a_suite_with_a_fault_is_named_with_its_line(self):
        (self.work / "s.toml").write_text('[run]\nlaunches = 1\nlanches = 2\n[[case]]\nselect = "llm.*"\n')
        self.wrong("run", "--suite", "s.toml", says=["s.toml:3", "run.lanches", "run.launches"])
        (self.work / "s.toml").write_text('[[case]]\nselct = "llm.*"\n')
        self.wrong("run", "--suite", "s.toml", says=["s.toml:2", "selct", "select"])
        (self.work / "s.toml").write_text('[run\n')
        self.wrong("run", "--suite", "s.toml", says=["s.toml:1"])
        (self.work / "s.toml").write_text('name = "empty"\n')
        self.wrong("run", "--suite", "s.toml", says=["s.toml", "no [[case]]"])

    def test_an_unknown_setting_is_named_with_file_line_and_the_closest_one(self):
        (self.work / "assay.toml").write_text("# settings\n[run]\nlaunches = 2\nlanches = 3\n")
        self.wrong("list", "suites", says=["./assay.toml:4", "run.lanches", "run.launches"])
        (self.work / "assay.toml").write_text("[limits]\nmemory = [1]\n")
        self.wrong("list", "suites", says=["./assay.toml:2", "limits.memory"])
        (self.work / "assay.toml").write_text('[[worker]]\nname = "x"\ncomand = ["y"]\n')
        self.wrong("list", "suites", says=["./assay.toml:1", "comand", "command"])
        (self.work / "assay.toml").write_text('[workers.mine]\ncommand = ["y"]\n')
        self.wrong("list", "suites", says=["./assay.toml:1", "workers.mine", "[[worker]]", "command"])
        (self.work / "assay.toml").write_text("run = ")
        self.wrong("list", "suites", says=["./assay.toml:1", "TOML"])

    def test_a_value_that_is_none_says_where_it_comes_from(self):
        for arguments, env, says in ((["--launches", "0"], {}, ["run.launches", "--launches"]),
                                     (["--launches", "two"], {}, ["'two'", "--launches"]),
                                     (["--launches", "nan"], {}, ["nan", "--launches"]),
                                     ([], {"ASSAY_LAUNCHES": "-1"}, ["'-1'", "ASSAY_LAUNCHES"]),
                                     ([], {"ASSAY_MAX_TIME": "1 fortnight"}, ["fortnight", "ASSAY_MAX_TIME"]),
                                     ([], {"ASSAY_MEMORY_LIMIT": "8 GB8"}, ["8 GB8", "ASSAY_MEMORY_LIMIT"]),
                                     (["--seed", "-3"], {}, ["'-3'", "--seed"]),
                                     (["--budget", "soon"], {}, ["soon", "--budget"]),
                                     (["--cpus", "a-b"], {}, ["a-b"]),
                                     (["--label", "=x"], {}, ["=x"]),
                                     (["--precision", "2"], {}, ["2", "--precision"])):
            with self.subTest(arguments=arguments, env=env):
                self.wrong("run", CONV, *arguments, env=env, says=says)

    def test_a_run_that_is_not_there_is_named(self):
        self.run_conv()
        for command in (["show", "nightly"], ["export", "zzzz"], ["compare", "latest~7"], ["run", "--resume", "qqqq"]):
            with self.subTest(command=command):
                ended = self.assay(*command, code=2)
                self.assertIn(command[-1], ended.err)

    def test_unknown_kinds_and_formats_are_answered_with_the_closest_one(self):
        self.run_conv()
        self.wrong("list", "worklods", says=["worklods", "workloads"])
        self.wrong("export", "--format", "jsn", says=["jsn", "json"])
        self.wrong("completion", "fish", says=["fish", "bash"])
        self.wrong("compare", "latest", "--across", "implementatoin", says=["implementatoin", "implementation"])

    def test_a_base_value_needs_an_axis_and_an_axis_a_name(self):
        self.run_conv()
        self.wrong("compare", "latest", "--base-value", "opencv", says=["--base-value", "--across"])
        self.wrong("compare", "latest", "--across", "", says="'--across' has no value")
        self.wrong("compare", "latest", "--across", "device", "--base-value", "", says="'--base-value' has no value")
        self.wrong("compare", "latest", "latest", "--across", "device", says=["--across", "one run"])

    def test_a_label_that_could_not_find_its_run_is_refused(self):
        self.wrong("run", CONV, "--label", "a", "--label", "b", says=["'a'", "'b'", "branch=main"])
        self.wrong("run", CONV, "--label", "k=1", "--label", "k=2", says=["'k=1'", "'k=2'"])
        for name in ("latest", "latest~1"):
            self.wrong("run", CONV, "--label", name, says=f"'{name}' cannot be a label")
        self.assay("run", CONV, "--label", "a", "--label", "a", "--label", "branch=b", "--dry-run")

    def test_a_resume_without_a_database_makes_none(self):
        self.wrong("run", "--resume", "latest", says=str(self.db))
        self.assertFalse(self.db.exists())


    def test_what_was_given_is_thrown_back_in_one_line_and_not_whole(self):
        long = "A" * 100_000
        for command in (["list", long], [long], ["run", "--suite", long], ["run", long], ["explain", long],
                        ["show", "--" + long], ["run", CONV, "--collect", long]):
            ended = self.assay(*command, code=None)
            self.assertIn(ended.code, (2, 3), ended)
            self.assertLess(len(ended.err), 5000)
            self.assertRegex(ended.err, r"A{200,}\.\.\.")
        for command in (["list", "a\nb"], ["run", "--suite", "a\nb"], ["explain", "a\nb"]):
            self.assertIn("a\\x0ab", self.assay(*command, code=2).err)


class Mistakes(CliTest):
    def test_a_parameter_that_its_worker_refuses_is_told_with_what_is_allowed_and_launched_once(self):
        for case, says, remedy in (
                ("roof.latency/chase?bytes=0", "roof.latency: bytes=0", "from 128 to"),
                ("roof.chain/scalar?additions=7", "roof.chain: additions=7", "a multiple of 16"),
                ("dataframe.filter_sum/simd?rows=0", "rows=0: from 1 to", "from 1 to"),
                ("llm.decode/simd?tokens=0", "llm.decode: tokens is 0", "choose from 1 to 8192"),
                (CONV + "&out_channels=-1", "out_channels is -1", "choose")):
            with self.subTest(case=case):
                ended = self.assay("run", case, "--launches", "3", code=2)
                self.assertIn("assay: ", ended.err)
                self.assertIn(says, ended.err)
                self.assertIn(remedy, ended.err.splitlines()[-1])
                rows = self.query("SELECT status, reason FROM launch ORDER BY launch_key DESC LIMIT 3")
                self.assertEqual(sorted(row["status"] for row in rows), ["failed", "skipped", "skipped"])
                self.assertIn(says, self.assay("show").out)

    def test_an_event_that_its_collector_has_not_got_is_the_users_mistake(self):
        for name, says in (("rusage:x", "x"), ("rusage:", "no event"), ("", "has no value")):
            with self.subTest(name=name):
                self.assertIn(says, self.assay("run", CONV, "--collect", name, code=2).err)
        if CALLGRIND:
            self.assertIn("callgrind has no event 'x'", self.assay("run", CONV, "--collect", "callgrind:x", code=2).err)

    def test_a_mistake_in_one_case_costs_the_others_nothing(self):
        ended = self.assay("run", CONV, "roof.latency/chase?bytes=0", code=2)
        self.assertEqual([row["status"] for row in self.launches() if row["call_n"]], ["ok", "ok"], ended)


class ExitCodes(CliTest):
    def test_an_implementation_that_is_not_there_by_name_ends_with_3(self):
        ended = self.assay("run", "llm.gemv/cuda?preset=xs", code=3)
        self.assertIn("cuda", ended.err)
        self.assertEqual(ended.out, "")

    def test_a_device_that_is_not_there_by_name_ends_with_3(self):
        ended = self.assay("run", "llm.gemv/simd?preset=xs", "--device", "cuda:0", code=3)
        self.assertIn("cuda:0", ended.err)

    def test_another_version_of_a_definition_ends_with_3_and_says_which_is_here(self):
        ended = self.assay("run", CONV + "&v=2", code=3)
        self.assertIn("tinyml.conv2d_int8 has version 1 here, and v=2 is asked for", ended.err)
        self.assay("run", CONV + "&v=1", "--dry-run")

    def test_a_collector_that_is_not_there_by_name_ends_with_3_before_anything_is_measured(self):
        for name in ("oprofile", "callgrnd"):
            with self.subTest(name=name):
                ended = self.assay("run", CONV, "--collect", name, code=3)
                self.assertIn(name, ended.err)
                self.assertEqual(self.run_ids() if self.db.exists() else [], [])

    def test_an_implementation_refused_by_its_worker_ends_with_3_and_says_why(self):
        worker = self.work / "w.py"
        worker.write_text(f"""
import sys
sys.path.insert(0, {str(EXAMPLE_WORKER.split()[1].rsplit('/', 1)[0])!r})
from example_worker import Worker
class Mine(Worker):
    def hello(self, request):
        reply = super().hello(request)
        reply["workloads"][0]["implementations"].append(
            {{"name": "gpu", "device": "cpu", "accuracy": "float",
              "probe": {{"available": False, "reason": "no driver", "remedy": "install one"}}}})
        return reply
Mine().serve()
""")
        command = f"{sys.executable} {worker}"
        ended = self.assay("run", "example.sum/gpu", "--worker", command, code=3)
        self.assertIn("no driver", ended.err)
        self.assertIn("install one", ended.err)
        mixed = self.assay("run", "example.sum/gpu", EXAMPLE, "--worker", command, code=3)
        self.assertIn("example.sum/builtin", mixed.out, "what is there is measured all the same")

    def test_a_wrong_result_ends_with_6_and_its_times_are_used_nowhere(self):
        self.assay("run", EXAMPLE, "--worker", EXAMPLE_WORKER)
        self.assay("run", EXAMPLE, "--worker", FAULTY_WORKER + " --fault=none")
        ended = self.assay("run", EXAMPLE, CONV, "--worker", FAULTY_WORKER + " --fault=wrong-result", code=6)
        self.assertIn("invalid", ended.out)
        result = self.results()["example.sum/builtin?n=1000@cpu"]
        self.assertEqual((result["status"], result["verified"]), ("invalid", False))
        self.assertEqual([m for m in result["metrics"] if m["id"].startswith(("time.", "throughput."))
                          and m["value"] is not None], [])

    def test_a_crash_ends_with_7_and_the_other_cases_are_measured(self):
        ended = self.assay("run", EXAMPLE, CONV, "--worker", FAULTY_WORKER + " --fault=segfault", code=7)
        self.assertIn("signal 11", ended.err)
        results = self.results()
        self.assertEqual(results["example.sum/builtin?n=1000@cpu"]["status"], "failed")
        self.assertEqual([r["status"] for c, r in results.items() if c.startswith("tinyml")], ["ok"])
        self.assertIn("conv2d", ended.out)

    def test_a_lost_launch_that_others_make_good_is_a_warning(self):
        once = self.folder / "once"
        ended = self.assay("run", EXAMPLE, "--worker", f"{FAULTY_WORKER} --fault=segfault --once={once}",
                           "--launches", "3", code=None)
        statuses = [launch["status"] for launch in self.launches()]
        self.assertEqual(ended.code, 0 if "ok" in statuses else 7, ended)

    def test_where_several_apply_the_wrong_result_comes_first(self):
        self.assay("run", EXAMPLE, "--worker", FAULTY_WORKER + " --fault=none")
        self.assay("run", EXAMPLE, "other.sum/builtin?n=1000", "--worker", FAULTY_WORKER + " --fault=wrong-result",
                   "--worker", self.renamed("segfault"), code=6)

    def renamed(self, fault):
        """The faulty worker, whose workload is other.sum."""
        worker = self.work / "other.py"
        folder = FAULTY_WORKER.split()[1].rsplit("/", 1)[0]
        worker.write_text(f"""
import sys
sys.path.insert(0, {folder!r})
import faulty_worker
class Other(faulty_worker.FaultyWorker):
    def hello(self, request):
        reply = super().hello(request)
        reply["workloads"][0]["name"] = "other.sum"
        return reply
    def prepare(self, request):
        request["case"] = request["case"].replace("other.", "example.")
        return super().prepare(request)
Other({fault!r}).serve()
""")
        return f"{sys.executable} {worker}"

    def test_a_worker_that_cannot_be_started_is_named_with_what_to_do(self):
        for command in ("/no/such/worker", "/etc/passwd", "false", "'unclosed"):
            with self.subTest(command=command):
                ended = self.assay("run", EXAMPLE, "--worker", command, code=None)
                self.assertIn(ended.code, (2, 3, 7), ended)
                self.assertIn(command.strip("'"), ended.err)

    def test_show_and_compare_end_with_0_whatever_they_find(self):
        self.assay("run", EXAMPLE, "--worker", FAULTY_WORKER + " --fault=segfault", code=7)
        self.run_conv()
        self.assay("show", "latest~1")
        self.assay("compare")

    def test_a_run_of_which_every_launch_failed_shows_so_in_its_table(self):
        ended = self.assay("run", EXAMPLE, "--worker", FAULTY_WORKER + " --fault=segfault", code=7)
        self.assertRegex(ended.out, r"example\.sum/builtin\?n=1000@cpu +0 +failed")
        document = self.assay("show", "--json").json()
        self.assert_document(document)
        self.assertEqual([w["code"] for w in document["warnings"]], ["failed"])


if __name__ == "__main__":
    main()
