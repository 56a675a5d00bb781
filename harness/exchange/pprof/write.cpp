// SPDX-License-Identifier: Apache-2.0
// profile.proto (github.com/google/pprof/blob/main/proto/profile.proto), gzip-compressed as its README asks.
// The messages are a dozen fields of two wire types (protobuf.dev/programming-guides/encoding: varint and
// length-delimited), so they are written here: protobuf would be a compiler, a generated file and a library.
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/exchange/launches.h"

namespace assay {

namespace {

class Message {
 public:
  Message& number(unsigned field, std::uint64_t value) {
    varint(field << 3);
    varint(value);
    return *this;
  }
  Message& bytes(unsigned field, const std::string& value) {
    varint(field << 3 | 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Message& message(unsigned field, const Message& value) { return bytes(field, value.bytes_); }
  const std::string& text() const { return bytes_; }

 private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  std::string bytes_;
};

/// Numbers from `first` on in the order in which keys are first seen.
template <typename Key>
class Numbers {
 public:
  explicit Numbers(std::uint64_t first) : next_(first) {}
  /// \returns the number, and whether it is new.
  std::pair<std::uint64_t, bool> of(const Key& key) {
    const auto [found, fresh] = known_.try_emplace(key, next_);
    if (fresh) ++next_;
    return {found->second, fresh};
  }

 private:
  std::map<Key, std::uint64_t> known_;
  std::uint64_t next_;
};

class Writer {
 public:
  explicit Writer(const LaunchDocument& document) {
    string("");  // string_table[0] has to be ""
    const std::uint64_t type = string("instructions"), unit = string("count");
    profile_.message(1, Message().number(1, type).number(2, unit));
    std::map<std::string, std::uint64_t> ends;  // of objects, by highest address
    for (const auto& one : document.cases) {
      for (const auto& launch : one.launches) {
        for (const auto& spot : launch.hot_spots) add(spot, one.case_key, ends);
        if (!launch.hot_spots.empty()) started_ms_ = std::min(started_ms_, launch.started_utc_ms);
      }
    }
    if (ends.empty())
      throw Error(ErrorCode::unavailable, "no launch of the run has hot spots",
                  "measure with 'assay profile', or --collect callgrind:hot_spots");
    // Named and with lines already: pprof is not to look for symbols (fields 7, 8 and 9).
    for (const auto& [object, end] : ends)
      profile_.message(3, Message()
                              .number(1, mappings_.of(object).first)
                              .number(3, end)
                              .number(5, string(object))
                              .number(7, 1)
                              .number(8, 1)
                              .number(9, 1));
    profile_.number(13, string("Instructions of one call of each case, counted by callgrind: no times. "
                               "-tagfocus=case=... shows one case."));
    profile_.number(14, type);
    profile_.number(9, static_cast<std::uint64_t>(std::max<std::int64_t>(started_ms_, 0)) * 1'000'000);
  }

  const std::string& text() const { return profile_.text(); }

 private:
  std::uint64_t string(const std::string& text) {
    const auto [number, fresh] = strings_.of(text);
    if (fresh) profile_.bytes(6, text);
    return number;
  }

  std::uint64_t function(const HotSpot& spot, const std::string& object) {
    const std::string name = spot.function.empty() ? "???" : clean(spot.function);
    const auto [number, fresh] = functions_.of({object, name, spot.source});
    if (fresh)
      profile_.message(5, Message()
                              .number(1, number)
                              .number(2, string(name))
                              .number(3, string(name))
                              .number(4, string(clean(spot.source))));
    return number;
  }

  /// A sample an instruction, of one frame: who called is not stored.
  void add(const HotSpot& spot, const std::string& case_key, std::map<std::string, std::uint64_t>& ends) {
    const std::string object = spot.object.empty() ? "???" : clean(spot.object);
    const std::uint64_t of = function(spot, object);
    const std::uint64_t mapping = mappings_.of(object).first;
    std::uint64_t& end = ends[object];
    for (const auto& i : spot.listing) {
      const auto count = std::llround(i.count);
      end = std::max(end, i.address + 1);
      if (count <= 0) continue;
      const auto [location, fresh] = locations_.of({object, of, i.address});
      if (fresh) {
        Message line;
        line.number(1, of);
        if (i.line > 0) line.number(2, static_cast<std::uint64_t>(i.line));
        profile_.message(
            4, Message().number(1, location).number(2, mapping).number(3, i.address).message(4, line));
      }
      profile_.message(
          2, Message()
                 .number(1, location)
                 .number(2, static_cast<std::uint64_t>(count))
                 .message(3, Message().number(1, string("case")).number(2, string(clean(case_key)))));
    }
  }

  static std::string clean(const std::string& text) { return printable(text, text.size() + 1); }

  Message profile_;
  Numbers<std::string> strings_{0};
  Numbers<std::string> mappings_{1};
  Numbers<std::tuple<std::string, std::string, std::string>> functions_{1};
  Numbers<std::tuple<std::string, std::uint64_t, std::uint64_t>> locations_{1};
  std::int64_t started_ms_ = std::numeric_limits<std::int64_t>::max();
};

std::string gzip(const std::string& text) {
  constexpr int gzip_window = 15 + 16;  // deflateInit2: 16 asks for gzip's header and end
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw Error(ErrorCode::internal, "zlib does not start compressing", "free some memory");
  std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int ended = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END)
    throw Error(ErrorCode::internal,
                "zlib cannot compress a profile of " + std::to_string(text.size()) + " bytes",
                "export fewer cases with --select");
  return packed;
}

}  // namespace

std::string to_pprof(const LaunchDocument& document) { return gzip(Writer(document).text()); }

}  // namespace assay
