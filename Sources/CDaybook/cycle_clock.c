// SPDX-License-Identifier: Apache-2.0

#include "cycle_clock.h"

#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

int daybook_ticks_are_cycles;

// Before `main`, so that no caller has to ask whether it was done.
__attribute__((constructor)) static void choose_clock(void) {
#if defined(__x86_64__)
    unsigned a, b, c, d;
    // Leaf 0x80000007, EDX bit 8: the counter runs at one rate in all states of the processor.
    daybook_ticks_are_cycles = __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & (1u << 8)) != 0;
#elif defined(__aarch64__)
    // The generic timer is a fixed-rate counter by its architecture.
    daybook_ticks_are_cycles = 1;
#endif
}

uint64_t daybook_monotonic_ticks(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void daybook_sample_clocks(uint64_t *ticks, int64_t *nanoseconds) {
    uint64_t narrowest = UINT64_MAX;
    for (int attempt = 0; attempt < 4; attempt++) {
        struct timespec time;
        uint64_t before = daybook_ticks();
        clock_gettime(CLOCK_REALTIME, &time);
        uint64_t span = daybook_ticks() - before;
        if (span >= narrowest) continue;
        narrowest = span;
        *ticks = before + span / 2;
        *nanoseconds = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    }
}
