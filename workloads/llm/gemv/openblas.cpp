// SPDX-License-Identifier: Apache-2.0
#include <cblas.h>

#include "harness/core/error.h"
#include "workloads/llm/gemv/gemv.h"

namespace assay {

namespace llm {

namespace {

/// OpenBLAS's own threads cannot be placed from outside (0.3.21): they inherit the affinity of whoever loads
/// it, and two on one CPU halve its speed. So each of our pinned threads calls the single-threaded kernel on
/// its rows.
class OpenBlas final : public GemvInstance {
 public:
  explicit OpenBlas(const Preparation& preparation) : GemvInstance(preparation) {
    openblas_set_num_threads(1);
  }

  void call() override {
    const auto& w = problem().w;
    pool().run([&](int index) {
      const auto [begin, end] = pool().share(w.rows, index, 16);
      if (begin == end) return;
      const auto columns = static_cast<blasint>(w.cols);
      cblas_sgemv(CblasRowMajor, CblasNoTrans, static_cast<blasint>(end - begin), columns, 1.0f,
                  w.f32_row(begin), columns, problem().x.data(), 1, 0.0f, y() + begin, 1);
    });
  }

  std::string isa() const override {
    std::string name = openblas_get_corename();
    if (name == "Prescott") {  // of 2004: what it falls back to on x86-64
      name +=
          "; this OpenBLAS does not know the CPU and takes its oldest kernels: OPENBLAS_CORETYPE=Haswell or "
          "SkylakeX gives it what the CPU has";
    }
    return name;
  }
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_gemv_openblas() {
  Implementation i;
  i.name = "openblas";
  i.accuracy = "float";
  i.doc =
      "OpenBLAS cblas_sgemv, f32 only: its single-threaded kernel on each of our pinned threads, rows shared";
  i.make = [](const Preparation& p) -> std::unique_ptr<Instance> {
    if (get_text(p.params, "dtype") != "f32") {
      throw Error(ErrorCode::unavailable,
                  "OpenBLAS multiplies no '" + get_text(p.params, "dtype") + "' weights",
                  "choose dtype=f32, or the implementation simd");
    }
    return std::make_unique<llm::OpenBlas>(p);
  };
  return i;
}

}  // namespace assay
