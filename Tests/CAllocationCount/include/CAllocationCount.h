// SPDX-License-Identifier: Apache-2.0
//
// Counts what each thread allocates, by taking malloc's place in the program that links this.

#ifndef DAYBOOK_ALLOCATION_COUNT_H
#define DAYBOOK_ALLOCATION_COUNT_H

#include <stdint.h>

/// Allocations of the calling thread so far; 0 for ever where `allocations_are_counted` says no.
uint64_t allocations_of_thread(void);
/// Whether this build counts: with glibc, and without a sanitizer, which takes malloc's place itself.
int allocations_are_counted(void);

#endif
