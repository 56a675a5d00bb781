// SPDX-License-Identifier: Apache-2.0
#include "workloads/dataframe/groupby/kernels.h"

#include "workloads/support/isa.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/dataframe/groupby/kernels.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::groupby::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <std::size_t copies>
HWY_INLINE void counted(const Slice& s, std::int64_t* HWY_RESTRICT table) {
  constexpr std::int64_t one_row = std::int64_t{1} << 32;
  std::size_t i = 0;
  for (; i + 4 <= s.rows; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) {
      table[static_cast<std::size_t>(static_cast<std::uint32_t>(s.code[i + k])) * copies + k % copies] +=
          one_row + s.v1[i + k];
    }
  }
  for (; i < s.rows; ++i) table[static_cast<std::size_t>(s.code[i]) * copies] += one_row + s.v1[i];
}

void counted_1(const Slice& s, std::int64_t* table) { counted<1>(s, table); }
void counted_4(const Slice& s, std::int64_t* table) { counted<many_copies>(s, table); }

/// Four rows at a time become {v3, v12} pairs in registers; each pair is added to its entry as one 128-bit
/// vector. An entry has `words` words; where they are more than these two, the third counts rows.
template <std::size_t copies, std::size_t words>
HWY_INLINE void packed(const Slice& s, std::int64_t* HWY_RESTRICT table) {
  constexpr bool counts = words > 2;
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::FixedTag<std::int64_t, 2> d2;
  const hn::FixedTag<std::int32_t, 4> d4;
  const auto entry = [&](std::size_t row, std::size_t k) HWY_ATTR {
    return table +
           (static_cast<std::size_t>(static_cast<std::uint32_t>(s.code[row])) * copies + k % copies) * words;
  };
  const auto add = [&](std::int64_t* at, hn::Vec<decltype(d2)> row) HWY_ATTR {
    hn::Store(hn::Add(hn::Load(d2, at), row), d2, at);
    if constexpr (counts) at[2] += 1;
  };
  for (; i + 4 <= s.rows; i += 4) {
    const auto low = hn::LoadU(d4, s.v1 + i);
    const auto high =
        hn::Add(hn::LoadU(d4, s.v2 + i), hn::ShiftRight<31>(low));  // borrows for a negative low half
    const auto v12_01 = hn::BitCast(d2, hn::InterleaveLower(d4, low, high));
    const auto v12_23 = hn::BitCast(d2, hn::InterleaveUpper(d4, low, high));
    const auto v3_01 = hn::LoadU(d2, s.v3 + i);
    const auto v3_23 = hn::LoadU(d2, s.v3 + i + 2);
    add(entry(i, 0), hn::InterleaveLower(d2, v3_01, v12_01));
    add(entry(i + 1, 1), hn::InterleaveUpper(d2, v3_01, v12_01));
    add(entry(i + 2, 2), hn::InterleaveLower(d2, v3_23, v12_23));
    add(entry(i + 3, 3), hn::InterleaveUpper(d2, v3_23, v12_23));
  }
#endif
  for (; i < s.rows; ++i) {
    std::int64_t* group = table + static_cast<std::size_t>(s.code[i]) * copies * words;
    group[0] += s.v3[i];
    group[1] += s.v2[i] * (std::int64_t{1} << 32) + s.v1[i];
    if constexpr (counts) group[2] += 1;
  }
}

void packed_1(const Slice& s, std::int64_t* table) { packed<1, packed_words>(s, table); }
void packed_4(const Slice& s, std::int64_t* table) { packed<many_copies, packed_words>(s, table); }
void tallied_1(const Slice& s, std::int64_t* table) { packed<1, tallied_words>(s, table); }
void tallied_4(const Slice& s, std::int64_t* table) { packed<many_copies, tallied_words>(s, table); }

std::string isa() {
  return isa_name(hwy::TargetName(HWY_TARGET), hn::Lanes(hn::ScalableTag<std::uint8_t>()));
}

}  // namespace assay::groupby::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::groupby {

HWY_EXPORT(counted_1);
HWY_EXPORT(counted_4);
HWY_EXPORT(packed_1);
HWY_EXPORT(packed_4);
HWY_EXPORT(tallied_1);
HWY_EXPORT(tallied_4);
HWY_EXPORT(isa);

void add_counted(const Slice& slice, std::int64_t* table, std::size_t copies) {
  if (copies == 1) return HWY_DYNAMIC_DISPATCH(counted_1)(slice, table);
  HWY_DYNAMIC_DISPATCH(counted_4)(slice, table);
}

void add_packed(const Slice& slice, std::int64_t* table, std::size_t copies) {
  if (copies == 1) return HWY_DYNAMIC_DISPATCH(packed_1)(slice, table);
  HWY_DYNAMIC_DISPATCH(packed_4)(slice, table);
}

void add_tallied(const Slice& slice, std::int64_t* table, std::size_t copies) {
  if (copies == 1) return HWY_DYNAMIC_DISPATCH(tallied_1)(slice, table);
  HWY_DYNAMIC_DISPATCH(tallied_4)(slice, table);
}

std::string kernel_isa() { return HWY_DYNAMIC_DISPATCH(isa)(); }

}  // namespace assay::groupby
#endif
