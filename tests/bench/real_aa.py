#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How often does the rule of pairs alarm on this machine where nothing changed?

    real_aa.py BUILD [--comparisons 600] [--cases 20] [--launches 24] [--out FILE]

Small cases of llm.gemv are calibrated: measured against themselves, in sessions; half of them beside other load on the
machine's last CPU. Every case of every session is one comparison, judged in the suite of its session without a smallest
effect: any change that is shown is false. 600 comparisons take 4 to 10 minutes (29,000 launches). The
result holds date and host class, no name; what is kept goes to baselines/aa.
"""
import argparse
import contextlib
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

MEASURING = {"ASSAY_MAX_TIME": "10ms", "ASSAY_WARMUP": "2ms", "ASSAY_MIN_SAMPLES": "3"}


def bound(alarms, of):
    """Clopper and Pearson's one-sided upper bound of a rate, at 95 %."""
    def at_most(rate):
        term = (1 - rate) ** of
        total = term
        for k in range(alarms):
            term *= (of - k) / (k + 1) * rate / (1 - rate)
            total += term
        return total
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(middle) > 0.05 else (low, middle)
    return high


@contextlib.contextmanager
def load(wanted):
    """Somebody else on the last CPU: busy for half a second, idle for as long: launches meet both."""
    if not wanted:
        yield
        return
    hog = ("import os, time\n"
           "cpus = sorted(os.sched_getaffinity(0))\n"
           "os.sched_setaffinity(0, {cpus[-1]})\n"
           "parent = os.getppid()\n"
           "while os.getppid() == parent:\n"
           "    until = time.monotonic() + 0.5\n"
           "    while time.monotonic() < until: sum(range(1000))\n"
           "    time.sleep(0.5)\n")
    process = subprocess.Popen([sys.executable, "-c", hog])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def cases_of(count):
    shapes = [f"llm.gemv/simd?cols={cols}&dtype={dtype}&rows={rows}&threads=1"
              for rows in (64, 128, 256) for dtype in ("f32", "q8_0", "q4_0") for cols in (256, 512, 1024)]
    if count > len(shapes):
        sys.exit(f"--cases {count}: there are {len(shapes)}")
    return shapes[:count]


def calibrate(build, cases, sessions, launches, seed):
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, **MEASURING, "ASSAY_DB": f"{folder}/a.db", "ASSAY_CACHE": f"{folder}/cache"}
        command = [build / "bin/assay", "calibrate", *cases_of(cases), "--cpus", "0", "--sessions", sessions, "--launches", launches,
                   "--seed", seed, "--json"]
        done = subprocess.run(list(map(str, command)), env=env, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"assay calibrate ended with {done.returncode}")
        return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--comparisons", type=int, default=600)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--launches", type=int, default=24)
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    sessions = -(-options.comparisons // (2 * options.cases))
    revision = subprocess.run(["git", "-C", pathlib.Path(__file__).parent, "describe", "--always", "--dirty"], capture_output=True, text=True,
                              check=False).stdout.strip()
    result = {"date": datetime.date.today().isoformat(), "revision": revision, "host_class": "", "cpu": "", "cpus": os.cpu_count(),
              "launches_of_a_side": options.launches, "cases_of_a_suite": options.cases, "parts": []}
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        result["cpu"] = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), "")
    for loaded in (False, True):
        begun = time.monotonic()
        with load(loaded):
            document = calibrate(options.build, options.cases, sessions, options.launches, 1 + loaded)
        suite = document["suite"]
        result["host_class"] = document["host_class"]
        spreads = sorted(one["session_spread"] for one in document["calibrations"] if one["session_spread"] is not None)
        result["parts"].append({
            "load": loaded, "seconds": round(time.monotonic() - begun),
            **{key: suite[key] for key in ("comparisons", "alarms", "alarm_bound", "sessions", "alarmed_sessions",
                                           "alarmed_session_bound", "median_detectable", "worst_detectable")},
            "median_session_spread": spreads[len(spreads) // 2] if spreads else None})
    for key, of in (("alarms", "comparisons"), ("alarmed_sessions", "sessions")):
        result[of] = sum(part[of] for part in result["parts"])
        result[key] = sum(part[key] for part in result["parts"])
        result[key + "_bound"] = bound(result[key], result[of])
        print(f"{key}: {result[key]} of {result[of]} {of}, at 95 % at most {100 * result[key + '_bound']:.2f} %")
    text = json.dumps(result, indent=2) + "\n"
    if options.out:
        options.out.write_text(text)
    else:
        print(text, end="")


main()
