// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "workloads/dataframe/groupby/groupby.h"
#include "workloads/dataframe/groupby/kernels.h"

namespace assay::groupby {

namespace {

constexpr std::size_t line_words = 8;        ///< i64 words of a cache line
constexpr std::size_t copied_groups = 1024;  ///< tables of up to this many groups have many_copies of each
constexpr std::size_t alone_groups = 4096;   ///< merging fewer than this is not worth waking the others

/// How a table entry is laid out, chosen from the columns' bounds.
enum class Layout {
  counted,  ///< q1: 1 word, count and sum packed
  packed,   ///< q5: 2 words, v1 and v2 packed
  tallied,  ///< q4: 4 words, packed and the rows
  wide      ///< 4 words: Sums
};

std::size_t words(Layout layout) {
  if (layout == Layout::counted) return 1;
  return layout == Layout::packed ? packed_words : tallied_words;
}
static_assert(sizeof(Sums) == tallied_words * sizeof(std::int64_t));

bool fits_half(const dataframe::Int32Column& column, std::size_t rows) {
  const std::int64_t magnitude = std::max(std::abs(static_cast<std::int64_t>(column.minimum)),
                                          std::abs(static_cast<std::int64_t>(column.maximum)));
  return magnitude * static_cast<std::int64_t>(rows) <= std::numeric_limits<std::int32_t>::max();
}

Layout choose_layout(Query query, const Input& input) {
  if (query == Query::q1) return fits_half(input.v1, input.rows) ? Layout::counted : Layout::wide;
  if (!fits_half(input.v1, input.rows) || !fits_half(input.v2, input.rows)) return Layout::wide;
  if (query == Query::q4) return Layout::tallied;
  return input.v1.minimum >= 1 ? Layout::packed : Layout::wide;
}

/// Entries a group: many where the table stays small, also beside the rows, which must pay for adding them
/// up.
std::size_t choose_copies(Layout layout, const Input& input) {
  if (layout == Layout::wide || input.key.range > copied_groups) return 1;
  return input.key.range * many_copies * words(layout) <= 4 * input.rows ? many_copies : 1;
}

/// Keys of a small range: each thread fills an array of its own; then the groups are shared out, merged,
/// counted, and written in order.
class DenseInstance final : public GroupbyInstance {
 public:
  DenseInstance(cpu::Pool& pool, Query query, Input input)
      : GroupbyInstance(pool, query, std::move(input)),
        layout_(choose_layout(query, input_)),
        copies_(choose_copies(layout_, input_)),
        table_words_((input_.key.range * copies_ * words(layout_) + line_words - 1) / line_words *
                     line_words),
        tables_(table_words_ * static_cast<std::size_t>(pool_.size()), &pool_),
        found_(static_cast<std::size_t>(pool_.size())) {}

  void call() override {
    pool_.run([this](int index) { accumulate(index); });
    const std::size_t range = input_.key.range;
    if (range <= alone_groups) {
      merge(0, range);
      result_.set_groups(write(0, range, 0));
      return;
    }
    pool_.run([&](int index) {
      const auto [begin, end] = pool_.share(range, index, line_words);
      found_[static_cast<std::size_t>(index)].groups = merge(begin, end);
    });
    pool_.run([&](int index) {
      const auto [begin, end] = pool_.share(range, index, line_words);
      std::size_t at = 0;
      for (int i = 0; i < index; ++i) at += found_[static_cast<std::size_t>(i)].groups;
      write(begin, end, at);
    });
    std::size_t groups = 0;
    for (const Found& found : found_) groups += found.groups;
    result_.set_groups(groups);
  }

  std::size_t resident_bytes() const override {
    return base_bytes() + tables_.bytes() + found_.size() * sizeof(Found);
  }
  std::string isa() const override { return kernel_isa(); }

 private:
  struct alignas(64) Found {
    std::size_t groups;
  };

  std::int64_t* table(int index) { return tables_.data() + table_words_ * static_cast<std::size_t>(index); }

  void accumulate(int index) {
    std::int64_t* mine = table(index);
    std::memset(mine, 0, table_words_ * sizeof(std::int64_t));
    const auto [begin, end] = pool_.share(input_.rows, index, 64);
    const bool all = reads_all(query_);
    const Slice slice{input_.key.code.data() + begin, input_.v1.values.data() + begin,
                      all ? input_.v2.values.data() + begin : nullptr,
                      all ? input_.v3.values.data() + begin : nullptr, end - begin};
    switch (layout_) {
      case Layout::counted:
        add_counted(slice, mine, copies_);
        break;
      case Layout::packed:
        add_packed(slice, mine, copies_);
        break;
      case Layout::tallied:
        add_tallied(slice, mine, copies_);
        break;
      case Layout::wide:
        add_wide(slice, reinterpret_cast<Sums*>(mine));
        break;
    }
  }

  void add_wide(const Slice& slice, Sums* mine) const {
    for (std::size_t i = 0; i < slice.rows; ++i) {
      Sums& group = mine[slice.code[i]];
      group.count += 1;
      group.v1 += slice.v1[i];
      if (slice.v3 == nullptr) continue;
      group.v2 += slice.v2[i];
      group.v3 += slice.v3[i];
    }
  }

  /// Adds every thread's and every copy's entries of the groups [begin, end) into the first; returns how many
  /// occur.
  std::size_t merge(std::size_t begin, std::size_t end) {
    const std::size_t entry = words(layout_);
    std::size_t groups = 0;
    for (std::size_t group = begin; group < end; ++group) {
      std::int64_t* into = table(0) + group * copies_ * entry;
      for (int index = 0; index < pool_.size(); ++index) {
        const std::int64_t* from = table(index) + group * copies_ * entry;
        for (std::size_t copy = index == 0 ? 1 : 0; copy < copies_; ++copy) {
          for (std::size_t word = 0; word < entry; ++word) into[word] += from[copy * entry + word];
        }
      }
      groups += decode(group).count != 0;
    }
    return groups;
  }

  /// The merged sums; `count` is the rows in q4, else only certain to be non-zero where the group occurs.
  Sums decode(std::size_t group) {
    const std::int64_t* at = table(0) + group * copies_ * words(layout_);
    switch (layout_) {
      case Layout::counted:
        return {0, low_half(at[0]), 0, high_half(at[0])};
      case Layout::packed:
        return {at[0], low_half(at[1]), high_half(at[1]), low_half(at[1])};
      case Layout::tallied:
        return {at[0], low_half(at[1]), high_half(at[1]), at[2]};
      case Layout::wide:
        break;
    }
    return {at[0], at[1], at[2], at[3]};
  }

  /// Writes the groups of [begin, end) that occur to the result from row `at`; returns the row after the
  /// last.
  std::size_t write(std::size_t begin, std::size_t end, std::size_t at) {
    for (std::size_t group = begin; group < end; ++group) {
      const Sums sums = decode(group);
      if (sums.count == 0) continue;
      result_.set(at++, input_.key.minimum + static_cast<std::int64_t>(group), sums);
    }
    return at;
  }

  Layout layout_;
  std::size_t copies_;
  std::size_t table_words_;
  Aligned<std::int64_t> tables_;
  std::vector<Found> found_;
};

/// Keys of any range: each thread fills a hash table of its own; one merges them and sorts the groups by key.
/// Entry: TallyEntry in q4, else HashEntry.
template <typename Entry>
class HashInstance final : public GroupbyInstance {
 public:
  HashInstance(cpu::Pool& pool, Query query, Input input)
      : GroupbyInstance(pool, query, std::move(input)),
        capacity_(std::bit_ceil(std::max<std::size_t>(2 * input_.key.distinct.size(), 16))),
        empty_(absent_key()),
        entries_(capacity_ * static_cast<std::size_t>(pool_.size()), &pool_) {}

  void call() override {
    pool_.run([this](int index) {
      const HashTable<Entry> mine = table(index);
      mine.clear();
      const auto [begin, end] = pool_.share(input_.rows, index, 64);
      const bool all = reads_all(query_);
      add_hashed(input_.key.values.data() + begin, input_.v1.values.data() + begin,
                 all ? input_.v2.values.data() + begin : nullptr,
                 all ? input_.v3.values.data() + begin : nullptr, end - begin, mine);
    });
    const HashTable<Entry> all = table(0);
    for (int index = 1; index < pool_.size(); ++index) {
      const HashTable<Entry> other = table(index);
      for (std::size_t i = 0; i < capacity_; ++i) {
        const Entry& from = other.entries[i];
        if (from.key != empty_) all.find(from.key).add(from);
      }
    }
    // Groups move to the front of the table, which is done with, and are put in order there.
    Entry* last = std::remove_if(all.entries, all.entries + capacity_,
                                 [this](const Entry& entry) { return entry.key == empty_; });
    std::sort(all.entries, last, [](const Entry& a, const Entry& b) { return a.key < b.key; });
    const auto groups = static_cast<std::size_t>(last - all.entries);
    for (std::size_t i = 0; i < groups; ++i) {
      result_.set(i, all.entries[i].key, all.entries[i].sums());
    }
    result_.set_groups(groups);
  }

  std::size_t resident_bytes() const override { return base_bytes() + entries_.bytes(); }
  std::string isa() const override { return "scalar"; }

 private:
  HashTable<Entry> table(int index) {
    return {entries_.data() + capacity_ * static_cast<std::size_t>(index), capacity_,
            64 - std::countr_zero(capacity_), empty_};
  }

  /// The smallest value at or above the least i64 that is no key.
  std::int64_t absent_key() const {
    std::int64_t candidate = std::numeric_limits<std::int64_t>::min();
    for (const std::int64_t key : input_.key.distinct) {
      if (key != candidate) break;
      ++candidate;
    }
    return candidate;
  }

  std::size_t capacity_;
  std::int64_t empty_;
  Aligned<Entry> entries_;
};

}  // namespace

Implementation simd(Query query) {
  Implementation row;
  row.name = "simd";
  row.doc =
      "a table for each thread, merged in parallel: an array where the keys are dense, with sums packed into "
      "one vector "
      "an entry where their bounds allow (Highway); else a hash table and a sort of the groups";
  row.make = [query](const Preparation& preparation) -> std::unique_ptr<Instance> {
    Input input = make_input(preparation, query);
    cpu::Pool& pool = *preparation.pool;
    if (input.key.dense) return std::make_unique<DenseInstance>(pool, query, std::move(input));
    if (query == Query::q4) return std::make_unique<HashInstance<TallyEntry>>(pool, query, std::move(input));
    return std::make_unique<HashInstance<HashEntry>>(pool, query, std::move(input));
  };
  return row;
}

}  // namespace assay::groupby
