# SPDX-License-Identifier: Apache-2.0
"""Assay's CUDA kernels, run by a thread of the CPU (README.md): every case verified against the reference, whichever thread of a
block runs first; what hurts on a device found. Nothing here says how fast anything is."""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from support import CliTest  # noqa: E402

WORKER = os.environ["ASSAY_TEST_CUDA_WORKER"]
SMALL = "*/*?preset=xs@cuda:*"  # one of each row
OF_ROWS = 25  # of CUDA devices, without cuBLAS's

# Sizes that fit no block, every type, several pieces, more tiles than one.
ODD = ["roof.mem/cuda?kind=load|copy|triad|fill&bytes=1044", "roof.mem/cuda?kind=load&bytes=400016", "roof.fma/cuda?dtype=f64&preset=xs",
       "roof.transfer/cuda?bytes=4100&direction=*&memory=*", "roof.launch/*?launches=20",
       "llm.gemv/cuda?cols=2048&dtype=*&rows=33", "llm.gemv/cuda?cols=3232&dtype=q8_0|q4_0&rows=19", "llm.gemv/cuda?cols=96&dtype=q8_0|q4_0&rows=401",
       "llm.gemm/cuda?cols=160&dtype=*&rows=65&tokens=33", "llm.gemm/cuda?cols=1024&dtype=f16&math=f16&rows=33&tokens=34",
       "llm.attn_decode/cuda?preset=xs&dtype=*&context=300", "llm.attn_decode/cuda?head_dim=80&heads=2&kv_heads=1&dtype=*&context=131",
       "llm.decode/cuda?config=xs&dtype=f16&prompt=131&tokens=2", "llm.decode/cuda?config=xs&dtype=f32|q8_0|q4_0&prompt=4&tokens=1",
       "dataframe.filter_sum/*?rows=3001", "dataframe.groupby_*/*?rows=4001", "dataframe.groupby_q4/cuda?rows=40001", "dataframe.sort/*?rows=5001",
       "vision.resize/cuda?height=37&width=53&out_height=0&out_width=0",
       "vision.conv_layers/cuda?dtype=f32|f16&groups=4&height=9&in_channels=4&out_channels=4&stride=2&width=7",
       "vision.conv_layers/cuda?dtype=f16&height=5&in_channels=3&kernel=1&out_channels=8&width=5", "tinyml.kws/cuda?blocks=2&filters=7"]


class CudaTest(CliTest):
    def verified(self, *cases, **env):
        self.assay("run", "--worker", WORKER, *cases, "--launches", "1", "--max-time", "5ms", "--quiet", env={"ASSAY_WARMUP": "5ms", **env}, timeout=300)
        results = self.results()
        for case, result in results.items():
            self.assertEqual((result["status"], result["verified"], result["fidelity"]), ("ok", True, "software"), case)
            values = {m["id"]: m.get("value") for m in result["metrics"]}
            self.assertGreater(values["time.device.p50"], 0, case)
        return results

    def test_every_row_is_verified(self):
        self.assertEqual(len(self.verified(SMALL)), OF_ROWS)

    def test_odd_sizes_and_every_type_are_verified(self):
        self.verified(*(case + "@cuda:0" for case in ODD))

    def test_odd_sizes_and_every_type_are_verified_with_the_last_thread_first(self):
        self.verified(*(case + "@cuda:0" for case in ODD), ASSAY_TEST_CUDA_ORDER="backwards")

    def test_cold_too(self):
        self.verified("roof.mem/cuda?kind=load&bytes=40000&cache=cold@cuda:0", "llm.gemv/cuda?preset=xs&cache=cold@cuda:0")


if __name__ == "__main__":
    unittest.main()
