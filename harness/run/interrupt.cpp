// SPDX-License-Identifier: Apache-2.0
#include "harness/run/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <string>
#include <utility>

#include "harness/transport/local/process.h"

namespace assay::run {

namespace {

std::atomic<int> asked{0};
std::atomic<bool> measuring{true};
std::string note;  // set before there is a handler
constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};
std::array<struct sigaction, signals.size()> old{};

void on_signal(int signal) {
  if (asked.exchange(signal) != 0) {
    if (!measuring) ::_exit(128 + signal);
    transport::interrupt_now();
  } else if (measuring) {
    const int error = errno;
    if (::write(STDERR_FILENO, note.data(), note.size()) < 0) {
      // nobody reads it
    }
    errno = error;
  }
}

}  // namespace

InterruptGuard::InterruptGuard(std::string text) {
  note = std::move(text);
  measuring = true;
  asked = 0;
  struct sigaction action {};
  action.sa_handler = &on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    sigaction(signals[i], &action, &old[i]);
    // nohup: whoever started us wants the run to outlive the terminal.
    if (signals[i] == SIGHUP && old[i].sa_handler == SIG_IGN) sigaction(SIGHUP, &old[i], nullptr);
  }
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &old[i], nullptr);
}

void InterruptGuard::measuring_ended() { measuring = false; }

int interrupt_signal() { return asked.load(); }

}  // namespace assay::run
