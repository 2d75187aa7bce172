// SPDX-License-Identifier: Apache-2.0
//
// A clock that costs a few nanoseconds to read: the processor's cycle counter where it runs at one
// rate and never stops, else the system's monotonic clock. Ticks mean nothing by themselves; whoever
// reads them later compares them with samples of the wall clock.

#ifndef DAYBOOK_CYCLE_CLOCK_H
#define DAYBOOK_CYCLE_CLOCK_H

// No header of the system or the compiler here beside stdint.h: Swift would take their declarations
// for this module's.
#include <stdint.h>

/// 1 when ticks are cycles, 0 when they are nanoseconds of the monotonic clock. Set before `main`.
extern int daybook_ticks_are_cycles;

/// Nanoseconds of the monotonic clock.
uint64_t daybook_monotonic_ticks(void);

/// Ticks now. They never step back on one processor, and on machines whose counters agree, which is
/// what an invariant counter promises, not between processors either.
static inline uint64_t daybook_ticks(void) {
#if defined(__x86_64__)
    if (__builtin_expect(daybook_ticks_are_cycles, 1)) return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    if (__builtin_expect(daybook_ticks_are_cycles, 1)) {
        uint64_t ticks;
        __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
        return ticks;
    }
#endif
    return daybook_monotonic_ticks();
}

/// Reads both clocks as closely together as one of a few tries comes: `ticks`, and the wall clock in
/// nanoseconds since 1970.
void daybook_sample_clocks(uint64_t *ticks, int64_t *nanoseconds);

#endif
