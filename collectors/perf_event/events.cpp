// SPDX-License-Identifier: Apache-2.0
#include "collectors/perf_event/events.h"

#include <linux/perf_event.h>

#include <algorithm>
#include <charconv>

#include "harness/core/error.h"
#include "harness/core/suggest.h"

namespace assay::perf {

namespace {

constexpr std::uint64_t cache(std::uint64_t level, std::uint64_t operation, std::uint64_t result) {
  return level | operation << 8 | result << 16;
}

std::vector<Event> make_events() {
  constexpr auto hardware = PERF_TYPE_HARDWARE;
  constexpr auto caches = PERF_TYPE_HW_CACHE;
  constexpr auto software = PERF_TYPE_SOFTWARE;
  constexpr auto reads = PERF_COUNT_HW_CACHE_OP_READ;
  constexpr auto access = PERF_COUNT_HW_CACHE_RESULT_ACCESS;
  constexpr auto miss = PERF_COUNT_HW_CACHE_RESULT_MISS;
  return {
      {"cycles", hardware, PERF_COUNT_HW_CPU_CYCLES, "count", 0, true, false, "core clock cycles"},
      {"instructions", hardware, PERF_COUNT_HW_INSTRUCTIONS, "count", 0, true, false, "instructions retired"},
      {"branches", hardware, PERF_COUNT_HW_BRANCH_INSTRUCTIONS, "count", 1, true, false, "branches retired"},
      {"branch_misses", hardware, PERF_COUNT_HW_BRANCH_MISSES, "count", 1, true, false,
       "branches predicted wrongly"},
      {"cache_references", hardware, PERF_COUNT_HW_CACHE_REFERENCES, "count", 2, true, false,
       "accesses to the last-level cache, as the CPU's vendor defines them"},
      {"cache_misses", hardware, PERF_COUNT_HW_CACHE_MISSES, "count", 2, true, false,
       "of these, those that missed"},
      {"stalled_cycles_frontend", hardware, PERF_COUNT_HW_STALLED_CYCLES_FRONTEND, "count", 3, false, false,
       "cycles in which no instruction could be fetched"},
      {"stalled_cycles_backend", hardware, PERF_COUNT_HW_STALLED_CYCLES_BACKEND, "count", 3, false, false,
       "cycles in which no instruction could be executed"},
      {"l1d_loads", caches, cache(PERF_COUNT_HW_CACHE_L1D, reads, access), "count", 4, false, false,
       "loads from L1D"},
      {"l1d_load_misses", caches, cache(PERF_COUNT_HW_CACHE_L1D, reads, miss), "count", 4, false, false,
       "loads that missed L1D"},
      {"llc_loads", caches, cache(PERF_COUNT_HW_CACHE_LL, reads, access), "count", 5, false, false,
       "loads from the last-level cache"},
      {"llc_load_misses", caches, cache(PERF_COUNT_HW_CACHE_LL, reads, miss), "count", 5, false, false,
       "loads that missed the last-level cache"},
      {"dtlb_load_misses", caches, cache(PERF_COUNT_HW_CACHE_DTLB, reads, miss), "count", 6, false, false,
       "loads whose address translation missed"},
      {"task_clock", software, PERF_COUNT_SW_TASK_CLOCK, "ns", 7, true, false, "time on a CPU, all threads"},
      {"page_faults", software, PERF_COUNT_SW_PAGE_FAULTS, "count", 8, true, false, "page faults"},
      {"minor_faults", software, PERF_COUNT_SW_PAGE_FAULTS_MIN, "count", 9, false, false,
       "page faults without a read"},
      {"major_faults", software, PERF_COUNT_SW_PAGE_FAULTS_MAJ, "count", 10, false, false,
       "page faults with a read"},
      {"context_switches", software, PERF_COUNT_SW_CONTEXT_SWITCHES, "count", 11, true, true,
       "times that a thread left its CPU"},
      {"cpu_migrations", software, PERF_COUNT_SW_CPU_MIGRATIONS, "count", 12, true, true,
       "times that a thread came to another CPU"},
  };
}

Event raw_event(const std::string& text, std::size_t equals) {
  const std::string name = text.substr(0, equals);
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  const auto refuse = [&](const std::string& what) {
    throw Error(ErrorCode::usage, "perf_event: '" + text + "': " + what,
                "write NAME=rHEX: retired_ops=r00c1");
  };
  if (name.empty() || !std::all_of(name.begin(), name.end(), plain)) refuse("names are of a-z, 0-9 and _");
  const bool taken =
      std::any_of(events().begin(), events().end(), [&](const Event& event) { return event.name == name; });
  if (taken) refuse("there is an event of this name; choose another");
  std::uint64_t config = 0;
  const char* begin = text.data() + equals + 2;
  const char* end = text.data() + text.size();
  if (text.size() < equals + 3 || text[equals + 1] != 'r') refuse("a raw event's code begins with r");
  const auto parsed = std::from_chars(begin, end, config, 16);
  if (parsed.ec != std::errc{} || parsed.ptr != end) refuse("its code is no hexadecimal number of 64 bits");
  return {name, PERF_TYPE_RAW, config, "count", 0, false, false, "raw event " + text.substr(equals + 1)};
}

}  // namespace

const std::vector<Event>& events() {
  static const std::vector<Event> all = make_events();
  return all;
}

Event parse_event(const std::string& text) {
  const auto equals = text.find('=');
  if (equals != std::string::npos) return raw_event(text, equals);
  const std::string plain = text.starts_with("perf.") ? text.substr(5) : text;
  std::vector<std::string> known;
  for (const auto& event : events()) {
    if (event.name == plain) return event;
    known.push_back(event.name);
  }
  throw Error(ErrorCode::usage, "perf_event has no event '" + text + "'", suggest(plain, known));
}

void group_events(std::vector<Event>& events) {
  const bool raw = std::any_of(events.begin(), events.end(),
                               [](const Event& event) { return event.type == PERF_TYPE_RAW; });
  if (!raw) return;
  for (auto& event : events) event.group = 0;
}

}  // namespace assay::perf
