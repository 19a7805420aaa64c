#pragma once

#include <sys/syscall.h>
#include <unistd.h>

/// write(2) that is no point of cancellation: the C library's is one, for which it marks the thread before and after.
static inline ssize_t write_uncancelled(int descriptor, const void *bytes, size_t count) {
    return syscall(SYS_write, descriptor, bytes, count);
}
