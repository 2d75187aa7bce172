// SPDX-License-Identifier: Apache-2.0
//
// The kernel's number of the calling thread, for those who cannot afford a call.

#ifndef DAYBOOK_THREAD_NUMBER_H
#define DAYBOOK_THREAD_NUMBER_H

#include "scratch.h"

#if defined(__linux__)
// Four bytes of the memory that threads have from their start, so that a shared library need not call
// for their address.
__attribute__((tls_model("initial-exec"), visibility("hidden")))
#endif
extern _Thread_local uint32_t daybook_this_thread;

static inline uint32_t this_thread_number(void) {
    uint32_t number = daybook_this_thread;
    return __builtin_expect(number != 0, 1) ? number : daybook_thread_number();
}

#endif
