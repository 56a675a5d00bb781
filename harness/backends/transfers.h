// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay {

/// What crosses between host and device around a call of the prepared case: backends note what is copied
/// while it is made ready and while its result is fetched. Pure; one thread.
class Transfers {
 public:
  using Place = std::uintptr_t;  ///< a buffer of the device, as its driver names it
  struct Part {
    Place place = 0;
    std::size_t offset = 0;
    std::size_t bytes = 0;
    bool operator==(const Part&) const = default;
  };

  void uploaded(Place place, std::size_t bytes);  ///< from its beginning
  void downloaded(Place place, std::size_t offset, std::size_t bytes);
  void gone(Place place);  ///< the buffer is no more

  const std::vector<Part>& in() const { return in_; }
  const std::vector<Part>& out() const { return out_; }
  /// Another number whenever in() is not what it was.
  int inputs_version() const { return inputs_version_; }
  /// Both ways are known, and a host has room for the inputs a second time (at most 1 GiB).
  bool complete() const;

 private:
  std::vector<Part> in_;
  std::vector<Part> out_;
  int inputs_version_ = 0;
};

/// When the time of a call with its transfers is taken, so that all of them take a fourth of the time of what
/// else is measured at most. Times in ns on one clock.
class EndToEndPace {
 public:
  /// Asked after each sample; never at the first, before which nothing has run.
  bool due(std::int64_t now_ns);
  void took(std::int64_t ns) { spent_ns_ += ns; }

 private:
  std::int64_t began_ns_ = -1;
  std::int64_t spent_ns_ = 0;
};

}  // namespace assay
