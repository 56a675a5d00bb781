// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>

#include "harness/code/program_code.h"

/// assay-code PROGRAM LINK_LIST SPECIFICATION FOLDER...: writes PROGRAM.code. A program of which that cannot
/// be said is built all the same.
int main(int argc, char** argv) {
  if (argc < 5) {
    std::cerr << "usage: assay-code PROGRAM LINK_LIST SPECIFICATION FOLDER...\n";
    return 2;
  }
  const std::string program = argv[1];
  const std::string output = program + ".code";
  std::remove(output.c_str());
  try {
    const auto code = assay::code::hash_program(program, argv[2], {argv + 4, argv + argc}, argv[3]);
    std::ofstream(output) << assay::code::to_text(code);
  } catch (const std::exception& error) {
    std::cerr << "assay-code: what machine code " << program
              << " executes is not known, so differences of layout "
              << "alone are not told apart: " << error.what() << "\n";
  }
  return 0;
}
