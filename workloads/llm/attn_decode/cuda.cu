// SPDX-License-Identifier: Apache-2.0
#include <cuda_fp16.h>

#include <cmath>

#include "harness/backends/cuda/instance.h"
#include "workloads/llm/attn_decode/attn_decode.h"

namespace assay {

namespace llm {

namespace {

constexpr unsigned threads = 128;  ///< and keys of a piece

struct Shape {
  unsigned sharing;  ///< query heads of one head of keys
  unsigned pairs;    ///< of a head's values
  unsigned context;
  unsigned pieces;
  float scale;
};

__device__ float2 real(float2 pair) { return pair; }
__device__ float2 real(__half2 pair) { return __half22float2(pair); }

/// A block one head over as many keys as it has threads. `parts`: for each head and piece `pairs` sums of
/// values, then the largest score and the sum of weights.
template <typename T>
__global__ void __launch_bounds__(threads) attend(const float2* __restrict__ q, const T* __restrict__ k,
                                                  const T* __restrict__ v, float2* parts, Shape s) {
  __shared__ float weights[threads];
  __shared__ float folded[threads];
  const unsigned head = blockIdx.x / s.pieces;
  const unsigned piece = blockIdx.x % s.pieces;
  const unsigned at = threadIdx.x;
  const std::size_t first =
      (static_cast<std::size_t>(head / s.sharing) * s.context + piece * threads) * s.pairs;
  const unsigned keys = min(threads, s.context - piece * threads);

  float score = -INFINITY;
  if (at < keys) {
    float sum = 0;
    for (unsigned d = 0; d < s.pairs; ++d) {
      const float2 a = q[head * s.pairs + d];
      const float2 b = real(k[first + static_cast<std::size_t>(at) * s.pairs + d]);
      sum += a.x * b.x + a.y * b.y;
    }
    score = sum * s.scale;
  }
  folded[at] = score;
  __syncthreads();
  for (unsigned half = threads / 2; half > 0; half /= 2) {
    if (at < half) folded[at] = fmaxf(folded[at], folded[at + half]);
    __syncthreads();
  }
  const float largest = folded[0];
  weights[at] = at < keys ? expf(score - largest) : 0;
  __syncthreads();

  const std::size_t to = static_cast<std::size_t>(blockIdx.x) * (s.pairs + 1);
  for (unsigned d = at; d < s.pairs; d += threads) {
    float2 sum{};
    for (unsigned t = 0; t < keys; ++t) {
      const float2 value = real(v[first + static_cast<std::size_t>(t) * s.pairs + d]);
      sum.x += weights[t] * value.x;
      sum.y += weights[t] * value.y;
    }
    parts[to + d] = sum;
  }
  if (at == threads - 1) {  // which has the least to do
    float all = 0;
    for (unsigned t = 0; t < keys; ++t) all += weights[t];
    parts[to + s.pairs] = {largest, all};
  }
}

/// A thread two values of a head.
__global__ void __launch_bounds__(threads)
    merge(const float2* parts, float2* out, unsigned pairs, unsigned pieces, unsigned count) {
  const unsigned i = blockIdx.x * threads + threadIdx.x;
  if (i >= count) return;
  const float2* first = parts + static_cast<std::size_t>(i / pairs) * pieces * (pairs + 1);
  float largest = -INFINITY;
  for (unsigned p = 0; p < pieces; ++p) largest = fmaxf(largest, first[p * (pairs + 1) + pairs].x);
  float2 sum{};
  float all = 0;
  for (unsigned p = 0; p < pieces; ++p) {
    const float2 facts = first[p * (pairs + 1) + pairs];
    const float2 part = first[p * (pairs + 1) + i % pairs];
    const float weight = expf(facts.x - largest);
    sum.x += weight * part.x;
    sum.y += weight * part.y;
    all += weight * facts.y;
  }
  out[i] = {sum.x / all, sum.y / all};
}

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
        pieces_(static_cast<unsigned>((problem_.context + threads - 1) / threads)),
        q_(uploaded<float2>(problem_.q)),
        k_(uploaded<T>(problem_.k)),
        v_(uploaded<T>(problem_.v)),
        parts_(problem_.heads * pieces_ * (problem_.head_dim / 2 + 1)),
        out_(problem_.results() / 2) {
    queue().on_submit([this] { submit(); });
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
  void submit() {
    const auto word = [](std::size_t value) { return static_cast<unsigned>(value); };
    const Shape shape{word(problem_.heads / problem_.kv_heads), word(problem_.head_dim / 2),
                      word(problem_.context), pieces_, 1 / std::sqrt(static_cast<float>(problem_.head_dim))};
    const unsigned count = word(out_.size());
    attend<<<word(problem_.heads) * pieces_, threads, 0, queue().stream()>>>(q_.data(), k_.data(), v_.data(),
                                                                             parts_.data(), shape);
    merge<<<(count + threads - 1) / threads, threads, 0, queue().stream()>>>(parts_.data(), out_.data(),
                                                                             shape.pairs, pieces_, count);
    cuda::check(cudaGetLastError(), "launch llm.attn_decode");
  }

  AttentionProblem problem_;
  unsigned pieces_;
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
