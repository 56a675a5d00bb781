// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/groupby.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace assay::groupby {

namespace {

template <typename T>
std::size_t held(const Aligned<T>& column) {
  return column.data() == nullptr ? 0 : column.bytes();
}

}  // namespace

std::size_t Input::resident_bytes() const {
  return held(key.code) + held(key.values) + held(key.distinct) + held(v1.values) + held(v2.values) +
         held(v3.values);
}

std::size_t Input::capacity() const { return key.dense ? std::min(key.range, rows) : key.distinct.size(); }

namespace {

std::size_t count_groups(const dataframe::KeyColumn& key) {
  if (!key.dense) return key.distinct.size();
  std::vector<bool> seen(key.range);
  for (const std::int32_t code : key.code) seen[static_cast<std::size_t>(code)] = true;
  return static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true));
}

}  // namespace

Input make_input(const Preparation& preparation, Query query) {
  using dataframe::group_divisor;
  InputDigest digest;
  Input input;
  input.rows = dataframe::count_rows(preparation);
  if (query != Query::q5) {
    input.key = dataframe::make_key(preparation, input.rows, query == Query::q1 ? "id1" : "id4",
                                    group_divisor, digest);
  } else {
    const auto groups = std::max<std::size_t>(1, input.rows / group_divisor);
    input.key =
        dataframe::make_key(preparation, input.rows, "id6", static_cast<std::uint32_t>(groups), digest);
  }
  input.groups = count_groups(input.key);
  input.v1 = dataframe::make_int32(preparation, "v1", input.rows, 5, 0, digest);
  if (reads_all(query)) {
    input.v2 = dataframe::make_int32(preparation, "v2", input.rows, 15, 0, digest);
    input.v3 = dataframe::make_micro(preparation, "v3", input.rows, digest);
  }
  input.digest = digest.text();
  return input;
}

Result::Result(Query query, std::size_t capacity, cpu::Pool* pool) : query_(query), key_(capacity, pool) {
  if (query == Query::q4) {
    for (auto* column : {&mean1_, &mean2_, &mean3_}) *column = Aligned<double>(capacity, pool);
    return;
  }
  v1_ = Aligned<std::int64_t>(capacity, pool);
  if (query == Query::q1) return;
  v2_ = Aligned<std::int64_t>(capacity, pool);
  v3_ = Aligned<std::int64_t>(capacity, pool);
}

std::vector<Tensor> Result::tensors() const {
  const auto column = [&]<typename T>(const char* name, const Aligned<T>& values) {
    return Tensor::from<T>(name, {static_cast<std::int64_t>(groups_)}, values.view().first(groups_));
  };
  if (query_ == Query::q4) {
    return {column("key", key_), column("v1_mean", mean1_), column("v2_mean", mean2_),
            column("v3_micro_mean", mean3_)};
  }
  if (query_ == Query::q1) return {column("key", key_), column("v1", v1_)};
  return {column("key", key_), column("v1", v1_), column("v2", v2_), column("v3_micro", v3_)};
}

void Result::spoil() {
  groups_ = 0;
  for (auto* column : {&key_, &v1_, &v2_, &v3_}) column->spoil();
  for (auto* column : {&mean1_, &mean2_, &mean3_}) column->spoil();
}

std::size_t Result::resident_bytes() const {
  return held(key_) + held(v1_) + held(v2_) + held(v3_) + held(mean1_) + held(mean2_) + held(mean3_);
}

GroupbyInstance::GroupbyInstance(cpu::Pool& pool, Query query, Input input)
    : query_(query), pool_(pool), input_(std::move(input)), result_(query, input_.capacity(), &pool_) {}

Work work_of(Query query, const Input& input) {
  const auto rows = static_cast<double>(input.rows);
  const double key = input.key.dense ? 4 : 8;
  const auto groups = static_cast<double>(input.groups);
  if (query == Query::q1)
    return {.operations = rows, .minimum_bytes = (key + 4) * rows + 16 * groups, .units = rows};
  const double operations = query == Query::q4 ? 4 * rows + 3 * groups : 3 * rows;
  return {.operations = operations, .minimum_bytes = (key + 16) * rows + 32 * groups, .units = rows};
}

}  // namespace assay::groupby
