#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Assay's ceilings beside likwid-bench's (Debian: likwid), in turn on one CPU: one thread, the same sizes and instructions.

    tests/bench/peaks.py build/release/bin/assay [--rounds 15] [--cpu 0] [--only '1048576 KiB']

A round is a launch of each, the order changes from round to round. Printed is the median of the rounds' ratios, Assay over likwid, with the
interval of its ranks (95 %), and each side's median. Goal: within 5 % (issue 3). Ends with 1 where an interval lies wholly beyond that.
"""
import argparse
import json
import math
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("assay")
parser.add_argument("--rounds", type=int, default=15)
parser.add_argument("--cpu", type=int, default=0)
parser.add_argument("--only", default="", help="rows whose name has this text")
asked = parser.parse_args()
if not shutil.which("likwid-bench"):
    sys.exit("likwid-bench is not here: apt-get install likwid")

flags = re.search(r"^flags\s*:(.*)$", open("/proc/cpuinfo", encoding="utf-8").read(), re.M).group(1).split()
wide = "avx512f" in flags
if "fma" not in flags:
    sys.exit("this compares by AVX with FMA, which this CPU does not have")
suffix, isa = ("avx512", "avx512") if wide else ("avx", "avx2")
# name, Assay's case, likwid's kernel and bytes, likwid's unit in Assay's
PAIRS = [
    ("f32 fused multiply-adds", "roof.fma/simd?dtype=f32&threads=1", f"peakflops_sp_{suffix}_fma", 16_000, ("MFlops/s", 1e6)),
    ("f64 fused multiply-adds", "roof.fma/simd?dtype=f64&threads=1", f"peakflops_{suffix}_fma", 16_000, ("MFlops/s", 1e6)),
] + [(f"load, {size // 1024} KiB", f"roof.mem/simd?kind=load&bytes={size}&threads=1", f"load_{suffix}", size, ("MByte/s", 1e6))
     for size in (16 << 10, 256 << 10, 4 << 20, 1 << 30)]


def likwid(kernel, size, unit):
    out = subprocess.run(["likwid-bench", "-t", kernel, "-w", f"N:{max(size // 1000, 1)}kB:1", "-s", "1"], check=True,
                         capture_output=True, text=True).stdout
    return float(re.search(rf"^{unit[0]}:\s+([0-9.]+)", out, re.M).group(1)) * unit[1]


def ours(case, database):
    ended = subprocess.run([asked.assay, "run", case, "--launches", "1", "--cpus", str(asked.cpu), "--max-time", "500ms", "--db", database, "--json"],
                           capture_output=True, text=True, check=True)
    result, = json.loads(ended.stdout)["results"]
    return next(m["value"] for m in result["metrics"] if m["id"].startswith("throughput.")), result


def rank_interval(n):
    """Ranks (from 0) whose values hold the median with at least 95 %; the whole range where that cannot be."""
    k, tail = 0, 0.5 ** n
    while tail <= 0.025 and k < n // 2:
        k += 1
        tail += math.comb(n, k) * 0.5 ** n
    return max(k - 1, 0), n - 1 - max(k - 1, 0)


missed = False
print(f"{'what':26} {'assay':>12} {'likwid':>12}   ratio [95 % of {asked.rounds} rounds]")
with tempfile.TemporaryDirectory() as folder:
    for name, case, kernel, size, unit in (pair for pair in PAIRS if asked.only in pair[0]):
        sides = {"assay": [], "likwid": []}
        for turn in range(asked.rounds):
            measure = {"assay": lambda: ours(case, f"{folder}/a.db")[0], "likwid": lambda: likwid(kernel, size, unit)}
            for side in sorted(measure, reverse=turn % 2 == 1):
                sides[side].append(measure[side]())
        ratios = sorted(a / b for a, b in zip(sides["assay"], sides["likwid"]))
        low, high = (ratios[i] for i in rank_interval(len(ratios)))
        missed |= low > 1.05 or high < 1 / 1.05
        print(f"{name:26} {statistics.median(sides['assay']) / 1e9:9.1f} G/s {statistics.median(sides['likwid']) / 1e9:9.1f} G/s   "
              f"{statistics.median(ratios):.3f} [{low:.3f}, {high:.3f}]", flush=True)
sys.exit(1 if missed else 0)
