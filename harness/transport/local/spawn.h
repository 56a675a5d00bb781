// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "harness/core/collector.h"

/// Inside of the local transport: starting a child.
namespace assay::transport {

/// A file descriptor that closes itself.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { close(); }
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void close();

 private:
  int fd_ = -1;
};

struct Child {
  pid_t pid = -1;
  Fd in;  ///< its standard input; non-blocking, as the other two
  Fd out;
  Fd error;
};

/// Starts the command in a process group of its own, with default signals, killed when the calling thread
/// ends, holding no descriptor but 0, 1 and 2. argv[0] without a slash is looked up in the child's PATH.
/// `mark`: NAME=VALUE, added to its environment. \throws Error{unavailable} when the program cannot be
/// started; Error{io} when the system is out of processes or descriptors.
Child spawn(const Command& command, const std::string& mark);

}  // namespace assay::transport
