// SPDX-License-Identifier: Apache-2.0
#include "harness/code/machine_code.h"

#include <elf.h>

#include <deque>
#include <utility>

#include "harness/core/error.h"
#include "harness/inputs/sha256.h"

namespace assay::code {

namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

bool is_merged(const Section& section) { return (section.flags & SHF_MERGE) != 0 && section.entry_size > 0; }

/// Sections that run at start or end without being named.
bool runs_by_itself(const Section& section) {
  return section.type == SHT_INIT_ARRAY || section.type == SHT_FINI_ARRAY ||
         section.type == SHT_PREINIT_ARRAY || section.name == ".init" || section.name == ".fini" ||
         section.name.starts_with(".ctors") || section.name.starts_with(".dtors");
}

/// The constant or text at a place of a section whose equal parts the linker merges: it is known by its
/// content alone. Empty where there is none.
std::string merged_piece(const Section& section, std::uint64_t at) {
  if (at >= section.bytes.size()) return {};
  if ((section.flags & SHF_STRINGS) == 0) return section.bytes.substr(at, section.entry_size);
  for (std::uint64_t end = at; end + section.entry_size <= section.bytes.size(); end += section.entry_size) {
    const auto character = section.bytes.substr(end, section.entry_size);
    if (character.find_first_not_of('\0') == character.npos)
      return section.bytes.substr(at, end + section.entry_size - at);
  }
  return {};
}

/// The same of what a relocation names; empty: it names no such place.
std::string merged_piece(const ObjectFile& object, const Relocation& relocation) {
  const Symbol& symbol = object.symbols[relocation.symbol];
  const Section& section = object.sections[symbol.section];
  if (symbol.global || !is_merged(section)) return {};
  return merged_piece(section,
                      symbol.value + (symbol.is_section ? static_cast<std::uint64_t>(relocation.addend) : 0));
}

}  // namespace

bool MachineCode::is_node(const Section& section) const {
  return (section.flags & SHF_ALLOC) != 0 && section.type != SHT_NOTE && section.type != SHT_X86_64_UNWIND &&
         !section.name.starts_with(".eh_frame") && !section.name.starts_with(".gcc_except_table");
}

MachineCode::MachineCode(std::vector<ObjectFile> objects) : objects_(std::move(objects)) {
  node_of_.resize(objects_.size());
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    node_of_[i].assign(objects_[i].sections.size(), none);
    for (std::size_t j = 0; j < objects_[i].sections.size(); ++j) {
      if (!is_node(objects_[i].sections[j])) continue;
      node_of_[i][j] = nodes_.size();
      nodes_.push_back({i, j});
    }
  }
  name_nodes();
  hash_nodes();
}

void MachineCode::name_nodes() {
  names_.resize(nodes_.size());
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    std::map<std::size_t, std::set<std::string>> named;
    for (const Symbol& symbol : objects_[i].symbols) {
      const std::size_t node = node_of_[i].empty() ? none : node_of_[i][symbol.section];
      if (!symbol.global || symbol.section == 0 || node == none) continue;
      named[node].insert(symbol.name + "@" + std::to_string(symbol.value));
      definitions_[symbol.name].push_back(node);
    }
    for (const auto& [node, names] : named) {
      for (const auto& name : names) names_[node] += name + "\n";
    }
  }
}

/// What a relocation names, in words that no layout changes. `hashes`: of local sections; null: not yet
/// known.
std::string MachineCode::label(const ObjectFile& object, std::size_t index, const Relocation& relocation,
                               const std::vector<std::string>* hashes) const {
  const Symbol& symbol = object.symbols[relocation.symbol];
  const std::string addend = "+" + std::to_string(relocation.addend);
  const std::size_t node = symbol.section == 0 ? none : node_of_[index][symbol.section];
  if (symbol.global || node == none)
    return "name " + symbol.name + "@" + std::to_string(symbol.section == 0 ? symbol.value : 0) + addend;
  if (const std::string piece = merged_piece(object, relocation); !piece.empty())
    return "piece " + piece + (symbol.is_section ? "" : addend);
  return "place " + std::to_string(symbol.value) + addend + " of " +
         (hashes == nullptr ? "" : (*hashes)[node]);
}

std::string MachineCode::content(std::size_t node, const std::vector<std::string>* hashes) const {
  const ObjectFile& object = objects_[nodes_[node].object];
  const Section& section = object.sections[nodes_[node].section];
  constexpr std::uint64_t told = SHF_WRITE | SHF_EXECINSTR | SHF_TLS;
  std::string text = std::to_string(section.flags & told) + " " + std::to_string(section.align) + " " +
                     std::to_string(section.size) + "\n" + section.bytes;
  for (const Relocation& relocation : section.relocations) {
    const std::string target = label(object, nodes_[node].object, relocation, hashes);
    text += std::to_string(relocation.offset) + " " + std::to_string(relocation.type) + " " +
            std::to_string(target.size()) + " " + target;
  }
  return text;
}

/// By what a section holds, then again and again by what the local sections hold that it names (local names
/// say nothing: several objects have a `helper`). Eight steps tell apart all that real code does.
void MachineCode::hash_nodes() {
  constexpr int steps = 8;
  hashes_.resize(nodes_.size());
  std::vector<std::size_t> open;
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    hashes_[node] = inputs::sha256(content(node, nullptr));
    const ObjectFile& object = objects_[nodes_[node].object];
    for (const auto& relocation : object.sections[nodes_[node].section].relocations) {
      if (object.symbols[relocation.symbol].global) continue;
      open.push_back(node);
      break;
    }
  }
  for (int step = 0; step < steps; ++step) {
    std::vector<std::string> next = hashes_;
    for (const std::size_t node : open) next[node] = inputs::sha256(content(node, &hashes_));
    hashes_ = std::move(next);
  }
}

template <typename Visit>
void MachineCode::targets(std::size_t node, const Visit& visit) const {
  const std::size_t index = nodes_[node].object;
  const ObjectFile& object = objects_[index];
  for (const auto& relocation : object.sections[nodes_[node].section].relocations) {
    const Symbol& symbol = object.symbols[relocation.symbol];
    if (symbol.global) {
      visit(symbol.name, none);
    } else if (symbol.section != 0 && node_of_[index][symbol.section] != none &&
               merged_piece(object, relocation).empty()) {
      visit(std::string(), node_of_[index][symbol.section]);
    }
  }
}

std::string MachineCode::hash(const Closure& closure) const {
  std::set<std::size_t> reached;
  std::set<std::string> named = closure.without;
  std::vector<bool> opened(objects_.size(), false);
  std::deque<std::size_t> left;
  const auto reach = [&](std::size_t node) {
    if (reached.insert(node).second) left.push_back(node);
  };
  // The linker gives the bounds of sections as symbols.
  const auto reach_bounded = [&](const std::string& name) {
    for (const char* prefix : {"__start_", "__stop_"}) {
      if (!name.starts_with(prefix)) continue;
      const std::string section = name.substr(std::string(prefix).size());
      for (std::size_t node = 0; node < nodes_.size(); ++node) {
        if (objects_[nodes_[node].object].sections[nodes_[node].section].name == section) reach(node);
      }
    }
  };
  const auto reach_name = [&](const std::string& name) {
    if (!named.insert(name).second) return;
    const auto found = definitions_.find(name);
    if (found == definitions_.end()) return reach_bounded(name);
    for (const std::size_t node : found->second) reach(node);
  };
  for (const auto& root : closure.roots) {
    if (!definitions_.contains(root))
      throw Error(ErrorCode::bad_input, "no object defines " + root, "link its object file, or name another");
    reach_name(root);
  }
  for (; !left.empty(); left.pop_front()) {
    const std::size_t node = left.front();
    targets(node, [&](const std::string& name, std::size_t local) {
      local == none ? reach_name(name) : reach(local);
    });
    const std::size_t object = nodes_[node].object;
    if (opened[object]) continue;
    opened[object] = true;
    for (std::size_t j = 0; j < objects_[object].sections.size(); ++j) {
      if (node_of_[object][j] != none && runs_by_itself(objects_[object].sections[j]))
        reach(node_of_[object][j]);
    }
  }
  std::set<std::string> lines;
  for (const std::size_t node : reached) lines.insert(hashes_[node] + " " + names_[node]);
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return inputs::sha256(text);
}

}  // namespace assay::code
