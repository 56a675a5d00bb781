// SPDX-License-Identifier: Apache-2.0
#include "harness/run/interrupt.h"

#include <signal.h>

#include <atomic>

#include "harness/transport/local/process.h"

namespace assay::run {

namespace {

std::atomic<int> asked{0};
struct sigaction old_int;
struct sigaction old_term;

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
  sigaction(SIGINT, &action, &old_int);
  sigaction(SIGTERM, &action, &old_term);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &old_int, nullptr);
  sigaction(SIGTERM, &old_term, nullptr);
}

int interrupt_signal() { return asked.load(); }

}  // namespace assay::run
