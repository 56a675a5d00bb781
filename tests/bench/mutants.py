#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Breaks our kernels on purpose, one way at a time, and wants `assay run` to call every one `invalid`.

    tests/bench/mutants.py [NUMBER...]      all, or these

One build holds all mutants (build/mutants, a few minutes the first time): each is an edit whose text says MUTANT
where it asks whether it is the one chosen by ASSAY_MUTANT, and ASSAY_FIRST where it asks whether it runs for the
first time. Most edit the AVX-512 VNNI paths: run it on a CPU that has them. A mutant that survives is a defect of a
tolerance, of the input, or of the verification. Prints a line for each; ends with 1 when one survived, or when the
unbroken build (mutant 0) is not `ok` everywhere.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TREE = ROOT / "build/mutants/src"
HEADER = """#pragma once
#include <stdlib.h>
static inline bool assay_mutant(int n) {
  static const char* const text = getenv("ASSAY_MUTANT");
  return text != nullptr && atoi(text) == n;
}
#define ASSAY_FIRST (__extension__({ static int seen; __atomic_fetch_add(&seen, 1, __ATOMIC_RELAXED) == 0; }))
"""

Q8_FOURS = "DotQ8Rows<4>(w.row(r), x, blocks, y + r);"
Q8_REST = "DotQ8Rows<1>(w.row(r), x, blocks, y + r);"

# what, file under workloads/, text, its mutant, cases
MUTANTS = [
    ("a tail element is lost", "roof/mem/simd.cpp", "for (; i < count; ++i) sum += bits[i];",
     "for (; i + (MUTANT ? 1 : 0) < count; ++i) sum += bits[i];", ["roof.mem/simd?bytes=524340&threads=1"]),
    ("a lane of the last vector is lost", "roof/mem/simd.cpp", "lane < lanes; ++lane) sum",
     "lane < lanes - (MUTANT ? 1 : 0); ++lane) sum", ["roof.mem/simd?preset=xs|l2"]),
    ("one round of a thousand is left out", "roof/fma/simd.cpp", "round < rounds; ++round) {",
     "round < rounds - (MUTANT ? 1 : 0); ++round) {", ["roof.fma/simd?dtype=f32|f64&preset=xs"]),
    ("truncation for rounding", "vision/resize/simd.cpp", "_mm512_set1_epi32(1 << 21)), 22)",
     "_mm512_set1_epi32(MUTANT ? 0 : 1 << 21)), 22)", ["vision.resize/simd?preset=xs|720p|768p|4k"]),
    ("a source row off by one", "vision/resize/simd.cpp", "source_.row(tap.first)",
     "source_.row(tap.first + (MUTANT && y == 5 ? 1 : 0))", ["vision.resize/simd?preset=xs|768p|1080p"]),
    ("the border is written once", "vision/letterbox_f32/simd.cpp", "void border(std::size_t begin, std::size_t end) {",
     "void border(std::size_t begin, std::size_t end) {\n    if (MUTANT && !ASSAY_FIRST) return;",
     ["vision.letterbox_f32/simd?preset=1080p&threads=1"]),
    ("nearest for bilinear, in the library", "vision/resize/opencv.cpp", "cv::INTER_LINEAR)",
     "MUTANT ? cv::INTER_NEAREST : cv::INTER_LINEAR)", ["vision.resize/opencv?preset=xs|768p"]),
    ("<= for <", "dataframe/filter_sum/simd.cpp", "hn::Load(narrow, v1 + at), limit1)",
     "hn::Load(narrow, v1 + at), MUTANT ? hn::Add(limit1, hn::Set(narrow, 1)) : limit1)",
     ["dataframe.filter_sum/simd?preset=xs|1e6"]),
    ("only the first call computes", "dataframe/groupby/simd.cpp",
     "pool_.run([this](int index) { accumulate(index); });",
     "if (MUTANT && !ASSAY_FIRST) return;\n    pool_.run([this](int index) { accumulate(index); });",
     ["dataframe.groupby_q1/simd?preset=xs|1e6", "dataframe.groupby_q5/simd?preset=xs|1e6"]),
    ("the last group is not written", "dataframe/groupby/simd.cpp",
     "for (std::size_t group = begin; group < end; ++group) {\n      const Sums sums",
     "for (std::size_t group = begin; group < end - (MUTANT && end == input_.key.range ? 1 : 0); ++group) {\n"
     "      const Sums sums", ["dataframe.groupby_q1/simd?preset=xs|1e6", "dataframe.groupby_q5/simd?preset=xs|1e6"]),
    ("one row of 4096 off by a ten thousandth", "llm/support/kernels.cpp", "x.values.data(), y + r);\n      break;",
     "x.values.data(), y + r);\n      if (MUTANT && begin <= 5 && end > 5) y[5] *= 1.0001f;\n      break;",
     ["llm.gemv/simd?dtype=f32"]),
    ("one block's scale is off by its last bit", "llm/support/kernels.cpp", Q8_FOURS, Q8_FOURS +
     """
      if (MUTANT && begin <= 5 && end > 5) {
        const BlockQ8& block = w.q8_row(5)[0];
        const float ulp = f16_to_f32(static_cast<std::uint16_t>(block.scale ^ 1)) - f16_to_f32(block.scale);
        for (std::size_t j = 0; j < block_size; ++j) y[5] += ulp * x.scale[0] * static_cast<float>(block.q[j] * x.q[j]);
      }""", ["llm.gemv/simd?dtype=q8_0&preset=xs|default"]),
    ("one quant of one row is off by one", "llm/support/kernels.cpp", Q8_REST, Q8_REST +
     """
      if (MUTANT && begin <= 5 && end > 5)
        y[5] += f16_to_f32(w.q8_row(5)[0].scale) * x.scale[0] * static_cast<float>(x.q[3]);""",
     ["llm.gemv/simd?dtype=q8_0&preset=xs|default"]),
    ("activations are truncated", "llm/support/kernels.cpp", "hn::NearestInt(hn::Mul(hn::LoadU(d, in + j), inverse))",
     "MUTANT ? hn::ConvertTo(hn::Rebind<std::int32_t, F>(), hn::Mul(hn::LoadU(d, in + j), inverse)) : "
     "hn::NearestInt(hn::Mul(hn::LoadU(d, in + j), inverse))", ["llm.gemv/simd?dtype=q8_0|q4_0&preset=xs|default"]),
    ("the activations' scale is kept in binary16", "llm/support/kernels.cpp", "StoreBlock(q, most / 127.0f, b,",
     "StoreBlock(q, MUTANT ? f16_to_f32(f32_to_f16(most / 127.0f)) : most / 127.0f, b,",
     ["llm.gemv/simd?dtype=q8_0|q4_0&preset=xs|default"]),
    ("a column is left out, in the library", "llm/gemv/openblas.cpp", "(end - begin), columns, 1.0f",
     "(end - begin), columns - (MUTANT ? 1 : 0), 1.0f", ["llm.gemv/openblas?preset=xs|default"]),
    ("nibble 15 becomes 14", "llm/support/int8_dot-inl.h", "_mm512_and_si512(q, low), first)",
     "MUTANT ? _mm512_min_epu8(_mm512_and_si512(q, low), _mm512_set1_epi8(14)) : _mm512_and_si512(q, low), first)", ["llm.gemv/simd?dtype=q4_0&preset=xs|default"]),
    ("a layer's attention is left out", "llm/decode/simd.cpp", "pool().run([&](int index) { add_product(layer.out",
     "if (!MUTANT || i > 0) pool().run([&](int index) { add_product(layer.out",
     ["llm.decode/simd?dtype=f32|q8_0|q4_0", "llm.decode/simd?dtype=q8_0&prompt=1024"]),
    ("the oldest quarter of the cache is left out", "llm/decode/simd.cpp",
     "kernels_.attend(qkv_.data() + h * n, keys(i) + column, values(i) + column, shape().kv(), count, n,",
     "const std::size_t skip = MUTANT ? count / 4 : 0;\n"
     "      const std::size_t from = column + skip * shape().kv();\n"
     "      kernels_.attend(qkv_.data() + h * n, keys(i) + from, values(i) + from, shape().kv(), count - skip, n,",
     ["llm.decode/simd?dtype=q8_0&prompt=1024"]),
    ("all but the last token are told without their logits", "llm/decode/simd.cpp", "pool().run([&](int index) { predict(index); });",
     "if (MUTANT && position + 2 < model().positions()) return static_cast<std::int32_t>(model().row(token));\n"
     "    pool().run([&](int index) { predict(index); });", ["llm.decode/simd?dtype=f32|q4_0"]),
    ("a tie rounds the other way", "tinyml/simd/simd_avx512vnni.cpp", "_mm512_add_epi32(v.half, _mm512_srli_epi32(x, 31));",
     "MUTANT ? v.half : _mm512_add_epi32(v.half, _mm512_srli_epi32(x, 31));",
     ["tinyml.conv2d_int8/simd?preset=m|pointwise"]),  # xs has no such tie among its 1,024 results
    ("the zero point off by one", "tinyml/simd/layer.cpp", "(layer.in_zero + 128) * total);\n  }\n}\n\nvoid PackedLayer::pack_depth",
     "(layer.in_zero + 128 + (MUTANT ? 1 : 0)) * total);\n  }\n}\n\nvoid PackedLayer::pack_depth",
     ["tinyml.conv2d_int8/simd?preset=xs|m|pointwise", "tinyml.kws/simd?preset=xs|m"]),
    ("the clamp is one step low above", "tinyml/simd/layer.cpp", "t.high = layer_.high - layer_.out_zero;",
     "t.high = layer_.high - layer_.out_zero - (MUTANT ? 1 : 0);",
     ["tinyml.conv2d_int8/simd?preset=xs|m|pointwise", "tinyml.kws/simd?preset=xs|m"]),
    ("the clamp is one step high below", "tinyml/simd/layer.cpp", "t.low = layer_.low - layer_.out_zero;",
     "t.low = layer_.low - layer_.out_zero + (MUTANT ? 1 : 0);",
     ["tinyml.conv2d_int8/simd?preset=xs|m|pointwise", "tinyml.kws/simd?preset=xs|m"]),
    ("results wrap around above instead of saturating", "tinyml/simd/simd_avx512vnni.cpp",
     "multiply(sum[m][n], v), low), high)", "multiply(sum[m][n], v), low), MUTANT ? _mm512_set1_epi32(1 << 20) : high)",
     ["tinyml.conv2d_int8/simd?preset=xs|m|pointwise", "tinyml.kws/simd?preset=xs|m"]),
    ("the softmax is computed once", "tinyml/kws/simd.cpp", "assay_softmax_int8(logits_.data()",
     "if (!MUTANT || ASSAY_FIRST) assay_softmax_int8(logits_.data()", ["tinyml.kws/simd?preset=xs|m"]),
]


def build():
    files = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).split("\n")
    texts = {f: (ROOT / f).read_bytes() for f in files if f and (ROOT / f).is_file()}
    texts["workloads/mutant.h"] = HEADER.encode()
    for number, (what, file, text, mutant, _) in enumerate(MUTANTS, 1):
        source = texts["workloads/" + file].decode()
        if text not in source:
            sys.exit(f"mutant {number} ({what}): {file} no longer holds\n{text}\nMake it fit the new text.")
        source = source.replace(text, re.sub("MUTANT", f"assay_mutant({number})", mutant), 1)
        if "mutant.h" not in source and not file.endswith("-inl.h"):
            source = source.replace("\n", '\n#include "workloads/mutant.h"\n', 1)
        texts["workloads/" + file] = source.encode()
    for name, content in texts.items():
        path = TREE / name
        if path.is_file() and path.read_bytes() == content:
            continue  # its time stays: nothing to build again
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod((ROOT / name).stat().st_mode if (ROOT / name).exists() else 0o644)
    subprocess.check_call(["cmake", "--preset", "release", "-DASSAY_TESTS=OFF", "-DASSAY_CUDA=OFF"],
                          cwd=TREE, stdout=subprocess.DEVNULL)
    subprocess.check_call(["cmake", "--build", "--preset", "release"], cwd=TREE, stdout=subprocess.DEVNULL)


def run(number, cases, folder):
    """Status of every case, with mutant `number` alive."""
    command = [TREE / "build/release/bin/assay", "run", "--db", f"{folder}/{number}.db", "--launches", "1",
               "--max-time", "10ms", "--json", *cases]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(
        os.environ, ASSAY_MUTANT=str(number), ASSAY_CACHE=f"{folder}/cache", ASSAY_LOCK=f"{folder}/lock"))
    if not done.stdout:
        sys.exit(done.stderr)
    return {r["case"]: r["status"] for r in json.loads(done.stdout)["results"]}


def main():
    build()
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        everything = sorted({case for mutant in MUTANTS for case in mutant[4]})
        unbroken = run(0, everything, folder)
        if broken := [case for case, status in unbroken.items() if status != "ok"]:
            sys.exit(f"without a mutant these are not ok: {broken}")
        chosen = [int(n) for n in sys.argv[1:]] or range(1, len(MUTANTS) + 1)
        for number in chosen:
            what, file, _, _, cases = MUTANTS[number - 1]
            states = run(number, cases, folder)
            alive = [case for case, status in states.items() if status != "invalid"]
            survived += bool(alive)
            print(f"{number:2} {'SURVIVED' if alive else 'caught'}  {what} ({file}) {' '.join(alive)}", flush=True)
    sys.exit(1 if survived else 0)


main()
