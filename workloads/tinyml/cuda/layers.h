// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/backends/cuda/queue.h"
#include "workloads/tinyml/kernels/calibrate.h"

/// For .cu files: int8 layers on a CUDA device, equal to kernels/int8.h value for value; activations lie as
/// they do there.
namespace assay::tinyml {

/// One layer's weights, biases and scales on the device.
class CudaLayer {
 public:
  /// Copies the layer's arrays.
  CudaLayer(const assay_layer_int8& layer, assay_layer_kind kind);
  /// Enqueues the layer.
  void submit(cudaStream_t stream, const std::int8_t* from, std::int8_t* to) const;
  std::size_t results() const;
  std::size_t bytes() const { return weights_.bytes() + channels_.bytes(); }

 private:
  assay_layer_int8 shape_;  ///< whose arrays are the device's
  bool depthwise_;
  cuda::Buffer<std::int8_t> weights_;
  cuda::Buffer<std::int32_t> channels_;  ///< bias, multiplier, shift
};

/// assay_avgpool_int8 and assay_softmax_int8, enqueued.
void submit_avgpool(cudaStream_t stream, const std::int8_t* from, std::int32_t in_width,
                    std::int32_t channels, std::int32_t pool_height, std::int32_t pool_width,
                    std::int8_t* to);
void submit_softmax(cudaStream_t stream, const std::int8_t* from, std::int32_t count, std::int32_t multiplier,
                    std::int32_t shift, std::int32_t least, std::int8_t* to);

}  // namespace assay::tinyml
