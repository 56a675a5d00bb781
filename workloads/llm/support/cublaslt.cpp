// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/support/cublaslt.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "workloads/llm/support/nvidia_library.h"

namespace assay::llm {

namespace {

/// As cublasLt.h of CUDA 12 and 13 has them (the test's stand-in is compiled with that header).
struct Algorithm {
  std::uint64_t data[8];
};
struct Heuristic {
  Algorithm algorithm;
  std::size_t workspace;
  int state;
  float waves;
  int reserved[4];
};
static_assert(sizeof(Heuristic) == 96);

constexpr int real_32 = 0;               // CUDA_R_32F
constexpr int real_16 = 2;               // CUDA_R_16F
constexpr int compute_32 = 68;           // CUBLAS_COMPUTE_32F: no TF32
constexpr int transpose_a = 3;           // CUBLASLT_MATMUL_DESC_TRANSA
constexpr std::int32_t transposed = 1;   // CUBLAS_OP_T
constexpr int most_workspace_bytes = 1;  // CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES
constexpr int not_supported = 15;        // CUBLAS_STATUS_NOT_SUPPORTED

struct Library : NvidiaLibrary {
  std::size_t (*version)() = nullptr;
  int (*create)(void** handle) = nullptr;
  int (*destroy)(void* handle) = nullptr;
  int (*product_create)(void** product, int compute, int scale) = nullptr;
  int (*product_destroy)(void* product) = nullptr;
  int (*product_set)(void* product, int attribute, const void* value, std::size_t bytes) = nullptr;
  int (*layout_create)(void** layout, int type, std::uint64_t rows, std::uint64_t cols,
                       std::int64_t apart) = nullptr;
  int (*layout_destroy)(void* layout) = nullptr;
  int (*wish_create)(void** wish) = nullptr;
  int (*wish_destroy)(void* wish) = nullptr;
  int (*wish_set)(void* wish, int attribute, const void* value, std::size_t bytes) = nullptr;
  int (*heuristic)(void* handle, void* product, void* a, void* b, void* c, void* d, void* wish, int most,
                   Heuristic* results, int* found) = nullptr;
  int (*fact)(const Algorithm* algorithm, int attribute, void* value, std::size_t bytes,
              std::size_t* written) = nullptr;
  int (*multiply)(void* handle, void* product, const void* alpha, const void* a, void* layout_a,
                  const void* b, void* layout_b, const void* beta, const void* c, void* layout_c, void* d,
                  void* layout_d, const Algorithm* algorithm, void* workspace, std::size_t workspace_bytes,
                  CUstream_st* stream) = nullptr;

  Library() : NvidiaLibrary("cuBLASLt", {"libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so"}) {
    find("cublasLtGetVersion", version);
    find("cublasLtCreate", create);
    find("cublasLtDestroy", destroy);
    find("cublasLtMatmulDescCreate", product_create);
    find("cublasLtMatmulDescDestroy", product_destroy);
    find("cublasLtMatmulDescSetAttribute", product_set);
    find("cublasLtMatrixLayoutCreate", layout_create);
    find("cublasLtMatrixLayoutDestroy", layout_destroy);
    find("cublasLtMatmulPreferenceCreate", wish_create);
    find("cublasLtMatmulPreferenceDestroy", wish_destroy);
    find("cublasLtMatmulPreferenceSetAttribute", wish_set);
    find("cublasLtMatmulAlgoGetHeuristic", heuristic);
    find("cublasLtMatmulAlgoConfigGetAttribute", fact);
    find("cublasLtMatmul", multiply);
  }
};

const Library& library() {
  static const Library opened;
  return opened;
}

/// One of cuBLASLt's descriptors, owned.
class Owned {
 public:
  explicit Owned(int (*destroy)(void*)) : destroy_(destroy) {}
  ~Owned() {
    if (at_ != nullptr) destroy_(at_);
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  void** out() { return &at_; }
  void* get() const { return at_; }

 private:
  int (*destroy_)(void*);
  void* at_ = nullptr;
};

}  // namespace

/// cuBLASLt counts by columns: a row-major W is its transpose there, cols x rows, and Y is rows x tokens.
struct CuBlasLt::Plan {
  Owned handle{library().destroy};
  Owned product{library().product_destroy};
  Owned w{library().layout_destroy};
  Owned x{library().layout_destroy};
  Owned y{library().layout_destroy};
  std::vector<Heuristic> candidates;
  std::size_t chosen = 0;
};

Probe cublaslt_probe() { return library().probe(); }

CuBlasLt::CuBlasLt(Stored stored, int rows, int cols, int tokens) : plan_(std::make_unique<Plan>()) {
  const Library& lt = library();
  const int type = stored == Stored::f32 ? real_32 : real_16;
  const auto layout = [&](Owned& made, int of, int down, int across) {
    lt.check(lt.layout_create(made.out(), of, static_cast<std::uint64_t>(down),
                              static_cast<std::uint64_t>(across), down),
             "describe a matrix");
  };
  lt.check(lt.create(plan_->handle.out()), "start");
  lt.check(lt.product_create(plan_->product.out(), compute_32, real_32), "describe a product");
  lt.check(lt.product_set(plan_->product.get(), transpose_a, &transposed, sizeof transposed),
           "describe a product");
  layout(plan_->w, type, cols, rows);
  layout(plan_->x, type, cols, tokens);
  layout(plan_->y, real_32, rows, tokens);
  Owned wish(lt.wish_destroy);
  lt.check(lt.wish_create(wish.out()), "describe a search");
  lt.check(lt.wish_set(wish.get(), most_workspace_bytes, &most_workspace, sizeof most_workspace),
           "describe a search");
  std::array<Heuristic, most_candidates> found{};
  int count = 0;
  const int status =
      lt.heuristic(plan_->handle.get(), plan_->product.get(), plan_->w.get(), plan_->x.get(), plan_->y.get(),
                   plan_->y.get(), wish.get(), most_candidates, found.data(), &count);
  if (status != not_supported) lt.check(status, "list its algorithms");
  std::copy_if(found.begin(), found.begin() + std::clamp(count, 0, most_candidates),
               std::back_inserter(plan_->candidates), [](const Heuristic& one) { return one.state == 0; });
  if (plan_->candidates.empty()) {
    throw Error(ErrorCode::unavailable, "cuBLASLt knows no algorithm for this product on this device",
                "choose another size, or the implementation cublas");
  }
}

CuBlasLt::~CuBlasLt() = default;

std::size_t CuBlasLt::candidates() const { return plan_->candidates.size(); }

std::size_t CuBlasLt::workspace() const {
  const auto less = [](const Heuristic& a, const Heuristic& b) { return a.workspace < b.workspace; };
  return std::max_element(plan_->candidates.begin(), plan_->candidates.end(), less)->workspace;
}

void CuBlasLt::choose(std::size_t candidate) { plan_->chosen = candidate; }

void CuBlasLt::multiply(const void* w, const void* x, float* y, void* scratch, CUstream_st* stream) const {
  const float one = 1;
  const float zero = 0;
  const Heuristic& by = plan_->candidates.at(plan_->chosen);
  library().check(library().multiply(plan_->handle.get(), plan_->product.get(), &one, w, plan_->w.get(), x,
                                     plan_->x.get(), &zero, y, plan_->y.get(), y, plan_->y.get(),
                                     &by.algorithm, scratch, by.workspace, stream),
                  "multiply");
}

std::string CuBlasLt::chosen() const {
  const Heuristic& by = plan_->candidates.at(plan_->chosen);
  const auto fact = [&](const char* name, int attribute) {
    std::int32_t value = 0;
    std::size_t written = 0;
    const int status = library().fact(&by.algorithm, attribute, &value, sizeof value, &written);
    return std::string(", ") + name + (status == 0 ? " " + std::to_string(value) : " not told");
  };
  const std::size_t version = library().version();  // 130100: 13.1.0
  return "cuBLASLt " + std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." +
         std::to_string(version % 100) + fact("algorithm", 0)  // CUBLASLT_ALGO_CONFIG_ID
         + fact("tile", 1)                                     // CUBLASLT_ALGO_CONFIG_TILE_ID
         + fact("stages", 6)                                   // CUBLASLT_ALGO_CONFIG_STAGES_ID
         + fact("split", 2)                                    // CUBLASLT_ALGO_CONFIG_SPLITK_NUM
         + ", workspace " + std::to_string(by.workspace) + " of " + std::to_string(most_workspace) +
         " bytes, chosen by time of " + std::to_string(candidates());
}

std::size_t first_of_the_fastest(std::span<const double> ns) {
  constexpr double alike = 1.02;
  const double least = *std::min_element(ns.begin(), ns.end());
  const auto first = std::find_if(ns.begin(), ns.end(), [&](double one) { return one <= alike * least; });
  return static_cast<std::size_t>(first - ns.begin());
}

}  // namespace assay::llm
