#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Assay itself costs: the start of the native worker, its hello, and how planning grows. Counted, not timed."""
import json
import pathlib
import re
import subprocess
import unittest

import support

WORKER = pathlib.Path(support.ASSAY).parent.parent / "libexec/assay/assay-worker-native"


def start(*, hello, env=None):
    """The worker's answer to one hello, after which its input ends."""
    request = json.dumps({"id": 1, "op": "hello", "protocol": [1, 1], **hello}) + "\n"
    return subprocess.run([WORKER], input=request, capture_output=True, text=True, timeout=60, check=True, env=env)


class CostTest(support.CliTest):
    def test_highway_does_not_time_the_cpu_while_it_is_loaded(self):
        said = start(hello={}, env={**self.env, "LD_DEBUG": "bindings"}).stderr
        bound = [line for line in said.splitlines() if "TimerResolution" in line]
        if not bound:
            self.skipTest("no libhwy that does so is loaded here")
        for line in bound:
            self.assertIn(f"to {WORKER} ", line)

    def test_a_launch_hears_of_its_own_workload_only(self):
        whole = start(hello={}).stdout
        one = start(hello={"workload": "tinyml.kws"}).stdout
        names = [workload["name"] for line in one.splitlines() for workload in json.loads(line)["workloads"]]
        self.assertEqual(names, ["tinyml.kws"])
        self.assertLess(5 * len(one), len(whole))

    @unittest.skipUnless(support.CALLGRIND, "no valgrind, or sanitizers")
    def test_a_plan_costs_in_proportion_to_its_cases(self):
        def instructions(cases):
            count = self.folder / f"callgrind.{cases}"
            command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={count}", support.ASSAY, "run", "--dry-run",
                       f"example.sum/builtin?n=1..{cases}", "--worker", support.EXAMPLE_WORKER]
            subprocess.run(command, env=self.env, cwd=self.work, capture_output=True, timeout=300, check=True)
            return int(re.search(r"^totals: (\d+)", count.read_text(), re.M)[1])

        start, few, many = instructions(1), instructions(500), instructions(4000)
        self.assertLess(many - start, 1.5 * 8 * (few - start))


if __name__ == "__main__":
    support.main()
