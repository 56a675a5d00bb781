// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/decode/decode.h"

namespace assay {

namespace llm {

Definition decode_definition() {
  Definition d;
  d.name = "llm.decode";
  d.doc =
      "Greedy decoding, batch 1, by a llama of seeded weights (no download; the speed does not depend on the "
      "values). "
      "One call decodes `tokens` tokens one after the other, each the argmax of the logits before it, from a "
      "cache that "
      "holds `prompt` - 1 positions (read while preparing; the prompt's last token is the first input). For "
      "each token t: "
      "x = sqrt(E) * embedding[(13 t + 7) mod V]; each layer: x += out . attention(rope(qkv . rmsnorm(x))), "
      "x += down . (silu(gate . n) * (up . n)) with n = rmsnorm(x); logits = embedding . rmsnorm(x). "
      "RMSNorm: "
      "x / sqrt(mean(x^2) + 1e-5) * gain; RoPE on neighbours (2i, 2i + 1), base 10000; keys and values are "
      "kept in "
      "binary16, attention is softmax(q . k / sqrt(E / H)), H / KV query heads share a key head. Weights: "
      "normal * s / sqrt(columns) in the format of dtype, s = 1.5 (queries, keys, values), 0.35 (out, down), "
      "0.8 "
      "(gate, up), 1 (embedding); gains 1 + normal / 8. Because sqrt(E) keeps the input's embedding in the "
      "residual stream, the greedy string is t -> (13 t + 7) mod V by a margin far above any rounding: token "
      "ids verify exactly, the logits after the last step, and 512 of every step spread over the vocabulary, "
      "by tolerance. Scores are spread enough that each head attends to a few positions wherever they are: "
      "the logits show every layer, and what is left out of the cache. Shapes: llama2.c "
      "(github.com/karpathy/llama2.c) 15M = nano, 110M = micro. time.first_token is the time from the call "
      "to its first "
      "token, prompt already read; time.inter_token that between tokens.";
  const auto text = [](const char* value) { return Value{std::string(value)}; };
  d.parameters = {{"config",
                   text("nano"),
                   "E, L, H, KV, FF, V: xs 32, 1, 2, 1, 32, 32; nano 288, 6, 6, 6, 768, 32000; "
                   "micro 768, 12, 12, 12, 2048, 32000",
                   {text("xs"), text("nano"), text("micro")}},
                  {"dtype",
                   text("q4_0"),
                   "how weights are stored",
                   {text("f32"), text("f16"), text("q8_0"), text("q4_0")}},
                  {"tokens", std::int64_t{16}, "tokens that a call decodes, 1 to 8192", {}},
                  {"prompt", std::int64_t{16}, "tokens of the seeded prompt, 1 to 8192", {}}};
  d.presets = {{"xs", {{"config", text("xs")}, {"tokens", std::int64_t{4}}, {"prompt", std::int64_t{4}}}},
               {"nano", {}},
               {"micro", {{"config", text("micro")}}}};
  d.unit_of_work = "tokens";
  d.tolerances = {{"float", "rel_l2", 1e-3, 0}, {"q8", "rel_l2", 4e-2, 0}};
  d.operations_formula =
      "tokens * 2 * P + D * 4 * E * L, P = L * ((2 E + 2 KV E / H) E + 3 FF E) + V E weights, "
      "D = tokens * prompt + tokens (tokens - 1) / 2 positions attended to";
  d.bytes_formula =
      "tokens * (P * B + 4 E (2 L + 1)) + (D + tokens) * 4 * L * KV * E / H, B = 4, 2, 34/32, 18/32";
  return d;
}

}  // namespace llm

Workload workload_llm_decode() {
  return {llm::decode_definition(), {llm::decode_reference(), llm::decode_simd()}};
}

}  // namespace assay
