// The C library's file calls, defined again. The dynamic linker binds every library of the process to the program's own
// definitions first, so that SQLite's calls and Foundation's come here on their way to the kernel.

#define _GNU_SOURCE
// The declarations of open and its like must not be inlined over these definitions.
#undef _FORTIFY_SOURCE

#include "CDiskCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WATCHERS_MAX = 256, PATH_BYTES = 2 * PATH_MAX };

static struct {
    char folder[PATH_MAX];
    size_t length;
    disk_watcher watcher;
} watches[WATCHERS_MAX];

/// Slots that were ever used.
static int slots;

/// How many folders are watched: none is the common case, and costs one load.
static atomic_int watched;
/// Held over a call and what is told of it, so that the order told is the order in which things happened.
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

int disk_watch(const char *folder, disk_watcher watcher) {
    int number = -1;
    pthread_mutex_lock(&order);
    for (int i = 0; i < WATCHERS_MAX && number < 0; i++) {
        if (watches[i].length == 0) number = i;
    }
    if (strlen(folder) >= sizeof watches[0].folder) number = -1;
    if (number >= 0) {
        strcpy(watches[number].folder, folder);
        watches[number].length = strlen(folder);
        watches[number].watcher = watcher;
        if (number >= slots) slots = number + 1;
        atomic_fetch_add(&watched, 1);
    }
    pthread_mutex_unlock(&order);
    return number;
}

void disk_unwatch(int number) {
    pthread_mutex_lock(&order);
    watches[number].length = 0;
    atomic_fetch_sub(&watched, 1);
    pthread_mutex_unlock(&order);
}

/// The watcher of a path, with `order` held until `end`; or NULL, and nothing held: calls on other files may block.
static const disk_watcher *begin(const char *path) {
    pthread_mutex_lock(&order);
    for (int i = 0; i < slots; i++) {
        size_t length = watches[i].length;
        if (length > 0 && strncmp(path, watches[i].folder, length) == 0
            && (path[length] == '/' || path[length] == '\0'))
            return &watches[i].watcher;
    }
    pthread_mutex_unlock(&order);
    return NULL;
}

/// Tells of a call that succeeded, and lets the next one begin.
static void end(const disk_watcher *watcher, const disk_call *call, bool succeeded) {
    if (succeeded) watcher->after(watcher->context, call);
    pthread_mutex_unlock(&order);
}

static bool is_watching(void) { return atomic_load_explicit(&watched, memory_order_acquire) > 0; }

/// The path by which the kernel knows an open file now; false for what has none any more.
static bool path_of_descriptor(int descriptor, char path[PATH_BYTES]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_BYTES - 1);
    if (length <= 0 || path[0] != '/') return false;
    path[length] = '\0';
    static const char deleted[] = " (deleted)";
    size_t suffix = sizeof deleted - 1;
    return (size_t)length < suffix || strcmp(path + length - suffix, deleted) != 0;
}

static bool path_at(int directory, const char *name, char path[PATH_BYTES]) {
    if (name[0] == '/') {
        size_t length = strlen(name);
        if (length >= PATH_BYTES) return false;
        memcpy(path, name, length + 1);
        return true;
    }
    if (directory == AT_FDCWD) {
        if (syscall(SYS_getcwd, path, PATH_BYTES) <= 0) return false;
    } else if (!path_of_descriptor(directory, path)) {
        return false;
    }
    size_t length = strlen(path);
    if (length + strlen(name) + 2 > PATH_BYTES) return false;
    path[length] = '/';
    strcpy(path + length + 1, name);
    return true;
}

static long failed(int error) {
    errno = error;
    return -1;
}

/// Asks before; 0 when the call is to go on.
static int ask(const disk_watcher *watcher, disk_call *call) {
    return watcher->before(watcher->context, call, &call->count);
}

/// Runs a call that changes names, asked about before and told of after.
#define NAMING(KIND, PATH, NEW_PATH, CALL)                                  \
    const disk_watcher *watcher = begin(PATH);                              \
    if (!watcher) return (int)CALL;                                         \
    disk_call call = {.kind = KIND, .path = PATH, .new_path = NEW_PATH};    \
    int error = ask(watcher, &call);                                        \
    long result = error ? failed(error) : CALL;                             \
    end(watcher, &call, result == 0);                                       \
    return (int)result

// MARK: Opening

static int open_at(int directory, const char *name, int flags, mode_t mode) {
    char path[PATH_BYTES];
    const disk_watcher *watcher = is_watching() && path_at(directory, name, path) ? begin(path) : NULL;
    if (!watcher) return (int)syscall(SYS_openat, directory, name, flags, mode);
    bool is_there = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
    disk_call call = {.kind = !is_there && (flags & O_CREAT) ? DISK_CREATE : DISK_OPEN, .path = path};
    int error = ask(watcher, &call);
    long result = error ? failed(error) : syscall(SYS_openat, directory, name, flags, mode);
    if (result >= 0 && is_there && (flags & O_TRUNC)) call.kind = DISK_TRUNCATE;
    end(watcher, &call, result >= 0);
    return (int)result;
}

#define MODE_OF(FLAGS)                                                                      \
    mode_t mode = 0;                                                                        \
    if ((FLAGS) & (O_CREAT | __O_TMPFILE)) {                                                \
        va_list arguments;                                                                  \
        va_start(arguments, FLAGS);                                                         \
        mode = va_arg(arguments, mode_t);                                                   \
        va_end(arguments);                                                                  \
    }

int open(const char *path, int flags, ...) {
    MODE_OF(flags)
    return open_at(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE_OF(flags)
    return open_at(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int openat(int directory, const char *path, int flags, ...) {
    MODE_OF(flags)
    return open_at(directory, path, flags, mode);
}

int openat64(int directory, const char *path, int flags, ...) {
    MODE_OF(flags)
    return open_at(directory, path, flags | O_LARGEFILE, mode);
}

// MARK: Contents

/// Writes at `offset`, or where the descriptor stands when that is negative.
static ssize_t write_at(int descriptor, const void *bytes, size_t count, int64_t offset) {
    char path[PATH_BYTES];
    bool is_positioned = offset >= 0;
    const disk_watcher *watcher = is_watching() && path_of_descriptor(descriptor, path) ? begin(path) : NULL;
    if (!watcher)
        return is_positioned ? syscall(SYS_pwrite64, descriptor, bytes, count, offset)
                             : syscall(SYS_write, descriptor, bytes, count);
    if (!is_positioned) {
        bool appends = syscall(SYS_fcntl, descriptor, F_GETFL) & O_APPEND;
        offset = syscall(SYS_lseek, descriptor, 0, appends ? SEEK_END : SEEK_CUR);
    }
    disk_call call = {.kind = DISK_WRITE, .path = path, .offset = offset, .bytes = bytes, .count = count};
    int error = ask(watcher, &call);
    ssize_t result = error           ? failed(error)
                     : is_positioned ? syscall(SYS_pwrite64, descriptor, bytes, call.count, offset)
                                     : syscall(SYS_write, descriptor, bytes, call.count);
    if (result >= 0) call.count = (size_t)result;
    end(watcher, &call, result >= 0);
    return result;
}

static ssize_t read_at(int descriptor, void *bytes, size_t count, int64_t offset) {
    char path[PATH_BYTES];
    const disk_watcher *watcher = is_watching() && path_of_descriptor(descriptor, path) ? begin(path) : NULL;
    if (watcher) {
        disk_call call = {.kind = DISK_READ, .path = path, .offset = offset, .count = count};
        int error = ask(watcher, &call);
        end(watcher, &call, false);
        if (error) return failed(error);
    }
    return offset >= 0 ? syscall(SYS_pread64, descriptor, bytes, count, offset)
                       : syscall(SYS_read, descriptor, bytes, count);
}

ssize_t read(int descriptor, void *bytes, size_t count) { return read_at(descriptor, bytes, count, -1); }

ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
    return read_at(descriptor, bytes, count, offset);
}

ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t offset) {
    return read_at(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) { return write_at(descriptor, bytes, count, -1); }

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return write_at(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    return write_at(descriptor, bytes, count, offset);
}

int ftruncate64(int descriptor, off64_t length) {
    char path[PATH_BYTES];
    const disk_watcher *watcher = is_watching() && path_of_descriptor(descriptor, path) ? begin(path) : NULL;
    if (!watcher) return (int)syscall(SYS_ftruncate, descriptor, length);
    disk_call call = {.kind = DISK_TRUNCATE, .path = path, .offset = length};
    int error = ask(watcher, &call);
    long result = error ? failed(error) : syscall(SYS_ftruncate, descriptor, length);
    end(watcher, &call, result == 0);
    return (int)result;
}

int ftruncate(int descriptor, off_t length) { return ftruncate64(descriptor, length); }

static int sync_file(int descriptor, long number) {
    char path[PATH_BYTES];
    const disk_watcher *watcher = is_watching() && path_of_descriptor(descriptor, path) ? begin(path) : NULL;
    if (!watcher) return (int)syscall(number, descriptor);
    disk_call call = {.kind = DISK_SYNC, .path = path};
    int error = ask(watcher, &call);
    end(watcher, &call, error == 0);
    return error ? (int)failed(error) : 0;
}

int fsync(int descriptor) { return sync_file(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return sync_file(descriptor, SYS_fdatasync); }

// MARK: Names

int mkdir(const char *name, mode_t mode) {
    char path[PATH_BYTES];
    if (!is_watching() || !path_at(AT_FDCWD, name, path)) return (int)syscall(SYS_mkdirat, AT_FDCWD, name, mode);
    NAMING(DISK_MKDIR, path, NULL, syscall(SYS_mkdirat, AT_FDCWD, name, mode));
}

int unlinkat(int directory, const char *name, int flags) {
    char path[PATH_BYTES];
    if (!is_watching() || !path_at(directory, name, path)) return (int)syscall(SYS_unlinkat, directory, name, flags);
    disk_call_kind kind = flags & AT_REMOVEDIR ? DISK_RMDIR : DISK_UNLINK;
    NAMING(kind, path, NULL, syscall(SYS_unlinkat, directory, name, flags));
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

int remove(const char *name) {
    int result = unlink(name);
    return result == 0 || errno != EISDIR ? result : rmdir(name);
}

int renameat(int directory, const char *name, int new_directory, const char *new_name) {
    char path[PATH_BYTES], new_path[PATH_BYTES];
    if (!is_watching() || !path_at(directory, name, path) || !path_at(new_directory, new_name, new_path))
        return (int)syscall(SYS_renameat2, directory, name, new_directory, new_name, 0);
    NAMING(DISK_RENAME, path, new_path, syscall(SYS_renameat2, directory, name, new_directory, new_name, 0));
}

int rename(const char *name, const char *new_name) { return renameat(AT_FDCWD, name, AT_FDCWD, new_name); }

int link(const char *name, const char *new_name) {
    char path[PATH_BYTES], new_path[PATH_BYTES];
    if (!is_watching() || !path_at(AT_FDCWD, name, path) || !path_at(AT_FDCWD, new_name, new_path))
        return (int)syscall(SYS_linkat, AT_FDCWD, name, AT_FDCWD, new_name, 0);
    NAMING(DISK_LINK, path, new_path, syscall(SYS_linkat, AT_FDCWD, name, AT_FDCWD, new_name, 0));
}
