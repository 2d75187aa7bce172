// SPDX-License-Identifier: Apache-2.0

#ifdef __linux__
#define _GNU_SOURCE
#endif

#include "beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int refuse(int descriptor, int other, int code) {
    if (descriptor >= 0) close(descriptor);
    if (other >= 0) close(other);
    errno = code;
    return -1;
}

// One name of a path: never a link, never a name that leads up.
static int open_name(int directory, const char *name, size_t length, int flags, dev_t device) {
    char copy[256];
    if (length >= sizeof copy) return refuse(-1, -1, ENAMETOOLONG);
    memcpy(copy, name, length);
    copy[length] = 0;
    if (strcmp(copy, "..") == 0) return refuse(-1, -1, EXDEV);
    int opened = openat(directory, copy, flags | O_NOFOLLOW | O_CLOEXEC);
    if (opened < 0) return -1;
    struct stat facts;
    if (fstat(opened, &facts) < 0) return refuse(opened, -1, errno);
    if (facts.st_dev != device) return refuse(opened, -1, EXDEV);
    return opened;
}

int daybook_open_beneath_portable(int root, const char *path, int flags) {
    struct stat facts;
    if (fstat(root, &facts) < 0) return -1;
    if (path[0] == '/') return refuse(-1, -1, EXDEV);
    int directory = dup(root);
    if (directory < 0) return -1;
    fcntl(directory, F_SETFD, FD_CLOEXEC);
    for (const char *name = path;;) {
        const char *end = strchr(name, '/');
        size_t length = end ? (size_t)(end - name) : strlen(name);
        int last = end == NULL;
        int next = length == 0
            ? refuse(-1, -1, EINVAL)
            : open_name(directory, name, length,
                        last ? flags : O_RDONLY | O_DIRECTORY, facts.st_dev);
        // A link in the middle is no directory; say what it is.
        if (next < 0) {
            int code = errno;
            struct stat link;
            char copy[256];
            if (code == ENOTDIR && length < sizeof copy) {
                memcpy(copy, name, length);
                copy[length] = 0;
                if (fstatat(directory, copy, &link, AT_SYMLINK_NOFOLLOW) == 0 &&
                    S_ISLNK(link.st_mode))
                    code = ELOOP;
            }
            return refuse(directory, -1, code);
        }
        close(directory);
        if (last) return next;
        directory = next;
        name = end + 1;
    }
}

#ifdef __linux__

#include <sys/syscall.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_renameat2
#if defined(__x86_64__)
#define SYS_renameat2 316
#else
#define SYS_renameat2 276
#endif
#endif

// As in <linux/openat2.h>, which older headers do not have.
struct how {
    uint64_t flags, mode, resolve;
};
enum { no_xdev = 1, no_magiclinks = 2, no_symlinks = 4, beneath = 8 };

int daybook_open_beneath(int root, const char *path, int flags) {
    struct how how = {
        .flags = (uint64_t)(flags | O_CLOEXEC),
        .resolve = no_xdev | no_magiclinks | no_symlinks | beneath,
    };
    for (int again = 0; again < 16; again++) {
        long opened = syscall(SYS_openat2, root, path, &how, sizeof how);
        if (opened >= 0) return (int)opened;
        // Something was renamed meanwhile, or a signal came.
        if (errno == EAGAIN || errno == EINTR) continue;
        // Older kernels do not know it, some sandboxes forbid what they do not know.
        if (errno == ENOSYS || errno == EPERM)
            return daybook_open_beneath_portable(root, path, flags);
        return -1;
    }
    return -1;
}

int daybook_rename_new(int directory, const char *from, const char *to) {
    if (syscall(SYS_renameat2, directory, from, directory, to, 1) == 0) return 0;
    if (errno != ENOSYS && errno != EINVAL) return -1;
    if (linkat(directory, from, directory, to, 0) < 0) return -1;
    return unlinkat(directory, from, 0);
}

int daybook_is_only_descriptor(int descriptor) {
    if (fcntl(descriptor, F_SETLEASE, F_WRLCK) == 0) {
        fcntl(descriptor, F_SETLEASE, F_UNLCK);
        return 1;
    }
    return errno == EAGAIN ? 0 : -1;
}

#else

int daybook_open_beneath(int root, const char *path, int flags) {
    return daybook_open_beneath_portable(root, path, flags);
}

int daybook_rename_new(int directory, const char *from, const char *to) {
    if (linkat(directory, from, directory, to, 0) < 0) return -1;
    return unlinkat(directory, from, 0);
}

int daybook_is_only_descriptor(int descriptor) {
    (void)descriptor;
    errno = ENOTSUP;
    return -1;
}

#endif
