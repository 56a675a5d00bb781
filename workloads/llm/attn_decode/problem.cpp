// SPDX-License-Identifier: Apache-2.0
#include "harness/core/error.h"
#include "workloads/llm/attn_decode/attn_decode.h"
#include "workloads/support/inputs.h"

namespace assay::llm {

AttentionProblem::AttentionProblem(const Preparation& preparation)
    : half(get_text(preparation.params, "dtype") == "f16"),
      heads(counted(preparation.params, "heads", 1, 1024)),
      kv_heads(counted(preparation.params, "kv_heads", 1, 1024)),
      head_dim(counted(preparation.params, "head_dim", 2, 256)),
      context(counted(preparation.params, "context", 1, 1 << 20)) {
  if (heads % kv_heads != 0 || head_dim % 2 != 0) {
    throw Error(ErrorCode::usage,
                "llm.attn_decode: " + std::to_string(heads) + " heads over " + std::to_string(kv_heads) +
                    " of " + std::to_string(head_dim),
                "heads is a multiple of kv_heads, and head_dim is even");
  }
  const std::size_t count = kv_heads * context * head_dim;
  if (count >= std::size_t{1} << 32)
    throw Error(ErrorCode::usage, "llm.attn_decode: the cache has at most 2^32 keys' values",
                "choose a smaller context");
  q = seeded_reals(results(), 1, false, preparation, "q");
  k = seeded_reals(count, 1, half, preparation, "k");
  v = seeded_reals(count, 1, half, preparation, "v");
}

Work AttentionProblem::work() const {
  const auto values = static_cast<double>(k.size());
  const auto out = static_cast<double>(results());
  return {4 * out * static_cast<double>(context), 2 * (half ? 2 : 4) * values + 8 * out, 1};
}

std::string AttentionProblem::digest() const {
  return InputDigest().add<float>("q", q.view()).add<float>("k", k.view()).add<float>("v", v.view()).text();
}

std::vector<Tensor> AttentionProblem::output(std::span<const float> out) const {
  return {Tensor::from<float>("out", {static_cast<std::int64_t>(heads), static_cast<std::int64_t>(head_dim)},
                              out)};
}

}  // namespace assay::llm
