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
  if (query == Query::q1) {
    input.key = dataframe::make_key(preparation, input.rows, "id1", group_divisor, digest);
  } else {
    const auto groups = std::max<std::size_t>(1, input.rows / group_divisor);
    input.key =
        dataframe::make_key(preparation, input.rows, "id6", static_cast<std::uint32_t>(groups), digest);
  }
  input.groups = count_groups(input.key);
  input.v1 = dataframe::make_int32(preparation, "v1", input.rows, 5, 0, digest);
  if (query == Query::q5) {
    input.v2 = dataframe::make_int32(preparation, "v2", input.rows, 15, 0, digest);
    input.v3 = dataframe::make_micro(preparation, "v3", input.rows, digest);
  }
  input.digest = digest.text();
  return input;
}

Result::Result(Query query, std::size_t capacity, cpu::Pool* pool)
    : query_(query), key_(capacity, pool), v1_(capacity, pool) {
  if (query == Query::q1) return;
  v2_ = Aligned<std::int64_t>(capacity, pool);
  v3_ = Aligned<std::int64_t>(capacity, pool);
}

std::vector<Tensor> Result::tensors() const {
  const auto column = [&](const char* name, const Aligned<std::int64_t>& values) {
    return Tensor::from<std::int64_t>(name, {static_cast<std::int64_t>(groups_)},
                                      values.view().first(groups_));
  };
  if (query_ == Query::q1) return {column("key", key_), column("v1", v1_)};
  return {column("key", key_), column("v1", v1_), column("v2", v2_), column("v3_micro", v3_)};
}

void Result::spoil() {
  groups_ = 0;
  for (auto* column : {&key_, &v1_, &v2_, &v3_}) column->spoil();
}

std::size_t Result::resident_bytes() const { return held(key_) + held(v1_) + held(v2_) + held(v3_); }

GroupbyInstance::GroupbyInstance(cpu::Pool& pool, Query query, Input input)
    : query_(query), pool_(pool), input_(std::move(input)), result_(query, input_.capacity(), &pool_) {}

Work work_of(Query query, const Input& input) {
  const auto rows = static_cast<double>(input.rows);
  const double key = input.key.dense ? 4 : 8;
  const auto groups = static_cast<double>(input.groups);
  if (query == Query::q1)
    return {.operations = rows, .minimum_bytes = (key + 4) * rows + 16 * groups, .units = rows};
  return {.operations = 3 * rows, .minimum_bytes = (key + 16) * rows + 32 * groups, .units = rows};
}

}  // namespace assay::groupby
