// SPDX-License-Identifier: Apache-2.0
#include "harness/code/program_code.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "harness/code/machine_code.h"
#include "harness/core/error.h"

namespace assay::code {

namespace fs = std::filesystem;

namespace {

constexpr const char* first_word = "assay-code-1";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && !file.eof()) throw Error(ErrorCode::bad_input, "cannot read " + path, "build it again");
  return bytes;
}

/// "target: file file \" of a makefile, and its "file:" lines: each file once.
std::set<std::string> files_of(const std::string& link_list) {
  std::istringstream words(read_file(link_list));
  std::set<std::string> files;
  for (std::string word; words >> word;) {
    if (word != "\\" && !word.ends_with(':')) files.insert(word);
  }
  return files;
}

std::string found_in(const std::vector<std::string>& folders, const std::string& file) {
  std::error_code error;
  for (const auto& folder : folders) {
    const std::string path = (fs::path(folder) / file).string();
    if (fs::exists(path, error)) return path;
  }
  return file;
}

/// As g++ and clang++ write assay::NAME().
std::string mangled(const std::string& name) {
  return "_ZN5assay" + std::to_string(name.size()) + name + "Ev";
}

}  // namespace

ProgramCode hash_program(const std::string& program, const std::string& link_list,
                         const std::vector<std::string>& folders, const std::string& specification) {
  std::vector<ObjectFile> objects;
  for (const auto& file : files_of(link_list)) {
    const std::string path = found_in(folders, file);
    for (auto& object : read_objects(read_file(path), file)) objects.push_back(std::move(object));
  }
  const MachineCode machine_code(std::move(objects));
  ProgramCode code;
  code.build_id = build_id_of(read_file(program), program);
  if (code.build_id.empty()) throw Error(ErrorCode::unavailable, program + " has no build id");
  Closure common{{"_start"}, {mangled("worker_table")}};
  std::istringstream lines(read_file(specification));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind, name;
    words >> kind;
    if (kind == "common" && words >> name) common.roots.push_back(mangled(name));
    if (kind != "case" || !(words >> name)) continue;
    Closure closure = common;
    for (std::string function; words >> function;) closure.roots.push_back(mangled(function));
    code.cases[name] = machine_code.hash(closure);
  }
  return code;
}

std::string to_text(const ProgramCode& code) {
  std::string text = std::string(first_word) + " " + code.build_id + "\n";
  for (const auto& [name, hash] : code.cases) text += name + " " + hash + "\n";
  return text;
}

ProgramCode load_program_code(const std::string& program) {
  std::ifstream file(program + ".code");
  ProgramCode code;
  std::string word;
  if (!(file >> word >> code.build_id) || word != first_word) return {};
  for (std::string name, hash; file >> name >> hash;) code.cases[name] = hash;
  return code;
}

std::string code_of(const ProgramCode& code, const Case& value) {
  for (const auto& name : {value.workload + "/" + value.implementation, value.workload}) {
    if (const auto found = code.cases.find(name); found != code.cases.end()) return found->second;
  }
  return {};
}

}  // namespace assay::code
