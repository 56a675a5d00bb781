// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/kernels.h"

namespace assay::groupby {

namespace {

/// How many rows ahead a slot is asked for: enough for a miss to memory at a few ns a row.
constexpr std::size_t ahead = 24;

std::size_t home(std::int64_t key, int shift) {
  return static_cast<std::size_t>((static_cast<std::uint64_t>(key) * 0x9E3779B97F4A7C15u) >> shift);
}

}  // namespace

template <typename Entry>
void HashTable<Entry>::clear() const {
  Entry none{};
  none.key = empty;
  for (std::size_t i = 0; i < capacity; ++i) entries[i] = none;
}

template <typename Entry>
Entry& HashTable<Entry>::find(std::int64_t key) const {
  std::size_t at = home(key, shift);
  while (entries[at].key != key && entries[at].key != empty) at = (at + 1) & (capacity - 1);
  entries[at].key = key;
  return entries[at];
}

template <typename Entry>
void add_hashed(const std::int64_t* key, const std::int32_t* v1, const std::int32_t* v2,
                const std::int64_t* v3, std::size_t rows, const HashTable<Entry>& table) {
  for (std::size_t i = 0; i < rows; ++i) {
    if (i + ahead < rows) __builtin_prefetch(&table.entries[home(key[i + ahead], table.shift)], 1);
    Entry& group = table.find(key[i]);
    group.add_row();
    group.v1 += v1[i];
    if (v2 != nullptr) group.v2 += v2[i];
    if (v3 != nullptr) group.v3 += v3[i];
  }
}

template struct HashTable<HashEntry>;
template struct HashTable<TallyEntry>;
template void add_hashed(const std::int64_t*, const std::int32_t*, const std::int32_t*, const std::int64_t*,
                         std::size_t, const HashTable<HashEntry>&);
template void add_hashed(const std::int64_t*, const std::int32_t*, const std::int32_t*, const std::int64_t*,
                         std::size_t, const HashTable<TallyEntry>&);

}  // namespace assay::groupby
