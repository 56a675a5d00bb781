// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <vector>

#include "harness/backends/cuda/instance.h"
#include "workloads/roof/transfer/transfer.h"

namespace assay {

namespace roof_transfer {

namespace {

class CudaTransfer final : public cuda::DeviceInstance {
 public:
  explicit CudaTransfer(const Preparation& preparation)
      : DeviceInstance(preparation), to_host_(get_text(preparation.params, "direction") == "to_host") {
    const TransferProblem problem(preparation);
    const std::size_t count = problem.data.size();
    const bool pinned = get_text(preparation.params, "memory") == "pinned";
    if (pinned) {
      pinned_ = cuda::Pinned<std::uint32_t>(count);
      host_ = pinned_.data();
    } else {
      pageable_.resize(count);
      host_ = pageable_.data();
    }
    device_ = cuda::Buffer<std::uint32_t>(problem.data.data(), count);
    if (to_host_) {
      std::memset(host_, 0xFF, problem.bytes());
    } else {
      std::memcpy(host_, problem.data.data(), problem.bytes());
      cuda::check(cudaMemset(device_.data(), 0xFF, device_.bytes()), "clear device memory");
    }
    facts() = {problem.work(), device_.bytes() + problem.bytes(), problem.digest()};
    queue().on_submit([this] { submit(); }, pinned ? 1 : 0);
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<std::uint32_t> arrived(device_.size());
    if (to_host_) {
      std::memcpy(arrived.data(), host_, device_.bytes());
    } else {
      device_.download(arrived.data());
    }
    return TransferProblem::output(arrived);
  }

  void spoil() override {
    if (!to_host_) return device_.spoil();
    std::memset(host_, 0xA5, device_.bytes());
  }

 private:
  void submit() {
    void* to = to_host_ ? static_cast<void*>(host_) : device_.data();
    const void* from = to_host_ ? static_cast<const void*>(device_.data()) : host_;
    cuda::check(cudaMemcpyAsync(to, from, device_.bytes(),
                                to_host_ ? cudaMemcpyDeviceToHost : cudaMemcpyHostToDevice, queue().stream()),
                "copy between host and device");
  }

  bool to_host_;
  cuda::Pinned<std::uint32_t> pinned_;
  std::vector<std::uint32_t> pageable_;
  std::uint32_t* host_ = nullptr;
  cuda::Buffer<std::uint32_t> device_;
};

}  // namespace

}  // namespace roof_transfer

Implementation implementation_roof_transfer_cuda();

Implementation implementation_roof_transfer_cuda() {
  Implementation row;
  row.name = "cuda";
  row.device = "cuda";
  row.doc =
      "cudaMemcpyAsync and a wait; a device's own time of pageable copies holds the host's part of them";
  row.make = [](const Preparation& p) { return std::make_unique<roof_transfer::CudaTransfer>(p); };
  return row;
}

}  // namespace assay
