// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>
#include <stdint.h>

// What Swift cannot do for libdaybook; not installed, not exported.

/// Keeps a copy of a text, cut where it is too long, as the calling thread's last error.
void libdaybook_set_error(const char *bytes, size_t length);

/// How often this process and its parents forked since the library was first used: a handle that
/// was opened at another count is of another process. A load, no system call.
uint32_t libdaybook_forks(void);

/// Says that books were opened: from here on this process has threads that a child would not have.
void libdaybook_note_opened(void);

/// Whether this process is a child of one that had opened books, and did not start a program since.
int libdaybook_is_inherited(void);
