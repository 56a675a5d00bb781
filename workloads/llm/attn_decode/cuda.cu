// SPDX-License-Identifier: Apache-2.0
#include <cuda_fp16.h>

#include "harness/backends/cuda/instance.h"
#include "workloads/llm/attn_decode/attend.h"
#include "workloads/llm/attn_decode/attn_decode.h"

namespace assay {

namespace llm {

namespace {

template <typename T>
cuda::Buffer<T> uploaded(const Aligned<float>& values) {
  if constexpr (sizeof(T) == sizeof(float2)) {
    return cuda::Buffer<T>(reinterpret_cast<const T*>(values.data()), values.size() / 2);
  } else {
    const auto halves = as_halves(values.view());
    return cuda::Buffer<T>(reinterpret_cast<const T*>(halves.data()), halves.size() / 2);
  }
}

/// T: two values of a key, as they are stored.
template <typename T>
class CudaAttention final : public cuda::DeviceInstance {
 public:
  explicit CudaAttention(const Preparation& preparation)
      : DeviceInstance(preparation),
        problem_(preparation),
        shape_(shape_of(problem_)),
        q_(uploaded<float2>(problem_.q)),
        k_(uploaded<T>(problem_.k)),
        v_(uploaded<T>(problem_.v)),
        parts_(shape_.parts()),
        out_(problem_.results() / 2) {
    queue().on_submit([this] {
      attend(queue().stream(), q_.data(), k_.data(), v_.data(), parts_.data(), out_.data(), shape_);
    });
    facts() = {problem_.work(), q_.bytes() + k_.bytes() + v_.bytes() + parts_.bytes() + out_.bytes(),
               problem_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> out(problem_.results());
    out_.download(reinterpret_cast<float2*>(out.data()));
    return problem_.output(out);
  }
  void spoil() override { out_.spoil(); }

 private:
  static AttentionShape shape_of(const AttentionProblem& problem) {
    const auto word = [](std::size_t value) { return static_cast<unsigned>(value); };
    return {word(problem.heads), word(problem.heads / problem.kv_heads), word(problem.head_dim / 2),
            word(problem.context), word(problem.context)};
  }

  AttentionProblem problem_;
  AttentionShape shape_;
  cuda::Buffer<float2> q_;
  cuda::Buffer<T> k_;
  cuda::Buffer<T> v_;
  cuda::Buffer<float2> parts_;
  cuda::Buffer<float2> out_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_attn_decode_cuda();

Implementation implementation_llm_attn_decode_cuda() {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.accuracy = "float";
  row.doc = "a block a head and 128 keys, then a launch that puts the pieces together";
  row.make = [](const Preparation& p) -> std::unique_ptr<Instance> {
    if (get_text(p.params, "dtype") == "f16") return std::make_unique<llm::CudaAttention<__half2>>(p);
    return std::make_unique<llm::CudaAttention<float2>>(p);
  };
  return row;
}

}  // namespace assay
