// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/attn_decode/attn_decode.h"

namespace assay {

namespace llm {

Definition attention_definition() {
  Definition d;
  d.name = "llm.attn_decode";
  d.doc =
      "Attention of one token over its cache: out[h] = sum over t of softmax(q[h] . K[g][t] / "
      "sqrt(head_dim)) V[g][t], "
      "g = h / (heads / kv_heads): query heads share a head of keys and values (GQA). q, K, V = "
      "normal(streams q, k, "
      "v); f16: K and V rounded to binary16, all arithmetic in binary32 or wider. What a decoding step does "
      "in each "
      "layer; it is limited by reading K and V.";
  d.parameters = {
      {"heads", std::int64_t{32}, "of the query; a multiple of kv_heads", {}},
      {"kv_heads", std::int64_t{8}, "of keys and values", {}},
      {"head_dim", std::int64_t{128}, "values of a head; even, at most 256", {}},
      {"context", std::int64_t{1024}, "tokens in the cache", {}},
      {"dtype", std::string("f16"), "how K and V are stored", {std::string("f16"), std::string("f32")}}};
  d.presets = {{"xs",
                {{"heads", std::int64_t{4}},
                 {"kv_heads", std::int64_t{2}},
                 {"head_dim", std::int64_t{8}},
                 {"context", std::int64_t{40}}}},
               {"default", {}},
               {"8k", {{"context", std::int64_t{8192}}}},
               {"tinyllama", {{"kv_heads", std::int64_t{4}}, {"head_dim", std::int64_t{64}}}}};
  d.unit_of_work = "tokens";
  d.tolerances = {{"float", "rel_rms", 1e-4, 0}};
  d.operations_formula = "4 * heads * head_dim * context";
  d.bytes_formula = "2 * B * kv_heads * head_dim * context + 8 * heads * head_dim, B = 4 (f32), 2 (f16)";
  return d;
}

}  // namespace llm

Workload workload_llm_attn_decode();
Workload workload_llm_attn_decode() { return {llm::attention_definition(), {llm::attention_reference()}}; }

}  // namespace assay
