#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Speaks as much of the command line of a Criterion (Rust) benchmark program, and writes as much of its files, as Assay
uses. It knows nothing of Assay."""
import argparse
import json
import os
import pathlib
import re

OLD = "STAND_IN_OLD" in os.environ  # before 0.5: whole seconds, and another word in a listing
parser = argparse.ArgumentParser(allow_abbrev=False)
for flag in ("--bench", "--list", "--noplot"):
    parser.add_argument(flag, action="store_true")
for option in ("--measurement-time", "--warm-up-time"):
    parser.add_argument(option, type=int if OLD else float)
parser.add_argument("filter", nargs="?", default="")
asked = parser.parse_args()
assert asked.bench

for name in ("sort/std (a+b)/64", "sort/std (a+b)/640"):
    if not re.search(asked.filter, name):
        continue
    if asked.list:
        print(f"{name}: {'bench' if OLD else 'benchmark'}")
        continue
    assert asked.noplot and 0 < asked.measurement_time < 10 and 0 < asked.warm_up_time < 10
    folder = pathlib.Path(os.environ["CRITERION_HOME"]) / name / "new"
    folder.mkdir(parents=True)
    (folder / "benchmark.json").write_text(json.dumps({"group_id": "sort", "full_id": name, "title": name}))
    (folder / "sample.json").write_text(json.dumps({
        "sampling_mode": "Linear", "iters": [10.0 * i for i in range(1, 11)], "times": [9000.0 * i for i in range(1, 11)]}))
