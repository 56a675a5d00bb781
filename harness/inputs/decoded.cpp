// SPDX-License-Identifier: Apache-2.0
#include "harness/inputs/decoded.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>

#include "harness/core/case.h"
#include "harness/core/error.h"
#include "harness/inputs/csv.h"
#include "harness/inputs/image.h"
#include "harness/inputs/sha256.h"

namespace assay::inputs {

namespace fs = std::filesystem;

namespace {

/// Part of every key: a reader that decodes differently must not find what an older one left.
constexpr const char* image_reader = "image reader 2";
constexpr const char* model_reader = "model reader 1";
constexpr const char* table_reader = "table reader 1";

constexpr const char* notes_name = "notes.txt";

/// Size of a file that will be read. \throws Error{bad_input} when it is none, or is too large to hash for
/// nothing.
std::uint64_t size_of_input(const std::string& path, std::uint64_t most, const std::string& expected) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (error) throw Error(ErrorCode::bad_input, path + ": " + error.message(), expected);
  if (!fs::is_regular_file(status))
    throw Error(ErrorCode::bad_input, path + ": is not a regular file", expected);
  const auto bytes = fs::file_size(path, error);
  if (error) throw Error(ErrorCode::bad_input, path + ": " + error.message(), expected);
  if (bytes > most) {
    throw Error(
        ErrorCode::bad_input,
        path + ": has " + std::to_string(bytes) + " bytes; at most " + std::to_string(most) + " are read",
        expected);
  }
  return bytes;
}

/// What the cache keeps under a file's SHA-256 is of that file: it may have been written to since it was
/// hashed. \throws Error{bad_input}.
void check_unchanged(const std::string& path, const std::string& sha256) {
  if (sha256_file(path) == sha256) return;
  throw Error(ErrorCode::bad_input, path + ": changed while it was read",
              "give a file that nothing writes to meanwhile, such as a copy");
}

void write_notes(const std::string& directory, const std::vector<std::string>& notes) {
  std::ofstream file(directory + "/" + notes_name);
  for (const auto& note : notes) file << note << '\n';
  file.close();
  if (!file)
    throw Error(ErrorCode::io, directory + ": cannot be written", "make room there, or set ASSAY_CACHE");
}

std::vector<std::string> read_notes(const std::string& directory) {
  std::vector<std::string> notes;
  std::ifstream file(directory + "/" + notes_name);
  for (std::string line; std::getline(file, line);) notes.push_back(line);
  return notes;
}

/// "<role>=<column>" a line, sorted by role.
std::string lines(const std::map<std::string, std::string>& columns) {
  std::string text;
  for (const auto& [role, column] : columns)
    text += percent_encode(role) + "=" + percent_encode(column) + "\n";
  return text;
}

/// Files are named by their place in the sorted roles: a role's name never becomes a path.
std::string column_file(const std::string& directory, std::size_t place) {
  return directory + "/" + std::to_string(place) + ".npy";
}

}  // namespace

std::string input_key(const std::string& sha256_of_file, const std::map<std::string, std::string>& columns) {
  const std::string whole = columns.empty() ? sha256_of_file : sha256(sha256_of_file + "\n" + lines(columns));
  return whole.substr(0, 12);
}

Decoded decode_image_file(const std::string& path, const std::string& role, Cache& cache,
                          const Limits& limits) {
  Decoded decoded;
  decoded.bytes = size_of_input(path, limits.image_file_bytes, "expected a whole JPEG or PNG image");
  decoded.sha256 = sha256_file(path);
  decoded.key = input_key(decoded.sha256, {});
  const std::string directory =
      cache.get(std::string(image_reader) + "\n" + decoded.sha256 + "\n", [&](const std::string& fresh) {
        const Tensor image = read_image(path, limits);
        check_unchanged(path, decoded.sha256);
        write_npy(column_file(fresh, 0), image);
        write_notes(fresh,
                    {std::to_string(image.shape[1]) + " x " + std::to_string(image.shape[0]) + " pixels"});
      });
  decoded.roles[role] = column_file(directory, 0);
  decoded.notes = read_notes(directory);
  return decoded;
}

Decoded decode_model_file(const std::string& path, const std::string& role, Cache& cache,
                          const Limits& limits) {
  Decoded decoded;
  decoded.bytes = size_of_input(path, limits.model_file_bytes, "expected a model, such as a .tflite file");
  decoded.sha256 = sha256_file(path);
  decoded.key = input_key(decoded.sha256, {});
  const std::string directory =
      cache.get(std::string(model_reader) + "\n" + decoded.sha256 + "\n", [&](const std::string& fresh) {
        Tensor model{role, DType::u8, {static_cast<std::int64_t>(decoded.bytes)}, {}};
        model.bytes.resize(decoded.bytes);
        std::ifstream in(path, std::ios::binary);
        in.read(reinterpret_cast<char*>(model.bytes.data()), static_cast<std::streamsize>(decoded.bytes));
        if (!in)
          throw Error(ErrorCode::bad_input, path + ": cannot be read",
                      "expected a model, such as a .tflite file");
        check_unchanged(path, decoded.sha256);
        write_npy(column_file(fresh, 0), model);
        write_notes(fresh, {"a model of " + std::to_string(decoded.bytes) + " bytes"});
      });
  decoded.roles[role] = column_file(directory, 0);
  decoded.notes = read_notes(directory);
  return decoded;
}

Decoded decode_table_file(const std::string& path, const std::map<std::string, std::string>& roles,
                          Cache& cache, const Limits& limits) {
  Decoded decoded;
  decoded.bytes =
      size_of_input(path, limits.csv_file_bytes, "expected a CSV table with a row of column names");
  decoded.sha256 = sha256_file(path);
  decoded.key = input_key(decoded.sha256, roles);
  const std::string entry = std::string(table_reader) + "\n" + decoded.sha256 + "\n" + lines(roles);
  const std::string directory = cache.get(entry, [&](const std::string& fresh) {
    const Table table = read_csv(path, roles, limits);
    check_unchanged(path, decoded.sha256);
    for (std::size_t i = 0; i < table.columns.size(); ++i) write_npy(column_file(fresh, i), table.columns[i]);
    std::vector<std::string> notes{std::to_string(table.rows) + " rows"};
    notes.insert(notes.end(), table.notes.begin(), table.notes.end());
    write_notes(fresh, notes);
  });
  std::size_t place = 0;
  for (const auto& [role, column] : roles) decoded.roles[role] = column_file(directory, place++);
  decoded.notes = read_notes(directory);
  return decoded;
}

}  // namespace assay::inputs
