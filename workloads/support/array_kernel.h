// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/backends/cpu/pool.h"
#include "harness/core/workload.h"

namespace assay {

/// What one call of an array kernel works on: arrays of the same length, and the threads it may use.
struct Arrays {
  std::vector<std::span<const float>> inputs;  ///< in the order of ArrayShape::inputs
  std::span<float> output;
  cpu::Pool& pool;
};

/// The arrays of a workload that makes one array of reals from others, element by element or nearly so.
struct ArrayShape {
  std::vector<std::string> inputs{"x"};  ///< names; each is seeded (Stream::normal)
  std::string output = "y";
  std::string length = "n";  ///< the parameter that says how many elements each array has
  double operations = 1;     ///< of one element, by the definition's formula
  double minimum_bytes = 8;  ///< of one element: read and written at least
};

/// An implementation for a workload of that shape, of accuracy "float": the simplest way to have one's own
/// kernel measured. Every element must be written anew by each call. What needs other types, inputs from
/// files, scratch or the path it takes (isa) is an Instance of its own. \throws Error{usage} at preparation
/// when the length is below 1.
Implementation array_kernel(const std::string& name, const ArrayShape& shape,
                            std::function<void(const Arrays&)> call);

}  // namespace assay
