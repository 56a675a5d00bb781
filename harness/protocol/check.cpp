// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/check.h"

#include <algorithm>
#include <map>
#include <optional>

#include "harness/core/text.h"
#include "harness/protocol/codec.h"
#include "harness/protocol/conversation.h"
#include "harness/protocol/worker_file.h"

namespace assay::protocol {

namespace {

using Clock = Channel::Clock;
using std::chrono::nanoseconds;

std::string milliseconds_text(std::int64_t ns) {
  return shortest(static_cast<double>(ns / 1000) / 1000.0) + " ms";
}

// ---- rules that need no case

void check_hello_again(Conversation& talk, std::int64_t id, const std::string& line) {
  talk.send(line);
  Progress progress{.id = id};
  Hello hello;
  while (decode_reply(talk.receive(talk.limit_s()), progress, hello)) {
  }
}

void check_manners(Conversation& talk) {
  talk.rule("versions that it does not speak are answered with an error",
            "answer `error` with code `protocol` when no version in the offered range is yours", [&] {
              return talk.expect_error(encode({1001, HelloRequest{version_max + 1, version_max + 8, {}}}),
                                       1001, {"protocol"});
            });
  talk.rule("an unknown operation is answered `unsupported`", "answer `error` with code `unsupported`",
            [&] { return talk.expect_error(R"({"id":1002,"op":"assay_check"})", 1002, {"unsupported"}); });
  talk.rule("unknown fields are ignored", "read the fields that you know and leave the others alone", [&] {
    check_hello_again(talk, 1003, R"({"assay_check":{"a":[1]},"id":1003,"op":"hello","protocol":[1,1]})");
    return "";
  });
  talk.rule("a malformed line is answered `protocol`", "answer `error` with code `protocol` and id 0",
            [&] { return talk.expect_error("{\"id\":1004,", 0, {"protocol"}); });
  talk.rule("it goes on after a malformed line", "do not end on a bad line", [&] {
    check_hello_again(talk, 1005, encode({1005, HelloRequest{}}));
    return "";
  });
  talk.rule("measure before prepare is an error", "answer `error` with code `protocol`", [&] {
    return talk.expect_error(encode({1006, MeasureRequest{}}), 1006, {"protocol", "usage"});
  });
  talk.rule("a case that it does not offer is an error", "answer `error` with code `unavailable`", [&] {
    PrepareRequest request;
    request.value = parse_case("assay_check.nothing/reference@cpu");
    return talk.expect_error(encode({1007, request}), 1007, {"unavailable", "usage"});
  });
}

void check_end(Conversation& talk) {
  talk.rule("bye is answered", "answer {\"id\": N} and then end", [&] {
    talk.client().bye(Client::Limit(talk.limit_s()));
    return "";
  });
  talk.rule("after bye it ends with status 0 and says nothing more",
            "write nothing to standard output after the answer to bye, and return 0 from main",
            [&]() -> std::string {
              try {
                refuse("it said: " + printable(talk.receive(std::min(5.0, talk.limit_s())), 120));
              } catch (const Error& error) {
                const std::string message = error.what();
                if (error.code == ErrorCode::protocol) throw;
                if (message.find("exit status 0") == std::string::npos) refuse(message);
              }
              return "";
            });
}

// ---- rules for one implementation

/// What a result is, wherever it is kept.
std::map<std::string, std::string> digests_of(const std::vector<OutputReply>& outputs,
                                              const std::string& folder) {
  std::map<std::string, std::string> digests;
  if (outputs.empty()) refuse("verify has no outputs");
  for (const auto& output : outputs) {
    if (!output.digest.empty()) {
      digests[output.name] = output.digest;
      continue;
    }
    Tensor tensor{output.name, output.dtype, output.shape, output.data};
    if (!output.path.empty()) {
      tensor.bytes = read_worker_file(folder, output.path, output.dtype, output.shape).bytes;
    }
    digests[output.name] = digest(tensor);
  }
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

  /// Digest of the input that it saw; empty when it said none.
  std::string run(bool last) {
    talk_.rule("hello", "see the first rule", [&] {
      talk_.client().hello(limit());
      return "";
    });
    if (!talk_.rule("prepare with preset xs, or the defaults",
                    "every offered implementation must accept its own preset", [&] { return prepare(); })) {
      return "";
    }
    talk_.rule("verify gives a result before measuring", "call once in prepare, so that there is a result",
               [&] {
                 before_ = digests_of(talk_.client().verify(limit()), talk_.folder());
                 return "";
               });
    talk_.rule("measure gives the samples and the batch that were asked for",
               "answer exactly `samples` samples of `batch` calls each", [&] { return counts(); });
    talk_.rule(
        "times lie inside the time of the request, and go on from chunk to chunk",
        "take times from one monotonic clock; start and end are offsets from origin_ns, all in nanoseconds",
        [&] { return wall_time(); });
    talk_.rule("a batch of 8 takes longer than one call",
               "run `batch` calls between start and end of a sample", [&] { return batch(); });
    talk_.rule("an open-loop schedule is kept",
               "wait until origin + schedule[i] before sample i, and repeat the schedule as `scheduled`",
               [&] { return schedule(); });
    if (last) {
      const bool files = talk_.client().files();
      talk_.client().use_files(false);
      talk_.rule("more than 4096 samples arrive in slices",
                 "put at most 4096 samples on a line, with `more`: true", [&] { return many({}); });
      talk_.client().use_files(files);
    }
    if (last && talk_.client().files()) {
      talk_.rule("a schedule of more than 4096 instants is read from its file, and samples may go by file",
                 "read schedule_file, or leave `files` out of hello; see `By file`",
                 [&] { return many(std::vector<std::int64_t>(many_samples, 0)); });
    }
    talk_.rule("verify gives the same result after measuring", "every call must compute the same result",
               [&]() -> std::string {
                 const auto after = digests_of(talk_.client().verify(limit()), talk_.folder());
                 if (after != before_) refuse("the result differs from the one before measuring");
                 return "";
               });
    return input_digest_;
  }

 private:
  Client::Limit limit() const { return Client::Limit(talk_.limit_s()); }

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
    input_digest_ = prepared.input_digest;
    return to_string(request.value);
  }

  Measured measure(std::int64_t batch, std::int64_t samples, std::vector<std::int64_t> schedule = {}) {
    return talk_.client().measure({batch, samples, std::move(schedule), false, {}}, limit());
  }

  std::string counts() {
    const auto begin = Clock::now();
    measure(1, 1);
    if (Clock::now() - begin > std::chrono::milliseconds(50)) return "one sample only: the call is long";
    measure(3, 5);
    measure(1, 100);
    return "";
  }

  std::string wall_time() {
    std::int64_t last_end = 0;
    for (int chunk = 0; chunk < 3; ++chunk) {
      const auto begin = Clock::now();
      const Measured measured = measure(1, 3);
      const std::int64_t wall = nanoseconds(Clock::now() - begin).count();
      const Samples& samples = measured.samples;
      const std::int64_t busy = samples.end_ns.back() - samples.start_ns.front();
      const std::int64_t slack = wall / 100 + static_cast<std::int64_t>(hello_.clock_resolution_ns) + 1000;
      if (samples.end_ns.back() > wall + slack) {
        refuse("the last sample ends " + milliseconds_text(samples.end_ns.back()) +
               " after the origin, but the request took " + milliseconds_text(wall) + "; samples took " +
               milliseconds_text(busy));
      }
      if (measured.origin_ns + samples.start_ns.front() < last_end) {
        refuse("a chunk begins before the one before it ended");
      }
      last_end = measured.origin_ns + samples.end_ns.back();
    }
    return "";
  }

  std::string batch() {
    std::int64_t one = 0;
    std::int64_t eight = 0;
    for (int attempt = 0; attempt < 5; ++attempt) {  // noise may hide it, but hardly five times
      one = median_duration_ns(measure(1, 9).samples);
      eight = median_duration_ns(measure(8, 9).samples);
      call_ns_ = one;
      const double clock = hello_.clock_resolution_ns + hello_.clock_cost_ns;
      if (static_cast<double>(one) < 10 * clock) return "not tried: one call is too short for the clock";
      if (eight > 2 * one) return "";
    }
    refuse("one call takes " + std::to_string(one) + " ns and a batch of 8 " + std::to_string(eight) + " ns");
  }

  std::string schedule() {
    const std::int64_t gap = std::max<std::int64_t>(2'000'000, 2 * call_ns_);
    std::vector<std::int64_t> due;
    for (std::int64_t i = 0; i < 10; ++i) due.push_back(gap * (i + 1));
    try {
      const Measured measured = measure(1, 10, due);  // the client refuses a start before its instant
      std::vector<std::int64_t> late;
      for (std::size_t i = 0; i < due.size(); ++i) late.push_back(measured.samples.start_ns[i] - due[i]);
      std::sort(late.begin(), late.end());
      if (late[5] > std::max<std::int64_t>(gap, 50'000'000)) {
        refuse("samples start " + milliseconds_text(late[5]) + " late (median) on an idle schedule");
      }
      return "median lateness " + std::to_string(late[5]) + " ns";
    } catch (const Error& error) {
      if (error.code != ErrorCode::unavailable) throw;
      return std::string("refused, which is allowed: ") + printable(error.what());
    }
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
  std::string input_digest_;
  std::int64_t call_ns_ = 0;
};

}  // namespace

std::vector<CheckResult> check_worker(const StartWorker& start, const CheckOptions& options) {
  std::vector<CheckResult> results;
  std::optional<Hello> hello;
  {
    Conversation talk(results, "", options, start());
    talk.rule("hello is answered with a version that was offered", "see harness/protocol/README.md, `hello`",
              [&] {
                hello = talk.client().hello(options.limit);
                return hello->worker + ", " + std::to_string(hello->workloads.size()) +
                       " workloads, clock resolution " + shortest(hello->clock_resolution_ns) + " ns";
              });
    if (!hello) return results;
    check_manners(talk);
    check_end(talk);
  }
  bool offered = false;
  for (const auto& offer : hello->workloads) {
    std::map<std::string, std::string> inputs;
    for (const auto& row : offer.implementations) {
      if (!row.probe.available) continue;
      const std::string name = offer.definition.name + "/" + row.name + "@" + row.device;
      try {
        Conversation talk(results, name, options, start());
        const std::string digest = CaseCheck(talk, *hello, offer, row).run(!offered);
        if (!digest.empty()) inputs[digest] += (inputs[digest].empty() ? "" : ", ") + row.name;
      } catch (const Error& error) {
        results.push_back({name + ": it starts", false, printable(error.what()), printable(error.remedy)});
      }
      offered = true;
    }
    std::string seen;
    for (const auto& [digest, names] : inputs) seen += (seen.empty() ? "" : "; ") + digest + " by " + names;
    results.push_back({offer.definition.name + ": all implementations see the same input", inputs.size() <= 1,
                       seen,
                       inputs.size() <= 1 ? "" : "make the input from (seed, stream name, index) alone"});
  }
  results.push_back(
      {"it offers something that can run here", offered, "", offered ? "" : "offer an implementation"});
  return results;
}

}  // namespace assay::protocol
