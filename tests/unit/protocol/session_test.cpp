// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <deque>
#include <sstream>

#include "harness/core/error.h"
#include "harness/protocol/client.h"
#include "harness/protocol/codec.h"
#include "harness/protocol/server.h"

using namespace assay;
using namespace assay::protocol;

namespace {

Hello example_hello() {
  Hello hello;
  hello.worker = "example";
  hello.subject = {"example", "1.2", "abc-dirty", "GNU 12", "ff"};
  hello.host = {{"cpu.model", "Z80"}};
  hello.devices = {{{"cpu", "hardware", {{"flags", "none"}}}, {}}};
  hello.clock_resolution_ns = 1.5;
  hello.clock_cost_ns = 42;
  WorkloadOffer offer;
  offer.definition = {
      .name = "example.sum",
      .version = 2,
      .doc = "adds",
      .parameters = {{"n", std::int64_t{4096}, "how many", {}},
                     {"scale", 2.0, "", {}},
                     {"dtype", std::string("i64"), "", {std::string("i64"), std::string("f64")}}},
      .presets = {{"xs", {{"n", std::int64_t{64}}}}},
      .inputs = {{"v", "column", "values", false}},
      .unit_of_work = "elements",
      .tolerances = {{"float", "rel", 1e-6, 1e-30}},
      .operations_formula = "n",
      .bytes_formula = "8 * n"};
  offer.implementations = {{"reference", "cpu", "exact", "a loop", Probe::present()},
                           {"gpu", "cuda:0", "float", "", Probe::absent("no GPU", "buy one")}};
  hello.workloads = {offer};
  hello.collectors = {
      {"rusage", Probe::present(), {{"rusage.faults", "count", Better::lower, "page faults"}}}};
  return hello;
}

/// Answers what the test put into it.
struct Answers : Handler {
  Hello hello_reply = example_hello();
  std::string asked_workload;
  Prepared prepared_reply;
  std::vector<OutputReply> outputs;
  Measured measured;
  PrepareRequest last_prepare;
  MeasureRequest last_measure;

  Hello hello(const std::string& workload) override {
    asked_workload = workload;
    return hello_reply;
  }
  Prepared prepare(const PrepareRequest& request) override {
    last_prepare = request;
    if (request.value.implementation == "gpu") throw Error(ErrorCode::unavailable, "no GPU", "buy one");
    return prepared_reply;
  }
  std::vector<OutputReply> verify(bool) override { return outputs; }
  Measured measure(const MeasureRequest& request) override {
    last_measure = request;
    return measured;
  }
};

/// A channel to a server in this process. It counts lines and their longest.
class Loop : public Channel {
 public:
  explicit Loop(Handler& handler) : handler_(handler) {}
  void send(std::string_view line) override {
    sent += std::string(line) + '\n';
    std::istringstream in(prelude + std::string(line) + '\n');
    std::ostringstream out;
    serve(in, out, handler_);
    std::istringstream lines(out.str());
    for (std::string text; std::getline(lines, text);) {
      if (!prelude.empty() && text.find("\"id\":999,") != std::string::npos) continue;
      longest = std::max(longest, text.size());
      replies.push_back(text);
    }
    count = replies.size();
  }
  std::string receive(Clock::time_point) override {
    if (replies.empty()) throw Error(ErrorCode::worker, "ended");
    std::string line = replies.front();
    replies.pop_front();
    return line;
  }
  std::deque<std::string> replies;
  std::string sent;
  std::string prelude;  ///< sent before every request: serve() starts afresh for each
  std::size_t longest = 0;
  std::size_t count = 0;

 private:
  Handler& handler_;
};

const std::string prepare_first =
    R"({"id":999,"op":"prepare","case":"example.sum/reference@cpu","params":{},"seed":"1"})"
    "\n";
const Client::Limit limit(1);

}  // namespace

TEST_CASE("a device that is absent arrives with reason and remedy, and no case may be offered on it") {
  Answers answers;
  Loop loop(answers);
  answers.hello_reply.devices.push_back(
      {{"cuda:0", "hardware", {}}, Probe::absent("no driver", "install it")});
  const Hello hello = Client(loop).hello(limit);
  REQUIRE(hello.devices.size() == 2);
  CHECK(hello.devices[1].probe.reason == "no driver");
  CHECK(hello.devices[1].probe.remedy == "install it");
  answers.hello_reply.workloads[0].implementations.push_back({"cuda", "cuda:0", "exact", "", {}});
  CHECK_THROWS_AS(Client(loop).hello(limit), Error);
}

TEST_CASE("a hello arrives as it was said") {
  Answers answers;
  Loop loop(answers);
  const Hello hello = Client(loop).hello(limit);
  CHECK(hello.protocol == 1);
  CHECK(hello.worker == "example");
  CHECK(hello.subject == answers.hello_reply.subject);
  CHECK(hello.host == answers.hello_reply.host);
  REQUIRE(hello.devices.size() == 1);
  CHECK(hello.devices[0].device.fingerprint.at("flags") == "none");
  CHECK(hello.clock_resolution_ns == 1.5);
  REQUIRE(hello.workloads.size() == 1);
  const Definition& d = hello.workloads[0].definition;
  CHECK(d.version == 2);
  REQUIRE(d.parameters.size() == 3);
  CHECK(d.parameters[1].default_value == Value{2.0});
  CHECK(d.parameters[2].choices.size() == 2);
  CHECK(d.presets[0].params.at("n") == Value{std::int64_t{64}});
  CHECK(d.inputs[0].kind == "column");
  CHECK_FALSE(d.inputs[0].required);
  CHECK(d.tolerances[0].limit == 1e-6);
  CHECK(d.operations_formula == "n");
  REQUIRE(hello.workloads[0].implementations.size() == 2);
  CHECK(hello.workloads[0].implementations[1].probe.remedy == "buy one");
  REQUIRE(hello.collectors.size() == 1);
  CHECK(hello.collectors[0].metrics[0].better == Better::lower);
  CHECK(answers.asked_workload.empty());
}

TEST_CASE("a launch's hello names the one workload that it wants described") {
  Answers answers;
  Loop loop(answers);
  Client(loop).hello(limit, "example.sum");
  CHECK(answers.asked_workload == "example.sum");
}

TEST_CASE("a hello too long for one line takes several") {
  Answers answers;
  const WorkloadOffer offer = answers.hello_reply.workloads[0];
  for (int i = 0; i < 2000; ++i) {
    WorkloadOffer more = offer;
    more.definition.name = "example.w" + std::to_string(i);
    more.definition.doc = std::string(500, 'd');
    answers.hello_reply.workloads.push_back(more);
  }
  Loop loop(answers);
  CHECK(Client(loop).hello(limit).workloads.size() == 2001);
  CHECK(loop.count > 3);
  CHECK(loop.longest <= max_line_bytes);
}

TEST_CASE("a prepare keeps all 64 bits of a seed and the types of parameters") {
  Answers answers;
  answers.prepared_reply = {{10, 20, 30}, "elements", "float", 4096, "crc32:00000000", 2, {0, 1}, "avx2"};
  Loop loop(answers);
  PrepareRequest request;
  request.value = parse_case("example.sum/reference?n=7@cpu");
  request.params = {{"n", std::int64_t{7}}, {"scale", 2.0}, {"dtype", std::string("i64")}};
  request.seed = UINT64_MAX;
  request.cpus = {0, 5};
  request.inputs = {{"v", "/tmp/a \"b\".npy"}};
  const Prepared prepared = Client(loop).prepare(request, limit);
  CHECK(prepared.work.minimum_bytes == 20);
  CHECK(prepared.placement == std::vector<int>{0, 1});
  CHECK(prepared.isa == "avx2");
  CHECK(answers.last_prepare.seed == UINT64_MAX);
  CHECK(answers.last_prepare.params == request.params);
  CHECK(answers.last_prepare.value == request.value);
  CHECK(answers.last_prepare.cpus == request.cpus);
  CHECK(answers.last_prepare.inputs == request.inputs);
}

TEST_CASE("samples, tracks and readings are sliced to 4096 values a line and joined again") {
  Answers answers;
  Measured& measured = answers.measured;
  measured.origin_ns = INT64_MAX / 4;
  measured.samples.batch = 3;
  for (std::int64_t i = 0; i < 10'000; ++i) {
    measured.samples.start_ns.push_back(10 * i);
    measured.samples.end_ns.push_back(10 * i + 9);
  }
  measured.tracks = {{"time.first_token", "ns", {1, 2}, {0.5, 1e300 / 2}}, {"power", "W", {}, {}}};
  for (int i = 0; i < 5000; ++i) {
    measured.tracks[1].offset_ns.push_back(i);
    measured.tracks[1].value.push_back(i / 7.0);
  }
  measured.readings = {{"perf.cycles", 12.0, "count", ReadingState::scaled, 0.5, "multiplexed"},
                       {"perf.misses", std::nullopt, "count", ReadingState::denied, 1.0, "paranoid"}};
  Loop loop(answers);
  loop.prelude = prepare_first;
  MeasureRequest request{
      .batch = 3, .samples = 10'000, .schedule_ns = {}, .cold = true, .collectors = {"perf_event:cycles"}};
  answers.prepared_reply.unit_of_work = "elements";
  const Measured reply = Client(loop).measure(request, limit);
  CHECK(reply.origin_ns == measured.origin_ns);
  CHECK(reply.samples.start_ns == measured.samples.start_ns);
  CHECK(reply.samples.end_ns == measured.samples.end_ns);
  REQUIRE(reply.tracks.size() == 2);
  CHECK(reply.tracks[1].value == measured.tracks[1].value);
  CHECK(reply.tracks[0].offset_ns == measured.tracks[0].offset_ns);
  REQUIRE(reply.readings.size() == 2);
  CHECK(reply.readings[0].value == 12.0);
  CHECK_FALSE(reply.readings[1].value.has_value());
  CHECK(reply.readings[1].state == ReadingState::denied);
  CHECK(loop.count == 6);  // three of samples, one and two of tracks
  CHECK(loop.longest <= max_line_bytes);
  CHECK(answers.last_measure.cold);
  CHECK(answers.last_measure.collectors == request.collectors);
}

TEST_CASE("tensors travel as digest, as path, or in slices") {
  Answers answers;
  OutputReply digest{"sum", DType::i64, {1}, "crc32:0123abcd", "", {}};
  OutputReply path{"mean", DType::f64, {2, 3}, "", "/tmp/out.npy", {}};
  OutputReply data{"raw", DType::f32, {300'000}, "", "", {}};
  for (std::size_t i = 0; i < 1'200'000; ++i) data.data.push_back(static_cast<std::byte>(i * 7));
  OutputReply empty{"none", DType::f32, {0}, "", "", {}};
  answers.outputs = {digest, data, path, empty};
  answers.prepared_reply.unit_of_work = "elements";
  Loop loop(answers);
  loop.prelude = prepare_first;
  const auto reply = Client(loop).verify(limit);
  REQUIRE(reply.size() == 4);
  CHECK(reply[0].digest == digest.digest);
  CHECK(reply[1].data == data.data);
  CHECK(reply[2].path == path.path);
  CHECK(reply[2].shape == path.shape);
  CHECK(reply[3].data.empty());
  CHECK(loop.longest <= max_line_bytes);
}

TEST_CASE("a worker that answers an error is quoted, with its remedy") {
  Answers answers;
  Loop loop(answers);
  PrepareRequest request;
  request.value = parse_case("example.sum/gpu@cuda:0");
  try {
    Client(loop).prepare(request, limit);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::unavailable);
    CHECK(std::string(error.what()) == "no GPU");
    CHECK(error.remedy == "buy one");
  }
}

TEST_CASE("a server survives what it does not understand, and says so") {
  Answers answers;
  std::istringstream in(
      "garbage\n{\"id\":3,\"op\":\"dance\"}\n{\"id\":4}\n[1]\n{\"id\":5,\"op\":\"measure\",\"batch\":1,"
      "\"samples\":1}\n"
      "{\"id\":6,\"op\":\"hello\",\"protocol\":[2,9]}\n" +
      std::string(3 << 20, '[') +
      "\n{\"id\":7,\"op\":\"hello\",\"protocol\":[1,9],\"later\":{}}\n{\"id\":8,\"op\":\"bye\"}\n{\"id\":9,"
      "\"op\":\"hello\","
      "\"protocol\":[1,1]}\n");
  std::ostringstream out;
  serve(in, out, answers);
  std::vector<std::string> lines;
  std::istringstream text(out.str());
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  REQUIRE(lines.size() == 9);
  const auto has = [&](std::size_t i, const std::string& what) {
    INFO(lines[i]);
    CHECK(lines[i].find(what) != std::string::npos);
  };
  has(0, "\"id\":0");
  has(0, "\"code\":\"protocol\"");
  has(1, "\"code\":\"unsupported\"");
  has(1, "\"id\":3");
  has(2, "op is missing");
  has(3, "\"code\":\"protocol\"");
  has(4, "before a case was prepared");
  has(5, "\"code\":\"protocol\"");
  has(6, "a line may have");
  has(7, "\"protocol\":1");
  CHECK(lines[8] == "{\"id\":8}");
}

TEST_CASE("long reasons and messages of any bytes still fit a line") {
  Answers answers;
  answers.prepared_reply.unit_of_work = "elements";
  answers.measured.samples = {1, {}, {0}, {1}, 0};
  for (int i = 0; i < 500; ++i) {
    answers.measured.readings.push_back(
        {"perf.cycles", std::nullopt, "count", ReadingState::denied, 1.0, std::string(16'000, '"')});
  }
  Loop loop(answers);
  loop.prelude = prepare_first;
  CHECK(Client(loop).measure({1, 1, {}, false, {}}, limit).readings.size() == 500);
  CHECK(loop.longest <= max_line_bytes);

  std::string message;
  for (int i = 0; i < 30'000; ++i) message += "\xc3\xa9";
  Progress progress{.id = 7};
  try {
    decode_done(encode_error(7, "worker", message + "\x1b", "\xff"), progress);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).rfind("the worker says: \xc3\xa9\xc3\xa9", 0) == 0);
  }
}

TEST_CASE("a track under one of Assay's names, in another unit or of negative times is refused") {
  std::map<std::string, std::string> units;
  const auto said = [&](const std::string& metric, const std::string& unit, double value) -> std::string {
    try {
      check_tracks({{metric, unit, {1}, {value}}}, units);
      return "accepted";
    } catch (const Error& error) {
      CHECK(error.code == ErrorCode::protocol);
      return error.what();
    }
  };
  for (const char* ours :
       {"time.wall", "time.wall.p50", "throughput.rows", "host.stolen", "memory.peak_rss", "roof.fraction"}) {
    CHECK(said(ours, "ns", 1).find("keeps for what it computes itself") != std::string::npos);
  }
  CHECK(said("time.wallpaper", "ns", 1) == "accepted");
  CHECK(said("time.device", "ms", 1) == "measure: the track time.device is in 'ms': times are in ns");
  CHECK(said("time.device", "ns", 0) == "accepted");
  CHECK(said("time.device", "ns", -3) ==
        "measure: the track time.device has the time -3 ns: less than nothing");
  CHECK(said("board.temperature", "degC", -40) == "accepted");
  CHECK(said("board.temperature", "K", 233) ==
        "measure: the track board.temperature is in 'K', an earlier request's was in 'degC'");
}

TEST_CASE("a client holds a worker to its tracks' units over all its requests") {
  Answers answers;
  answers.prepared_reply.unit_of_work = "elements";
  answers.measured.samples = {1, {}, {0}, {1}, 0};
  answers.measured.tracks = {{"power", "W", {0}, {1}}};
  Loop loop(answers);
  loop.prelude = prepare_first;
  Client client(loop);
  client.measure({1, 1, {}, false, {}}, limit);
  answers.measured.origin_ns = 10;
  answers.measured.tracks[0].unit = "mW";
  CHECK_THROWS_AS(client.measure({1, 1, {}, false, {}}, limit), Error);
}

TEST_CASE("a measure that is not what was asked for is refused") {
  Answers answers;
  answers.prepared_reply.unit_of_work = "elements";
  answers.measured.samples = {2, {}, {0, 5}, {1, 6}, 0};
  Loop loop(answers);
  loop.prelude = prepare_first;
  const auto refused = [&](const MeasureRequest& request) {
    try {
      Client(loop).measure(request, limit);
      return false;
    } catch (const Error& error) {
      return error.code == ErrorCode::protocol || error.code == ErrorCode::false_times;
    }
  };
  const auto ask = [](std::int64_t batch, std::int64_t samples, std::vector<std::int64_t> schedule) {
    return MeasureRequest{batch, samples, std::move(schedule), false, {}};
  };
  CHECK_FALSE(refused(ask(2, 2, {})));
  CHECK(refused(ask(2, 3, {})));
  CHECK(refused(ask(1, 2, {})));
  CHECK(refused(ask(2, 2, {0, 5})));
  answers.measured.samples.scheduled_ns = {0, 6};
  CHECK(refused(ask(2, 2, {0, 6})));  // began before it was due
}

TEST_CASE("a tool with a batch of its own answers with its own batch, samples and times") {
  Answers answers;
  answers.hello_reply.workloads[0].unverified = true;
  answers.hello_reply.workloads[0].own_batch = true;
  answers.prepared_reply.accuracy = "exact";
  answers.prepared_reply.unit_of_work = "elements";
  answers.measured.samples = {2000, {}, {0, 5'000'000'000}, {5'000'000'000, 9'000'000'000}, 0};
  Loop loop(answers);
  Client client(loop);
  client.hello(limit);
  PrepareRequest request;
  request.value = parse_case("example.sum/reference@cpu");
  client.prepare(request, limit);
  loop.prelude = prepare_first;
  MeasureRequest measure{1, 5, {}, false, {}};
  measure.time_ns = 1'000'000'000;
  const auto measured = client.measure(measure, limit);
  CHECK(answers.last_measure.time_ns == 1'000'000'000);
  CHECK(measured.samples.batch == 2000);
  CHECK(measured.samples.size() ==
        2);  // that a tool's own clock says more than the request took is its affair
  answers.measured.samples = {1, {}, {}, {}, 0};
  CHECK_THROWS_AS(client.measure(measure, limit), Error);
}
