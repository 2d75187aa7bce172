// SPDX-License-Identifier: Apache-2.0
//
// Passing open files to another process over a Unix domain socket (SCM_RIGHTS), whose layout in
// memory is a matter of macros.

#ifndef DAYBOOK_CONTROL_H
#define DAYBOOK_CONTROL_H

#include <stddef.h>

/// The most files that one message carries.
#define DAYBOOK_FILES_MAX 3

/// Sends `count` bytes, at least one, and `files` with the first of them. Returns 0, or -1 with errno
/// set.
int daybook_send_files(int descriptor, const void *bytes, size_t count, const int *files,
                       int file_count);

/// Receives one byte and the files sent with it, which nobody inherits. More than
/// DAYBOOK_FILES_MAX are closed and refused. Returns their number, or -1 with errno set.
int daybook_receive_files(int descriptor, unsigned char *byte, int *files);

#endif
