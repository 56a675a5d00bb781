// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "workloads/tinyml/model/network.h"

namespace assay::tinyml {

/// A compiled network with all that its steps point at. Moving it keeps them valid; a copy would not.
struct Model {
  Model() = default;
  Model(Model&&) = default;
  Model& operator=(Model&&) = default;

  std::vector<assay_network_step> steps;
  std::vector<assay_network_tensor> tensors;  ///< planned; 0 is the input
  std::int32_t result = 0;                    ///< the tensor that is the network's output
  std::int32_t arena_bytes = 0;
  std::uint64_t multiplications = 0;
  std::uint64_t constant_bytes = 0;  ///< weights, biases and scales
  std::deque<std::vector<std::int32_t>> numbers;
  std::deque<std::vector<std::int8_t>> weights;
};

/// Reads a TensorFlow Lite file (.tflite) of one int8 network with one input and one output, of CONV_2D,
/// DEPTHWISE_CONV_2D, FULLY_CONNECTED, AVERAGE_POOL_2D (to one pixel), ADD, SOFTMAX and RESHAPE; batch
/// size 1. Scales become multipliers as in TensorFlow Lite Micro, whose reference kernels give the same
/// results bit for bit. `name` is for messages. Nothing in the file is believed unchecked: \throws
/// Error{bad_input} that says what is wrong with it, naming operators that we do not have, and
/// Error{unavailable} in a build without flatbuffers.
Model read_tflite(std::span<const std::byte> file, const std::string& name);

}  // namespace assay::tinyml
