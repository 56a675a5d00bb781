// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/judge/hardware.h"
#include "reports/document/document.h"

namespace assay::reports {

/// What a report of hardware is made of beside its answer.
struct HardwareFacts {
  std::string command;  ///< the line that makes it again
  std::string assay_version;
};

/// Which machine for this work, for people who decide by it: who meets what, speed task by task and together,
/// efficiency, fronts of speed and cost, how sure the order is. Tables as wide as hosts are many come in
/// pieces that fit a sheet of paper.
Document hardware_document(const HardwareAnswer& answer, const HardwareQuestion& question,
                           const HardwareFacts& facts);

/// "p99 of vision.resize at most 33.3 ms": what a requirement asks, in words.
std::string requirement_text(const Requirement& requirement);

}  // namespace assay::reports
