// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "harness/core/error.h"
#include "harness/protocol/server.h"
#include "harness/worker/os/streams.h"
#include "workloads/adapters/foreign.h"

namespace assay::adapters {

namespace {

constexpr const char* help = R"(A worker of Assay that runs somebody else's benchmark as it is.

usage: assay-worker-foreign TOOL [--describe] [--name NAME] [--in FOLDER] [--revision REVISION] [--code FILE]... -- PROGRAM [ARGUMENT...]

TOOL: command (any program), criterion, google_benchmark, nvbench, pytest_benchmark
--name: of the case command.NAME (the program's file name)
--revision: of which the program was built
--code: a file that has code of the program; together all of it that may change
--in: the folder in which it is started
--describe: print what it offers, as its reply to hello, and end

People run it through assay:  assay run -- PROGRAM [ARGUMENT...]
)";

using Make = std::unique_ptr<protocol::Handler> (*)(Foreign);

const std::map<std::string, Make>& tools() {
  static const std::map<std::string, Make> table{{"command", command_handler},
                                                 {"criterion", criterion_handler},
                                                 {"google_benchmark", google_benchmark_handler},
                                                 {"nvbench", nvbench_handler},
                                                 {"pytest_benchmark", pytest_benchmark_handler}};
  return table;
}

struct Words {
  Make make = nullptr;
  Foreign foreign;
  bool describe = false;
  std::string folder;
};

Words parse(const std::vector<std::string>& words) {
  Words parsed;
  std::size_t i = 0;
  if (i < words.size() && tools().contains(words[i])) parsed.make = tools().at(words[i++]);
  for (; i < words.size() && words[i] != "--"; ++i) {
    if (words[i] == "--describe") {
      parsed.describe = true;
    } else if (words[i] == "--name" && i + 1 < words.size()) {
      parsed.foreign.name = words[++i];
    } else if (words[i] == "--revision" && i + 1 < words.size()) {
      parsed.foreign.revision = words[++i];
    } else if (words[i] == "--code" && i + 1 < words.size()) {
      parsed.foreign.code.push_back(words[++i]);
    } else if (words[i] == "--in" && i + 1 < words.size()) {
      parsed.folder = words[++i];
    } else {
      break;
    }
  }
  if (parsed.make == nullptr || i >= words.size() || words[i] != "--" || i + 1 == words.size())
    throw Error(ErrorCode::usage, "assay-worker-foreign: the command line is not understood",
                "see assay-worker-foreign --help");
  parsed.foreign.words.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
  if (parsed.foreign.name.empty()) {
    const std::string& program = parsed.foreign.words[0];
    parsed.foreign.name = program.substr(program.rfind('/') + 1);
  }
  return parsed;
}

int run(const std::vector<std::string>& words) {
  if (!words.empty() && (words[0] == "--help" || words[0] == "-h")) {
    std::cout << help;
    return 0;
  }
  Words parsed = parse(words);
  if (!parsed.folder.empty()) std::filesystem::current_path(parsed.folder);
  worker::os::DescriptorBuffer buffer(worker::os::take_standard_output());
  std::ostream out(&buffer);
  unsetenv("ASSAY_REGIONS_FILE");  // of another Assay around this one
  const auto handler = parsed.make(std::move(parsed.foreign));
  std::istringstream hello("{\"id\": 1, \"op\": \"hello\", \"protocol\": [1, 1]}\n");
  protocol::serve(parsed.describe ? static_cast<std::istream&>(hello) : std::cin, out, *handler);
  return out.good() ? 0 : 4;
}

}  // namespace

}  // namespace assay::adapters

int main(int argc, char** argv) {
  try {
    return assay::adapters::run({argv + 1, argv + argc});
  } catch (const assay::Error& error) {
    std::cerr << error.what() << (error.remedy.empty() ? "" : "\n  ") << error.remedy << "\n";
    return error.code == assay::ErrorCode::usage ? 2 : 3;
  } catch (const std::exception& error) {
    std::cerr << "assay-worker-foreign: " << error.what() << "\n";
    return 4;
  }
}
