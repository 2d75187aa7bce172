// SPDX-License-Identifier: Apache-2.0

#include "machine_state.h"

#ifdef __linux__

#include <sys/timex.h>
#include <sys/vfs.h>

int daybook_clock_is_synchronised(void) {
    struct timex state = {0};
    int answer = adjtimex(&state);
    if (answer < 0) return -1;
    return answer == TIME_ERROR || (state.status & STA_UNSYNC) ? 0 : 1;
}

int daybook_filesystem_kind(const char *path) {
    struct statfs facts;
    if (statfs(path, &facts) < 0) return -1;
    switch ((unsigned long)facts.f_type & 0xFFFFFFFFUL) {
    case 0x01021994UL: // tmpfs
    case 0x858458F6UL: // ramfs
        return 1;
    case 0x6969UL:     // NFS
    case 0xFF534D42UL: // CIFS
    case 0xFE534D42UL: // SMB2
    case 0x517BUL:     // SMB
    case 0x65735546UL: // FUSE: sshfs and the like
    case 0x00C36400UL: // Ceph
    case 0x01021997UL: // 9P
        return 2;
    default:
        return 0;
    }
}

#else

int daybook_clock_is_synchronised(void) { return -1; }
int daybook_filesystem_kind(const char *path) { (void)path; return 0; }

#endif
