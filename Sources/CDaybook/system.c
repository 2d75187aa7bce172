// SPDX-License-Identifier: Apache-2.0

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <pthread.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

// Fills in the address. A path that is too long for it is reached through its directory's
// descriptor where the system offers that; *directory is then open, else -1.
static int fill_address(const char *path, struct sockaddr_un *address, int *directory) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    *directory = -1;
    size_t length = strlen(path);
    if (length < sizeof address->sun_path) {
        memcpy(address->sun_path, path, length);
        return 0;
    }
#ifdef __linux__
    const char *name = strrchr(path, '/');
    char parent[4096];
    if (name == NULL || (size_t)(name - path) >= sizeof parent) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(parent, path, (size_t)(name - path));
    parent[name - path] = 0;
    *directory = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*directory < 0) return -1;
    int written = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s",
                           *directory, name + 1);
    if (written > 0 && (size_t)written < sizeof address->sun_path) return 0;
    close(*directory);
    *directory = -1;
#endif
    errno = ENAMETOOLONG;
    return -1;
}

static int new_socket(void) {
    int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    if (descriptor < 0) return -1;
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
#ifdef SO_NOSIGPIPE
    int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    return descriptor;
}

static int fail(int descriptor, int directory) {
    int code = errno;
    if (descriptor >= 0) close(descriptor);
    if (directory >= 0) close(directory);
    errno = code;
    return -1;
}

int daybook_unix_listen(const char *path) {
    struct sockaddr_un address;
    int directory;
    if (fill_address(path, &address, &directory) < 0) return -1;
    int descriptor = new_socket();
    if (descriptor < 0) return fail(-1, directory);
    unlink(address.sun_path);
    // The mode is set before listen: nobody connects in between.
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0 ||
        chmod(address.sun_path, 0600) < 0 || listen(descriptor, 64) < 0)
        return fail(descriptor, directory);
    if (directory >= 0) close(directory);
    return descriptor;
}

int daybook_unix_connect(const char *path) {
    struct sockaddr_un address;
    int directory;
    if (fill_address(path, &address, &directory) < 0) return -1;
    int descriptor = new_socket();
    if (descriptor < 0) return fail(-1, directory);
    int result;
    do {
        result = connect(descriptor, (struct sockaddr *)&address, sizeof address);
    } while (result < 0 && errno == EINTR);
    if (result < 0) return fail(descriptor, directory);
    if (directory >= 0) close(directory);
    return descriptor;
}

int daybook_unix_accept(int descriptor) {
    for (;;) {
        int accepted = accept(descriptor, NULL, NULL);
        if (accepted >= 0) {
            fcntl(accepted, F_SETFD, FD_CLOEXEC);
#ifdef SO_NOSIGPIPE
            int on = 1;
            setsockopt(accepted, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
            return accepted;
        }
        if (errno != EINTR && errno != ECONNABORTED) return -1;
    }
}

int daybook_send_all(int descriptor, const void *bytes, size_t count) {
    const char *next = bytes;
    while (count > 0) {
        ssize_t sent = send(descriptor, next, count, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) continue;
            return -1;
        }
        next += sent;
        count -= (size_t)sent;
    }
    return 0;
}

int daybook_receive_all(int descriptor, void *bytes, size_t count) {
    char *next = bytes;
    while (count > 0) {
        ssize_t got = recv(descriptor, next, count, 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            return -1;
        }
        if (got == 0) return 0;
        next += got;
        count -= (size_t)got;
    }
    return 1;
}

int64_t daybook_peer_user(int descriptor) {
#if defined(__linux__)
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0)
        return (int64_t)credentials.uid;
#elif defined(__APPLE__)
    uid_t user;
    gid_t group;
    if (getpeereid(descriptor, &user, &group) == 0) return (int64_t)user;
#endif
    return -1;
}

void daybook_shutdown(int descriptor, int how) {
    shutdown(descriptor, how == 0 ? SHUT_RD : how == 1 ? SHUT_WR : SHUT_RDWR);
}

void daybook_name_thread(const char *name) {
#if defined(__linux__)
    char cut[16];
    snprintf(cut, sizeof cut, "%s", name);
    pthread_setname_np(pthread_self(), cut);
#elif defined(__APPLE__)
    pthread_setname_np(name);
#else
    (void)name;
#endif
}

#ifdef __linux__
// Linux keeps a nice value for each thread; 5 gives a third of the time where both want all of it.
void daybook_lower_thread_priority(void) { (void)setpriority(PRIO_PROCESS, 0, 5); }
#else
void daybook_lower_thread_priority(void) {}
#endif

#ifdef __linux__
// Not a limit of zero: programs that we start would inherit it, and their core files are their own.
void daybook_refuse_core_dumps(void) { (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
#else
void daybook_refuse_core_dumps(void) {}
#endif
