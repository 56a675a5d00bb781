// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/core/text.h"
#include "harness/protocol/check.h"
#include "harness/protocol/client.h"

/// Inside of the check: one worker process on trial.
namespace assay::protocol {

/// The rule that is being tried is broken, and its own remedy fits.
struct BrokenRule : Error {
  using Error::Error;
};
[[noreturn]] void refuse(const std::string& what);  ///< throws BrokenRule{protocol}

/// What to do about a failure that is no rule's own: a reply that is not understood, a worker that is gone.
std::string remedy_of(const Error& error, const std::string& page);

/// The conversation with one worker process.
class Conversation {
 public:
  Conversation(std::vector<CheckResult>& results, std::string subject, const CheckOptions& options,
               std::unique_ptr<Channel> channel)
      : results_(results),
        subject_(std::move(subject)),
        options_(options),
        channel_(std::move(channel)),
        client_(*channel_) {}

  /// Tries one rule. `attempt` returns what to tell, and throws when the rule is broken.
  template <typename Attempt>
  bool rule(const std::string& name, const std::string& remedy, Attempt attempt) {
    CheckResult result{subject_.empty() ? name : subject_ + ": " + name, false, "", ""};
    if (gone_) {
      result.detail = "not tried: the worker was gone";
      result.remedy = "see the first rule that failed";
    } else {
      try {
        result.detail = attempt();
        result.passed = true;
      } catch (const BrokenRule& error) {
        result.detail = printable(error.what());
        result.remedy = remedy;
        gone_ = !resynchronise();
      } catch (const Error& error) {
        result.detail = printable(error.what());
        result.remedy = error.code == ErrorCode::unavailable ? remedy : remedy_of(error, options_.page);
        gone_ = !resynchronise();
      }
    }
    results_.push_back(result);
    return result.passed;
  }

  /// A rule that cannot be tried because one before it failed.
  void skip(const std::string& name) {
    results_.push_back({subject_ + ": " + name, false, gone_ ? "not tried: the worker was gone" : "not tried",
                        "see the first rule that failed"});
  }

  Client& client() { return client_; }
  std::string folder() const { return channel_->folder(); }
  double limit_s() const { return options_.limit.count(); }
  const std::vector<int>& cpus() const { return options_.cpus; }

  void send(const std::string& line) { channel_->send(line); }
  std::string receive(double limit_s);

  /// Sends a line and expects an error with one of these codes (any code when there are none) for request
  /// `id`, which may also be answered as 0. What it said. \throws Error{protocol}.
  std::string expect_error(const std::string& line, std::int64_t id, const std::vector<std::string>& codes);

 private:
  /// After a failure: asks something with an id of its own and reads up to its answer, so that what is left
  /// of the failed reply is not taken for the next one's. False when the worker does not answer any more.
  bool resynchronise();

  std::vector<CheckResult>& results_;
  std::string subject_;
  const CheckOptions& options_;
  std::unique_ptr<Channel> channel_;
  Client client_;
  bool gone_ = false;
};

}  // namespace assay::protocol
