// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/import_source.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "harness/core/error.h"
#include "harness/core/run.h"
#include "harness/core/suggest.h"

namespace assay::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* own_format = "assay";
constexpr const char* list_them = "name it with --format; 'assay list formats' shows what is read";

std::string read_all(std::istream& in, const std::string& path) {
  std::string text;
  std::vector<char> block(1 << 20);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > ToolJson::longest)
      throw Error(ErrorCode::bad_input,
                  path + " is longer than 1 GiB (byte " + std::to_string(ToolJson::longest) + ")",
                  "let its tool write several files");
  }
  if (in.bad()) throw Error(ErrorCode::bad_input, path + " cannot be read");
  return text;
}

std::string read_path(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return {};
  std::ifstream file(path, std::ios::binary);
  return file ? read_all(file, path.string()) : std::string();
}

std::int64_t modified_ms(const fs::path& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  if (error) return now_utc_ms();
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::file_clock::to_sys(time).time_since_epoch())
      .count();
}

/// An export of ours says so in its first line.
bool is_own(std::string_view text) {
  constexpr std::size_t far_enough = 4096;
  return text.substr(0, std::min(text.find('\n'), far_enough)).find("\"assay_export\"") !=
         std::string_view::npos;
}

const ImportFormat* recognised(const ToolSource& source) {
  for (const ImportFormat& format : import_formats()) {
    if (format.recognise(source)) return &format;
  }
  return nullptr;
}

const ImportFormat* named(const std::string& name) {
  std::vector<std::string> known{own_format};
  for (const ImportFormat& format : import_formats()) {
    if (format.name != name) {
      known.push_back(format.name);
      continue;
    }
    if (!format.probe.available)
      throw Error(ErrorCode::unavailable, name + ": " + format.probe.reason, format.probe.remedy);
    return &format;
  }
  throw Error(ErrorCode::usage, "there is no format '" + name + "' to import", suggest(name, known));
}

ImportSource named_source(const std::string& path) {
  ImportSource one;
  one.path = path;
  one.source = std::make_unique<ToolSource>();
  one.source->where = path;
  return one;
}

ImportSource file_source(const fs::path& path, bool own) {
  ImportSource one = named_source(path.string());
  std::error_code ignored;
  if (fs::is_character_file(path, ignored))  // /dev/zero is one endless line
    throw Error(ErrorCode::bad_input, one.path + " is neither a file nor a pipe",
                "give a file that 'assay export' or another tool wrote");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::bad_input, one.path + ": " + std::strerror(errno));
  if (fs::is_regular_file(path, ignored)) {  // ours may be larger than memory
    std::string begin(4096, '\0');
    file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    begin.resize(static_cast<std::size_t>(file.gcount()));
    one.own = own || is_own(begin);
    if (one.own) return one;
    file.clear();
    file.seekg(0);
  }
  one.source->stem = path.stem().string();
  one.source->text = read_all(file, one.path);
  one.source->modified_utc_ms = modified_ms(path);
  const fs::path folder = path.parent_path();
  one.source->read_file = [folder](const std::string& name) { return read_path(folder / name); };
  return one;
}

/// Regular files below it, as paths in it.
std::vector<std::string> files_below(const fs::path& folder) {
  constexpr std::size_t most = 100'000;
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored)) files.push_back(at->path().lexically_relative(folder).generic_string());
    if (files.size() > most)
      throw Error(ErrorCode::bad_input, folder.string() + " holds more than 100000 files",
                  "name the folder that the tool wrote");
  }
  if (error) throw Error(ErrorCode::bad_input, folder.string() + " cannot be read: " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<ImportSource> open_import(const std::string& path, const std::string& format,
                                      std::vector<std::string>& left_out) {
  const ImportFormat* const asked = format.empty() || format == own_format ? nullptr : named(format);
  /// Sets the format; false: there is none.
  const auto settle = [&](ImportSource& one) {
    one.own = one.own || format == own_format || (asked == nullptr && is_own(one.source->text));
    if (one.own) return true;
    one.format = asked != nullptr ? asked : recognised(*one.source);
    return one.format != nullptr;
  };
  std::error_code ignored;
  std::vector<ImportSource> all;
  if (!fs::is_directory(path, ignored)) {
    ImportSource one;
    if (path == "-") {
      one = named_source("standard input");
      one.source->stem = "stdin";
      one.source->text = read_all(std::cin, one.path);
      one.source->modified_utc_ms = now_utc_ms();
      one.source->read_file = [](const std::string& name) { return read_path(name); };
    } else {
      one = file_source(path, format == own_format);
    }
    if (!settle(one))
      throw Error(ErrorCode::bad_input,
                  one.path + (one.source->text.empty() ? " is empty" : " is of no format that is read here") +
                      " (byte 0)",
                  list_them);
    all.push_back(std::move(one));
    return all;
  }
  ImportSource whole = named_source(path);
  whole.source->stem = fs::path(path).filename().string();
  whole.source->files = files_below(path);
  whole.source->read_file = [path](const std::string& name) { return read_path(fs::path(path) / name); };
  for (const auto& file : whole.source->files)
    whole.source->modified_utc_ms =
        std::max(whole.source->modified_utc_ms, modified_ms(fs::path(path) / file));
  if (format != own_format) {
    for (const ImportFormat& one : import_formats()) {
      if ((asked != nullptr && asked != &one) || !one.recognise(*whole.source)) continue;
      whole.format = &one;
      all.push_back(std::move(whole));
      return all;
    }
  }
  for (const auto& file : whole.source->files) {
    ImportSource one = file_source(fs::path(path) / file, format == own_format);
    if ((one.source->text.empty() && !one.own) || !settle(one)) {
      left_out.push_back(one.path);
    } else {
      all.push_back(std::move(one));
    }
  }
  if (all.empty())
    throw Error(ErrorCode::bad_input, path + " holds no file of a format that is read here", list_them);
  return all;
}

}  // namespace assay::cli
