// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/support/vulkan_kernels.h"

#include <cmath>

namespace assay::llm::shaders {

namespace {

constexpr std::uint32_t quantise_code[] =
#include "workloads/llm/quantise.inc"
    ;
constexpr std::uint32_t reals_code[] =
#include "workloads/llm/gemv_reals.inc"
    ;
constexpr std::uint32_t reals_code_subgroups[] =
#include "workloads/llm/gemv_reals_subgroups.inc"
    ;
constexpr std::uint32_t blocks_code[] =
#include "workloads/llm/gemv_blocks.inc"
    ;
constexpr std::uint32_t blocks_code_subgroups[] =
#include "workloads/llm/gemv_blocks_subgroups.inc"
    ;
constexpr std::uint32_t blocks_code_dot8[] =
#include "workloads/llm/gemv_blocks_dot8.inc"
    ;
constexpr std::uint32_t blocks_code_dot8_subgroups[] =
#include "workloads/llm/gemv_blocks_dot8_subgroups.inc"
    ;
constexpr std::uint32_t partial_f32[] =
#include "workloads/llm/partial.inc"
    ;
constexpr std::uint32_t partial_f16[] =
#include "workloads/llm/partial_half.inc"
    ;
constexpr std::uint32_t merge_code[] =
#include "workloads/llm/merge.inc"
    ;

constexpr std::uint32_t threads = 128;  ///< of a workgroup, and keys of a piece of attention

/// The push constants of quantise.comp, gemv_reals.comp, gemv_blocks.comp, partial.comp and merge.comp.
struct Quantise {
  std::uint64_t x, codes, scales;
  std::uint32_t blocks;
};
struct Reals {
  std::uint64_t w, x, y;
  std::uint32_t rows, vectors;
};
struct Blocks {
  std::uint64_t w, codes, scales, y;
  std::uint32_t rows, blocks;
};
struct Partial {
  std::uint64_t q, k, v, parts;
  std::uint32_t heads, sharing, pairs, context, room, pieces;
  float scale;
};
struct Merge {
  std::uint64_t parts, to;
  std::uint32_t pairs, pieces, count;
};

std::uint32_t word(std::size_t value) { return static_cast<std::uint32_t>(value); }
std::size_t groups_of(std::size_t invocations) { return (invocations + threads - 1) / threads; }

}  // namespace

vulkan::Buffer uploaded(vulkan::Gpu& gpu, const Matrix& matrix) {
  vulkan::Buffer buffer(gpu, matrix.size_bytes() + sizeof(std::uint32_t));
  buffer.upload(matrix.bytes.data(), matrix.size_bytes());
  return buffer;
}

Quantiser::Quantiser(vulkan::Gpu& gpu, std::size_t most)
    : kernel_(gpu, quantise_code, sizeof(Quantise), {threads}),
      codes_(gpu, most),
      scales_(gpu, most / block_size * 2 * sizeof(float)) {}

void Quantiser::record(vulkan::Commands& commands, const vulkan::Buffer& x, std::size_t values) const {
  const std::size_t blocks = values / block_size;
  commands.dispatch(kernel_, groups_of(blocks),
                    Quantise{x.address(), codes_.address(), scales_.address(), word(blocks)});
}

Products::Builds Products::builds(Format format) {
  if (!in_blocks(format)) return {reals_code_subgroups, reals_code, {}, {}};
  return {blocks_code_subgroups, blocks_code, blocks_code_dot8_subgroups, blocks_code_dot8};
}

Products::Products(vulkan::Gpu& gpu, Format format, std::size_t most_cols, Code code) : format_(format) {
  if (in_blocks(format)) {
    quantiser_ = Quantiser(gpu, most_cols);
    multiply_ =
        vulkan::Kernel(gpu, code, sizeof(Blocks), {threads, format == Format::q4_0 ? VK_TRUE : VK_FALSE});
  } else {
    multiply_ =
        vulkan::Kernel(gpu, code, sizeof(Reals), {threads, format == Format::f16 ? VK_TRUE : VK_FALSE});
  }
}

void Products::record(vulkan::Commands& commands, std::size_t rows, std::size_t cols, const vulkan::Buffer& w,
                      const vulkan::Buffer& x, const vulkan::Buffer& y) const {
  if (!in_blocks(format_)) {
    const std::size_t vectors = cols / (format_ == Format::f16 ? 8 : 4);
    commands.dispatch(multiply_, rows,
                      Reals{w.address(), x.address(), y.address(), word(rows), word(vectors)});
    return;
  }
  quantiser_.record(commands, x, cols);
  commands.barrier();
  commands.dispatch(multiply_, rows,
                    Blocks{w.address(), quantiser_.codes().address(), quantiser_.scales().address(),
                           y.address(), word(rows), word(cols / block_size)});
}

Attention::Attention(vulkan::Gpu& gpu, bool half, const Shape& most)
    : partial_(gpu, half ? Products::Code(partial_f16) : Products::Code(partial_f32), sizeof(Partial),
               {threads}),
      merge_(gpu, merge_code, sizeof(Merge), {threads}),
      parts_(gpu, most.heads * groups_of(most.context) * (most.pairs + 1) * 2 * sizeof(float)) {}

void Attention::record(vulkan::Commands& commands, const vulkan::Buffer& q, const vulkan::Buffer& k,
                       const vulkan::Buffer& v, const vulkan::Buffer& out, const Shape& shape) const {
  const std::size_t pieces = groups_of(shape.context);
  const std::size_t count = shape.heads * shape.pairs;
  commands.dispatch(partial_, shape.heads * pieces,
                    Partial{q.address(), k.address(), v.address(), parts_.address(), word(shape.heads),
                            word(shape.sharing), word(shape.pairs), word(shape.context), word(shape.room),
                            word(pieces), 1 / std::sqrt(static_cast<float>(2 * shape.pairs))});
  commands.barrier();
  commands.dispatch(merge_, groups_of(count),
                    Merge{parts_.address(), out.address(), word(shape.pairs), word(pieces), word(count)});
}

}  // namespace assay::llm::shaders
