// SPDX-License-Identifier: Apache-2.0
// assay-model-tables FILE KEY OUTPUT: writes the TensorFlow Lite file as C11 tables, and says in one line
// what it needs. What is wrong with it stands on standard error, the remedy in a line of its own, and the
// program ends with 2; with 3 where this build reads none.
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "harness/core/error.h"
#include "workloads/tinyml/model/emit.h"

int main(int count, char** words) {
  try {
    if (count != 4) throw assay::Error(assay::ErrorCode::usage, "usage: assay-model-tables FILE KEY OUTPUT");
    std::ifstream in(words[1], std::ios::binary);
    const std::vector<char> read{std::istreambuf_iterator<char>(in), {}};
    if (in.bad() || !in.is_open())
      throw assay::Error(assay::ErrorCode::bad_input, std::string(words[1]) + " cannot be read",
                         "give a TensorFlow Lite file");
    const auto file = std::as_bytes(std::span(read));
    const auto model = assay::tinyml::read_tflite(file, words[1]);
    std::ofstream out(words[3], std::ios::binary);
    out << assay::tinyml::emit_tables(model, file, words[2]);
    if (!out.flush()) throw assay::Error(assay::ErrorCode::io, std::string(words[3]) + " cannot be written");
    std::printf("%zu layers, %llu multiplications, %llu bytes of weights and scales, an arena of %d bytes\n",
                model.steps.size(), static_cast<unsigned long long>(model.multiplications),
                static_cast<unsigned long long>(model.constant_bytes), model.arena_bytes);
    return 0;
  } catch (const assay::Error& error) {
    std::fprintf(stderr, "%s\n%s\n", error.what(), error.remedy.c_str());
    return error.code == assay::ErrorCode::unavailable ? 3 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\nfree some memory\n", error.what());
    return 4;
  }
}
