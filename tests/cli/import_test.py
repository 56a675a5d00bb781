#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Results of other tools, imported: written by the tool itself where it is installed (WRITTEN BY THE TOOL), else made here
from the fields that its documentation names (FROM DOCUMENTED FIELDS). ASSAY_TEST_TOOLS: a Python that has pyperf, asv and
mlcommons-loadgen (PyPI), whose tests are skipped else."""
import functools
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import unittest
import urllib.parse

from support import ASSAY, EXAMPLE, EXAMPLE_WORKER, ROOT, CliTest, main

CATCH2 = pathlib.Path(ASSAY).parents[1] / "tests/stock_catch2"
STOCK = pathlib.Path(ASSAY).parents[1] / "tests/stock_benchmark"


@functools.lru_cache
def python_with(*modules):
    for python in (os.environ.get("ASSAY_TEST_TOOLS"), os.environ.get("ASSAY_TEST_PYTEST"), sys.executable, "/usr/bin/python3"):
        if python and pathlib.Path(python).exists() and subprocess.run(
                [python, "-c", "import " + ", ".join(modules)], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    return None


def reads_xml():
    listed = subprocess.run([ASSAY, "list", "formats", "--json"], capture_output=True, check=False)
    return listed.returncode != 0 or b"without pugixml" not in listed.stdout


XML = reads_xml()


class Import(CliTest):
    def write(self, name, what):
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(what if isinstance(what, str) else json.dumps(what))
        return path

    def brought(self, *arguments, expect=None, **how):
        """Imports and returns the results of the newest run by case; each is another tool's word."""
        source = self.assay("import", *arguments, "--json", **how).json()["sources"][-1]
        if expect is not None:
            self.assertEqual(source["format"], expect)
        rows = self.results(source["runs"][-1])
        for row in rows.values():
            self.assertIsNone(row["verified"])
            self.assertTrue(row["case"].endswith("/own@" + row["device"]), row["case"])
        self.assert_sound()
        return rows

    def run_example(self):
        self.assay("run", EXAMPLE, "--worker", EXAMPLE_WORKER, "--quiet")

    @staticmethod
    def metric(row, metric_id):
        return next((metric for metric in row["metrics"] if metric["id"] == metric_id), None)

    def median(self, row):
        metric = self.metric(row, "time.wall.p50")
        return metric["value"], metric["samples"]

    def the_run(self):
        return self.query("SELECT * FROM run ORDER BY run_key DESC LIMIT 1")[0]


class WrittenByTheTool(Import):
    @unittest.skipUnless(STOCK.exists(), "there is no Google Benchmark here")
    def test_google_benchmark_json_and_csv_are_the_same_cases_as_when_it_is_run_live(self):
        command = [STOCK, "--benchmark_repetitions=3", "--benchmark_min_time=0.01"]
        subprocess.run([*command, "--benchmark_out=g.json", "--benchmark_out_format=json"], cwd=self.work, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rows = self.brought("g.json", expect="google_benchmark")
        ok = {case: row for case, row in rows.items() if row["status"] == "ok"}
        self.assertGreater(len(ok), 0)
        told = json.loads((self.work / "g.json").read_text())
        for case, row in ok.items():
            self.assertTrue(case.startswith("google_benchmark."))
            self.assertEqual(self.median(row)[1], 3)
        names = {b["run_name"] for b in told["benchmarks"] if b["run_type"] == "iteration" and "error_message" not in b}
        self.assertEqual(set(ok), {f"google_benchmark.{urllib.parse.quote(name, safe='._~:-')}/own@cpu" for name in names})
        environment = json.loads(self.the_run()["environment_json"])
        self.assertEqual(environment["google_benchmark.library_build_type"], told["context"]["library_build_type"])
        subprocess.run([*command, "--benchmark_out=g.csv", "--benchmark_out_format=csv"], cwd=self.work, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        by_csv = self.brought("g.csv", expect="google_benchmark_csv")
        self.assertEqual({case for case, row in by_csv.items() if row["status"] == "ok"}, set(ok))

    @unittest.skipUnless(shutil.which("hyperfine"), "hyperfine is not here")
    def test_hyperfine_gives_every_time_as_a_sample(self):
        subprocess.run(["hyperfine", "-N", "-r", "4", "-w", "1", "--export-json", "h.json", "true", "sleep 0.01"],
                       cwd=self.work, check=True, capture_output=True)
        told = json.loads((self.work / "h.json").read_text())["results"]
        rows = self.brought("h.json", expect="hyperfine")
        self.assertEqual(set(rows), {"hyperfine.true/own@cpu", "hyperfine.sleep%200.01/own@cpu"})
        value, samples = self.median(rows["hyperfine.sleep%200.01/own@cpu"])
        self.assertEqual(samples, 4)
        self.assertAlmostEqual(value, told[1]["median"] * 1e9, delta=2)

    @unittest.skipUnless(python_with("pytest", "pytest_benchmark"), "pytest-benchmark is not here")
    def test_pytest_benchmark_gives_its_rounds_or_its_statistics_and_the_commit(self):
        python = python_with("pytest", "pytest_benchmark")
        self.write("test_it.py", "def test_sum(benchmark):\n    benchmark.pedantic(sum, (range(100),), rounds=7, iterations=5)\n")
        git = ["git", "-c", "user.name=A", "-c", "user.email=a@b"]
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "One"]):
            subprocess.run([*git, *words], cwd=self.work, check=True)
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=self.work, check=True, capture_output=True, text=True).stdout.strip()
        subprocess.run([python, "-m", "pytest", "-q", "--benchmark-json=p.json", "test_it.py"], cwd=self.work, check=True,
                       capture_output=True)
        row, = self.brought("p.json", expect="pytest_benchmark").values()
        self.assertEqual(row["case"], "pytest_benchmark.test_it.py::test_sum/own@cpu")
        self.assertEqual(self.median(row)[1], 7)
        self.assertTrue(self.the_run()["git_revision"].startswith(head))
        self.assertEqual(self.query("SELECT place, subject FROM run_commit")[0], {"place": 1, "subject": "One"})
        told = json.loads((self.work / "p.json").read_text())
        del told["benchmarks"][0]["stats"]["data"]
        self.write("q.json", told)
        row, = self.brought("q.json").values()
        self.assertEqual(self.metric(row, "time.wall.p50")["value"], None)
        self.assertAlmostEqual(self.metric(row, "pytest_benchmark.median")["value"],
                               told["benchmarks"][0]["stats"]["median"] * 1e9, places=3)

    @unittest.skipUnless(python_with("pyperf"), "pyperf is not here")
    def test_a_process_of_pyperf_is_a_launch(self):
        subprocess.run([python_with("pyperf"), "-m", "pyperf", "timeit", "-p", "3", "-n", "4", "-w", "1", "-l", "64", "--name", "one",
                        "-o", "y.json", "sum(range(50))"], cwd=self.work, check=True, capture_output=True)
        row, = self.brought("y.json", expect="pyperf").values()
        metric = self.metric(row, "time.wall.p50")
        self.assertEqual((row["case"], metric["n"], metric["samples"]), ("pyperf.one/own@cpu", 3, 12))

    @unittest.skipUnless(XML and CATCH2.exists(), "this Assay reads no XML, or the program with Catch2's benchmarks is not built")
    def test_catch2_gives_means_with_intervals(self):
        told = subprocess.run([CATCH2, "-r", "xml", "--benchmark-samples", "10"], check=True, capture_output=True, text=True).stdout
        self.write("c.xml", told)
        row, = self.brought("c.xml").values()
        self.assertEqual(row["case"], "catch2.sums%20%26%20co%2Fof%20a%20vector%2Faccumulate/own@cpu")
        mean = self.metric(row, "catch2.mean")
        self.assertEqual((mean["unit"], mean["better"]), ("ns", "lower"))
        self.assertTrue(self.metric(row, "catch2.mean.lowerBound")["value"] <= mean["value"], row)
        self.assertEqual(self.metric(row, "catch2.samples")["value"], 10)

    @unittest.skipUnless(shutil.which("perf"), "perf is not here")
    def test_perf_stat_gives_counts_and_says_what_was_not_counted(self):
        for words, name in ((["-j"], "p.json"), (["-x,"], "p.csv"), (["-x;", "-r", "2"], "r.csv")):
            subprocess.run(["perf", "stat", *words, "-o", name, "-e", "task-clock,page-faults,cycles", "true"], cwd=self.work,
                           check=True, capture_output=True)
            row, = self.brought(name, expect="perf_stat").values()
            self.assertEqual(row["case"], f"perf_stat.{name[0]}/own@cpu")
            clock = self.metric(row, "perf_stat.task-clock")
            self.assertEqual((clock["unit"], clock["better"]), ("ns", "lower"))
            self.assertTrue(1e4 < clock["value"] < 1e10, clock)
            cycles = self.metric(row, "perf_stat.cycles")
            self.assertTrue(cycles["value"] is not None or "perf says <not" in cycles["reason"], cycles)

    def test_our_own_trace_and_metrics_are_read_again(self):
        self.run_example()
        self.assay("export", "latest", "--format", "chrome_trace", "-o", "t.json")
        self.assay("export", "latest", "--format", "openmetrics", "-o", "m.txt")
        self.assay("export", "latest", "--format", "bencher", "-o", "b.json")
        self.assay("export", "latest", "--format", "github_action_benchmark", "-o", "a.json")
        self.assay("export", "latest", "--format", "google_benchmark", "-o", "g.json")
        ours, = self.results().values()
        p50 = self.metric(ours, "time.wall.p50")["value"]
        self.assertIn("chrome_trace.measure/own@cpu", self.brought("t.json", expect="chrome_trace"))
        metrics = self.brought("m.txt", expect="openmetrics")
        row = next(row for case, row in metrics.items() if case.startswith("openmetrics.assay_time_wall_p50_seconds"))
        self.assertAlmostEqual(self.metric(row, "openmetrics.value")["value"], p50, delta=p50 * 1e-9)
        row, = self.brought("b.json", expect="bencher").values()
        self.assertEqual(self.metric(row, "bencher.latency")["value"], p50)
        row, = self.brought("a.json", expect="github_action_benchmark").values()
        self.assertEqual(self.metric(row, "github_action_benchmark.value")["value"], p50)
        row, = self.brought("g.json", expect="google_benchmark").values()
        self.assertAlmostEqual(self.median(row)[0], p50, delta=1)


    @unittest.skipUnless(python_with("asv"), "asv is not here")
    def test_asv_gives_values_by_parameter_with_the_unit_of_its_list(self):
        self.write("benchmarks/__init__.py", "")
        self.write("benchmarks/b.py", "class Suite:\n    params = [10, 100]\n    number = 5\n    repeat = 3\n    def time_sum(self, n):\n"
                   "        sum(range(n))\n\n\ndef track_size():\n    return 42\n\n\ntrack_size.unit = 'items'\n")
        self.write("asv.conf.json", {"version": 1, "project": "p", "repo": ".", "branches": ["HEAD"], "environment_type": "existing",
                                     "results_dir": "results"})
        for words in (["init", "-q"], ["add", "."], ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "One"]):
            subprocess.run(["git", *words], cwd=self.work, check=True)
        asv = [python_with("asv"), "-m", "asv"]
        for words in (["machine", "--yes"], ["run", "-E", "existing", "--set-commit-hash", "HEAD"]):
            subprocess.run([*asv, *words], cwd=self.work, env=self.env, check=True, capture_output=True)
        rows = self.brought("results", expect="asv")
        self.assertEqual(set(rows), {"asv.b.Suite.time_sum%2810%29/own@cpu", "asv.b.Suite.time_sum%28100%29/own@cpu",
                                     "asv.b.track_size/own@cpu"})
        size = self.metric(rows["asv.b.track_size/own@cpu"], "asv.result")
        self.assertEqual((size["value"], size["unit"]), (42, "items"))
        time = self.metric(rows["asv.b.Suite.time_sum%28100%29/own@cpu"], "asv.result")
        self.assertEqual((time["unit"], time["better"]), ("ns", "lower"))
        self.assertTrue(100 < time["value"] < 1e6, time)

    @unittest.skipUnless(python_with("mlperf_loadgen"), "mlcommons-loadgen is not here")
    def test_loadgen_gives_its_percentiles(self):
        self.write("l.py", """import mlperf_loadgen as lg
settings = lg.TestSettings()
settings.scenario, settings.mode = lg.TestScenario.SingleStream, lg.TestMode.PerformanceOnly
settings.min_duration_ms, settings.min_query_count, settings.single_stream_expected_latency_ns = 20, 100, 1000
sut = lg.ConstructSUT(lambda q: lg.QuerySamplesComplete([lg.QuerySampleResponse(s.id, 0, 0) for s in q]), lambda: None)
lg.StartTest(sut, lg.ConstructQSL(8, 8, lambda s: None, lambda s: None), settings)
""")
        subprocess.run([python_with("mlperf_loadgen"), "l.py"], cwd=self.work, check=True, capture_output=True)
        row, = self.brought(".", expect="loadgen").values()
        self.assertEqual((row["case"], row["status"]), ("loadgen.PySUT%2FSingleStream/own@cpu", "ok"), row["reason"])
        mean = self.metric(row, "loadgen.mean_latency")
        self.assertEqual((mean["unit"], mean["better"]), ("ns", "lower"))
        self.assertTrue(10 < mean["value"] < 1e8, mean)


LLAMA = {"build_commit": "8cf427ff", "build_number": 5163, "cpu_info": "a CPU", "gpu_info": "a GPU", "backends": "CUDA",
         "model_filename": "models/7B.gguf", "model_type": "llama 7B Q4_0", "model_size": 3825065984, "n_batch": 2048,
         "n_threads": 8, "n_gpu_layers": 99, "flash_attn": False, "n_prompt": 512, "n_gen": 0, "n_depth": 0, "brand_new": "x",
         "test_time": "2026-04-24T11:57:20Z", "avg_ns": 70285660, "stddev_ns": 982040, "avg_ts": 7285.67, "stddev_ts": 101.2,
         "samples_ns": [71000000, 70000000, 69000000], "samples_ts": [7211.3, 7314.3, 7420.3]}


class FromDocumentedFields(Import):
    def test_criterion(self):
        for name, scale in (("one", 1), ("two/8", 2)):
            self.write(f"target/criterion/{name}/new/benchmark.json", {"group_id": name, "full_id": name, "throughput": None})
            self.write(f"target/criterion/{name}/new/sample.json", {"sampling_mode": "Linear", "iters": [1.0, 2.0, 3.0],
                                                                   "times": [100.0 * scale, 200.0 * scale, 300.0 * scale]})
            self.write(f"target/criterion/{name}/base/benchmark.json", {"full_id": "old"})
        rows = self.brought("target/criterion", expect="criterion")
        self.assertEqual({case: self.median(row)[0] for case, row in rows.items()},
                         {"criterion.one/own@cpu": 100, "criterion.two%2F8/own@cpu": 200})

    def test_llama_bench_in_all_its_formats_is_one_case(self):
        case = "llama_bench.llama%207B%20Q4_0%20pp512%20backends%3DCUDA%20n_threads%3D8%20n_gpu_layers%3D99"
        self.write("l.json", [LLAMA])
        self.write("l.jsonl", json.dumps(LLAMA) + "\n" + json.dumps({**LLAMA, "n_prompt": 0, "n_gen": 128}) + "\n")
        fields = {key: str(value) for key, value in LLAMA.items() if not key.startswith("samples")}
        self.write("l.sql", "CREATE TABLE IF NOT EXISTS llama_bench (\n  build_commit TEXT\n);\n\nINSERT INTO llama_bench ("
                   + ", ".join(fields) + ") VALUES (" + ", ".join("'" + text + "'" for text in fields.values()) + ");\n")
        self.write("l.md", "| model | size | params | backend | ngl | threads | test | t/s |\n| --- | ---: | ---: | --- | --: | --: | --: | --: |\n"
                   "| llama 7B Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | 8 | pp512 | 7285.67 ± 101.20 |\n\nbuild: 8cf427ff (5163)\n")
        for name in ("l.json", "l.jsonl", "l.sql", "l.md"):
            with self.subTest(name):
                rows = self.brought(name, expect="llama_bench")
                row = next(row for key, row in rows.items() if "pp512" in key)
                self.assertTrue(row["case"].startswith(case), row["case"])
                self.assertEqual(row["device"], "cuda:0")
                self.assertAlmostEqual(self.metric(row, "llama_bench.avg_ts")["value"], 7285.67)
                if name.startswith("l.json"):
                    self.assertEqual(self.median(row), (70000000, 3))
        self.assertIn("brand_new: x", self.launches()[0]["log"].decode())
        ms = self.query("SELECT started_utc_ms FROM run")[0]["started_utc_ms"]
        self.assertEqual(ms, 1777031840000)

    @unittest.skipUnless(XML, "this Assay reads no XML")
    def test_catch2_and_junit(self):
        self.write("c.xml", '<?xml version="1.0" encoding="UTF-8"?><Catch2TestRun name="t" rng-seed="1" catch2-version="3.4.0">'
                   '<TestCase name="Sort &amp; all" filename="a.cpp" line="3"><Section name="small"><BenchmarkResults name="std" samples="100"'
                   ' resamples="100000" iterations="20" clockResolution="18.2" estimatedDuration="2.1e+06"><mean value="1025.5"'
                   ' lowerBound="1020" upperBound="1031" ci="0.95"/><standardDeviation value="27" lowerBound="20" upperBound="38" ci="0.95"/>'
                   '<outliers variance="0.2" lowMild="0" lowSevere="0" highMild="2" highSevere="1"/></BenchmarkResults></Section></TestCase></Catch2TestRun>')
        row, = self.brought("c.xml", expect="catch2").values()
        self.assertEqual(row["case"], "catch2.Sort%20%26%20all%2Fsmall%2Fstd/own@cpu")
        self.assertEqual(self.metric(row, "catch2.mean")["value"], 1025.5)
        self.assertEqual(self.metric(row, "catch2.samples")["value"], 100)
        self.assertIn("its launches have no samples", self.metric(row, "time.wall.p50")["reason"])
        self.write("j.xml", '<testsuites><testsuite name="s" timestamp="2026-11-27T10:00:00" hostname="box"><testcase classname="a.B"'
                   ' name="c" time="1.5" file="x.py"/><testcase name="d" time="2"><failure message="it broke"/></testcase>'
                   '<testcase name="e"><skipped/></testcase></testsuite></testsuites>')
        rows = self.brought("j.xml", expect="junit")
        self.assertEqual({case: row["status"] for case, row in rows.items()},
                         {"junit.a.B.c/own@cpu": "ok", "junit.d/own@cpu": "failed", "junit.e/own@cpu": "unavailable"})
        self.assertEqual(self.metric(rows["junit.a.B.c/own@cpu"], "junit.time")["value"], 1.5e9)

    def test_github_action_benchmark_is_a_run_an_entry_and_asv_one_a_file(self):
        def entry(i):
            return {"commit": {"id": f"{i:040x}", "timestamp": f"2026-01-0{i}T10:00:00+01:00", "message": "M\nmore",
                               "author": {"name": "Ada"}}, "date": 1767258000000 + i, "tool": "cargo",
                    "benches": [{"name": "b", "value": 100 + i, "range": "± 3", "unit": "ns/iter"}]}
        data = {"lastUpdate": 1, "repoUrl": "u", "entries": {"Rust": [entry(1), entry(2)]}}
        self.write("data.js", "window.BENCHMARK_DATA = " + json.dumps(data))
        row, = self.brought("data.js", expect="github_action_benchmark").values()
        self.assertEqual((row["case"], self.metric(row, "github_action_benchmark.value")["value"]),
                         ("github_action_benchmark.Rust%2Fb/own@cpu", 102))
        data["entries"]["Rust"].append(entry(3))
        self.write("data.js", "window.BENCHMARK_DATA = " + json.dumps(data))
        self.assertIn("1 runs and 1 launches added, 2 launches were there already", self.assay("import", "data.js").out)
        self.assertEqual([r["author"] for r in self.query("SELECT author FROM run_commit")], ["Ada"] * 3)
        self.write("results/benchmarks.json", {"b.time_x": {"unit": "seconds"}, "version": 2})
        self.write("results/box/machine.json", {"machine": "box", "version": 1})
        self.write("results/box/abc-env.json", {
            "commit_hash": "a" * 40, "env_name": "env", "date": 1767258000000, "params": {"cpu": "a CPU", "machine": "box"},
            "python": "3.11", "result_columns": ["result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b",
                                                 "stats_q_25", "stats_q_75", "stats_number", "stats_repeat", "samples"],
            "results": {"b.time_x": [[0.5, 0.25, None], [["1", "2", "3"]], "v", 1767258000500, 1.5, [0.4, 0.2], [0.6, 0.3], [0.4, 0.2], [0.6, 0.3],
                                     [10, 10], [3, 3], [[0.5, 0.5, 0.51], None]], "b.track_y": [[42], [], "v"]}, "version": 2})
        rows = self.brought("results", expect="asv")
        self.assertEqual(self.median(rows["asv.b.time_x%281%29/own@cpu"]), (5e8, 3))
        self.assertEqual(self.metric(rows["asv.b.time_x%282%29/own@cpu"], "asv.result")["value"], 2.5e8)
        self.assertEqual(rows["asv.b.time_x%283%29/own@cpu"]["status"], "failed")
        self.assertEqual(self.metric(rows["asv.b.track_y/own@cpu"], "asv.result")["value"], 42)

    def test_loadgen_openmetrics_traces_bencher_and_nvbench(self):
        def log(key, value):
            return ":::MLLOG " + json.dumps({"key": key, "value": value, "time_ms": 1.0, "namespace": "mlperf::logging",
                                             "event_type": "POINT_IN_TIME", "metadata": {"is_error": False}}) + "\n"
        self.write("lg/mlperf_log_detail.txt", log("sut_name", "PySUT") + log("effective_scenario", "Offline") +
                   log("result_validity", "VALID") + log("result_mean_latency_ns", 5000) + log("result_samples_per_second", 12.5))
        self.write("lg/mlperf_log_summary.txt", "MLPerf Results Summary\nSUT name : PySUT\nScenario : Offline\nResult is : INVALID\n"
                   "Mean latency (ns)               : 6000\n")
        row, = self.brought("lg", expect="loadgen").values()
        self.assertEqual((row["case"], self.metric(row, "loadgen.mean_latency")["value"]), ("loadgen.PySUT%2FOffline/own@cpu", 5000))
        row, = self.brought("lg/mlperf_log_summary.txt", expect="loadgen").values()
        self.assertEqual((row["status"], row["reason"]), ("failed", "LoadGen calls its result INVALID"))
        self.write("m.txt", '# TYPE t_seconds gauge\n# UNIT t_seconds seconds\nt_seconds{a="x\\"} y"} 0.25 1767258000.5\n# EOF\n')
        row, = self.brought("m.txt", expect="openmetrics").values()
        self.assertEqual(self.metric(row, "openmetrics.value")["value"], 2.5e8)
        self.write("t.json", {"traceEvents": [{"name": "a", "ph": "X", "ts": 0, "dur": 2, "pid": 1, "tid": 1},
                                              {"name": "b", "ph": "B", "ts": 1, "pid": 1, "tid": 2},
                                              {"ph": "E", "ts": 4.5, "pid": 1, "tid": 2}, {"ph": "C", "name": "c", "args": {}}]})
        rows = self.brought("t.json", expect="chrome_trace")
        self.assertEqual({case: self.median(row)[0] for case, row in rows.items()},
                         {"chrome_trace.a/own@cpu": 2000, "chrome_trace.b/own@cpu": 3500})
        self.write("b.json", {"f": {"latency": {"value": 88.0, "lower_value": 87.4}, "size": {"value": 3}}})
        row, = self.brought("b.json", expect="bencher").values()
        self.assertEqual(self.metric(row, "bencher.latency.lower")["value"], 87.4)
        self.write("n.json", {"meta": {"version": {"json": {"major": 1}, "nvbench": {"git_sha": "abc"}}}, "devices": [{"id": 0, "name": "G"}],
                              "benchmarks": [{"name": "k", "states": [{"device": 0, "axis_values": [{"name": "N", "value": "8"}], "summaries": [
                                  {"tag": "nv/cold/time/gpu/mean", "hint": "duration", "data": [{"name": "value", "value": "2e-06"}]}]}]}]})
        row, = self.brought("n.json", expect="nvbench").values()
        self.assertEqual((row["case"], self.metric(row, "nvbench.cold.time.gpu.mean")["value"]),
                         ("nvbench.k%20N%3D8/own@cuda:0", 2000))


HYPERFINE = {"results": [{"command": "x", "mean": 0.2, "times": [0.2, 0.2, 0.3], "exit_codes": [0, 0, 0], "parameters": {"n": "3"}}]}


class Rules(Import):
    def test_the_same_file_twice_changes_nothing_and_says_so(self):
        self.write("h.json", HYPERFINE)
        self.assertIn("h.json: hyperfine, run ", self.assay("import", "h.json").out)
        again = self.assay("import", "h.json", "h.json").out
        self.assertEqual(again.count("0 runs and 0 launches added, 1 launches were there already"), 2)
        self.assertEqual(len(self.run_ids()), 1)
        process = subprocess.run([ASSAY, "import", "-"], input=json.dumps(HYPERFINE).encode(), env=self.env, cwd=self.work,
                                 capture_output=True, check=True)
        self.assertIn(b"standard input: hyperfine", process.stdout)
        self.assertEqual(len(self.run_ids()), 1)

    def test_imported_results_never_stand_unmarked_beside_ours(self):
        self.write("h.json", HYPERFINE)
        self.assay("import", "h.json", "--label", "nightly", "--label", "imported=no")
        shown = self.assay("show", "nightly").out
        self.assertIn("none", shown)
        self.assertIn("Nothing of it was measured or verified here", shown)
        self.assertIn("imported=hyperfine", self.assay("list", "runs").out)
        self.run_example()
        compared = self.assay("compare", "nightly", "nightly")
        self.assertIn("another tool's word", compared.err)

    def test_what_nobody_reads_is_kept(self):
        told = json.loads(json.dumps(HYPERFINE))
        told["host"] = {"os": "Plan 9"}
        told["results"][0]["mood"] = ["good"]
        self.write("h.json", told)
        self.assay("import", "h.json")
        self.assertEqual(json.loads(self.the_run()["environment_json"])["hyperfine.host"], '{"os": "Plan 9"}')
        log = self.launches()[0]["log"].decode()
        self.assertIn('mood: ["good"]', log)
        self.assertIn('parameters: {"n": "3"}', log)
        self.assertNotIn("mean", log)

    def test_a_file_that_cannot_be_right_ends_with_its_byte_and_nothing_is_stored(self):
        good = json.dumps(HYPERFINE)
        self.write("good.json", good)
        deep = '{"results": ' + "[" * 300 + "]" * 300 + "}"
        for name, text, says in (("cut.json", good[:-20], f"byte {len(good) - 20}"), ("deep.json", deep, "deeper than 200"),
                                 ("far.json", good.replace("0.3", "1e300"), "byte"), ("minus.json", good.replace("0.3", "-1"), "no time"),
                                 ("none.json", '{"a": 1}', "no format that is read here"), ("empty.json", "", "is empty"),
                                 *([("x.xml", "<testsuite><testcase name='a' time='x'/></testsuite>", "byte 12")] if XML else []),
                                 ("m.txt", "# TYPE a gauge\na 1\n", "# EOF is missing"),
                                 ("new.json", '{"context": {"json_schema_version": 9}, "benchmarks": []}', "this Assay reads 1")):
            with self.subTest(name):
                self.write(name, text)
                ended = self.assay("import", "good.json", name, code=2)
                self.assertIn(name, ended.err)
                self.assertIn(says, ended.err)
                self.assertIn("byte", ended.err)
                self.assertEqual(self.run_ids(), [])
        self.assertIn("good.json: pyperf: no list", self.assay("import", "--format", "pyperf", "good.json", code=2).err)
        self.assertIn("there is no format", self.assay("import", "--format", "hyperfin", "good.json", code=2).err)

    def test_bare_nan_is_read_and_never_written(self):
        self.write("g.json", '{"context": {"date": "2026-11-27T10:00:00+00:00", "json_schema_version": 1}, "benchmarks": [{"name": "a", '
                   '"run_type": "iteration", "iterations": 5, "real_time": 2.0, "cpu_time": 1.0, "time_unit": "us", "rate": NaN, "c": 3}]}')
        row, = self.brought("g.json").values()
        self.assertIsNone(self.metric(row, "google_benchmark.rate"))
        self.assertEqual(self.metric(row, "google_benchmark.c")["value"], 3)
        for form in ("google_benchmark", "bencher", "github_action_benchmark", "json"):
            self.assay("export", "latest", "--format", form).json()

    def test_every_format_is_in_the_help_and_the_list(self):
        listed = [row["format"] for row in self.assay("list", "formats", "--json").json()["formats"] if "import" in row["direction"]]
        text = self.assay("import", "--help").out
        for name in listed:
            self.assertIn(name, text)
        self.assertGreaterEqual(len(listed), 18)


class Exports(Import):
    @unittest.skipUnless(pathlib.Path("/usr/share/benchmark/compare.py").exists() and
                         subprocess.run(["/usr/bin/python3", "-c", "import scipy"], capture_output=True, check=False).returncode == 0,
                         "compare.py of Google Benchmark (libbenchmark-tools) or python3-scipy is not here")
    def test_google_benchmark_s_own_compare_reads_our_export(self):
        self.run_example()
        self.assay("export", "latest", "--format", "google_benchmark", "-o", "g.json")
        ended = subprocess.run(["/usr/bin/python3", "/usr/share/benchmark/compare.py", "--no-color", "benchmarks", "g.json", "g.json"],
                               cwd=self.work, capture_output=True, text=True, check=False)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("+0.0000", ended.stdout)
        self.assertIn("example.sum/builtin", ended.stdout)

    @unittest.skipUnless(shutil.which("promtool"), "promtool (package prometheus) is not here")
    def test_promtool_takes_our_metrics(self):
        self.run_example()
        text = self.assay("export", "latest", "--format", "openmetrics").out
        ended = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        # The parser of OpenMetrics itself, which wants times.
        lines = [line if line.startswith("#") else line + " 1767258000" for line in text.splitlines()]
        self.write("m.txt", "\n".join(lines) + "\n")
        ended = subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "m.txt", "data"], cwd=self.work,
                               capture_output=True, text=True, check=False)
        self.assertEqual(ended.returncode, 0, ended.stderr)

    def test_junit_of_a_run_has_a_test_a_case(self):
        self.run_example()
        text = self.assay("export", "latest", "--format", "junit").out
        self.write("j.xml", text)
        row, = self.brought("j.xml", expect="junit").values() if XML else [{"case": text}]
        ours = self.query("SELECT case_key FROM planned_case")[0]["case_key"]
        self.assertIn("example.sum", row["case"])
        self.assertIn(ours.split("?")[0], text)


class Recipe(Import):
    def test_the_recipe_of_the_readme_finds_what_got_slower_in_the_files_of_a_suite(self):
        text = (ROOT / "README.md").read_text()
        begin = text.index("```", text.index("### From the result files")) + 4
        recipe = text[begin:text.index("```", begin)]
        self.assertLessEqual(len(recipe.strip().splitlines()), 5, recipe)
        (self.work / "results").mkdir()
        for i in range(20):
            level = 0.100 if i < 10 else 0.150
            times = [level * (1 + 0.004 * math.sin(7 * i + k)) for k in range(10)]
            path = self.write(f"results/{i:02}.json", {"results": [{"command": "build", "mean": level, "times": times}]})
            os.utime(path, (1767258000 + 3600 * i, 1767258000 + 3600 * i))
        env = {**self.env, "PATH": f"{pathlib.Path(ASSAY).parent}:{self.env['PATH']}"}
        ended = subprocess.run(["bash", "-c", recipe], cwd=self.work, env=env, capture_output=True, text=True, check=False)
        self.assertEqual(ended.returncode, 1, ended.stdout + ended.stderr)
        self.assertIn("1 open regression in 1 series", ended.stdout)
        for i in range(10, 20):
            (self.work / f"results/{i:02}.json").unlink()
        ended = subprocess.run(["bash", "-c", recipe], cwd=self.work, env={**env, "ASSAY_DB": str(self.folder / "b.db")},
                               capture_output=True, text=True, check=False)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)


if __name__ == "__main__":
    main()
