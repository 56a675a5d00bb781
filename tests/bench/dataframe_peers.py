#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our groupby_q5 beside DuckDB, Polars and pandas, on the same columns, threads and CPUs.

    python3 -m venv VENV && VENV/bin/pip install numpy pandas duckdb polars
    cmake --build build/release --target dataframe_bench
    VENV/bin/python tests/bench/dataframe_peers.py [--rows 10000000] [--threads 2] [--rounds 5]

The columns are written once as .npy (key, v1, v2: int32; v3: float64) and are resident before the clock starts: as NumPy
columns in pandas, as a native table in DuckDB and Polars. Every system's result is compared with ours: integer sums
must be equal, v3 within 1e-9. Systems take turns (ABCD ABCD ...), so that the machine's drift falls on all of them; the
first call of a turn is not counted. Printed for each: its best call, its median, and its mean CPU time a call over all
threads, which a machine that others use disturbs least. Ours returns its groups in the order of the key; the others are not asked to.
"""
import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb
import numpy
import pandas
import polars


def pandas_query(columns):
    frame = pandas.DataFrame(columns)
    return lambda: frame.groupby("key", sort=False, observed=True).agg({"v1": "sum", "v2": "sum", "v3": "sum"})


def duckdb_query(columns, threads):
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    frame = pandas.DataFrame(columns)
    connection.register("frame", frame)
    connection.execute("CREATE TABLE t AS SELECT * FROM frame")
    connection.unregister("frame")
    query = "CREATE OR REPLACE TABLE ans AS SELECT key, sum(v1) AS v1, sum(v2) AS v2, sum(v3) AS v3 FROM t GROUP BY key"

    def call():
        connection.execute(query)
        return connection

    return call


def polars_query(columns):
    frame = polars.DataFrame(columns)
    sums = [polars.col(name).sum() for name in ("v1", "v2", "v3")]
    return lambda: frame.lazy().group_by("key").agg(sums).collect()


def table(name, result):
    """key, v1, v2, v3 as NumPy columns in the order of the key."""
    if name == "pandas":
        frame = result.reset_index()
    elif name == "duckdb":
        frame = result.execute("SELECT * FROM ans").df()
    else:
        frame = pandas.DataFrame(result.to_dict(as_series=False))
    frame = frame.sort_values("key")
    return {column: frame[column].to_numpy() for column in ("key", "v1", "v2", "v3")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=5, help="timed calls of one turn")
    parser.add_argument("--bench", default="build/release/tests/dataframe_bench")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, range(arguments.threads))
    if polars.thread_pool_size() != arguments.threads:
        sys.exit(f"polars has {polars.thread_pool_size()} threads: set POLARS_MAX_THREADS={arguments.threads}")

    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([arguments.bench, "columns", str(arguments.rows), folder], check=True)
        columns = {name: numpy.load(f"{folder}/{name}.npy") for name in ("key", "v1", "v2", "v3")}
        queries = {"duckdb": duckdb_query(columns, arguments.threads), "polars": polars_query(columns),
                   "pandas": pandas_query(columns)}

        def ours():
            command = [arguments.bench, "groupby_q5", folder, str(arguments.threads), str(arguments.calls)]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            return [tuple(int(word) / 1e9 for word in line.split()) for line in output.splitlines()]

        seconds = {"assay": ours(), **{name: [] for name in queries}}
        seconds["assay"].clear()
        expected = {name: numpy.load(f"{folder}/result_{file}.npy")
                    for name, file in (("key", "key"), ("v1", "v1"), ("v2", "v2"), ("v3", "v3_micro"))}
        for name, query in queries.items():
            actual = table(name, query())
            for column in ("key", "v1", "v2"):
                if not numpy.array_equal(actual[column].astype("int64"), expected[column]):
                    sys.exit(f"{name}: {column} differs from ours")
            numpy.testing.assert_allclose(actual["v3"], expected["v3"] / 1e6, rtol=1e-9)

        for _ in range(arguments.rounds):
            seconds["assay"] += ours()
            for name, query in queries.items():
                query()
                for _ in range(arguments.calls):
                    begin, cpu_begin = time.perf_counter(), time.process_time()
                    query()
                    seconds[name].append((time.perf_counter() - begin, time.process_time() - cpu_begin))

    versions = {"assay": "this build", "duckdb": duckdb.__version__, "polars": polars.__version__,
                "pandas": f"{pandas.__version__} (1 thread)"}
    print(f"groupby_q5, {arguments.rows} rows, {len(expected['key'])} groups, {arguments.threads} threads, "
          f"{platform.machine()}; load average {os.getloadavg()[0]:.1f}; results equal\n")
    print("| system | version | best ms | median ms | CPU ms | best Mrow/s | times ours: best | median | CPU |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    figures = {name: (min(wall for wall, _ in calls), statistics.median(wall for wall, _ in calls),
                      statistics.mean(cpu for _, cpu in calls)) for name, calls in seconds.items()}
    for name, values in figures.items():
        milliseconds = " | ".join(f"{value * 1e3:.1f}" for value in values)
        ratios = " | ".join(f"{value / of_ours:.1f}" for value, of_ours in zip(values, figures["assay"]))
        print(f"| {name} | {versions[name]} | {milliseconds} | {arguments.rows / values[0] / 1e6:.0f} | {ratios} |")


if __name__ == "__main__":
    main()
