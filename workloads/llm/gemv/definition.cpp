// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/gemv/gemv.h"

namespace assay {

namespace llm {

Definition gemv_definition() {
  Definition d;
  d.name = "llm.gemv";
  d.doc =
      "y = W x with W stored row by row as f32 or in ggml's blocks of 32 weights: q8_0 (binary16 scale, 32 "
      "int8; 34 "
      "bytes) or q4_0 (binary16 scale, 32 nibbles; 18 bytes). What a language model does for each token; it "
      "is limited "
      "by reading W. W[r][c] = 0.02 * normal(stream weights, r * cols + c), quantised by ggml's rules; x = "
      "normal(stream "
      "x, c). The speed does not depend on the values. Accuracy class float: activations stay f32 or wider; "
      "q8: they are "
      "quantised to 8 bits in blocks of 32 within the call, as ggml does. What verification sees: at 4096 x "
      "4096 and q8 "
      "a single changed nibble is below the tolerance, a wrong row is not; xs sees both. Below some 64 rows "
      "the q8 "
      "error of a single result may pass the limit by chance. Shapes: ggml "
      "tests/test-backend-ops.cpp (4096 x 14336), the output layer of a small llama (32000 x 2048).";
  d.parameters = {{"rows", std::int64_t{4096}, "rows of W, elements of y", {}},
                  {"cols", std::int64_t{4096}, "columns of W, elements of x; a multiple of 32", {}},
                  {"dtype",
                   std::string("f32"),
                   "how W is stored",
                   {std::string("f32"), std::string("q8_0"), std::string("q4_0")}}};
  d.presets = {{"xs", {{"rows", std::int64_t{16}}, {"cols", std::int64_t{96}}}},
               {"default", {}},
               {"ggml", {{"rows", std::int64_t{4096}}, {"cols", std::int64_t{14336}}}},
               {"head", {{"rows", std::int64_t{32000}}, {"cols", std::int64_t{2048}}}}};
  d.unit_of_work = "bytes";
  d.tolerances = {{"float", "rel_l2", 1e-5, 0}, {"q8", "rel_l2", 1e-2, 0}};
  d.operations_formula = "2 * rows * cols";
  d.bytes_formula = "rows * cols * B + 4 * (rows + cols), B = 4 (f32), 34/32 (q8_0), 18/32 (q4_0)";
  return d;
}

}  // namespace llm

Workload workload_llm_gemv() { return {llm::gemv_definition(), {llm::gemv_reference(), llm::gemv_simd()}}; }

}  // namespace assay
