// SPDX-License-Identifier: Apache-2.0
// Events by PAPI's names: presets (PAPI_TOT_INS) and native ones (perf::PAGE-FAULTS). An enabled component
// does not mean that its events can be counted, and a known name does not either: each is tried by adding it.
// One event set for each component and thread: a set counts one component, for the thread that it is attached
// to.
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "collectors/papi/library.h"
#include "harness/core/component.h"
#include "harness/core/own_events.h"
#include "harness/core/sensors.h"

namespace assay {

namespace papi {

namespace {

constexpr int no_set = -1;                         // PAPI_NULL
constexpr int everywhere = 0x1 | 0x2 | 0x4 | 0x8;  // PAPI_DOM_ALL: user, kernel, other, supervisor
constexpr const char* defaults[] = {"PAPI_TOT_CYC", "PAPI_TOT_INS"};

Metric metric_of(const std::string& event) {
  std::string id = "papi." + event;
  std::transform(id.begin(), id.end(), id.begin(), [](unsigned char c) { return std::tolower(c); });
  // perf's software clocks count in ns; PAPI's other events are numbers of something.
  const bool clock = id.ends_with("task-clock") || id.ends_with("cpu-clock");
  return {id, clock ? "ns" : "count", Better::lower,
          "PAPI's event " + event + " (see papi_avail, papi_native_avail)"};
}

/// What happens in the kernel reads 0 when the kernel is not counted, whatever happens.
bool is_of_the_kernel(std::string_view event) {
  return event.find("SWITCHES") != event.npos || event.find("MIGRATIONS") != event.npos;
}

class Papi : public Collector {
 public:
  explicit Papi(std::vector<std::string> libraries) : names_(std::move(libraries)) {}
  ~Papi() override { close(); }
  Papi(const Papi&) = delete;
  Papi& operator=(const Papi&) = delete;

  std::vector<Metric> metrics() const override {
    std::vector<Metric> all;
    for (const char* event : defaults) all.push_back(metric_of(event));
    return all;
  }

  Probe probe() override {
    if (!opened_) library_ = open_library(names_);
    opened_ = true;
    return library_.probe;
  }

  void open(const std::vector<std::string>& events) override {
    close();
    const bool here = probe().available;
    std::vector<std::string> asked = events;
    if (asked.empty()) asked.assign(std::begin(defaults), std::end(defaults));
    for (const auto& name : asked) {
      Event event{.name = name, .metric = metric_of(name)};
      if (here) {
        add_for_all_threads(event);
      } else {
        refuse(event, ReadingState::unsupported, library_.probe.reason + "; " + library_.probe.remedy);
      }
      events_.push_back(std::move(event));
    }
  }

  void start() override {
    stopped_ = false;
    running_ = true;
    for (auto& set : sets_) set.error = library_.call.start(set.id);
  }

  void stop() override {
    if (!running_) return;
    for (auto at = sets_.rbegin(); at != sets_.rend(); ++at) {
      if (at->error == ok) at->error = library_.call.stop(at->id, at->values.data());
    }
    running_ = false;
    stopped_ = true;
  }

  std::vector<Reading> read() override {
    std::vector<Reading> readings;
    for (const auto& event : events_) readings.push_back(reading_of(event));
    return readings;
  }

 private:
  struct Place {
    std::size_t set;
    std::size_t value;
  };
  struct Event {
    std::string name;
    Metric metric;
    std::vector<Place> places = {};  ///< where its counts are, one for each thread
    ReadingState state = ReadingState::ok;
    std::string reason = {};
  };
  struct EventSet {
    int id;
    int component;
    unsigned long thread;
    bool user_only;
    std::vector<long long> values = {};
    int error = ok;
  };

  static void refuse(Event& event, ReadingState state, std::string reason) {
    event.places.clear();
    event.state = state;
    event.reason = std::move(reason);
  }

  void refuse(Event& event, int error) const {
    std::string said = library_.error_text(error);
    if (const std::string why = library_.why_disabled();
        !why.empty() && (error == no_such_event || error == component_disabled)) {
      said += "; its component perf_event is disabled: " + why;
    }
    if (error == no_permission) {
      refuse(event, ReadingState::denied, "PAPI: " + said + "; as root: sysctl kernel.perf_event_paranoid=1");
    } else if (error == conflict) {
      refuse(event, ReadingState::not_counted, "PAPI: " + said + "; ask for fewer events at a time");
    } else {
      refuse(event, ReadingState::unsupported, "PAPI: " + said);
    }
  }

  /// PAPI makes a software-defined event of any name, and counts 0 until somebody defines it.
  std::string why_no_software_event(const std::string& event) const {
    if (!event.starts_with("sde:::")) return "";
    std::string known;
    for (const auto& own : own_events::all) {
      if (event == own_events::prefix + std::string(own.name)) return library_.own_events_absent;
      known += (known.empty() ? "" : ", ") + std::string(own_events::prefix) + own.name;
    }
    return "no such software-defined event; there are " + known;
  }

  void add_for_all_threads(Event& event) {
    if (const std::string why = why_no_software_event(event.name); !why.empty())
      return refuse(event, ReadingState::unsupported, why);
    int code = 0;
    if (const int error = library_.call.event_name_to_code(event.name.c_str(), &code); error != ok)
      return refuse(event, error);
    const int component = library_.call.get_event_component(code);
    if (component < 0) return refuse(event, component);
    const auto self = static_cast<unsigned long>(syscall(SYS_gettid));
    add(event, code, component, self, false);
    for (const auto& name : sensor_names("/proc/self/task", "")) {
      const unsigned long thread = std::strtoul(name.c_str(), nullptr, 10);
      if (thread != self && thread != 0 && event.state == ReadingState::ok)
        add(event, code, component, thread, true);
    }
  }

  void add(Event& event, int code, int component, unsigned long thread, bool attach) {
    const auto known = std::find_if(sets_.begin(), sets_.end(), [&](const EventSet& set) {
      return set.component == component && set.thread == thread;
    });
    const auto place = static_cast<std::size_t>(known - sets_.begin());
    if (place == sets_.size()) {
      EventSet made{.id = no_set, .component = component, .thread = thread, .user_only = false};
      const int error = make(made, attach);
      if (error != ok) {
        library_.call.destroy_eventset(&made.id);
        // Without threads of its own a component counts the whole machine: once is enough.
        if (attach && error == no_such_event) {  // it opens a hardware event there first
          return refuse(event, ReadingState::unsupported,
                        "PAPI: without hardware counters it counts no thread that runs already");
        }
        if (!attach || error != no_such_component_call) refuse(event, error);
        return;
      }
      sets_.push_back(std::move(made));
    }
    EventSet& set = sets_[place];
    if (set.user_only && is_of_the_kernel(event.name)) {
      return refuse(
          event, ReadingState::denied,
          "the kernel may not be counted, where this happens; as root: sysctl kernel.perf_event_paranoid=1");
    }
    if (const int error = library_.call.add_event(set.id, code); error != ok) return refuse(event, error);
    event.places.push_back({place, set.values.size()});
    set.values.push_back(0);
    if (set.user_only) event.reason = "user mode only";
  }

  int make(EventSet& set, bool attach) const {
    // PAPI counts user mode alone unless told before the set is made.
    set.user_only = library_.call.set_cmp_domain(everywhere, set.component) != ok && set.component == 0;
    if (const int error = library_.call.create_eventset(&set.id); error != ok) return error;
    if (const int error = library_.call.assign_eventset_component(set.id, set.component); error != ok)
      return error;
    return attach ? library_.call.attach(set.id, set.thread) : ok;
  }

  Reading reading_of(const Event& event) const {
    if (event.state != ReadingState::ok) return without_value(event.metric, event.state, event.reason);
    if (!stopped_)
      return without_value(event.metric, ReadingState::not_counted, "the region was not started and stopped");
    double sum = 0;
    for (const auto& place : event.places) {
      const EventSet& set = sets_[place.set];
      if (set.error != ok) {
        return without_value(event.metric, ReadingState::not_counted,
                             "PAPI did not count a thread: " + library_.error_text(set.error));
      }
      sum += static_cast<double>(set.values[place.value]);
    }
    Reading reading = with_value(event.metric, sum);
    reading.reason = event.reason;
    return reading;
  }

  void close() {
    stop();
    for (auto& set : sets_) {
      library_.call.cleanup_eventset(set.id);
      library_.call.destroy_eventset(&set.id);
    }
    sets_.clear();
    events_.clear();
    stopped_ = false;
  }

  std::vector<std::string> names_;
  bool opened_ = false;
  Library library_;
  std::vector<EventSet> sets_;
  std::vector<Event> events_;
  bool running_ = false;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Collector> make_collector(const std::vector<std::string>& libraries) {
  return std::make_unique<Papi>(libraries);
}

}  // namespace papi

std::unique_ptr<Collector> collector_papi() {
  return papi::make_collector(
      {"libpapi.so.7.0", "libpapi.so.7.1", "libpapi.so.7.2", "libpapi.so.6.0", "libpapi.so"});
}

}  // namespace assay
