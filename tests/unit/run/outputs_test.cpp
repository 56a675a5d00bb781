// SPDX-License-Identifier: Apache-2.0
// What a worker says about its output file is checked against the file before it is believed.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "harness/core/error.h"
#include "harness/protocol/agree.h"
#include "harness/protocol/worker_file.h"
#include "harness/run/launch_end.h"
#include "harness/run/worker.h"

using namespace assay;
using namespace assay::run;
using protocol::to_outputs;

namespace {

protocol::OutputReply reply_with(const std::string& path, std::vector<std::int64_t> shape) {
  protocol::OutputReply reply;
  reply.name = "y";
  reply.dtype = DType::f64;
  reply.shape = std::move(shape);
  reply.path = path;
  return reply;
}

ErrorCode code_of(const protocol::OutputReply& reply, const std::string& folder) {
  try {
    to_outputs({reply}, folder);
  } catch (const Error& error) {
    return error.code;
  }
  FAIL("it was accepted");
  return ErrorCode::internal;
}

}  // namespace

TEST_CASE("an output file of the type and shape that the reply says is read") {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() + "/y.npy";
  write_npy(path, Tensor::from<double>("y", {2}, std::vector<double>{1, 2}));
  const auto outputs = to_outputs({reply_with(path, {2})}, scratch.path());
  REQUIRE(outputs.size() == 1);
  CHECK(outputs[0].values.view<double>()[1] == 2);
  CHECK(code_of(reply_with(path, {1, 2}), scratch.path()) == ErrorCode::protocol);
}

TEST_CASE("an output file that was read is gone, so that the next reply cannot name it again") {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() + "/y.npy";
  write_npy(path, Tensor::from<double>("y", {1}, std::vector<double>{1}));
  const std::vector<protocol::OutputReply> reply{reply_with(path, {1})};
  to_outputs(reply, scratch.path());
  protocol::remove_files(reply);
  CHECK(code_of(reply[0], scratch.path()) == ErrorCode::protocol);
  protocol::remove_files(reply);  // it need not be there
}

TEST_CASE("an output that is a named pipe, a folder or nothing is refused at once, as the worker's fault") {
  const ScratchDirectory scratch;
  const std::string pipe = scratch.path() + "/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(code_of(reply_with(pipe, {1}), scratch.path()) == ErrorCode::protocol);
  CHECK(code_of(reply_with(scratch.path(), {1}), scratch.path()) == ErrorCode::protocol);
  CHECK(code_of(reply_with(scratch.path() + "/none", {1}), scratch.path()) == ErrorCode::protocol);
}

TEST_CASE("an output file that claims more than it holds costs no memory") {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() + "/y.npy";
  write_npy(path, Tensor{"y", DType::f64, {1000000000}, {}});
  CHECK(code_of(reply_with(path, {1000000000}), scratch.path()) == ErrorCode::protocol);
}

TEST_CASE("the digest of a result is over all of its outputs") {
  const protocol::Output y{"y", DType::u8, {1}, "crc32:00000001", {}};
  const protocol::Output z{"z", DType::u8, {1}, "crc32:00000002", {}};
  protocol::Output other = z;
  other.digest = "crc32:00000003";
  CHECK(digest_of({}).empty());
  CHECK(digest_of({y}) == y.digest);
  CHECK(digest_of({y, z}) == digest_of({y, z}));
  CHECK(digest_of({y, z}) != digest_of({y, other}));
  CHECK(digest_of({y, z}) != digest_of({z, y}));
}
