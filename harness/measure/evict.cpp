// SPDX-License-Identifier: Apache-2.0
#include "harness/measure/evict.h"

#include <algorithm>

namespace assay::measure {

CacheEvictor::CacheEvictor(std::size_t bytes)
    : bytes_(std::max<std::size_t>(bytes, 64)), data_(std::make_unique<unsigned char[]>(bytes_)) {}

void CacheEvictor::walk(std::size_t begin, std::size_t end) {
  volatile unsigned char* data = data_.get();
  for (std::size_t i = begin; i < std::min(end, bytes_); i += 64)
    data[i] = static_cast<unsigned char>(data[i] + 1);
}

}  // namespace assay::measure
