// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/transfers.h"

#include <algorithm>

namespace assay {

namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 30;
constexpr std::int64_t share = 4;  // the others' time over that of calls with their transfers

}  // namespace

void Transfers::uploaded(Place place, std::size_t bytes) {
  std::erase_if(in_, [&](const Part& part) { return part.place == place && part.bytes <= bytes; });
  in_.push_back({place, 0, bytes});
  ++inputs_version_;
}

void Transfers::downloaded(Place place, std::size_t offset, std::size_t bytes) {
  const Part part{place, offset, bytes};
  if (std::find(out_.begin(), out_.end(), part) == out_.end()) out_.push_back(part);
}

void Transfers::gone(Place place) {
  const auto there = [&](const Part& part) { return part.place == place; };
  if (std::erase_if(in_, there) > 0) ++inputs_version_;
  std::erase_if(out_, there);
}

bool Transfers::complete() const {
  std::size_t bytes = 0;
  for (const Part& part : in_) bytes += part.bytes;
  return bytes > 0 && bytes <= most_bytes && !out_.empty();
}

bool EndToEndPace::due(std::int64_t now_ns) {
  if (began_ns_ < 0) {
    began_ns_ = now_ns;
    return false;
  }
  return share * spent_ns_ <= now_ns - began_ns_ - spent_ns_;
}

}  // namespace assay
