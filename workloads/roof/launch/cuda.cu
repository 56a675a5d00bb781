// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/cuda/graph.h"
#include "harness/backends/cuda/instance.h"
#include "workloads/roof/launch/cuda.h"
#include "workloads/roof/launch/launch.h"

namespace assay {

namespace roof_launch {

namespace {

__global__ void store(unsigned* word, unsigned value) { *word = value; }

/// `captured`: the launches as one CUDA graph, replayed; else each by itself.
class CudaLaunch final : public cuda::DeviceInstance {
 public:
  CudaLaunch(const Preparation& preparation, bool captured)
      : DeviceInstance(preparation), problem_(preparation), word_(1) {
    cuda::check(cudaMemset(word_.data(), 0, word_.bytes()), "clear device memory");
    facts() = {problem_.work(), word_.bytes(), problem_.digest()};
    const int operations = static_cast<int>(problem_.launches);
    if (captured) {
      graph_ = cuda::Graph(queue().stream(), [this] { submit(); });
      queue().on_submit([this] { graph_.launch(queue().stream()); }, operations);
    } else {
      queue().on_submit([this] { submit(); }, operations);
    }
    call();
  }

  std::vector<Tensor> output() override {
    unsigned word = 0;
    word_.download(&word);
    return LaunchProblem::output(word);
  }
  void spoil() override { word_.spoil(); }

 private:
  void submit() {
    for (std::int64_t i = 0; i < problem_.launches; ++i) {
      store<<<1, 1, 0, queue().stream()>>>(word_.data(), problem_.value(i));
    }
    cuda::check(cudaGetLastError(), "launch roof.launch");
  }

  LaunchProblem problem_;
  cuda::Buffer<unsigned> word_;
  cuda::Graph graph_;
};

}  // namespace

Implementation cuda_row(bool captured) {
  Implementation row;
  row.name = captured ? "cuda_graph" : "cuda";
  row.device = "cuda";
  row.doc = captured ? "the same launches captured as a graph and replayed"
                     : "kernel launches of one thread on one stream";
  row.make = [captured](const Preparation& p) { return std::make_unique<CudaLaunch>(p, captured); };
  return row;
}

}  // namespace roof_launch

Implementation implementation_roof_launch_cuda();
Implementation implementation_roof_launch_cuda() { return roof_launch::cuda_row(false); }

}  // namespace assay
