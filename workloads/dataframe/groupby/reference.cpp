// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>
#include <vector>

#include "workloads/dataframe/groupby/groupby.h"

namespace assay::groupby {

namespace {

/// One thread, one array of sums in the order of the keys.
class ReferenceInstance final : public GroupbyInstance {
 public:
  ReferenceInstance(cpu::Pool& pool, Query query, Input input)
      : GroupbyInstance(pool, query, std::move(input)) {
    sums_.resize(input_.key.dense ? input_.key.range : input_.key.distinct.size());
  }

  void call() override {
    std::fill(sums_.begin(), sums_.end(), Sums{});
    for (std::size_t row = 0; row < input_.rows; ++row) {
      Sums& group = sums_[slot(row)];
      group.count += 1;
      group.v1 += input_.v1.values[row];
      if (query_ == Query::q1) continue;
      group.v2 += input_.v2.values[row];
      group.v3 += input_.v3.values[row];
    }
    std::size_t groups = 0;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      if (sums_[i].count == 0) continue;
      result_.set(groups++, key(i), sums_[i]);
    }
    result_.set_groups(groups);
  }

  std::size_t resident_bytes() const override { return base_bytes() + sums_.size() * sizeof(Sums); }

 private:
  std::size_t slot(std::size_t row) const {
    if (input_.key.dense) return static_cast<std::size_t>(input_.key.code[row]);
    const auto& keys = input_.key.distinct;
    return static_cast<std::size_t>(std::lower_bound(keys.begin(), keys.end(), input_.key.values[row]) -
                                    keys.begin());
  }

  std::int64_t key(std::size_t slot) const {
    return input_.key.dense ? input_.key.minimum + static_cast<std::int64_t>(slot)
                            : input_.key.distinct[slot];
  }

  std::vector<Sums> sums_;
};

}  // namespace

Implementation reference(Query query) {
  Implementation row;
  row.name = "reference";
  row.doc = "one thread, one array of sums in the order of the keys";
  row.make = [query](const Preparation& preparation) {
    return std::make_unique<ReferenceInstance>(*preparation.pool, query, make_input(preparation, query));
  };
  return row;
}

}  // namespace assay::groupby
