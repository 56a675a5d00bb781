// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/run_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "harness/cli/format.h"
#include "harness/core/error.h"
#include "harness/core/suggest.h"
#include "harness/core/text.h"
#include "harness/inputs/csv.h"
#include "harness/inputs/decoded.h"
#include "harness/inputs/option.h"

namespace assay::cli {

namespace {

/// Input roles by family, over everything that the workers offer.
std::map<std::string, std::map<std::string, InputRole>> roles_by_family(
    const std::vector<run::WorkerInfo>& workers) {
  std::map<std::string, std::map<std::string, InputRole>> families;
  for (const auto& worker : workers) {
    for (const auto& offer : worker.hello.workloads) {
      const std::string& name = offer.definition.name;
      for (const auto& role : offer.definition.inputs) {
        families[name.substr(0, name.find('.'))][role.name] = role;
      }
    }
  }
  return families;
}

std::string describe_roles(const std::map<std::string, InputRole>& roles) {
  std::string text;
  for (const auto& [name, role] : roles)
    text += fmt::format("{}{} ({})", text.empty() ? "" : "; ", name, role.doc);
  return text;
}

/// Roles that the user named and roles that must be there, checked before the file is decoded.
void check_roles(const inputs::InputOption& option, const std::map<std::string, InputRole>& roles) {
  for (const auto& [role, column] : option.roles) {
    if (roles.count(role) != 0) continue;
    std::vector<std::string> names;
    for (const auto& [name, known] : roles) names.push_back(name);
    throw Error(ErrorCode::usage, fmt::format("{} has no input role '{}'", option.family, role),
                suggest(role, names));
  }
  if (option.roles.empty()) {
    std::string columns;
    for (const auto& column : inputs::csv_columns(option.path))
      columns += (columns.empty() ? "" : ", ") + printable(column);
    throw Error(ErrorCode::usage,
                fmt::format("{}: no column is named for a role of {}", option.path, option.family),
                fmt::format("write {}={}:ROLE=COLUMN,...\n  roles: {}\n  columns: {}", option.family,
                            option.path, describe_roles(roles), columns));
  }
}

}  // namespace

std::vector<run::BoundInput> bind_inputs(const std::vector<std::string>& options,
                                         const std::vector<run::WorkerInfo>& workers,
                                         const Terminal& terminal) {
  std::vector<run::BoundInput> bound;
  if (options.empty()) return bound;
  const auto families = roles_by_family(workers);
  inputs::Cache cache;
  for (const auto& text : options) {
    const inputs::InputOption option = inputs::parse_input_option(text);
    const auto family = families.find(option.family);
    if (family == families.end()) {
      std::vector<std::string> names;
      for (const auto& [name, roles] : families) names.push_back(name);
      throw Error(ErrorCode::usage, fmt::format("no workload family '{}' takes an input", option.family),
                  suggest(option.family, names));
    }
    for (const auto& known : bound) {
      if (known.family == option.family) {
        throw Error(ErrorCode::usage, fmt::format("{} was given two inputs", option.family),
                    "one run measures one");
      }
    }
    const auto whole = std::find_if(family->second.begin(), family->second.end(),
                                    [](const auto& role) { return role.second.kind != "column"; });
    inputs::Decoded decoded;
    if (whole != family->second.end()) {
      const bool image = whole->second.kind == "image";
      if (!option.roles.empty()) {
        throw Error(ErrorCode::usage,
                    fmt::format("--input {}: {} takes a {}, which has no columns", printable(text, 400),
                                option.family, image ? "picture" : "model"),
                    fmt::format("write {}=FILE", option.family));
      }
      decoded = image ? inputs::decode_image_file(option.path, whole->first, cache)
                      : inputs::decode_model_file(option.path, whole->first, cache);
    } else {
      check_roles(option, family->second);
      decoded = inputs::decode_table_file(option.path, option.roles, cache);
    }
    std::string notes;
    for (const auto& note : decoded.notes) notes += (notes.empty() ? "" : "; ") + printable(note);
    terminal.note(fmt::format("input {}: {} ({}, input={}){}{}", option.family, printable(option.path),
                              bytes(static_cast<double>(decoded.bytes)), decoded.key,
                              notes.empty() ? "" : "; ", notes));
    bound.push_back(
        {option.family, option.path, decoded.key, decoded.sha256, decoded.bytes, decoded.roles, notes});
  }
  return bound;
}

std::string seeded_beside(const run::BoundInput& input, const std::vector<PlannedCase>& plan,
                          const std::vector<run::WorkerInfo>& workers) {
  std::map<std::string, std::string> said;  // by workload
  for (const auto& planned : plan) {
    if (!planned.value.workload.starts_with(input.family + ".")) continue;
    for (const auto& worker : workers) {
      const auto* offer = run::find_workload(worker.hello, planned.value.workload);
      if (worker.spec.id != planned.worker || offer == nullptr) continue;
      std::string& roles = said[planned.value.workload];
      roles.clear();
      for (const auto& role : offer->definition.inputs) {
        if (planned.inputs.count(role.name) == 0) roles += (roles.empty() ? "" : ", ") + role.name;
      }
    }
  }
  std::string text;
  for (const auto& [workload, roles] : said) {
    if (!roles.empty()) text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", workload, roles);
  }
  return text;
}

std::string input_of(const Run& run, const Case& value) {
  if (!value.params.contains("input")) return "";
  const std::string prefix = value.workload.substr(0, value.workload.find('.')) + "=";
  for (const auto& input : run.settings.inputs) {
    if (input.starts_with(prefix)) return input.substr(prefix.size());
  }
  return "";
}

void restore_inputs(Run& run, const std::vector<run::WorkerInfo>& workers, const Terminal& terminal) {
  const bool kept = std::all_of(run.plan.begin(), run.plan.end(), [](const PlannedCase& planned) {
    return std::all_of(planned.inputs.begin(), planned.inputs.end(), [](const auto& input) {
      return inputs::Cache::use(std::filesystem::path(input.second).parent_path().string());
    });
  });
  if (kept) return;
  const std::string remedy =
      "the input cache no longer holds what was read from it: put that file back where it was (a relative "
      "path "
      "counts from the folder where you are), or start a new run";
  std::vector<run::BoundInput> bound;
  try {
    bound = bind_inputs(run.settings.inputs, workers, terminal);
  } catch (const Error& error) {
    if (error.code != ErrorCode::bad_input) throw;
    throw Error(ErrorCode::bad_input, fmt::format("run {}: {}", run.id.substr(0, 8), error.what()), remedy);
  }
  for (const auto& input : bound) {
    const std::string measured = run.settings.more["input." + input.family + ".sha256"];
    if (input.sha256 != measured) {
      throw Error(ErrorCode::bad_input,
                  fmt::format("run {} was given another {}: its sha256 began {}, now {}", run.id.substr(0, 8),
                              input.source, printable(measured, 12), input.sha256.substr(0, 12)),
                  remedy);
    }
    for (auto& planned : run.plan) {
      if (planned.value.workload.rfind(input.family + ".", 0) != 0) continue;
      for (auto& [role, path] : planned.inputs) {
        const auto made = input.roles.find(role);
        if (made != input.roles.end()) path = made->second;
      }
    }
  }
}

}  // namespace assay::cli
