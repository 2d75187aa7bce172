// SPDX-License-Identifier: Apache-2.0
//
// What `daybook doctor` asks the kernel and Swift's Glibc module does not offer.

#ifndef DAYBOOK_MACHINE_STATE_H
#define DAYBOOK_MACHINE_STATE_H

/// Whether something keeps the clock right: 1 yes, 0 no, -1 the system does not tell.
int daybook_clock_is_synchronised(void);

/// What holds `path`: 0 a disk or unknown, 1 memory, 2 a network file system, -1 with errno set.
int daybook_filesystem_kind(const char *path);

#endif
