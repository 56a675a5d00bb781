// SPDX-License-Identifier: Apache-2.0
// The GPU of the case through its driver's management library: energy by the GPU's own counter (power is not
// integrated: two readings of it say nothing of what was between them), clocks, temperature, what slows it
// down, memory and its errors, utilisation. A GPU's sensors are of the whole GPU, whoever uses it.
#include "collectors/nvml/nvml.h"

#include <unistd.h>

#include <algorithm>
#include <vector>

#include "harness/backends/nvml/library.h"
#include "harness/core/component.h"
#include "harness/core/sensors.h"
#include "harness/core/snapshot_collector.h"

namespace assay {

namespace nvml {

namespace {

using Combine = SnapshotCollector::Combine;

std::vector<SnapshotCollector::Quantity> quantities_of_a_gpu() {
  return {
      {{"nvml.energy", "J", Better::lower, "energy of the GPU of the case, whoever used it"}},
      {{"nvml.sm_clock", "Hz", Better::neither, "clock of the multiprocessors, mean of before and after"},
       Combine::mean},
      {{"nvml.memory_clock", "Hz", Better::neither, "clock of the GPU's memory, mean of before and after"},
       Combine::mean},
      {{"nvml.temperature.max", "degC", Better::lower,
        "temperature of the GPU, the higher of before and after"},
       Combine::highest},
      {{"nvml.throttle_power.max", "ratio", Better::lower,
        "1: its clock was held down by the limit of power"},
       Combine::highest},
      {{"nvml.throttle_heat.max", "ratio", Better::lower, "1: its clock was held down by heat"},
       Combine::highest},
      {{"nvml.slowdown.max", "ratio", Better::lower, "1: the hardware slowed it down, for heat or power"},
       Combine::highest},
      {{"nvml.memory_used.max", "byte", Better::lower, "memory of the GPU in use, by all processes"},
       Combine::highest},
      {{"nvml.utilisation", "ratio", Better::neither,
        "share of the driver's last period (up to 1 s) in which a kernel ran, mean of before and after"},
       Combine::mean},
      {{"nvml.other_processes.max", "count", Better::lower,
        "other processes that compute on the GPU, the more of before and after"},
       Combine::highest},
      {{"nvml.mig.max", "ratio", Better::neither,
        "1: the GPU is divided (MIG), and shared with other slices"},
       Combine::highest},
      {{"nvml.power", "W", Better::lower,
        "power of the GPU's board as its driver averages it (over up to 1 s), mean of before and after"},
       Combine::mean},
      {{"nvml.ecc_corrected.max", "count", Better::lower,
        "errors of the GPU's memory that ECC corrected since the driver was loaded"},
       Combine::highest},
      {{"nvml.ecc_uncorrected.max", "count", Better::lower,
        "errors of the GPU's memory since the driver was loaded that ECC could not correct"},
       Combine::highest}};
}

class Nvml : public SnapshotCollector {
 public:
  explicit Nvml(std::string library)
      : SnapshotCollector("nvml", quantities_of_a_gpu()), name_(std::move(library)) {}

  Probe probe() override {
    if (!opened_) library_ = open_library(name_);
    opened_ = true;
    return library_.probe;
  }

  void observe(const Device& device) override {
    found_ = {};
    device_ = nullptr;
    if (!probe().available) return;
    found_ = find_device(library_, device);
    is_cuda_ = device.name.starts_with("cuda:");
    device_ = found_.board;
    why_no_device_ = found_.why_none;
  }

 private:
  std::vector<Reading> snapshot() override {
    const Functions& call = library_.call;
    return {number<unsigned long long>(0, call.total_energy, 1e-3),
            clock(1, sm_clock),
            clock(2, memory_clock),
            value<unsigned>(
                3, call.temperature != nullptr,
                [&](unsigned& celsius) { return call.temperature(device_, 0, &celsius); },
                [](unsigned celsius) { return static_cast<double>(celsius); }),
            throttle(4, power_limit | power_brake),
            throttle(5, heat),
            throttle(6, hardware_slowdown),
            value<Memory>(
                7, call.memory != nullptr, [&](Memory& memory) { return call.memory(own(), &memory); },
                [](const Memory& memory) { return static_cast<double>(memory.used); }),
            value<Utilisation>(
                8, call.utilisation != nullptr,
                [&](Utilisation& used) { return call.utilisation(device_, &used); },
                [](const Utilisation& used) { return used.gpu / 100.0; }),
            value<unsigned>(
                9, call.processes != nullptr, [&](unsigned& others) { return other_processes(others); },
                [](unsigned others) { return static_cast<double>(others); }),
            mig(),
            number<unsigned>(11, call.power, 1e-3),
            ecc(12, corrected),
            ecc(13, uncorrected)};
  }

  /// What the case has of the board: the slice, or all of it.
  Handle own() const { return found_.slice != nullptr ? found_.slice : device_; }

  /// Without this one, which is not listed where it uses no CUDA. (In a container the driver knows it by
  /// another number.)
  int other_processes(unsigned& others) const {
    std::vector<Process> running(16);
    auto count = static_cast<unsigned>(running.size());
    int error = library_.call.processes(own(), &count, running.data());
    if (error == too_small) {
      running.resize(count + 16);  // more may have come
      count = static_cast<unsigned>(running.size());
      error = library_.call.processes(own(), &count, running.data());
    }
    if (error != success) return error;
    running.resize(count);
    const auto self = static_cast<unsigned>(::getpid());
    const bool listed = is_cuda_ || std::any_of(running.begin(), running.end(),
                                                [&](const Process& one) { return one.pid == self; });
    others = count - (listed && count > 0 ? 1 : 0);
    return error;
  }

  /// A GPU that cannot be divided says "Not Supported": it is not.
  Reading mig() const {
    return value<unsigned>(
        10, library_.call.mig_mode != nullptr,
        [&](unsigned& current) {
          unsigned pending = 0;
          const int error = library_.call.mig_mode(device_, &current, &pending);
          return error == not_supported ? int{success} : error;
        },
        [](unsigned current) { return current != 0 ? 1.0 : 0.0; });
  }

  /// What `ask` fills in, as `convert` reads it; or why it cannot be had.
  template <typename Raw, typename Ask, typename Convert>
  Reading value(std::size_t quantity, bool exists, Ask ask, Convert convert) const {
    const Metric& metric = quantities()[quantity].metric;
    if (!library_.probe.available)
      return without_value(metric, ReadingState::unsupported,
                           library_.probe.reason + "; " + library_.probe.remedy);
    if (device_ == nullptr) return without_value(metric, ReadingState::unsupported, why_no_device_);
    if (!exists)
      return without_value(metric, ReadingState::unsupported, "this driver's NVML has no function for it");
    Raw raw{};
    const int error = ask(raw);
    if (error == success) return with_value(metric, convert(raw));
    const auto state = error == no_permission ? ReadingState::denied : ReadingState::unsupported;
    return without_value(metric, state, "NVML: " + library_.error_text(error));
  }

  template <typename Raw>
  Reading number(std::size_t quantity, int (*function)(Handle, Raw*), double scale) const {
    return value<Raw>(
        quantity, function != nullptr, [&](Raw& raw) { return function(device_, &raw); },
        [scale](Raw raw) { return static_cast<double>(raw) * scale; });
  }

  Reading clock(std::size_t quantity, int type) const {
    return value<unsigned>(
        quantity, library_.call.clock != nullptr,
        [&](unsigned& mhz) { return library_.call.clock(device_, type, &mhz); },
        [](unsigned mhz) { return mhz * 1e6; });
  }

  Reading ecc(std::size_t quantity, int kind) const {
    return value<unsigned long long>(
        quantity, library_.call.ecc_errors != nullptr,
        [&](unsigned long long& count) {
          return library_.call.ecc_errors(device_, kind, since_driver, &count);
        },
        [](unsigned long long count) { return static_cast<double>(count); });
  }

  Reading throttle(std::size_t quantity, unsigned long long bits) const {
    return value<unsigned long long>(
        quantity, library_.call.throttle_reasons != nullptr,
        [&](unsigned long long& reasons) { return library_.call.throttle_reasons(device_, &reasons); },
        [bits](unsigned long long reasons) { return (reasons & bits) != 0 ? 1.0 : 0.0; });
  }

  std::string name_;
  bool opened_ = false;
  Library library_;
  Found found_;
  bool is_cuda_ = false;
  Handle device_ = nullptr;  ///< the board: energy, clocks, temperature, what throttles are of all of it
  std::string why_no_device_ = "the case runs on the CPU; this reads the GPU of a case on cuda:N";
};

}  // namespace

std::unique_ptr<Collector> make_collector(const std::string& library) {
  return std::make_unique<Nvml>(library);
}

}  // namespace nvml

std::unique_ptr<Collector> collector_nvml() { return nvml::make_collector(nvml::library_name); }

}  // namespace assay
