/* SPDX-License-Identifier: Apache-2.0 */
/* What a begin and an end of a region cost, in ns: removed, without Assay, and recorded (into a file in
 * TMPDIR). */
#include <stdio.h>

#include "harness/core/assay_regions.h"

enum { pairs = 100000, turns = 9 };

static int compare(const void* a, const void* b) {
  const double x = *(const double*)a, y = *(const double*)b;
  return (x > y) - (x < y);
}

/* Median of the turns. */
#define PAIR_NS(begin, end)                                           \
  for (int turn = 0; turn < turns; ++turn) {                          \
    const uint64_t start = assay_regions_now();                       \
    for (int i = 0; i < pairs; ++i) {                                 \
      begin;                                                          \
      __asm__ volatile("" ::: "memory");                              \
      end;                                                            \
    }                                                                 \
    ns[turn] = (double)(assay_regions_now() - start) / (double)pairs; \
  }                                                                   \
  qsort(ns, turns, sizeof ns[0], compare)

int main(int argc, char** argv) {
  double ns[turns];
  if (argc > 1) { /* the second time, with a file to record in */
    PAIR_NS(ASSAY_REGION_BEGIN("pair"), ASSAY_REGION_END("pair"));
    printf("recorded       %6.2f ns a pair%s\n", ns[turns / 2],
           assay_regions_state() == assay_regions_yes ? "" : " (recording stopped)");
    return remove(argv[1]) != 0;
  }
  PAIR_NS((void)0, (void)0);
  printf("removed        %6.2f ns a pair\n", ns[turns / 2]);
  PAIR_NS(ASSAY_REGION_BEGIN("pair"), ASSAY_REGION_END("pair"));
  printf("without Assay  %6.2f ns a pair\n", ns[turns / 2]);
  fflush(stdout);

  const char* folder = getenv("TMPDIR");
  char path[512];
  snprintf(path, sizeof path, "%s/regions_bench.%ld", folder != NULL ? folder : "/tmp", (long)getpid());
  char head[ASSAY_REGIONS_HEAD] = ASSAY_REGIONS_MAGIC;
  FILE* file = fopen(path, "w");
  if (file == NULL || fwrite(head, sizeof head, 1, file) != 1 || fclose(file) != 0) return 1;
  setenv("ASSAY_REGIONS_FILE", path, 1);
  execl(argv[0], argv[0], path, (char*)NULL);
  return 1;
}
