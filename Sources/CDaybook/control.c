// SPDX-License-Identifier: Apache-2.0

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "control.h"
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

// Room and alignment for the files of one message.
union control_room {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int) * DAYBOOK_FILES_MAX)];
};

int daybook_send_files(int descriptor, const void *bytes, size_t count, const int *files,
                       int file_count) {
    if (count == 0 || file_count < 1 || file_count > DAYBOOK_FILES_MAX) {
        errno = EINVAL;
        return -1;
    }
    union control_room room;
    memset(&room, 0, sizeof room);
    struct iovec part = {.iov_base = (void *)(unsigned long)bytes, .iov_len = 1};
    struct msghdr message = {0};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room.bytes;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)file_count);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)file_count);
    memcpy(CMSG_DATA(header), files, sizeof(int) * (size_t)file_count);
    ssize_t sent;
    do {
        sent = sendmsg(descriptor, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent != 1) return -1;
    return count == 1 ? 0 : daybook_send_all(descriptor, (const char *)bytes + 1, count - 1);
}

int daybook_receive_files(int descriptor, unsigned char *byte, int *files) {
    union control_room room;
    memset(&room, 0, sizeof room);
    struct iovec part = {.iov_base = byte, .iov_len = 1};
    struct msghdr message = {0};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room.bytes;
    message.msg_controllen = sizeof room.bytes;
    int flags = 0;
#ifdef MSG_CMSG_CLOEXEC
    flags |= MSG_CMSG_CLOEXEC;
#endif
    ssize_t got;
    do {
        got = recvmsg(descriptor, &message, flags);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return -1;
    int found = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int file;
            memcpy(&file, CMSG_DATA(header) + i * sizeof(int), sizeof file);
            if (found < DAYBOOK_FILES_MAX) {
                files[found++] = file;
#ifndef MSG_CMSG_CLOEXEC
                fcntl(file, F_SETFD, FD_CLOEXEC);
#endif
            } else {
                close(file);
            }
        }
    }
    if (got == 1 && !(message.msg_flags & MSG_CTRUNC)) return found;
    for (int i = 0; i < found; i++) close(files[i]);
    errno = got == 0 ? ECONNRESET : EMSGSIZE;
    return -1;
}
