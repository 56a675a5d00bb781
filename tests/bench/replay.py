#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long a large gate takes to be judged again: an answer of `assay gate --out` with its evidence multiplied.

    tests/bench/replay.py build/release/bin/assay gate.json [--cases 10000] [--pairs 20]

Goal: 10,000 verdicts in under 2 s of the processor (issue 4). The pairs are made up, the format is the answer's own.
"""
import argparse
import copy
import json
import pathlib
import random
import resource
import subprocess
import tempfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("assay")
parser.add_argument("answer", type=pathlib.Path)
parser.add_argument("--cases", type=int, default=10_000)
parser.add_argument("--pairs", type=int, default=20)
asked = parser.parse_args()

answer = json.loads(asked.answer.read_text())
measured = [case for case in answer["evidence"] if "first" in case]
if not measured:
    parser.error(f"{asked.answer}: no case of it was measured in pairs")
rng = random.Random(1)
evidence = []
for i in range(asked.cases):
    case = copy.deepcopy(measured[i % len(measured)])
    case["case"], case["params"] = f"made.up/x?n={i}@cpu", {"n": i}
    case["first"]["pairs"] = [[1e3 * rng.lognormvariate(0, 0.02), 1e3 * rng.lognormvariate(0, 0.02)] for _ in range(asked.pairs)]
    case.pop("second", None)
    evidence.append(case)
answer["evidence"], answer["findings"] = evidence, []

with tempfile.TemporaryDirectory() as folder:
    large = pathlib.Path(folder, "large.json")
    large.write_text(json.dumps(answer))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run([asked.assay, "gate", "--replay", large], stdout=subprocess.PIPE, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(ended.stdout.strip().splitlines()[-1])
    print(f"{asked.cases} cases of {asked.pairs} pairs, {large.stat().st_size / 1e6:.0f} MB: "
          f"{after.ru_utime - before.ru_utime:.2f} s user, {after.ru_stime - before.ru_stime:.2f} s system, exit {ended.returncode}")
