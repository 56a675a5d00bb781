// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/foreign.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"

namespace assay::cli {

namespace {

const std::vector<std::string>& tools() {
  static const std::vector<std::string> all{"command", "criterion", "google_benchmark", "nvbench",
                                            "pytest_benchmark"};
  return all;
}

/// Whether a text stands in the file, read in blocks that overlap.
bool contains(std::ifstream& file, const std::vector<std::string_view>& texts) {
  constexpr std::size_t overlap = 64;
  std::string block;
  std::array<char, 1 << 16> more{};
  while (file.read(more.data(), more.size()) || file.gcount() > 0) {
    block.append(more.data(), static_cast<std::size_t>(file.gcount()));
    const std::string_view seen = block;
    const bool found = std::any_of(texts.begin(), texts.end(),
                                   [&](std::string_view text) { return seen.find(text) != seen.npos; });
    if (found) return true;
    block.erase(0, block.size() - std::min(block.size(), overlap));
  }
  return false;
}

/// `pytest --benchmark-only`, `python3 -m pytest ... --benchmark-only`: no other pytest takes the option.
bool is_pytest_benchmark(const std::vector<std::string>& words) {
  const auto has = [&](std::string_view text) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      return std::string_view(word).substr(word.rfind('/') + 1) == text;
    });
  };
  return has("--benchmark-only") && (has("pytest") || has("py.test"));
}

std::string tool_of_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::array<char, 4> magic{};
  // A script that only speaks of such a program is a plain command.
  if (!in.read(magic.data(), magic.size()) || std::string_view(magic.data(), 4) !=
                                                  "\x7f"
                                                  "ELF")
    return "command";
  if (contains(in, {"benchmark_list_tests", "libbenchmark.so"})) return "google_benchmark";
  const auto again = [&](const std::vector<std::string_view>& texts) {
    in.clear();
    in.seekg(0);
    return contains(in, texts);
  };
  if (again({"nv/cold/time/gpu", "libnvbench.so"})) return "nvbench";
  return again({"CRITERION_HOME"}) ? "criterion" : "command";
}

}  // namespace

std::string tool_of(const ForeignProgram& program) {
  std::string first = program.words.front();
  if (first.starts_with(far_word) && program.words.size() > 1) first = program.words[1];
  if (first.starts_with(transport::copied_word)) {
    first.erase(0, transport::copied_word.size());
  } else if (program.words.front().starts_with(far_word)) {
    return is_pytest_benchmark(program.words) ? "pytest_benchmark" : "command";  // it cannot be looked at
  }
  return is_pytest_benchmark(program.words) ? "pytest_benchmark"
                                            : tool_of_file(find_on_path(in_folder(first, program.folder)));
}

std::vector<std::string> code_files(const ForeignProgram& program) {
  namespace fs = std::filesystem;
  const fs::path folder = program.folder.empty() ? fs::path(find_on_path(program.words.front())).parent_path()
                                                 : fs::path(program.folder);
  std::vector<std::string> files;
  for (const auto& file : program.code)
    files.push_back(fs::absolute(folder / file).lexically_normal().string());
  return files;
}

std::string foreign_worker(const ForeignProgram& program, const Terminal& terminal) {
  std::string tool = program.tool;
  std::replace(tool.begin(), tool.end(), '-', '_');
  if (tool.empty()) {
    tool = tool_of(program);
    if (tool != "command")
      terminal.note(
          fmt::format("{} is a {} program: each of its benchmarks is a case; --as command measures it as "
                      "a whole",
                      printable(program.words.front(), 200), tool));
  }
  if (std::find(tools().begin(), tools().end(), tool) == tools().end())
    throw Error(ErrorCode::usage, fmt::format("--as {}: there is no such tool here", printable(tool)),
                suggest(tool, tools()));
  if (!program.name.empty() && tool != "command")
    throw Error(ErrorCode::usage, "--name is of a plain command: the benchmarks of a tool have names",
                "leave --name out, or measure the program as a whole with --as command");
  const bool far = program.words.front().starts_with(far_word);
  if (far && (!program.folder.empty() || !program.code.empty()))
    throw Error(ErrorCode::usage, "--code and --rev are of programs on this machine, and this one is not",
                "leave them out, or copy the program: ssh:HOST copy:./my_program");
  std::vector<std::string> words{"assay-worker-foreign", tool};
  if (far) words.insert(words.begin(), program.words.front());
  if (!program.name.empty()) words.insert(words.end(), {"--name", program.name});
  if (!program.folder.empty()) words.insert(words.end(), {"--in", program.folder});
  if (!program.revision.empty()) words.insert(words.end(), {"--revision", program.revision});
  for (const auto& file : code_files(program)) words.insert(words.end(), {"--code", file});
  words.emplace_back("--");
  words.insert(words.end(), program.words.begin() + (far ? 1 : 0), program.words.end());
  return join_command(words);
}

}  // namespace assay::cli
