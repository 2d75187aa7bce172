// SPDX-License-Identifier: Apache-2.0
//
// Many producers and one consumer on a ring that is full most of the time: built with a sanitizer by
// scripts/sanitize. Every entry has to come out once, whole, and in its producer's order.

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ring.h"

enum { producers = 64, entries = 5000, ring_bytes = 65536, body = 32 };

static struct daybook_ring *ring;

// Lengths that end at every place of a cell.
static size_t length(uint64_t producer, uint64_t number) {
    return body + (number * 7 + producer) % 400;
}

static void fail(const char *what) {
    fprintf(stderr, "ring_stress: %s\n", what);
    exit(1);
}

static void *produce(void *argument) {
    uint64_t producer = (uint64_t)(uintptr_t)argument;
    unsigned char entry[body + 400];
    for (uint64_t number = 0; number < entries; number++) {
        size_t size = length(producer, number);
        uint64_t words[2] = {producer, number};
        memcpy(entry + DAYBOOK_RING_HEAD, words, sizeof words);
        memset(entry + body, (int)(number & 255), size - body);
        while (daybook_ring_push(ring, entry, size, 1) != DAYBOOK_RING_DONE) sched_yield();
    }
    return NULL;
}

static void check(const struct daybook_ring_entry *entry, uint64_t *next) {
    uint64_t words[2];
    memcpy(words, entry->bytes + DAYBOOK_RING_HEAD, sizeof words);
    if (words[0] >= producers) fail("an entry of nobody");
    if (words[1] != next[words[0]]++) fail("an entry out of order");
    size_t size = length(words[0], words[1]);
    for (size_t at = body; at < size; at++) {
        if (entry->bytes[at] != (words[1] & 255)) fail("an entry that is not whole");
    }
}

int main(void) {
    ring = daybook_ring_make(ring_bytes, 1 << 20);
    if (ring == NULL) fail("no memory");
    pthread_t threads[producers];
    for (uintptr_t number = 0; number < producers; number++) {
        if (pthread_create(&threads[number], NULL, produce, (void *)number) != 0) fail("no thread");
    }
    uint64_t next[producers] = {0};
    struct daybook_ring_entry entry;
    for (uint64_t taken = 0; taken < (uint64_t)producers * entries;) {
        if (daybook_ring_next(ring, &entry) != DAYBOOK_RING_ENTRY) {
            sched_yield();
            continue;
        }
        check(&entry, next);
        daybook_ring_release(ring);
        taken++;
    }
    for (int number = 0; number < producers; number++) pthread_join(threads[number], NULL);
    daybook_ring_free(ring);
    printf("%d entries of %d threads, whole and in order\n", producers * entries, producers);
    return 0;
}
