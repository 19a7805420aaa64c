// Preloaded into a program: makes its file calls on one folder fail while a file says so.
//
//   FAILING_DISK_FOLDER  the folder
//   FAILING_DISK_CALLS   the file: the names of the calls that fail, of `names` below; not there, none do

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CDiskCalls.h"

static const char *const names[] = {
    [DISK_CREATE] = "create", [DISK_OPEN] = "open",         [DISK_MKDIR] = "mkdir",   [DISK_READ] = "read",
    [DISK_WRITE] = "write",   [DISK_TRUNCATE] = "truncate", [DISK_SYNC] = "sync",     [DISK_RENAME] = "rename",
    [DISK_LINK] = "link",     [DISK_UNLINK] = "unlink",     [DISK_RMDIR] = "rmdir",
};

static int before(void *path, const disk_call *call, size_t *count) {
    (void)count;
    const char *suffix = strrchr(call->path, '-');
    if (suffix && strcmp(suffix, "-shm") == 0) return 0;
    // Not through the calls that are watched.
    long file = syscall(SYS_openat, AT_FDCWD, (const char *)path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    char calls[256] = "";
    syscall(SYS_read, file, calls, sizeof calls - 1);
    syscall(SYS_close, file);
    return strstr(calls, names[call->kind]) ? EIO : 0;
}

static void after(void *path, const disk_call *call) {
    (void)path;
    (void)call;
}

__attribute__((constructor)) static void watch(void) {
    const char *folder = getenv("FAILING_DISK_FOLDER");
    char *calls = getenv("FAILING_DISK_CALLS");
    if (folder && calls) disk_watch(folder, (disk_watcher){.context = calls, .before = before, .after = after});
}
