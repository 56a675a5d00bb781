// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/worker_main.h"

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "harness/core/error.h"
#include "harness/protocol/server.h"
#include "harness/worker/emulated.h"
#include "harness/worker/native_handler.h"
#include "harness/worker/os/build_id.h"
#include "harness/worker/os/features.h"
#include "harness/worker/os/host.h"
#include "harness/worker/os/streams.h"

namespace assay {

namespace {

constexpr const char* our_prefix = "assay-worker-";

constexpr const char* help = R"(A worker of Assay: runs benchmark cases as it is told on standard input.

usage: PROGRAM              speak the worker protocol on standard input and output
       PROGRAM --describe   print what it offers, as its reply to hello, and end
       PROGRAM --emulated DEVICE   the same on an emulated CPU: cases are on DEVICE ("qemu:aarch64"), and have no time
       PROGRAM --help

People run it through assay:  assay run --worker PROGRAM
)";

std::string program_name(const char* argv0) {
  return std::filesystem::path(argv0 != nullptr ? argv0 : "worker").filename().string();
}

/// Ours names the product and the revision that the build wrote beside it; a user's worker is what its file
/// is called. Version and compiler are those of the components, not of the library that serves them.
Subject subject_of(const std::string& program, const ComponentTable& table) {
  Subject subject;
  subject.compiler = table.compiler;
  subject.version = table.version;
  if (!program.starts_with(our_prefix)) {
    subject.name = program;
    return subject;
  }
  subject.name = "assay";
  std::ifstream file(worker::os::program_folder() + "/../../share/assay/revision");
  std::getline(file, subject.revision);
  return subject;
}

std::string worker_name(const std::string& program) {
  return program.starts_with(our_prefix) ? program.substr(std::string(our_prefix).size()) : program;
}

int run(const std::string& program, const ComponentTable& table, bool describe, const std::string& emulated) {
  worker::os::set_process_rules();
  worker::os::DescriptorBuffer buffer(worker::os::take_standard_output());
  std::ostream out(&buffer);
  Subject subject = subject_of(program, table);
  subject.binary = worker::os::build_id();
  worker::NativeHandler handler(worker_name(program), subject, table);
  if (describe) {
    std::istringstream in("{\"id\": 1, \"op\": \"hello\", \"protocol\": [1, 1]}\n");
    protocol::serve(in, out, handler);
  } else {
    worker::EmulatedHandler elsewhere(emulated, handler);
    protocol::serve(std::cin, out, emulated.empty() ? static_cast<protocol::Handler&>(handler) : elsewhere);
  }
  return out.good() ? 0 : 4;
}

}  // namespace

int worker_main(int argc, char** argv, const ComponentTable& table) {
  const std::string program = program_name(argc > 0 ? argv[0] : nullptr);
  const std::string option = argc > 1 ? argv[1] : "";
  if (option == "--help" || option == "-h") {
    std::cout << help;
    return 0;
  }
  const bool emulated = argc == 3 && option == "--emulated" && std::string(argv[2]).starts_with("qemu:");
  if (!emulated && (argc > 2 || (argc == 2 && option != "--describe"))) {
    std::cerr << program << ": unknown argument '" << (argc > 2 ? argv[2] : argv[1]) << "'; see " << program
              << " --help\n";
    return 2;
  }
  if (const std::string emulator = worker::os::emulator(); option.empty() && !emulator.empty()) {
    std::cerr << program << ": it runs under " << emulator
              << ", whose time is no CPU's: add --emulated qemu:NAME\n";
    return 2;
  }
  try {
    std::ios::sync_with_stdio(false);
    return run(program, table, option == "--describe", emulated ? argv[2] : "");
  } catch (const Error& error) {
    std::cerr << program << ": " << error.what() << (error.remedy.empty() ? "" : "\n  ") << error.remedy
              << "\n";
  } catch (const std::exception& error) {
    std::cerr << program << ": " << error.what() << "\n";
  }
  return 4;
}

}  // namespace assay
