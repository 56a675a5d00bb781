// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/workers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "harness/cli/run_settings.h"
#include "harness/core/error.h"
#include "harness/core/selector.h"
#include "harness/core/text.h"
#include "harness/protocol/check.h"

namespace assay::cli {

namespace fs = std::filesystem;

std::string share_directory() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (error)
    throw Error(ErrorCode::internal, "/proc/self/exe cannot be read: " + error.message(), "mount /proc");
  return (self.parent_path().parent_path() / "share" / "assay").string();
}

std::string protocol_page() {
  const fs::path installed = fs::path(share_directory()).parent_path() / "doc" / "assay" / "protocol.md";
  std::error_code ignored;
  return fs::exists(installed, ignored) ? installed.string() : protocol::CheckOptions{}.page;
}

std::vector<std::string> split_command(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  bool open = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else if (c == '\\' && quote == '"' && i + 1 < text.size()) {
        word += text[++i];
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      open = true;
    } else if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      open = true;
    } else if (c == ' ' || c == '\t') {
      if (open) words.push_back(std::exchange(word, {}));
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (quote != 0) throw Error(ErrorCode::usage, fmt::format("'{}': a quote is not closed", text));
  if (open) words.push_back(word);
  if (words.empty()) throw Error(ErrorCode::usage, "an empty command cannot be a worker");
  return words;
}

std::string join_command(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += ' ';
    const bool plain = word.find_first_of(" '\"\\$&|;<>()*?\n\t") == std::string::npos && !word.empty();
    if (plain) {
      text += word;
      continue;
    }
    text += '\'';
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    text += '\'';
  }
  return text;
}

std::string find_on_path(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* path = std::getenv("PATH");
  for (const auto& folder : split(path != nullptr ? path : "", ':')) {
    const fs::path file = fs::path(folder.empty() ? "." : folder) / name;
    if (::access(file.c_str(), X_OK) == 0) return file.string();
  }
  return name;
}

namespace {

/// Workers that are installed with this program are known by their name alone. One that runs somebody else's
/// program has that behind `--`.
void settle(run::WorkerSpec& spec) {
  auto& argv = spec.command.argv;
  const fs::path own =
      fs::path(share_directory()).parent_path().parent_path() / "libexec" / "assay" / argv[0];
  std::error_code ignored;
  if (argv[0].find('/') == std::string::npos && fs::exists(own, ignored))
    argv[0] = (spec.ssh ? std::string(transport::copied_word) : "") + own.string();
  if (fs::path(argv[0]).filename() != "assay-worker-foreign") return;
  const auto dashes = std::find(argv.begin(), argv.end(), "--");
  if (dashes == argv.end() || dashes + 1 == argv.end()) return;
  if (std::find(argv.begin(), dashes, "--name") == dashes) {  // a tool around the program has another
    std::string name = *(dashes + 1);
    if (name.starts_with(transport::copied_word)) name.erase(0, transport::copied_word.size());
    argv.insert(dashes, {"--name", fs::path(name).filename().string()});
  }
  if (spec.ssh) return;  // no tool of this machine is around it
  spec.program_at = static_cast<std::size_t>(std::find(argv.begin(), argv.end(), "--") - argv.begin()) + 1;
}

/// How the devices of boards on serial lines begin, and the names of their workers with them.
constexpr const char* serial_boards = "serial:";

run::WorkerSpec read_worker_file(const fs::path& path) {
  try {
    const auto file = toml::parse_file(path.string());
    run::WorkerSpec spec;
    spec.id = file["name"].value_or(std::string());
    if (const auto* command = file["command"].as_array()) {
      for (const auto& part : *command) {
        const auto word = part.value_or(std::string());
        const bool file_beside = word.starts_with("../");
        spec.command.argv.push_back(file_beside ? (path.parent_path() / word).lexically_normal().string()
                                                : word);
      }
    }
    spec.device = file["device"].value_or(std::string());
    spec.remedy = file["remedy"].value_or(std::string());
    if (spec.id.empty() || spec.command.argv.empty() || spec.command.argv.front().empty()) {
      throw Error(ErrorCode::bad_input, path.string() + ": needs 'name' and 'command'");
    }
    auto& program = spec.command.argv.front();
    if (program.find('/') != std::string::npos && program.front() != '/') {
      program = (path.parent_path() / program).lexically_normal().string();
    }
    return spec;
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::bad_input,
                fmt::format("{}:{}: {}", path.string(), error.source().begin.line, error.description()));
  }
}

}  // namespace

run::WorkerSpec worker_spec(const std::string& text, const Settings& settings) {
  run::WorkerSpec spec;
  spec.id = text;
  auto& argv = spec.command.argv;
  argv = split_command(text);
  if (argv.size() == 1 && text.ends_with(".toml")) return read_worker_file(fs::absolute(argv.front()));
  if (argv.front().starts_with(far_word)) {
    spec.ssh =
        transport::SshHost{split_command(settings.text("ssh.command")), argv.front().substr(far_word.size())};
    if (!transport::is_ssh_address(spec.ssh->address) || argv.size() < 2)
      throw Error(
          ErrorCode::usage, fmt::format("'{}' names no worker on another machine", printable(text, 300)),
          "write 'ssh:HOST ./my_worker' or 'ssh:USER@HOST copy:build/my_worker'; ports, keys and short "
          "names stand in ~/.ssh/config");
    argv.erase(argv.begin());
  }
  settle(spec);
  return spec;
}

void refuse_far_workers(const Context& context, const char* command) {
  const auto is_far = [](const std::string& text) { return text.starts_with(far_word); };
  if (std::none_of(context.worker_commands.begin(), context.worker_commands.end(), is_far) &&
      std::none_of(context.program.begin(), context.program.end(), is_far))
    return;
  throw Error(
      ErrorCode::usage, fmt::format("'{}' judges by this machine, and a worker is on another", command),
      "compare there: 'assay ab' and 'assay run' take workers over ssh, or start assay on that machine");
}

std::string in_folder(const std::string& name, const std::string& folder) {
  const bool relative = name.find('/') != std::string::npos && name.front() != '/';
  return relative && !folder.empty() ? (fs::path(folder) / name).string() : name;
}

std::vector<run::WorkerSpec> find_workers(const Context& context) {
  std::vector<run::WorkerSpec> specs;
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(fs::path(share_directory()) / "workers", ignored)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& text : context.worker_commands) specs.push_back(worker_spec(text, context.settings));
  if (std::any_of(specs.begin(), specs.end(), [](const auto& spec) { return spec.ssh.has_value(); }))
    return specs;
  for (const auto& worker : context.settings.workers()) {
    specs.push_back({worker.name, worker.command, 0});
    if (worker.name.starts_with(serial_boards)) specs.back().device = worker.name;
    settle(specs.back());
  }
  for (const auto& path : files) specs.push_back(read_worker_file(path));
  for (std::size_t i = 0; i < specs.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (specs[i].id == specs[k].id) {
        throw Error(ErrorCode::usage, fmt::format("two workers are called '{}'", printable(specs[i].id)),
                    "give one of them another name");
      }
    }
  }
  return specs;
}

namespace {

/// What is started only where it is asked for.
struct DeviceKind {
  const char* prefix;
  const char* what;
  const char* remedy;
};
constexpr std::array<DeviceKind, 3> device_kinds{
    {{"qemu:", "emulated board here",
      "no image was built: ci/setup --boards, then configure and build again"},
     {serial_boards, "board on a serial line",
      "write it into assay.toml: [[serial]] with name and port (new-board.md of the pages)"},
     {"wasm:", "WebAssembly engine here",
      "no module was built: apt-get install clang lld, then configure and build again"}}};

/// A board that is named and has no worker file or [[serial]] here. \throws Error{unavailable}.
void refuse_unknown_board(const std::vector<std::string>& boards, const std::vector<run::WorkerSpec>& specs) {
  for (const auto& pattern : boards) {
    const auto kind = std::find_if(device_kinds.begin(), device_kinds.end(),
                                   [&](const DeviceKind& one) { return pattern.starts_with(one.prefix); });
    if (kind == device_kinds.end()) continue;
    std::set<std::string> known;
    for (const auto& spec : specs) {
      if (spec.device.starts_with(kind->prefix)) known.insert(spec.device);
    }
    const bool here = std::any_of(specs.begin(), specs.end(), [&](const run::WorkerSpec& spec) {
      return glob_match(pattern, spec.device);
    });
    if (here || pattern == std::string(kind->prefix) + "*") continue;
    throw Error(ErrorCode::unavailable, fmt::format("no {} is '{}'", kind->what, printable(pattern)),
                known.empty() ? kind->remedy : fmt::format("known: {}", fmt::join(known, ", ")));
  }
}

/// A device that was named by itself, and whose worker says that it cannot be used. \throws
/// Error{unavailable}.
void refuse_absent_device(const run::WorkerSpec& spec, const protocol::Hello& hello,
                          const std::vector<std::string>& boards) {
  if (std::find(boards.begin(), boards.end(), spec.device) == boards.end()) return;
  for (const auto& offer : hello.devices) {
    if (offer.device.name == spec.device && !offer.probe.available)
      throw Error(ErrorCode::unavailable,
                  fmt::format("device '{}': {}", spec.device, printable(offer.probe.reason)),
                  offer.probe.remedy);
  }
}

}  // namespace

std::vector<run::WorkerInfo> open_workers(const Context& context, const std::string& only,
                                          const std::vector<std::string>& boards) {
  std::vector<run::WorkerInfo> workers;
  const auto specs = find_workers(context);
  if (context.worker_commands.empty()) refuse_unknown_board(boards, specs);  // else it may be that worker's
  const auto limits = launch_limits(context.settings);
  std::vector<const run::WorkerSpec*> absent;  // boards whose emulator is not here
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const auto& spec = specs[i];
    if (!only.empty() && spec.id != only) continue;
    if (!spec.device.empty() && i >= context.worker_commands.size()) {  // (those that were named come first)
      const bool asked = std::any_of(boards.begin(), boards.end(), [&](const std::string& pattern) {
        return pattern != "*" && glob_match(pattern, spec.device);
      });
      if (!asked) continue;
      if (find_on_path(spec.command.argv[0]).find('/') == std::string::npos) {
        absent.push_back(&spec);
        continue;
      }
    }
    try {
      workers.push_back(run::describe(specs[i], limits));
      refuse_absent_device(spec, workers.back().hello, boards);
    } catch (const Error& error) {
      const bool named = i < context.worker_commands.size() ||  // they come first
                         std::find(boards.begin(), boards.end(), spec.device) != boards.end();
      // Not plugged in, or mute.
      if (named && spec.device.starts_with(serial_boards) &&
          (error.code == ErrorCode::worker || error.code == ErrorCode::timeout))
        throw Error(ErrorCode::unavailable, error.what(), "'new-board.md' of the pages has what to look at");
      if (named || error.code == ErrorCode::io) throw;  // the system refuses: no worker's fault
      context.terminal.note(fmt::format("note: {}", error.what()));
    }
  }
  if (!absent.empty()) {
    const std::string what =
        fmt::format("device '{}'{}: '{}' is not on PATH", absent.front()->device,
                    absent.size() > 1 ? fmt::format(" (and {} more)", absent.size() - 1) : "",
                    absent.front()->command.argv[0]);
    const bool named = std::find(boards.begin(), boards.end(), absent.front()->device) != boards.end();
    if (named) throw Error(ErrorCode::unavailable, what, absent.front()->remedy);
    context.terminal.note(fmt::format("note: {}\n  {}", what, absent.front()->remedy));
  }
  if (workers.empty()) {
    throw Error(ErrorCode::unavailable, "no worker answers",
                "build one (ci/quickstart), or name one with --worker");
  }
  return workers;
}

}  // namespace assay::cli
