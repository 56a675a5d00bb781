// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/inputs/cache.h"
#include "harness/inputs/limits.h"

namespace assay::inputs {

/// A real input, decoded once into the cache: what a worker is given, and what a run records of it.
struct Decoded {
  std::string key;          ///< 12 hex digits: what a case's `input=` says (ci/decisions/0008)
  std::string sha256;       ///< of the file, 64 hex digits
  std::uint64_t bytes = 0;  ///< of the file
  std::map<std::string, std::string> roles;  ///< role -> .npy file in the cache, valid while the cache is
  std::vector<std::string> notes;  ///< a sentence each: size of the picture, rows dropped, text encoded
};

/// A picture is named by its file; a table's file says what is measured only with the columns and their
/// roles.
std::string input_key(const std::string& sha256, const std::map<std::string, std::string>& columns);

/// Role `role` (an image) from a JPEG or PNG file. \throws as read_image() and Cache::get() do, and
/// Error{bad_input} when the file changes while it is read; so does the next.
Decoded decode_image_file(const std::string& path, const std::string& role, Cache& cache,
                          const Limits& limits = {});

/// Role `role` (a model): the bytes of the file as they are; the worker reads them. \throws as above.
Decoded decode_model_file(const std::string& path, const std::string& role, Cache& cache,
                          const Limits& limits = {});

/// Columns from a CSV file. \throws as read_csv() and Cache::get() do.
Decoded decode_table_file(const std::string& path, const std::map<std::string, std::string>& roles,
                          Cache& cache, const Limits& limits = {});

}  // namespace assay::inputs
