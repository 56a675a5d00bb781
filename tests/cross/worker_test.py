#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The native worker of other architectures (presets aarch64, riscv64, ...) under qemu-user: every workload of the CPU at its
smallest size, on every CPU that the preset has. No ctest of the host's build: ci/test --full builds the workers and starts
this. Arguments: presets."""
import pathlib
import subprocess
import sys
import tomllib
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from support import ROOT, CliTest  # noqa: E402

PRESETS = sys.argv[1:] or sys.exit("name a preset")
# It branches on what a clock says.
UNSTEADY = ("roof.jitter",)
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


# Quantised weights and binary16 are not the smallest preset's.
SELECTORS = ("*/*?preset=xs", "*/reference?preset=xs", "llm.gemv/simd?preset=xs&dtype=f16|q8_0|q4_0")

# Of the unit tests: what takes minutes in an emulator, and what goes by time.
LEFT_OUT = '~"*sizes that people measure*"~"*elide nothing*"'


def reason_for_none(result):
    """What one thread cannot do, and what the CPU has not."""
    if result["workload"] == "roof.c2c":
        return "needs 2 threads"
    if result["workload"] == "roof.dot" and "dotprod" not in PATHS[result["device"]][0]:
        return "has no dot product"
    return None


class Cross(CliTest):
    def measured(self, worker, device):
        self.assay("run", *SELECTORS, "--worker", str(worker), "--device", device, "--quiet", timeout=600)
        results = self.results()
        offered = self.assay("list", "implementations", "--json").json()["implementations"]
        here = {row["workload"] for row in offered if row["device"] == "cpu" and row["worker"] == "native"}
        self.assertEqual(here - {r["workload"] for r in results.values()}, set())
        self.assertGreater(len(here), 20)
        self.assertEqual(len([r for r in results.values() if (r["workload"], r["implementation"]) == ("llm.gemv", "simd")]), 4)
        return results

    def check(self, device, results):
        for case, result in results.items():
            with self.subTest(case=case):
                if reason_for_none(result):
                    self.assertEqual(result["status"], "unavailable")
                    self.assertIn(reason_for_none(result), result["reason"])
                    continue
                self.assertEqual((result["status"], result["verified"], result["device"]), ("ok", True, device))
                metrics = {m["id"]: m["value"] for m in result["metrics"]}
                self.assertGreater(metrics["qemu.instructions"], 0)
                self.assertIsNone(metrics["time.wall.p50"])
                self.assertEqual(metrics["vcpus.other_instructions"], 0)
        taken = self.query("SELECT workload, isa FROM v_launches WHERE device = ? AND implementation = 'simd'", (device,))
        for workload, isa in zip(("llm.gemv", "tinyml.conv2d_int8"), PATHS[device]):
            self.assertEqual({row["isa"] for row in taken if row["workload"] == workload}, {isa})

    def test_every_workload_is_right_counted_to_the_digit_and_has_no_time(self):
        for preset in PRESETS:
            workers = sorted((ROOT / f"build/{preset}/share/assay/workers").glob("qemu-*.toml"))
            self.assertNotEqual(workers, [], f"build/{preset} holds no worker")
            for worker in workers:
                device = worker.stem.replace("-", ":", 1)
                results = self.measured(worker, device)
                self.check(device, results)
            again = self.measured(worker, device)
            for case, result in results.items():
                if case.startswith(UNSTEADY):
                    continue
                with self.subTest(case=case):
                    one, two = ([m["value"] for m in r["metrics"] if m["id"].startswith("qemu.")] for r in (result, again[case]))
                    self.assertEqual(one, two)

    def test_kernels_equal_their_references_on_every_cpu_at_odd_sizes(self):
        for preset in PRESETS:
            program = ROOT / f"build/{preset}/bin/cross_kernels"
            for worker in sorted((ROOT / f"build/{preset}/share/assay/workers").glob("qemu-*.toml")):
                emulator = tomllib.loads(worker.read_text())["command"][:-3]  # without the worker and its option
                with self.subTest(cpu=emulator):
                    ended = subprocess.run([*emulator, program, LEFT_OUT], capture_output=True, text=True, timeout=900)
                    self.assertEqual(ended.returncode, 0, ended.stdout[-3000:] + ended.stderr)
                    self.assertIn("All tests passed", ended.stdout)

    def test_a_worker_that_is_not_told_of_its_emulator_refuses(self):
        for preset in PRESETS:
            machine = preset.split("-")[0]
            program = ROOT / f"build/{preset}/libexec/assay/assay-worker-native"
            refused = self.assay("worker", "check", f"qemu-{machine} {program}", code=None)
            self.assertIn(f"runs under qemu-{machine}", refused.out + refused.err)
            self.assertNotEqual(refused.code, 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
