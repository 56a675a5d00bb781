#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The native worker of other architectures (presets aarch64, riscv64, ...) under qemu-user: every workload of the CPU at its
smallest size, on every CPU that the preset has. No ctest of the host's build: ci/test --full builds the workers and starts
this. Arguments: presets."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from support import ROOT, CliTest  # noqa: E402

PRESETS = sys.argv[1:] or sys.exit("name a preset")
# What one thread cannot do: the only reason for no result.
UNAVAILABLE = {"roof.c2c/pingpong": "needs 2 threads"}
# It branches on what a clock says.
UNSTEADY = ("roof.jitter",)
MEASURED = {"llm.gemv", "llm.decode", "vision.resize", "tinyml.kws", "dataframe.groupby_q1", "tinyml.model", "roof.mem", "roof.fma"}
# Which way llm.gemv and tinyml.conv2d_int8 took, by what the emulator says that its CPU has.
PATHS = {
    "qemu:aarch64": ("neon_dotprod", "i8mm_neon"),
    "qemu:aarch64-n1": ("neon_dotprod", "dotprod_neon"),
    "qemu:aarch64-a72": ("neon", "neon"),
    "qemu:aarch64-sve256": ("sve256_dotprod", "i8mm_sve256"),
    "qemu:aarch64-sve512": ("sve512_dotprod", "i8mm_sve512"),
    "qemu:riscv64": ("scalar", "scalar"),
    "qemu:riscv64-rvv128": ("rvv128", "rvv128"),
    "qemu:riscv64-rvv256": ("rvv256", "rvv256"),
}


class Cross(CliTest):
    def measured(self, worker, device):
        self.assay("run", "*/*?preset=xs", "--worker", str(worker), "--device", device, "--quiet", timeout=600)
        return {f"{r['workload']}/{r['implementation']}": r for r in self.results().values()}

    def check(self, device, results):
        self.assertEqual(MEASURED - {case.split("/")[0] for case in results}, set())
        for case, result in results.items():
            with self.subTest(device=device, case=case):
                if case in UNAVAILABLE:
                    self.assertEqual(result["status"], "unavailable")
                    self.assertIn(UNAVAILABLE[case], result["reason"])
                    continue
                self.assertEqual((result["status"], result["verified"], result["device"]), ("ok", True, device))
                metrics = {m["id"]: m["value"] for m in result["metrics"]}
                self.assertGreater(metrics["qemu.instructions"], 0)
                self.assertIsNone(metrics["time.wall.p50"])
                self.assertEqual(metrics["vcpus.other_instructions"], 0)

    def test_every_workload_is_right_counted_to_the_digit_and_has_no_time(self):
        for preset in PRESETS:
            workers = sorted((ROOT / f"build/{preset}/share/assay/workers").glob("qemu-*.toml"))
            self.assertNotEqual(workers, [], f"build/{preset} holds no worker")
            for worker in workers:
                device = worker.stem.replace("-", ":", 1)
                results = self.measured(worker, device)
                self.check(device, results)
                taken = {r["workload"]: r["isa"] for r in self.query("SELECT workload, isa FROM v_launches WHERE device = ? AND implementation = 'simd'", (device,))}
                self.assertEqual((taken["llm.gemv"], taken["tinyml.conv2d_int8"]), PATHS[device])
            again = self.measured(workers[-1], device)
            for case, result in results.items():
                if case in UNAVAILABLE or case.startswith(UNSTEADY):
                    continue
                with self.subTest(device=device, case=case):
                    one, two = ([m["value"] for m in r["metrics"] if m["id"].startswith("qemu.")] for r in (result, again[case]))
                    self.assertEqual(one, two)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
