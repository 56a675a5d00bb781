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

/* A preloaded library may listen, too (collectors/allocations, collectors/cupti); where none is, these are
 * null. What they do is in no exact count. ASSAY_REGION_HEARD: whether one listens; then a region holds calls
 * and nothing else. */
#if (defined(__x86_64__) || defined(__aarch64__)) && defined(__linux__)
#ifdef __cplusplus
extern "C" {
#endif
__attribute__((weak, visibility("default"))) void assay_region_entered(void);
__attribute__((weak, visibility("default"))) void assay_region_left(void);
#ifdef __cplusplus
}
#endif
#define ASSAY_REGION_TELL(what) \
  do {                          \
    if (what) what();           \
  } while (0)
#define ASSAY_REGION_HEARD() (assay_region_entered != 0)
#else
#define ASSAY_REGION_TELL(what) ((void)0)
#define ASSAY_REGION_HEARD() 0
#endif

/* Instructions that do nothing and that no compiler writes: collectors/qemu finds them by their bytes. */
#ifdef __aarch64__
#define ASSAY_REGION_MARK(text) __asm__ volatile(text ::: "memory")
#else
#define ASSAY_REGION_MARK(text) ((void)0)
#endif

#ifdef ASSAY_REGION_CALLGRIND
/* START/STOP are global: work of pool threads is counted too (TOGGLE_COLLECT is per thread). */
#define ASSAY_REGION_ENTER()                 \
  do {                                       \
    ASSAY_REGION_TELL(assay_region_entered); \
    CALLGRIND_START_INSTRUMENTATION;         \
    CALLGRIND_ZERO_STATS;                    \
    ASSAY_REGION_MARK("mov x10, x10");       \
  } while (0)
#define ASSAY_REGION_LEAVE()              \
  do {                                    \
    ASSAY_REGION_MARK("mov x11, x11");    \
    CALLGRIND_STOP_INSTRUMENTATION;       \
    CALLGRIND_DUMP_STATS_AT("assay");     \
    ASSAY_REGION_TELL(assay_region_left); \
  } while (0)
#elif defined(__thumb__)
#define ASSAY_REGION_ENTER() __asm__ volatile("mov r10, r10" ::: "memory")
#define ASSAY_REGION_LEAVE() __asm__ volatile("mov r11, r11" ::: "memory")
#elif defined(__wasm__)
/* Whoever runs the module listens (harness/agent/wasm). */
__attribute__((import_module("assay"), import_name("region_enter"))) void assay_region_enter(void);
__attribute__((import_module("assay"), import_name("region_leave"))) void assay_region_leave(void);
#define ASSAY_REGION_ENTER() assay_region_enter()
#define ASSAY_REGION_LEAVE() assay_region_leave()
#elif defined(__riscv)
#define ASSAY_REGION_ENTER() __asm__ volatile("slti x0, x0, 0x5a1" ::: "memory")
#define ASSAY_REGION_LEAVE() __asm__ volatile("slti x0, x0, 0x5a2" ::: "memory")
#else
#define ASSAY_REGION_ENTER()                 \
  do {                                       \
    ASSAY_REGION_TELL(assay_region_entered); \
    ASSAY_REGION_MARK("mov x10, x10");       \
  } while (0)
#define ASSAY_REGION_LEAVE()              \
  do {                                    \
    ASSAY_REGION_MARK("mov x11, x11");    \
    ASSAY_REGION_TELL(assay_region_left); \
  } while (0)
#endif

#endif
