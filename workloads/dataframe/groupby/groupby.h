// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/core/workload.h"
#include "workloads/dataframe/columns/columns.h"

/// Group-by queries over the G1 table. Results hold one row for each key that occurs, in ascending order of
/// the key; building the result table, cold, and putting it in order is part of every call.
namespace assay::groupby {

/// Which query: q1 is `id1 -> sum v1`, q4 is `id4 -> mean v1, v2, v3`, q5 is `id6 -> sum v1, v2, v3`.
enum class Query { q1, q4, q5 };

/// Whether v2 and v3 are read, too.
constexpr bool reads_all(Query query) { return query != Query::q1; }

/// The columns of a query, encoded. v2 and v3 are empty in q1.
struct Input {
  std::size_t rows = 0;
  std::size_t groups = 0;  ///< keys that occur: rows of the result
  dataframe::KeyColumn key;
  dataframe::Int32Column v1;
  dataframe::Int32Column v2;
  dataframe::MicroColumn v3;
  std::string digest;

  std::size_t resident_bytes() const;
  /// The most groups that there can be.
  std::size_t capacity() const;
};

/// \throws as the makers of dataframe/columns do.
Input make_input(const Preparation& preparation, Query query);

/// Aggregates of one group. `count` is exact in q4; in the others it need only be non-zero.
struct Sums {
  std::int64_t v3 = 0;
  std::int64_t v1 = 0;
  std::int64_t v2 = 0;
  std::int64_t count = 0;
};

/// The result table, allocated once for the most groups that there can be.
class Result {
 public:
  Result(Query query, std::size_t capacity, cpu::Pool* pool);
  void set_groups(std::size_t groups) { groups_ = groups; }
  void set(std::size_t at, std::int64_t key, const Sums& sums) {
    key_[at] = key;
    if (query_ == Query::q4) {
      mean1_[at] = mean(sums.v1, sums.count);
      mean2_[at] = mean(sums.v2, sums.count);
      mean3_[at] = mean(sums.v3, sums.count);
      return;
    }
    v1_[at] = sums.v1;
    if (query_ == Query::q1) return;
    v2_[at] = sums.v2;
    v3_[at] = sums.v3;
  }
  void spoil();  ///< no groups, and none of the old values
  /// key, v1 (and v2, v3_micro) as i64[groups]; the means of q4 as f64[groups].
  std::vector<Tensor> tensors() const;
  std::size_t resident_bytes() const;

 private:
  /// Both are exact, and f64 division rounds correctly: the same bits in any order and in every backend.
  static double mean(std::int64_t sum, std::int64_t count) {
    return static_cast<double>(sum) / static_cast<double>(count);
  }

  Query query_;
  std::size_t groups_ = 0;
  Aligned<std::int64_t> key_, v1_, v2_, v3_;
  Aligned<double> mean1_, mean2_, mean3_;  ///< q4 alone, in place of v1_, v2_ and v3_
};

/// Of one call.
Work work_of(Query query, const Input& input);

/// What the implementations on the CPU share: input, result, and what follows from them.
class GroupbyInstance : public Instance {
 public:
  GroupbyInstance(cpu::Pool& pool, Query query, Input input);
  std::vector<Tensor> output() override { return result_.tensors(); }
  void spoil() override { result_.spoil(); }
  Work work() const override { return work_of(query_, input_); }
  std::string input_digest() const override { return input_.digest; }

 protected:
  std::size_t base_bytes() const { return input_.resident_bytes() + result_.resident_bytes(); }

  Query query_;
  cpu::Pool& pool_;
  Input input_;
  Result result_;
};

/// `dataframe.groupby_q1`, `dataframe.groupby_q4` or `dataframe.groupby_q5`, with its implementations.
Workload make_workload(Query query);

Implementation reference(Query query);
Implementation simd(Query query);  ///< simd.cpp or simd_absent.cpp, as CMake selects

}  // namespace assay::groupby
