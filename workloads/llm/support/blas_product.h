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

/// Products by NVIDIA's libraries, of any number of tokens: for cublas.cu and cublaslt.cu files.
namespace assay::llm {

/// What is multiplied. `Problem`: GemvProblem or GemmProblem; its W is f32 or f16.
template <typename Problem>
class LibraryProduct : public cuda::DeviceInstance {
 public:
  explicit LibraryProduct(const Preparation& preparation)
      : DeviceInstance(preparation),
        problem_(preparation),
        w_(as_bytes(problem_.w.bytes.data(), problem_.w.size_bytes())),
        x_(stored_x()),
        y_(problem_.w.rows * problem_.tokens) {
    facts() = {problem_.work(), w_.bytes() + x_.bytes() + y_.bytes(), problem_.digest()};
  }

  std::vector<Tensor> output() override {
    std::vector<float> y(y_.size());
    y_.download(y.data());
    return problem_.output(y);
  }
  void spoil() override { y_.spoil(); }

 protected:
  Stored stored() const { return problem_.w.format == Format::f16 ? Stored::f16 : Stored::f32; }
  int rows() const { return static_cast<int>(problem_.w.rows); }
  int cols() const { return static_cast<int>(problem_.w.cols); }
  int tokens() const { return static_cast<int>(problem_.tokens); }
  const void* w() const { return w_.data(); }
  const void* x() const { return x_.data(); }
  float* y() const { return y_.data(); }

 private:
  static cuda::Buffer<std::byte> as_bytes(const void* from, std::size_t bytes) {
    return {static_cast<const std::byte*>(from), bytes};
  }
  cuda::Buffer<std::byte> stored_x() const {
    if (stored() == Stored::f32) return as_bytes(problem_.x.data(), sizeof(float) * problem_.x.size());
    const auto halves = as_halves(problem_.x.view());
    return as_bytes(halves.data(), sizeof(std::uint16_t) * halves.size());
  }

  Problem problem_;
  cuda::Buffer<std::byte> w_;
  cuda::Buffer<std::byte> x_;
  cuda::Buffer<float> y_;
};

/// By cuBLAS, which chooses by itself how it computes.
template <typename Problem>
class BlasProduct final : public LibraryProduct<Problem> {
 public:
  explicit BlasProduct(const Preparation& preparation)
      : LibraryProduct<Problem>(preparation), blas_(this->queue().stream()) {
    this->queue().on_submit([this] {
      blas_.multiply(this->stored(), this->w(), this->x(), this->y(), this->rows(), this->cols(),
                     this->tokens());
    });
    this->call();
  }

 private:
  CuBlas blas_;
};

/// The row `name` of a workload, whose instances are `Product`s.
template <typename Product>
Implementation blas_row(const std::string& name, Probe (*probe)(), const std::string& doc) {
  Implementation row;
  row.name = name;
  row.device = "cuda";
  row.accuracy = "float";
  row.doc = doc;
  row.probe = probe;
  row.make = [name](const Preparation& p) -> std::unique_ptr<Instance> {
    const std::string dtype = get_text(p.params, "dtype");
    if (in_blocks(parse_format(dtype))) {
      throw Error(ErrorCode::unavailable, name + " multiplies no '" + dtype + "' weights",
                  "choose dtype=f32 or f16, or the implementation cuda");
    }
    if (p.params.contains("math") && get_text(p.params, "math") != "f32") {
      throw Error(ErrorCode::unavailable, "llm.gemm/" + name + " has sums in f32 alone",
                  "leave math out, or choose the implementation cuda");
    }
    return std::make_unique<Product>(p);
  };
  return row;
}

}  // namespace assay::llm
