// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "harness/core/component.h"

namespace assay {

/// The whole program of a native worker: speaks the worker protocol (harness/protocol/README.md) on standard
/// input and output until `bye` or end of input; logs go to standard error. Whatever a library prints to
/// standard output goes to standard error too. `--describe` prints what it offers and ends; `--help`. Returns
/// the exit status: 0, or 2 for a wrong command line, or 4 for a fault of its own. Catches everything.
int worker_main(int argc, char** argv, const ComponentTable& table);

}  // namespace assay
