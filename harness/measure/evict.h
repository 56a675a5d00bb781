// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

namespace assay::measure {

/// A buffer larger than the caches, whose walk displaces what they held. Memory is touched when it is made.
class CacheEvictor {
 public:
  explicit CacheEvictor(std::size_t bytes);

  std::size_t bytes() const { return bytes_; }
  /// Writes every cache line of [begin, end) bytes; several threads may walk different parts at once.
  void walk(std::size_t begin, std::size_t end);

 private:
  std::size_t bytes_;
  std::unique_ptr<unsigned char[]> data_;
};

}  // namespace assay::measure
