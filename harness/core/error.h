// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace assay {

/// What kind of failure an Error is. Every kind maps to one exit code (harness/cli/exit_code.h).
enum class ErrorCode {
  usage,        ///< the command line, a selector or a setting is wrong
  bad_input,    ///< a file, database or value that we were given is wrong
  unavailable,  ///< asked for by name, and not to be had on this machine or in this build
  protocol,     ///< a worker said something that the protocol does not allow
  false_times,  ///< a worker's times cannot be, or are not those of its calls
  worker,       ///< a worker crashed or reported a failure
  timeout,      ///< a worker did not answer in time
  interrupted,  ///< the user asked to stop
  io,           ///< the operating system refused: disk full, permission, broken pipe
  internal,     ///< a fault of ours
};

/// Stable lower-case name, as in the protocol's `error.code` ("bad_input").
std::string to_string(ErrorCode code);

/// The one exception that Assay's libraries throw. `message` says what went wrong and where (file, line,
/// key); `remedy` says what to do about it and may be empty only where nothing can be done.
struct Error : std::runtime_error {
  Error(ErrorCode code_, const std::string& message, std::string remedy_ = {})
      : std::runtime_error(message), code(code_), remedy(std::move(remedy_)) {}

  ErrorCode code;
  std::string remedy;
};

}  // namespace assay
