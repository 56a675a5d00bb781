// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "harness/core/error.h"
#include "workloads/adapters/child.h"
#include "workloads/adapters/foreign.h"
#include "workloads/adapters/regions.h"

namespace assay::adapters {

namespace {

double ns_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_usec) * 1e3;
}

struct Usage {
  Metric metric;
  double (*of)(const rusage&);
};

/// What wait4(2) says of the program, under the names that the collector `rusage` has for a worker.
const std::vector<Usage>& usages() {
  static const std::vector<Usage> all{
      {{"rusage.user_time", "ns", Better::lower, "CPU time in user mode, all threads"},
       [](const rusage& u) { return ns_of(u.ru_utime); }},
      {{"rusage.system_time", "ns", Better::lower, "CPU time in the kernel, all threads"},
       [](const rusage& u) { return ns_of(u.ru_stime); }},
      {{"rusage.minor_faults", "count", Better::lower, "page faults that needed no reading"},
       [](const rusage& u) { return static_cast<double>(u.ru_minflt); }},
      {{"rusage.major_faults", "count", Better::lower, "page faults that read from a file or swap"},
       [](const rusage& u) { return static_cast<double>(u.ru_majflt); }},
      {{"rusage.voluntary_switches", "count", Better::lower,
        "times that a thread waited and gave up its CPU"},
       [](const rusage& u) { return static_cast<double>(u.ru_nvcsw); }},
      {{"rusage.involuntary_switches", "count", Better::lower,
        "times that a thread was made to give up its CPU"},
       [](const rusage& u) { return static_cast<double>(u.ru_nivcsw); }}};
  return all;
}

const Metric& resident_metric() {
  static const Metric metric{"rusage.max_rss", "byte", Better::lower,
                             "the most memory that a process of it held", Over::highest};
  return metric;
}

class CommandHandler : public ForeignHandler {
 public:
  explicit CommandHandler(Foreign foreign) : ForeignHandler(std::move(foreign)) {}

  protocol::Measured measure(const protocol::MeasureRequest& request) override {
    if (request.cold)
      throw Error(ErrorCode::unavailable, "caches are not emptied before a command", "leave cache=cold out");
    protocol::Measured measured;
    measured.origin_ns = now_ns();
    measured.samples.batch = request.batch;
    const bool with_regions = std::find(request.collectors.begin(), request.collectors.end(), "regions") !=
                              request.collectors.end();
    std::vector<double> sums(usages().size());
    double resident = 0;
    for (std::int64_t i = 0; i < request.samples; ++i) {
      if (!request.schedule_ns.empty()) {
        const std::int64_t due = request.schedule_ns[static_cast<std::size_t>(i)];
        wait_until(measured.origin_ns + due);
        measured.samples.scheduled_ns.push_back(due);
      }
      for (std::int64_t call = 0; call < request.batch; ++call) {
        if (with_regions) regions_.before_run();
        const Ended ended = run_program(foreign().words);
        if (with_regions) regions_.after_run(ended);
        if (call == 0) measured.samples.start_ns.push_back(ended.start_ns - measured.origin_ns);
        if (call + 1 == request.batch) measured.samples.end_ns.push_back(ended.end_ns - measured.origin_ns);
        for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += usages()[k].of(ended.usage);
        resident = std::max(resident, static_cast<double>(ended.usage.ru_maxrss) * 1024);
      }
    }
    for (std::size_t k = 0; k < sums.size(); ++k)
      measured.readings.push_back(
          {.metric = usages()[k].metric.id, .value = sums[k], .unit = usages()[k].metric.unit});
    measured.readings.push_back(
        {.metric = resident_metric().id, .value = resident, .unit = resident_metric().unit});
    if (with_regions) regions_.tell(measured);
    return measured;
  }

 private:
  std::vector<protocol::WorkloadOffer> offers(const std::string&) override {
    std::string line;
    for (const auto& word : foreign().words) line += (line.empty() ? "" : " ") + word;
    return {own_offer("command." + foreign().name, "runs", line.substr(0, 4000))};
  }

  std::vector<protocol::CollectorOffer> collectors() const override {
    protocol::CollectorOffer offer;
    offer.name = "rusage";
    for (const auto& usage : usages()) offer.metrics.push_back(usage.metric);
    offer.metrics.push_back(resident_metric());
    return {offer, RegionCollector::offer()};
  }

  RegionCollector regions_;
};

}  // namespace

std::unique_ptr<protocol::Handler> command_handler(Foreign foreign) {
  return std::make_unique<CommandHandler>(std::move(foreign));
}

}  // namespace assay::adapters
