// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>

#include <algorithm>
#include <string>

#include "harness/backends/cuda/instance.h"
#include "workloads/llm/gemv/gemv.h"

namespace assay {

namespace llm {

namespace {

/// The few functions of cuBLAS that are needed, out of whatever version the machine has: the library is too
/// large to be shipped, and is not linked, so that the module opens without it. Declared after NVIDIA's
/// cuBLAS documentation; its handle is opaque.
struct Library {
  int (*create)(void** handle) = nullptr;
  int (*destroy)(void* handle) = nullptr;
  int (*set_stream)(void* handle, cudaStream_t stream) = nullptr;
  int (*sgemv)(void* handle, int transpose, int m, int n, const float* alpha, const float* a, int lda,
               const float* x, int incx, const float* beta, float* y, int incy) = nullptr;
  Probe probe;
};

const Library& library() {
  static const Library opened = [] {
    Library found;
    void* handle = nullptr;
    std::string reason;
    for (const char* name : {"libcublas.so.13", "libcublas.so.12", "libcublas.so"}) {
      handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
      if (handle != nullptr) break;
      if (reason.empty()) reason = dlerror();
    }
    const auto find = [&](const char* name, auto& function) {
      if (handle == nullptr) return;
      function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(handle, name));
      if (function == nullptr && reason.empty()) reason = std::string("cuBLAS has no ") + name;
    };
    find("cublasCreate_v2", found.create);
    find("cublasDestroy_v2", found.destroy);
    find("cublasSetStream_v2", found.set_stream);
    find("cublasSgemv_v2", found.sgemv);
    if (found.sgemv == nullptr || found.set_stream == nullptr || found.create == nullptr ||
        found.destroy == nullptr) {
      found.probe = Probe::absent(
          reason,
          "install cuBLAS (pip install nvidia-cublas, or NVIDIA's libcublas-13-0) and name its folder in "
          "LD_LIBRARY_PATH");
    }
    return found;
  }();
  return opened;
}

void check_blas(int status, const char* what) {
  if (status != 0) {
    throw Error(ErrorCode::worker,
                std::string("cuBLAS cannot ") + what + ": status " + std::to_string(status));
  }
}

class CuBlas final : public cuda::DeviceInstance {
 public:
  explicit CuBlas(const Preparation& preparation) : DeviceInstance(preparation) {
    const GemvProblem problem(preparation);
    rows_ = static_cast<int>(problem.w.rows);
    cols_ = static_cast<int>(problem.w.cols);
    w_ = cuda::Buffer<float>(problem.w.f32_row(0), problem.w.rows * problem.w.cols);
    x_ = cuda::Buffer<float>(problem.x.data(), problem.x.size());
    y_ = cuda::Buffer<float>(problem.w.rows);
    cuda::check(cudaMemset(y_.data(), 0xFF, y_.bytes()), "clear device memory");
    check_blas(library().create(&handle_), "start");
    check_blas(library().set_stream(handle_, queue().stream()), "take a stream");
    facts() = {problem.work(), w_.bytes() + x_.bytes() + y_.bytes(), problem.digest()};
    queue().on_submit([this] { submit(); });
    call();
  }
  ~CuBlas() override {
    if (handle_ != nullptr) library().destroy(handle_);
  }

  std::vector<Tensor> output() override {
    std::vector<float> y(y_.size());
    y_.download(y.data());
    return {Tensor::from<float>("y", {rows_}, std::span<const float>(y))};
  }
  void spoil() override { y_.spoil(); }

 private:
  /// cuBLAS counts by columns: a row-major W is its transpose there, cols x rows.
  void submit() {
    constexpr int transposed = 1;
    const float one = 1;
    const float zero = 0;
    check_blas(library().sgemv(handle_, transposed, cols_, rows_, &one, w_.data(), cols_, x_.data(), 1, &zero,
                               y_.data(), 1),
               "multiply");
  }

  int rows_ = 0;
  int cols_ = 0;
  cuda::Buffer<float> w_;
  cuda::Buffer<float> x_;
  cuda::Buffer<float> y_;
  void* handle_ = nullptr;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_gemv_cublas();

Implementation implementation_llm_gemv_cublas() {
  Implementation i;
  i.name = "cublas";
  i.device = "cuda";
  i.accuracy = "float";
  i.doc = "cublasSgemv of the machine's cuBLAS, f32 only";
  i.probe = [] { return llm::library().probe; };
  i.make = [](const Preparation& p) -> std::unique_ptr<Instance> {
    if (get_text(p.params, "dtype") != "f32") {
      throw Error(ErrorCode::unavailable,
                  "cuBLAS multiplies no '" + get_text(p.params, "dtype") + "' weights",
                  "choose dtype=f32, or the implementation cuda");
    }
    return std::make_unique<llm::CuBlas>(p);
  };
  return i;
}

}  // namespace assay
