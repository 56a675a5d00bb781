#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does the exact lane of a gate take an unrelated edit for a change, and does it see 0.1 %?

    rebuilds.py BUILD [--rebuilds 100]

A C program that sorts is built again and again, each time with other functions and texts that it never uses, in another order,
and held against a baseline by `assay gate` with the default policy and exact instructions; then as often with a loop that
is 0.1 % longer. Ends with 1 where the first alarms, or the second does not. 100 rebuilds take about 3 minutes.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

PROGRAM = """
#include <stdio.h>
#include <stdlib.h>
static unsigned seed = 1;
static unsigned next(void) { return seed = seed * 1664525u + 1013904223u; }
int main(void) {
  volatile unsigned sum = 0;
  for (int i = 0; i < TURNS; ++i) sum += next() >> 7;
  seed = 1;  /* what is sorted does not depend on TURNS */
  static unsigned values[20000];
  for (int i = 0; i < 20000; ++i) values[i] = next();
  for (int gap = 10000; gap > 0; gap /= 2)
    for (int i = gap; i < 20000; ++i)
      for (int j = i; j >= gap && values[j] < values[j - gap]; j -= gap) {
        unsigned other = values[j]; values[j] = values[j - gap]; values[j - gap] = other;
      }
  return sum == values[0];
}
"""


def unrelated(seed):
    """Functions and texts that nobody uses."""
    chance = random.Random(seed)
    text = "#include <stdio.h>\n"
    for i in range(chance.randint(1, 40)):
        text += f'int unused_{i}(int x) {{ printf("{"x" * chance.randint(1, 200)}\\n"); return x * {chance.randint(2, 9999)}; }}\n'
    return text


class Toy:
    def __init__(self, build, folder):
        self.build, self.folder = build, pathlib.Path(folder)
        self.env = {**os.environ, "ASSAY_DB": f"{folder}/a.db", "XDG_CACHE_HOME": folder, "XDG_CONFIG_HOME": folder}
        (self.folder / "gate.toml").write_text('median = false\nexact = ["callgrind.instructions"]\n')
        self.turns = 2_000_000

    def make(self, seed):
        (self.folder / "main.c").write_text(PROGRAM)
        (self.folder / "unrelated.c").write_text(unrelated(seed))
        sources = ["unrelated.c", "main.c"] if seed % 2 else ["main.c", "unrelated.c"]
        subprocess.run(["cc", "-O2", f"-DTURNS={self.turns}", *sources, "-o", "program"], cwd=self.folder, check=True)

    def assay(self, *words):
        done = subprocess.run([self.build / "bin/assay", *words], cwd=self.folder, env=self.env, capture_output=True, text=True,
                              check=False)
        return done

    def measure(self):
        done = self.assay("run", "--collect", "callgrind", "--launches", "1", "--max-time", "10ms", "-q", "--", "./program")
        if done.returncode != 0:
            sys.exit(done.stdout + done.stderr)

    def count(self):
        metrics = json.loads(self.assay("show", "--json").stdout)["results"][0]["metrics"]
        return next(metric["value"] for metric in metrics if metric["id"] == "callgrind.instructions")

    def gate(self):
        return self.assay("gate", "--against", "baseline:toy", "--run", "latest", "--policy", "gate.toml", "--no-rerun")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rebuilds", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        toy = Toy(options.build.resolve(), folder)
        toy.make(0)
        toy.measure()
        base = toy.count()
        saved = toy.assay("baseline", "save", "toy")
        if saved.returncode != 0:
            sys.exit(saved.stderr)
        # So many turns more as are a thousandth of all instructions.
        toy.turns += 100_000
        toy.make(0)
        toy.measure()
        longer = toy.turns - 100_000 + round(100_000 * base / 1000 / (toy.count() - base))
        seen = {}
        for turns, wanted in ((2_000_000, 0), (longer, 1)):
            toy.turns = turns
            codes, counts = [], set()
            for seed in range(1, options.rebuilds + 1):
                toy.make(seed)
                toy.measure()
                counts.add(toy.count())
                codes.append(toy.gate().returncode)
            seen[wanted] = codes
            change = [100 * (count / base - 1) for count in (min(counts), max(counts))]
            print(f"{'unrelated edits' if wanted == 0 else '0.1 % longer'}: instructions {change[0]:+.4f} to {change[1]:+.4f} %, "
                  f"{codes.count(1)} of {len(codes)} failed the gate, {len(codes) - codes.count(0) - codes.count(1)} ended otherwise")
    return any(code != wanted for wanted, codes in seen.items() for code in codes)


sys.exit(main())
