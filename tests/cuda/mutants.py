#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes one barrier after the other out of our CUDA kernels and wants a case to be lost or called `invalid`, in one of two orders of threads.

    tests/cuda/mutants.py [BUILD]      BUILD: build/release, built

Edits what translate.sed made, not the sources; some 15 s a barrier. Prints a line for each; ends with 1 when one survived.
Fences are not tried: on one thread of the CPU memory has no other order.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BARRIER = re.compile(r"__syncthreads\(\);|__syncwarp\(\);|cuda::(?:wait_async<[^>]*>|commit_async)\(\);")
REDUCES = ["roof.mem/cuda?kind=load&bytes=400016", "dataframe.filter_sum/cuda?rows=30001", "llm.decode/cuda?config=xs&dtype=f16&prompt=5&tokens=3"]
CASES = {
    "harness/backends/cuda/reduce.cuh": REDUCES,
    "workloads/dataframe/groupby/cuda.cu.cpp": ["dataframe.groupby_*/cuda?rows=4001"],
    "workloads/llm/attn_decode/attend.cu.cpp": ["llm.attn_decode/cuda?preset=xs&dtype=*&context=300"],
    "workloads/llm/decode/cuda.cu.cpp": REDUCES[2:],
    "workloads/llm/gemm/cuda.cu.cpp": ["llm.gemm/cuda?cols=160&dtype=*&rows=65&tokens=33", "llm.gemm/cuda?cols=1024&dtype=f16&math=f16&rows=33&tokens=34"],
    "workloads/llm/gemv/products.cu.cpp": ["llm.gemv/cuda?cols=3232&dtype=q8_0|q4_0&rows=19", "llm.gemv/cuda?cols=96&dtype=q8_0|q4_0&rows=401"],
}
# Between two sums of a block there is another barrier today: block_sum's first is for who adds two up without one.
REDUNDANT = {("harness/backends/cuda/reduce.cuh", 0)}


def build(folder):
    return subprocess.run(["cmake", "--build", folder, "--target", "assay_cuda_stand_in", "-j", "2"], capture_output=True, text=True).returncode


def outcome(folder, cases, order, scratch):
    env = dict(os.environ, ASSAY_TEST_CUDA_ORDER=order, ASSAY_DB=str(scratch / "a.db"), ASSAY_LOCK=str(scratch / "lock"),
               ASSAY_MAX_TIME="5ms", ASSAY_WARMUP="5ms", ASSAY_MIN_SAMPLES="3")
    command = [folder / "bin/assay", "run", "--worker", folder / "tests/cuda/assay-cuda-stand-in", "--launches", "1", "--quiet"]
    return subprocess.run([*map(str, command), *(case + "@cuda:0" for case in cases)], env=env, capture_output=True, timeout=600).returncode


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release").resolve()
    translated = folder / "tests/cuda/translated"
    barriers = {p.relative_to(translated).as_posix() for p in translated.rglob("*") if p.is_file() and BARRIER.search(p.read_text())}
    if barriers != set(CASES):
        sys.exit(f"files with barriers and files with cases differ: {sorted(barriers ^ set(CASES))}")
    survived = 0
    with tempfile.TemporaryDirectory() as name:
        for file, cases in CASES.items():
            path = translated / file
            text = path.read_text()
            try:
                for number, barrier in enumerate(BARRIER.finditer(text)):
                    if (file, number) in REDUNDANT:
                        continue
                    path.write_text(text[:barrier.start()] + ";" + text[barrier.end():])
                    if build(folder) != 0:
                        sys.exit(f"{file} without its barrier {number} does not build")
                    killed = any(outcome(folder, cases, order, pathlib.Path(name)) != 0 for order in ("forwards", "backwards"))
                    survived += not killed
                    print("killed  " if killed else "SURVIVED", file, f"line {text[:barrier.start()].count(chr(10)) + 1}", barrier[0], flush=True)
            finally:
                path.write_text(text)
    build(folder)
    sys.exit(survived > 0)


if __name__ == "__main__":
    main()
