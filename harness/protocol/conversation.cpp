// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/conversation.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/protocol/codec.h"
#include "harness/protocol/fields.h"

namespace assay::protocol {

void refuse(const std::string& what) { throw BrokenRule(ErrorCode::protocol, what); }

std::string remedy_of(const Error& error, const std::string& page) {
  if (!error.remedy.empty()) return printable(error.remedy);
  if (error.code == ErrorCode::worker) return "its log, on standard error, says more";
  return "compare with the example of this message in " + page;
}

std::string Conversation::receive(double limit_s) {
  return channel_->receive(Channel::Clock::now() + std::chrono::duration_cast<Channel::Clock::duration>(
                                                       std::chrono::duration<double>(limit_s)));
}

std::string Conversation::expect_error(const std::string& line, std::int64_t id,
                                       const std::vector<std::string>& codes) {
  send(line);
  const std::string text = receive(limit_s());
  const Json json = parse_line(text, "reply");
  const Field reply(json, "");
  const auto error = reply.find("error");
  if (!error) refuse("expected an error, got " + printable(text, 120));
  const std::string code = error->at("code").name();
  error->at("message").text();
  const auto given = reply.at("id").integer(0, INT64_MAX);
  if (given != id && (id == 0 || given != 0)) {
    refuse("the error has id " + std::to_string(given) + ", expected " + std::to_string(id));
  }
  if (!codes.empty() && std::find(codes.begin(), codes.end(), code) == codes.end()) {
    refuse("the error's code is '" + code + "', expected '" + codes.front() + "'");
  }
  return code + ": " + error->at("message").text();
}

bool Conversation::resynchronise() {
  static constexpr std::int64_t first_id = 1'000'000'000;
  const std::int64_t id = first_id + static_cast<std::int64_t>(results_.size());
  try {
    send(R"({"id":)" + std::to_string(id) + R"(,"op":"assay_check"})");
    for (int line = 0; line < 10'000; ++line) {
      if (request_id(receive(std::min(2.0, limit_s()))) == id) return true;
    }
  } catch (const Error&) {  // the rule that failed says why
  }
  return false;
}

}  // namespace assay::protocol
