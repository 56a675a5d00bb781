// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "harness/backends/cuda/instance.h"
#include "harness/backends/cuda/reduce.cuh"
#include "harness/core/crc32.h"
#include "workloads/roof/mem/problem.h"

namespace assay {

namespace roof_mem {

namespace {

constexpr unsigned threads = 256;
/// Vectors of 16 bytes that a thread has in flight.
constexpr unsigned vectors = 4;
constexpr std::size_t block_vectors = std::size_t{threads} * vectors;

/// to[i] = value(i) for vectors of 4: each block a contiguous piece, each thread `vectors` loads before its
/// first store. Elements after the last whole vector are the last block's.
template <typename Value>
__device__ void each(float* to, std::size_t count, const Value& value) {
  const std::size_t whole = count / 4;
  const std::size_t begin = blockIdx.x * block_vectors + threadIdx.x;
  float4 loaded[vectors];
#pragma unroll
  for (unsigned k = 0; k < vectors; ++k) {
    const std::size_t i = begin + k * threads;
    if (i < whole) loaded[k] = value.vector(i);
  }
#pragma unroll
  for (unsigned k = 0; k < vectors; ++k) {
    const std::size_t i = begin + k * threads;
    if (i < whole) reinterpret_cast<float4*>(to)[i] = loaded[k];
  }
  if (blockIdx.x == gridDim.x - 1 && threadIdx.x < count % 4) {
    const std::size_t i = 4 * whole + threadIdx.x;
    to[i] = value.scalar(i);
  }
}

__device__ float4 at(const float* from, std::size_t i) { return reinterpret_cast<const float4*>(from)[i]; }

struct Copied {
  const float* from;
  __device__ float4 vector(std::size_t i) const { return at(from, i); }
  __device__ float scalar(std::size_t i) const { return from[i]; }
};

struct Triad {
  const float* b;
  const float* c;
  __device__ float4 vector(std::size_t i) const {
    const float4 x = at(b, i);
    const float4 y = at(c, i);
    return {x.x + scale * y.x, x.y + scale * y.y, x.z + scale * y.z, x.w + scale * y.w};
  }
  __device__ float scalar(std::size_t i) const { return b[i] + scale * c[i]; }
};

struct Filled {
  __device__ float4 vector(std::size_t) const { return {scale, scale, scale, scale}; }
  __device__ float scalar(std::size_t) const { return scale; }
};

template <typename Value>
__global__ void __launch_bounds__(threads) write(float* to, std::size_t count, Value value) {
  each(to, count, value);
}

constexpr unsigned load_threads = 512;
constexpr std::size_t load_vectors = std::size_t{load_threads} * vectors;

__global__ void __launch_bounds__(load_threads)
    load(const float* from, std::size_t count, unsigned* partials, unsigned* ticket, unsigned* result) {
  const auto* bits = reinterpret_cast<const uint4*>(from);
  const std::size_t whole = count / 4;
  unsigned sum = 0;
  for (std::size_t piece = blockIdx.x; piece * load_vectors < whole; piece += gridDim.x) {
    uint4 loaded[vectors];
#pragma unroll
    for (unsigned k = 0; k < vectors; ++k) {
      const std::size_t i = piece * load_vectors + k * load_threads + threadIdx.x;
      loaded[k] = i < whole ? bits[i] : uint4{};
    }
#pragma unroll
    for (unsigned k = 0; k < vectors; ++k) sum += loaded[k].x + loaded[k].y + loaded[k].z + loaded[k].w;
  }
  if (blockIdx.x == 0 && threadIdx.x < count % 4) sum += __float_as_uint(from[4 * whole + threadIdx.x]);
  cuda::grid_sum(cuda::block_sum(sum), partials, ticket, result);
}

class CudaMem final : public cuda::DeviceInstance {
 public:
  explicit CudaMem(const Preparation& preparation) : DeviceInstance(preparation) {
    const MemProblem problem(preparation);
    kind_ = problem.kind;
    count_ = problem.count;
    for (std::size_t i = 0; i < problem.input_count(); ++i) {
      inputs_[i] = cuda::Buffer<float>(problem.inputs[i].data(), count_);
      facts().resident_bytes += inputs_[i].bytes();
    }
    if (kind_ == Kind::load) {
      // Few blocks: adding up theirs is most of a short call.
      const std::size_t pieces = std::max<std::size_t>((count_ / 4 + load_vectors - 1) / load_vectors, 1);
      blocks_ =
          static_cast<unsigned>(std::min(pieces, static_cast<std::size_t>(queue().multiprocessors()) * 3));
      partials_ = cuda::Buffer<unsigned>(blocks_ + 2);  // then the ticket and the sum
      cuda::check(cudaMemset(partials_.data(), 0, partials_.bytes()), "clear device memory");
    } else {
      const std::size_t blocks = (count_ / 4 + block_vectors - 1) / block_vectors;
      blocks_ = static_cast<unsigned>(std::max<std::size_t>(blocks, 1));
      output_ = cuda::Buffer<float>(count_);
      cuda::check(cudaMemset(output_.data(), 0xFF, output_.bytes()), "clear device memory");
      facts().resident_bytes += output_.bytes();
    }
    facts().work = problem.work();
    facts().input_digest = problem.digest.text();
    queue().on_submit([this] { submit(); });
    call();
  }

  std::vector<Tensor> output() override {
    if (kind_ == Kind::load) {
      std::vector<unsigned> all(partials_.size());
      partials_.download(all.data());
      return output_of(kind_, all[blocks_ + 1]);
    }
    std::vector<float> written(count_);
    output_.download(written.data());
    return output_of(kind_, crc32(0, written.data(), count_ * sizeof(float)));
  }

  void spoil() override {
    if (kind_ != Kind::load) return output_.spoil();
    cuda::spoil(partials_.data(), blocks_ * sizeof(unsigned));  // all but the ticket
    cuda::spoil(partials_.data() + blocks_ + 1, sizeof(unsigned));
  }

 private:
  void submit() {
    const auto stream = queue().stream();
    const float* b = inputs_[0].data();
    switch (kind_) {
      case Kind::load:
        load<<<blocks_, load_threads, 0, stream>>>(b, count_, partials_.data(), partials_.data() + blocks_,
                                                   partials_.data() + blocks_ + 1);
        break;
      case Kind::copy:
        write<<<blocks_, threads, 0, stream>>>(output_.data(), count_, Copied{b});
        break;
      case Kind::triad:
      case Kind::triad_nt:  // refused below
        write<<<blocks_, threads, 0, stream>>>(output_.data(), count_, Triad{b, inputs_[1].data()});
        break;
      case Kind::fill:
        write<<<blocks_, threads, 0, stream>>>(output_.data(), count_, Filled{});
        break;
    }
    cuda::check(cudaGetLastError(), "launch roof.mem");
  }

  Kind kind_ = Kind::load;
  std::size_t count_ = 0;
  unsigned blocks_ = 0;
  cuda::Buffer<float> inputs_[2];
  cuda::Buffer<float> output_;
  cuda::Buffer<unsigned> partials_;
};

}  // namespace

}  // namespace roof_mem

Implementation implementation_roof_mem_cuda();

Implementation implementation_roof_mem_cuda() {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.doc = "16-byte accesses, 4 in flight for each thread; no triad_nt";
  row.make = [](const Preparation& p) -> std::unique_ptr<Instance> {
    if (get_text(p.params, "kind") == "triad_nt") {
      throw Error(ErrorCode::unavailable, "a GPU's stores have no read that non-temporal ones would save",
                  "choose kind=triad");
    }
    return std::make_unique<roof_mem::CudaMem>(p);
  };
  return row;
}

}  // namespace assay
