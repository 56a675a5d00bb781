// SPDX-License-Identifier: Apache-2.0
// demo.scale makes one array from one other; an element costs one operation, 4 bytes read and 4 written.
#pragma once

#include "workloads/support/array_kernel.h"

inline const assay::ArrayShape scale_shape{
    .inputs = {"x"}, .output = "y", .length = "n", .operations = 1, .minimum_bytes = 8};
