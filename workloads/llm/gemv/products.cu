// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/gemv/products.h"

#include <cuda_fp16.h>

#include <array>
#include <type_traits>

#include "harness/backends/cuda/ptx.cuh"
#include "harness/backends/cuda/reduce.cuh"

namespace assay {

namespace llm {

namespace {

constexpr unsigned warps = 8;
constexpr unsigned threads = 32 * warps;

// ---- f32 and f16: a warp a row, four 16-byte loads in flight for each lane

/// 16 bytes of a row (four binary32 or eight binary16 values) by as many of x.
__device__ float dot_vector(float4 a, const float4* x) {
  const float4 b = __ldg(x);
  return a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w;
}
__device__ float2 halves(unsigned word) { return __half22float2(*reinterpret_cast<const __half2*>(&word)); }
__device__ float dot_vector(uint4 a, const float4* x) {
  const float2 p = halves(a.x);
  const float2 q = halves(a.y);
  const float2 r = halves(a.z);
  const float2 s = halves(a.w);
  return dot_vector(float4{p.x, p.y, q.x, q.y}, x) + dot_vector(float4{r.x, r.y, s.x, s.y}, x + 1);
}

/// Vector: float4 where W is f32, uint4 where it is f16. `vectors`: of a row.
template <typename Vector>
__global__ void __launch_bounds__(threads)
    gemv_reals(const Vector* __restrict__ w, const float4* __restrict__ x, float* __restrict__ y, int rows,
               int vectors) {
  constexpr int depth = 4;
  constexpr int of_x = std::is_same_v<Vector, float4> ? 1 : 2;  // vectors of x to one of W
  const int lane = threadIdx.x % 32;
  const int step = static_cast<int>(gridDim.x * warps);
  for (int row = static_cast<int>(blockIdx.x * warps + threadIdx.x / 32); row < rows; row += step) {
    const Vector* of_row = w + static_cast<std::size_t>(row) * vectors;
    float sum[depth] = {};
    for (int i = lane; i < vectors; i += 32 * depth) {
      Vector a[depth];
#pragma unroll
      for (int k = 0; k < depth; ++k) a[k] = i + 32 * k < vectors ? __ldcs(of_row + i + 32 * k) : Vector{};
#pragma unroll
      for (int k = 0; k < depth; ++k) {
        if (i + 32 * k < vectors) sum[k] += dot_vector(a[k], x + of_x * (i + 32 * k));
      }
    }
    const float total = cuda::warp_sum((sum[0] + sum[1]) + (sum[2] + sum[3]));
    if (lane == 0) y[row] = total;
  }
}

// ---- q8_0 and q4_0: x in 8 bits by blocks of 32, as ggml does

/// A lane a value, a warp a block; the arithmetic is quantise_activations' (llm/support/matrix.h). `scales`:
/// of the block, and what q4_0's offset of 8 needs: 8 * scale * sum.
__global__ void quantise_blocks(const float* __restrict__ x, int* __restrict__ q, float2* __restrict__ scales,
                                std::size_t values) {
  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= values) return;  // whole warps: a multiple of 32
  const float value = x[i];
  float largest = fabsf(value);
  for (int offset = 16; offset > 0; offset /= 2) {
    largest = fmaxf(largest, __shfl_xor_sync(0xFFFFFFFFu, largest, offset));
  }
  const float scale = __fdiv_rn(largest, 127.0f);
  const int code = largest > 0 ? __float2int_rn(__fmul_rn(value, __fdiv_rn(127.0f, largest))) : 0;
  reinterpret_cast<signed char*>(q)[i] = static_cast<signed char>(code);
  const int sum = cuda::warp_sum(code);
  if (threadIdx.x % 32 == 0) scales[i / 32] = {scale, 8.0f * scale * static_cast<float>(sum)};
}

__device__ float half_bits(unsigned bits) {
  return __half2float(__ushort_as_half(static_cast<unsigned short>(bits)));
}

/// A block out of shared memory. It begins at an even byte: words are read from the 4-byte boundary at or
/// below it and shifted into place.
template <int bytes>
struct Block {
  unsigned scale;
  unsigned quants[(bytes - 2) / 4];

  __device__ explicit Block(const unsigned char* at) {
    const auto address = __cvta_generic_to_shared(at);
    const auto* aligned = reinterpret_cast<const unsigned*>(at - (address & 2));
    const bool odd = (address & 2) != 0;
    // odd:  [.. s s][q q q q]...: the scale is the upper half of the first word, quants are whole words after
    // it even: [s s q q][q q q q]...: quants straddle words
    unsigned previous = aligned[0];
    scale = odd ? previous >> 16 : previous & 0xFFFFu;
#pragma unroll
    for (int k = 0; k < (bytes - 2) / 4; ++k) {
      const unsigned next = aligned[k + 1];
      quants[k] = odd ? next : __funnelshift_r(previous, next, 16);
      previous = next;
    }
  }
};

struct Q8 {
  static constexpr int bytes = sizeof(BlockQ8);
  __device__ static float dot(const unsigned char* at, int4 low, int4 high, float2 scale) {
    const Block<bytes> block(at);
    int sum = 0;
    sum = __dp4a(static_cast<int>(block.quants[0]), low.x, sum);
    sum = __dp4a(static_cast<int>(block.quants[1]), low.y, sum);
    sum = __dp4a(static_cast<int>(block.quants[2]), low.z, sum);
    sum = __dp4a(static_cast<int>(block.quants[3]), low.w, sum);
    sum = __dp4a(static_cast<int>(block.quants[4]), high.x, sum);
    sum = __dp4a(static_cast<int>(block.quants[5]), high.y, sum);
    sum = __dp4a(static_cast<int>(block.quants[6]), high.z, sum);
    sum = __dp4a(static_cast<int>(block.quants[7]), high.w, sum);
    return half_bits(block.scale) * scale.x * static_cast<float>(sum);
  }
};

struct Q4 {
  static constexpr int bytes = sizeof(BlockQ4);
  __device__ static float dot(const unsigned char* at, int4 low, int4 high, float2 scale) {
    constexpr unsigned nibbles = 0x0F0F0F0Fu;
    const Block<bytes> block(at);
    int sum = 0;
    sum = __dp4a(static_cast<int>(block.quants[0] & nibbles), low.x, sum);
    sum = __dp4a(static_cast<int>(block.quants[1] & nibbles), low.y, sum);
    sum = __dp4a(static_cast<int>(block.quants[2] & nibbles), low.z, sum);
    sum = __dp4a(static_cast<int>(block.quants[3] & nibbles), low.w, sum);
    sum = __dp4a(static_cast<int>(block.quants[0] >> 4 & nibbles), high.x, sum);
    sum = __dp4a(static_cast<int>(block.quants[1] >> 4 & nibbles), high.y, sum);
    sum = __dp4a(static_cast<int>(block.quants[2] >> 4 & nibbles), high.z, sum);
    sum = __dp4a(static_cast<int>(block.quants[3] >> 4 & nibbles), high.w, sum);
    return half_bits(block.scale) * (scale.x * static_cast<float>(sum) - scale.y);
  }
};

/// A warp takes `together` rows at a time and streams their bytes through shared memory in pieces of `piece`
/// blocks, some ahead of the one that is multiplied, over the ends of rows: blocks of 18 or 34 bytes cannot
/// be loaded 16 bytes at a time, their bytes can. Rows taken together share what is loaded of x.
template <typename Q, int rows_together>
struct Pieces {
  static constexpr int piece = 32;  // blocks: one a lane
  static constexpr int together = rows_together;
  static constexpr int stages = 2;  // more, and more blocks a lane, were slower on an H100
  static constexpr int bytes = piece * Q::bytes;
  static constexpr int room = bytes + 32;  // with what alignment adds at both ends
  static constexpr int shared_bytes = static_cast<int>(warps) * stages * together * room;
};

template <typename Q, int rows_together>
__global__ void __launch_bounds__(threads)
    gemv_blocks(const unsigned char* __restrict__ w, const int* __restrict__ xq,
                const float2* __restrict__ scales, float* __restrict__ y, int rows, int blocks) {
  using S = Pieces<Q, rows_together>;
  extern __shared__ __align__(16) unsigned char ring[];
  const int lane = threadIdx.x % 32;
  const int warp = threadIdx.x / 32;
  const int step = static_cast<int>(gridDim.x * warps) * S::together;
  const int first = (static_cast<int>(blockIdx.x * warps) + warp) * S::together;
  const int pieces = (blocks + S::piece - 1) / S::piece;
  const std::size_t row_bytes = static_cast<std::size_t>(blocks) * Q::bytes;
  unsigned char* const mine = ring + warp * S::stages * S::together * S::room;

  /// Where a piece is: its rows, its first block, its place in the ring.
  struct Place {
    int row;
    int piece = 0;
    int stage = 0;
    __device__ void advance(int row_step, int pieces_of_row) {
      stage = stage + 1 == S::stages ? 0 : stage + 1;
      if (++piece < pieces_of_row) return;
      piece = 0;
      row += row_step;
    }
  };
  const auto source = [&](int row, int block) {
    return w + static_cast<std::size_t>(row) * row_bytes + static_cast<std::size_t>(block) * Q::bytes;
  };
  const auto fetch = [&](const Place& at) {
    const int block = at.piece * S::piece;
    const int bytes = min(S::piece, blocks - block) * Q::bytes;
#pragma unroll
    for (int r = 0; r < S::together; ++r) {
      if (at.row + r >= rows) break;
      const unsigned char* from = source(at.row + r, block);
      const auto offset = static_cast<int>(reinterpret_cast<std::size_t>(from) & 15);
      unsigned char* to = mine + (at.stage * S::together + r) * S::room;
      for (int i = 16 * lane; i < offset + bytes; i += 512) cuda::copy_async(to + i, from - offset + i);
    }
    cuda::commit_async();
  };

  Place ahead{first};
  for (int i = 0; i < S::stages - 1; ++i) {
    fetch(ahead);
    ahead.advance(step, pieces);
  }
  float sums[S::together] = {};
  for (Place at{first}; at.row < rows; at.advance(step, pieces)) {
    fetch(ahead);
    ahead.advance(step, pieces);
    cuda::wait_async<S::stages - 1>();
    __syncwarp();
    const int block = at.piece * S::piece;
    if (block + lane < blocks) {
      const int4* q = reinterpret_cast<const int4*>(xq) + 2 * (block + lane);
      const int4 low = __ldg(q);
      const int4 high = __ldg(q + 1);
      const float2 scale = __ldg(scales + block + lane);
#pragma unroll
      for (int r = 0; r < S::together; ++r) {
        if (at.row + r >= rows) break;
        const auto offset = static_cast<int>(reinterpret_cast<std::size_t>(source(at.row + r, block)) & 15);
        sums[r] += Q::dot(mine + (at.stage * S::together + r) * S::room + offset + lane * Q::bytes, low, high,
                          scale);
      }
    }
    __syncwarp();  // before the next piece overwrites what a lane still reads
    if (at.piece + 1 < pieces) continue;
#pragma unroll
    for (int r = 0; r < S::together; ++r) {
      const float whole = cuda::warp_sum(sums[r]);
      if (lane == 0 && at.row + r < rows) y[at.row + r] = whole;
      sums[r] = 0;
    }
  }
}

/// How gemv_blocks is launched for one format.
struct Launch {
  void (*kernel)(const unsigned char*, const int*, const float2*, float*, int, int);
  int together;
  int shared_bytes;
};

template <typename Q, int together>
constexpr Launch launch_of() {
  return {gemv_blocks<Q, together>, together, Pieces<Q, together>::shared_bytes};
}

/// With one row at a time, and with two.
constexpr std::array<Launch, 2> launches_of(Format format) {
  return format == Format::q8_0 ? std::array{launch_of<Q8, 1>(), launch_of<Q8, 2>()}
                                : std::array{launch_of<Q4, 1>(), launch_of<Q4, 2>()};
}

/// Two rows together halve the loads of x, and one keeps more warps busy where rows are few.
Launch choose(Format format, int rows, int multiprocessors) {
  const bool pairs = rows >= 3 * 2 * static_cast<int>(warps) * multiprocessors;
  return launches_of(format)[pairs ? 1 : 0];
}

unsigned grid_of(int rows, unsigned each) { return (static_cast<unsigned>(rows) + each - 1) / each; }

}  // namespace

cuda::Buffer<std::byte> uploaded(const Matrix& matrix) {
  // Pieces are copied in units of 16 bytes: the last one may end beyond the matrix.
  cuda::Buffer<std::byte> buffer(matrix.size_bytes() + 32);
  cuda::check(cudaMemset(buffer.data(), 0, buffer.bytes()), "clear device memory");
  buffer.upload(matrix.bytes.data(), matrix.size_bytes());
  return buffer;
}

void quantise(cudaStream_t stream, const float* x, std::size_t values, int* codes, float2* scales) {
  quantise_blocks<<<static_cast<unsigned>((values + 255) / 256), 256, 0, stream>>>(x, codes, scales, values);
  cuda::check(cudaGetLastError(), "quantise");
}

Products::Products(Format format, std::size_t most_cols, int multiprocessors)
    : format_(format), multiprocessors_(multiprocessors) {
  if (!in_blocks(format)) return;
  xq_ = cuda::Buffer<int>(most_cols / 4);
  scales_ = cuda::Buffer<float2>(most_cols / block_size);
  for (const Launch& launch : launches_of(format)) {
    cuda::check(
        cudaFuncSetAttribute(launch.kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, launch.shared_bytes),
        "reserve shared memory");
  }
}

void Products::enqueue(cudaStream_t stream, int rows, int cols, const cuda::Buffer<std::byte>& w,
                       const float* x, float* y) const {
  const auto* vectors = reinterpret_cast<const float4*>(x);
  if (format_ == Format::f32) {
    gemv_reals<<<grid_of(rows, warps), threads, 0, stream>>>(reinterpret_cast<const float4*>(w.data()),
                                                             vectors, y, rows, cols / 4);
  } else if (format_ == Format::f16) {
    gemv_reals<<<grid_of(rows, warps), threads, 0, stream>>>(reinterpret_cast<const uint4*>(w.data()),
                                                             vectors, y, rows, cols / 8);
  } else {
    quantise(stream, x, static_cast<std::size_t>(cols), xq_.data(), scales_.data());
    const Launch launch = choose(format_, rows, multiprocessors_);
    const unsigned each = warps * static_cast<unsigned>(launch.together);
    launch.kernel<<<grid_of(rows, each), threads, static_cast<std::size_t>(launch.shared_bytes), stream>>>(
        reinterpret_cast<const unsigned char*>(w.data()), xq_.data(), scales_.data(), y, rows,
        cols / static_cast<int>(block_size));
  }
  cuda::check(cudaGetLastError(), "launch llm.gemv");
}

}  // namespace llm

}  // namespace assay
