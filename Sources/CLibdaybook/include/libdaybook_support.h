// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "daybook.h"

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

/// What a `daybook *` points to. Never freed, so that a thread that comes after daybook_close gets an
/// answer and not memory of somebody else.
struct libdaybook_handle {
    /// Swift's object, which lives as long.
    void *object;
    /// The queue of `audit`, a `struct daybook_ring`.
    void *audit;
    /// The count of forks when it was opened: in a child the threads behind it do not exist.
    uint32_t forks;
    /// Events below it are not recorded.
    int32_t level;
    /// The level below which `audit` takes none.
    int32_t audit_level;
    /// Not 0 once it was closed.
    int32_t is_closed;
};

/// Notes that a handle was closed, before it is.
void libdaybook_note_closed(struct libdaybook_handle *handle);
int libdaybook_is_closed(const struct libdaybook_handle *handle);

/// Names an event of the vocabulary that goes into `audit`; `name` stays where it is. Called before the
/// first handle is given out, by one thread.
void libdaybook_add_kind(const char *name, size_t count, uint8_t level);

/// daybook_record by the way that knows everything, in Swift.
int libdaybook_record(
    daybook *handle, const char *kind, int level, const daybook_field *fields, size_t count);
