// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "harness/backends/cuda/instance.h"
#include "harness/core/error.h"
#include "workloads/llm/support/cublas.h"
#include "workloads/llm/support/matrix.h"
#include "workloads/llm/support/reals.h"

/// A product by cuBLAS, of any number of tokens: for cublas.cu files.
namespace assay::llm {

/// `Problem`: GemvProblem or GemmProblem; its W is f32 or f16.
template <typename Problem>
class BlasProduct final : public cuda::DeviceInstance {
 public:
  explicit BlasProduct(const Preparation& preparation)
      : DeviceInstance(preparation),
        problem_(preparation),
        blas_(queue().stream()),
        w_(as_bytes(problem_.w.bytes.data(), problem_.w.size_bytes())),
        x_(stored_x()),
        y_(problem_.w.rows * problem_.tokens) {
    queue().on_submit([this] {
      blas_.multiply(half() ? CuBlas::Values::f16 : CuBlas::Values::f32, w_.data(), x_.data(), y_.data(),
                     static_cast<int>(problem_.w.rows), static_cast<int>(problem_.w.cols),
                     static_cast<int>(problem_.tokens));
    });
    facts() = {problem_.work(), w_.bytes() + x_.bytes() + y_.bytes(), problem_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<float> y(y_.size());
    y_.download(y.data());
    return problem_.output(y);
  }
  void spoil() override { y_.spoil(); }

 private:
  static cuda::Buffer<std::byte> as_bytes(const void* from, std::size_t bytes) {
    return {static_cast<const std::byte*>(from), bytes};
  }
  bool half() const { return problem_.w.format == Format::f16; }
  cuda::Buffer<std::byte> stored_x() const {
    if (!half()) return as_bytes(problem_.x.data(), sizeof(float) * problem_.x.size());
    const auto halves = as_halves(problem_.x.view());
    return as_bytes(halves.data(), sizeof(std::uint16_t) * halves.size());
  }

  Problem problem_;
  CuBlas blas_;
  cuda::Buffer<std::byte> w_;
  cuda::Buffer<std::byte> x_;
  cuda::Buffer<float> y_;
};

/// The row `cublas` of a workload.
template <typename Problem>
Implementation blas_row(const std::string& doc) {
  Implementation row;
  row.name = "cublas";
  row.device = "cuda";
  row.accuracy = "float";
  row.doc = doc;
  row.probe = cublas_probe;
  row.make = [](const Preparation& p) -> std::unique_ptr<Instance> {
    const std::string dtype = get_text(p.params, "dtype");
    if (in_blocks(parse_format(dtype))) {
      throw Error(ErrorCode::unavailable, "cuBLAS multiplies no '" + dtype + "' weights",
                  "choose dtype=f32 or f16, or the implementation cuda");
    }
    return std::make_unique<BlasProduct<Problem>>(p);
  };
  return row;
}

}  // namespace assay::llm
