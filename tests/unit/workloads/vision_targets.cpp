// SPDX-License-Identifier: Apache-2.0
#include <hwy/targets.h>

#include "tests/unit/workloads/vision_cases.h"

void vision_test::for_each_target(const std::function<void(const std::string&)>& check) {
  const auto all = hwy::SupportedTargets();
  for (std::int64_t rest = all; rest != 0; rest &= rest - 1) {
    const std::int64_t target = rest & -rest;
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(target);
    // Where nothing better is, Clang compiles Highway's emulation of 128 bits, GCC plain scalar code.
    const bool last_resort = target == HWY_EMU128 || target == HWY_SCALAR;
    check(hwy::TargetName(last_resort ? HWY_BASELINE_SCALAR : target));
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}
