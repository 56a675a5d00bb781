// SPDX-License-Identifier: Apache-2.0
// A main for compilers without libFuzzer: replays every file of the corpus folders, then tries seeded random
// mutations of them for ASSAY_FUZZ_SECONDS (5). The same seed gives the same inputs; a crash is repeated with
// the file that is written before each try (ASSAY_FUZZ_LAST, if set).
#include "tests/fuzz/driver.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace {

using Bytes = std::vector<std::uint8_t>;
using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t n) {
  return n == 0 ? 0 : static_cast<std::size_t>(random() % n);
}

/// Pieces that parsers trip over.
const std::vector<std::string>& dictionary() {
  static const std::vector<std::string> words{"-1",
                                              "0",
                                              "1e999",
                                              "9223372036854775808",
                                              "18446744073709551616",
                                              "null",
                                              "true",
                                              "\"\"",
                                              "[]",
                                              "{}",
                                              "NaN",
                                              "\\u0000",
                                              "\x1b[2J",
                                              "\xff\xfe",
                                              "1.5",
                                              "[[[[[[[[[[[[[[[[[[[[",
                                              "\"id\":1,",
                                              "\"more\":true,",
                                              ",",
                                              ":",
                                              "\n",
                                              "-0.0"};
  return words;
}

void mutate(Bytes& bytes, Random& random, const std::vector<Bytes>& corpus) {
  const std::size_t at = below(random, bytes.size() + 1);
  const auto position = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  const std::size_t left = bytes.size() - at;
  const auto end = position + static_cast<std::ptrdiff_t>(std::min(left, 1 + below(random, 16)));
  switch (below(random, 6)) {
    case 0:
      if (left > 0) *position = static_cast<std::uint8_t>(random());
      break;
    case 1:
      if (left > 0) *position = static_cast<std::uint8_t>(*position ^ (1u << below(random, 8)));
      break;
    case 2:
      bytes.erase(position, end);
      break;
    case 3: {
      const Bytes copy(position, end);
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(below(random, bytes.size() + 1)), copy.begin(),
                   copy.end());
      break;
    }
    case 4: {
      const std::string& word = dictionary()[below(random, dictionary().size())];
      const bool replace = random() % 2 == 0;
      const auto where = replace ? bytes.erase(position, end) : position;
      bytes.insert(where, word.begin(), word.end());
      break;
    }
    default: {
      const Bytes& other = corpus[below(random, corpus.size())];
      const std::size_t from = below(random, other.size() + 1);
      bytes.resize(at);
      bytes.insert(bytes.end(), other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
    }
  }
  if (bytes.size() > 1 << 16) bytes.resize(1 << 16);
}

std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Bytes> corpus;
  for (int i = 1; i < argc; ++i) {
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(argv[i])) {
      for (const auto& entry : std::filesystem::directory_iterator(argv[i])) files.push_back(entry.path());
    } else {
      files.emplace_back(argv[i]);
    }
    std::sort(files.begin(), files.end());
    for (const auto& path : files) {
      std::ifstream file(path, std::ios::binary);
      if (!file) {
        std::cerr << path << ": cannot be read\n";
        return 2;
      }
      corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
      LLVMFuzzerTestOneInput(corpus.back().data(), corpus.back().size());
    }
  }
  if (corpus.empty()) {
    std::cerr << "usage: " << argv[0] << " CORPUS_FOLDER_OR_FILE...\n";
    return 2;
  }
  const std::size_t replayed = corpus.size();
  const double seconds = std::atof(environment("ASSAY_FUZZ_SECONDS", "5").c_str());
  const std::string last = environment("ASSAY_FUZZ_LAST", "");
  Random random(std::stoull(environment("ASSAY_FUZZ_SEED", "1")));
  const auto begin = std::chrono::steady_clock::now();
  std::size_t tries = 0;
  while (std::chrono::steady_clock::now() - begin < std::chrono::duration<double>(seconds)) {
    Bytes input = corpus[below(random, replayed)];
    for (std::size_t i = 0, n = 1 + below(random, 8); i < n; ++i) mutate(input, random, corpus);
    if (!last.empty()) {
      std::ofstream(last, std::ios::binary)
          .write(reinterpret_cast<const char*>(input.data()), static_cast<std::streamsize>(input.size()));
    }
    LLVMFuzzerTestOneInput(input.data(), input.size());
    ++tries;
  }
  std::cout << replayed << " files of corpus and " << tries << " mutations, no fault\n";
  return 0;
}
