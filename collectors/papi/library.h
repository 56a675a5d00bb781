// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/core/collector.h"

namespace assay::papi {

/// What is used of libpapi, by its C interface (papi(3)); the same binary works without it.
struct Functions {
  int (*library_init)(int version) = nullptr;
  int (*thread_init)(unsigned long (*id)()) = nullptr;
  int (*event_name_to_code)(const char* name, int* code) = nullptr;
  int (*get_event_component)(int code) = nullptr;
  int (*set_cmp_domain)(int domain, int component) = nullptr;
  int (*create_eventset)(int* set) = nullptr;
  int (*assign_eventset_component)(int set, int component) = nullptr;
  int (*attach)(int set, unsigned long thread) = nullptr;
  int (*add_event)(int set, int code) = nullptr;
  int (*start)(int set) = nullptr;
  int (*stop)(int set, long long* values) = nullptr;
  int (*cleanup_eventset)(int set) = nullptr;
  int (*destroy_eventset)(int* set) = nullptr;
  const void* (*get_component_info)(int component) = nullptr;
  char* (*strerror)(int error) = nullptr;
};

/// Return values of libpapi that mean something here.
enum : int {
  ok = 0,
  system_error = -3,
  no_such_component_call = -4,
  no_such_event = -7,
  conflict = -8,
  no_permission = -15,
  component_disabled = -25,
};

struct Library {
  Functions call;  ///< all of them, when the probe says so
  Probe probe;
  std::string
      own_events_absent;  ///< why PAPI does not know Assay's own events (own_events.h); "" when it does

  /// PAPI's words for an error.
  std::string error_text(int error) const;
  /// Why the CPU's counters and the kernel's are not to be had by PAPI at all; "" when they are.
  std::string why_disabled() const;
};

/// Opens the first of these that is there, for as long as the process lives, and initialises it.
Library open_library(const std::vector<std::string>& names);

/// The collector, on the first of these libraries: the soname that Debian has, and what others link.
std::unique_ptr<Collector> make_collector(const std::vector<std::string>& libraries);

}  // namespace assay::papi
