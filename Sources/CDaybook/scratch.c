// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "scratch.h"

#include <pthread.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/syscall.h>
#endif

#include "thread_number.h"

_Thread_local uint32_t daybook_this_thread;

static _Thread_local struct {
    uint32_t in_use;
    _Alignas(64) unsigned char bytes[DAYBOOK_RING_ENTRY_MAX];
} this_thread;

// Hot, as in ring.c.
__attribute__((hot)) unsigned char *daybook_scratch_begin(void) {
    if (__builtin_expect(this_thread.in_use, 0)) return NULL;
    this_thread.in_use = 1;
    return this_thread.bytes;
}

__attribute__((hot)) void daybook_scratch_end(void) { this_thread.in_use = 0; }

uint32_t daybook_thread_number(void) {
    uint32_t number = daybook_this_thread;
#if defined(__linux__)
    if (__builtin_expect(number == 0, 0)) {
        number = (uint32_t)syscall(SYS_gettid);
        daybook_this_thread = number;
    }
#endif
    return number;
}

// The thread of a forked child has another number than its parent's.
static void forget_number(void) { daybook_this_thread = 0; }

__attribute__((constructor)) static void watch_forks(void) {
    pthread_atfork(NULL, NULL, forget_number);
}
