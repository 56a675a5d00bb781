// SPDX-License-Identifier: Apache-2.0
#include "harness/worker/os/build_id.h"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <string_view>

namespace assay::worker::os {

namespace {

std::string hex(const unsigned char* bytes, std::size_t count) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text.push_back(digits[bytes[i] >> 4]);
    text.push_back(digits[bytes[i] & 15]);
  }
  return text;
}

/// NT_GNU_BUILD_ID among the object's notes; else empty.
std::string id_of(const dl_phdr_info& object) {
  const auto padded = [](std::size_t bytes) { return (bytes + 3) / 4 * 4; };
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const auto& segment = object.dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const auto* begin = reinterpret_cast<const unsigned char*>(object.dlpi_addr + segment.p_vaddr);
    for (std::size_t at = 0; at + sizeof(ElfW(Nhdr)) <= segment.p_memsz;) {
      ElfW(Nhdr) note;
      std::memcpy(&note, begin + at, sizeof note);
      const unsigned char* name = begin + at + sizeof note;
      const unsigned char* value = name + padded(note.n_namesz);
      if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0)
        return hex(value, note.n_descsz);
      at += sizeof note + padded(note.n_namesz) + padded(note.n_descsz);
    }
  }
  return "";
}

/// What the system brings: its updates are the host's, and no change of the code under test.
bool is_systems(std::string_view path) {
  return path.starts_with("/lib") || path.starts_with("/usr/lib") || path.find('/') == path.npos;
}

struct Found {
  std::string ids;
  bool first = true;
  bool all = true;
};

}  // namespace

std::string build_id() {
  Found found;
  dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* data) {
        auto& seen = *static_cast<Found*>(data);
        const bool program = seen.first;  // it has no name here
        seen.first = false;
        if (!program && is_systems(object->dlpi_name)) return 0;
        const std::string id = id_of(*object);
        seen.all = seen.all && !id.empty();
        seen.ids += (program ? "" : "+") + id;
        return 0;
      },
      &found);
  return found.all ? found.ids : "";
}

std::map<std::string, std::string> libraries() {
  std::map<std::string, std::string> found;
  dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* data) {
        const std::string_view path = object->dlpi_name;
        // The program has no name here, and the kernel's part of every program no folder.
        if (const auto slash = path.rfind('/'); slash != path.npos)
          (*static_cast<std::map<std::string, std::string>*>(data))[std::string(path.substr(slash + 1))] =
              id_of(*object);
        return 0;
      },
      &found);
  for (const auto& [name, id] : found) {
    if (id.empty()) return {};
  }
  return found;
}

}  // namespace assay::worker::os
