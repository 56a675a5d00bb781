// SPDX-License-Identifier: Apache-2.0
#include <hwy/targets.h>

#include "tests/unit/workloads/vision_cases.h"

void vision_test::for_each_target(const std::function<void(const std::string&)>& check) {
  const auto all = hwy::SupportedTargets();
  for (std::int64_t rest = all; rest != 0; rest &= rest - 1) {
    const std::int64_t target = rest & -rest;
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(target);
    // The library knows emulation that GCC cannot compile; its place is taken by plain scalar code.
    check(target == HWY_EMU128 ? hwy::TargetName(HWY_SCALAR) : hwy::TargetName(target));
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}
