#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Do Assay's times agree with an independent program's?  times_agree.py BUILD [REPEATS [TEXT of the case]]

For each case `plain_times` (a plain loop around clock_gettime; OpenBLAS and OpenCV called directly) and `assay run` take
turns, in changing order, each a fresh process on CPU 0. Prints the medians over the repeats, their ratio (Assay's by the
other's), and the range of the ratios of neighbours, which says what the machine's unrest is.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

CASES = ["llm.gemv/simd?cols=4096&dtype=f32&rows=1024", "llm.gemv/openblas?cols=4096&dtype=f32&rows=1024",
         "llm.gemv/simd?cols=4096&dtype=q8_0&rows=1024", "dataframe.filter_sum/simd?rows=1000000",
         "vision.resize/simd?width=1920", "vision.resize/opencv?width=1920",
         "roof.mem/simd?bytes=8388608&kind=copy", "roof.mem/simd?bytes=268435456&kind=copy"]
MILLISECONDS = 300


def plain(build, case):
    name, _, parameters = case.partition("?")
    return float(subprocess.check_output([build / "tests/plain_times", str(MILLISECONDS), name, *parameters.split("&")]))


def assay(build, case, folder):
    env = {**os.environ, "ASSAY_DB": f"{folder}/a.db", "ASSAY_CACHE": f"{folder}/cache", "ASSAY_LOCK": f"{folder}/lock"}
    done = subprocess.run([build / "bin/assay", "run", case + "&threads=1", "--cpus", "0", "--launches", "1", "--max-time",
                           f"{MILLISECONDS}ms", "--json"], env=env, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    (result,) = json.loads(done.stdout)["results"]
    (median,) = [m["value"] for m in result["metrics"] if m["id"] == "time.wall.p50"]
    return median


def main():
    build = pathlib.Path(sys.argv[1])
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    text = sys.argv[3] if len(sys.argv) > 3 else ""
    print(f"{'case':52} {'assay us':>10} {'plain us':>10} {'ratio':>7}  neighbours' ratios")
    with tempfile.TemporaryDirectory() as folder:
        for case in (c for c in CASES if text in c):
            ours, theirs = [], []
            for repeat in range(repeats):
                turns = [lambda: ours.append(assay(build, case, folder)), lambda: theirs.append(plain(build, case))]
                for turn in turns if repeat % 2 else reversed(turns):
                    turn()
            pairs = [a / b for a, b in zip(ours, theirs)]
            a, b = statistics.median(ours), statistics.median(theirs)
            print(f"{case:52} {a / 1e3:10.1f} {b / 1e3:10.1f} {a / b:7.3f}  {min(pairs):.2f} to {max(pairs):.2f}", flush=True)


main()
