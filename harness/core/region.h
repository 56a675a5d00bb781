/* SPDX-License-Identifier: Apache-2.0 */
/* Markers of the measured region, executed by every worker around every chunk. Freestanding C11.
 * They cost a few no-op instructions when no tool listens. ASSAY_REGION_ENTER: everything before belongs to
 * preparation; ASSAY_REGION_LEAVE: the region's counts may be written. */
#ifndef ASSAY_CORE_REGION_H
#define ASSAY_CORE_REGION_H

#if defined(__has_include) && (defined(__x86_64__) || defined(__aarch64__)) && defined(__linux__)
#if __has_include(<valgrind/callgrind.h>)
#define ASSAY_REGION_CALLGRIND 1
#include <valgrind/callgrind.h>
#endif
#endif

#ifdef ASSAY_REGION_CALLGRIND
/* START/STOP are global: work of pool threads is counted too (TOGGLE_COLLECT is per thread). */
#define ASSAY_REGION_ENTER()         \
  do {                               \
    CALLGRIND_START_INSTRUMENTATION; \
    CALLGRIND_ZERO_STATS;            \
  } while (0)
#define ASSAY_REGION_LEAVE()          \
  do {                                \
    CALLGRIND_STOP_INSTRUMENTATION;   \
    CALLGRIND_DUMP_STATS_AT("assay"); \
  } while (0)
#else
#define ASSAY_REGION_ENTER() ((void)0)
#define ASSAY_REGION_LEAVE() ((void)0)
#endif

#endif
