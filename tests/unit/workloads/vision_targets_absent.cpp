// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/workloads/vision_cases.h"

void vision_test::for_each_target(const std::function<void(const std::string&)>&) {}
