// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace assay {

/// Whether something that may be absent (a device, a counter, a library, a sensor) can be used here.
/// An absent thing always has a reason; the remedy is an exact command or setting, empty only where there is
/// none.
struct Probe {
  bool available = true;
  std::string reason;
  std::string remedy;

  static Probe present() { return {}; }
  static Probe absent(std::string reason, std::string remedy = {}) {
    return {false, std::move(reason), std::move(remedy)};
  }
};

}  // namespace assay
