// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/spoilt.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "harness/core/error.h"

namespace assay::worker {

namespace {

/// The first element that both have alike; -1: none.
std::int64_t first_kept(const Tensor& before, const Tensor& after) {
  const std::size_t size = size_of(before.dtype);
  const std::size_t bytes = std::min(before.bytes.size(), after.bytes.size());
  std::int64_t element = 0;
  for (std::size_t at = 0; at + size <= bytes; at += size, ++element) {
    if (std::memcmp(&before.bytes[at], &after.bytes[at], size) == 0) return element;
  }
  return -1;
}

bool is_one_pattern(const Tensor& tensor) {
  const std::size_t size = size_of(tensor.dtype);
  return tensor.bytes.size() <= size ||
         std::memcmp(tensor.bytes.data(), tensor.bytes.data() + size, tensor.bytes.size() - size) == 0;
}

}  // namespace

void check_spoilt(const std::vector<Tensor>& before, const std::vector<Tensor>& after) {
  for (std::size_t i = 0; i < before.size() && i < after.size(); ++i) {
    const std::int64_t kept = first_kept(before[i], after[i]);
    if (kept < 0 || (is_one_pattern(after[i]) && before[i].bytes != after[i].bytes)) continue;
    throw Error(
        ErrorCode::worker,
        "spoil() left the output '" + after[i].name + "' as it was, at element " + std::to_string(kept),
        "override Instance::spoil(): overwrite all that output() returns, with what no result is");
  }
}

}  // namespace assay::worker
