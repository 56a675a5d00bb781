// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "harness/backends/cpu/pool.h"
#include "workloads/tinyml/conv2d_int8/definition.h"
#include "workloads/tinyml/conv2d_int8/problem.h"
#include "workloads/tinyml/kernel_row.h"
#include "workloads/tinyml/simd/layer.h"

namespace assay::tinyml {

namespace {

/// Output rows are shared among the pool's members; each stages the input rows that its windows cover into
/// memory of its own, so one fork and join is all the synchronisation.
class Conv2dInt8 final : public Instance {
 public:
  Conv2dInt8(const Preparation& preparation, const Path& path)
      : pool_(preparation.pool),
        path_(path),
        problem_(assay_kernel_conv2d_int8, preparation),
        layer_(arena().layer, PackedLayer::Kind::conv, path),
        out_(static_cast<std::size_t>(arena().layer.out_height) * static_cast<std::size_t>(out_line())) {
    const int members = pool_ == nullptr ? 1 : pool_->size();
    staged_.resize(static_cast<std::size_t>(members));
    const auto prepare = [&](int index) {
      const auto [first, last] = rows_of(index);
      const auto bytes = std::max<std::ptrdiff_t>(windows_end(last) - windows_begin(first), 0) *
                         layer_.staging().row_bytes();
      auto& staged = staged_[static_cast<std::size_t>(index)];
      staged = Aligned<std::uint8_t>(static_cast<std::size_t>(bytes));
      std::fill(staged.begin(), staged.end(), layer_.padding_byte());
    };
    for (int i = 0; i < members; ++i) prepare(i);
  }

  void call() override {
    if (pool_ == nullptr) {
      work_of(0);
    } else {
      pool_->run([this](int index) { work_of(index); });
    }
  }

  std::vector<Tensor> output() override {
    const auto& l = arena().layer;
    const std::span bytes(reinterpret_cast<const std::int8_t*>(out_.data()), out_.size());
    return {Tensor::from<std::int8_t>("output", {l.out_height, l.out_width, l.out_channels}, bytes)};
  }

  void spoil() override { out_.spoil(); }

  Work work() const override { return problem_.work(); }
  std::string input_digest() const override { return problem_.input_digest(); }
  std::string isa() const override { return path_.isa(); }

  std::size_t resident_bytes() const override {
    std::size_t bytes = problem_.arena_bytes() + layer_.bytes() + out_.bytes();
    for (const auto& staged : staged_) bytes += staged.bytes();
    return bytes;
  }

 private:
  const assay_conv2d_int8_problem& arena() const {
    return *static_cast<const assay_conv2d_int8_problem*>(problem_.arena());
  }
  std::ptrdiff_t out_line() const {
    return std::ptrdiff_t{arena().layer.out_width} * arena().layer.out_channels;
  }
  cpu::Pool::Range rows_of(int index) const {
    const auto rows = static_cast<std::size_t>(arena().layer.out_height);
    return pool_ == nullptr ? cpu::Pool::Range{0, rows} : pool_->share(rows, index);
  }
  std::ptrdiff_t windows_begin(std::size_t first) const {
    return static_cast<std::ptrdiff_t>(first) * arena().layer.stride;
  }
  std::ptrdiff_t windows_end(std::size_t last) const {
    const auto& l = arena().layer;
    return (static_cast<std::ptrdiff_t>(last) - 1) * l.stride + l.kernel_height;
  }

  void work_of(int index) {
    const auto [first, last] = rows_of(index);
    if (first == last) return;
    const auto& p = arena();
    std::uint8_t* staged = staged_[static_cast<std::size_t>(index)].data();
    stage_rows(p.layer, layer_.staging(), p.in, windows_begin(first), windows_end(last), staged);
    const auto row = static_cast<std::ptrdiff_t>(first);
    layer_.run(staged, row, static_cast<std::ptrdiff_t>(last), out_.data() + row * out_line(), out_line(),
               p.layer.out_channels, 0);
  }

  cpu::Pool* pool_;
  const Path& path_;
  Problem problem_;
  PackedLayer layer_;
  Aligned<std::uint8_t> out_;
  std::vector<Aligned<std::uint8_t>> staged_;
};

}  // namespace

std::unique_ptr<Instance> make_conv2d_int8(const Preparation& preparation, const Path& path) {
  return std::make_unique<Conv2dInt8>(preparation, path);
}

Implementation conv2d_int8_simd() {
  Implementation result;
  result.name = "simd";
  result.doc =
      "Packed weights and register tiles: AVX-512 VNNI, AVX-VNNI, AVX2, i8mm or dotprod, Highway elsewhere";
  result.make = [](const Preparation& p) { return make_conv2d_int8(p, best_path()); };
  return result;
}

}  // namespace assay::tinyml
