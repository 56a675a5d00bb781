// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "harness/core/error.h"
#include "harness/protocol/codec.h"

using namespace assay;
using namespace assay::protocol;

namespace {

/// What the decoder says to lines that answer request 1; "accepted" when it takes them.
template <typename Reply>
std::string verdict(const std::vector<std::string>& lines) {
  Reply reply{};
  Progress progress{.id = 1};
  try {
    for (const auto& line : lines) {
      if (!decode_reply(line, progress, reply)) return "accepted";
    }
  } catch (const Error& error) {
    return to_string(error.code) + ": " + error.what();
  }
  return "unfinished";
}

std::string request_verdict(const std::string& line) {
  try {
    decode_request(line);
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::protocol);
    return error.what();
  }
  return "accepted";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

using Outputs = std::vector<OutputReply>;

const std::string hello_line =
    R"({"id":1,"protocol":1,"worker":"w","workloads":[{"name":"a.b","unit_of_work":"rows",)"
    R"("parameters":[{"name":"n","default":1,"choices":[1,2]}],"presets":[{"name":"xs","params":{"n":2}}],)"
    R"("tolerances":[{"accuracy":"q8","rule":"abs","limit":1}],"implementations":[{"name":"r","accuracy":"q8"}]}]})";

std::string many(std::size_t count) {
  std::string text = "[0";
  for (std::size_t i = 1; i < count; ++i) text += ",0";
  return text + "]";
}

}  // namespace

TEST_CASE("every field of a hello is checked and named when it is wrong") {
  using V = std::vector<std::string>;
  CHECK(verdict<Hello>({hello_line}) == "accepted");
  const auto with = [](const std::string& from, const std::string& to) {
    return verdict<Hello>({replaced(hello_line, from, to)});
  };
  CHECK(with("\"protocol\":1,", "") == "protocol: protocol is missing");
  CHECK(with("\"w\"", "7") == "protocol: worker is a number, expected a text");
  CHECK(with("\"w\"", "\"\"") == "protocol: worker is empty, expected a name");
  CHECK(with("\"w\"", "\"" + std::string(201, 'w') + "\"") ==
        "protocol: worker has 201 bytes, at most 200 are allowed");
  CHECK(with("a.b", "ab") == "protocol: workloads[0].name is 'ab', expected family.name");
  CHECK(with("\"n\",\"default\"", "\"threads\",\"default\"") ==
        "protocol: workloads[0].parameters[0].name is 'threads', a reserved key");
  CHECK(with("[1,2]", "[1,2.5]") ==
        "protocol: workloads[0].parameters[0].choices[1] is of another type than the default");
  CHECK(with("[1,2]", "[3,2]") == "protocol: workloads[0].parameters[0].default is not one of the choices");
  CHECK(with("\"n\":2", "\"n\":3").rfind("protocol: workloads[0].presets[0].params does not fit: ", 0) == 0);
  CHECK(with("\"abs\"", "\"loose\"") ==
        "protocol: workloads[0].tolerances[0].rule is 'loose', expected exact, abs, rel, rel_l2 or rel_rms");
  CHECK(with("\"limit\":1", "\"limit\":-1").rfind("protocol: workloads[0].tolerances[0].limit is -1", 0) ==
        0);
  CHECK(with("\"abs\",\"limit\":1", "\"rel_l2\",\"limit\":0.5,\"mean\":1") ==
        "protocol: workloads[0].tolerances[0].mean is of the rule abs alone");
  CHECK(with("\"abs\",\"limit\":1", "\"rel_l2\",\"limit\":1") ==
        "protocol: workloads[0].tolerances[0].limit is 1 or more: a result of zeros would agree");
  CHECK(
      with("\"r\",\"accuracy\":\"q8\"", "\"r\",\"accuracy\":\"q4\"") ==
      "protocol: workloads[0].implementations[0].accuracy is 'q4', which no tolerance of the workload names");
  CHECK(with("\"name\":\"r\"", "\"name\":\"r\",\"device\":\"cuda:0\"") ==
        "protocol: hello a.b/r is on device 'cuda:0', which is not among its devices");
  CHECK(with("\"name\":\"r\"", "\"name\":\"r\",\"probe\":{\"available\":false}") ==
        "protocol: workloads[0].implementations[0].probe says that it is absent without a reason");
  CHECK(verdict<Hello>(V{replaced(hello_line, "\"id\":1", "\"id\":1,\"more\":true"), hello_line}) ==
        "protocol: hello has 'a.b' twice");
}

TEST_CASE("numbers are finite and in range, and integers are integers") {
  const std::string line =
      R"({"id":1,"work":{"operations":1,"minimum_bytes":2,"units":3},"unit_of_work":"rows",)"
      R"("resident_bytes":4,"threads":1,"placement":[0]})";
  CHECK(verdict<Prepared>({line}) == "accepted");
  const auto with = [&](const std::string& from, const std::string& to) {
    return verdict<Prepared>({replaced(line, from, to)});
  };
  CHECK(with("\"units\":3", "\"units\":NaN").rfind("protocol: reply is not JSON", 0) == 0);
  CHECK(with("\"units\":3", "\"units\":1e999").rfind("protocol: reply is not JSON", 0) == 0);
  CHECK(with("\"units\":3", "\"units\":null") == "protocol: work.units is missing");
  CHECK(with("\"units\":3", "\"units\":-1").rfind("protocol: work.units is -1, expected", 0) == 0);
  CHECK(with("\"resident_bytes\":4", "\"resident_bytes\":4.5")
            .rfind("protocol: resident_bytes is 4.5, expected", 0) == 0);
  CHECK(with("\"resident_bytes\":4", "\"resident_bytes\":18446744073709551615")
            .rfind("protocol: resident_bytes is 18446744073709551615, expected", 0) == 0);
  CHECK(with("\"threads\":1", "\"threads\":-1").rfind("protocol: threads is -1, expected", 0) == 0);
  CHECK(with("[0]", "[0,\"1\"]").rfind("protocol: placement[1] is a string, expected", 0) == 0);
  CHECK(with("\"id\":1,", "\"id\":1,\"more\":true,") ==
        "protocol: more is true: prepare is answered with one line");
}

TEST_CASE("samples beyond the limits are refused") {
  const auto line = [](const std::string& rest) {
    return R"({"id":1,"origin_ns":0,"batch":1,)" + rest + "}";
  };
  const auto said = [&](const std::string& rest) { return verdict<Measured>({line(rest)}); };
  CHECK(said("\"start\":[0,5],\"end\":[5,5]") == "accepted");
  CHECK(said("\"start\":" + many(4096) + ",\"end\":" + many(4096)) == "accepted");
  CHECK(said("\"start\":" + many(4097) + ",\"end\":" + many(4097)) ==
        "protocol: start has 4097 values, at most 4096 are allowed");
  CHECK(said("\"start\":[0,5],\"end\":[5]") == "protocol: start has 2 values and end 1");
  CHECK(said("\"start\":[0,5],\"end\":[5,4]") == "false_times: end[1] is 4, before its start 5");
  CHECK(said("\"start\":[5,4],\"end\":[5,5]") ==
        "false_times: start[1] is 4, before the sample before it ended at 5");
  CHECK(said("\"start\":[-1],\"end\":[5]").rfind("protocol: start[0] is -1, expected", 0) == 0);
  CHECK(said("\"start\":[0],\"end\":[1],\"scheduled\":[0,1]") ==
        "protocol: scheduled has 2 values in all and start 1");
  CHECK(said(R"("readings":[{"metric":"a.b","unit":"ns","state":"ok"}])") ==
        "protocol: readings[0] is 'ok' without a value");
  CHECK(said(R"("readings":[{"metric":"a.b","unit":"ns","state":"denied","value":0}])") ==
        "protocol: readings[0] is 'denied' and has a value");
  CHECK(said(R"("readings":[{"metric":"a.b","unit":"ns","state":"ok","value":1,"coverage":2}])")
            .rfind("protocol: readings[0].coverage is 2", 0) == 0);
  CHECK(said(R"("tracks":[{"metric":"a.b","unit":"ns","offset":[1,2],"value":[1]}])") ==
        "protocol: tracks[0] has 2 offsets and 1 values");

  std::vector<std::string> lines{line("\"more\":true")};
  for (int i = 0; i < 245; ++i) {
    lines.push_back(R"({"id":1,"more":true,"start":)" + many(4096) + ",\"end\":" + many(4096) + "}");
  }
  CHECK(verdict<Measured>(lines) == "protocol: start: more than 1000000 samples in all");
}

TEST_CASE("tensors that are absurd, incomplete or contradictory are refused") {
  const auto said = [](const std::string& entry) {
    return verdict<Outputs>({R"({"id":1,"outputs":[)" + entry + "]}"});
  };
  CHECK(said(R"({"name":"y","dtype":"i64","shape":[1],"digest":"crc32:0123abcd"})") == "accepted");
  CHECK(said(R"({"name":"y","dtype":"f32","shape":[1],"data":"AACAPw=="})") == "accepted");
  CHECK(said(R"({"name":"y","dtype":"f32","shape":[2],"data":"AACAPw=="})") ==
        "protocol: outputs: 'y' has 4 of 8 bytes");
  CHECK(said(R"({"name":"y","dtype":"u8","shape":[1],"data":"AACAPw=="})") ==
        "protocol: outputs[0].data ends beyond the 1 bytes that type and shape describe");
  CHECK(said(R"({"name":"y","dtype":"u8","shape":[3],"data":"AA=A"})") ==
        "protocol: outputs[0].data is not base64: byte 2");
  CHECK(said(R"({"name":"y","dtype":"u8","shape":[1],"data":"AB=="})") ==
        "protocol: outputs[0].data is not base64: bits after its end");
  CHECK(said(R"({"name":"y","dtype":"f32","shape":[1],"digest":"crc32:0123abcd"})") ==
        "protocol: outputs[0].digest is given for reals, which are compared by value: send path or data");
  CHECK(said(R"({"name":"y","dtype":"i64","shape":[1],"digest":"crc32:XYZ"})")
            .rfind("protocol: outputs[0].digest is 'crc32:XYZ'", 0) == 0);
  CHECK(said(R"({"name":"y","dtype":"f32","shape":[1]})") ==
        "protocol: outputs[0] must have exactly one of digest, path and data");
  CHECK(said(R"({"name":"y","dtype":"f16","shape":[1],"path":"p"})").rfind("protocol: outputs[0].dtype", 0) ==
        0);
  CHECK(said(R"({"name":"y","dtype":"f64","shape":[1099511627776,1099511627776],"path":"p"})") ==
        "protocol: outputs[0].shape describes more than 17179869184 bytes");
  CHECK(said(R"({"name":"y","dtype":"f64","shape":[-1],"path":"p"})")
            .rfind("protocol: outputs[0].shape[0] is -1", 0) == 0);
  CHECK(
      said(
          R"({"name":"y","dtype":"u8","shape":[1],"path":"p"},{"name":"y","dtype":"u8","shape":[1],"path":"p"})") ==
      "protocol: outputs[1].name is 'y', which was sent already");
}

TEST_CASE("requests are checked like replies") {
  CHECK(request_verdict(R"({"id":1,"op":"hello","protocol":[1,1]})") == "accepted");
  CHECK(request_verdict(R"({"id":1,"op":"hello","protocol":[2,1]})") ==
        "protocol is not a range [lowest, highest]");
  CHECK(request_verdict(R"({"id":0,"op":"verify"})").rfind("id is 0, expected", 0) == 0);
  CHECK(request_verdict(R"({"op":"verify"})") == "id is missing");
  CHECK(request_verdict(R"({"id":1,"op":"prepare","case":"x","params":{},"seed":"1"})")
            .rfind("case is not a case: ", 0) == 0);
  for (const char* seed : {"", "-1", "1x", "18446744073709551616", " 1"}) {
    const auto said = request_verdict(R"({"id":1,"op":"prepare","case":"a.b/r@cpu","params":{},"seed":")" +
                                      std::string(seed) + "\"}");
    CHECK(said.rfind("seed is '", 0) == 0);
  }
  CHECK(request_verdict(R"({"id":1,"op":"measure","batch":0,"samples":1})").rfind("batch is 0", 0) == 0);
  CHECK(request_verdict(R"({"id":1,"op":"measure","batch":1,"samples":1000001})")
            .rfind("samples is 1000001", 0) == 0);
  CHECK(request_verdict(R"({"id":1,"op":"measure","batch":1,"samples":2,"schedule":[1]})") ==
        "schedule has 1 entries for 2 samples");
  CHECK(request_verdict(R"({"id":1,"op":"measure","batch":1,"samples":2,"schedule":[2,1]})") ==
        "schedule goes back at entry 1");
}

TEST_CASE("nesting, length and duplicate ends of a line cannot hurt") {
  CHECK(request_verdict(std::string(100'000, '[')) == "request is nested deeper than 16 levels");
  CHECK(request_verdict(R"({"id":1,"x":)" + std::string(100'000, '{')) ==
        "request is nested deeper than 16 levels");
  CHECK(request_verdict("{\"id\":1,\"op\":\"verify\",\"x\":\"" + std::string(100'000, '[') + "\"}") ==
        "accepted");
  CHECK(request_verdict(std::string(max_line_bytes + 1, ' ')).rfind("request has 1048577 bytes", 0) == 0);
  CHECK(request_verdict(R"({"id":1,"op":"verify"}{"id":2,"op":"verify"})").rfind("request is not JSON", 0) ==
        0);
  CHECK(request_verdict("{\"id\":1,\"op\":\"\xff\"}") == "request is not JSON: {\"id\":1,\"op\":\"\\xff\"}");
}

TEST_CASE("an error is believed only in answer to what was asked") {
  CHECK(verdict<Outputs>({R"({"id":1,"error":{"code":"unsupported","message":"m"}})"}) == "unavailable: m");
  CHECK(verdict<Outputs>({R"({"id":0,"error":{"code":"protocol","message":"m"}})"}) ==
        "protocol: the worker says: m");
  CHECK(verdict<Outputs>({R"({"id":1,"error":{"code":"wrong_result"}})"}) ==
        "worker: the worker says: wrong_result, without a message (wrong_result)");
  CHECK(verdict<Outputs>({R"({"id":2,"error":{"code":"unsupported","message":"m"}})"}) ==
        "protocol: id is 2, but request 1 is the one in flight");
}

TEST_CASE("what a hello says of modules, absent workloads and how readings are joined goes there and back") {
  Hello hello;
  hello.worker = "w";
  hello.subject.name = "w";
  hello.libraries = {{"libm.so.6", "a1"}};
  hello.code_files = {"/opt/kernel.so"};
  hello.devices = {{}};
  WorkloadOffer here;
  here.definition.name = "a.b";
  here.definition.unit_of_work = "rows";
  here.implementations = {{.name = "plugged", .doc = "", .probe = {}, .binary = "1-2"}};
  WorkloadOffer gone;
  gone.definition.name = "a.gone";
  gone.probe = Probe::absent("no library", "get it");
  hello.workloads = {here, gone};
  hello.collectors = {
      {"gauge", {}, {{"gauge.depth", "count", Better::lower, "", Over::mean}, {"gauge.n", "count"}}}};
  Hello read;
  Progress progress{.id = 1};
  encode_reply(1, hello, [&](std::string_view line) { decode_reply(line, progress, read); });
  REQUIRE(read.workloads.size() == 2);
  CHECK(read.workloads[0].implementations.at(0).binary == "1-2");
  CHECK(read.libraries == hello.libraries);
  CHECK(read.code_files == hello.code_files);
  CHECK(read.workloads[1].probe.reason == "no library");
  CHECK(read.workloads[1].implementations.empty());
  CHECK(read.collectors.at(0).metrics.at(0).over == Over::mean);
  CHECK(read.collectors.at(0).metrics.at(1).over == Over::unit);
}

TEST_CASE("a workload that nothing verifies says so, and only such a one has a batch of its own") {
  const auto decoded = [](const std::string& more) {
    Hello hello;
    Progress progress{.id = 1};
    decode_reply(
        R"({"id": 1, "protocol": 1, "worker": "w", "workloads": [{"name": "google_benchmark.BM_A<int*>/8",
      "unit_of_work": "iterations", "implementations": [{"name": "own"}])" +
            more + "}]}",
        progress, hello);
    return hello.workloads.at(0);
  };
  const auto plain = decoded("");
  CHECK(plain.definition.name == "google_benchmark.BM_A<int*>/8");
  CHECK(!plain.unverified);
  const auto own = decoded(R"(, "unverified": true, "own_batch": true)");
  CHECK(own.unverified);
  CHECK(own.own_batch);
  CHECK_THROWS_WITH(decoded(R"(, "own_batch": true)"), Catch::Matchers::Contains("own_batch"));

  Hello hello;
  hello.worker = hello.subject.name = "w";
  hello.devices.emplace_back();
  hello.workloads = {own};
  std::string line;
  encode_reply(1, hello, [&](std::string_view text) { line = text; });
  Hello back;
  Progress progress{.id = 1};
  decode_reply(line, progress, back);
  CHECK(back.workloads.at(0).unverified);
  CHECK(back.workloads.at(0).own_batch);
}

TEST_CASE("a collector can declare neither Assay's own metrics nor another way to join readings") {
  const auto declares = [](const std::string& metric) {
    return verdict<Hello>(
        {R"({"id":1,"protocol":1,"worker":"w","workloads":[],"collectors":[{"name":"c","metrics":[)" +
         metric + "]}]}"});
  };
  CHECK(declares(R"({"id":"c.n","unit":"count","over":"total"})") == "accepted");
  CHECK_THAT(declares(R"({"id":"time.wall.p50","unit":"ns"})"), Catch::Matchers::Contains("Assay's own"));
  CHECK_THAT(declares(R"({"id":"c.n","unit":"count","over":"call"})"),
             Catch::Matchers::Contains("total, mean"));
}
