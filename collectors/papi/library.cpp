// SPDX-License-Identifier: Apache-2.0
#include "collectors/papi/library.h"

#include <dlfcn.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef ASSAY_LEAK_SANITIZER
#include <sanitizer/lsan_interface.h>
#endif

#include <cstring>
#include <string_view>

#include "harness/core/own_events.h"

namespace assay::papi {

namespace {

constexpr const char* install = "apt-get install libpapi7.0";

unsigned long thread_id() { return static_cast<unsigned long>(syscall(SYS_gettid)); }

template <typename Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

/// The first symbol that is missing; "" when all are there.
std::string find_all(void* library, Functions& call) {
  if (!find(library, "PAPI_library_init", call.library_init)) return "PAPI_library_init";
  if (!find(library, "PAPI_thread_init", call.thread_init)) return "PAPI_thread_init";
  if (!find(library, "PAPI_event_name_to_code", call.event_name_to_code)) return "PAPI_event_name_to_code";
  if (!find(library, "PAPI_get_event_component", call.get_event_component)) return "PAPI_get_event_component";
  if (!find(library, "PAPI_set_cmp_domain", call.set_cmp_domain)) return "PAPI_set_cmp_domain";
  if (!find(library, "PAPI_create_eventset", call.create_eventset)) return "PAPI_create_eventset";
  if (!find(library, "PAPI_assign_eventset_component", call.assign_eventset_component))
    return "PAPI_assign_eventset_component";
  if (!find(library, "PAPI_attach", call.attach)) return "PAPI_attach";
  if (!find(library, "PAPI_add_event", call.add_event)) return "PAPI_add_event";
  if (!find(library, "PAPI_start", call.start)) return "PAPI_start";
  if (!find(library, "PAPI_stop", call.stop)) return "PAPI_stop";
  if (!find(library, "PAPI_cleanup_eventset", call.cleanup_eventset)) return "PAPI_cleanup_eventset";
  if (!find(library, "PAPI_destroy_eventset", call.destroy_eventset)) return "PAPI_destroy_eventset";
  if (!find(library, "PAPI_get_component_info", call.get_component_info)) return "PAPI_get_component_info";
  if (!find(library, "PAPI_strerror", call.strerror)) return "PAPI_strerror";
  return "";
}

/// How PAPI_component_info_t begins in 6.0 to 7.2 (papi.h).
struct ComponentInfo {
  char name[128];
  char short_name[64];
  char description[128];
  char version[64];
  char support_version[64];
  char kernel_version[64];
  char disabled_reason[128];
};

/// A library wants to hear its own version, of which the upper half counts: 6.0, 7.0, 7.1, 7.2.
int initialise(const Functions& call) {
  int result = 0;
  for (const int version : {0x07000000, 0x07010000, 0x07020000, 0x06000000}) {
    result = call.library_init(version);
    if (result == version) return ok;
  }
  return result == ok ? system_error : result;
}

long long count_of(void* event) { return static_cast<const own_events::Event*>(event)->count->load(); }

#ifdef ASSAY_LEAK_SANITIZER
/// libsde 7.0 loses the names of the events. A suppression would do, too, but to know the place by its name
/// takes 0.2 s of CPU at the end of each worker.
using LibraryLoses = __lsan::ScopedDisabler;
#else
struct LibraryLoses {};
#endif

/// Tells PAPI's component for software-defined events of Assay's own, by libsde (sde_lib.h, 1.0). The
/// component looks libsde up among the process's global symbols, when PAPI starts: so this comes before.
/// \returns why not, "" when done; once a process.
std::string publish_own_events() {
  [[maybe_unused]] const LibraryLoses names{};
  void* sde = dlopen("libsde.so.1", RTLD_NOW | RTLD_GLOBAL);
  if (sde == nullptr) return "libsde is not here; apt-get install libsde1";
  void* (*init)(const char* of_library) = nullptr;
  int (*register_counter)(void* handle, const char* event, int mode, int type, long long (*count)(void*),
                          void* parameter) = nullptr;
  int (*describe)(void* handle, const char* event, const char* meaning) = nullptr;
  if (!find(sde, "papi_sde_init", init) || !find(sde, "papi_sde_register_counter_cb", register_counter) ||
      !find(sde, "papi_sde_describe_counter", describe))
    return "libsde is not one of version 1.0";
  void* handle = init("assay");
  constexpr int read_only_delta = 0;
  constexpr int long_long = 0;
  for (const auto& event : own_events::all) {
    auto* parameter = const_cast<own_events::Event*>(&event);  // given back to count_of, as it is
    if (register_counter(handle, event.name, read_only_delta, long_long, &count_of, parameter) != ok)
      return std::string("libsde refuses the event ") + event.name;
    describe(handle, event.name, event.meaning);
  }
  return "";
}

}  // namespace

std::string Library::error_text(int error) const {
  const char* text = call.strerror(error);
  return text != nullptr ? text : "error " + std::to_string(error);
}

std::string Library::why_disabled() const {
  const auto* info = static_cast<const ComponentInfo*>(call.get_component_info(0));
  if (info == nullptr || std::string_view(info->name) != "perf_event") return "";
  return {info->disabled_reason, strnlen(info->disabled_reason, sizeof info->disabled_reason)};
}

Library open_library(const std::vector<std::string>& names) {
  Library library;
  void* handle = nullptr;
  for (const auto& name : names) {
    if (handle == nullptr) handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  }
  if (handle == nullptr) {
    const char* error = dlerror();
    library.probe =
        Probe::absent(std::string("libpapi is not here: ") + (error != nullptr ? error : ""), install);
    return library;
  }
  if (const std::string missing = find_all(handle, library.call); !missing.empty()) {
    library.probe = Probe::absent("libpapi has no " + missing + ": it is older than 6.0", install);
    return library;
  }
  static const std::string own_events_absent = publish_own_events();
  library.own_events_absent = own_events_absent;
  if (const int error = initialise(library.call); error != ok) {
    library.probe =
        Probe::absent("libpapi does not start: " + library.error_text(error),
                      "see 'papi_component_avail' of the package papi-tools; known are 6.0 to 7.2");
    return library;
  }
  library.call.thread_init(&thread_id);
  return library;
}

}  // namespace assay::papi
