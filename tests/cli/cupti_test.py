#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`--collect cupti` and `cupti_range`, with a CUPTI and a driver of a GPU that we do not have (tests/unit/collectors/fake_cupti.cpp)."""
import pathlib
import unittest

from support import ASSAY, COUNTED_WORKER, CliTest, main

FAKE = pathlib.Path(ASSAY).parent.parent / "tests/fake_gpu/fake_cupti.so"


@unittest.skipUnless(FAKE.exists(), "CUPTI's headers were not here when this was built, or a sanitizer")
class Cupti(CliTest):
    def counted(self, collect, *words, code=0, **env):
        self.assay("run", "--launches", "1", "--collect", collect, *words, code=code, env={"ASSAY_CUPTI": str(FAKE), **env})
        result, = self.assay("show", "--json").json()["results"]
        return {m["id"]: m for m in result["metrics"] if m["id"].startswith("cupti")}

    def test_activity_of_a_call_is_what_one_more_call_does(self):
        counted = self.counted("cupti", "counted.loop/own", "--worker", COUNTED_WORKER)
        # The ends of the regions of one and of two calls are the 4th and the 6th flush.
        self.assertEqual({name: m["value"] for name, m in counted.items()},
                         {"cupti.kernels": 2, "cupti.kernel_time": 6 * 1000 / 2, "cupti.copies": 2, "cupti.copied_bytes": 2 * 64,
                          "cupti.copy_time": 6 * 500 / 2, "cupti.fills": 0, "cupti.api_calls": 2})

    def test_what_was_recorded_is_a_track_in_the_store_and_rows_in_profile_and_trace(self):
        self.counted("cupti", "counted.loop/own", "--worker", COUNTED_WORKER)
        exported = self.assay("export", "latest", "--format", "chrome_trace").json()["traceEvents"]
        rows = {e["tid"]: e["args"]["name"] for e in exported if e["name"] == "thread_name"}
        seen = {}
        for event in exported:
            row = rows[event["tid"]] if event["ph"] == "X" else ""
            if row.startswith("cupti launch 1, ") and "correlation" in event.get("args", {}):
                seen.setdefault(row, []).append((event["name"], event["dur"], event["args"]["correlation"]))
        # The region of one call ends with the 4th flush: 4 kernels, 4 copies, a fill, 4 calls.
        self.assertEqual(seen, {"cupti launch 1, kernels, stream 7": [("gemv(float*)", 1.0, 41)] * 4,
                                "cupti launch 1, copies, stream 7": [("host to device", 0.5, 0)] * 4,
                                "cupti launch 1, fills, stream 7": [("fill", 0.1, 0)],
                                "cupti launch 1, calls, thread 99": [("cudaLaunchKernel", 0.1, 41)] * 4})
        sample, = (e for e in exported if e["name"] == "sample" and rows[e["tid"]] == "cupti launch 1, samples")
        kernel = next(e for e in exported if e["name"] == "gemv(float*)")
        self.assertAlmostEqual(kernel["ts"] - sample["ts"], 1.0, places=2)  # it began 1000 ns behind its sample

    def test_records_beyond_the_most_leave_one_in_their_place(self):
        counted = self.counted("cupti", "counted.loop/own", "--worker", COUNTED_WORKER, FAKE_CUPTI_TIMES="3000")
        self.assertEqual(counted["cupti.kernels"]["value"], 2 * 3000)  # totals hold all
        tracks = {row["metric"]: row["value_count"] for row in self.query("SELECT metric, value_count FROM track WHERE metric LIKE 'gpu.%/%'")}
        # 12,000 kernels, 12,000 copies of which the 8,000 first are kept, a fill and 12,000 calls.
        self.assertEqual(tracks, {"gpu.kernels/gemv(float*)": 12000, "gpu.copies/host to device": 8000,
                                  "gpu.left_out/records beyond the first 20000": 1})

    def test_counters_of_a_call_are_totals_or_means_weighted_by_time(self):
        counted = self.counted("cupti_range", "counted.loop/own", "--worker", COUNTED_WORKER)
        # The region of two calls is the third: 3 kernels that count 100 each.
        self.assertEqual({name: m["value"] for name, m in counted.items()},
                         {"cupti_range.dram_read": 150, "cupti_range.dram_written": 150, "cupti_range.dram_throughput": 0.5})
        counted = self.counted("cupti_range:OCCUPANCY,warp_instructions", "counted.loop/own", "--worker", COUNTED_WORKER)
        self.assertEqual({name: m["value"] for name, m in counted.items()},
                         {"cupti_range.occupancy": 0.5, "cupti_range.warp_instructions": 150})

    def test_the_driver_calls_before_there_is_a_context_and_nothing_is_lost(self):
        started = {"FAKE_CUDA_STARTS": "1", "LD_PRELOAD": str(FAKE.parent / "libcuda.so.1")}
        counted = self.counted("cupti_range", "counted.loop/own", "--worker", COUNTED_WORKER, **started)
        self.assertEqual(counted["cupti_range.dram_read"]["value"], 150)
        counted = self.counted("cupti", "counted.loop/own", "--worker", COUNTED_WORKER, **started)
        self.assertEqual(counted["cupti.kernels"]["value"], 2)
        counted = self.counted("cupti", "--", "true", **started)  # within cuInit() nothing is to be flushed
        self.assertEqual(counted["cupti.kernels"]["value"], 2)
        counted = self.counted("cupti_range", "--", "true", code=None, **started)
        self.assertEqual({m["state"] for m in counted.values()}, {"unsupported"})
        self.assertIn("--collect cupti", counted["cupti_range.dram_read"]["reason"])

    def test_what_is_refused_says_why_and_what_helps(self):
        refused = self.counted("cupti_range", "counted.loop/own", "--worker", COUNTED_WORKER, FAKE_CUPTI_ERROR="35", code=None)
        self.assertEqual({(m["value"], m["state"]) for m in refused.values()}, {(None, "denied")})
        self.assertIn("NVreg_RestrictProfilingToAdminUsers=0", refused["cupti_range.dram_read"]["reason"])
        cloud = self.counted("cupti_range", "counted.loop/own", "--worker", COUNTED_WORKER, FAKE_CUPTI_ERROR="40", code=None)
        self.assertEqual({(m["value"], m["state"]) for m in cloud.values()}, {(None, "denied")})
        shared = self.counted("cupti_range", "counted.loop/own", "--worker", COUNTED_WORKER, FAKE_CUPTI_VGPU="1", code=None)
        self.assertEqual({(m["value"], m["state"]) for m in shared.values()}, {(None, "unsupported")})
        off = self.counted("cupti_range", "counted.loop/own", "--worker", COUNTED_WORKER, FAKE_CUPTI_VGPU="2", code=None)
        self.assertEqual({(m["value"], m["state"]) for m in off.values()}, {(None, "denied")})
        self.assertIn("vGPU: profiling on", off["cupti_range.dram_read"]["reason"])
        ended = self.assay("run", "counted.loop/own", "--worker", COUNTED_WORKER, "--collect", "cupti_range:MEMROY", code=2,
                           env={"ASSAY_CUPTI": str(FAKE)})
        self.assertIn("did you mean 'MEMORY'", ended.err)

    def test_a_program_that_uses_no_cuda_has_no_counts(self):
        counted = self.counted("cupti", "--", "true", code=None)
        self.assertEqual({(m["value"], m["state"]) for m in counted.values()}, {(None, "not_counted")})
        self.assertIn("no process of it used CUDA", counted["cupti.kernels"]["reason"])


if __name__ == "__main__":
    main()
