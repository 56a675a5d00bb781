// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/answers/hardware.h"

/// Inside: what speaks against the figures of a hardware report, raised by itself.
namespace assay::answers_detail {

/// By code, each at most once: contended_launches, few_launches, lost_launches, unverified, invalid_results,
/// other_input, other_versions, other_threads, other_compiler, virtual_machine, governor, implausible (a
/// case's own notes), left_out_devices, summaries_disagree, tasks_left_out, old_price, no_price.
std::vector<HardwareCaveat> hardware_caveats(const HardwareAnswer& answer,
                                             const std::vector<HardwareHost>& hosts,
                                             const HardwareQuestion& question);

}  // namespace assay::answers_detail
