// SPDX-License-Identifier: Apache-2.0
#include "harness/protocol/check.h"

#include <algorithm>
#include <optional>

#include "harness/core/text.h"
#include "harness/protocol/case_check.h"
#include "harness/protocol/codec.h"
#include "harness/protocol/conversation.h"

namespace assay::protocol {

namespace {

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
              std::string line;
              try {
                line = talk.receive(std::min(5.0, talk.limit_s()));
              } catch (const Error& error) {
                const std::string message = error.what();
                if (message.find("exit status 0") != std::string::npos) return "";
                if (error.code == ErrorCode::timeout) refuse("it did not end");
                const auto how = message.find(": ");
                refuse("it ended with " + message.substr(how == std::string::npos ? 0 : how + 2));
              }
              refuse("it said: " + printable(line, 120));
            });
}

/// What no rule above tries, so that nobody takes "all rules kept" for more than it is.
std::string not_tried(const Hello& hello) {
  std::string inputs;
  for (const auto& offer : hello.workloads) {
    for (const auto& role : offer.definition.inputs)
      inputs += (inputs.empty() ? " (" : ", ") + offer.definition.name + ": " + role.name;
  }
  return "parameters other than those of xs, thread counts other than one" +
         (inputs.empty() ? std::string() : ", real inputs" + inputs + ")") +
         ": measure them with assay run, which verifies each";
}

}  // namespace

std::vector<CheckResult> check_worker(const StartWorker& start, const CheckOptions& options) {
  std::vector<CheckResult> results;
  std::optional<Hello> hello;
  {
    Conversation talk(results, "", options, start());
    talk.rule("hello is answered with a version that was offered", "see " + options.page + ", `hello`", [&] {
      hello = talk.client().hello(options.limit);
      return hello->worker + ", " + std::to_string(hello->workloads.size()) +
             " workloads, clock resolution " + shortest(hello->clock_resolution_ns) + " ns";
    });
    if (!hello) return results;
    check_manners(talk);
    check_end(talk);
  }
  std::size_t here = 0;
  for (const auto& offer : hello->workloads) {
    here += static_cast<std::size_t>(std::count_if(offer.implementations.begin(), offer.implementations.end(),
                                                   [](const auto& row) { return row.probe.available; }));
  }
  std::size_t tried = 0;
  for (const auto& offer : hello->workloads) {
    std::vector<Seen> all;
    const bool verifiable =
        offer.unverified ||
        std::any_of(offer.implementations.begin(), offer.implementations.end(),
                    [](const auto& row) { return row.name == "reference" && row.device == "cpu"; });
    results.push_back(
        {offer.definition.name + ": one implementation is its reference on the CPU, or it is unverified",
         verifiable, "",
         verifiable ? ""
                    : "call the plain one 'reference': results are verified against it, and without "
                      "it nothing of this workload is measured"});
    for (const auto& row : offer.implementations) {
      if (!row.probe.available) continue;
      const std::string name = offer.definition.name + "/" + row.name + "@" + row.device;
      options.progress(tried, here, name);
      try {
        Conversation talk(results, name, options, start());
        all.push_back(check_case(talk, *hello, offer, row, tried == 0));
      } catch (const Error& error) {
        results.push_back({name + ": it starts", false, printable(error.what()), printable(error.remedy)});
      }
      ++tried;
    }
    if (!offer.unverified) check_together(offer.definition, all, results);
  }
  results.push_back({"what no rule here tries is known", true, printable(not_tried(*hello)), ""});
  results.push_back(
      {"it offers something that can run here", here > 0, "", here > 0 ? "" : "offer an implementation"});
  return results;
}

}  // namespace assay::protocol
