// SPDX-License-Identifier: Apache-2.0
//
// Many producers and one consumer on a ring that is full most of the time: built with a sanitizer by
// scripts/sanitize. Every entry, copied in or written in place, has to come out once, whole, and in its
// producer's order.

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ring.h"

enum { producers = 64, entries = 5000, ring_bytes = 65536, words_bytes = 16, copied_type = 2 };

static struct daybook_ring *ring;

// Bytes behind the two words, ending at every place of a cell.
static size_t length(uint64_t producer, uint64_t number) { return (number * 7 + producer) % 400; }

static void fail(const char *what) {
    fprintf(stderr, "ring_stress: %s\n", what);
    exit(1);
}

static void fill(unsigned char *at, uint64_t producer, uint64_t number) {
    uint64_t words[2] = {producer, number};
    memcpy(at, words, sizeof words);
    memset(at + words_bytes, (int)(number & 255), length(producer, number));
}

static int copy_in(uint64_t producer, uint64_t number) {
    unsigned char entry[DAYBOOK_RING_HEAD + words_bytes + 400];
    size_t size = DAYBOOK_RING_HEAD + words_bytes + length(producer, number);
    fill(entry + DAYBOOK_RING_HEAD, producer, number);
    return daybook_ring_push(ring, entry, size, copied_type) == DAYBOOK_RING_DONE;
}

static int write_in_place(uint64_t producer, uint64_t number) {
    size_t bytes = words_bytes + length(producer, number);
    unsigned char *place = daybook_event_begin(ring, bytes, "kind", 4ull << 32, 0, 0);
    if (place == NULL) return 0;
    fill(place, producer, number);
    daybook_event_finish(ring, place);
    return 1;
}

static void *produce(void *argument) {
    uint64_t producer = (uint64_t)(uintptr_t)argument;
    for (uint64_t number = 0; number < entries; number++) {
        while (!(number % 3 == 0 ? copy_in : write_in_place)(producer, number)) sched_yield();
    }
    return NULL;
}

static void check(const struct daybook_ring_entry *entry, uint64_t *next) {
    const unsigned char *at =
        entry->bytes
        + (entry->type == DAYBOOK_EVENT_TYPE ? DAYBOOK_EVENT_FIELDS : DAYBOOK_RING_HEAD);
    uint64_t words[2];
    memcpy(words, at, sizeof words);
    if (words[0] >= producers) fail("an entry of nobody");
    if (words[1] != next[words[0]]++) fail("an entry out of order");
    size_t count = length(words[0], words[1]);
    for (size_t place = 0; place < count; place++) {
        if (at[words_bytes + place] != (words[1] & 255)) fail("an entry that is not whole");
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
