// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// A number with its unit at rest, as metrics have it: ns, byte, byte/s, J, ratio, "frames/s"; "" without
/// one. What is no unit of measure stays as it was written: "EUR".
struct Quantity {
  double value = 0;
  std::string unit;
};

/// "33.3ms", "1.5 GiB", "30 frames/s", "25 GB/s", "0.5 J", "80%", "2500 EUR". k, M and G before a unit of
/// work are factors of a thousand only where nothing else has that name ("krows/s" is taken as it stands).
/// Empty where the text is no finite number, 0 or more, with at most one word behind it.
std::optional<Quantity> parse_quantity(std::string_view text);

}  // namespace assay
