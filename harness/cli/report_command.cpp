// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/command.h"
#include "harness/cli/report_hardware.h"

namespace assay::cli {

CommandSpec report_command() {
  return {"report", "answers that people decide by",
          "assay report hardware a.json b.json --scenario edge-camera",
          [](Arguments arguments) { return declare_report_hardware(arguments); }};
}

}  // namespace assay::cli
