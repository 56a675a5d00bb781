#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How Assay's own cost grows with the number of cases: growth.py BUILD [CASES...] (default: 10 100 1000).

For each number of cases (a sweep over the worker that does nothing, one launch each): CPU time, user and system, and the
peak of memory of `assay` in each command. A run's CPU time is divided between `assay` and its workers. CPU milliseconds a
case that rise from column to column mean that something is worse than linear.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def run(command, env):
    """CPU ms of the process, CPU ms of its children, peak MiB."""
    process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    said = process.stderr.read().decode()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{said}")
    children_ms = (int(fields[13]) + int(fields[14])) * TICK_MS
    return (usage.ru_utime + usage.ru_stime) * 1000 - children_ms, children_ms, usage.ru_maxrss / 1024


def measure(build, cases):
    folder = tempfile.mkdtemp(prefix="assay-growth-")
    try:
        env = {**os.environ, "ASSAY_DB": f"{folder}/a.db", "ASSAY_CACHE": f"{folder}/cache", "ASSAY_LOCK": f"{folder}/lock",
               "ASSAY_MIN_SAMPLES": "20", "ASSAY_MAX_TIME": "10ms", "ASSAY_WARMUP": "10ms", "ASSAY_LAUNCHES": "1"}
        assay = build / "bin/assay"
        plan = ["run", f"bench.noop/nothing?n=1..{cases}", "--worker", str(build / "tests/noop_worker")]
        rows = {}
        rows["run --dry-run"] = run([assay, *plan, "--dry-run"], env)
        rows["run, first"] = run([assay, *plan], env)  # makes the expected results, too
        rows["run, again"] = run([assay, *plan], env)
        rows["run --dry-run, measured"] = run([assay, *plan, "--dry-run"], env)
        rows["list runs"] = run([assay, "list", "runs"], env)
        rows["show"] = run([assay, "show"], env)
        rows["compare"] = run([assay, "compare", "latest~1", "latest"], env)
        rows["compare --across n"] = run([assay, "compare", "latest", "--across", "n"], env)
        for name in ("json", "csv", "assay"):
            rows[f"export {name}"] = run([assay, "export", "latest", "--format", name], env)
        return rows
    finally:
        shutil.rmtree(folder)


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/release").resolve()
    counts = [int(text) for text in sys.argv[2:]] or [10, 100, 1000]
    columns = [measure(build, cases) for cases in counts]
    print("CPU ms of assay [+ workers] (ms a case) peak MiB")
    print(f"{'':24}" + "".join(f"{cases:>34}" for cases in counts))
    for name in columns[0]:
        cells = []
        for cases, rows in zip(counts, columns):
            own, children, rss = rows[name]
            more = f" + {children:.0f}" if name.startswith("run,") else ""
            cells.append(f"{own:.0f}{more} ({own / cases:.3f}) {rss:.0f}")
        print(f"{name:24}" + "".join(f"{cell:>34}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
