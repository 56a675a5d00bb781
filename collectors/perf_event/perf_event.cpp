// SPDX-License-Identifier: Apache-2.0
// Counters of the CPU and the kernel by perf_event_open(2), one set for each thread that exists when it is
// opened (inherit=1 covers only threads that those make later). Values are differences between start and
// stop; multiplexing is scaled by harness/stats/counter.h.
#include <linux/perf_event.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "collectors/perf_event/pmus.h"
#include "harness/core/component.h"
#include "harness/stats/counter.h"

namespace assay {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

int open_event(std::uint32_t type, std::uint64_t config, pid_t thread, int group, bool user_only) {
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.type = type;
  attr.config = config;
  if (group < 0) attr.disabled = 1;  // members follow their leader
  attr.inherit = 1;
  if (user_only) {
    attr.exclude_kernel = 1;
    attr.exclude_hv = 1;
  }
  attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  return static_cast<int>(syscall(SYS_perf_event_open, &attr, thread, -1, group, PERF_FLAG_FD_CLOEXEC));
}

std::vector<pid_t> threads_of_this_process() {
  std::vector<pid_t> threads;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task", error)) {
    threads.push_back(static_cast<pid_t>(std::stol(entry.path().filename().string())));
  }
  if (threads.empty()) threads.push_back(0);
  return threads;
}

std::vector<int> cpus_of(pid_t thread) {
  std::vector<int> cpus;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(thread, sizeof allowed, &allowed) != 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed)) cpus.push_back(cpu);
  }
  return cpus;
}

bool read_count(int fd, stats::RawCount& count) {
  std::uint64_t data[3] = {};
  if (::read(fd, data, sizeof data) != static_cast<ssize_t>(sizeof data)) return false;
  count = {data[0], data[1], data[2]};
  return true;
}

class PerfEvent : public Collector {
 public:
  std::vector<Metric> metrics() const override {
    std::vector<Metric> all;
    for (const auto& event : perf::events())
      all.push_back({"perf." + event.name, event.unit, Better::lower, event.doc});
    return all;
  }

  Probe probe() override {
    const Descriptor dummy(open_event(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY, 0, -1, true));
    if (dummy.get() >= 0) return Probe::present();
    if (errno == EACCES || errno == EPERM) {
      return Probe::absent(
          "the kernel denies perf_event_open (perf_event_paranoid is " + perf::paranoid_level() + ")",
          perf::paranoid_remedy);
    }
    return Probe::absent(std::string("the kernel has no perf_event_open: ") + std::strerror(errno),
                         "use a kernel with CONFIG_PERF_EVENTS");
  }

  void open(const std::vector<std::string>& names) override {
    counters_.clear();
    leaders_.clear();
    std::vector<perf::Event> asked;
    for (const auto& name : names) asked.push_back(perf::parse_event(name));
    if (names.empty()) {
      std::copy_if(perf::events().begin(), perf::events().end(), std::back_inserter(asked),
                   [](const auto& event) { return event.by_default; });
    }
    perf::group_events(asked);
    for (auto& event : asked) counters_.emplace_back(std::move(event));
    // A probe of what the kernel lets us see: events of the kernel, or those of user mode alone.
    {
      const Descriptor all(open_event(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY, 0, -1, false));
      user_only_ = all.get() < 0 && (errno == EACCES || errno == EPERM);
    }
    const auto pmus = perf::core_pmus();
    const auto threads = threads_of_this_process();
    std::vector<int> cpus;  // of all threads
    for (const pid_t thread : threads) {
      const auto own = cpus_of(thread);
      cpus.insert(cpus.end(), own.begin(), own.end());
    }
    for (auto& counter : counters_)
      counter.ambiguous = perf::ambiguous(counter.event, perf::pmus_on(pmus, cpus));
    for (const pid_t thread : threads) {
      const auto own = perf::pmus_on(pmus, cpus_of(thread));
      std::map<LeaderKey, int> leaders;
      for (auto& counter : counters_) open_counter(counter, thread, own, leaders);
    }
  }

  void start() override {
    running_ = true;
    stopped_ = false;
    for (auto& counter : counters_) counter.read_all(counter.before);
    for (const int leader : leaders_) ioctl(leader, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
  }

  void stop() override {
    if (!running_) return;
    for (const int leader : leaders_) ioctl(leader, PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
    for (auto& counter : counters_) counter.read_all(counter.after);
    running_ = false;
    stopped_ = true;
  }

  std::vector<Reading> read() override {
    std::vector<Reading> readings;
    for (const auto& counter : counters_) readings.push_back(reading_of(counter));
    return readings;
  }

 private:
  struct Counter {
    explicit Counter(perf::Event e) : event(std::move(e)) {}
    void read_all(std::vector<stats::RawCount>& into) {
      into.assign(fds.size(), {});
      for (std::size_t i = 0; i < fds.size(); ++i) readable = read_count(fds[i].get(), into[i]) && readable;
    }

    perf::Event event;
    std::vector<Descriptor> fds = {};  // one for each thread and PMU, a thread's side by side
    std::vector<pid_t> threads = {};   // whose each is
    int error = 0;                     // why one could not be opened, and
    std::string pmu = {};              // where
    std::string ambiguous = {};        // it is not opened
    bool readable = true;
    std::vector<stats::RawCount> before = {};
    std::vector<stats::RawCount> after = {};
  };

  using LeaderKey = std::pair<int, std::string>;  // group, PMU: no group has events of two

  void open_counter(Counter& counter, pid_t thread, const std::vector<perf::CorePmu>& pmus,
                    std::map<LeaderKey, int>& leaders) {
    const perf::Event& event = counter.event;
    if (!counter.ambiguous.empty() || (user_only_ && event.counts_in_kernel)) return;
    for (const auto& opening : perf::openings(event, pmus)) {
      if (counter.error != 0) return;
      open_one(counter, thread, opening, leaders);
    }
  }

  void open_one(Counter& counter, pid_t thread, const perf::Opening& opening,
                std::map<LeaderKey, int>& leaders) {
    const LeaderKey key{counter.event.group, opening.pmu};
    const auto leader = leaders.find(key);
    bool leads = leader == leaders.end();
    int fd = open_event(opening.type, opening.config, thread, leads ? -1 : leader->second, user_only_);
    if (fd < 0 && errno == EINVAL && !leads) {  // the group is full: this one begins the next
      fd = open_event(opening.type, opening.config, thread, -1, user_only_);
      leads = true;
    }
    if (fd < 0) {
      if (errno == ESRCH) return;  // a thread that has just ended has nothing to count
      counter.error = errno;
      counter.pmu = opening.pmu;
      return;
    }
    counter.fds.emplace_back(fd);
    counter.threads.push_back(thread);
    if (!leads) return;
    leaders_.push_back(fd);
    leaders[key] = fd;
  }

  Reading reading_of(const Counter& counter) const {
    const perf::Event& event = counter.event;
    // Excluded from the kernel, these would read 0 whatever happens: that is not a count.
    if (user_only_ && event.counts_in_kernel) return perf::refused(event, EACCES);
    if (counter.error != 0) return perf::refused(event, counter.error, counter.pmu);
    Reading reading{.metric = "perf." + event.name,
                    .value = std::nullopt,
                    .unit = event.unit,
                    .state = ReadingState::not_counted,
                    .coverage = 0,
                    .reason = {}};
    if (!counter.ambiguous.empty()) {
      reading.state = ReadingState::unsupported;
      reading.reason = counter.ambiguous;
      return reading;
    }
    if (!stopped_) {
      reading.reason = "the region was not started and stopped";
      return reading;
    }
    if (!counter.readable) {
      reading.reason = "a counter could not be read: its group was never on the hardware";
      return reading;
    }
    std::vector<stats::RawCount> counts;  // one a thread
    for (std::size_t i = 0; i < counter.after.size();) {
      std::vector<stats::RawCount> of_thread;
      for (const pid_t thread = counter.threads[i]; i < counter.after.size() && counter.threads[i] == thread;
           ++i)
        of_thread.push_back(stats::difference(counter.after[i], counter.before[i]));
      counts.push_back(perf::over_pmus(of_thread.data(), of_thread.size()));
    }
    reading = stats::sum_over_threads(reading.metric, reading.unit, counts.data(), counts.size());
    if (user_only_ && reading.value)
      reading.reason += reading.reason.empty() ? "user mode only" : "; user mode only";
    return reading;
  }

  std::vector<Counter> counters_;
  std::vector<int> leaders_;  // owned by counters_
  bool user_only_ = false;
  bool running_ = false;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Collector> collector_perf_event() { return std::make_unique<PerfEvent>(); }

}  // namespace assay
