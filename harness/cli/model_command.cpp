// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include "harness/cli/command.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/format.h"
#include "harness/cli/table.h"
#include "harness/cli/workers.h"
#include "harness/cli/write_file.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/inputs/decoded.h"
#include "harness/inputs/sha256.h"
#include "harness/run/worker.h"
#include "harness/transport/local/process.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

/// How one implementation of a board is linked: share/assay/boards/models/BOARD-IMPLEMENTATION.toml. A board
/// on a serial line (board: "serial:microbit") has no emulator: somebody flashes the image.
struct Link {
  std::string name, board, implementation, compiler, package, script, remedy;
  std::vector<std::string> flags, link, emulator;
};

std::vector<Link> read_links(const fs::path& folder) {
  std::vector<Link> links;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != ".toml" ||
        !fs::exists(fs::path(entry.path()).replace_extension(".o"), ignored))
      continue;
    const auto file = toml::parse_file(entry.path().string());
    const auto words = [&](const char* key) {
      std::vector<std::string> list;
      if (const auto* array = file[key].as_array()) {
        for (const auto& item : *array) list.push_back(item.value_or(std::string()));
      }
      return list;
    };
    const auto text = [&](const char* key) { return file[key].value_or(std::string()); };
    links.push_back({entry.path().stem().string(), text("board"), text("implementation"), text("compiler"),
                     text("package"), text("script"), text("remedy"), words("flags"), words("link"),
                     words("emulator")});
  }
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.name < b.name; });
  return links;
}

std::vector<Link> links_of(const fs::path& folder, const std::string& board) {
  std::vector<Link> links = read_links(folder);
  std::set<std::string> boards;
  for (const auto& link : links) boards.insert(link.board);
  std::erase_if(links, [&](const Link& link) { return link.board != board; });
  if (links.empty())
    throw Error(ErrorCode::unavailable,
                fmt::format("no board '{}' is here to compile models for", printable(board)),
                boards.empty() ? "no board was built: ci/setup --boards, then configure and build again"
                               : fmt::format("known: {}", fmt::join(boards, ", ")));
  if (find_on_path(links.front().compiler) == links.front().compiler)
    throw Error(ErrorCode::unavailable,
                fmt::format("the compiler of '{}', {}, is not on PATH", board, links.front().compiler),
                "apt-get install " + links.front().package);
  return links;
}

struct Ended {
  int status = 0;
  std::vector<std::string> lines;
  std::string log;
};

/// To its end, however long that takes.
Ended run_program(const std::vector<std::string>& words) {
  Command command;
  command.argv = words;
  command.environment = {{"LC_ALL", "C"}};
  transport::Process process(command, {});
  Ended ended;
  for (bool open = true; open;) {
    try {
      ended.lines.push_back(process.receive(Channel::Clock::now() + std::chrono::seconds(1)));
    } catch (const Error& error) {
      if (error.code == ErrorCode::interrupted) throw;
      open = error.code == ErrorCode::timeout;
    }
  }
  const auto exit = process.finish(std::chrono::milliseconds(2000));
  ended.status = exit.forced ? -1 : exit.status.value_or(-1);
  ended.log = process.log();
  return ended;
}

/// Writes the model's tables; \returns what the program tells of it. \throws Error with what is wrong.
std::string write_tables(const std::string& file, const std::string& key, const std::string& tables) {
  const fs::path program =
      fs::path(share_directory()).parent_path().parent_path() / "libexec/assay/assay-model-tables";
  const Ended ended = run_program({program.string(), file, key, tables});
  if (ended.status == 0 && !ended.lines.empty()) return ended.lines.front();
  const auto said = split(ended.log, '\n');
  if (ended.status == 2 || ended.status == 3)
    throw Error(ended.status == 3 ? ErrorCode::unavailable : ErrorCode::bad_input,
                printable(said.empty() ? "" : said[0]), said.size() > 1 ? printable(said[1]) : "");
  throw Error(ErrorCode::internal, "assay-model-tables failed:\n" + last_lines(ended.log, "    "),
              "please report it, with the file if you may");
}

/// What the linker said of a memory that is too small: "region `FLASH' overflowed by 1234 bytes".
std::string missing_bytes(const std::string& log) {
  const auto at = log.find("' overflowed by ");
  const auto begin = log.rfind('`', at);
  if (at == std::string::npos || begin == std::string::npos) return "";
  const auto digits = at + std::string_view("' overflowed by ").size();
  return fmt::format("{} bytes of {} are missing", log.substr(digits, log.find(' ', digits) - digits),
                     log.substr(begin + 1, at - begin - 1));
}

void link_image(const Link& link, const fs::path& folder, const std::string& tables,
                const std::string& image) {
  const std::string fresh = image + ".new";
  std::vector<std::string> words{link.compiler};
  words.insert(words.end(), link.flags.begin(), link.flags.end());
  for (const std::string& word :
       {std::string("-Os"), "-I" + (folder / "include").string(), tables,
        (folder / "include/workloads/tinyml/model/compiled.c").string(),
        (folder / "include/table.c").string(), (folder / (link.name + ".o")).string(), std::string("-T"),
        (folder / link.script).string()})
    words.push_back(word);
  words.insert(words.end(), link.link.begin(), link.link.end());
  words.insert(words.end(), {"-o", fresh});
  const Ended ended = run_program(words);
  std::error_code error;
  if (ended.status == 0) fs::rename(fresh, image, error);
  if (ended.status == 0 && !error) return;
  std::error_code ignored;
  fs::remove(fresh, ignored);
  if (error) throw Error(ErrorCode::io, printable(image) + ": " + error.message(), "choose another --output");
  if (const std::string missing = missing_bytes(ended.log); !missing.empty())
    throw Error(ErrorCode::unavailable,
                fmt::format("the model does not fit {} ({}): {}", link.board, link.implementation, missing),
                "choose a smaller model or a larger board");
  throw Error(ErrorCode::io, fmt::format("{} failed:\n{}", link.compiler, last_lines(ended.log, "    ")),
              "is the disk full, is the compiler the one of package " + link.package + "?");
}

/// By which `assay run --worker` starts the image.
std::string worker_text(const Link& link, const std::string& name, const std::string& image) {
  toml::array command;
  for (const auto& word : link.emulator) command.push_back(word);
  command.push_back(image);
  std::ostringstream text;
  text << toml::table{{"name", "model:" + name},
                      {"device", "qemu:" + link.board},
                      {"remedy", link.remedy},
                      {"command", std::move(command)}}
       << "\n";
  return "# Written by 'assay model compile', for 'assay run --worker'.\n" + text.str();
}

int compile(const std::string& file, const std::string& board, const std::string& output, Context& context) {
  const fs::path folder = fs::path(share_directory()) / "boards" / "models";
  const auto links = links_of(folder, board);
  const std::string sha256 = inputs::sha256_file(file);
  const run::ScratchDirectory scratch;
  const std::string tables = scratch.path() + "/model.c";
  const std::string facts = write_tables(file, inputs::input_key(sha256, {}), tables);
  if (inputs::sha256_file(file) != sha256)
    throw Error(ErrorCode::bad_input, printable(file) + " changed while it was read", "try again");
  context.terminal.note(fmt::format("{}: {}", printable(file), printable(facts)));
  const bool flashed = links.front().emulator.empty();
  std::vector<Column> columns{{"image", false, always}};
  if (!flashed) columns.push_back({"worker", false, always});
  Table table(columns);
  std::string workers;
  for (const auto& link : links) {
    const std::string name = fs::path(file).stem().string() + "." + link.name;
    const std::string base = fs::absolute(fs::path(output) / name).lexically_normal().string();
    const std::string image = (fs::path(output) / (name + ".elf")).lexically_normal().string();
    const std::string worker = (fs::path(output) / (name + ".toml")).lexically_normal().string();
    check_output(flashed ? image : worker, "");
    link_image(link, folder, tables, base + ".elf");
    if (!flashed) write_file(worker, worker_text(link, name, base + ".elf"), "");
    table.add(flashed ? std::vector{image} : std::vector{image, worker});
    workers += " --worker " + join_command({worker});
  }
  context.terminal.out(context.json ? table.json("images") : table.text(context.terminal.width()));
  if (context.json) return exit_fine;
  const std::string run = "assay run tinyml.model --input " + join_command({"tinyml=" + file});
  if (flashed) {
    context.terminal.out("\nFlash it, name the board's port in assay.toml ([[serial]]), then\n" + run +
                         " --device serial:NAME\n");
  } else {
    context.terminal.out(fmt::format("\n{} --device qemu:{}{}\n", run, board, printable(workers)));
  }
  return exit_fine;
}

}  // namespace

CommandSpec model_command() {
  return {"model", "a TensorFlow Lite file as an image of a board",
          "assay model compile kws.tflite --board mps2-an386", [](Arguments arguments) {
            struct Values {
              std::string file, board, output = ".";
            };
            auto values = std::make_shared<Values>();
            const Arguments inner =
                arguments.command("compile",
                                  "plan, compile and link FILE for a board: an image, and a worker "
                                  "file to run it by, for each implementation",
                                  "assay model compile kws.tflite --board mps2-an386");
            inner.add("file", values->file, "a TensorFlow Lite file of an int8 network").required();
            inner
                .add("--board", values->board,
                     "mps2-an386, ... ('assay list devices' without qemu:), or serial:microbit, ...")
                .required();
            inner.add("-o,--output", values->output, "the folder for images and worker files").show_default();
            return [values](Context& context) {
              return compile(values->file, values->board, values->output, context);
            };
          }};
}

}  // namespace assay::cli
