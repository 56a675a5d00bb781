// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/groupby.h"

#include <algorithm>
#include <span>
#include <utility>

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

std::size_t Result::resident_bytes() const { return held(key_) + held(v1_) + held(v2_) + held(v3_); }

GroupbyInstance::GroupbyInstance(cpu::Pool& pool, Query query, Input input)
    : query_(query), pool_(pool), input_(std::move(input)), result_(query, input_.capacity(), &pool_) {}

Work GroupbyInstance::work() const {
  const auto rows = static_cast<double>(input_.rows);
  const double key = input_.key.dense ? 4 : 8;
  if (query_ == Query::q1) return {.operations = rows, .minimum_bytes = (key + 4) * rows, .units = rows};
  return {.operations = 3 * rows, .minimum_bytes = (key + 16) * rows, .units = rows};
}

Workload make_workload(Query query) {
  const bool q1 = query == Query::q1;
  Definition d;
  d.name = q1 ? "dataframe.groupby_q1" : "dataframe.groupby_q5";
  d.doc =
      std::string(q1 ? "select id1, sum(v1) group by id1"
                     : "select id6, sum(v1), sum(v2), sum(v3) group by id6") +
      ": query " + (q1 ? "1" : "5") +
      " of db-benchmark (h2oai), over seeded columns of its G1 table with K = 100: " +
      (q1 ? "id1 in 1..100, v1 in 1..5. "
          : "id6 in 1..max(1, rows / 100), v1 in 1..5, v2 in 1..15, v3 in [0, 100) with 6 decimals. ") +
      "The result, one row for each key in ascending order of the key, is built cold in every call, its "
      "ordering "
      "included. Encoding the columns is not timed: v1 and v2 are i32, v3 is i64 millionths (exact sums in "
      "any "
      "order), a key is i32 less its minimum where the keys' range is at most 4 x rows or 65,536, else i64.";
  d.parameters = {dataframe::rows_parameter()};
  d.presets = dataframe::rows_presets(200);
  d.inputs = {dataframe::key_role(), dataframe::int32_role("v1", "summed")};
  if (!q1) {
    d.inputs.push_back(dataframe::int32_role("v2", "summed"));
    d.inputs.push_back(dataframe::micro_role());
  }
  d.unit_of_work = "rows";
  d.tolerances = {{"exact", "exact", 0, 0}};
  d.operations_formula = q1 ? "rows (one addition)" : "3 * rows (three additions)";
  d.bytes_formula = q1 ? "8 * rows (key and v1: 4 each); 12 * rows where the key is i64"
                       : "20 * rows (key, v1, v2: 4 each, v3: 8); 24 * rows where the key is i64";
  return {d, {reference(query), simd(query)}};
}

}  // namespace assay::groupby
