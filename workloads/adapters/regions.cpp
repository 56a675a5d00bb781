// SPDX-License-Identifier: Apache-2.0
#include "workloads/adapters/regions.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>
#include <sstream>
#include <utility>

#include "harness/core/assay_regions.h"
#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::adapters {

namespace {

constexpr const char* variable = "ASSAY_REGIONS_FILE";
constexpr std::size_t longest_path = 180;  // with "regions." and ".calls" a name of the protocol
constexpr std::size_t deepest = 1000;
constexpr std::size_t most_tracks = 63;  // of 64 that a reply may have: the last says which thread
constexpr std::size_t most_paths = 1000;

struct Open {
  std::string name;
  std::string path;
  std::int64_t start_ns = 0;
  bool crossed = false;  ///< an outer region ended before it
};

/// Names with how often, for a sentence.
using Names = std::map<std::string, std::int64_t>;

using Key = std::pair<std::uint32_t, std::uint64_t>;  ///< pid, stream

/// One thread of one program.
struct Stream {
  int thread = 0;
  bool ended = false;
  std::vector<Open> open;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  RecordedRegions read() {
    if (!bytes_.starts_with(ASSAY_REGIONS_MAGIC) || bytes_.size() < ASSAY_REGIONS_HEAD) {
      damaged(0);
    } else {
      read_chunks();
    }
    for (auto& [key, stream] : streams_) leave(stream);
    number_threads();
    finish();
    return std::move(result_);
  }

 private:
  template <typename Value>
  Value at(std::size_t place) const {
    Value value{};
    std::memcpy(&value, bytes_.data() + place, sizeof value);
    return value;
  }

  void damaged(std::size_t place) {
    if (result_.unrecorded.empty())
      result_.unrecorded = "the record is damaged after " + std::to_string(place) + " bytes";
  }

  void read_chunks() {
    stopped_ = static_cast<int>(at<std::uint32_t>(16));
    constexpr std::size_t head = ASSAY_REGIONS_CHUNK_HEAD;
    for (std::size_t place = ASSAY_REGIONS_HEAD; place < bytes_.size();) {
      if (bytes_.size() - place < head || at<std::uint32_t>(place) != ASSAY_REGIONS_CHUNK)
        return damaged(place);
      const std::size_t size = at<std::uint32_t>(place + 16);
      if (bytes_.size() - place - head < size) return damaged(place);
      const Key key{at<std::uint32_t>(place + 4), at<std::uint64_t>(place + 8)};
      if (!read_records(key, place + head, size)) return damaged(place);
      place += head + size;
    }
  }

  bool read_records(Key key, std::size_t place, std::size_t size) {
    constexpr std::size_t head = 10;
    for (const std::size_t end = place + size; place < end;) {
      if (end - place < head) return false;
      const auto kind = static_cast<unsigned char>(bytes_[place]);
      const std::size_t length = static_cast<unsigned char>(bytes_[place + 1]);
      const auto time = static_cast<std::int64_t>(at<std::uint64_t>(place + 2));
      if (end - place - head < length || time < 0) return false;
      if (!record(key, kind, time, bytes_.substr(place + head, length))) return false;
      place += head + length;
    }
    return true;
  }

  bool record(Key key, unsigned char kind, std::int64_t time, std::string_view name) {
    if (kind == assay_regions_hello) {
      const auto known = streams_.find(key);
      if (known != streams_.end()) leave(known->second);
      streams_[key] = {.thread = static_cast<int>(first_ns_.size()), .ended = false, .open = {}};
      first_ns_.push_back(time);
      return true;
    }
    const auto found = streams_.find(key);
    if (found == streams_.end() || found->second.ended) return false;
    Stream& stream = found->second;
    if (kind == assay_regions_begin) return begin(stream, time, name);
    if (kind == assay_regions_end) {
      end(stream, time, name);
    } else if (kind == assay_regions_bye) {
      stream.ended = true;
    } else {
      return false;
    }
    return true;
  }

  bool begin(Stream& stream, std::int64_t time, std::string_view name) {
    if (stream.open.size() >= deepest) {
      result_.unrecorded = "more than " + std::to_string(deepest) +
                           " regions are open at once in a thread: is '" + printable(name) + "' ended?";
      return false;
    }
    const std::string& outer = stream.open.empty() ? std::string() : stream.open.back().path;
    // Paths grow with depth: one that no metric can have is kept from growing further.
    std::string path = outer.size() > longest_path ? outer : region_path(outer, name);
    stream.open.push_back({std::string(name), std::move(path), time, false});
    return true;
  }

  void end(Stream& stream, std::int64_t time, std::string_view name) {
    auto& open = stream.open;
    const auto ends =
        std::find_if(open.rbegin(), open.rend(), [&](const Open& one) { return one.name == name; });
    if (ends == open.rend()) {
      ++without_begin_[std::string(name)];
      return;
    }
    if (ends != open.rbegin()) {
      ++across_[std::string(name)];
      for (auto inner = open.rbegin(); inner != ends; ++inner) inner->crossed = true;
      open.erase(std::next(ends).base());
      return;
    }
    if (!ends->crossed) result_.spans.push_back({ends->path, stream.thread, ends->start_ns, time});
    open.pop_back();
  }

  void leave(const Stream& stream) {
    if (!stream.ended) {
      ++lost_;
      return;
    }
    for (const auto& one : stream.open) ++without_end_[one.name];
  }

  /// From 1, by the time of their first record.
  void number_threads() {
    std::vector<std::size_t> order(first_ns_.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return first_ns_[a] < first_ns_[b]; });
    std::vector<int> number(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) number[order[i]] = static_cast<int>(i) + 1;
    for (auto& span : result_.spans) span.thread = number[static_cast<std::size_t>(span.thread)];
  }

  void finish() {
    if (stopped_ == EFBIG) {
      result_.unrecorded = "recording stopped at " + std::to_string(ASSAY_REGIONS_MOST_BYTES >> 20) +
                           " MiB a run, or at the program's limit on files: mark longer regions";
    } else if (stopped_ != 0) {
      result_.unrecorded = std::string("recording stopped: ") + std::strerror(stopped_);
    } else if (lost_ > 0 && result_.unrecorded.empty()) {
      result_.unrecorded = std::to_string(lost_) + (lost_ == 1 ? " thread" : " threads") +
                           " ended without writing their last records (at most 16 KiB each): by _exit(), by "
                           "exec(), by a signal, or they outlived the program";
    }
    if (stopped_ != 0) without_end_.clear();  // the ends came later
    say(without_begin_, "an end without a begin");
    say(without_end_, "a begin without an end");
    say(across_, "an end across a region that is still open");
  }

  void say(const Names& names, const char* what) {
    constexpr std::size_t most = 3;
    std::string list;
    std::size_t count = 0;
    for (const auto& [name, times] : names) {
      if (++count > most) break;
      list += (list.empty() ? "" : ", ") + ("'" + printable(name) + "'") +
              (times > 1 ? " " + std::to_string(times) + " times" : "");
    }
    if (names.size() > most) list += " and " + std::to_string(names.size() - most) + " more";
    if (!list.empty())
      result_.unbalanced += (result_.unbalanced.empty() ? "" : "; ") + std::string(what) + ": " + list;
  }

  std::string_view bytes_;
  RecordedRegions result_;
  int stopped_ = 0;
  std::int64_t lost_ = 0;
  std::map<Key, Stream> streams_;
  std::vector<std::int64_t> first_ns_;
  Names without_begin_;
  Names without_end_;
  Names across_;
};

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Of many runs, which may differ in what they lack, the first are enough.
void add_sentence(std::string& to, const std::string& more) {
  constexpr std::size_t enough = 2000;
  if (to.size() < enough && to.find(more) == std::string::npos) to += (to.empty() ? "" : "; ") + more;
}

}  // namespace

RecordedRegions read_regions(std::string_view bytes) { return Reader(bytes).read(); }

protocol::CollectorOffer RegionCollector::offer() {
  protocol::CollectorOffer offer;
  offer.name = "regions";
  offer.metrics.push_back({"regions.calls", "count", Better::neither,
                           "how often the program's own regions were run through, all of them together"});
  return offer;
}

void RegionCollector::before_run() {
  // Another for each run: what outlives one must not write into the next one's.
  const std::string name = "assay-regions-" + std::to_string(getpid()) + "-" + std::to_string(++runs_);
  file_ = (std::filesystem::temp_directory_path() / name).string();
  std::string head = ASSAY_REGIONS_MAGIC;
  head.resize(ASSAY_REGIONS_HEAD);
  std::ofstream out(file_, std::ios::binary | std::ios::trunc);
  out.write(head.data(), static_cast<std::streamsize>(head.size()));
  out.close();
  if (!out) throw Error(ErrorCode::io, "cannot write '" + printable(file_, 200) + "'", "is the disk full?");
  setenv(variable, file_.c_str(), 1);
}

void RegionCollector::after_run(const Ended& ended) {
  unsetenv(variable);
  auto regions = read_regions(read_file(file_));
  std::filesystem::remove(file_);
  run_ns_ += static_cast<double>(ended.end_ns - ended.start_ns);
  for (auto& span : regions.spans) {
    if (span.start_ns < ended.start_ns || span.end_ns < span.start_ns) {
      add_sentence(regions.unrecorded, "some have times outside their run");
    } else {
      seen_.spans.push_back(std::move(span));
    }
  }
  if (!regions.unbalanced.empty()) add_sentence(seen_.unbalanced, regions.unbalanced);
  if (!regions.unrecorded.empty()) add_sentence(seen_.unrecorded, regions.unrecorded);
}
void RegionCollector::tell(protocol::Measured& measured) {
  std::map<std::string, Sums> sums;
  double calls = 0;
  for (const auto& span : seen_.spans) {
    if (span.path.size() > longest_path) {
      add_sentence(untold_, "paths of more than " + std::to_string(longest_path) + " bytes are left out");
      continue;
    }
    Sums& own = sums[span.path];
    own.calls += 1;
    own.ns += static_cast<double>(span.end_ns - span.start_ns);
    calls += 1;
  }
  know(sums);
  const auto reading = [&](const std::string& metric, const char* unit, double value) {
    Reading row{.metric = "regions." + metric, .value = value, .unit = unit};
    if (!seen_.unrecorded.empty()) {
      row.value.reset();
      row.state = ReadingState::not_counted;
      row.reason = metric == "calls" ? seen_.unrecorded : "not all was recorded: regions.calls says why";
    }
    measured.readings.push_back(std::move(row));
  };
  const auto note = [&](const char* metric, const std::string& reason) {
    if (reason.empty()) return;
    measured.readings.push_back({.metric = std::string("regions.") + metric,
                                 .unit = "count",
                                 .state = ReadingState::not_counted,
                                 .coverage = 0,
                                 .reason = reason});
  };
  reading("calls", "count", calls);
  for (const auto& path : known_) {
    reading(path + ".calls", "count", sums[path].calls);
    reading(path + ".share", "ratio", run_ns_ > 0 ? sums[path].ns / run_ns_ : 0);
  }
  for (auto& track : region_tracks(told(measured.origin_ns))) measured.tracks.push_back(std::move(track));
  note("unbalanced", seen_.unbalanced);
  note("untold", untold_);
  seen_ = {};
  run_ns_ = 0;
}

/// Those with the most time first, so that they have the tracks.
void RegionCollector::know(const std::map<std::string, Sums>& sums) {
  std::vector<std::pair<double, std::string>> fresh;
  for (const auto& [path, own] : sums) {
    if (std::find(known_.begin(), known_.end(), path) == known_.end()) fresh.emplace_back(-own.ns, path);
  }
  std::sort(fresh.begin(), fresh.end());
  for (auto& [ns, path] : fresh) {
    if (known_.size() == most_paths) {
      add_sentence(untold_, "more than " + std::to_string(most_paths) + " regions: the rest is left out");
      break;
    }
    known_.push_back(std::move(path));
  }
  if (known_.size() > most_tracks)
    add_sentence(untold_, "durations are told of " + std::to_string(most_tracks) + " regions at most");
}

/// Of the regions with a track, as far as the launch has room, on the request's clock.
std::vector<RegionSpan> RegionCollector::told(std::int64_t origin_ns) {
  const auto tracked_end = known_.begin() + static_cast<std::ptrdiff_t>(std::min(known_.size(), most_tracks));
  const std::set<std::string> tracked(known_.begin(), tracked_end);
  std::vector<RegionSpan> spans;
  for (auto& span : seen_.spans) {
    if (!tracked.contains(span.path)) continue;
    if (left_ == 0) {
      add_sentence(untold_, "only the first durations of a launch are told: there are too many");
      break;
    }
    --left_;
    span.start_ns -= origin_ns;
    span.end_ns -= origin_ns;
    spans.push_back(std::move(span));
  }
  return spans;
}

}  // namespace assay::adapters
