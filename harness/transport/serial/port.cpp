// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/serial/port.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::transport {

namespace {

struct Speed {
  int bits_per_s;
  speed_t code;
};
constexpr std::array<Speed, 16> speeds{{{9600, B9600},
                                        {19200, B19200},
                                        {38400, B38400},
                                        {57600, B57600},
                                        {115200, B115200},
                                        {230400, B230400},
                                        {460800, B460800},
                                        {500000, B500000},
                                        {576000, B576000},
                                        {921600, B921600},
                                        {1000000, B1000000},
                                        {1500000, B1500000},
                                        {2000000, B2000000},
                                        {3000000, B3000000},
                                        {3500000, B3500000},
                                        {4000000, B4000000}}};

std::string why(const char* what) { return std::string(what) + ": " + std::strerror(errno); }

}  // namespace

std::vector<int> serial_speeds() {
  std::vector<int> all;
  for (const auto& speed : speeds) all.push_back(speed.bits_per_s);
  return all;
}

SerialPort::SerialPort(const std::string& path, int bits_per_s) : path_(printable(path, 300)) {
  speed_t code = 0;
  std::string known;
  for (const auto& speed : speeds) {
    if (speed.bits_per_s == bits_per_s) code = speed.code;
    known += (known.empty() ? "" : ", ") + std::to_string(speed.bits_per_s);
  }
  if (code == 0)
    throw Error(ErrorCode::usage, "a serial port has no speed of " + std::to_string(bits_per_s) + " bit/s",
                "choose one of " + known);
  const auto refuse = [&](const char* what, const std::string& remedy) {
    throw Error(ErrorCode::unavailable, "port " + path_ + " " + why(what), remedy);
  };
  fd_ = Fd(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!fd_.is_open())
    refuse("cannot be opened", errno == EACCES
                                   ? "let this user have it: usermod -a -G dialout USER, and log in again"
                                   : "plug the board in; its port is in /dev/serial/by-id");
  termios settings{};
  if (::tcgetattr(fd_.get(), &settings) != 0)
    refuse("is no serial port", "name one of /dev/serial/by-id, /dev/ttyACM0, /dev/ttyUSB0");
  if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0)
    refuse("is in use", "another process measures over it, or a terminal program has it open: end that");
  if (::ioctl(fd_.get(), TIOCEXCL) != 0) refuse("cannot be kept from others", "end what has it open");
  ::cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cflag &= ~static_cast<tcflag_t>(HUPCL | CSTOPB | CRTSCTS);
  settings.c_cc[VMIN] = 0;
  settings.c_cc[VTIME] = 0;
  ::cfsetispeed(&settings, code);
  ::cfsetospeed(&settings, code);
  if (::tcsetattr(fd_.get(), TCSANOW, &settings) != 0)
    refuse("cannot be set up", "try a usual speed: 115200");
  ::tcflush(fd_.get(), TCIOFLUSH);
}

void SerialPort::write(std::string_view bytes) {
  constexpr int patience_ms = 10'000;
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
    if (n > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN)
      throw Error(ErrorCode::worker, "port " + path_ + " " + why("is gone"), "plug the board in again");
    pollfd wait{fd_.get(), POLLOUT, 0};
    if (::poll(&wait, 1, patience_ms) == 0)
      throw Error(ErrorCode::timeout, "port " + path_ + " takes no bytes",
                  "switch flow control off at the board's end, and see its cable");
  }
}

std::string SerialPort::read() {
  std::array<char, 4096> chunk;  // not zeroed: read() says what is in it
  const ssize_t n = ::read(fd_.get(), chunk.data(), chunk.size());
  if (n > 0) return {chunk.data(), static_cast<std::size_t>(n)};
  if (n == 0 || errno == EAGAIN || errno == EINTR) return {};
  throw Error(ErrorCode::worker, "port " + path_ + " " + why("is gone"), "plug the board in again");
}

}  // namespace assay::transport
