// SPDX-License-Identifier: Apache-2.0
#include "harness/run/interrupt.h"

#include <signal.h>

#include <array>
#include <atomic>

#include "harness/transport/local/process.h"

namespace assay::run {

namespace {

std::atomic<int> asked{0};
constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};
std::array<struct sigaction, signals.size()> old{};

void on_signal(int signal) {
  if (asked.exchange(signal) != 0) transport::interrupt_now();
}

}  // namespace

InterruptGuard::InterruptGuard() {
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

int interrupt_signal() { return asked.load(); }

}  // namespace assay::run
