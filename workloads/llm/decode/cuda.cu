// SPDX-License-Identifier: Apache-2.0
#include <cuda_fp16.h>

#include <algorithm>
#include <cmath>

#include "harness/backends/cuda/graph.h"
#include "harness/backends/cuda/instance.h"
#include "harness/backends/cuda/reduce.cuh"
#include "workloads/llm/attn_decode/attend.h"
#include "workloads/llm/decode/model.h"
#include "workloads/llm/gemv/products.h"

namespace assay {

namespace llm {

namespace {

constexpr unsigned threads = 256;
constexpr unsigned all_threads = 1024;  ///< of a kernel that is one block

unsigned blocks_of(std::size_t count) { return static_cast<unsigned>((count + threads - 1) / threads); }

// ---- What a token meets between products and attention. `position` is where it stands: on the device, so
// that one captured graph serves every token. `sequence`: the prompt, then the tokens that were decided.

__global__ void begin_at(int* position, int value) { *position = value; }
__global__ void advance(int* position) { ++*position; }

__device__ float half_of(std::uint16_t bits) { return __half2float(__ushort_as_half(bits)); }

/// Weight `i` of a matrix whose rows are whole blocks.
__device__ float weight(const std::byte* w, Format format, std::size_t i) {
  const std::size_t block = i / block_size;
  const auto j = static_cast<unsigned>(i % block_size);
  if (format == Format::f32) return reinterpret_cast<const float*>(w)[i];
  if (format == Format::f16) return half_of(reinterpret_cast<const std::uint16_t*>(w)[i]);
  if (format == Format::q8_0) {
    const BlockQ8& of = reinterpret_cast<const BlockQ8*>(w)[block];
    return half_of(of.scale) * static_cast<float>(of.q[j]);
  }
  const BlockQ4& of = reinterpret_cast<const BlockQ4*>(w)[block];
  const unsigned both = of.q[j % 16];
  return half_of(of.scale) * (static_cast<float>(j < 16 ? both & 15u : both >> 4) - 8.0f);
}

/// x = factor * embedding[(13 t + 7) mod rows] of the token t; nothing to be added to it yet.
__global__ void embed(const std::byte* __restrict__ embedding, Format format, const int* sequence,
                      const int* position, float* x, float* added, unsigned columns, unsigned rows,
                      float factor) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= columns) return;
  const unsigned row = (13 * static_cast<unsigned>(sequence[*position]) + 7) % rows;
  x[i] = factor * weight(embedding, format, static_cast<std::size_t>(row) * columns + i);
  added[i] = 0;
}

/// x += added, then its RMSNorm. One block.
__global__ void __launch_bounds__(all_threads)
    normalise(float* x, const float* added, const float* __restrict__ gain, float* normed, unsigned count) {
  __shared__ float factor;
  float squares = 0;
  for (unsigned i = threadIdx.x; i < count; i += blockDim.x) {
    const float value = x[i] + added[i];
    x[i] = value;
    squares += value * value;
  }
  squares = cuda::block_sum(squares);
  if (threadIdx.x == 0) factor = 1.0f / sqrtf(squares / static_cast<float>(count) + norm_epsilon);
  __syncthreads();
  for (unsigned i = threadIdx.x; i < count; i += blockDim.x) normed[i] = x[i] * factor * gain[i];
}

/// What remember() needs to know: counts of pairs of neighbouring values.
struct Pairs {
  unsigned query;
  unsigned key;   ///< and as many of values
  unsigned head;  ///< of one head
  unsigned room;  ///< positions of a head in the cache
};

/// Rotates queries and keys (RoPE), and puts keys and values into the layer's cache: [head][position][pair].
__global__ void remember(float2* qkv, const float* __restrict__ cosine, const float* __restrict__ sine,
                         __half2* keys, __half2* values, const int* position, Pairs pairs) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= pairs.query + 2 * pairs.key) return;
  const auto at = static_cast<unsigned>(*position);
  float2 pair = qkv[i];
  if (i < pairs.query + pairs.key) {
    const unsigned angle = at * pairs.head + i % pairs.head;
    const float c = cosine[angle];
    const float s = sine[angle];
    pair = {pair.x * c - pair.y * s, pair.x * s + pair.y * c};
  }
  if (i < pairs.query) {
    qkv[i] = pair;
    return;
  }
  const unsigned k = (i - pairs.query) % pairs.key;
  const std::size_t to =
      (static_cast<std::size_t>(k / pairs.head) * pairs.room + at) * pairs.head + k % pairs.head;
  (i < pairs.query + pairs.key ? keys : values)[to] = __floats2half2_rn(pair.x, pair.y);
}

/// silu(gate) * up, of all gates, then as many factors.
__global__ void swiglu(const float* gate_up, float* hidden, unsigned count) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= count) return;
  const float gate = gate_up[i];
  hidden[i] = gate / (1.0f + expf(-gate)) * gate_up[count + i];
}

/// The token of the largest logit, the first of equals, as the next of the sequence; the logits that are kept
/// of each step, evenly spread; and on to the next position. One block of a power of two threads.
__global__ void __launch_bounds__(all_threads)
    pick(const float* __restrict__ logits, int* sequence, int* position, float* steps, unsigned count,
         unsigned kept, int known) {
  __shared__ float largest[all_threads];
  __shared__ unsigned places[all_threads];
  const unsigned at = threadIdx.x;
  const int here = *position;
  float most = logits[0];
  unsigned place = 0;
  for (unsigned i = at; i < count; i += blockDim.x) {
    if (logits[i] > most) {
      most = logits[i];
      place = i;
    }
  }
  largest[at] = most;
  places[at] = place;
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    if (at < half) {
      const float other = largest[at + half];
      if (other > largest[at] || (other == largest[at] && places[at + half] < places[at])) {
        largest[at] = other;
        places[at] = places[at + half];
      }
    }
    __syncthreads();
  }
  float* const step = steps + static_cast<std::size_t>(here - known) * kept;
  for (unsigned k = at; k < kept; k += blockDim.x)
    step[k] = logits[static_cast<std::size_t>(k) * (count / kept)];
  if (at == 0) {
    sequence[here + 1] = static_cast<int>(places[0]);
    *position = here + 1;
  }
}

/// A layer's weights and its part of the cache.
struct DeviceLayer {
  cuda::Buffer<float> attention_gain;
  cuda::Buffer<std::byte> qkv, out;
  cuda::Buffer<float> hidden_gain;
  cuda::Buffer<std::byte> gate_up, down;
  cuda::Buffer<__half2> keys, values;
};

/// A token is one graph, launched as often as a call has tokens: each begins with the token that the one
/// before left on the device.
class CudaDecode final : public cuda::DeviceInstance {
 public:
  explicit CudaDecode(const Preparation& preparation)
      : DeviceInstance(preparation),
        model_(preparation),
        known_(static_cast<int>(model_.prompt_tokens) - 1),
        products_(format(), std::max(shape().embedding, shape().hidden), queue().multiprocessors()) {
    make_buffers();
    cuda::check(cudaDeviceSynchronize(), "bring the model to the device");
    const auto stream = queue().stream();
    const cuda::Graph reading(stream, [&] {
      read();
      advance<<<1, 1, 0, stream>>>(position_.data());
      cuda::check(cudaGetLastError(), "launch llm.decode");
    });
    token_ = cuda::Graph(stream, [&] {
      read();
      answer();
    });
    begin(0);
    for (int i = 0; i < known_; ++i) reading.launch(stream);
    queue().wait();
    const int of_token =
        3 + products_.launches() + static_cast<int>(shape().layers) * (6 + 4 * products_.launches());
    queue().on_submit(
        [this] {
          begin(known_);
          for (std::size_t i = 0; i < model_.new_tokens; ++i) {
            queue().goes_on();
            token_.launch(queue().stream());
          }
        },
        1 + static_cast<int>(model_.new_tokens) * of_token);
    facts() = {model_.work(), resident_, model_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<std::int32_t> sequence(sequence_.size());
    std::vector<float> steps(steps_.size());
    std::vector<float> logits(logits_.size());
    sequence_.download(sequence.data());
    steps_.download(steps.data());
    logits_.download(logits.data());
    return model_.output(std::span(sequence).subspan(model_.prompt_tokens), steps, logits);
  }
  void spoil() override {
    cuda::spoil(sequence_.data() + model_.prompt_tokens, model_.new_tokens * sizeof(std::int32_t));
    steps_.spoil();
    logits_.spoil();
  }
  std::string accuracy() const override { return in_blocks(format()) ? "q8" : "float"; }

 private:
  const Shape& shape() const { return model_.shape; }
  Format format() const { return model_.embedding.format; }
  static unsigned word(std::size_t value) { return static_cast<unsigned>(value); }

  template <typename T>
  cuda::Buffer<T> counted(cuda::Buffer<T> buffer) {
    resident_ += buffer.bytes();
    return buffer;
  }
  template <typename T>
  cuda::Buffer<T> room(std::size_t count) {
    return counted(cuda::Buffer<T>(count));
  }
  cuda::Buffer<float> reals(const Aligned<float>& values) {
    return counted(cuda::Buffer<float>(values.data(), values.size()));
  }
  cuda::Buffer<std::byte> matrix(const Matrix& values) { return counted(uploaded(values)); }

  void make_buffers() {
    const std::size_t e = shape().embedding;
    const std::size_t cache = model_.positions() * shape().kv() / 2;
    for (const Layer& from : model_.layers) {
      DeviceLayer& layer = layers_.emplace_back();
      layer.attention_gain = reals(from.attention_gain);
      layer.qkv = matrix(from.qkv);
      layer.out = matrix(from.out);
      layer.hidden_gain = reals(from.hidden_gain);
      layer.gate_up = matrix(from.gate_up);
      layer.down = matrix(from.down);
      layer.keys = room<__half2>(cache);
      layer.values = room<__half2>(cache);
    }
    embedding_ = matrix(model_.embedding);
    final_gain_ = reals(model_.final_gain);
    cosine_ = reals(model_.cosine);
    sine_ = reals(model_.sine);
    sequence_ = room<std::int32_t>(model_.positions());
    sequence_.upload(model_.prompt.data(), model_.prompt.size() * sizeof(std::int32_t));
    position_ = room<int>(1);
    const auto pairs = [](std::size_t count) { return word(count / 2); };
    attention_ = {word(shape().heads),      word(shape().group()),    pairs(shape().head()),
                  word(model_.positions()), word(model_.positions()), position_.data()};
    x_ = room<float>(e);
    added_ = room<float>(e);
    normed_ = room<float>(e);
    qkv_ = room<float2>((e + 2 * shape().kv()) / 2);
    parts_ = room<float2>(attention_.parts());
    attended_ = room<float2>(e / 2);
    gate_up_ = room<float>(2 * shape().hidden);
    hidden_ = room<float>(shape().hidden);
    steps_ = room<float>(model_.new_tokens * model_.kept());
    logits_ = room<float>(shape().vocabulary);
    resident_ += products_.bytes();
  }

  void begin(int position) {
    begin_at<<<1, 1, 0, queue().stream()>>>(position_.data(), position);
    cuda::check(cudaGetLastError(), "launch llm.decode");
  }

  void multiply(const Matrix& by, const cuda::Buffer<std::byte>& w, const float* x, float* y) {
    products_.enqueue(queue().stream(), by, w, x, y);
  }

  void norm(const cuda::Buffer<float>& gain) {
    normalise<<<1, all_threads, 0, queue().stream()>>>(x_.data(), added_.data(), gain.data(), normed_.data(),
                                                       word(shape().embedding));
  }

  /// The token at the position goes through the layers, which cache its keys and values.
  void read() {
    const auto stream = queue().stream();
    embed<<<blocks_of(shape().embedding), threads, 0, stream>>>(
        embedding_.data(), format(), sequence_.data(), position_.data(), x_.data(), added_.data(),
        word(shape().embedding), word(shape().vocabulary), std::sqrt(static_cast<float>(shape().embedding)));
    const Pairs pairs{word(shape().embedding / 2), word(shape().kv() / 2), word(shape().head() / 2),
                      word(model_.positions())};
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const Layer& shapes = model_.layers[i];
      const DeviceLayer& layer = layers_[i];
      norm(layer.attention_gain);
      multiply(shapes.qkv, layer.qkv, normed_.data(), &qkv_.data()->x);
      remember<<<blocks_of(qkv_.size()), threads, 0, stream>>>(qkv_.data(), cosine_.data(), sine_.data(),
                                                               layer.keys.data(), layer.values.data(),
                                                               position_.data(), pairs);
      attend(stream, qkv_.data(), layer.keys.data(), layer.values.data(), parts_.data(), attended_.data(),
             attention_);
      multiply(shapes.out, layer.out, &attended_.data()->x, added_.data());
      norm(layer.hidden_gain);
      multiply(shapes.gate_up, layer.gate_up, normed_.data(), gate_up_.data());
      swiglu<<<blocks_of(shape().hidden), threads, 0, stream>>>(gate_up_.data(), hidden_.data(),
                                                                word(shape().hidden));
      multiply(shapes.down, layer.down, hidden_.data(), added_.data());
    }
    cuda::check(cudaGetLastError(), "launch llm.decode");
  }

  /// Logits of the token that was read last; the largest is the next token.
  void answer() {
    norm(final_gain_);
    multiply(model_.embedding, embedding_, normed_.data(), logits_.data());
    pick<<<1, all_threads, 0, queue().stream()>>>(logits_.data(), sequence_.data(), position_.data(),
                                                  steps_.data(), word(shape().vocabulary),
                                                  word(model_.kept()), known_);
    cuda::check(cudaGetLastError(), "launch llm.decode");
  }

  Model model_;
  int known_;  ///< position of the first token of a call, whose predecessors are in the cache
  Products products_;
  std::size_t resident_ = 0;
  std::vector<DeviceLayer> layers_;
  cuda::Buffer<std::byte> embedding_;
  cuda::Buffer<float> final_gain_, cosine_, sine_;
  cuda::Buffer<std::int32_t> sequence_;
  cuda::Buffer<int> position_;
  AttentionShape attention_{};
  cuda::Buffer<float> x_, added_, normed_;
  cuda::Buffer<float2> qkv_, parts_, attended_;
  cuda::Buffer<float> gate_up_, hidden_, steps_, logits_;
  cuda::Graph token_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_decode_cuda();

Implementation implementation_llm_decode_cuda() {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.accuracy = "q8";  // float where weights are f32 or f16: Instance::accuracy()
  row.doc =
      "a CUDA graph a token, each token's choice left on the device, so that none has a time of its own; "
      "llm.gemv's and llm.attn_decode's kernels";
  row.make = [](const Preparation& p) { return std::make_unique<llm::CudaDecode>(p); };
  return row;
}

}  // namespace assay
