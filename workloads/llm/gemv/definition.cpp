// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/gemv/gemv.h"

namespace assay {

namespace llm {

Definition gemv_definition() {
  Definition d;
  d.name = "llm.gemv";
  d.doc =
      "y = W x with W stored row by row as f32, f16 (IEEE binary16; x is then rounded to binary16, too) or "
      "in ggml's blocks of 32 weights: q8_0 (binary16 scale, 32 "
      "int8; 34 bytes) or q4_0 (binary16 scale, 32 nibbles; 18 bytes). What a language model does for each "
      "token; it is limited by reading W. W[r][c] = 0.02 * normal(stream weights, r * cols + c), quantised "
      "by "
      "ggml's rules; x = normal(stream x, c). The speed does not depend on the values. Accuracy class float "
      "(W is f32 or f16): products and sums in binary32 or wider. Class q8 (q8_0, q4_0): x is quantised "
      "within the "
      "call, in blocks of 32 with m = max |x| in binary32: x = m / 127 * q with q = x * (127 / m), every "
      "operation rounded to binary32, then to an integer, ties to even (ggml's scheme; ggml keeps m / 127 in "
      "binary16). That is part of the definition, so what an implementation is free in, the order and the "
      "width of sums, moves a result by some 1e-6 of their root mean square; one scale off by its last bit "
      "or "
      "one quant off by one is beyond the tolerance. Of a single row the sum may cancel, and the tolerance "
      "with it. Shapes: ggml tests/test-backend-ops.cpp (4096 x 14336), the output layer of a small llama "
      "(32000 x 2048).";
  d.parameters = {{"rows", std::int64_t{4096}, "rows of W, elements of y", {}},
                  {"cols", std::int64_t{4096}, "columns of W, elements of x; a multiple of 32", {}},
                  {"dtype",
                   std::string("f32"),
                   "how W is stored",
                   {std::string("f32"), std::string("f16"), std::string("q8_0"), std::string("q4_0")}}};
  d.presets = {{"xs", {{"rows", std::int64_t{16}}, {"cols", std::int64_t{96}}}},
               {"default", {}},
               {"ggml", {{"rows", std::int64_t{4096}}, {"cols", std::int64_t{14336}}}},
               {"head", {{"rows", std::int64_t{32000}}, {"cols", std::int64_t{2048}}}}};
  d.unit_of_work = "bytes";
  d.tolerances = {{"float", "rel_rms", 2e-5, 0}, {"q8", "rel_rms", 5e-6, 0}};
  d.operations_formula = "2 * rows * cols";
  d.bytes_formula = "rows * cols * B + 4 * (rows + cols), B = 4 (f32), 2 (f16), 34/32 (q8_0), 18/32 (q4_0)";
  return d;
}

}  // namespace llm

Workload workload_llm_gemv() { return {llm::gemv_definition(), {llm::gemv_reference(), llm::gemv_simd()}}; }

}  // namespace assay
