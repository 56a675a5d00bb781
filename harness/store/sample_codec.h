// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/core/sample.h"

/// Samples and tracks as bytes: lossless, order kept, any 64-bit values. Pure functions, no state, any
/// thread.
///
/// Layout (little-endian, varints are LEB128): magic byte, version byte, CRC-32 of the rest, then
/// - samples: count, flags (bit 0: scheduled times are there), start of the first (zigzag), and one
///   series each for the gaps start[i] - end[i - 1], the durations end[i] - start[i] and the delays
///   start[i] - scheduled[i];
/// - track: count, flags (bit 0: values are bit patterns of doubles, else integers), first offset
///   (zigzag), and one series each for the steps offset[i] - offset[i - 1] and the values.
///
/// A series is its least value (zigzag), the width in bytes of the largest difference to it, and one plane
/// for each byte of the differences, lowest first. A plane is 0 and one byte (all bytes equal), 1 and the
/// bytes, or 2, a length and one zstd frame, whichever is shortest. A plane of its own for each byte keeps
/// the random low bytes from spoiling the code of the others.
namespace assay::store_codec {

/// More than any launch may hold; bounds what a hostile blob can make us allocate (samples: 24 bytes each).
inline constexpr std::size_t max_count = std::size_t{1} << 24;

/// `batch` and `warmup` are not in the bytes (they have columns). \throws Error{bad_input} when the vectors'
/// lengths differ or are above max_count.
std::vector<std::byte> encode_samples(const Samples& samples);

/// \throws Error{bad_input} on anything but what encode_samples makes. `count`: how many there must be.
Samples decode_samples(std::span<const std::byte> bytes, std::size_t count);

std::vector<std::byte> encode_track(const Track& track);
/// Fills offset_ns and value. \throws as decode_samples.
Track decode_track(std::span<const std::byte> bytes, std::size_t count);

}  // namespace assay::store_codec
