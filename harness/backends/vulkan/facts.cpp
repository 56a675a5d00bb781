// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/facts.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <tuple>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::vulkan {

namespace {

constexpr const char* install =
    "apt-get install mesa-vulkan-drivers, or NVIDIA's driver with its Vulkan part";

std::string version_text(std::uint32_t version) {
  return std::to_string(version >> 22 & 0x7F) + "." + std::to_string(version >> 12 & 0x3FF) + "." +
         std::to_string(version & 0xFFF);
}

const char* type_text(Type type) {
  switch (type) {
    case Type::integrated:
      return "integrated GPU";
    case Type::discrete:
      return "discrete GPU";
    case Type::virtual_gpu:
      return "virtual GPU";
    case Type::cpu:
      return "CPU";
    case Type::other:
      break;
  }
  return "other";
}

/// What without() hides: each says whether it was there to be taken.
constexpr struct {
  std::string_view word;
  bool (*take)(Facts& facts);
} abilities[] = {{"subgroups", [](Facts& facts) { return std::exchange(facts.subgroup_sums, false); }},
                 {"dot8", [](Facts& facts) { return std::exchange(facts.dot8, false); }},
                 {"float16", [](Facts& facts) { return std::exchange(facts.float16, false); }},
                 {"statistics", [](Facts& facts) { return std::exchange(facts.statistics, false); }},
                 {"timestamps", [](Facts& facts) { return std::exchange(facts.timestamp_bits, 0) > 0; }}};

}  // namespace

Facts without(Facts facts, std::string_view words) {
  const std::vector<std::string> asked = split_filled(words, ',');
  for (const std::string& word : asked) {
    if (std::any_of(std::begin(abilities), std::end(abilities),
                    [&](const auto& a) { return a.word == word; }))
      continue;
    throw Error(ErrorCode::usage, "ASSAY_VULKAN_WITHOUT: '" + printable(word, 40) + "' cannot be hidden",
                "name some of subgroups, dot8, float16, statistics, timestamps, with commas between them");
  }
  for (const auto& [word, take] : abilities) {
    if (std::find(asked.begin(), asked.end(), word) == asked.end() || !take(facts)) continue;
    facts.hidden += (facts.hidden.empty() ? "" : ",") + std::string(word);
  }
  return facts;
}

Probe probe_without_loader(const std::string& why) {
  return Probe::absent("there is no Vulkan loader here: " + why,
                       std::string("apt-get install libvulkan1; then ") + install);
}

Probe probe_of(int result, std::size_t count) {
  constexpr int incompatible_driver = -9;
  if (result == 0 && count > 0) return Probe::present();
  if (result == 0 || result == incompatible_driver) {
    return Probe::absent(result == 0 ? "Vulkan's drivers find no device" : "Vulkan's loader finds no driver",
                         std::string(install) +
                             "; see whether VK_DRIVER_FILES or VK_ICD_FILENAMES hides one (vulkaninfo lists "
                             "what there is)");
  }
  return Probe::absent("Vulkan does not start: VkResult " + std::to_string(result),
                       "see 'vulkaninfo --summary'");
}

Probe probe_of(const Facts& facts) {
  constexpr std::uint32_t version_1_2 = 1U << 22 | 2U << 12;
  const std::string update = "update its driver ('vulkaninfo' shows what it has)";
  if (facts.api_version < version_1_2) {
    return Probe::absent("it has Vulkan " + version_text(facts.api_version) + ", kernels need 1.2", update);
  }
  if (facts.compute_family < 0) return Probe::absent("it runs no compute shaders", update);
  if (!facts.addresses) return Probe::absent("it lacks bufferDeviceAddress, which kernels need", update);
  return Probe::present();
}

std::vector<std::size_t> numbering(const std::vector<Facts>& devices) {
  std::vector<std::size_t> order(devices.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto place = [&](std::size_t i) {
    const Facts& facts = devices[i];
    return std::tuple(facts.type == Type::cpu, facts.pci.empty(), facts.pci, uuid_text(facts));
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
  return order;
}

std::string uuid_text(const Facts& facts) {
  static constexpr char digits[] = "0123456789abcdef";
  constexpr std::uint32_t nvidia = 0x10DE;
  if (std::all_of(std::begin(facts.uuid), std::end(facts.uuid), [](unsigned char b) { return b == 0; }))
    return "";
  std::string text = facts.vendor == nvidia ? "GPU-" : "";
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[facts.uuid[i] >> 4];
    text += digits[facts.uuid[i] & 15];
  }
  return text;
}

Device describe(int index, const Facts& facts) {
  Device device;
  device.name = "vulkan:" + std::to_string(index);
  device.fidelity = facts.type == Type::cpu ? "software" : "hardware";
  auto& print = device.fingerprint;
  const auto put = [&](const char* key, const std::string& value) {
    if (!value.empty()) print[key] = value;
  };
  put("model", facts.name);
  put("type", type_text(facts.type));
  put("uuid", uuid_text(facts));
  put("pci", facts.pci);
  put("memory.bytes", std::to_string(facts.memory_bytes));
  put("vulkan.driver", facts.driver);
  put("vulkan.driver_api", version_text(facts.api_version));
  put("subgroup.size", std::to_string(facts.subgroup_size));
  put("subgroup.sums", facts.subgroup_sums ? "yes" : "no");
  put("float64", facts.float64 ? "yes" : "no");
  put("float16", facts.float16 ? "yes" : "no");
  put("int8.dot", facts.dot8 ? "yes" : "no");
  put("without", facts.hidden);
  put("limit.group_invocations", std::to_string(facts.group_invocations));
  put("limit.shared_bytes", std::to_string(facts.shared_bytes));
  put("clock.bits", std::to_string(facts.timestamp_bits));
  std::string period = std::to_string(facts.timestamp_period_ns);
  period.erase(period.find_last_not_of('0') + 1);
  if (period.ends_with('.')) period.pop_back();
  put("clock.step_ns", period);
  return device;
}

int index_of(const std::string& device) {
  constexpr std::string_view kind = "vulkan:";
  int index = -1;
  if (device.starts_with(kind)) {
    const char* end = device.data() + device.size();
    const auto [stop, error] = std::from_chars(device.data() + kind.size(), end, index);
    if (error == std::errc{} && stop == end && index >= 0) return index;
  }
  throw Error(ErrorCode::usage, "'" + device + "' is no Vulkan device",
              "'assay list devices' has their names");
}

double elapsed_ns(std::uint64_t begin, std::uint64_t end, int bits, double period_ns) {
  const std::uint64_t mask = bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  return static_cast<double>((end - begin) & mask) * period_ns;
}

std::size_t times_in_a_submission(double one_ns) {
  constexpr double submission_ns = 50e6;
  return static_cast<std::size_t>(std::max(submission_ns / std::max(one_ns, 1.0), 1.0));
}

}  // namespace assay::vulkan
