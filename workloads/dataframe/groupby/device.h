// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "workloads/dataframe/groupby/groupby.h"

/// What the group-by on GPUs has on the host, whatever the device. Built without any of their libraries.
namespace assay::groupby {

/// The input of a query, with dense keys: their range is at most 2^28, so slots and the words of the table
/// (at most 7 a slot) are counted in 32 bits.
/// \throws Error{unavailable} on other keys; as make_input() does.
Input make_device_input(const Preparation& preparation, Query query);

/// Where a device leaves its result: i64 in planes of `capacity`, the groups ascending by key; then how many
/// there are. Planes: key, sum of v1 (and of v2 and v3; in q4 the rows of the group, too).
struct DeviceResult {
  Query query = Query::q1;
  std::size_t capacity = 0;

  std::size_t planes() const { return query == Query::q1 ? 2 : query == Query::q4 ? 5 : 4; }
  std::size_t words() const { return planes() * capacity + 1; }

  /// The result table of these words(); empty where the count is none that there can be (spoilt). The means
  /// of q4 are made here.
  std::vector<Tensor> tensors(std::span<const std::int64_t> all) const;
};

/// For the doc of a row: that the means of q4 are the host's; else empty.
std::string host_divides(Query query);

/// The doc of a row: `order` says how the groups come into their order, `share` what has a table of its own.
std::string device_doc(Query query, const std::string& share, const std::string& order);

}  // namespace assay::groupby
