// SPDX-License-Identifier: Apache-2.0
// Written from nvbench's documents and formats (2026-08), tried on a stand-in
// (tests/cli/stand_in_nvbench.py), never yet on a real program with a GPU.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "workloads/adapters/child.h"
#include "workloads/adapters/foreign.h"

namespace assay::adapters {

namespace {

constexpr std::string_view family = "nvbench.";
constexpr std::string_view cuda = "cuda:";

class NvbenchHandler : public ForeignHandler {
 public:
  explicit NvbenchHandler(Foreign foreign) : ForeignHandler(std::move(foreign)) {
    // The numbers of its GPUs are then those of everybody else here: by PCI address, not by speed.
    setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 1);
  }

  protocol::Measured measure(const protocol::MeasureRequest& request) override {
    const std::string name = prepared().value.workload.substr(family.size());
    const auto& all = states();
    const auto state =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
    if (state == all.end())
      throw Error(ErrorCode::unavailable, "it lists no '" + printable(name, 200) + "' any more");
    const std::string file = temporary("nvbench.json");
    auto words = foreign().words;
    words.insert(words.end(), {"--jsonbin", file});
    if (const std::string& device = prepared().value.device; device.starts_with(cuda))
      words.insert(words.end(), {"--devices", device.substr(cuda.size())});
    words.insert(words.end(), state->options.begin(), state->options.end());
    if (request.time_ns > 0 && !is_given(foreign().words, "--timeout"))
      words.insert(words.end(), {"--timeout", shortest(static_cast<double>(request.time_ns) * 1e-9)});
    protocol::Measured measured;
    measured.origin_ns = now_ns();
    run_program(words);
    const auto results = read_nvbench(read_file(file), "what nvbench wrote", [](const std::string& side) {
      return read_file(side.starts_with("/") ? side : temporary(side));
    });
    std::filesystem::remove(file);
    if (results.size() != 1)
      throw Error(ErrorCode::worker, "it ran " + std::to_string(results.size()) + " states, not one",
                  "leave --benchmark out: cases are selected by name");
    if (!results[0].error.empty())
      throw Error(ErrorCode::unavailable, "its own word: " + printable(results[0].error, 500));
    if (results[0].call_ns.empty())
      throw Error(ErrorCode::worker, "it wrote no samples of '" + printable(name, 200) + "'",
                  "it needs an nvbench that knows --jsonbin");
    fill(measured, results[0]);
    return measured;
  }

 private:
  /// What the program lists, asked for once.
  std::string listed(const char* option) const {
    const std::string file = temporary("nvbench.list");
    auto words = foreign().words;
    words.emplace_back(option);
    run_program(words, file);
    return read_file(file);
  }
  const std::vector<NvbenchState>& states() {
    if (!states_) states_ = read_nvbench_list(listed("--jsonlist-benches"), "what nvbench lists");
    return *states_;
  }

  /// Without a GPU the CPU: a benchmark may be `cpu_only`, and any other says by itself what it lacks.
  std::vector<DeviceOffer> devices() override {
    if (!devices_) {
      const auto& words = foreign().words;
      for (const char* option : {"--devices", "--device", "-d"}) {
        if (std::find(words.begin(), words.end(), option) != words.end())
          throw Error(ErrorCode::usage, std::string(option) + " is not for an nvbench program under Assay",
                      "choose the GPU as of any case: --device cuda:0");
      }
      devices_.emplace();
      for (auto& device : read_nvbench_devices(listed("--jsonlist-devices"), "what nvbench lists"))
        devices_->push_back({std::move(device), {}});
      if (devices_->empty()) devices_->emplace_back();
    }
    return *devices_;
  }

  std::vector<protocol::WorkloadOffer> offers(const std::string& workload) override {
    const auto offer = [&](const std::string& name) {
      auto made = tool_offer(name, "runs", "an nvbench program's own, the GPU's time");
      const auto own = made.implementations.front();
      made.implementations.clear();
      for (const auto& on : devices()) {
        made.implementations.push_back(own);
        made.implementations.back().device = on.device.name;
      }
      return made;
    };
    if (workload.starts_with(family)) return {offer(workload)};
    if (!workload.empty()) return {};
    std::vector<protocol::WorkloadOffer> all;
    for (const auto& state : states()) all.push_back(offer(std::string(family) + state.name));
    if (all.empty())
      throw Error(ErrorCode::unavailable, "'" + printable(foreign().words[0], 200) + "' lists no benchmark",
                  "see it with --list");
    return all;
  }

  /// Any summary of this source is taken.
  std::vector<protocol::CollectorOffer> collectors() const override {
    return {{"nvbench",
             {},
             {{"nvbench.cold.time.cpu.mean", "ns", Better::lower,
               "CPU time around an isolated run, as the tool has it", Over::mean}}}};
  }

  std::optional<std::vector<NvbenchState>> states_;
  std::optional<std::vector<DeviceOffer>> devices_;
};

}  // namespace

std::unique_ptr<protocol::Handler> nvbench_handler(Foreign foreign) {
  return std::make_unique<NvbenchHandler>(std::move(foreign));
}

}  // namespace assay::adapters
