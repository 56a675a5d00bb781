// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/layouts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "harness/cli/format.h"
#include "harness/cli/workers.h"
#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/stats/quantile.h"
#include "harness/stats/spread.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

/// With the paths of lld and of the list of files, and the number of layouts, as its variables. Questions and
/// partial links go to lld as they are.
constexpr const char* front_script = R"(
out=a.out next= plain=
for word; do
  if [ -n "$next" ]; then out=$word next=; continue; fi
  case $word in
    -o | --output) next=1 ;;
    --output=*) out=${word#*=} ;;
    -r | -i | --relocatable | -v | -V | --version | --help) plain=1 ;;
    -o?*) out=${word#-o} ;;
  esac
done
[ -z "$plain" ] || exec "$lld" "$@"
shuffled() {
  seed=$1
  shift
  "$lld" "$@" "--shuffle-sections=.text*=$seed" "--shuffle-sections=.rodata*=$seed" \
    "--shuffle-sections=.data*=$seed" "--shuffle-sections=.bss*=$seed"
}
shuffled 1 "$@" || exit
layout=2
while [ "$layout" -le "$layouts" ]; do
  shuffled "$layout" "$@" -o "$out.assay-layout-$layout" || exit
  layout=$((layout + 1))
done
case $out in /*) ;; *) out=$PWD/$out ;; esac
printf '%s\n' "$out" >> "$list"
)";

std::string of_layout(const std::string& file, int layout) {
  return file + ".assay-layout-" + std::to_string(layout);
}

bool is_elf(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::array<char, 4> magic{};
  return in.read(magic.data(), magic.size()) && magic[0] == '\x7f' && magic[1] == 'E' && magic[2] == 'L' &&
         magic[3] == 'F';
}

/// A hard link in place of what was there: whoever has that open keeps it.
void put(const std::string& from, const std::string& to) {
  const std::string beside = to + ".assay-next";
  std::error_code error;
  fs::remove(beside, error);
  fs::create_hard_link(from, beside, error);
  if (!error) fs::rename(beside, to, error);
  std::error_code ignored;
  fs::remove(beside, ignored);  // both were one file: then rename() leaves it
  if (error)
    throw Error(ErrorCode::io, fmt::format("cannot put {} in the place of {}: {}", from, to, error.message()),
                "set TMPDIR to a file system with hard links, with some space free");
}

}  // namespace

LinkerFront::LinkerFront(int layouts) {
  const std::string lld = find_on_path("ld.lld");
  if (lld.find('/') == lld.npos)
    throw Error(ErrorCode::unavailable, "--layouts links with lld, and there is no ld.lld in PATH",
                "install the package lld");
  const std::string folder = scratch_.path() + "/linkers";
  fs::create_directory(folder);
  const std::string script = fmt::format("#!/bin/sh\nlld={} list={} layouts={}\n{}", join_command({lld}),
                                         join_command({scratch_.path() + "/linked"}), layouts, front_script);
  for (const char* name : {"ld", "ld.bfd", "ld.gold", "ld.lld", "ld.mold"}) {
    const std::string file = folder + "/" + name;
    std::ofstream(file) << script;
    fs::permissions(file, fs::perms::owner_all);
  }
  const char* more = std::getenv("COMPILER_PATH");
  environment_["COMPILER_PATH"] = folder + (more == nullptr ? "" : ":" + std::string(more));
}

std::vector<std::string> LinkerFront::linked() const {
  std::ifstream list(scratch_.path() + "/linked");
  std::set<std::string> files;
  for (std::string file; std::getline(list, file);) {
    std::error_code error;
    if (fs::exists(file, error) && fs::exists(of_layout(file, 2), error)) files.insert(file);
  }
  return {files.begin(), files.end()};
}

Layouts::Layouts(const LinkerFront& front, int count, const std::string& program)
    : linked_(front.linked()), count_(count) {
  const bool found = std::any_of(linked_.begin(), linked_.end(), [&](const std::string& file) {
    std::error_code error;
    return fs::equivalent(file, program, error);
  });
  if (linked_.empty() || (is_elf(program) && !found))
    throw Error(ErrorCode::usage,
                fmt::format("--layouts: the build did not link {}, but {}", printable(program),
                            linked_.empty() ? "nothing at all" : printable(linked_.front())),
                "name the file that gcc or clang link in this build: a copy, or what another linker makes, "
                "has one layout");
  for (const auto& file : linked_) put(file, of_layout(file, 1));
}

void Layouts::select(int layout) {
  for (const auto& file : linked_) put(of_layout(file, layout % count_ + 1), file);
}

void tell_spread(Comparison& comparison, const trials::PairedTrial& trial) {
  const auto half = [](const std::vector<double>& values) {
    return percent(stats::iqr(values) / stats::median(values));
  };
  for (auto& pair : comparison.pairs) {
    const auto measured =
        std::find_if(trial.cases.begin(), trial.cases.end(),
                     [&](const trials::CaseTrial& one) { return one.evidence.key == pair.key; });
    if (measured == trial.cases.end() || measured->evidence.pairs.size() < 2) continue;
    std::vector<double> base;
    std::vector<double> candidate;
    for (const LaunchPair& launches : measured->evidence.pairs) {
      base.push_back(launches.base);
      candidate.push_back(launches.candidate);
    }
    for (auto& verdict : pair.verdicts) {
      if (verdict.rule != "paired") continue;
      verdict.reason += fmt::format(
          "; in {} layouts the middle half of the base's times lies within {}, of the new side's within {}",
          base.size(), half(base), half(candidate));
    }
  }
}

}  // namespace assay::cli
