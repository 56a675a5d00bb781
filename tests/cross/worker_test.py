#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The native worker of other architectures (preset aarch64) under qemu-user: every workload of the CPU at its smallest size.
No ctest of the host's build: ci/test --full builds the worker and starts this. Arguments: architectures."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from support import ROOT, CliTest  # noqa: E402

ARCHITECTURES = sys.argv[1:] or sys.exit("name an architecture")
# What one thread cannot do: the only reason for no result.
UNAVAILABLE = {"roof.c2c/pingpong": "needs 2 threads"}
# It branches on what a clock says.
UNSTEADY = ("roof.jitter",)


class Cross(CliTest):
    def measured(self, name):
        worker = ROOT / f"build/{name}/share/assay/workers/emulated.toml"
        self.assay("run", "*/*?preset=xs", "--worker", str(worker), "--device", f"qemu:{name}", "--quiet", timeout=600)
        return {f"{r['workload']}/{r['implementation']}": r for r in self.results().values()}

    def test_every_workload_is_right_counted_to_the_digit_and_has_no_time(self):
        for name in ARCHITECTURES:
            results, again = self.measured(name), self.measured(name)
            self.assertEqual(len({case.split("/")[0] for case in results} & {"llm.gemv", "llm.decode", "vision.resize", "tinyml.kws",
                                 "dataframe.groupby_q1", "tinyml.model", "roof.mem", "roof.fma"}), 8)
            self.assertEqual(set(results), set(again))
            for case, result in results.items():
                with self.subTest(architecture=name, case=case):
                    if case in UNAVAILABLE:
                        self.assertEqual(result["status"], "unavailable")
                        self.assertIn(UNAVAILABLE[case], result["reason"])
                        continue
                    self.assertEqual((result["status"], result["verified"], result["device"]), ("ok", True, f"qemu:{name}"))
                    one, two = ({m["id"]: m["value"] for m in r["metrics"]} for r in (result, again[case]))
                    self.assertGreater(one["qemu.instructions"], 0)
                    self.assertIsNone(one["time.wall.p50"])
                    self.assertEqual(one["vcpus.other_instructions"], 0)
                    if not case.startswith(UNSTEADY):
                        self.assertEqual(one["qemu.instructions"], two["qemu.instructions"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
