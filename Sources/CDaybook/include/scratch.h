// SPDX-License-Identifier: Apache-2.0
//
// Room in which a thread prepares an entry for a ring: part of the thread, so that nothing is
// allocated.

#ifndef DAYBOOK_SCRATCH_H
#define DAYBOOK_SCRATCH_H

#include "ring.h"

/// The calling thread's room of DAYBOOK_RING_ENTRY_MAX bytes; NULL while it is in use, by a call
/// further up the stack.
unsigned char *daybook_scratch_begin(void);
/// Gives it back, on the thread that took it.
void daybook_scratch_end(void);
/// The kernel's number of the calling thread, asked for once a thread.
uint32_t daybook_thread_number(void);

#endif
