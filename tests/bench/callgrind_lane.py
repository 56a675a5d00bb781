#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The exact lane on this machine: callgrind_lane.py BUILD [REPEATS] (default 100; some seconds a repeat).

Small cases, REPEATS fresh launches each: how many different counts of instructions they give, and by how much they differ
at most. Then each kind of kernel in its usual size, 5 launches: how many times as long a call takes under callgrind (a
small call's time there is that of translating it). That is a ratio of two times: the load is printed, too.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

REPEATED = ("tinyml.conv2d_int8/simd?preset=xs&threads=1", "dataframe.groupby_q1/simd?preset=xs&threads=1",
            "vision.resize/simd?preset=xs&threads=2")
SLOWED = ("roof.mem/simd?bytes=8388608&threads=1", "roof.fma/simd?threads=1", "llm.gemv/simd?dtype=f32|q8_0&threads=1",
          "dataframe.filter_sum/simd?threads=1", "dataframe.groupby_q1/simd?threads=1", "vision.resize/simd?threads=1",
          "tinyml.kws/simd?threads=1")


def assay(build, env, *words):
    ended = subprocess.run([build / "bin/assay", *words], env=env, capture_output=True, text=True)
    if ended.returncode != 0:
        sys.exit(f"assay {' '.join(words)} ended with {ended.returncode}:\n{ended.stderr}")
    return json.loads(ended.stdout)


def run(build, env, cases):
    """{case: (instructions, times as slow)} of one run."""
    assay(build, env, "run", *cases, "--launches", "1", "--max-time", "100ms", "--collect", "callgrind", "--json")
    results = assay(build, env, "show", "--json")["results"]
    trace = assay(build, env, "export", "--format", "chrome_trace")["traceEvents"]
    names = {event["pid"]: event["args"]["name"] for event in trace if event["name"] == "process_name"}
    rows = {(event["pid"], event["tid"]) for event in trace
            if event["name"] == "thread_name" and event["args"]["name"] == "callgrind launch 1, samples"}
    under = {names[event["pid"]]: event["dur"] * 1e3 for event in trace
             if event["ph"] == "X" and (event["pid"], event["tid"]) in rows}
    figures = {}
    for result in results:
        metrics = {metric["id"]: metric["value"] for metric in result["metrics"]}
        if metrics.get("callgrind.instructions") is None or result["case"] not in under:
            print(f"{result['case']}: no counts: {result['reason']}", file=sys.stderr)
            continue
        figures[result["case"]] = (metrics["callgrind.instructions"], under[result["case"]] / metrics["time.wall.p50"])
    return figures


def repeated(build, env, cases, times):
    seen = {}
    for _ in range(times):
        for case, figures in run(build, env, cases).items():
            seen.setdefault(case, []).append(figures)
    print(f"{times} launches a case; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs at the end")
    return seen


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "ASSAY_DB": f"{folder}/a.db", "ASSAY_LOCK": f"{folder}/lock"}
        for case, figures in repeated(build, env, SLOWED, 5).items():
            slow = [slow for _, slow in figures]
            print(f"{case:75} {statistics.median(slow):6.1f} times as slow ({min(slow):.1f} to {max(slow):.1f})", flush=True)
        for case, figures in repeated(build, env, REPEATED, int(sys.argv[2]) if len(sys.argv) > 2 else 100).items():
            counts = [count for count, _ in figures]
            print(f"{case:75} {len(set(counts)):4} different counts, {min(counts):.0f} to {max(counts):.0f} "
                  f"({100 * (max(counts) - min(counts)) / min(counts):.4f} %)", flush=True)


if __name__ == "__main__":
    main()
