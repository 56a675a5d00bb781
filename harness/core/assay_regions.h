/* SPDX-License-Identifier: Apache-2.0 */
/* Regions of your own program, for `assay run --collect regions -- ./program` and `assay profile --
 * ./program`. One header, C11 and C++11, for POSIX systems with GCC or Clang; no library to link (with a C
 * library that keeps threads apart, glibc before 2.34: -pthread). Strict C (-std=c11) is enough with glibc,
 * before or after any other header: no feature macro is needed, and none is set.
 *
 *     #include <assay_regions.h>
 *
 *     ASSAY_REGION_BEGIN("solve");       a region of this thread, within the one that is open, if any
 *     ...
 *     ASSAY_REGION_END("solve");         ends the innermost one, whose name this must be
 *
 *     { ASSAY_REGION_SCOPE("solve"); ... }    C++: the same, to the end of the block, exceptions included
 *
 * Without Assay (no ASSAY_REGIONS_FILE in the environment) each costs a load and a branch that is never
 * taken, and the name is not looked at. `#define ASSAY_REGIONS_OFF` before the include removes them.
 *
 * With Assay each is a record with the time (CLOCK_MONOTONIC) in a buffer of its thread, which is appended to
 * that file when it is full, when its thread ends, and at the program's end by exit() or return from main.
 * What a crash, _exit() or exec() leaves in buffers, at most ASSAY_REGIONS_BUFFER bytes a thread, is lost,
 * and Assay says so. Children record too: after fork() with no region open (one that the parent has open is
 * the parent's), after exec() anew.
 *
 * Names are texts of 1 to 200 bytes, the rest is cut; they are copied. A name may be used in many places:
 * Assay tells regions apart by name and by what they stand in. An end with another name than the innermost
 * open region's, an end without a begin and a begin without an end are reported, and give no durations.
 *
 * Recording stops, with a reason that Assay tells, when the file cannot be written or has
 * ASSAY_REGIONS_MOST_BYTES. It never ends or blocks the program, and keeps errno. Not for signal handlers.
 * Shared libraries that the program is linked with share all of it; one that binds its own symbols
 * (-Bsymbolic), or is opened by dlopen() in a program that does not export its own (-rdynamic), nests by
 * itself. */
#ifndef ASSAY_REGIONS_H
#define ASSAY_REGIONS_H

#if defined(ASSAY_REGIONS_OFF) || !defined(__unix__)

#define ASSAY_REGION_BEGIN(name) ((void)0)
#define ASSAY_REGION_END(name) ((void)0)
#define ASSAY_REGION_SCOPE(name) ((void)0)

#else

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Strict C hides what POSIX adds: the few things that are needed have a name of our own there. */
#if defined(CLOCK_MONOTONIC)
#define ASSAY_REGIONS_CLOCK(now) clock_gettime(CLOCK_MONOTONIC, now)
#elif defined(__GLIBC__)
extern int assay_regions_clock_gettime(int clock, struct timespec* now) __asm__("clock_gettime");
#define ASSAY_REGIONS_CLOCK(now) assay_regions_clock_gettime(1, now) /* glibc's CLOCK_MONOTONIC */
#else
#error "assay_regions.h needs POSIX: compile with -std=gnu11, or with -D_POSIX_C_SOURCE=200809L"
#endif
#ifdef O_CLOEXEC
#define ASSAY_REGIONS_CLOEXEC O_CLOEXEC
#else
#define ASSAY_REGIONS_CLOEXEC __O_CLOEXEC /* glibc's own */
#endif

/* The file, in this machine's byte order: a head of 64 bytes that Assay wrote (ASSAY_REGIONS_MAGIC; at byte
 * 16 a uint32, the errno with which recording stopped, EFBIG for too many records, 0: it did not), then
 * chunks, each appended by one write.
 *
 * A chunk: uint32 ASSAY_REGIONS_CHUNK, pid; uint64 stream (of the process); uint32 bytes of records, 0; whole
 * records.
 *
 * A record: uint8 kind, length of the name; uint64 time in ns; the name. */
#define ASSAY_REGIONS_MAGIC "assay regions 1\n"
#define ASSAY_REGIONS_HEAD 64u
#define ASSAY_REGIONS_CHUNK 0x52415341u
#define ASSAY_REGIONS_CHUNK_HEAD 24u
#define ASSAY_REGIONS_BUFFER 16384u
#define ASSAY_REGIONS_MOST_BYTES (32u << 20)
enum {
  assay_regions_hello = 'H', /* the first of a stream; if that is known, by exec() or after its end */
  assay_regions_bye = 'Z',   /* the last: nothing of the stream is lost */
  assay_regions_begin = 'B',
  assay_regions_end = 'E'
};

enum { assay_regions_unasked = 0, assay_regions_no = 1, assay_regions_yes = 2 };

struct assay_regions_buffer {
  struct assay_regions_buffer* next;
  uint32_t used;    /* stored by the owner, with release */
  uint32_t written; /* under the lock */
  unsigned char bytes[ASSAY_REGIONS_BUFFER];
};

struct assay_regions_process {
  int state;
  void* module; /* what holds this: the program, or the first shared library that was loaded with regions */
  pthread_mutex_t lock;
  pthread_key_t key;
  uint32_t pid;
  struct assay_regions_buffer* all;   /* of living threads */
  struct assay_regions_buffer* spare; /* of ended ones, to be used again */
  char file[1024];
};

/* One of each in a program, however many files include this. */
#define ASSAY_REGIONS_ONE __attribute__((weak, visibility("default")))
extern ASSAY_REGIONS_ONE struct assay_regions_process assay_regions;
extern ASSAY_REGIONS_ONE __thread struct assay_regions_buffer* assay_regions_mine;
void assay_regions_record(unsigned char kind, const char* name) ASSAY_REGIONS_ONE;
void assay_regions_thread_ends(void* buffer) ASSAY_REGIONS_ONE;
void assay_regions_before_fork(void) ASSAY_REGIONS_ONE;
void assay_regions_in_parent(void) ASSAY_REGIONS_ONE;
void assay_regions_in_child(void) ASSAY_REGIONS_ONE;
void assay_regions_finish(int for_good) ASSAY_REGIONS_ONE;
extern __attribute__((weak, visibility("hidden"))) char assay_regions_module;

char assay_regions_module = 0;
struct assay_regions_process assay_regions = {
    assay_regions_unasked, &assay_regions_module, PTHREAD_MUTEX_INITIALIZER, 0, 0, NULL, NULL, {0}};
__thread struct assay_regions_buffer* assay_regions_mine = NULL;

static inline uint64_t assay_regions_now(void) {
  struct timespec now;
  ASSAY_REGIONS_CLOCK(&now);
  return ((uint64_t)now.tv_sec) * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline void assay_regions_set(int state) {
  __atomic_store_n(&assay_regions.state, state, __ATOMIC_RELEASE);
}

static inline int assay_regions_state(void) {
  return __atomic_load_n(&assay_regions.state, __ATOMIC_ACQUIRE);
}

/* Nothing is recorded any more; the file's head says why, which takes no room that is not there. */
static inline void assay_regions_stop(int why) {
  const int file = open(assay_regions.file, O_WRONLY | ASSAY_REGIONS_CLOEXEC);
  const uint32_t code = (uint32_t)(why != 0 ? why : EIO);
  assay_regions_set(assay_regions_no);
  if (file < 0) return; /* Assay sees streams without an end */
  const ssize_t told = lseek(file, 16, SEEK_SET) == 16 ? write(file, &code, sizeof code) : 0;
  (void)told;
  close(file);
}

/* One chunk, under the lock. The file is opened anew each time: a program may close every descriptor that it
 * does not know, and open its own files under the same numbers. */
static inline void assay_regions_append(const struct assay_regions_buffer* buffer, unsigned char* records,
                                        uint32_t size) {
  const uint64_t stream = (uintptr_t)buffer; /* no two have the same, of several libraries either */
  uint32_t head[ASSAY_REGIONS_CHUNK_HEAD / 4] = {ASSAY_REGIONS_CHUNK, assay_regions.pid, 0, 0, size, 0};
  const uint64_t more = sizeof head + size;
  struct iovec parts[2];
  struct rlimit limit;
  int cancel;
  memcpy(head + 2, &stream, sizeof stream);
  parts[0].iov_base = head;
  parts[0].iov_len = sizeof head;
  parts[1].iov_base = records;
  parts[1].iov_len = size;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
  const int file = open(assay_regions.file, O_WRONLY | O_APPEND | ASSAY_REGIONS_CLOEXEC);
  if (file < 0) {
    assay_regions_stop(errno);
  } else {
    const off_t end = lseek(file, 0, SEEK_END);
    /* Beyond its limit on files, a write would end the program. */
    const int limited = getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
                        (uint64_t)end + more > (uint64_t)limit.rlim_cur;
    if (end < 0 || limited || (uint64_t)end + more > ASSAY_REGIONS_MOST_BYTES) {
      assay_regions_stop(EFBIG);
    } else {
      const ssize_t wrote = writev(file, parts, 2);
      if (wrote < 0 || (uint64_t)wrote != more) assay_regions_stop(wrote < 0 ? errno : ENOSPC);
    }
    close(file);
  }
  pthread_setcancelstate(cancel, NULL);
}

/* What the buffer has, under the lock. */
static inline void assay_regions_write(struct assay_regions_buffer* buffer) {
  const uint32_t used = __atomic_load_n(&buffer->used, __ATOMIC_ACQUIRE);
  if (used > buffer->written && assay_regions_state() == assay_regions_yes)
    assay_regions_append(buffer, buffer->bytes + buffer->written, used - buffer->written);
  buffer->written = used;
}

static inline void assay_regions_put(struct assay_regions_buffer* buffer, unsigned char kind, uint64_t time,
                                     const char* name, size_t length) {
  unsigned char* at = buffer->bytes + buffer->used;
  at[0] = kind;
  at[1] = (unsigned char)length;
  memcpy(at + 2, &time, sizeof time);
  memcpy(at + 2 + sizeof time, name, length);
  __atomic_store_n(&buffer->used, buffer->used + 2 + (uint32_t)sizeof time + (uint32_t)length,
                   __ATOMIC_RELEASE);
}

enum { assay_regions_longest_name = 200, assay_regions_most_of_record = 2 + 8 + assay_regions_longest_name };

/* By the owner. */
static inline void assay_regions_flush(struct assay_regions_buffer* buffer) {
  const int error = errno;
  pthread_mutex_lock(&assay_regions.lock);
  assay_regions_write(buffer);
  buffer->written = 0;
  __atomic_store_n(&buffer->used, 0, __ATOMIC_RELEASE);
  pthread_mutex_unlock(&assay_regions.lock);
  errno = error;
}

/* Is there an Assay that listens? Asked once a process. */
static inline void assay_regions_ask(void) {
  const char* file = getenv("ASSAY_REGIONS_FILE");
  const int here = file != NULL && file[0] == '/' && strlen(file) < sizeof assay_regions.file;
  /* Who runs with rights of others writes to no file that a user names. */
  const int trusted = getuid() == geteuid() && getgid() == getegid();
  pthread_mutex_lock(&assay_regions.lock);
  if (assay_regions_state() == assay_regions_unasked) {
    int ready = here && trusted;
    if (ready) {
      memcpy(assay_regions.file, file, strlen(file) + 1);
      assay_regions.pid = (uint32_t)getpid();
      ready = pthread_key_create(&assay_regions.key, assay_regions_thread_ends) == 0 &&
              pthread_atfork(assay_regions_before_fork, assay_regions_in_parent, assay_regions_in_child) == 0;
    }
    assay_regions_set(ready ? assay_regions_yes : assay_regions_no);
  }
  pthread_mutex_unlock(&assay_regions.lock);
}

/* This thread's first. NULL: there is no memory, and nothing is recorded. */
static inline struct assay_regions_buffer* assay_regions_new(void) {
  const int error = errno;
  struct assay_regions_buffer* buffer;
  pthread_mutex_lock(&assay_regions.lock);
  buffer = assay_regions.spare;
  if (buffer != NULL) {
    assay_regions.spare = buffer->next;
  } else {
    buffer = (struct assay_regions_buffer*)malloc(sizeof *buffer);
  }
  if (buffer == NULL) {
    assay_regions_stop(ENOMEM);
  } else {
    buffer->used = buffer->written = 0;
    buffer->next = assay_regions.all;
    assay_regions.all = buffer;
    assay_regions_mine = buffer;
    pthread_setspecific(assay_regions.key, buffer);
    assay_regions_put(buffer, assay_regions_hello, assay_regions_now(), "", 0);
    assay_regions_write(buffer);
  }
  pthread_mutex_unlock(&assay_regions.lock);
  errno = error;
  return buffer;
}

void assay_regions_record(unsigned char kind, const char* name) {
  uint64_t time = kind == assay_regions_end ? assay_regions_now() : 0;
  struct assay_regions_buffer* buffer = assay_regions_mine;
  size_t length;
  if (assay_regions_state() == assay_regions_unasked) assay_regions_ask();
  if (assay_regions_state() != assay_regions_yes) return;
  if (buffer == NULL) buffer = assay_regions_new();
  if (buffer == NULL) return;
  /* A bye has room yet. */
  if (buffer->used + 2 * assay_regions_most_of_record > ASSAY_REGIONS_BUFFER) assay_regions_flush(buffer);
  length = strlen(name);
  if (length > assay_regions_longest_name) length = assay_regions_longest_name;
  if (kind == assay_regions_begin) time = assay_regions_now();
  assay_regions_put(buffer, kind, time, name, length);
}

/* Under the lock. */
static inline void assay_regions_unlist(const struct assay_regions_buffer* buffer) {
  struct assay_regions_buffer** at = &assay_regions.all;
  while (*at != NULL && *at != buffer) at = &(*at)->next;
  if (*at != NULL) *at = buffer->next;
}

/* Out of the list, written to its end. Under the lock. */
static inline void assay_regions_retire(struct assay_regions_buffer* buffer) {
  assay_regions_unlist(buffer);
  assay_regions_put(buffer, assay_regions_bye, assay_regions_now(), "", 0);
  assay_regions_write(buffer);
  buffer->next = assay_regions.spare;
  assay_regions.spare = buffer;
}

void assay_regions_thread_ends(void* buffer) {
  const int error = errno;
  pthread_mutex_lock(&assay_regions.lock);
  assay_regions_mine = NULL;
  assay_regions_retire((struct assay_regions_buffer*)buffer);
  pthread_mutex_unlock(&assay_regions.lock);
  errno = error;
}

void assay_regions_before_fork(void) { pthread_mutex_lock(&assay_regions.lock); }
void assay_regions_in_parent(void) { pthread_mutex_unlock(&assay_regions.lock); }

/* What buffers hold is the parent's, who writes it. */
void assay_regions_in_child(void) {
  while (assay_regions.all != NULL) {
    struct assay_regions_buffer* buffer = assay_regions.all;
    assay_regions.all = buffer->next;
    buffer->next = assay_regions.spare;
    assay_regions.spare = buffer;
  }
  assay_regions_mine = NULL;
  assay_regions.pid = (uint32_t)getpid();
  if (assay_regions_state() == assay_regions_yes) pthread_setspecific(assay_regions.key, NULL);
  pthread_mutex_unlock(&assay_regions.lock);
}

/* For good: the program ends, or what holds the code is unloaded. Threads that run on record nothing more. */
void assay_regions_finish(int for_good) {
  struct assay_regions_buffer* buffer;
  pthread_mutex_lock(&assay_regions.lock);
  for (buffer = assay_regions.all; buffer != NULL; buffer = buffer->next) {
    unsigned char bye[10] = {assay_regions_bye, 0};
    const uint64_t time = assay_regions_now();
    memcpy(bye + 2, &time, sizeof time);
    assay_regions_write(buffer);
    if (for_good && assay_regions_state() == assay_regions_yes) assay_regions_append(buffer, bye, sizeof bye);
  }
  if (for_good) {
    if (assay_regions_state() == assay_regions_yes) pthread_key_delete(assay_regions.key);
    assay_regions_set(assay_regions_no);
    if (assay_regions_mine != NULL) {
      assay_regions_unlist(assay_regions_mine);
      free(assay_regions_mine);
      assay_regions_mine = NULL;
    }
    while (assay_regions.spare != NULL) { /* not the rest of `all`, which other threads may be using */
      buffer = assay_regions.spare;
      assay_regions.spare = buffer->next;
      free(buffer);
    }
  }
  pthread_mutex_unlock(&assay_regions.lock);
}

/* In each file that includes this: after main and what atexit() holds, or by dlclose(). */
static __attribute__((destructor, used)) void assay_regions_at_end(void) {
  assay_regions_finish(assay_regions.module == &assay_regions_module);
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#define ASSAY_REGION_RECORD(kind, name)                                                             \
  (__builtin_expect(__atomic_load_n(&assay_regions.state, __ATOMIC_RELAXED) != assay_regions_no, 0) \
       ? assay_regions_record(kind, name)                                                           \
       : (void)0)
#define ASSAY_REGION_BEGIN(name) ASSAY_REGION_RECORD(assay_regions_begin, name)
#define ASSAY_REGION_END(name) ASSAY_REGION_RECORD(assay_regions_end, name)

#ifdef __cplusplus
namespace assay {

/* A region from here to the end of the block. The name has to live as long. */
class RegionScope {
 public:
  explicit RegionScope(const char* name) : name_(name) { ASSAY_REGION_BEGIN(name); }
  ~RegionScope() { ASSAY_REGION_END(name_); }
  RegionScope(const RegionScope&) = delete;
  RegionScope& operator=(const RegionScope&) = delete;

 private:
  const char* name_;
};

} /* namespace assay */

#define ASSAY_REGION_SCOPE(name) ASSAY_REGION_SCOPE_AT(name, __LINE__)
#define ASSAY_REGION_SCOPE_AT(name, line) ASSAY_REGION_SCOPE_NAMED(name, line)
#define ASSAY_REGION_SCOPE_NAMED(name, line) const ::assay::RegionScope assay_region_scope_##line(name)
#endif

#endif /* ASSAY_REGIONS_OFF */

#endif
