// SPDX-License-Identifier: Apache-2.0
//
// The parts of libdaybook that are C: a thread's last error, the count of forks, versions.

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "daybook.h"
#include "libdaybook_support.h"

// The layout is part of the ABI.
_Static_assert(sizeof(void *) != 8 || sizeof(daybook_field) == 40, "daybook_field has 40 bytes");
_Static_assert(sizeof(void *) != 8 || offsetof(daybook_field, value) == 24, "value at 24");
_Static_assert(sizeof(void *) != 8 || sizeof(daybook_options) == 32,
               "daybook_options has 32 bytes");

enum { error_bytes = 2048 };
static _Thread_local char last_error[error_bytes];

void libdaybook_set_error(const char *bytes, size_t length) {
    if (length > error_bytes - 1) {
        length = error_bytes - 1;
        // Not in the middle of a character.
        while (length > 0 && ((unsigned char)bytes[length] & 0xC0) == 0x80) length--;
    }
    memcpy(last_error, bytes, length);
    last_error[length] = 0;
}

const char *daybook_last_error(void) {
    return last_error;
}

static atomic_uint forks;

static atomic_int opened, inherited;

static void count_fork(void) {
    atomic_fetch_add_explicit(&forks, 1, memory_order_relaxed);
    if (atomic_load_explicit(&opened, memory_order_relaxed)) {
        atomic_store_explicit(&inherited, 1, memory_order_relaxed);
    }
}

void libdaybook_note_opened(void) {
    atomic_store_explicit(&opened, 1, memory_order_relaxed);
}

int libdaybook_is_inherited(void) {
    return atomic_load_explicit(&inherited, memory_order_relaxed);
}

__attribute__((constructor)) static void watch_forks(void) {
    pthread_atfork(NULL, NULL, count_fork);
}

uint32_t libdaybook_forks(void) {
    return atomic_load_explicit(&forks, memory_order_relaxed);
}

void libdaybook_note_closed(struct libdaybook_handle *handle) {
    __atomic_store_n(&handle->is_closed, 1, __ATOMIC_RELEASE);
}

int libdaybook_is_closed(const struct libdaybook_handle *handle) {
    return __atomic_load_n(&handle->is_closed, __ATOMIC_ACQUIRE);
}

uint32_t daybook_abi(void) {
    return DAYBOOK_ABI;
}

const char *daybook_version(void) {
    return "0.1.0";
}
