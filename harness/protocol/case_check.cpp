// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/case_check.h"

#include <algorithm>
#include <functional>
#include <map>

#include "harness/core/text.h"
#include "harness/core/value.h"
#include "harness/protocol/time_trials.h"
#include "harness/protocol/worker_file.h"

namespace assay::protocol {

namespace {

using Clock = Channel::Clock;
using std::chrono::nanoseconds;

std::map<std::string, std::string> digests_of(const std::vector<Output>& outputs) {
  std::map<std::string, std::string> digests;
  for (const auto& output : outputs) digests[output.name] = output.digest;
  return digests;
}

std::int64_t median_duration_ns(const Samples& samples) {
  std::vector<std::int64_t> durations;
  for (std::size_t i = 0; i < samples.size(); ++i)
    durations.push_back(samples.end_ns[i] - samples.start_ns[i]);
  std::nth_element(durations.begin(), durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2),
                   durations.end());
  return durations[durations.size() / 2];
}

class CaseCheck {
 public:
  CaseCheck(Conversation& talk, const Hello& hello, const WorkloadOffer& offer,
            const ImplementationOffer& row)
      : talk_(talk), hello_(hello), offer_(offer), row_(row) {}

  Seen run(bool last) {
    seen_.name = row_.name;
    seen_.device = row_.device;
    talk_.rule("hello", "see the first rule", [&] {
      talk_.client().hello(limit());
      return "";
    });
    if (!talk_.rule("prepare with preset xs, or the defaults",
                    "every offered implementation must accept its own preset", [&] { return prepare(); })) {
      return seen_;
    }
    if (offer_.unverified) {
      measuring(talk_.rule("measure gives samples", "answer as the page says", [&] { return counts(); }),
                last);
      return seen_;
    }
    const bool verified = talk_.rule("verify gives a result before measuring",
                                     "call once in prepare, so that there is a result", [&] {
                                       seen_.outputs = verify(false);
                                       before_ = digests_of(seen_.outputs);
                                       return "";
                                     });
    const std::string by_value = "verify with `values` gives the values that its digests are of";
    if (verified) {
      talk_.rule(by_value, "a digest is over type, shape and elements: the page has examples",
                 [&] { return values(); });
    } else {
      talk_.skip(by_value);
    }
    measuring(talk_.rule("measure gives the samples and the batch that were asked for",
                         "answer exactly `samples` samples of `batch` calls each", [&] { return counts(); }),
              last);
    const std::string again = "verify gives the same result after measuring, and of one call by itself";
    if (verified) {
      talk_.rule(again, "every call must compute the same result", [&] {
        if (digests_of(verify(false)) != before_) refuse("the result differs from the one before measuring");
        measure(1, 1);
        if (digests_of(verify(false)) != before_) refuse("the result of one call by itself differs from it");
        return "";
      });
    } else {
      talk_.skip(again);
    }
    return seen_;
  }

 private:
  Client::Limit limit() const { return Client::Limit(talk_.limit_s()); }

  /// One fault of `measure` is told once: the rules about times are tried when its answers are understood.
  void measuring(bool understood, bool last) {
    if (offer_.own_batch) return;  // its times are the tool's, of calls that nobody asked for
    const auto rule = [&](const std::string& name, const std::string& remedy, auto attempt) {
      if (understood) {
        understood = talk_.rule(name, remedy, attempt);
      } else {
        talk_.skip(name);
      }
    };
    rule("times lie inside the time of the request, and go on from request to request", "", [&] {
      for (int request = 0; request < 3; ++request) measure(1, 3);  // the client looks at the times
      return "";
    });
    rule("a batch of many more calls takes longer", "run `batch` calls between start and end of a sample",
         [&] { return batch(); });
    rule("a sample twice as long takes its request that much longer",
         "tell the time that the calls take: nothing subtracted, scaled or left out",
         [&] { return whole_time(); });
    rule("an open-loop schedule is kept",
         "wait until origin + schedule[i] before sample i, and repeat the schedule as `scheduled`",
         [&] { return schedule(); });
    if (!last) return;
    rule("cold caches are made, or refused as `unsupported`", "evict before each sample, outside its time",
         [&] { return where_offered([&] {
                 talk_.client().measure({1, 3, {}, true, {}}, limit());
               }); });
    for (const auto& collector : hello_.collectors) {
      if (!collector.probe.available) continue;
      rule(
          "the collector " + printable(collector.name) + " is opened by its name, and reported on",
          "open each collector of your hello, or answer the error `unavailable` with the reason", [&] {
            return where_offered([&] {
              check_readings(collector, talk_.client().measure({1, 3, {}, false, {collector.name}}, limit()));
            });
          });
    }
    const bool files = talk_.client().files();
    talk_.client().use_files(false);
    rule("more than 4096 samples arrive in slices", "put at most 4096 samples on a line, with `more`: true",
         [&] { return many({}); });
    talk_.client().use_files(files);
    if (files) {
      rule("a schedule of more than 4096 instants is read from its file, and samples may go by file",
           "read schedule_file, or leave `files` out of hello; see `By file`",
           [&] { return many(std::vector<std::int64_t>(many_samples, 0)); });
    }
  }

  std::vector<Output> verify(bool values) {
    const auto reply = talk_.client().verify(limit(), values);
    auto outputs = to_outputs(reply, talk_.folder());
    remove_files(reply);
    if (outputs.empty()) refuse("verify has no outputs");
    return outputs;
  }

  std::string values() {
    seen_.values = verify(true);
    for (const auto& output : seen_.values) {
      if (output.values.bytes.empty() && output.values.elements() > 0) {
        refuse("'" + output.name + "' came as a digest, values were asked for");
      }
      const auto said = before_.find(output.name);
      if (said == before_.end() || said->second != output.digest) {
        refuse("'" + output.name + "' has digest " + output.digest + ", before it was " +
               (said == before_.end() ? "not there" : said->second));
      }
    }
    return "";
  }

  std::string prepare() {
    const Definition& definition = offer_.definition;
    Params given;
    for (const auto& preset : definition.presets) {
      if (preset.name == "xs") given = preset.params;
    }
    PrepareRequest request;
    request.params = resolve(definition, given);
    request.value = canonical({definition.name, row_.name, given, row_.device}, definition);
    request.cpus = talk_.cpus();
    const Prepared prepared = talk_.client().prepare(request, limit());
    if (prepared.unit_of_work != definition.unit_of_work) {
      refuse("unit_of_work is '" + prepared.unit_of_work + "', hello said '" + definition.unit_of_work + "'");
    }
    bool known = prepared.accuracy == "exact";
    for (const auto& tolerance : definition.tolerances)
      known = known || tolerance.accuracy == prepared.accuracy;
    if (!known) refuse("accuracy is '" + prepared.accuracy + "', which no tolerance of the workload names");
    if (prepared.work.units <= 0) refuse("work.units is not above 0");
    seen_.input_digest = prepared.input_digest;
    seen_.work = prepared.work;
    seen_.accuracy = prepared.accuracy;
    return to_string(request.value);
  }

  Measured measure(std::int64_t batch, std::int64_t samples, std::vector<std::int64_t> schedule = {}) {
    return talk_.client().measure({batch, samples, std::move(schedule), false, {}}, limit());
  }

  std::string counts() {
    const auto begin = Clock::now();
    const auto one = measure(1, 1);
    if (offer_.own_batch) return "";
    if (Clock::now() - begin > std::chrono::milliseconds(50)) return "one sample only: the call is long";
    std::size_t track_values = 0;
    for (const auto& track : one.tracks) track_values += track.value.size();
    measure(3, 5);
    if (track_values > 10'000)
      return "few samples only: a call has " + std::to_string(track_values) + " track values";
    measure(1, 100);
    return "";
  }

  /// Median of nine samples; `wall_ns` is what the request took.
  std::int64_t sample_ns(std::int64_t batch, std::int64_t& wall_ns) {
    const auto begin = Clock::now();
    const std::int64_t median = median_duration_ns(measure(batch, 9).samples);
    wall_ns = nanoseconds(Clock::now() - begin).count();
    return median;
  }

  std::string batch() {
    const double least_ns = std::max(1.0, 10 * (hello_.clock_resolution_ns + hello_.clock_cost_ns));
    std::int64_t one = 0;
    std::int64_t wall_ns = 0;
    std::int64_t calls = 1;  // in the shorter batch: as many as the clock needs
    const Samples first = measure(1, 1).samples;
    call_ns_ = std::max<std::int64_t>(1, first.end_ns.front() - first.start_ns.front());
    if (static_cast<double>(call_ns_) > talk_.limit_s() * 0.01e9) return "not tried: calls are too long";
    while (static_cast<double>(one = sample_ns(calls, wall_ns)) < least_ns) {
      if (wall_ns > 500'000'000 || calls > (std::int64_t{1} << 30)) {
        refuse("a batch of " + std::to_string(calls) + " calls takes " + std::to_string(one) +
               " ns, and 9 of them " + milliseconds_text(wall_ns));
      }
      calls *= 8;
    }
    call_ns_ = std::max<std::int64_t>(1, one / calls);
    return refuse_if(batch_is_ignored(calls, one, [&](std::int64_t more) {
      const std::int64_t median_ns = sample_ns(more, wall_ns);
      return TimedBatch{median_ns, wall_ns};
    }));
  }

  /// Fixed costs of a request cancel: what a longer sample adds to itself it adds to its request.
  std::string whole_time() {
    if (static_cast<double>(call_ns_) > talk_.limit_s() * 0.05e9) return "not tried: calls are too long";
    return refuse_if(time_is_hidden(2, [this](std::int64_t calls) {
      const auto begin = Clock::now();
      const auto measured = measure(calls, 1);
      const std::int64_t wall_ns = nanoseconds(Clock::now() - begin).count();
      const auto& sample = measured.samples;
      return TimedBatch{sample.end_ns.front() - sample.start_ns.front(),
                        without_sending(wall_ns, measured.tracks)};
    }));
  }

  static std::string refuse_if(const std::string& seen) {
    if (!seen.empty()) refuse(seen);
    return "";
  }

  /// One of its metrics at least, in its unit, and nothing that a run would refuse.
  void check_readings(const CollectorOffer& collector, const Measured& measured) const {
    bool any = collector.metrics.empty();
    for (const auto& reading : measured.readings) {
      const std::string what = "the reading '" + printable(reading.metric, 100) + "' ";
      if (is_own_metric(reading.metric)) refuse(what + "has a name that Assay keeps for itself");
      const auto declared = [&](const Metric& metric) { return metric.id == reading.metric; };
      for (const auto& metric : collector.metrics) {
        if (!declared(metric)) continue;
        any = true;
        if (metric.unit != reading.unit)
          refuse(what + "is in '" + printable(reading.unit, 40) + "', hello declares '" + metric.unit + "'");
      }
    }
    if (!any) refuse("no reading came of a metric that hello declares for it");
  }

  static std::string where_offered(const std::function<void()>& ask) {
    try {
      ask();
      return "";
    } catch (const Error& error) {
      if (error.code != ErrorCode::unavailable) throw;
      return std::string("refused, which is allowed: ") + printable(error.what());
    }
  }

  std::string schedule() {
    const std::int64_t gap = std::max<std::int64_t>(2'000'000, 2 * call_ns_);
    std::vector<std::int64_t> due;
    for (std::int64_t i = 0; i < 10; ++i) due.push_back(gap * (i + 1));
    std::int64_t median_ns = 0;
    const std::string refused = where_offered([&] {
      const Measured measured = measure(1, 10, due);  // the client refuses a start before its instant
      std::vector<std::int64_t> late;
      for (std::size_t i = 0; i < due.size(); ++i) late.push_back(measured.samples.start_ns[i] - due[i]);
      std::sort(late.begin(), late.end());
      median_ns = late[5];
    });
    if (!refused.empty()) return refused;
    if (median_ns > std::max<std::int64_t>(gap, 50'000'000)) {
      refuse("samples start " + milliseconds_text(median_ns) + " late (median) on an idle schedule");
    }
    return "median lateness " + std::to_string(median_ns) + " ns";
  }

  std::string many(std::vector<std::int64_t> schedule) {
    if (static_cast<double>(call_ns_) * many_samples > talk_.limit_s() * 0.3e9)
      return "not tried: calls are too long";
    return measure(1, many_samples, std::move(schedule)).in_file ? "by file" : "in lines";
  }

  static constexpr std::int64_t many_samples = 5000;

  Conversation& talk_;
  const Hello& hello_;
  const WorkloadOffer& offer_;
  const ImplementationOffer& row_;
  std::map<std::string, std::string> before_;
  Seen seen_;
  std::int64_t call_ns_ = 0;
};

}  // namespace

Seen check_case(Conversation& talk, const Hello& hello, const WorkloadOffer& offer,
                const ImplementationOffer& row, bool slow_rules) {
  return CaseCheck(talk, hello, offer, row).run(slow_rules);
}

}  // namespace assay::protocol
