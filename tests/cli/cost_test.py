#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What each launch pays before it measures: the start of the native worker, and its hello. Counted, not timed."""
import json
import pathlib
import subprocess
import unittest

import support

WORKER = pathlib.Path(support.ASSAY).parent.parent / "libexec/assay/assay-worker-native"


def start(*, hello, env=None):
    """The worker's answer to one hello, after which its input ends."""
    request = json.dumps({"id": 1, "op": "hello", "protocol": [1, 1], **hello}) + "\n"
    return subprocess.run([WORKER], input=request, capture_output=True, text=True, timeout=60, check=True, env=env)


class StartupTest(support.CliTest):
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


if __name__ == "__main__":
    support.main()
