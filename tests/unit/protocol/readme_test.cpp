// SPDX-License-Identifier: Apache-2.0
// The examples and test vectors of harness/protocol/README.md are true.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/agent/seed.h"
#include "harness/core/error.h"
#include "harness/core/tensor.h"
#include "harness/protocol/codec.h"

using namespace assay;
using namespace assay::protocol;

namespace {

std::string readme() {
  const char* root = std::getenv("ASSAY_SOURCE_DIR");
  std::ifstream file(std::string(root != nullptr ? root : ".") + "/harness/protocol/README.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The objects of every ```json block, each as one line. A block holds one request, or one whole reply.
std::vector<std::vector<std::string>> examples() {
  std::vector<std::vector<std::string>> blocks;
  const std::string text = readme();
  const std::string open = "```json\n";
  for (auto at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    const auto end = text.find("```", at);
    blocks.emplace_back();
    std::istringstream block(text.substr(at, end - at));
    nlohmann::json value;
    while (block >> std::ws && !block.eof()) {
      block >> value;
      blocks.back().push_back(value.dump());
    }
    at = end + 3;
  }
  return blocks;
}

template <typename Reply>
void check_reply(const std::vector<std::string>& lines) {
  Reply reply{};
  Progress progress{.id = nlohmann::json::parse(lines[0])["id"].get<std::int64_t>()};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK(decode_reply(lines[i], progress, reply) == (i + 1 < lines.size()));
  }
}

/// The cells of the table row that begins with these cells.
std::vector<std::string> row(const std::string& first_cells) {
  const std::string text = readme();
  const auto at = text.find("\n| " + first_cells);
  REQUIRE(at != std::string::npos);
  std::istringstream line(text.substr(at + 2, text.find('\n', at + 1) - at - 2));
  std::vector<std::string> cells;
  for (std::string cell; std::getline(line, cell, '|');) {
    cell.erase(0, cell.find_first_not_of(" `"));
    const auto last = cell.find_last_not_of(" `");
    cells.push_back(last == std::string::npos ? "" : cell.substr(0, last + 1));
  }
  return cells;
}

std::string hex(std::uint64_t value) {
  std::ostringstream out;
  out << std::hex << value;
  return out.str();
}

}  // namespace

TEST_CASE("every JSON example of the protocol's README is a message that we accept") {
  std::size_t requests = 0;
  std::size_t replies = 0;
  for (const auto& lines : examples()) {
    REQUIRE_FALSE(lines.empty());
    INFO(lines[0]);
    const auto first = nlohmann::json::parse(lines[0]);
    if (first.contains("op")) {
      ++requests;
      const Request request = decode_request(lines[0]);
      CHECK_FALSE(std::holds_alternative<UnknownRequest>(request.body));
      CHECK(encode(decode_request(encode(request))) == encode(request));
      continue;
    }
    ++replies;
    if (first.contains("protocol")) {
      check_reply<Hello>(lines);
    } else if (first.contains("work")) {
      check_reply<Prepared>(lines);
    } else if (first.contains("outputs")) {
      check_reply<std::vector<OutputReply>>(lines);
    } else if (first.contains("origin_ns")) {
      check_reply<Measured>(lines);
    } else if (first.contains("error")) {
      Prepared prepared;
      Progress progress{.id = first["id"].get<std::int64_t>()};
      CHECK_THROWS_AS(decode_reply(lines[0], progress, prepared), Error);
    } else {
      Progress progress{.id = first["id"].get<std::int64_t>()};
      CHECK_FALSE(decode_done(lines[0], progress));
    }
  }
  CHECK(requests >= 7);
  CHECK(replies >= 9);
}

TEST_CASE("the seeded generator gives the README's test vectors") {
  for (const auto& [seed, name] :
       {std::pair{UINT64_C(1), std::string("v")}, {UINT64_MAX, std::string("weights")}}) {
    const auto cells = row(std::to_string(seed) + " | `" + name + "`");
    const std::uint64_t hash = assay_fnv1a64(name.data(), name.size());
    const std::uint64_t key = seed ^ hash;
    CHECK(cells.at(2) == hex(hash));
    CHECK(cells.at(3) == hex(assay_seed_u64(key, 0)) + " " + hex(assay_seed_u64(key, 1)) + " " +
                             hex(assay_seed_u64(key, 2)));
    CHECK(cells.at(4) == std::to_string(assay_seed_below(key, 0, 1000)) + " " +
                             std::to_string(assay_seed_below(key, 1, 1000)) + " " +
                             std::to_string(assay_seed_below(key, 2, 1000)));
    CHECK(std::stod(cells.at(5)) == static_cast<double>(assay_seed_unit(key, 0)));
    const float normal = assay_seed_normal(key, 0);
    std::uint32_t bits = 0;
    std::memcpy(&bits, &normal, sizeof bits);
    CHECK(cells.at(6) == hex(__builtin_bswap32(bits)));
  }
}

TEST_CASE("digests are the README's") {
  const std::int64_t answer = 42;
  const std::vector<float> six{0, 1, 2, 3, 4, 5};
  const std::int32_t minus = -1;
  CHECK(digest(Tensor::from<std::int64_t>("", {1}, {&answer, 1})) == row("i64[1]").at(1));
  CHECK(digest(Tensor::from<float>("", {2, 3}, six)) == row("f32[2,3]").at(1));
  CHECK(digest(Tensor::from<std::uint8_t>("", {0}, {})) == row("u8[0]").at(1));
  CHECK(digest(Tensor::from<std::int32_t>("", {}, {&minus, 1})) == row("i32[]").at(1));
}
