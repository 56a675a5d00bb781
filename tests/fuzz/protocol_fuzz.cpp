// SPDX-License-Identifier: Apache-2.0
// Input: lines, or a file of samples. The first byte chooses what they are decoded as; whatever is accepted
// must keep the promises of harness/protocol/codec.h and come back the same when it is encoded and decoded
// again.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/protocol/codec.h"
#include "harness/protocol/server.h"
#include "harness/protocol/worker_file.h"
#include "tests/fuzz/driver.h"

using namespace assay;
using namespace assay::protocol;

namespace {

void must(bool condition) {
  if (!condition) std::abort();
}

std::vector<std::string> encoded(const auto& reply) {
  std::vector<std::string> lines;
  encode_reply(1, reply, [&](std::string_view line) {
    must(line.size() <= max_line_bytes);
    lines.emplace_back(line);
  });
  return lines;
}

template <typename Reply>
bool decode(const std::vector<std::string>& lines, Reply& reply) {
  Progress progress{.id = 1};
  for (const auto& line : lines) {
    if (!decode_reply(line, progress, reply)) return true;
  }
  return false;
}

/// What was accepted must encode to lines that are accepted, and those to the same lines again.
template <typename Reply>
void reply_as(const std::vector<std::string>& lines) {
  Reply first{};
  try {
    if (!decode(lines, first)) return;
  } catch (const Error& error) {
    must(error.what()[0] != '\0');
    return;
  }
  const auto once = encoded(first);
  Reply second{};
  must(decode(once, second));
  must(encoded(second) == once);
}

void request_as(const std::string& line) {
  request_id(line);
  Request request;
  try {
    request = decode_request(line);
  } catch (const Error& error) {
    must(error.code == ErrorCode::protocol && error.what()[0] != '\0');
    return;
  }
  const std::string once = encode(request);
  must(encode(decode_request(once)) == once);
}

/// A folder of this process's own, removed at its end.
struct Folder {
  Folder() {
    char pattern[] = "/tmp/assay-fuzz-XXXXXX";
    const char* made = ::mkdtemp(pattern);
    must(made != nullptr);
    path = made;
  }
  ~Folder() {
    ::unlink((path + "/s.npy").c_str());
    ::rmdir(path.c_str());
  }
  std::string path;
};

/// The byte before the file says how many samples it should hold. What is accepted must keep the promises of
/// read_samples(), and come back the same when it is written and read again.
void file_as_samples(const std::string& bytes) {
  static const Folder folder;
  if (bytes.empty()) return;
  const std::string path = folder.path + "/s.npy";
  const auto asked = static_cast<unsigned char>(bytes[0]);
  const bool scheduled = asked >= 128;
  const std::int64_t count = asked % 128;
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes.substr(1);
  Samples first;
  try {
    read_samples(folder.path, path, count, scheduled, first);
  } catch (const Error& error) {
    must(error.code == ErrorCode::protocol || error.code == ErrorCode::false_times);
    must(error.what()[0] != '\0');
    return;
  }
  must(first.size() == static_cast<std::size_t>(count) && first.end_ns.size() == first.size());
  must(first.scheduled_ns.size() == (scheduled ? first.size() : 0));
  for (std::size_t i = 0; i < first.size(); ++i) {
    must(first.start_ns[i] >= (i > 0 ? first.start_ns[i - 1] : 0) && first.end_ns[i] >= first.start_ns[i]);
  }
  write_samples(path, first);
  Samples second;
  read_samples(folder.path, path, count, scheduled && count > 0, second);
  must(second.start_ns == first.start_ns && second.end_ns == first.end_ns &&
       second.scheduled_ns == first.scheduled_ns);
}

struct Idle : Handler {
  Hello hello(const std::string&) override {
    Hello hello;
    hello.worker = "fuzz";
    return hello;
  }
  Prepared prepare(const PrepareRequest&) override { return {}; }
  std::vector<OutputReply> verify(bool) override { return {}; }
  Measured measure(const MeasureRequest&) override { return {}; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::vector<std::string> lines;
  std::istringstream text(std::string(reinterpret_cast<const char*>(data + 1), size - 1));
  for (std::string line; lines.size() < 64 && std::getline(text, line);) lines.push_back(line);
  switch (data[0]) {
    case 'h':
      reply_as<Hello>(lines);
      break;
    case 'p':
      reply_as<Prepared>(lines);
      break;
    case 'v':
      reply_as<std::vector<OutputReply>>(lines);
      break;
    case 'm':
      reply_as<Measured>(lines);
      break;
    case 'f':
      file_as_samples(text.str().substr(0, std::size_t{1} << 16));
      break;
    case 's': {
      std::istringstream in(text.str());
      std::ostringstream out;
      Idle handler;
      serve(in, out, handler);
      break;
    }
    default:
      for (const auto& line : lines) request_as(line);
  }
  return 0;
}
