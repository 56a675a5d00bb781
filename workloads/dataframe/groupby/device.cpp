// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/device.h"

#include "harness/core/error.h"

namespace assay::groupby {

Input make_device_input(const Preparation& preparation, Query query) {
  Input input = make_input(preparation, query);
  if (!input.key.dense) {
    throw Error(ErrorCode::unavailable,
                "the group-by on a GPU takes keys whose range is at most 4 x rows or 65,536",
                "choose implementation simd for keys that are spread wider");
  }
  return input;
}

std::vector<Tensor> DeviceResult::tensors(std::span<const std::int64_t> all) const {
  const auto found = static_cast<std::size_t>(all.back());  // negative: more than there can be
  const std::size_t groups = found <= capacity ? found : 0;
  Result result(query, capacity, nullptr);
  for (std::size_t i = 0; i < groups; ++i) {
    Sums sums;
    sums.v1 = all[capacity + i];
    if (reads_all(query)) {
      sums.v2 = all[2 * capacity + i];
      sums.v3 = all[3 * capacity + i];
    }
    if (query == Query::q4) sums.count = all[4 * capacity + i];
    result.set(i, all[i], sums);
  }
  result.set_groups(groups);
  return result.tensors();
}

std::string host_divides(Query query) {
  if (query != Query::q4) return "";
  return "; sums and counts are the device's, whole numbers; the host divides them once a result is fetched, "
         "which no time holds";
}

std::string device_doc(Query query, const std::string& share, const std::string& order) {
  return "columns resident on the device, dense keys alone; atomic additions to one table (a small one first "
         "in each " +
         share + "), " + order + host_divides(query);
}

}  // namespace assay::groupby
