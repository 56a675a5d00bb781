// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/code/object_file.h"

/// What machine code a case executes, wherever the linker puts it: ci/decisions/0026-same-machine-code.md.
namespace assay::code {

/// Of which symbols the code is hashed.
struct Closure {
  std::vector<std::string> roots;  ///< symbols: all that they reach is part of it
  std::set<std::string> without;   ///< symbols that are not followed, though they are reached
};

/// Hashes of closures over the objects of one program.
class MachineCode {
 public:
  explicit MachineCode(std::vector<ObjectFile> objects);

  /// SHA-256 of every section that the roots reach by relocations, with its static initialisers: of bytes,
  /// constants and of what each relocation names. Of a symbol that several objects define all are taken, as
  /// the linker may take any. The order and the place of sections and objects, sections that are not
  /// reached, debug information and unwind tables change nothing. \throws Error{bad_input} where a root is in
  /// no object.
  std::string hash(const Closure& closure) const;

 private:
  struct Node {
    std::size_t object = 0;
    std::size_t section = 0;
  };
  bool is_node(const Section& section) const;
  std::string label(const ObjectFile& object, std::size_t index, const Relocation& relocation,
                    const std::vector<std::string>* hashes) const;
  std::string content(std::size_t node, const std::vector<std::string>* hashes) const;
  void name_nodes();
  void hash_nodes();
  template <typename Visit>
  void targets(std::size_t node, const Visit& visit) const;

  std::vector<ObjectFile> objects_;
  std::vector<Node> nodes_;
  std::vector<std::vector<std::size_t>> node_of_;  ///< [object][section]; `none`: no node
  std::vector<std::string> names_;                 ///< of each node: the global symbols in it, with places
  std::vector<std::string> hashes_;
  std::map<std::string, std::vector<std::size_t>> definitions_;
};

}  // namespace assay::code
