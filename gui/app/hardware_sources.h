// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gui/model/source.h"
#include "harness/answers/hardware.h"

namespace assay::gui {

/// What databases tell of hosts: read once, asked again and again with other weights. On one thread.
class HardwareSources {
 public:
  explicit HardwareSources(std::vector<std::string> databases) : databases_(std::move(databases)) {}

  /// The newest runs of each database first, as of a case the newest result counts; a large database is read
  /// for some seconds, and the answer says so. What is wrong is the answer's problem.
  HardwareAnswered answer(const HardwareAsk& ask);
  void forget() { hardware_.reset(); }  ///< the databases have changed

 private:
  void read(bool tails);

  std::vector<std::string> databases_;
  std::optional<Hardware> hardware_;
  bool tails_ = false;
  std::string note_;
};

}  // namespace assay::gui
