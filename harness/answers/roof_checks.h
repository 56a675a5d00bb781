// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "harness/answers/caches.h"
#include "harness/judge/result.h"

namespace assay::answers_detail {

/// What speaks against `roof`, a valid case of roof.mem or roof.fma on the CPU, among the rows of its run:
/// the limit that it tells is then too low, and shares of it too high. Each is one note, `implausible_roof`:
///
/// - roof.mem, 1 thread, ordinary loads and stores, 16 KiB at least: less than 0.9 of what arrays of four
/// times
///   its size reach. Bandwidth falls from level to level. (More threads pay for sharing out short arrays.)
/// - roof.mem?kind=triad_nt on arrays beyond all caches: less than 0.9 of what triad reaches, which reads
/// what
///   it overwrites.
/// - roof.fma: less than 0.9 of the same with fewer threads, or of what another verified case of the same
/// type
///   and thread count computes (one that is four times as fast is itself in doubt: notes.h); or, where the
///   run holds roof.chain, operations a cycle and thread that are no whole number of fused multiply-adds of
///   vectors (within 5 %; halves where threads may share a core), or more than 8: units retire whole ones, so
///   either the peak was not reached or the clock was another.
///
/// Open loops and evicted arrays are no roofs, and are not judged.
/// Only what the 95 % intervals (with 3 to 5 launches, the ranges) of both sides leave no doubt about: noise
/// is not implausible. Cases without an interval are not judged. Pure.
std::vector<CaseNote> roof_notes(const ResultRow& roof, const std::vector<ResultRow>& rows,
                                 const Caches& caches);

}  // namespace assay::answers_detail
