// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/gemm/gemm.h"

namespace assay {

namespace llm {

Definition gemm_definition() {
  Definition d;
  d.name = "llm.gemm";
  d.doc =
      "Y = X W^T for `tokens` rows of X: what a language model does to a prompt, and, with few tokens, to a "
      "batch. "
      "W[r][c] = 0.02 * normal(stream weights, r * cols + c), X[t][c] = normal(stream x, t * cols + c); f16: "
      "both rounded to binary16, products and sums in binary32 or wider, Y in f32. q8_0, q4_0: W in ggml's "
      "blocks, and each row of X quantised within the call as llm.gemv has it (class q8). math=f16: "
      "products, "
      "and sums of 16 of them at most, may be in binary16, and what is behind them in binary32 (class half); "
      "a device that has no such arithmetic does it in binary32. The speed does not depend on the values. "
      "Shape ggml: its tests/test-backend-ops.cpp with 512 tokens cut to 64.";
  d.parameters = {{"rows", std::int64_t{1024}, "rows of W, columns of Y", {}},
                  {"cols", std::int64_t{1024}, "columns of W and X; a multiple of 32", {}},
                  {"tokens", std::int64_t{256}, "rows of X and Y", {}},
                  {"dtype",
                   std::string("f32"),
                   "how W is stored; f16: X, too",
                   {std::string("f32"), std::string("f16"), std::string("q8_0"), std::string("q4_0")}},
                  {"math",
                   std::string("f32"),
                   "f16: arithmetic may be in binary16, where dtype=f16",
                   {std::string("f32"), std::string("f16")}}};
  d.presets = {
      {"xs", {{"rows", std::int64_t{24}}, {"cols", std::int64_t{32}}, {"tokens", std::int64_t{5}}}},
      {"default", {}},
      {"ggml", {{"rows", std::int64_t{4096}}, {"cols", std::int64_t{14336}}, {"tokens", std::int64_t{64}}}},
      {"batch", {{"rows", std::int64_t{4096}}, {"cols", std::int64_t{4096}}, {"tokens", std::int64_t{8}}}}};
  d.unit_of_work = "tokens";
  d.tolerances = {{"float", "rel_rms", 2e-5, 0}, {"q8", "rel_rms", 5e-6, 0}, {"half", "rel_rms", 5e-3, 0}};
  d.operations_formula = "2 * rows * cols * tokens";
  d.bytes_formula =
      "cols * (B * rows + X * tokens) + 4 * rows * tokens, B = 4 (f32), 2 (f16), 34/32 (q8_0), 18/32 (q4_0), "
      "X = 2 (f16), else 4";
  return d;
}

}  // namespace llm

Workload workload_llm_gemm();
Workload workload_llm_gemm() { return {llm::gemm_definition(), {llm::gemm_reference()}}; }

}  // namespace assay
