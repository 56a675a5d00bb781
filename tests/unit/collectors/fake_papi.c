/* SPDX-License-Identifier: Apache-2.0 */
/* A libpapi of a machine that we do not have: two components, of which the second counts the whole machine,
 * and events that are refused in each of PAPI's ways. Every start begins at zero. */
#include <stdlib.h>
#include <string.h>

enum { sets = 64, events = 8 };
static struct { int used, component, running, count, code[events]; } set[sets];

static const struct {
  const char* name;
  int component, value, refused;
} event[] = {
    {"PAPI_TOT_INS", 0, 100, 0},  {"perf::PAGE-FAULTS", 0, 10, 0}, {"perf::CONTEXT-SWITCHES", 0, 1, 0},
    {"machine::JOULES", 1, 7, 0}, {"PAPI_TAKEN", 0, 0, -8},        {"PAPI_DENIED", 0, 0, -15},
    {"PAPI_DISABLED", 0, 0, -25}};

struct info {
  char name[128], short_name[64], description[128], version[64], support[64], kernel[64],
      disabled_reason[128];
};

int PAPI_library_init(int version) {
  const char* ours = getenv("FAKE_PAPI_VERSION");
  return version == (int)strtol(ours ? ours : "0x07000000", NULL, 16) ? version : -1;
}
int PAPI_thread_init(unsigned long (*id)(void)) { return id() != 0 ? 0 : -1; }
const void* PAPI_get_component_info(int component) {
  static struct info first = {.name = "perf_event", .disabled_reason = "no such CPU"};
  return component == 0 ? &first : NULL;
}
int PAPI_event_name_to_code(const char* name, int* code) {
  for (int i = 0; i < (int)(sizeof event / sizeof *event); ++i) {
    if (strcmp(event[i].name, name) == 0) {
      *code = i;
      return 0;
    }
  }
  return -7;
}
int PAPI_get_event_component(int code) { return event[code].component; }
int PAPI_set_cmp_domain(int domain, int component) {
  return domain == 15 && component == 0 && getenv("FAKE_PAPI_USER_ONLY") ? -21 : 0;
}
int PAPI_create_eventset(int* id) {
  for (int i = 0; i < sets; ++i) {
    if (set[i].used) continue;
    memset(&set[i], 0, sizeof set[i]);
    set[i].used = 1;
    *id = i;
    return 0;
  }
  return -2;
}
int PAPI_assign_eventset_component(int id, int component) {
  set[id].component = component;
  return 0;
}
int PAPI_attach(int id, unsigned long thread) { return thread == 0 ? -1 : set[id].component == 1 ? -4 : 0; }
int PAPI_add_event(int id, int code) {
  if (event[code].refused != 0) return event[code].refused;
  set[id].code[set[id].count++] = code;
  return 0;
}
int PAPI_start(int id) {
  if (set[id].running || set[id].count == 0) return -10;
  set[id].running = 1;
  return 0;
}
int PAPI_stop(int id, long long* values) {
  if (!set[id].running) return -9;
  set[id].running = 0;
  for (int i = 0; i < set[id].count; ++i) values[i] = event[set[id].code[i]].value;
  return 0;
}
int PAPI_cleanup_eventset(int id) {
  set[id].count = 0;
  return set[id].running ? -10 : 0;
}
int PAPI_destroy_eventset(int* id) {
  if (*id < 0) return -11;
  set[*id].used = 0;
  *id = -1;
  return 0;
}
char* PAPI_strerror(int error) {
  static char text[] = "as told";
  return error < 0 && error > -30 ? text : NULL;
}
int fake_papi_sets_in_use(void) {
  int used = 0;
  for (int i = 0; i < sets; ++i) used += set[i].used;
  return used;
}
