#ifndef CDISKCALLS_H
#define CDISKCALLS_H

#include <stddef.h>
#include <stdint.h>

/// What a program asks of the file system, below every library: SQLite, Foundation and our own code alike.
typedef enum {
    DISK_CREATE,    ///< a file that was not there
    DISK_OPEN,      ///< a file that was there
    DISK_MKDIR,
    DISK_READ,      ///< asked about before, not told of after
    DISK_WRITE,     ///< `count` bytes at `offset`
    DISK_TRUNCATE,  ///< to `offset` bytes, longer or shorter
    DISK_SYNC,      ///< fsync or fdatasync of a file or a directory
    DISK_RENAME,    ///< from `path` to `new_path`
    DISK_LINK,      ///< `new_path` becomes another name of `path`
    DISK_UNLINK,
    DISK_RMDIR,
} disk_call_kind;

typedef struct {
    disk_call_kind kind;
    const char *path;
    const char *new_path;
    int64_t offset;
    const void *bytes;
    size_t count;
} disk_call;

/// Told of every call on a watched folder, one at a time.
typedef struct {
    void *context;
    /// Before the call. Returns 0, or the errno it is to fail with; may shorten a write by lowering `*count`.
    int (*before)(void *context, const disk_call *call, size_t *count);
    /// After a call that succeeded, with the bytes that were written.
    void (*after)(void *context, const disk_call *call);
} disk_watcher;

/// Watches what this process does in a folder and below, until `disk_unwatch`. Syncs there are told of and not made: what
/// they are worth is the watcher's to decide.
///
/// Shape:  `folder` is an absolute path without a trailing slash; folders of several watchers do not contain each other.
/// Bounds: 256 watchers at once; one more returns -1.
int disk_watch(const char *folder, disk_watcher watcher);
void disk_unwatch(int number);

#endif
