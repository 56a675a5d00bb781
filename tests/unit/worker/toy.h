// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/component.h"

/// A table with one workload, toy.sum, made for tests of workers.
namespace assay::toy {

const ComponentTable& table();

}  // namespace assay::toy
