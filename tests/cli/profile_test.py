#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`assay profile`: exact counts, loops and their assembly of a case whose machine code is known."""
import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree

import pprof
from support import ASSAY, CALLGRIND, CONV, COUNTED_WORKER, EXAMPLE, FAULTY_WORKER, CliTest, main

COUNTED = ("counted.loop/own?n=1000", "--worker", str(COUNTED_WORKER))


def rows(path, table):
    with contextlib.closing(sqlite3.connect(path)) as database:
        names = [column[1] for column in database.execute(f"PRAGMA table_info({table})")]
        # Rows have other numbers there, and what was measured here is newest here alone.
        kept = [name for name in names if name not in ("newness_ms", "case_row") and not name.endswith("_key")
                or name == "case_key"]
        return sorted(database.execute(f"SELECT {', '.join(kept)} FROM {table}"), key=repr)


@unittest.skipUnless(CALLGRIND and COUNTED_WORKER.exists(), "no valgrind, or sanitizers")
class Profile(CliTest):
    def test_a_loop_of_two_instructions_is_found_with_its_turns_and_its_assembly(self):
        document = self.assay("profile", *COUNTED, "--json").json()
        self.assertEqual(document["command"], "profile")
        answer, = document["profiles"]
        self.assertEqual(answer["status"], "ok")
        loop = answer["loops"][0]
        self.assertEqual((loop["turns"], loop["length"], loop["instructions"]), (1000, 2, 2000))
        self.assertIn("Loop::call", loop["function"])
        spot = answer["hot_spots"][0]
        inside = [i for i in spot["listing"] if loop["first"] <= i["address"] <= loop["last"]]
        self.assertEqual([i["count"] for i in inside], [1000, 1000])
        metrics = {metric["id"]: metric for metric in answer["metrics"]}
        self.assertAlmostEqual(metrics["profile.operations_per_instruction"]["value"],
                               1000 / metrics["callgrind.instructions"]["value"])
        if b"libcapstone" in subprocess.run(["ldd", ASSAY], capture_output=True, check=True).stdout:
            self.assertRegex(inside[0]["text"], r"^dec r")
            self.assertRegex(inside[1]["text"], rf"^jne 0x{loop['first']:x}$")

    def test_a_screen_says_what_limits_it_and_a_stored_run_gives_it_again(self):
        screen = self.assay("profile", *COUNTED).out
        for heading in ("What limits it", "Time of a call", "Under the roofline", "Counts of a call",
                        "Top-down", "Functions, by instructions of a call", "Hottest loops", "Where a launch's time goes",
                        "Timeline"):
            self.assertIn(f"\n{heading}\n", screen)
        self.assertRegex(screen, r"% of its instructions are one loop of 2 in .*Loop::call\(\), 1,?000 turns a call")
        self.assertRegex(screen, r"\nTop-down\n(Not counted: .*'assay list groups'|  topdown\.)")
        self.assertRegex(screen, r"\ntiming launch 1 .*\n(.*\n)*callgrind launch 1 ")
        again = self.assay("profile", "--run", "latest", "--svg", self.work / "when.svg").out
        self.assertEqual(again, screen)
        picture = xml.etree.ElementTree.parse(self.work / "when.svg")
        texts = {part for text in picture.iter("{http://www.w3.org/2000/svg}text") for part in text.itertext()}
        self.assertLessEqual({"timing launch 1", "callgrind launch 1", "measure"}, texts)
        self.assertIn("--against compares two", self.assay("profile", "--run", "latest", "--against", "x", "--svg",
                                                           self.work / "no.svg", code=2).err)
        self.assertEqual(len(self.run_ids()), 1)
        self.assertNotIn("Hottest loops", self.assay("profile", "--run", "latest", "--loops", "0").out)

    def test_hot_spots_and_loops_never_add_up_to_more_than_the_call(self):
        self.assay("run", "roof.mem/simd?preset=xs&threads=1", "tinyml.kws/simd?preset=xs&threads=1",
                   "dataframe.groupby_q1/simd?preset=xs&threads=1", "--launches", "1", "--collect", "callgrind:hot_spots")
        profiles = self.assay("profile", "--run", "latest", "--json").json()["profiles"]
        self.assertEqual(len(profiles), 3)
        for profile in profiles:
            with self.subTest(profile["case"]):
                whole = next(m["value"] for m in profile["metrics"] if m["id"] == "callgrind.instructions")
                spots = sum(spot["instructions"] for spot in profile["hot_spots"])
                self.assertLessEqual(spots, whole)
                self.assertGreater(spots, 0.9 * whole)
                by_function = {spot["function"]: spot["instructions"] for spot in profile["hot_spots"]}
                for name, instructions in by_function.items():
                    self.assertLessEqual(sum(loop["instructions"] for loop in profile["loops"] if loop["function"] == name),
                                         instructions + 1e-6)
        self.assertIn("several cases have hot spots", self.assay("export", "--format", "callgrind", code=2).err)

    def test_against_another_case_it_says_what_makes_the_difference(self):
        both = self.assay("profile", "counted.loop/own?n=100000&threads=1", "--against", "counted.loop/own?n=200000&threads=1",
                          *COUNTED[1:], "--json").json()
        self.assertEqual(both["command"], "profile --against")
        self.assertEqual((both["base"]["case"], both["other"]["case"]),
                         ("counted.loop/own?n=200000&threads=1@cpu", "counted.loop/own?n=100000&threads=1@cpu"))
        self.assertGreater(both["ratio"], 1)
        factors = {factor["what"]: factor for factor in both["factors"]}
        if "instructions" in factors:  # what was counted is what was timed
            self.assertAlmostEqual(sum(factor["share"] for factor in factors.values()), 1)
            self.assertAlmostEqual(factors["instructions"]["other"] / factors["instructions"]["base"], 0.5, places=3)
        else:
            self.assertIn("the clock was not measured", both["caution"])
        self.assertEqual((both["functions"][0]["base"], both["functions"][0]["other"]), (400004, 200004))

    def test_against_a_stored_run_it_is_the_same_case_of_that_run(self):
        self.assay("profile", *COUNTED, "--quiet")
        first = self.run_ids()[0]
        screen = self.assay("profile", *COUNTED, "--against", first).out
        self.assertIn(f"run {first[:8]}", screen)
        self.assertIn("\nWhat makes the difference\n", screen)
        self.assertIn("\nSide by side\n", screen)
        again = self.assay("profile", "--run", "latest", "--against", first).out
        self.assertEqual(again, screen)

    def test_a_profile_is_exported_for_perfetto_kcachegrind_and_flame_graphs(self):
        self.assay("profile", *COUNTED, "--quiet")
        trace = self.assay("export", "--format", "chrome_trace").json()
        phases = {event["name"] for event in trace["traceEvents"] if event["ph"] == "X"}
        self.assertLessEqual({"start", "hello", "prepare", "verify", "measure", "sample"}, phases)
        self.assertTrue(all(event["dur"] >= 0 and event["ts"] >= 0 for event in trace["traceEvents"] if event["ph"] == "X"))
        rows = {event["args"]["name"] for event in trace["traceEvents"] if event["name"] == "thread_name"}
        self.assertLessEqual({"timing launch 1", "timing launch 2, samples", "callgrind launch 1"}, rows)
        lines = self.assay("export", "--format", "callgrind").out.splitlines()
        self.assertEqual(lines[0], "# callgrind format")
        self.assertEqual(sum(line.startswith("0x") and line.endswith(" 1000") for line in lines), 2)
        if shutil.which("callgrind_annotate"):
            (self.work / "out").write_text("\n".join(lines) + "\n")
            shown = subprocess.run(["callgrind_annotate", str(self.work / "out")], capture_output=True, text=True, timeout=60)
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertIn("Loop::call", shown.stdout)
        stacks = self.assay("export", "--format", "collapsed", "--select", "counted.*").out.splitlines()
        self.assertRegex(stacks[0], r"^counted\.loop/own@cpu;[^;]*counted_worker;.*Loop::call\(\) 2004$")

    def test_pprof_gets_every_instruction_of_each_case_with_its_function_and_line(self):
        self.assay("profile", "counted.loop/own?n=1000|2000", *COUNTED[1:], "--quiet")
        self.assay("export", "--format", "pprof", "-o", self.work / "case.pb.gz")
        types, samples = pprof.read((self.work / "case.pb.gz").read_bytes())
        self.assertEqual(types, [("instructions", "count")])
        for case, turns in (("counted.loop/own@cpu", 1000), ("counted.loop/own?n=2000@cpu", 2000)):
            own = [sample for sample in samples if sample["labels"] == {"case": case}]
            loop = [sample for sample in own if sample["value"] == [turns]]
            self.assertEqual(len(loop), 2)
            for sample in loop:
                self.assertIn("Loop::call", sample["function"])
                self.assertIn("counted_worker", sample["object"])
            stacks = [line for line in self.assay("export", "--format", "collapsed").out.splitlines()
                      if line.startswith(case + ";")]
            whole = sum(int(line.rsplit(" ", 1)[1]) for line in stacks)
            self.assertEqual(sum(sample["value"][0] for sample in own), whole)
        self.assay("run", *COUNTED, "--launches", "1", "--quiet")
        self.assertIn("no launch of the run has hot spots", self.assay("export", "--format", "pprof", code=3).err)

    @unittest.skipUnless(shutil.which("llvm-mca"), "no llvm-mca")
    def test_a_loop_has_its_cycles_by_a_model_which_is_named_and_called_one(self):
        answer, = self.assay("profile", *COUNTED, "--json").json()["profiles"]
        model = answer["loops"][0]["model"]
        if "not disassembled" in model.get("reason", ""):
            self.skipTest("built without Capstone")
        self.assertIn(f"Host CPU: {model['cpu']}\n",
                      subprocess.run(["llvm-mca", "--version"], capture_output=True, text=True, check=True).stdout)
        self.assertEqual(model["limit"], "results that wait for each other")  # dec of one register
        self.assertAlmostEqual(model["turn_cycles"], 1, delta=0.1)
        self.assertLessEqual(model["ports_cycles"], model["turn_cycles"])
        screen = self.assay("profile", "--run", "latest").out
        self.assertIn(f"By llvm-mca's model of {model['cpu']} (a model, not a measurement)", screen)
        self.assertIn("\nCycles of their turns, modelled\n", screen)
        self.query("UPDATE run SET host_name = 'elsewhere'")
        self.assertIn("the run is of another", self.assay("profile", "--run", "latest").out)

    def test_everything_in_the_database_survives_export_and_import_table_by_table(self):
        for words in (["init", "-q"], ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "B"]):
            subprocess.run(["git", *words], cwd=self.work, env=self.env, check=True)
        self.assay("run", "llm.decode/simd?preset=xs&threads=1", "--label", "night", "--launches", "1", "--collect",
                   "callgrind:hot_spots", "--collect", "rusage")
        self.query("INSERT INTO triage_event SELECT run_id, 'regression', 'series', case_key, 'commit', 5, 'ignored', 'why', "
                   "6, 'A' FROM planned_case JOIN run USING (run_key)")
        self.query("INSERT INTO calibration SELECT run_id, 'class', case_key, 'time.wall.p50', 5, 1, 1, 60, 3, 54, 3, 0, 0, 0.25, NULL "
                   "FROM planned_case JOIN run USING (run_key)")
        self.assay("export", "--format", "assay", "--identify", "-o", self.work / "run.json")
        other = self.folder / "b.db"
        self.assay("import", self.work / "run.json", "--db", other)
        tables = [row["name"] for row in self.query("SELECT name FROM sqlite_master WHERE type = 'table'")]
        self.assertIn("hot_spot", tables)
        for table in tables:
            with self.subTest(table):
                self.assertTrue(rows(self.db, table), "a table that this run does not fill is not tested")
                self.assertEqual(rows(self.db, table), rows(other, table))


PROGRAM = """
static volatile unsigned sink;
int main(void) {
  unsigned x = 1;
  for (int i = 0; i < 100000; ++i) x = x * 1664525u + 1013904223u;  /* the hot line */
  sink = x;
  return 0;
}
"""


@unittest.skipUnless(CALLGRIND and shutil.which("cc"), "no valgrind, no compiler, or sanitizers")
class Source(CliTest):
    def hottest(self, *flags):
        """The part of the screen with the loops, of a program that was built with these flags."""
        (self.work / "program.c").write_text(PROGRAM)
        subprocess.run(["cc", "-O2", *flags, "-o", "program", "program.c"], cwd=self.work, check=True)
        screen = self.assay("profile", "--launches", "1", "--loops", "1", "--", "./program").out
        return screen[screen.index("\nHottest loops\n"):screen.index("\nWhere a launch's time goes\n")]

    def test_lines_of_source_stand_beside_the_assembly_where_there_is_debug_information(self):
        shown = self.hottest("-g")
        self.assertIn("program.c:5    for (int i = 0;", shown)
        self.assertNotIn("No lines of", shown)
        (self.work / "program.c").write_text(PROGRAM + "/* changed */\n")
        again = self.assay("profile", "--run", "latest").out
        self.assertIn("program.c: it was changed after the run had begun", again)
        self.assertNotIn("the hot line", again)
        (self.work / "program.c").unlink()
        self.assertIn("program.c: there is no such file here", self.assay("profile", "--run", "latest").out)

    def test_without_debug_information_the_assembly_is_whole_and_the_remedy_is_said(self):
        for flags in ((), ("-s",)):
            with self.subTest(flags=flags):
                shown = self.hottest(*flags)
                self.assertIn("No lines of source: program was built without debug information. Compile it with -g", shown)
                self.assertNotIn("(not disassembled)", shown)
                self.assertRegex(shown, r"(?m)^ +(100,000|99,999)  [0-9a-f]+  imul ")
                self.assertRegex(shown, r"(?m)^ +(100,000|99,999)  [0-9a-f]+  j[a-z]+ ")


class Interrupted(CliTest):
    def stopped(self, *arguments, ready, signals=1, env=None):
        process = self.start(*arguments, env=env)
        self.wait_for(ready, "nothing is measured")
        for _ in range(signals):
            os.kill(process.pid, signal.SIGINT)
            time.sleep(0.2)
        ended = self.finish(process)
        self.assertEqual(ended.code, 130, ended)
        self.assertIn("go on with: assay run --resume", ended.err)
        return ended

    def has_launches(self):
        return self.run_ids() and len(self.launches()) > 0

    def test_a_profile_that_was_stopped_shows_what_was_measured_and_says_so(self):
        many = {"ASSAY_MAX_TIME": "500ms", "ASSAY_MIN_SAMPLES": "1000000", "ASSAY_WARMUP": "20ms", "ASSAY_LAUNCHES": "1000"}
        ended = self.stopped("profile", CONV, env=many, ready=self.has_launches)
        self.assertRegex(ended.out, r"\nWhat limits it\n- The run was interrupted: .* \(\d+ of 1000 timing launches\)")
        self.assertIn("\nTime of a call\n", ended.out)
        self.assertIn("The run was interrupted", self.assay("profile", "--run", "latest").out)
        self.assertEqual(self.assay("profile", "--run", "latest", "--json").json()["profiles"][0]["run_state"], "interrupted")

    def test_one_that_was_stopped_before_its_first_launch_has_no_empty_screen(self):
        arguments = ("profile", EXAMPLE, "--worker", f"{FAULTY_WORKER} --fault=hang-ignore-sigterm")
        for runs, more in enumerate(((), ("--json",)), 1):
            with self.subTest(more):
                def hangs():
                    return len(self.run_ids()) == runs and any(line.startswith(sys.executable) for _, line in self.children_left())
                ended = self.stopped(*arguments, *more, signals=2, ready=hangs)
                self.assertIn("interrupted before its first launch ended", ended.err)
                self.assertNotIn("What limits it", ended.out)
                if more:
                    self.assertEqual(ended.json()["profiles"], [])
                else:
                    self.assertEqual(ended.out, "")


class WithoutTools(CliTest):
    def test_without_valgrind_it_says_so_and_shows_the_rest(self):
        (self.folder / "bin").mkdir()
        for tool in ("env", "git"):
            if shutil.which(tool):
                os.symlink(shutil.which(tool), self.folder / "bin" / tool)
        ended = self.assay("profile", CONV, env={"PATH": str(self.folder / "bin")})
        self.assertIn("no exact counts: valgrind is not on PATH", ended.err)
        self.assertIn("apt-get install valgrind", ended.err)
        self.assertIn("Time of a call", ended.out)
        self.assertIn("instructions were not asked for", ended.out)
        self.assertNotIn("Hottest loops", ended.out)

    @unittest.skipUnless(CALLGRIND and COUNTED_WORKER.exists(), "no valgrind, or sanitizers")
    def test_without_llvm_mca_the_loops_say_how_to_get_it(self):
        self.assay("profile", *COUNTED, "--quiet", "--json")
        (self.folder / "empty").mkdir()
        shown = self.assay("profile", "--run", "latest", env={"PATH": str(self.folder / "empty")}).out
        self.assertIn("No model of loop 1: llvm-mca is not on PATH: apt-get install llvm\n", shown)
        self.assertIn("Hottest loops", shown)

    def test_a_run_without_a_tool_asked_has_no_loops_and_a_case_that_is_not_there_is_named(self):
        self.run_conv()
        self.assertNotIn("Hottest loops", self.assay("profile", "--run", "latest").out)
        ended = self.assay("profile", "llm.*", "--run", "latest", code=3)
        self.assertIn("no case of run", ended.err)
        self.assertIn("no launch of the run has hot spots", self.assay("export", "--format", "callgrind", code=3).err)
        self.assertIn("--run shows what was measured", self.assay("profile", "--run", "latest", "--launches", "9", code=2).err)
        self.assertIn("no file of a format", self.assay("import", self.work, code=2).err)
        self.assertIn("Exact instructions over time", self.assay("explain", "profile.instructions_per_cycle").out)
        self.assertIn("no case was named", self.assay("profile", code=2).err)
        self.assertIn("--loops", self.assay("profile", CONV, "--loops", "many", code=2).err)
        self.assertIn("2 cases are to be named, these selectors match", self.assay(
            "profile", CONV, "--against", "llm.gemv/simd?preset=xs&dtype=f32|q8_0", code=2).err)
        self.assertEqual(len(self.run_ids()), 1)  # nothing was measured in vain


if __name__ == "__main__":
    main()
