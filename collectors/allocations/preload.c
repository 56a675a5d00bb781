/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded (LD_PRELOAD): counts what asks malloc for memory, and hands on to glibc's own. When a region of
 * calls ends (harness/core/region.h), its line "ALLOCATIONS BYTES PEAK" is added to
 * $ASSAY_ALLOCATIONS/regions; a process that ends by exit() leaves one of its whole life in
 * $ASSAY_ALLOCATIONS/process.PID. BYTES are those asked for; PEAK is the most that was held at a time beyond
 * what was held when the region began, in the sizes that glibc gave. A realloc that succeeds is an allocation
 * of its new size. Memory that a program maps itself is not seen. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* memory);

void assay_region_entered(void);
void assay_region_left(void);

static atomic_long allocations, bytes, held, peak;

static void hold(long more) {
  const long now = atomic_fetch_add_explicit(&held, more, memory_order_relaxed) + more;
  long highest = atomic_load_explicit(&peak, memory_order_relaxed);
  while (now > highest && !atomic_compare_exchange_weak_explicit(&peak, &highest, now, memory_order_relaxed,
                                                                 memory_order_relaxed)) {
  }
}

static void* given(void* memory, size_t size, long before) {
  if (memory == NULL) return NULL;
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&bytes, (long)size, memory_order_relaxed);
  hold((long)malloc_usable_size(memory) - before);
  return memory;
}

void* malloc(size_t size) { return given(__libc_malloc(size), size, 0); }

void* calloc(size_t count, size_t size) { return given(__libc_calloc(count, size), count * size, 0); }

void* realloc(void* old, size_t size) {
  const long before = old != NULL ? (long)malloc_usable_size(old) : 0;
  void* memory = __libc_realloc(old, size);
  if (memory == NULL && size == 0 && old != NULL) hold(-before); /* glibc has freed it */
  return given(memory, size, before);
}

void* reallocarray(void* old, size_t count, size_t size) {
  size_t all = 0;
  if (__builtin_mul_overflow(count, size, &all)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(old, all);
}

void free(void* memory) {
  if (memory == NULL) return;
  hold(-(long)malloc_usable_size(memory));
  __libc_free(memory);
}

void* memalign(size_t alignment, size_t size) { return given(__libc_memalign(alignment, size), size, 0); }

void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

void* valloc(size_t size) { return memalign((size_t)sysconf(_SC_PAGESIZE), size); }

void* pvalloc(size_t size) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return memalign(page, (size + page - 1) / page * page);
}

int posix_memalign(void** memory, size_t alignment, size_t size) {
  if (alignment % sizeof(void*) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  void* got = memalign(alignment, size);
  if (got == NULL) return ENOMEM;
  *memory = got;
  return 0;
}

static void forget(void) {
  atomic_store(&allocations, 0);
  atomic_store(&bytes, 0);
  atomic_store(&held, 0);
  atomic_store(&peak, 0);
}

/* Without malloc, which is being counted. */
static void tell(const char* name) {
  char path[4096];
  char line[96];
  const char* folder = getenv("ASSAY_ALLOCATIONS");
  const int length = snprintf(line, sizeof line, "%ld %ld %ld\n", atomic_load(&allocations),
                              atomic_load(&bytes), atomic_load(&peak));
  if (folder == NULL || snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return;
  const int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;
  if (write(file, line, (size_t)length) != length) unlink(path); /* half a line would be another number */
  close(file);
}

void assay_region_entered(void) { forget(); }

void assay_region_left(void) { tell("regions"); }

/* What a parent allocated is told by the parent. */
__attribute__((constructor)) static void begin(void) { pthread_atfork(NULL, NULL, forget); }

__attribute__((destructor)) static void end(void) {
  char name[32];
  snprintf(name, sizeof name, "process.%ld", (long)getpid());
  tell(name);
}
