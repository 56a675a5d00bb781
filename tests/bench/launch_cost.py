#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where the seconds of a run go: launch_cost.py BUILD [BUILD...] [-- ARGUMENTS OF assay run] (default: --suite quick).

Runs the same in each build, once unmeasured (it makes the expected results), then measured in turn, and prints for each
how its wall time divides: planning, the phases of the launches, what lies between them (the expected result, storing,
the estimate of what is left), and the report. Wall times of a busy machine are worth little: compare shares, and builds
with each other.
"""
import contextlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

PHASES = ("start", "hello", "prepare", "verify", "warmup", "measure", "bye", "end")
MEANING = {"plan": "plan: topology, workers described, cases", "start": "start: fork, exec", "end": "end: exit, reaping", "bye": "bye",
           "hello": "hello: dynamic linking, catalogue", "prepare": "prepare: inputs, first call", "report": "report: the table",
           "between": "between launches: expected results, storing", "verify": "verify, both", "warmup": "warm-up",
           "measure": "measure"}
OWN = ("plan", "start", "hello", "bye", "end", "between", "report")


def run(build, arguments, folder):
    """Milliseconds by part, and the number of launches."""
    env = {**os.environ, "ASSAY_DB": f"{folder}/a.db", "ASSAY_CACHE": f"{folder}/cache", "ASSAY_LOCK": f"{folder}/../lock"}
    begin = time.time()
    process = subprocess.run([build / "bin/assay", "run", *arguments], env=env, stdin=subprocess.DEVNULL,
                             capture_output=True, text=True)
    end = time.time()
    if process.returncode not in (0, 3):
        sys.exit(f"{build}: assay run ended with {process.returncode}:\n{process.stderr}")
    with contextlib.closing(sqlite3.connect(f"{folder}/a.db")) as rows:
        return divide(rows, begin, end)


def divide(rows, begin, end):
    key, ended_ms = rows.execute("SELECT run_key, ended_utc_ms FROM run ORDER BY run_key DESC LIMIT 1").fetchone()
    launches, first_ms = rows.execute("SELECT count(*), min(launch.started_utc_ms) FROM launch JOIN planned_case USING "
                                      "(case_row) WHERE run_key = ?", (key,)).fetchone()
    spent = dict.fromkeys(MEANING, 0.0)
    for name, total in rows.execute("SELECT name, sum(end_ns - start_ns) * 1e-6 FROM span JOIN launch USING (launch_key) "
                                    "JOIN planned_case USING (case_row) WHERE run_key = ? GROUP BY name", (key,)):
        spent[name] += total
    spent["plan"] = first_ms - begin * 1e3
    spent["report"] = end * 1e3 - ended_ms
    spent["between"] = ended_ms - first_ms - sum(spent[name] for name in PHASES)
    return spent, launches


def main():
    given = sys.argv[1:]
    arguments = ["--suite", "quick"]
    if "--" in given:
        arguments = given[given.index("--") + 1:]
        given = given[:given.index("--")]
    builds = [pathlib.Path(text).resolve() for text in given] or [pathlib.Path("build/release").resolve()]
    folder = tempfile.mkdtemp(prefix="assay-cost-")
    try:
        homes = [f"{folder}/{number}" for number in range(len(builds))]
        for build, home in zip(builds, homes):
            os.mkdir(home)
            run(build, arguments, home)
        for build, home in zip(builds, homes):
            spent, launches = run(build, arguments, home)
            whole = sum(spent.values())
            print(f"{build}: {launches} launches in {whole / 1e3:.1f} s")
            for name, meaning in MEANING.items():
                print(f"  {meaning:46}{spent[name]:>10.0f} ms{spent[name] / launches:>9.2f} a launch"
                      f"{spent[name] / whole:>8.1%}")
            own = sum(spent[name] for name in OWN)
            print(f"  {'Assay itself (all but the workers phases)':46}{own:>10.0f} ms{own / launches:>9.2f} a launch"
                  f"{own / whole:>8.1%}", flush=True)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
