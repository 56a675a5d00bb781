// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "workloads/dataframe/groupby/groupby.h"

/// The inner loops of the simd implementation: each adds `rows` rows to a table that one thread owns. A table
/// of few groups has `copies` entries a group, at code * copies + (row mod copies), so that rows of one group
/// that follow each other do not wait for each other's store; entries of a group are added up when tables are
/// merged.
namespace assay::groupby {

/// q5, packed: an entry is the words v3 and v12 = v2 * 2^32 + v1 in plain two's complement, at a multiple of
/// 16 bytes. Good while |sum v1| and |sum v2| are below 2^31; an entry is then zero exactly where no row
/// came, provided that every v1 is at least 1.
inline constexpr std::size_t packed_words = 2;

/// q4: the same within the same bounds, then the rows of the group, then a word that is not used.
inline constexpr std::size_t tallied_words = 4;

/// `low` and `high` of low + high * 2^32, low being in [-2^31, 2^31).
constexpr std::int64_t low_half(std::int64_t packed) {
  return static_cast<std::int32_t>(packed & 0xFFFFFFFF);
}
constexpr std::int64_t high_half(std::int64_t packed) {
  return (packed - low_half(packed)) / (std::int64_t{1} << 32);
}

inline constexpr std::size_t many_copies = 4;

/// The rows [begin, end) of an input.
struct Slice {
  const std::int32_t* code;
  const std::int32_t* v1;
  const std::int32_t* v2;
  const std::int64_t* v3;
  std::size_t rows;
};

/// q1, packed: table[...] += 2^32 + v1, so the high half counts the rows. `copies` is 1 or many_copies.
void add_counted(const Slice& slice, std::int64_t* table, std::size_t copies);

/// q5, packed. `copies` is 1 or many_copies.
void add_packed(const Slice& slice, std::int64_t* table, std::size_t copies);

/// q4. `copies` is 1 or many_copies.
void add_tallied(const Slice& slice, std::int64_t* table, std::size_t copies);

/// The Highway path that these take.
std::string kernel_isa();

/// What a hash table holds of a group.
struct HashEntry {
  std::int64_t key;
  std::int64_t v3;
  std::int64_t v1;
  std::int64_t v2;

  void add(const HashEntry& other) { v1 += other.v1, v2 += other.v2, v3 += other.v3; }
  void add_row() {}
  Sums sums() const { return {v3, v1, v2, 1}; }
};

/// The same with the rows of the group, for q4.
struct TallyEntry : HashEntry {
  std::int64_t rows;

  void add(const TallyEntry& other) { HashEntry::add(other), rows += other.rows; }
  void add_row() { ++rows; }
  Sums sums() const { return {v3, v1, v2, rows}; }
};

/// A hash table over any keys: open addressing, linear probing, at most half full. `empty` is a key that does
/// not occur. Entry: HashEntry or TallyEntry.
template <typename Entry>
struct HashTable {
  Entry* entries;
  std::size_t capacity;  ///< a power of two
  int shift;             ///< 64 - log2(capacity)
  std::int64_t empty;

  void clear() const;
  Entry& find(std::int64_t key) const;
};

/// `v2` and `v3` may be null.
template <typename Entry>
void add_hashed(const std::int64_t* key, const std::int32_t* v1, const std::int32_t* v2,
                const std::int64_t* v3, std::size_t rows, const HashTable<Entry>& table);

}  // namespace assay::groupby
