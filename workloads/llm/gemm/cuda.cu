// SPDX-License-Identifier: Apache-2.0
#include <cuda_fp16.h>

#include "harness/backends/cuda/instance.h"
#include "workloads/llm/gemm/gemm.h"
#include "workloads/llm/gemv/products.h"

namespace assay {

namespace llm {

namespace {

constexpr int tile = 64;   ///< rows of W and of X that a block multiplies
constexpr int depth = 16;  ///< columns at a time
constexpr int side = 16;   ///< of the block, whose threads have 4 x 4 sums each
constexpr int threads = side * side;

__device__ float real(float value) { return value; }
__device__ float real(__half value) { return __half2float(value); }

/// A thread's sums, from `row` and `token` on, each `side` apart.
__device__ void store(const float (&sum)[4][4], float* y, int row, int token, int rows, int tokens) {
#pragma unroll
  for (int j = 0; j < 4; ++j) {
    const int t = token + j * side;
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int r = row + i * side;
      if (r < rows && t < tokens) y[static_cast<std::size_t>(t) * rows + r] = sum[i][j];
    }
  }
}

/// Y = X W^T. `tiles`: beside each other in a row of Y.
template <typename T>
__global__ void __launch_bounds__(threads)
    multiply(const T* __restrict__ w, const T* __restrict__ x, float* __restrict__ y, int rows, int cols,
             int tokens, int tiles) {
  __shared__ float of_w[depth][tile + 1];
  __shared__ float of_x[depth][tile + 1];
  const int row = static_cast<int>(blockIdx.x) % tiles * tile;
  const int token = static_cast<int>(blockIdx.x) / tiles * tile;
  const int across = static_cast<int>(threadIdx.x) % side;
  const int down = static_cast<int>(threadIdx.x) / side;
  float sum[4][4] = {};
  for (int begin = 0; begin < cols; begin += depth) {  // whole: cols is a multiple of 32
#pragma unroll
    for (int k = 0; k < tile; k += side) {
      const int r = row + down + k;
      const int t = token + down + k;
      of_w[across][down + k] = r < rows ? real(w[static_cast<std::size_t>(r) * cols + begin + across]) : 0;
      of_x[across][down + k] = t < tokens ? real(x[static_cast<std::size_t>(t) * cols + begin + across]) : 0;
    }
    __syncthreads();
#pragma unroll
    for (int k = 0; k < depth; ++k) {
      float a[4];
      float b[4];
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        a[i] = of_w[k][across + i * side];
        b[i] = of_x[k][down + i * side];
      }
#pragma unroll
      for (int i = 0; i < 4; ++i) {
#pragma unroll
        for (int j = 0; j < 4; ++j) sum[i][j] = fmaf(a[i], b[j], sum[i][j]);
      }
    }
    __syncthreads();
  }
  store(sum, y, row + across, token + down, rows, tokens);
}

/// The same of binary16, in binary16: two columns at a time, whose sums of `side` pairs go on in f32.
__global__ void __launch_bounds__(threads)
    multiply_halves(const __half2* __restrict__ w, const __half2* __restrict__ x, float* __restrict__ y,
                    int rows, int pairs, int tokens, int tiles) {
  __shared__ __half2 of_w[side][tile + 1];
  __shared__ __half2 of_x[side][tile + 1];
  const int row = static_cast<int>(blockIdx.x) % tiles * tile;
  const int token = static_cast<int>(blockIdx.x) / tiles * tile;
  const int across = static_cast<int>(threadIdx.x) % side;
  const int down = static_cast<int>(threadIdx.x) / side;
  const __half2 none = __floats2half2_rn(0, 0);
  float sum[4][4] = {};
  for (int begin = 0; begin < pairs; begin += side) {  // whole: a multiple of 16
#pragma unroll
    for (int k = 0; k < tile; k += side) {
      const int r = row + down + k;
      const int t = token + down + k;
      of_w[across][down + k] = r < rows ? w[static_cast<std::size_t>(r) * pairs + begin + across] : none;
      of_x[across][down + k] = t < tokens ? x[static_cast<std::size_t>(t) * pairs + begin + across] : none;
    }
    __syncthreads();
    __half2 part[4][4];
#pragma unroll
    for (int i = 0; i < 16; ++i) part[i / 4][i % 4] = none;
#pragma unroll
    for (int k = 0; k < side; ++k) {
      __half2 a[4];
      __half2 b[4];
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        a[i] = of_w[k][across + i * side];
        b[i] = of_x[k][down + i * side];
      }
#pragma unroll
      for (int i = 0; i < 16; ++i) part[i / 4][i % 4] = __hfma2(a[i / 4], b[i % 4], part[i / 4][i % 4]);
    }
#pragma unroll
    for (int i = 0; i < 16; ++i) {
      const float2 both = __half22float2(part[i / 4][i % 4]);
      sum[i / 4][i % 4] += both.x + both.y;
    }
    __syncthreads();
  }
  store(sum, y, row + across, token + down, rows, tokens);
}

/// A block's numbers as bytes, four in a word. It begins at an even byte.
template <bool q4>
struct Stored {
  static constexpr int words = q4 ? 4 : 8;
  static constexpr int halves = 1 + 2 * words;
  /// Word `k`, of the block that begins at `at`, to where its numbers belong in a row of shared memory.
  __device__ static void unpack(const unsigned short* at, int k, int* row) {
    const unsigned word = at[1 + 2 * k] | static_cast<unsigned>(at[2 + 2 * k]) << 16;
    if constexpr (q4) {
      row[k] = static_cast<int>(__vsub4(word & 0x0F0F0F0Fu, 0x08080808u));
      row[4 + k] = static_cast<int>(__vsub4(word >> 4 & 0x0F0F0F0Fu, 0x08080808u));
    } else {
      row[k] = static_cast<int>(word);
    }
  }
};

/// Y = X W^T with W in blocks and X in 8 bits: a block's columns at a time, added as whole numbers.
template <bool q4>
__global__ void __launch_bounds__(threads)
    multiply_blocks(const unsigned short* __restrict__ w, const int* __restrict__ codes,
                    const float2* __restrict__ scales, float* __restrict__ y, int rows, int blocks,
                    int tokens, int tiles) {
  using S = Stored<q4>;
  constexpr int words = 8;  // of a block as bytes
  __shared__ int of_w[tile][words + 1];
  __shared__ int of_x[tile][words + 1];
  __shared__ float scale_w[tile];
  __shared__ float scale_x[tile];
  const int at = static_cast<int>(threadIdx.x);
  const int row = static_cast<int>(blockIdx.x) % tiles * tile;
  const int token = static_cast<int>(blockIdx.x) / tiles * tile;
  const int across = at % side;
  const int down = at / side;
  float sum[4][4] = {};
  for (int block = 0; block < blocks; ++block) {
    const auto of_row = [&](int r) { return w + (static_cast<std::size_t>(r) * blocks + block) * S::halves; };
    const auto of_token = [&](int t) { return static_cast<std::size_t>(t) * blocks + block; };
    for (int i = at; i < tile * S::words; i += threads) {
      if (row + i / S::words < rows) S::unpack(of_row(row + i / S::words), i % S::words, of_w[i / S::words]);
    }
    for (int i = at; i < tile * words; i += threads) {
      const int t = token + i / words;
      if (t < tokens) of_x[i / words][i % words] = codes[of_token(t) * words + i % words];
    }
    if (at < tile) {  // beyond the matrices numbers are whatever was there, times nothing
      scale_w[at] = row + at < rows ? __half2float(__ushort_as_half(of_row(row + at)[0])) : 0;
    } else if (at < 2 * tile) {
      const int t = token + at - tile;
      scale_x[at - tile] = t < tokens ? scales[of_token(t)].x : 0;
    }
    __syncthreads();
    int whole[4][4] = {};
#pragma unroll
    for (int k = 0; k < words; ++k) {
      int a[4];
      int b[4];
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        a[i] = of_w[across + i * side][k];
        b[i] = of_x[down + i * side][k];
      }
#pragma unroll
      for (int i = 0; i < 4; ++i) {
#pragma unroll
        for (int j = 0; j < 4; ++j) whole[i][j] = __dp4a(a[i], b[j], whole[i][j]);
      }
    }
#pragma unroll
    for (int i = 0; i < 4; ++i) {
#pragma unroll
      for (int j = 0; j < 4; ++j) {
        const float scale = scale_w[across + i * side] * scale_x[down + j * side];
        sum[i][j] = fmaf(scale, static_cast<float>(whole[i][j]), sum[i][j]);
      }
    }
    __syncthreads();
  }
  store(sum, y, row + across, token + down, rows, tokens);
}

class CudaGemm final : public cuda::DeviceInstance {
 public:
  explicit CudaGemm(const Preparation& preparation)
      : DeviceInstance(preparation),
        problem_(preparation),
        w_(uploaded(problem_.w)),
        x_(problem_.w.format == Format::f16 ? cuda::Buffer<float>() : inputs()),
        halves_(problem_.w.format == Format::f16 ? half_inputs() : cuda::Buffer<std::uint16_t>()),
        y_(problem_.results()) {
    problem_.refuse_odd_math();
    if (in_blocks(problem_.w.format)) {
      codes_ = cuda::Buffer<int>(problem_.x.size() / 4);
      scales_ = cuda::Buffer<float2>(problem_.x.size() / block_size);
    }
    queue().on_submit([this] { submit(); });
    facts() = {problem_.work(),
               w_.bytes() + x_.bytes() + halves_.bytes() + y_.bytes() + codes_.bytes() + scales_.bytes(),
               problem_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> y(y_.size());
    y_.download(y.data());
    return problem_.output(y);
  }
  void spoil() override { y_.spoil(); }
  std::string accuracy() const override { return problem_.accuracy(); }

 private:
  cuda::Buffer<float> inputs() const { return {problem_.x.data(), problem_.x.size()}; }
  cuda::Buffer<std::uint16_t> half_inputs() const {
    const auto halves = as_halves(problem_.x.view());
    return {halves.data(), halves.size()};
  }

  void submit() {
    const auto tiles_of = [](std::size_t count) { return static_cast<int>((count + tile - 1) / tile); };
    const int tiles = tiles_of(problem_.rows);
    const auto grid = static_cast<unsigned>(tiles * tiles_of(problem_.tokens));
    const int rows = static_cast<int>(problem_.rows);
    const int cols = static_cast<int>(problem_.cols);
    const int tokens = static_cast<int>(problem_.tokens);
    const auto stream = queue().stream();
    const auto reals = [&]<typename T>(const T*, const void* x) {
      multiply<<<grid, threads, 0, stream>>>(reinterpret_cast<const T*>(w_.data()), static_cast<const T*>(x),
                                             y_.data(), rows, cols, tokens, tiles);
    };
    const auto blocks = [&](auto kernel) {
      quantise(stream, x_.data(), problem_.x.size(), codes_.data(), scales_.data());
      kernel<<<grid, threads, 0, stream>>>(reinterpret_cast<const unsigned short*>(w_.data()), codes_.data(),
                                           scales_.data(), y_.data(), rows,
                                           cols / static_cast<int>(block_size), tokens, tiles);
    };
    if (problem_.half_math) {
      multiply_halves<<<grid, threads, 0, stream>>>(reinterpret_cast<const __half2*>(w_.data()),
                                                    reinterpret_cast<const __half2*>(halves_.data()),
                                                    y_.data(), rows, cols / 2, tokens, tiles);
      cuda::check(cudaGetLastError(), "launch llm.gemm");
      return;
    }
    switch (problem_.w.format) {
      case Format::f32:
        reals(static_cast<const float*>(nullptr), x_.data());
        break;
      case Format::f16:
        reals(static_cast<const __half*>(nullptr), halves_.data());
        break;
      case Format::q8_0:
        blocks(multiply_blocks<false>);
        break;
      case Format::q4_0:
        blocks(multiply_blocks<true>);
        break;
    }
    cuda::check(cudaGetLastError(), "launch llm.gemm");
  }

  GemmProblem problem_;
  cuda::Buffer<std::byte> w_;
  cuda::Buffer<float> x_;
  cuda::Buffer<std::uint16_t> halves_;  ///< X where it is stored as binary16
  cuda::Buffer<float> y_;
  cuda::Buffer<int> codes_;  ///< X in 8 bits, four in a word
  cuda::Buffer<float2> scales_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_gemm_cuda();

Implementation implementation_llm_gemm_cuda() {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.accuracy = "q8";  // float where W is f32 or f16: Instance::accuracy()
  row.doc =
      "tiles of 64 x 64 in shared memory, 4 x 4 sums a thread in f32; math=f16 in half2; q8_0 and q4_0 by "
      "dp4a, a block at a "
      "time, against X in 8 bits, quantised by a launch of its own within the call; no tensor cores";
  row.make = [](const Preparation& p) { return std::make_unique<llm::CudaGemm>(p); };
  return row;
}

}  // namespace assay
