// SPDX-License-Identifier: Apache-2.0
// A cuBLASLt for tests: as many algorithms as a heuristic is asked for, of which the second cannot run and
// the third asks for memory. Products are computed on the CPU, as the descriptors say. Interface: NVIDIA's
// header.
#include <cublasLt.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "workloads/support/f16.h"

namespace {

using assay::f16_to_f32;

struct Product {
  bool transposed_a = false;
};
struct Layout {
  cudaDataType type;
  std::uint64_t rows, cols;
  std::int64_t apart;
};
struct Wish {
  std::size_t workspace = 0;
};

template <typename Made, typename Handle>
Made* made(Handle handle) {
  return reinterpret_cast<Made*>(handle);
}

float at(const void* from, const Layout& layout, std::uint64_t row, std::uint64_t col) {
  const auto i = static_cast<std::size_t>(col) * static_cast<std::size_t>(layout.apart) + row;
  return layout.type == CUDA_R_16F ? f16_to_f32(static_cast<const std::uint16_t*>(from)[i])
                                   : static_cast<const float*>(from)[i];
}

}  // namespace

extern "C" {

int fake_live = 0;     ///< descriptors and handles that nobody destroyed
int fake_last = -1;    ///< the algorithm that multiplied last
int fake_found = 100;  ///< how many the heuristic finds, at most

std::size_t cublasLtGetVersion() { return 130100; }

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  ++fake_live;
  *handle = reinterpret_cast<cublasLtHandle_t>(new int);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) {
  --fake_live;
  delete made<int>(handle);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* product, cublasComputeType_t compute,
                                        cudaDataType_t scale) {
  if (compute != CUBLAS_COMPUTE_32F || scale != CUDA_R_32F) return CUBLAS_STATUS_INVALID_VALUE;
  ++fake_live;
  *product = reinterpret_cast<cublasLtMatmulDesc_t>(new Product);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t product) {
  --fake_live;
  delete made<Product>(product);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t product,
                                              cublasLtMatmulDescAttributes_t attribute, const void* value,
                                              std::size_t bytes) {
  std::int32_t operation = 0;
  if (attribute != CUBLASLT_MATMUL_DESC_TRANSA || bytes != sizeof operation)
    return CUBLAS_STATUS_INVALID_VALUE;
  std::memcpy(&operation, value, bytes);
  made<Product>(product)->transposed_a = operation == CUBLAS_OP_T;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout, cudaDataType type,
                                          std::uint64_t rows, std::uint64_t cols, std::int64_t apart) {
  ++fake_live;
  *layout = reinterpret_cast<cublasLtMatrixLayout_t>(new Layout{type, rows, cols, apart});
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  --fake_live;
  delete made<Layout>(layout);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* wish) {
  ++fake_live;
  *wish = reinterpret_cast<cublasLtMatmulPreference_t>(new Wish);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t wish) {
  --fake_live;
  delete made<Wish>(wish);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t wish,
                                                    cublasLtMatmulPreferenceAttributes_t attribute,
                                                    const void* value, std::size_t bytes) {
  if (attribute != CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES || bytes != sizeof(std::size_t))
    return CUBLAS_STATUS_INVALID_VALUE;
  std::memcpy(&made<Wish>(wish)->workspace, value, bytes);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t, cublasLtMatrixLayout_t,
                                              cublasLtMatrixLayout_t, cublasLtMatrixLayout_t,
                                              cublasLtMatrixLayout_t, cublasLtMatmulPreference_t wish,
                                              int most, cublasLtMatmulHeuristicResult_t results[],
                                              int* found) {
  *found = std::min(most, fake_found);
  if (*found == 0) return CUBLAS_STATUS_NOT_SUPPORTED;
  for (int i = 0; i < *found; ++i) {
    results[i] = {};
    results[i].algo.data[0] = static_cast<std::uint64_t>(i);
    results[i].workspaceSize = i == 2 ? made<Wish>(wish)->workspace / 2 : 0;
    results[i].state = i == 1 ? CUBLAS_STATUS_NOT_SUPPORTED : CUBLAS_STATUS_SUCCESS;
  }
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulAlgoConfigGetAttribute(const cublasLtMatmulAlgo_t* algorithm,
                                                    cublasLtMatmulAlgoConfigAttributes_t attribute,
                                                    void* value, std::size_t bytes, std::size_t* written) {
  std::int32_t told = 0;
  if (bytes != sizeof told) return CUBLAS_STATUS_INVALID_VALUE;
  if (attribute == CUBLASLT_ALGO_CONFIG_ID) {
    told = static_cast<std::int32_t>(algorithm->data[0]);
  } else if (attribute == CUBLASLT_ALGO_CONFIG_TILE_ID) {
    told = CUBLASLT_MATMUL_TILE_64x64;
  } else if (attribute == CUBLASLT_ALGO_CONFIG_SPLITK_NUM) {
    told = 1;
  } else {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  std::memcpy(value, &told, bytes);
  *written = bytes;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t product, const void* alpha,
                              const void* a, cublasLtMatrixLayout_t layout_a, const void* b,
                              cublasLtMatrixLayout_t layout_b, const void* beta, const void*,
                              cublasLtMatrixLayout_t, void* d, cublasLtMatrixLayout_t layout_d,
                              const cublasLtMatmulAlgo_t* algorithm, void* workspace, std::size_t bytes,
                              cudaStream_t) {
  const Layout& of_a = *made<Layout>(layout_a);
  const Layout& of_b = *made<Layout>(layout_b);
  const Layout& of_d = *made<Layout>(layout_d);
  if (!made<Product>(product)->transposed_a || of_a.rows != of_b.rows || of_a.cols != of_d.rows ||
      of_b.cols != of_d.cols || of_a.type != of_b.type || of_d.type != CUDA_R_32F) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  fake_last = static_cast<int>(algorithm->data[0]);
  if (fake_last == 2 && (workspace == nullptr || bytes == 0)) return CUBLAS_STATUS_INVALID_VALUE;
  std::memset(workspace, 0xFF, bytes);
  for (std::uint64_t col = 0; col < of_d.cols; ++col) {
    for (std::uint64_t row = 0; row < of_d.rows; ++row) {
      float sum = 0;
      for (std::uint64_t k = 0; k < of_a.rows; ++k) sum += at(a, of_a, k, row) * at(b, of_b, k, col);
      float& to =
          static_cast<float*>(d)[static_cast<std::size_t>(col) * static_cast<std::size_t>(of_d.apart) + row];
      const float kept = *static_cast<const float*>(beta);
      to = *static_cast<const float*>(alpha) * sum + (kept != 0 ? kept * to : 0);
    }
  }
  return CUBLAS_STATUS_SUCCESS;
}

}  // extern "C"
