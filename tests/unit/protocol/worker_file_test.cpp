// SPDX-License-Identifier: Apache-2.0
// What goes by file: both ends, and files that nobody may trust.
#include "harness/protocol/worker_file.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <sstream>

#include "harness/core/error.h"
#include "harness/protocol/client.h"
#include "harness/protocol/codec.h"
#include "harness/protocol/server.h"

using namespace assay;
using namespace assay::protocol;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    char pattern[] = "/tmp/assay-file-XXXXXX";
    path = ::mkdtemp(pattern);
  }
  ~Folder() { fs::remove_all(path); }
  std::string path;
};

Samples samples_of(std::size_t n, bool scheduled) {
  Samples samples;
  for (std::size_t i = 0; i < n; ++i) {
    const auto at = static_cast<std::int64_t>(10 * i);
    samples.start_ns.push_back(at + 1);
    samples.end_ns.push_back(at + 5);
    if (scheduled) samples.scheduled_ns.push_back(at);
  }
  return samples;
}

/// A worker that answers what it was asked for; `answer` may then spoil it.
struct Timed : Handler {
  Hello hello(const std::string&) override {
    Hello hello;
    hello.worker = "timer";
    hello.subject.name = "timer";
    return hello;
  }
  Prepared prepare(const PrepareRequest&) override {
    Prepared prepared;
    prepared.unit_of_work = "elements";
    return prepared;
  }
  std::vector<OutputReply> verify(bool) override { return {}; }
  Measured measure(const MeasureRequest& request) override {
    seen = request;
    Measured measured;
    measured.samples = samples_of(static_cast<std::size_t>(request.samples), !request.schedule_ns.empty());
    measured.samples.batch = request.batch;
    measured.origin_ns = origin_ns;
    if (measured.samples.size() > 0) origin_ns += measured.samples.end_ns.back();
    return measured;
  }
  MeasureRequest seen;
  std::int64_t origin_ns = 0;  // time goes on from request to request
};

/// The server in this process, on the far side of a folder. `spoil` sees each reply before it is received.
class Loop : public Channel {
 public:
  explicit Loop(std::string folder) : folder_(std::move(folder)) {}
  void send(std::string_view line) override {
    const std::string prepare =
        R"({"id":999,"op":"prepare","case":"a.b/reference@cpu","params":{},"seed":"1"})";
    std::istringstream in(prepare + '\n' + std::string(line) + '\n');
    std::ostringstream out;
    serve(in, out, timer);
    std::istringstream lines(out.str());
    for (std::string text; std::getline(lines, text);) {
      if (text.find("\"id\":999,") == std::string::npos) replies_.push_back(text);
    }
    count = replies_.size();
    if (spoil) spoil(replies_.front());
  }
  std::string receive(Clock::time_point) override {
    if (replies_.empty()) throw Error(ErrorCode::worker, "ended");
    std::string line = replies_.front();
    replies_.pop_front();
    return line;
  }
  std::string folder() const override { return folder_; }

  Timed timer;
  std::size_t count = 0;
  std::function<void(std::string&)> spoil;

 private:
  std::string folder_;
  std::deque<std::string> replies_;
};

const Client::Limit limit(5);

MeasureRequest ask(std::int64_t samples, std::vector<std::int64_t> schedule = {}) {
  MeasureRequest request;
  request.samples = samples;
  request.schedule_ns = std::move(schedule);
  return request;
}

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    CHECK((error.code == ErrorCode::protocol || error.code == ErrorCode::false_times));
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("more than 4096 samples go by file where both ends see one, and in lines elsewhere") {
  const Folder folder;
  for (const std::string& shared : {folder.path, std::string()}) {
    Loop loop(shared);
    Client client(loop);
    client.hello(limit);
    CHECK(client.files() == !shared.empty());
    const Measured measured = client.measure(ask(10'000), limit);
    CHECK(measured.samples.start_ns == samples_of(10'000, false).start_ns);
    CHECK(measured.samples.end_ns == samples_of(10'000, false).end_ns);
    CHECK(measured.in_file == !shared.empty());
    CHECK(loop.count == (shared.empty() ? 3 : 1));
    CHECK_FALSE(client.measure(ask(4096), limit).in_file);
  }
}

TEST_CASE("a schedule longer than a line goes by file, and so do its samples") {
  const Folder folder;
  Loop loop(folder.path);
  Client client(loop);
  client.hello(limit);
  const auto due = samples_of(5000, true).scheduled_ns;
  const Measured measured = client.measure(ask(5000, due), limit);
  CHECK(measured.in_file);
  CHECK(measured.samples.scheduled_ns == due);
  CHECK(loop.timer.seen.schedule_ns == due);
  client.use_files(false);
  CHECK_THROWS_AS(client.measure(ask(5000, due), limit), Error);  // too long for a line
}

TEST_CASE("more samples than lines may carry go by file") {
  const Folder folder;
  Loop loop(folder.path);
  Client client(loop);
  client.hello(limit);
  CHECK(client.measure(ask(max_samples + 1), limit).samples.size() == max_samples + 1);
  client.use_files(false);
  CHECK_THROWS_AS(client.measure(ask(max_samples + 1), limit), Error);
}

TEST_CASE("a file that was not asked for, is not there, or is an earlier request's is refused") {
  const Folder folder;
  Loop loop(folder.path);
  Client client(loop);
  client.hello(limit);
  const std::string file = folder.path + "/assay-samples.npy";
  loop.spoil = [&](std::string& line) { line = R"({"id":2,"origin_ns":0,"batch":1,"file":true})"; };
  CHECK(refusal([&] { client.measure(ask(10), limit); }).find("named none") != std::string::npos);
  write_samples(file, samples_of(5000, false));
  loop.spoil = [&](std::string&) { fs::remove(file); };
  CHECK(refusal([&] { client.measure(ask(5000), limit); }).find("not there") != std::string::npos);
  // A worker that says `file` and writes none: what lay there from before is gone.
  write_samples(file, samples_of(5000, false));
  loop.spoil = [&](std::string& line) {
    CHECK(fs::exists(file));
    fs::remove(file);
    line = R"({"id":4,"origin_ns":0,"batch":1,"file":true})";
  };
  CHECK(refusal([&] { client.measure(ask(5000), limit); }) != "accepted");
}

TEST_CASE("times are given in lines or in the file, not in both") {
  Measured measured;
  Progress progress{.id = 1};
  const std::string line = R"({"id":1,"origin_ns":0,"batch":1,"file":true,"start":[1],"end":[2]})";
  CHECK_THROWS_AS(decode_reply(line, progress, measured), Error);
  CHECK_THROWS_AS(decode_request(R"({"id":1,"op":"measure","batch":1,"samples":1,"file":"a.npy"})"), Error);
  CHECK_THROWS_AS(decode_request(R"({"id":1,"op":"measure","batch":1,"samples":1,"schedule":[1],)"
                                 R"("schedule_file":"/a.npy"})"),
                  Error);
}

TEST_CASE("a sample file of another size, type or order than it must have is refused, and says so") {
  const Folder folder;
  const std::string file = folder.path + "/s.npy";
  const auto read = [&](std::int64_t count, bool scheduled) {
    Samples into;
    return refusal([&] { read_samples(folder.path, file, count, scheduled, into); });
  };
  write_samples(file, samples_of(10, false));
  CHECK(read(10, false) == "accepted");
  CHECK(read(9, false) != "accepted");
  CHECK(read(11, false) != "accepted");
  CHECK(read(10, true) != "accepted");
  fs::resize_file(file, fs::file_size(file) - 8);
  CHECK(read(10, false).find("ends before") != std::string::npos);

  write_npy(file, Tensor::from<double>("", {2, 10}, std::vector<double>(20, 0.5)));
  CHECK(read(10, false).find("another type") != std::string::npos);
  write_npy(file, Tensor{"", DType::f64, {2, std::int64_t{1} << 40}, {}});  // a claim costs no memory
  CHECK(read(std::int64_t{1} << 40, false) != "accepted");

  Samples bad = samples_of(3, false);
  bad.end_ns[1] = 0;
  write_samples(file, bad);
  CHECK(read(3, false) == file + ": end[1] is 0, before its start 11");
  bad = samples_of(3, false);
  bad.start_ns[2] = bad.end_ns[2] = 3;
  write_samples(file, bad);
  CHECK(read(3, false) == file + ": start[2] is 3, before the sample before it ended at 15");
  bad = samples_of(1, false);
  bad.start_ns[0] = -1;
  write_samples(file, bad);
  CHECK(read(1, false) != "accepted");
  bad.start_ns[0] = 0;
  bad.end_ns[0] = INT64_MAX;
  write_samples(file, bad);
  CHECK(read(1, false) != "accepted");
}

TEST_CASE("a file that a worker names is a regular one inside of its folder") {
  const Folder folder;
  const Folder outside;
  const std::vector<double> one{1};
  const auto read = [&](const std::string& path, const std::string& from) {
    return refusal([&] { read_worker_file(from, path, DType::f64, {1}); });
  };
  const std::string inside = folder.path + "/sub/y.npy";
  fs::create_directory(folder.path + "/sub");
  write_npy(inside, Tensor::from<double>("", {1}, one));
  write_npy(outside.path + "/y.npy", Tensor::from<double>("", {1}, one));
  CHECK(read(inside, folder.path) == "accepted");
  CHECK(read(inside, folder.path + "/") == "accepted");
  CHECK(read(inside, "") != "accepted");
  CHECK(read(outside.path + "/y.npy", folder.path).find("not inside") != std::string::npos);
  CHECK(read(folder.path + "/sub/../../" + fs::path(outside.path).filename().string() + "/y.npy",
             folder.path) != "accepted");
  CHECK(read("sub/y.npy", folder.path).find("absolute") != std::string::npos);
  CHECK(read(folder.path, folder.path) != "accepted");
  CHECK(read(folder.path + "/sub", folder.path) != "accepted");
  fs::create_symlink(outside.path + "/y.npy", folder.path + "/link.npy");
  CHECK(read(folder.path + "/link.npy", folder.path) != "accepted");
  fs::create_directory_symlink(outside.path, folder.path + "/door");
  CHECK(read(folder.path + "/door/y.npy", folder.path).find("not inside") != std::string::npos);
  REQUIRE(::mkfifo((folder.path + "/pipe").c_str(), 0600) == 0);
  CHECK(read(folder.path + "/pipe", folder.path) != "accepted");  // and does not wait for a writer
}

TEST_CASE("a schedule that is none is the request's fault, and the worker goes on") {
  const Folder folder;
  const std::string file = folder.path + "/schedule.npy";
  write_schedule(file, {5, 4});
  CHECK(refusal([&] { read_schedule(file, 2); }).find("goes back") != std::string::npos);
  write_schedule(file, {4, 5});
  CHECK(read_schedule(file, 2) == std::vector<std::int64_t>{4, 5});
  CHECK(refusal([&] { read_schedule(file, 3); }) != "accepted");
  Timed timer;
  std::istringstream in(R"({"id":1,"op":"prepare","case":"a.b/reference@cpu","params":{},"seed":"1"})"
                        "\n"
                        R"({"id":2,"op":"measure","batch":1,"samples":3,"schedule_file":"/nowhere/s.npy"})"
                        "\n"
                        R"({"id":3,"op":"bye"})"
                        "\n");
  std::ostringstream out;
  serve(in, out, timer);
  CHECK(out.str().find("\"code\":\"protocol\"") != std::string::npos);
  CHECK(out.str().find("\"id\":3") != std::string::npos);
}
