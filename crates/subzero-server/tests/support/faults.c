/* Preloaded into a server: makes calls to the disk fail, each counted, when the test says so.
 *
 * The file that SUBZERO_FAULTS names is shared with the test: how many calls there were, the number of the first that fails, how many fail from
 * there on, and with which error. Only files whose path has SUBZERO_FAULTS_IN in it are meant, and SQLite's shared memory only with
 * SUBZERO_FAULTS_SHM. Those calls are meant that write, that put on the disk, and that open a file to write to it or to make it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct plan {
  uint64_t calls;
  uint64_t first;
  uint64_t count;
  uint64_t error;
};

static struct plan *plan;
static const char *within;
static int with_shared_memory;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("SUBZERO_FAULTS");
  within = getenv("SUBZERO_FAULTS_IN");
  with_shared_memory = getenv("SUBZERO_FAULTS_SHM") != NULL;
  int file = path && within ? open(path, O_RDWR) : -1;
  if (file < 0) return;
  void *at = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (at != MAP_FAILED) plan = at;
  close(file);
}

static int fails_at(const char *path) {
  if (!plan || !strstr(path, within) || (!with_shared_memory && strstr(path, "-shm"))) return 0;
  uint64_t number = __atomic_add_fetch(&plan->calls, 1, __ATOMIC_SEQ_CST);
  if (number < plan->first || number - plan->first >= plan->count) return 0;
  errno = (int)plan->error;
  return 1;
}

static int fails(int file) {
  char link[64], path[512];
  if (!plan) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return fails_at(path);
}

static int fails_to_open(const char *path, int flags) {
  return (flags & (O_ACCMODE | O_CREAT)) != O_RDONLY && fails_at(path);
}

/* A write that fails may have written its first half. */
static ssize_t torn(ssize_t (*real)(int, const void *, size_t, off64_t), int file, const void *bytes, size_t size, off64_t place) {
  int error = errno;
  if (size > 1) real(file, bytes, size / 2, place);
  errno = error;
  return -1;
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    REAL(int, name, const char *, int, ...); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    return fails_to_open(path, flags) ? -1 : real(path, flags, mode); \
  }

OPENS(open)
OPENS(open64)

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t place) {
  REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
  return fails(file) ? torn(real, file, bytes, size, place) : real(file, bytes, size, place);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t place) {
  REAL(ssize_t, pwrite, int, const void *, size_t, off64_t);
  return fails(file) ? torn(real, file, bytes, size, place) : real(file, bytes, size, place);
}

ssize_t write(int file, const void *bytes, size_t size) {
  REAL(ssize_t, write, int, const void *, size_t);
  return fails(file) ? -1 : real(file, bytes, size);
}

int fsync(int file) {
  REAL(int, fsync, int);
  return fails(file) ? -1 : real(file);
}

int fdatasync(int file) {
  REAL(int, fdatasync, int);
  return fails(file) ? -1 : real(file);
}

int ftruncate64(int file, off64_t size) {
  REAL(int, ftruncate64, int, off64_t);
  return fails(file) ? -1 : real(file, size);
}

int ftruncate(int file, off_t size) {
  REAL(int, ftruncate, int, off_t);
  return fails(file) ? -1 : real(file, size);
}
