// SPDX-License-Identifier: Apache-2.0
// assay-hw-cublas: device times (ns) of what the suite's cuBLAS cases do, by nothing but CUDA and cuBLAS, as
// JSON: case text -> time, for every device. {"absent": why} where there is no device or no cuBLAS. Nothing
// of Assay's is in it, so that what Assay measures of cuBLAS can be held against it (judge.h).
#include <cuda_fp16.h>
#include <cuda_runtime.h>
#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace {

// Of cuBLAS's interface; its enumerations are ints.
constexpr int as_it_is = 0;      // CUBLAS_OP_N
constexpr int transposed = 1;    // CUBLAS_OP_T
constexpr int real_32 = 0;       // CUDA_R_32F
constexpr int real_16 = 2;       // CUDA_R_16F
constexpr int compute_32 = 68;   // CUBLAS_COMPUTE_32F
constexpr int default_way = -1;  // CUBLAS_GEMM_DEFAULT

struct Library {
  int (*create)(void** handle);
  int (*destroy)(void* handle);
  int (*set_stream)(void* handle, cudaStream_t stream);
  int (*sgemv)(void* handle, int transpose, int m, int n, const float* alpha, const float* a, int lda,
               const float* x, int incx, const float* beta, float* y, int incy);
  int (*gemm)(void* handle, int transpose_a, int transpose_b, int m, int n, int k, const void* alpha,
              const void* a, int type_a, int lda, const void* b, int type_b, int ldb, const void* beta,
              void* c, int type_c, int ldc, int compute, int algorithm);
};

/// What a case multiplies: Y = X W^T, all row-major, W [rows][cols], X [tokens][cols].
struct Task {
  const char* name;
  int rows, cols, tokens;
  bool half;  ///< W and X are binary16; sums and Y are binary32
};
constexpr Task tasks[] = {{"llm.gemv/cublas?cols=14336", 4096, 14336, 1, false},
                          {"llm.gemv/cublas?cols=14336&dtype=f16", 4096, 14336, 1, true},
                          {"llm.gemv/cublas?cols=14336&rows=8192", 8192, 14336, 1, false},
                          {"llm.gemv/cublas?cols=14336&dtype=f16&rows=8192", 8192, 14336, 1, true},
                          {"llm.gemm/cublas", 1024, 1024, 256, false},
                          {"llm.gemm/cublas?dtype=f16", 1024, 1024, 256, true}};

int absent(const std::string& why) {
  std::string text;
  for (const char c : why) text += c == '"' || c == '\\' || c < ' ' ? ' ' : c;
  std::printf("{\"absent\": \"%s\"}\n", text.c_str());
  return 0;
}

void check(bool good, const std::string& what) {
  if (good) return;
  std::fprintf(stderr, "assay-hw-cublas: %s\n", what.c_str());
  std::exit(1);
}
void check(cudaError_t error) {
  check(error == cudaSuccess, std::string("CUDA: ") + cudaGetErrorString(error));
}

/// Numbers like any: a GPU takes less power for zeros, and may then be faster.
__device__ float value(std::size_t i) {
  unsigned bits = static_cast<unsigned>(i) * 2654435761u;
  bits ^= bits >> 15;
  return (static_cast<float>(bits & 0xFFFFu) - 32768.0f) / 32768.0f;
}
template <typename Real>
__global__ void fill(Real* to, std::size_t count) {
  const std::size_t step = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count; i += step)
    to[i] = static_cast<Real>(value(i));
}

/// The queue fills behind it.
__global__ void spin(long long ns) {
  long long begin = 0;
  long long now = 0;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(begin));
  do asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
  while (now - begin < ns);
}

struct Memory {
  explicit Memory(std::size_t bytes) { check(cudaMalloc(&at, bytes)); }
  ~Memory() { cudaFree(at); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  void* at = nullptr;
};

template <typename Real>
void fill(const Memory& memory, std::size_t count) {
  fill<<<1024, 256>>>(static_cast<Real*>(memory.at), count);
  check(cudaGetLastError());
}

/// Median of 15 readings by events, each over as many calls as take 0.2 ms: as many as a reading of Assay's.
template <typename Call>
double time_ns(cudaStream_t stream, const Call& call) {
  cudaEvent_t begin = nullptr;
  cudaEvent_t end = nullptr;
  check(cudaEventCreate(&begin));
  check(cudaEventCreate(&end));
  const auto reading = [&](int calls) {
    spin<<<1, 1, 0, stream>>>(3'000'000);
    check(cudaGetLastError());
    check(cudaEventRecord(begin, stream));
    for (int i = 0; i < calls; ++i) call();
    check(cudaEventRecord(end, stream));
    check(cudaEventSynchronize(end));
    float ms = 0;
    check(cudaEventElapsedTime(&ms, begin, end));
    return 1e6 * static_cast<double>(ms) / calls;
  };
  for (int i = 0; i < 5; ++i) call();  // its code is loaded
  const int calls = static_cast<int>(std::clamp(std::ceil(200e3 / reading(1)), 1.0, 128.0));
  std::vector<double> ns;
  for (int i = 0; i < 15; ++i) ns.push_back(reading(calls));
  std::sort(ns.begin(), ns.end());
  check(cudaEventDestroy(begin));
  check(cudaEventDestroy(end));
  return ns[ns.size() / 2];
}

double time_ns(const Library& library, const Task& task) {
  const std::size_t weights = static_cast<std::size_t>(task.rows) * task.cols;
  const std::size_t inputs = static_cast<std::size_t>(task.tokens) * task.cols;
  const std::size_t size = task.half ? sizeof(__half) : sizeof(float);
  const Memory w(weights * size);
  const Memory x(inputs * size);
  const Memory y(static_cast<std::size_t>(task.tokens) * task.rows * sizeof(float));
  for (const auto& [memory, count] : {std::pair(&w, weights), std::pair(&x, inputs)})
    task.half ? fill<__half>(*memory, count) : fill<float>(*memory, count);
  check(cudaDeviceSynchronize());

  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  void* handle = nullptr;
  check(library.create(&handle) == 0, "cuBLAS does not start");
  check(library.set_stream(handle, stream) == 0, "cuBLAS takes no stream");
  const float one = 1;
  const float zero = 0;
  const int type = task.half ? real_16 : real_32;
  // cuBLAS counts by columns: a row-major W is its transpose there.
  const double ns = time_ns(stream, [&] {
    const int status =
        task.tokens == 1 && !task.half
            ? library.sgemv(handle, transposed, task.cols, task.rows, &one, static_cast<const float*>(w.at),
                            task.cols, static_cast<const float*>(x.at), 1, &zero, static_cast<float*>(y.at),
                            1)
            : library.gemm(handle, transposed, as_it_is, task.rows, task.tokens, task.cols, &one, w.at, type,
                           task.cols, x.at, type, task.cols, &zero, y.at, real_32, task.rows, compute_32,
                           default_way);
    check(status == 0, "cuBLAS cannot multiply: status " + std::to_string(status));
  });
  check(library.destroy(handle) == 0, "cuBLAS does not end");
  check(cudaStreamDestroy(stream));
  return ns;
}

template <typename Function>
void find(void* opened, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(opened, name));
  check(function != nullptr, std::string("cuBLAS has no ") + name);
}

}  // namespace

int main() {
  setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 1);  // as Assay numbers them
  int devices = 0;
  if (const cudaError_t error = cudaGetDeviceCount(&devices); error != cudaSuccess || devices == 0)
    return absent(std::string("no CUDA device: ") + cudaGetErrorString(error));
  void* opened = nullptr;
  std::string why;
  for (const char* name : {"libcublas.so.13", "libcublas.so.12", "libcublas.so"}) {
    if (opened == nullptr) opened = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr && why.empty()) why = dlerror();
  }
  if (opened == nullptr) return absent(why);
  Library library{};
  find(opened, "cublasCreate_v2", library.create);
  find(opened, "cublasDestroy_v2", library.destroy);
  find(opened, "cublasSetStream_v2", library.set_stream);
  find(opened, "cublasSgemv_v2", library.sgemv);
  find(opened, "cublasGemmEx", library.gemm);

  const char* before = "{";
  for (int device = 0; device < devices; ++device) {
    int capability = 0;
    check(cudaDeviceGetAttribute(&capability, cudaDevAttrComputeCapabilityMajor, device));
    if (capability < 8) continue;  // it runs no code of this build, nor any CUDA case
    check(cudaSetDevice(device));
    for (const Task& task : tasks) {
      std::printf("%s\n\"%s@cuda:%d\": %.1f", before, task.name, device, time_ns(library, task));
      before = ",";
    }
  }
  if (*before == '{') return absent("no CUDA device of compute capability 8.0 or newer");
  std::printf("\n}\n");
  return 0;
}
