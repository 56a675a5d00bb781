// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/server.h"

#include <istream>
#include <optional>
#include <ostream>

#include "harness/core/text.h"
#include "harness/protocol/codec.h"
#include "harness/protocol/worker_file.h"

namespace assay::protocol {

namespace {

/// The next line, or nothing at the end of input. A line that is too long is read to its end and cut off one
/// byte beyond the limit, so that the decoder refuses it.
std::optional<std::string> read_line(std::istream& in) {
  std::string line;
  std::streambuf* buffer = in.rdbuf();
  for (int c = buffer->sbumpc(); c != std::char_traits<char>::eof(); c = buffer->sbumpc()) {
    if (c == '\n') return line;
    if (line.size() <= max_line_bytes) line += static_cast<char>(c);
  }
  if (line.empty()) return std::nullopt;
  return line;
}

class Session {
 public:
  Session(std::ostream& out, Handler& handler) : out_(out), handler_(handler) {}

  /// False when the session is over.
  bool answer(const std::string& line) {
    Request request;
    try {
      request = decode_request(line);
    } catch (const Error& error) {
      write(encode_error(request_id(line), to_string(error.code), error.what(), error.remedy));
      return out_.good();
    }
    id_ = request.id;
    try {
      std::visit([this](const auto& body) { handle(body); }, request.body);
    } catch (const Error& error) {
      write(encode_error(id_, to_string(error.code), error.what(), error.remedy));
    } catch (const std::exception& error) {
      write(encode_error(id_, "internal", error.what(), ""));
    }
    return out_.good() && !over_;
  }

 private:
  void write(std::string_view line) {
    out_ << line << '\n';
    out_.flush();
  }

  template <typename Reply>
  void reply(const Reply& value) {
    encode_reply(id_, value, [this](std::string_view line) { write(line); });
  }

  void handle(const HelloRequest& request) {
    if (request.max < version_min || request.min > version_max) {
      throw Error(ErrorCode::protocol,
                  "this worker speaks protocol " + std::to_string(version_min) + " to " +
                      std::to_string(version_max) + ", it was offered " + std::to_string(request.min) +
                      " to " + std::to_string(request.max),
                  "use a worker and an assay of the same version");
    }
    Hello hello = handler_.hello(request.workload);
    hello.protocol = std::min(version_max, request.max);
    hello.files = true;
    reply(hello);
  }

  void handle(const PrepareRequest& request) {
    prepared_ = false;
    const Prepared prepared = handler_.prepare(request);
    prepared_ = true;
    reply(prepared);
  }

  void handle(const VerifyRequest& request) {
    need_prepared("verify");
    reply(handler_.verify(request.values));
  }

  void handle(MeasureRequest request) {
    need_prepared("measure");
    if (!request.schedule_file.empty()) {
      request.schedule_ns = read_schedule(request.schedule_file, request.samples);
    }
    Measured measured = handler_.measure(request);
    if (!request.file.empty() && measured.samples.size() > max_values_per_line) {
      write_samples(request.file, measured.samples);
      measured.in_file = true;
    }
    reply(measured);
  }

  void handle(const ByeRequest&) {
    over_ = true;
    write(encode_done(id_));
  }

  void handle(const UnknownRequest& request) {
    write(encode_error(id_, "unsupported", "this worker has no operation '" + printable(request.op) + "'",
                       "it has hello, prepare, verify, measure and bye"));
  }

  void need_prepared(const std::string& op) const {
    if (!prepared_) throw Error(ErrorCode::protocol, op + " was asked before a case was prepared");
  }

  std::ostream& out_;
  Handler& handler_;
  std::int64_t id_ = 0;
  bool prepared_ = false;
  bool over_ = false;
};

}  // namespace

void serve(std::istream& in, std::ostream& out, Handler& handler) {
  Session session(out, handler);
  while (const auto line = read_line(in)) {
    if (!session.answer(*line)) return;
  }
}

}  // namespace assay::protocol
