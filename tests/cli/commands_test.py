#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every command does what its help says, on good input; data on standard output, everything else beside it."""
import csv
import io
import json
import os
import pathlib
import pty
import resource
import shutil
import stat
import subprocess
import unittest

from support import ASSAY, CONV, EXAMPLE, EXAMPLE_WORKER, FAULTY_WORKER, CliTest, main

COMMANDS = ("doctor", "list", "run", "show", "compare", "report", "export", "import", "db", "config", "worker", "model", "completion",
             "gui")


class RunAndShow(CliTest):
    def test_a_run_prints_its_table_and_show_prints_the_same_one_again(self):
        run = self.assay("run", CONV)
        show = self.assay("show")
        self.assertIn("tinyml.conv2d_int8/simd?", run.out)
        self.assertIn("ok", run.out)
        self.assertEqual(run.out, show.out)
        self.assertEqual(run.out, self.assay("show", self.run_ids()[0][:8]).out)

    def test_data_go_to_standard_output_and_notes_to_standard_error(self):
        run = self.assay("run", CONV)
        self.assertIn("2 launches in", run.err)
        self.assertNotIn("2 launches in", run.out)
        quiet = self.assay("run", CONV, "--quiet")
        self.assertEqual(quiet.err, "")
        self.assertIn("conv2d", quiet.out)

    def test_every_launch_is_stored_verified_with_its_samples(self):
        self.run_conv("--launches", "3")
        launches = self.launches()
        self.assertEqual(len(launches), 3)
        for launch in launches:
            self.assertEqual((launch["status"], launch["verified"]), ("ok", 1))
            self.assertGreaterEqual(launch["call_n"], 1)
        self.assertEqual(len(self.query("SELECT * FROM sample_block")), 3)

    def test_a_label_finds_the_run_again(self):
        wanted = self.run_conv("--label", "nightly", "--label", "branch=ein Zweig")
        self.run_conv()
        self.assertIn(wanted[:8], self.assay("show", "nightly").out)
        self.assertIn("branch=ein Zweig", self.assay("list", "runs").out)

    def test_latest_is_the_run_that_was_stored_last_and_counts_back(self):
        first, second = self.run_conv(), self.run_conv()
        self.assertIn(second[:8], self.assay("show", "latest").out)
        self.assertIn(first[:8], self.assay("show", "latest~1").out)

    def test_what_was_collected_is_named_and_shown_by_metrics(self):
        self.assertNotIn("Collected", self.assay("run", CONV).out)
        run = self.assay("run", CONV, "--collect", "rusage").out
        self.assertRegex(run, r"Collected beside the times, metrics of rusage \(\d+\): 'assay show \w+ --metrics "
                              r'"rusage\*"\' shows them')
        shown = self.assay("show", "--metrics", "rusage.*", "--metrics", "time.wall.p50").out
        self.assertIn("rusage.minor_faults", shown)
        self.assertIn("time.wall.p50", shown)
        self.assertNotIn("throughput", shown)
        (result,) = self.assay("show", "--metrics", "rusage.*", "--json").json()["results"]
        self.assertEqual({metric["id"].split(".")[0] for metric in result["metrics"]}, {"rusage"})
        ended = self.assay("show", "--metrics", "rusgae.*", code=3)
        self.assertEqual(ended.out, "")
        self.assertIn("no metric of these cases matches 'rusgae.*'", ended.err)
        self.assertIn("rusage.minor_faults", ended.err)

    def test_a_selector_narrows_what_is_shown(self):
        self.assay("run", CONV, EXAMPLE, "--worker", EXAMPLE_WORKER)
        out = self.assay("show", "latest", "example.*").out
        self.assertIn("example.sum", out)
        self.assertNotIn("conv2d", out.split("\n\n")[0])

    def test_the_sentences_speak_of_the_whole_run_whatever_is_selected(self):
        self.assay("run", CONV, "roof.mem/simd?preset=xs&threads=1", "--launches", "3")
        sentences = self.assay("show").out.split("\n\n")[1]
        self.assertIn("This machine", sentences)
        self.assertEqual(self.assay("show", "latest", "tinyml.*").out.split("\n\n")[1], sentences)

    def test_a_worker_of_the_user_is_found_in_assay_toml(self):
        words = EXAMPLE_WORKER.split()
        (self.work / "assay.toml").write_text(f'[[worker]]\nname = "mine"\ncommand = {json.dumps(words)}\n')
        self.assay("run", EXAMPLE)
        self.assertEqual(self.query("SELECT DISTINCT worker FROM planned_case")[0]["worker"], "mine")


class Json(CliTest):
    def test_show_run_export_and_compare_write_the_document_of_the_design_page(self):
        ran = self.assay("run", CONV, EXAMPLE, "--worker", EXAMPLE_WORKER, "--json").json()
        self.run_conv()
        for command in (["show", "--json"], ["export"], ["compare", "--json"], ["show", "latest~1", "--json"]):
            with self.subTest(command=command):
                document = self.assay(*command).json()
                self.assert_document(document)
                self.assertEqual(document["command"], command[0])
                self.assertEqual(document["schema_version"], 1)
        self.assert_document(ran)
        self.assertEqual(ran["command"], "run")
        self.assertEqual({r["implementation"] for r in ran["results"]}, {"simd", "builtin"})

    def test_compare_gives_every_pair_one_verdict_a_rule_with_a_reason(self):
        self.run_conv(), self.run_conv()
        document = self.assay("compare", "latest~1", "latest", "--json").json()
        verdicts = [v for result in document["results"] for v in result.get("verdicts", [])]
        self.assertTrue(verdicts)
        for verdict in verdicts:
            self.assertIn(verdict["outcome"], ("faster", "same", "slower", "undecided", "new", "missing",
                                               "incomparable"))
        times = [v for v in verdicts if v["metric"].startswith("time.")]
        self.assertTrue(times)
        self.assertEqual({v["outcome"] for v in times}, {"undecided"}, "two separate runs decide nothing on time yet")
        self.assertTrue(all(v["reason"] for v in times))

    def test_what_is_done_to_the_database_is_json_too(self):
        self.run_conv()
        self.assay("export", "--format", "assay", "-o", "r.jsonl")
        for command, fields in ((["db", "check"], {"database", "sound", "runs", "launches", "samples", "problems"}),
                                (["db", "merge", self.db, "--db", "other.db"], {"sources"}), (["import", "r.jsonl"], {"sources"}),
                                (["db", "prune", "--dry-run"], {"runs", "cache_entries", "cache_bytes", "removed"}),
                                (["db", "compact"], {"before_bytes", "after_bytes"}),
                                (["db", "migrate"], {"database", "from", "to", "backup"}),
                                (["completion", "bash"], {"shell", "text"})):
            with self.subTest(command=command):
                document = self.assay(*command, "--json").json()
                self.assertEqual(set(document), {"schema_version", "command"} | fields)
        (source,) = self.assay("import", "r.jsonl", "--json").json()["sources"]
        self.assertEqual((source["runs_added"], source["launches_known"], source["conflicts"]), (0, 2, []))

    def test_a_selector_that_matches_nothing_says_which_and_what_there_is(self):
        self.run_conv()
        for command, code in ((["show", "latest", "tinyml.conv"], 3), (["export", "--select", "tinyml.conv"], 3),
                              (["compare", "latest", "latest", "--select", "tinyml.conv"], 3)):
            with self.subTest(command=command):
                ended = self.assay(*command, code=code)
                self.assertIn("matches 'tinyml.conv'", ended.err)
                self.assertIn("tinyml.conv2d_int8/simd@cpu", ended.err)
        (warning,) = self.assay("show", "latest", "x.*", "--json", code=3).json()["warnings"]
        self.assertEqual(warning["code"], "no_match")

    def test_the_list_of_metrics_has_whatever_a_run_has(self):
        self.assay("run", CONV, "roof.mem/simd?preset=xs&threads=1", "--collect", "rusage", "--collect", "callgrind")
        listed = {row["metric"] for row in self.assay("list", "metrics", "--json").json()["metrics"]}
        self.assertIn("time.device.p50", listed)
        for result in self.results().values():
            for metric in result["metrics"]:
                unit = metric["unit"].removesuffix("/s")
                self.assertIn(metric["id"].replace("throughput." + unit, "throughput.UNIT")
                              if metric["id"] not in listed else metric["id"], listed)

    def test_lists_and_doctor_are_json_too(self):
        for command in (["list", "workloads"], ["list", "implementations"], ["list", "devices"],
                        ["list", "collectors"], ["list", "metrics"], ["list", "suites"], ["list", "formats"],
                        ["list", "runs"], ["list", "hosts"], ["doctor"], ["db", "stats"],
                        ["config"], ["worker", "check", *EXAMPLE_WORKER.split()]):
            with self.subTest(command=command):
                if command[0] == "db":
                    self.run_conv()
                document = self.assay("--json", *command).json()
                self.assertEqual(document["schema_version"], 1)
                rows = [row for rows in document.values() if isinstance(rows, list) for row in rows]
                self.assertNotIn("", {key for row in rows for key in row}, "a field without a name")

    def test_a_dry_run_as_json_is_json(self):
        self.assay("run", CONV, "--dry-run", "--json").json()

    def test_an_export_hides_the_host_unless_it_is_to_identify(self):
        self.run_conv()
        name = os.uname().nodename
        hidden = self.assay("export").json()["runs"][0]["host"]
        self.assertNotEqual(hidden, name)
        self.assertEqual(self.assay("export", "--identify").json()["runs"][0]["host"], name)
        whole = self.assay("export", "--format", "assay").out
        self.assertNotIn(f'"{name}"', whole)


class Export(CliTest):
    def setUp(self):
        super().setUp()
        self.assay("run", CONV, EXAMPLE, "--worker", EXAMPLE_WORKER)

    def test_csv_has_one_row_a_metric_and_every_row_the_same_columns(self):
        rows = list(csv.DictReader(io.StringIO(self.assay("export", "--format", "csv").out)))
        self.assertTrue(rows)
        self.assertEqual({row["case"] for row in rows}, set(self.results()))
        for row in rows:
            self.assertNotIn(None, row, "more cells than columns")
            self.assertNotIn(None, row.values(), "fewer cells than columns")

    def test_google_benchmarks_format_has_a_row_a_case_with_time_and_unit(self):
        document = self.assay("export", "--format", "google_benchmark").json()
        self.assertEqual(self.assay("export", "--format", "gbench").json()["benchmarks"], document["benchmarks"])  # its old name
        self.assertIn("context", document)
        self.assertTrue(document["benchmarks"])
        for row in document["benchmarks"]:
            self.assertGreater(row["real_time"], 0)
            self.assertIn(row["time_unit"], ("ns", "us", "ms", "s"))

    def test_no_format_ever_writes_a_nan_or_an_infinity(self):
        for form in ("json", "csv", "google_benchmark", "assay"):
            with self.subTest(form=form):
                self.assertNotRegex(self.assay("export", "--format", form).out, r"(?i)\b(nan|inf|infinity)\b")

    def test_an_output_file_holds_what_standard_output_would(self):
        self.assay("export", "--format", "csv", "-o", "r.csv")
        self.assertEqual((self.work / "r.csv").read_bytes().decode(), self.assay("export", "--format", "csv").out)

    def test_an_export_that_breaks_off_leaves_the_old_file_as_it_was(self):
        self.run_conv("--label", "x" * 60_000)  # a document longer than the limit
        for name in ("plain.json", "link.json"):
            (self.work / "plain.json").write_text("old")
            (self.work / "plain.json").chmod(0o640)
            if name == "link.json":
                (self.work / name).symlink_to("plain.json")
            limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))  # noqa: E731
            self.assay("export", "-o", name, code=4, preexec_fn=limit)
            self.assertEqual((self.work / "plain.json").read_text(), "old")
            self.assay("export", "-o", name)
            self.assertIn("schema_version", (self.work / "plain.json").read_text())
            self.assertEqual((self.work / "plain.json").stat().st_mode & 0o777, 0o640)
        self.assertTrue((self.work / "link.json").is_symlink())
        self.assertEqual(sorted(file.name for file in self.work.iterdir()), ["link.json", "plain.json"])
        self.assertEqual(self.assay("export", "-o", "/dev/stdout").json()["command"], "export")

    def test_an_output_file_that_cannot_be_written_is_an_error_that_names_it(self):
        for name in ("/nowhere/r.json", ".", "plain/r.json"):
            (self.work / "plain").write_text("old")
            self.assertIn(name, self.assay("export", "-o", name, code=2).err)
        self.assertIn("is empty", self.assay("export", "-o", "", code=2).err)
        self.assertEqual((self.work / "plain").read_text(), "old")

    def test_no_output_file_is_the_database_or_what_belongs_to_it(self):
        self.assay("export", "-o", "-").json()
        os.link(self.db, self.folder / "second-name")
        (self.work / "link").symlink_to(self.db)
        (self.work / "dangling").symlink_to(self.folder / "a.db-journal")
        (self.work / "folder").symlink_to(self.folder)
        names = [self.db, "../a.db", "../work/../a.db", "link", "folder/a.db", "dangling", self.folder / "second-name"]
        names += [f"{self.db}{end}" for end in ("-wal", "-shm", "-journal", "-run")]
        for name in names:
            for command in (["export", "-o", name], ["roofline", "--svg", name]):
                with self.subTest(command=command):
                    self.assertIn("belongs to it", self.assay(*command, code=2).err)
        self.assert_sound()
        for end in ("-journal", "-run"):
            self.assertFalse(pathlib.Path(f"{self.db}{end}").exists())
        (self.work / "new").symlink_to("made.json")
        self.assay("export", "-o", "new")
        self.assertTrue((self.work / "new").is_symlink())
        self.assertIn("schema_version", (self.work / "made.json").read_text())

    def test_an_import_brings_the_run_to_another_database_and_twice_changes_nothing(self):
        self.assay("export", "--format", "assay", "-o", "r.jsonl")
        before = self.results()
        other = {"ASSAY_DB": str(self.folder / "b.db")}
        first = self.assay("import", "r.jsonl", env=other)
        again = self.assay("import", "r.jsonl", env=other)
        self.assertIn("1 runs and 4 launches added", first.out)
        self.assertIn("0 runs and 0 launches added", again.out)
        self.assertEqual(self.results(env=other), before)
        self.assert_sound(self.folder / "b.db")

    def test_an_import_of_something_else_changes_nothing_and_names_the_line(self):
        for name, text in (("noise", "a,b\n1,2\n"), ("empty", ""), ("json", '{"schema_version": 1}\n')):
            with self.subTest(name=name):
                (self.work / name).write_text(text)
                other = {"ASSAY_DB": str(self.folder / (name + ".db"))}
                ended = self.assay("import", name, code=2, env=other)
                self.assertIn(name, ended.err)
                self.assertEqual(self.assay("list", "runs", "--json", env=other).json()["runs"], [])

    def test_an_import_that_breaks_off_names_its_line_and_stores_nothing(self):
        whole = self.assay("export", "--format", "assay").out
        (self.work / "cut").write_text(whole[:-200])
        (self.work / "whole").write_text(whole)
        other = {"ASSAY_DB": str(self.folder / "b.db")}
        err = self.assay("import", "cut", code=2, env=other).err
        self.assertRegex(err, r"cut:5: no JSON at byte \d+ of the file")
        self.assertEqual(self.assay("list", "runs", "--json", env=other).json()["runs"], [])
        self.assertIn("1 runs and 4 launches added", self.assay("import", "whole", env=other).out)
        self.assertEqual(self.results(env=other), self.results())


    def test_an_export_that_was_changed_by_hand_is_refused_with_file_line_launch_and_reason(self):
        lines = [json.loads(line) for line in self.assay("export", "--format", "assay").out.splitlines()]
        launch = lines[2]["launch"]

        def units(): launch["units"] *= 2

        def wrong(): launch["verified"] = False

        def backwards(): launch["samples"]["end_ns"] = [-end for end in launch["samples"]["end_ns"]]

        def nothing(): launch["samples"]["end_ns"] = launch["samples"]["start_ns"]
        for change, says in ((units, "units"), (wrong, "verified is false"), (backwards, "sample 0"), (nothing, "0 ns")):
            with self.subTest(change=change.__name__):
                whole = json.dumps(launch)
                change()
                (self.work / "x.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
                launch.clear(), launch.update(json.loads(whole))
                other = {"ASSAY_DB": str(self.folder / (change.__name__ + ".db"))}
                ended = self.assay("import", "x.jsonl", code=2, env=other)
                for word in ("x.jsonl:3: ", launch["id"], says):
                    self.assertIn(word, ended.err)

    def test_an_export_that_is_cut_at_the_end_of_a_line_says_of_how_many_launches(self):
        whole = self.assay("export", "--format", "assay").out.splitlines(keepends=True)
        (self.work / "cut").write_text("".join(whole[:3]))
        other = {"ASSAY_DB": str(self.folder / "b.db")}
        ended = self.assay("import", "cut", code=2, env=other)
        self.assertIn("cut: the file is cut: it has 2 of 4 launches", ended.err)
        self.assertEqual(self.assay("list", "runs", "--json", env=other).json()["runs"], [])
        (self.work / "cut").write_text("".join(whole))
        self.assertIn("1 runs and 4 launches added", self.assay("import", "cut", env=other).out)
        self.assertIn("complete", self.assay("list", "runs", env=other).out)
        self.assert_sound(self.folder / "b.db")


class Database(CliTest):
    def test_check_names_launches_that_cannot_have_been_measured(self):
        self.run_conv()
        self.query("UPDATE launch SET verified = 0, units = 1e300 WHERE launch_key = 1")
        self.query("UPDATE launch SET unit_of_work = 'frames' WHERE launch_key = 2")
        self.assertIn("verified is false", self.assay("db", "check", code=2).out)
        self.query("UPDATE launch SET verified = 1 WHERE launch_key = 1")
        self.assertIn("1e+300", self.assay("db", "check", code=2).out)
        self.query("UPDATE launch SET units = (SELECT units FROM launch WHERE launch_key = 2) WHERE launch_key = 1")
        self.assertIn("'frames'", self.assay("db", "check", code=2).out)

    def test_an_old_run_that_is_imported_is_not_the_latest_and_is_pruned_first(self):
        old = self.run_conv()
        lines = self.assay("export", "--format", "assay").out.splitlines(keepends=True)
        head = json.loads(lines[0])
        head["run"]["started_utc_ms"] -= 86_400_000 * 365
        (self.work / "old.jsonl").write_text("".join([json.dumps(head) + "\n", *lines[1:]]))
        other = {"ASSAY_DB": str(self.folder / "b.db")}
        self.assay("run", CONV, "--quiet", env=other)
        new = self.run_ids(self.folder / "b.db")[0]
        self.assay("import", "old.jsonl", env=other)
        self.assertIn(new[:8], self.assay("show", "latest", env=other).out)
        listed = self.assay("list", "runs", env=other).out
        self.assertLess(listed.index(new[:8]), listed.index(old[:8]))
        self.assertEqual(self.assay("db", "prune", "--keep", "1", env=other).out.split(), [old])

    def test_check_stats_and_compact_read_a_good_database(self):
        self.run_conv()
        self.assert_sound()
        self.assertIn("launches", self.assay("db", "stats").out)
        self.assay("db", "compact")
        self.assertIn("is current", self.assay("db", "migrate").out)
        self.assert_sound()

    def test_merge_brings_runs_over_once(self):
        self.run_conv()
        other = self.folder / "b.db"
        self.assay("run", CONV, "--db", other, "--quiet")
        self.assertIn("1 runs and 2 launches added", self.assay("db", "merge", other).out)
        self.assertIn("0 runs and 0 launches added", self.assay("db", "merge", other).out)
        self.assertEqual(len(self.run_ids()), 2)
        self.assert_sound()
        self.assertEqual(self.results(self.run_ids(other)[0]), self.results("latest", env={"ASSAY_DB": str(other)}))

    def test_a_database_cannot_be_merged_into_itself(self):
        self.run_conv()
        self.assertIn("itself", self.assay("db", "merge", self.db, code=2).err)
        self.assert_sound()

    def test_prune_keeps_the_newest_and_says_what_it_removed(self):
        ids = [self.run_conv("--launches", "1") for _ in range(3)]
        would = self.assay("db", "prune", "--keep", "1", "--dry-run")
        self.assertEqual(sorted(would.out.split()), sorted(ids[:2]))
        self.assertEqual(len(self.run_ids()), 3, "a dry run removes nothing")
        self.assay("db", "prune", "--keep", "1")
        self.assertEqual(self.run_ids(), ids[2:])
        self.assertEqual(len(self.launches()), 1)
        self.assert_sound()

    def test_a_database_that_is_not_there_is_named(self):
        for command in (["show"], ["export"], ["db", "check"], ["db", "stats"], ["compare"], ["db", "prune"]):
            with self.subTest(command=command):
                ended = self.assay(*command, code=2)
                self.assertIn(str(self.db), ended.err + ended.out)
                self.assertFalse(self.db.exists(), "reading made a database")

    def test_without_a_database_the_list_of_runs_is_empty(self):
        ended = self.assay("list", "runs")
        self.assertIn("none yet", ended.err)


class Settings(CliTest):
    def config(self, *more, **how):
        return self.assay("config", "--show-origin", *more, **how).out

    def test_config_says_where_each_value_comes_from_and_flags_beat_all(self):
        del self.env["ASSAY_LAUNCHES"]
        personal = self.folder / "config/assay"
        personal.mkdir()
        (personal / "assay.toml").write_text("[run]\nlaunches = 3\nseed = 11\n")
        line = [l for l in self.config().splitlines() if l.startswith("run.launches")][0]
        self.assertRegex(line, r"\b3\b.*assay\.toml:2")
        (self.work / "assay.toml").write_text("# mine\n[run]\nlaunches = 4\n")
        out = self.config()
        self.assertRegex(out, r"run\.launches +4 .*\./assay\.toml:3")
        self.assertRegex(out, r"run\.seed +11 ")
        self.assertRegex(self.config(env={"ASSAY_LAUNCHES": "5"}), r"run\.launches +5 .*ASSAY_LAUNCHES")
        self.assertRegex(self.config("--db", "x.db"), r"db +x\.db .*--db")
        self.run_conv()
        self.assertEqual(len(self.launches()), 4)
        self.run_conv("--launches", "1")
        self.assertEqual(len(self.launches()), 5)


class Worker(CliTest):
    def test_the_example_worker_keeps_every_rule(self):
        out = self.assay("worker", "check", *EXAMPLE_WORKER.split()).out
        self.assertNotIn("FAIL", out)
        self.assertRegex(out, r"(\d+) of \1 rules kept")

    def test_what_follows_the_workers_name_is_the_workers_own(self):
        for words in ([*FAULTY_WORKER.split(), "--fault=version"], [*FAULTY_WORKER.split(), "--fault", "version"],
                      ["--", *FAULTY_WORKER.split(), "--fault=version"], [FAULTY_WORKER + " --fault=version"]):
            with self.subTest(words=words):
                self.assertIn("chose protocol 99", self.assay("worker", "check", *words, code=7).out)
        python, *script = EXAMPLE_WORKER.split()
        self.assertEqual(self.assay("worker", "check", python, "-S", *script, "--json", "--", "-h").out[:1], "s")
        self.assertEqual(self.assay("worker", "check", "--db", "x.db", "--json", python, *script).out[:1], "{")

    def test_the_check_names_the_page_of_rules_that_is_there(self):
        ended = self.assay("worker", "check", f"{FAULTY_WORKER} --fault=lengths", code=7)
        self.assertIn("explained in harness/protocol/README.md", ended.out)
        program = self.folder / "tree/bin/assay"
        page = self.folder / "tree/share/doc/assay/protocol.md"
        for path in (program, page):
            path.parent.mkdir(parents=True)
        shutil.copy(ASSAY, program)
        page.write_text("# The rules\n")
        out = subprocess.run([program, "worker", "check", f"{FAULTY_WORKER} --fault=lengths"], env=self.env,
                             stdout=subprocess.PIPE, cwd=self.work, check=False).stdout.decode()
        self.assertIn(f"with the example of this message in {page}", out)
        self.assertIn(f"explained in {page}", out)
        self.assertNotIn("harness/", out)

    def test_a_worker_that_breaks_a_rule_fails_and_is_told_which(self):
        out = self.assay("worker", "check", "echo", "hello", code=7).out
        self.assertIn("FAIL", out)


class Help(CliTest):
    def test_every_command_has_help_with_an_example_and_the_first_page_names_them_all(self):
        first = self.assay("--help").out
        for command in COMMANDS:
            with self.subTest(command=command):
                self.assertRegex(first, rf"(?m)^ +{command}\b")
                self.assertRegex(self.assay(command, "--help").out, r"(?m)^Example: .*assay " + command)
        for words in (["db", "check"], ["db", "merge"], ["db", "stats"], ["db", "prune"], ["db", "compact"],
                      ["db", "migrate"], ["worker", "check"]):
            with self.subTest(words=words):
                self.assertIn("Example:", self.assay(*words, "--help").out)

    def test_what_is_not_built_yet_is_not_listed(self):
        first = self.assay("--help").out
        for command in ("claims",):
            self.assertNotRegex(first, rf"(?m)^ +{command} ")

    def test_the_version_is_one_line(self):
        self.assertRegex(self.assay("--version").out, r"\Aassay \d+\.\d+\.\d+\n\Z")

    def test_the_help_of_run_has_the_keys_of_every_workload(self):
        page = self.assay("run", "--help").out
        for key in ("preset=", "threads=", "cache=cold", "load=open:RATE", "input=", "v="):
            self.assertRegex(page, rf"(?m)^ +{key}")

    def test_the_man_page_has_every_command_and_the_exit_codes(self):
        page = self.assay("completion", "man").out
        for command in COMMANDS:
            self.assertIn(command, page)
        self.assertIn("EXIT STATUS", page)


@unittest.skipUnless(shutil.which("bash"), "no bash here")
class Completion(CliTest):
    def complete(self, line):
        """What bash offers for the last word of `line`."""
        script = f"""
            source <({ASSAY} completion bash) || exit 9
            spec=$(complete -p assay) || exit 8
            [[ $spec =~ -F\\ ([^ ]+) ]] || exit 7
            COMP_LINE={line!r}; COMP_POINT=${{#COMP_LINE}}
            read -ra COMP_WORDS <<< "$COMP_LINE"
            [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
            "${{BASH_REMATCH[1]}}" assay "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
            printf '%s\\n' "${{COMPREPLY[@]}}"
        """
        path = os.path.dirname(ASSAY) + ":" + self.env.get("PATH", "/usr/bin:/bin")
        ended = subprocess.run(["bash", "--norc", "-c", script], env={**self.env, "PATH": path}, cwd=self.work,
                               capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""), ended)
        return {word.strip() for word in ended.stdout.splitlines()}

    def test_bash_completes_commands_options_and_kinds(self):
        self.assertEqual(self.complete("assay com"), {"compare", "completion"})
        self.assertLessEqual(set(COMMANDS), self.complete("assay "))
        self.assertIn("--launches", self.complete("assay run --la"))
        self.assertIn("--dry-run", self.complete("assay run --"))
        self.assertIn("merge", self.complete("assay db m"))


class Surroundings(CliTest):
    """Terminals, languages, time zones and masks that people have."""

    def on_terminal(self, *arguments, columns, env=None):
        """Runs with a terminal of that width as standard output and standard error; what it showed."""
        import fcntl
        import struct
        import termios
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([ASSAY, *arguments], env={**self.env, "TERM": "xterm", **(env or {})}, cwd=self.work,
                                   stdin=follower, stdout=follower, stderr=follower)
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        os.close(leader)
        self.assertEqual(process.wait(30), 0, shown)
        return shown.decode()

    def test_a_check_says_on_a_terminal_how_far_it_has_come(self):
        shown = self.on_terminal("worker", "check", *EXAMPLE_WORKER.split(), columns=120)
        self.assertRegex(shown, r"\[ +1/\d+\] ETA \?  example\.")
        self.assertRegex(shown, r"\[ +2/\d+\] ETA \d+:\d+  example\.")

    def test_a_narrow_terminal_loses_columns_but_no_case_and_says_which(self):
        self.run_conv()
        shown = self.on_terminal("show", columns=20)
        self.assertIn("conv2d_int8", shown)
        self.assertIn("narrow terminal; not shown: ", shown)
        wide = self.on_terminal("show", columns=200)
        self.assertNotIn("narrow terminal", wide)
        table = wide.replace("\r", "").split("\n\n")[0].splitlines()
        self.assertTrue(all(len(line) <= 200 for line in table))

    def test_progress_is_drawn_on_a_terminal_and_erased_and_never_beside_one(self):
        shown = self.on_terminal("run", CONV, columns=80)
        self.assertIn("\r\x1b[K[  1/2] ETA", shown)
        self.assertNotIn("\x1b", self.on_terminal("run", CONV, columns=80, env={"TERM": "dumb"}))
        self.assertNotIn("ETA", self.assay("run", CONV).err)

    def test_no_color_means_no_color(self):
        self.run_conv()
        for arguments, env in ((["show"], {"NO_COLOR": "1"}), (["show", "--no-color"], {})):
            self.assertNotRegex(self.on_terminal(*arguments, columns=80, env=env), r"\x1b\[[0-9;]*m")

    def test_language_time_zone_and_mask_change_no_byte_of_the_data(self):
        self.run_conv()
        plain = self.assay("show").out
        document = self.assay("export").out
        for env in ({"LANG": "C"}, {"LC_ALL": "de_DE.UTF-8"}, {"LC_ALL": "no_SUCH.locale"},
                    {"TZ": "Pacific/Kiritimati"}, {"TZ": ":/etc/passwd"}, {"TERM": ""}, {"COLUMNS": "3"}):
            with self.subTest(env=env):
                self.assertEqual(self.assay("show", env=env).out, plain)
                self.assertEqual(self.assay("export", env=env).out, document)

    @unittest.skipIf(os.environ.get("ASSAY_TEST_SANITIZE"), "a sanitizer needs a larger stack")
    def test_a_stack_of_64_kib_is_enough(self):
        ended = subprocess.run(["sh", "-c", 'ulimit -s 64; exec "$@"', "sh", ASSAY, "run", CONV], env=self.env, cwd=self.work,
                               stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
        self.assertEqual(ended.returncode, 0, ended)

    def test_odd_masks_neither_stop_a_run_nor_open_its_files(self):
        for mask in (0o000, 0o077, 0o777):
            with self.subTest(mask=oct(mask)):
                db = self.folder / f"{mask:o}.db"
                ended = self.assay("run", CONV, "--db", db, "--quiet", preexec_fn=lambda: os.umask(mask), code=None)
                if mask == 0o777 and os.geteuid() != 0:
                    self.assertNotIn(ended.code, (0, 4), ended)  # its own files are closed to it: an error that says so
                else:
                    self.assertEqual(ended.code, 0, ended)
                    self.assertFalse(stat.S_IMODE(db.stat().st_mode) & 0o133 & ~0o022, oct(db.stat().st_mode))

    def test_without_a_home_the_program_still_answers(self):
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ASSAY_CACHE"):
            self.env.pop(name)
        self.assay("list", "workloads")
        self.assay("config", "--show-origin")

    def test_a_closed_pipe_ends_the_program_without_a_crash(self):
        self.run_conv()
        process = self.start("export", "--format", "assay")
        process.stdout.close()
        err = process.stderr.read()
        self.assertIn(process.wait(30), (0, 4))
        self.assertNotIn(b"internal fault", err)

    def test_a_full_standard_output_is_an_error(self):
        self.run_conv()
        with open("/dev/full", "wb") as full:
            process = subprocess.run([ASSAY, "export"], env=self.env, stdout=full, stderr=subprocess.PIPE, timeout=30,
                                     check=False)
        self.assertEqual(process.returncode, 4)
        self.assertIn(b"standard output", process.stderr)


if __name__ == "__main__":
    main()
