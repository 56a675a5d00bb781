// SPDX-License-Identifier: Apache-2.0
#include "harness/judge/hardware.h"

namespace assay {

Fit HardwareAnswer::fit(std::size_t machine) const {
  std::vector<Fit> fits;
  for (const RequirementAnswer& one : requirements) fits.push_back(one.hosts[machine].fit);
  return worst(fits);
}

}  // namespace assay
