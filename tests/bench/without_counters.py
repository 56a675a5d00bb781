#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is learnt of a program on this machine, tool by tool: without_counters.py BUILD (some minutes)

Made for machines whose counters are hidden (virtual machines, CI runners). A plain command under `perf stat` and `assay profile`, a
Google Benchmark program by itself (--benchmark_perf_counters) and under `assay profile`, and one of Assay's own cases. A cell is what
the tool printed; '-' is nothing. nanobench is in no package registry: by its documentation it counts by perf_event, as the first does.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

EVENTS = ("cycles", "instructions", "branch-misses", "cache-misses")
CASE = "llm.gemv/simd?rows=1024&cols=1024&threads=1"
# What each row may be read from, the best first, and what is said of it.
ROWS = {"cycles": [("perf.cycles", "")],
        "instructions": [("callgrind.instructions", ", exactly")],
        "instructions per cycle": [("profile.instructions_per_cycle", ", by the clock that was measured beside it")],
        "branch-misses": [("perf.branch_misses", ""), ("callgrind.branch_misses", " of a simulated predictor")],
        "cache-misses": [("perf.cache_misses", ""), ("callgrind.ll_misses", " of a simulated cache")],
        "allocations": [("allocations.count", ", exactly")]}


def ended(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300, **more)


def perf_stat(command):
    try:
        said = ended("perf", "stat", "-x", ";", "-e", ",".join(EVENTS) + ",duration_time", *command).stderr
    except FileNotFoundError:
        return {}
    rows = [line.split(";") for line in said.splitlines() if line.count(";") > 3]
    counts = {row[2].split(":")[0]: row[0] for row in rows if re.fullmatch(r"[0-9]+", row[0])}
    return counts | {"time": f"{int(counts.pop('duration_time')):.4g} ns, once"}


def google_benchmark(program):
    said = ended(program, "--benchmark_filter=512$", "--benchmark_repetitions=5", "--benchmark_format=json",
                 "--benchmark_perf_counters=CYCLES,INSTRUCTIONS")
    rows = json.loads(said.stdout)["benchmarks"]
    one, spread = (next(row for row in rows if row.get("aggregate_name") == name) for name in ("median", "stddev"))
    seen = {"time": f"{one['real_time']:.4g} ns, standard deviation {spread['real_time']:.2g} ns in one process"}
    return seen | {event: str(one[name]) for event, name in (("cycles", "CYCLES"), ("instructions", "INSTRUCTIONS")) if name in one}


def profile(assay, env, *what):
    answer = ended(assay, "profile", "--json", *what, env=env)
    if answer.returncode != 0:
        sys.exit(f"assay profile ended with {answer.returncode}:\n{answer.stderr}")
    answer = json.loads(answer.stdout)["profiles"][0]
    metrics = {metric["id"]: metric for metric in answer["metrics"] if metric["value"] is not None}
    median = metrics["time.wall.p50"]
    seen = {"time": f"{median['value']:.4g} ns [{median['ci_low']:.4g}, {median['ci_high']:.4g}], fresh launches"}
    for row, ids in ROWS.items():
        for metric, how in ids:
            if metric in metrics and row not in seen:
                seen[row] = f"{metrics[metric]['value']:.10g}{how}"
    if answer["hot_spots"]:
        seen["where"] = f"{len(answer['hot_spots'])} functions, {len(answer['loops'])} loops, counts for each instruction"
    if (answer["roofline"] or {}).get("fraction") is not None:
        seen["limit"] = f"{answer['roofline']['fraction']:.2f} of the limit that was measured here"
    return seen


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    program, assay = build / "tests/stock_benchmark", build / "bin/assay"
    with tempfile.TemporaryDirectory() as home:
        env = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY")}
        env |= {"HOME": home, "XDG_DATA_HOME": home, "XDG_CACHE_HOME": home, "XDG_CONFIG_HOME": home}
        noise = pathlib.Path(home, "noise")
        noise.write_bytes(os.urandom(1 << 20))
        plain = ("sha256sum", noise)
        ended(assay, "roofline", "--measure", env=env)
        columns = {"perf stat sha256sum": perf_stat(plain), "assay profile -- sha256sum": profile(assay, env, "--", *plain),
                   "a Google Benchmark": google_benchmark(program),
                   "assay profile -- the same": profile(assay, env, "--", program, "--benchmark_filter=512$"),
                   "assay profile, a case of its own": profile(assay, env, CASE)}
    print("| | " + " | ".join(columns) + " |\n" + "| --- " * (len(columns) + 1) + "|")
    for row in dict.fromkeys(["time", *EVENTS, *ROWS, "where", "limit"]):
        print(f"| {row} | " + " | ".join(seen.get(row, "-") for seen in columns.values()) + " |")


main()
