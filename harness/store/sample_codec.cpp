// SPDX-License-Identifier: Apache-2.0
#include "harness/store/sample_codec.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <string>

#include "harness/core/crc32.h"
#include "harness/core/error.h"

namespace assay::store_codec {

namespace {

using Bytes = std::vector<std::byte>;
using Series = std::vector<std::uint64_t>;  // two's complement: differences wrap, so any values are lossless

constexpr std::byte samples_magic{0xA5};
constexpr std::byte track_magic{0xA7};
constexpr std::byte version{1};
constexpr std::size_t header_bytes = 6;
constexpr int zstd_level = 3;

enum class Plane : unsigned char { constant = 0, raw = 1, zstd = 2 };

[[noreturn]] void broken(const char* what) {
  throw Error(ErrorCode::bad_input, std::string("stored samples are damaged: ") + what,
              "`assay db check` lists all damaged launches; restore the database from a backup");
}

std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }
std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

struct FreeZstd {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

/// One a thread: making one costs as much as packing a short launch.
ZSTD_CCtx* compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeZstd> context(ZSTD_createCCtx());
  return context.get();
}

ZSTD_DCtx* decompressor() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeZstd> context(ZSTD_createDCtx());
  return context.get();
}

class Writer {
 public:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<std::byte>(value | 0x80));
    bytes_.push_back(static_cast<std::byte>(value));
  }
  /// What both kinds of block begin with.
  void head(std::size_t count, bool flag) {
    varint(count);
    varint(flag ? 1 : 0);
  }
  void zigzag(std::uint64_t value) { varint((value << 1) ^ (0 - (value >> 63))); }

  void series(const Series& values) {
    if (values.empty()) return;
    const auto signed_less = [](std::uint64_t a, std::uint64_t b) { return number(a) < number(b); };
    const std::uint64_t least = *std::min_element(values.begin(), values.end(), signed_less);
    std::uint64_t all = 0;
    for (const std::uint64_t value : values) all |= value - least;
    const auto width = static_cast<unsigned>((std::bit_width(all) + 7) / 8);
    zigzag(least);
    varint(width);
    Bytes bytes(values.size());
    for (unsigned shift = 0; shift < width * 8; shift += 8) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        bytes[i] = static_cast<std::byte>(((values[i] - least) >> shift) & 0xff);
      }
      plane(bytes);
    }
  }

  Bytes finish(std::byte magic) {
    const std::uint32_t crc = crc32(0, bytes_.data(), bytes_.size());
    Bytes result{magic, version};
    for (unsigned shift = 0; shift < 32; shift += 8)
      result.push_back(static_cast<std::byte>((crc >> shift) & 0xff));
    result.insert(result.end(), bytes_.begin(), bytes_.end());
    return result;
  }

 private:
  void plane(const Bytes& bytes) {
    if (std::all_of(bytes.begin(), bytes.end(), [&](std::byte b) { return b == bytes.front(); })) {
      bytes_.push_back(static_cast<std::byte>(Plane::constant));
      bytes_.push_back(bytes.front());
      return;
    }
    Bytes packed(ZSTD_compressBound(bytes.size()));
    const std::size_t size =
        ZSTD_compressCCtx(compressor(), packed.data(), packed.size(), bytes.data(), bytes.size(), zstd_level);
    if (!ZSTD_isError(size) && size + 4 < bytes.size()) {
      bytes_.push_back(static_cast<std::byte>(Plane::zstd));
      varint(size);
      bytes_.insert(bytes_.end(), packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size));
    } else {
      bytes_.push_back(static_cast<std::byte>(Plane::raw));
      bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
  }

  Bytes bytes_;
};

class Reader {
 public:
  Reader(std::span<const std::byte> bytes, std::byte magic) : bytes_(bytes) {
    if (bytes.size() < header_bytes || bytes[0] != magic) broken("not a block of this kind");
    if (bytes[1] != version) broken("written by a newer Assay");
    std::uint32_t crc = 0;
    for (unsigned i = 0; i < 4; ++i) crc |= std::to_integer<std::uint32_t>(bytes[2 + i]) << (8 * i);
    bytes_ = bytes.subspan(header_bytes);
    if (crc32(0, bytes_.data(), bytes_.size()) != crc) broken("checksum mismatch");
  }

  std::byte byte() {
    if (bytes_.empty()) broken("cut short");
    const std::byte value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto part = std::to_integer<std::uint64_t>(byte());
      value |= (part & 0x7f) << shift;
      if (part < 0x80) return value;
    }
    broken("number too long");
  }

  std::uint64_t zigzag() {
    const std::uint64_t value = varint();
    return (value >> 1) ^ (0 - (value & 1));
  }

  /// The block's flag, after the count, which must be as expected.
  bool head(std::size_t expected) {
    const std::uint64_t count = varint();
    if (count > max_count || count != expected) broken("another number of values than its row says");
    const std::uint64_t flags = varint();
    if (flags > 1) broken("unknown flags");
    return flags == 1;
  }

  Series series(std::size_t count) {
    if (count == 0) return {};
    const std::uint64_t least = zigzag();
    const std::uint64_t width = varint();
    if (width > 8) broken("value too wide");
    Series values(count, least);
    Bytes scratch;
    for (unsigned shift = 0; shift < width * 8; shift += 8) plane(values, shift, scratch);
    return values;
  }

  void end() const {
    if (!bytes_.empty()) broken("bytes after the end");
  }

 private:
  std::span<const std::byte> take(std::uint64_t size) {
    if (size > bytes_.size()) broken("cut short");
    const auto part = bytes_.first(static_cast<std::size_t>(size));
    bytes_ = bytes_.subspan(static_cast<std::size_t>(size));
    return part;
  }

  void plane(Series& values, unsigned shift, Bytes& scratch) {
    const auto add = [&](std::span<const std::byte> bytes) {
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] += std::to_integer<std::uint64_t>(bytes[i]) << shift;
    };
    switch (static_cast<Plane>(byte())) {
      case Plane::constant: {
        const std::uint64_t part = std::to_integer<std::uint64_t>(byte()) << shift;
        for (std::uint64_t& value : values) value += part;
        return;
      }
      case Plane::raw:
        add(take(values.size()));
        return;
      case Plane::zstd: {
        const auto packed = take(varint());
        scratch.resize(values.size());
        const std::size_t size =
            ZSTD_decompressDCtx(decompressor(), scratch.data(), scratch.size(), packed.data(), packed.size());
        if (ZSTD_isError(size) || size != values.size()) broken("it cannot be decompressed");
        add(scratch);
        return;
      }
    }
    broken("unknown plane");
  }

  std::span<const std::byte> bytes_;
};

void check_lengths(std::size_t a, std::size_t b, const char* what) {
  if (a != b || a > max_count) {
    throw Error(ErrorCode::bad_input,
                std::string(what) + ": " + std::to_string(a) + " and " + std::to_string(b) +
                    " values, which must be equally many and at most " + std::to_string(max_count));
  }
}

/// Every value is an integer that a double holds exactly, and none is a negative zero.
bool all_integral(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) {
    return std::fabs(value) <= 9007199254740992.0 && value == std::floor(value) &&
           !(value == 0 && std::signbit(value));
  });
}

}  // namespace

Bytes encode_samples(const Samples& samples) {
  const std::size_t count = samples.size();
  check_lengths(count, samples.end_ns.size(), "starts and ends of samples");
  const bool scheduled = !samples.scheduled_ns.empty();
  if (scheduled) check_lengths(count, samples.scheduled_ns.size(), "starts and schedule of samples");
  Writer writer;
  writer.head(count, scheduled);
  if (count > 0) {
    writer.zigzag(bits(samples.start_ns[0]));
    Series values(count - 1);
    for (std::size_t i = 1; i < count; ++i)
      values[i - 1] = bits(samples.start_ns[i]) - bits(samples.end_ns[i - 1]);
    writer.series(values);
    values.resize(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = bits(samples.end_ns[i]) - bits(samples.start_ns[i]);
    writer.series(values);
    if (scheduled) {
      for (std::size_t i = 0; i < count; ++i)
        values[i] = bits(samples.start_ns[i]) - bits(samples.scheduled_ns[i]);
      writer.series(values);
    }
  }
  return writer.finish(samples_magic);
}

Samples decode_samples(std::span<const std::byte> bytes, std::size_t count) {
  Reader reader(bytes, samples_magic);
  const bool scheduled = reader.head(count);
  Samples samples;
  if (count > 0) {
    std::uint64_t start = reader.zigzag();
    const Series gaps = reader.series(count - 1);
    const Series durations = reader.series(count);
    samples.start_ns.resize(count);
    samples.end_ns.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      samples.start_ns[i] = number(start);
      samples.end_ns[i] = number(start + durations[i]);
      if (i + 1 < count) start = start + durations[i] + gaps[i];
    }
    if (scheduled) {
      const Series delays = reader.series(count);
      samples.scheduled_ns.resize(count);
      for (std::size_t i = 0; i < count; ++i)
        samples.scheduled_ns[i] = number(bits(samples.start_ns[i]) - delays[i]);
    }
  }
  reader.end();
  return samples;
}

Bytes encode_track(const Track& track) {
  const std::size_t count = track.value.size();
  check_lengths(count, track.offset_ns.size(), "values and offsets of a track");
  const bool integers = all_integral(track.value);
  Writer writer;
  writer.head(count, !integers);
  if (count > 0) {
    writer.zigzag(bits(track.offset_ns[0]));
    Series values(count - 1);
    for (std::size_t i = 1; i < count; ++i)
      values[i - 1] = bits(track.offset_ns[i]) - bits(track.offset_ns[i - 1]);
    writer.series(values);
    values.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = integers ? bits(static_cast<std::int64_t>(track.value[i]))
                           : std::bit_cast<std::uint64_t>(track.value[i]);
    }
    writer.series(values);
  }
  return writer.finish(track_magic);
}

Track decode_track(std::span<const std::byte> bytes, std::size_t count) {
  Reader reader(bytes, track_magic);
  const bool reals = reader.head(count);
  Track track;
  if (count > 0) {
    std::uint64_t offset = reader.zigzag();
    const Series steps = reader.series(count - 1);
    const Series values = reader.series(count);
    track.offset_ns.resize(count);
    track.value.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      track.offset_ns[i] = number(offset);
      if (i + 1 < count) offset += steps[i];
      track.value[i] = reals ? std::bit_cast<double>(values[i]) : static_cast<double>(number(values[i]));
    }
  }
  reader.end();
  return track;
}

}  // namespace assay::store_codec
