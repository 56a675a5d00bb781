// SPDX-License-Identifier: Apache-2.0
#include "harness/run/chosen_devices.h"

#include <algorithm>
#include <string>

#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"

namespace assay::run {

namespace {

struct Choice {
  std::string kind;  ///< with the colon: "vulkan:"
  std::string key;
  std::string text;
};

/// What the fingerprint calls it.
std::string fact_of(const std::string& key) { return key == "name" ? "model" : key; }

Choice choice_of(const Selector& selector) {
  const std::size_t colon = selector.device.find(':');
  const std::size_t equals = selector.device.find('=');
  Choice choice{selector.device.substr(0, colon + 1), selector.device.substr(colon + 1, equals - colon - 1),
                selector.device.substr(equals + 1)};
  if (choice.key != "name" && choice.key != "uuid" && choice.key != "type") {
    throw Error(ErrorCode::usage, "'" + selector.device + "': a device is chosen by name, uuid or type",
                suggest(choice.key, {"name", "uuid", "type"}));
  }
  if (choice.text.empty()) {
    throw Error(ErrorCode::usage, "'" + selector.device + "': nothing follows '='",
                "a part of what 'assay list devices' says of it");
  }
  return choice;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// "vulkan:0 (llvmpipe (LLVM 15.0.6, 256 bits); CPU; 6d657361-...)", or why it is not here.
std::string described(const DeviceOffer& offer) {
  std::string facts;
  for (const char* key : {"model", "type", "uuid"}) {
    const auto fact = offer.device.fingerprint.find(key);
    if (fact != offer.device.fingerprint.end())
      facts += (facts.empty() ? "" : "; ") + printable(fact->second, 200);
  }
  if (!offer.probe.available) facts += (facts.empty() ? "" : "; ") + offer.probe.reason;
  return offer.device.name + " (" + facts + ")";
}

}  // namespace

std::vector<Selector> on_chosen_devices(const Selector& selector, const std::vector<DeviceOffer>& devices) {
  if (selector.device.find('=') == std::string::npos || selector.device.find(':') == std::string::npos) {
    return {selector};
  }
  const Choice choice = choice_of(selector);
  std::vector<Selector> chosen;
  std::string there;
  for (const auto& offer : devices) {
    const Device& device = offer.device;
    if (!device.name.starts_with(choice.kind)) continue;
    there += (there.empty() ? "" : ", ") + described(offer);
    const auto fact = device.fingerprint.find(fact_of(choice.key));
    if (fact == device.fingerprint.end() || lower(fact->second).find(lower(choice.text)) == std::string::npos)
      continue;
    Selector one = selector;
    one.device = device.name;
    const bool again = std::any_of(chosen.begin(), chosen.end(),
                                   [&](const Selector& other) { return other.device == one.device; });
    if (!again) chosen.push_back(std::move(one));  // two workers may have one device
  }
  if (chosen.empty()) {
    throw Error(ErrorCode::unavailable,
                "there is no device of " + choice.kind.substr(0, choice.kind.size() - 1) + " whose " +
                    choice.key + " has '" + choice.text + "' in it",
                there.empty() ? "'assay list devices' has what is here" : "here are " + there);
  }
  return chosen;
}

}  // namespace assay::run
