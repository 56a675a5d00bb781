// SPDX-License-Identifier: Apache-2.0
// Counters of the CPU and the kernel by perf_event_open(2), one set for each thread that exists when it is
// opened (inherit=1 covers only threads that those make later). Values are differences between start and
// stop; multiplexing is scaled by harness/stats/counter.h.
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "collectors/perf_event/events.h"
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

std::string paranoid_level() {
  std::ifstream file("/proc/sys/kernel/perf_event_paranoid");
  std::string level;
  return file >> level ? level : "not readable";
}

constexpr const char* remedy = "as root: sysctl kernel.perf_event_paranoid=1, or give the worker CAP_PERFMON";

/// Why an event could not be opened.
Reading refused(const perf::Event& event, int error) {
  Reading reading{
      .metric = "perf." + event.name, .value = std::nullopt, .unit = event.unit, .coverage = 0, .reason = {}};
  if (error == EACCES || error == EPERM) {
    reading.state = ReadingState::denied;
    reading.reason = "perf_event_paranoid is " + paranoid_level() + "; " + remedy;
  } else if (error == EMFILE || error == ENFILE || error == ENOMEM) {
    reading.state = ReadingState::denied;
    reading.reason = std::string("the system refused: ") + std::strerror(error) + "; raise ulimit -n";
  } else {
    reading.state = ReadingState::unsupported;
    reading.reason =
        std::string("this CPU, virtual machine or kernel has no such counter (") + std::strerror(error) + ")";
  }
  return reading;
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
          "the kernel denies perf_event_open (perf_event_paranoid is " + paranoid_level() + ")", remedy);
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
    for (const pid_t thread : threads_of_this_process()) {
      std::map<int, int> leader_of_group;
      for (auto& counter : counters_) open_counter(counter, thread, leader_of_group);
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
    std::vector<Descriptor> fds = {};  // one a thread
    int error = 0;                     // why one could not be opened
    bool readable = true;
    std::vector<stats::RawCount> before = {};
    std::vector<stats::RawCount> after = {};
  };

  void open_counter(Counter& counter, pid_t thread, std::map<int, int>& leader_of_group) {
    const perf::Event& event = counter.event;
    if (counter.error != 0 || (user_only_ && event.counts_in_kernel)) return;
    const auto leader = leader_of_group.find(event.group);
    int fd = open_event(event.type, event.config, thread,
                        leader == leader_of_group.end() ? -1 : leader->second, user_only_);
    bool leads = leader == leader_of_group.end();
    if (fd < 0 && errno == EINVAL && !leads) {  // the group is full: this one begins the next
      fd = open_event(event.type, event.config, thread, -1, user_only_);
      leads = true;
    }
    if (fd < 0) {
      if (errno != ESRCH) counter.error = errno;  // a thread that has just ended has nothing to count
      return;
    }
    counter.fds.emplace_back(fd);
    if (!leads) return;
    leaders_.push_back(fd);
    leader_of_group[event.group] = fd;
  }

  Reading reading_of(const Counter& counter) const {
    const perf::Event& event = counter.event;
    // Excluded from the kernel, these would read 0 whatever happens: that is not a count.
    if (user_only_ && event.counts_in_kernel) return refused(event, EACCES);
    if (counter.error != 0) return refused(event, counter.error);
    Reading reading{.metric = "perf." + event.name,
                    .value = std::nullopt,
                    .unit = event.unit,
                    .state = ReadingState::not_counted,
                    .coverage = 0,
                    .reason = {}};
    if (!stopped_) {
      reading.reason = "the region was not started and stopped";
      return reading;
    }
    if (!counter.readable) {
      reading.reason = "a counter could not be read: its group was never on the hardware";
      return reading;
    }
    std::vector<stats::RawCount> counts;
    for (std::size_t i = 0; i < counter.after.size(); ++i) {
      counts.push_back(stats::difference(counter.after[i], counter.before[i]));
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
