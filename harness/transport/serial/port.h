// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/transport/local/spawn.h"

namespace assay::transport {

/// A serial port of this machine (or a pseudo-terminal): raw, 8 data bits, no parity, one stop bit, no flow
/// control, ours alone while it is open. What came before it was opened is thrown away. Closing it drops no
/// modem line, so that a board which is reset by one stays as it is.
class SerialPort {
 public:
  /// \throws Error{usage} for a speed that the system does not know; Error{unavailable} where there is no
  /// such port, it may not be opened, is none, or another process has it.
  SerialPort(const std::string& path, int bits_per_s);

  int descriptor() const { return fd_.get(); }
  /// All of it. \throws Error{worker} where the port is gone, Error{timeout} where nothing leaves it for 10
  /// s.
  void write(std::string_view bytes);
  /// What there is, at most some thousand bytes; "" where there is nothing. \throws Error{worker} where it is
  /// gone.
  std::string read();

 private:
  std::string path_;
  Fd fd_;
};

/// 9600, 115200, ...: what a port can be set to.
std::vector<int> serial_speeds();

}  // namespace assay::transport
