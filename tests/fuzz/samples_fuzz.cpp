// SPDX-License-Identifier: Apache-2.0
// Input: a byte that chooses samples or a track, then a block without its six bytes of header, which are made
// here: else the checksum would refuse every mutation. What is accepted must have as many values as were
// asked for, and come back the same when it is encoded and decoded again.
#include <bit>
#include <cstdlib>
#include <vector>

#include "harness/core/crc32.h"
#include "harness/core/error.h"
#include "harness/store/sample_codec.h"
#include "tests/fuzz/driver.h"

using namespace assay;

namespace {

void must(bool condition) {
  if (!condition) std::abort();
}

std::vector<std::byte> with_header(std::byte magic, const std::uint8_t* data, std::size_t size) {
  const std::uint32_t crc = crc32(0, data, size);
  std::vector<std::byte> block{magic, std::byte{1}};
  for (unsigned shift = 0; shift < 32; shift += 8)
    block.push_back(static_cast<std::byte>((crc >> shift) & 0xff));
  for (std::size_t i = 0; i < size; ++i) block.push_back(static_cast<std::byte>(data[i]));
  return block;
}

/// The count as the block says it (its first varint): the row's, as far as the decoder knows.
std::size_t count_in(const std::uint8_t* data, std::size_t size) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < size && i < 4; ++i) {
    count |= static_cast<std::size_t>(data[i] & 0x7f) << (7 * i);
    if (data[i] < 0x80) break;
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool track = (data[0] & 1) != 0;
  ++data;
  --size;
  const std::size_t count = count_in(data, size);
  if (count > 100'000) return 0;  // legal, and slow
  try {
    if (track) {
      const Track first = store_codec::decode_track(with_header(std::byte{0xA7}, data, size), count);
      must(first.value.size() == count && first.offset_ns.size() == count);
      const Track second = store_codec::decode_track(store_codec::encode_track(first), count);
      must(second.offset_ns == first.offset_ns);
      for (std::size_t i = 0; i < count; ++i) {
        must(std::bit_cast<std::uint64_t>(second.value[i]) == std::bit_cast<std::uint64_t>(first.value[i]));
      }
    } else {
      const Samples first = store_codec::decode_samples(with_header(std::byte{0xA5}, data, size), count);
      must(first.size() == count && first.end_ns.size() == count);
      const Samples second = store_codec::decode_samples(store_codec::encode_samples(first), count);
      must(second.start_ns == first.start_ns && second.end_ns == first.end_ns);
      must(second.scheduled_ns == first.scheduled_ns);
    }
  } catch (const Error& error) {
    must(error.code == ErrorCode::bad_input);
  }
  return 0;
}
