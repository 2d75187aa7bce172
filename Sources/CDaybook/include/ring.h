// SPDX-License-Identifier: Apache-2.0
//
// A bounded queue of byte entries for many producers and one consumer, in the memory of one process.
//
// An entry takes whole cells of 64 bytes. A producer reserves cells by compare-and-swap on the tail,
// copies, and stores the entry's first word last, with release. The consumer takes entries in the
// order of their reservations, which is the order of the calls wherever one ended before another
// began. It clears the first word of each cell before it frees them, so that what lay there never
// looks like an entry. docs/design/hot-path.md has the reasons.
//
// A forked child sees the control page empty (the kernel wipes it) and is told so.

#ifndef DAYBOOK_RING_H
#define DAYBOOK_RING_H

#include <stddef.h>
#include <stdint.h>

/// Bytes of a cell: a cache line, so that producers side by side do not share one.
#define DAYBOOK_RING_CELL 64
/// Bytes of the longest entry; what is longer lies in a block of its own, and the entry names it.
#define DAYBOOK_RING_ENTRY_MAX 4096
/// Bytes at the start of an entry that the ring writes itself: header and ticks.
#define DAYBOOK_RING_HEAD 16

enum daybook_ring_answer {
    DAYBOOK_RING_DONE = 0,
    /// No room at the moment.
    DAYBOOK_RING_FULL = 1,
    /// Closed for good.
    DAYBOOK_RING_CLOSED = 2,
    /// Takes nothing at the moment, as its owner said.
    DAYBOOK_RING_REFUSING = 3,
    /// This process is a forked child; the queue is its parent's.
    DAYBOOK_RING_FORKED = 4,
    /// The entry is longer than DAYBOOK_RING_ENTRY_MAX.
    DAYBOOK_RING_TOO_LONG = 5,
};

/// What the consumer finds.
enum daybook_ring_state {
    DAYBOOK_RING_ENTRY = 0,
    DAYBOOK_RING_EMPTY = 1,
    /// A producer is copying.
    DAYBOOK_RING_BUSY = 2,
};

struct daybook_ring {
    // Read by all, written once.
    uint64_t magic;
    unsigned char *cells;
    uint64_t mask;
    /// Bytes in use at which nothing more is taken.
    uint64_t limit;
    uint64_t capacity;
    uint64_t heavy_limit;
    uint64_t unused[2];
    // Written by producers.
    /// Bytes reserved so far, with the gates in its highest bits.
    uint64_t tail;
    /// What a producer last saw of `head`.
    uint64_t seen_head;
    uint64_t unused_tail[6];
    // Written by the consumer.
    /// Bytes freed so far.
    uint64_t head;
    /// Bytes taken so far; only the consumer's.
    uint64_t taken;
    /// Bytes of the entry at hand; only the consumer's.
    uint64_t current;
    uint64_t unused_head[5];
    // Seldom written.
    /// Bytes in blocks outside the ring.
    uint64_t heavy;
    /// Producers that wait for room.
    uint64_t waiters;
    /// Records that were given up.
    uint64_t lost;
    uint64_t unused_rest[5];
};

struct daybook_ring_entry {
    unsigned char *bytes;
    uint64_t size;
    uint64_t ticks;
    uint32_t type;
};

/// A ring of `capacity` bytes, a power of two of at least 64 KiB, its memory there from the start.
/// NULL with errno set when the system gives none.
struct daybook_ring *daybook_ring_make(uint64_t capacity, uint64_t heavy_limit);
/// Gives the memory back; nobody may use the ring any more.
void daybook_ring_free(struct daybook_ring *ring);

// Producers, any thread.

/// How many bytes ahead of the next entry cells are asked for: two events of six fields. Behind one
/// another they are 30 ns apart, and cells that the consumer had last come in 50 to 100.
#define DAYBOOK_RING_AHEAD 640

/// Brings the cells of the entry after the next two towards this processor; those of the next ones were
/// asked for by the calls before.
static inline void daybook_ring_prefetch(struct daybook_ring *ring) {
    unsigned char *cells = ring->cells;
    uint64_t at = __atomic_load_n(&ring->tail, __ATOMIC_RELAXED) + DAYBOOK_RING_AHEAD;
    for (int i = 0; i < 5; i++) {
        __builtin_prefetch(cells + ((at + (uint64_t)i * DAYBOOK_RING_CELL) & ring->mask), 1, 3);
    }
}

/// Puts an entry of `size` bytes in: `entry` begins with DAYBOOK_RING_HEAD bytes that are ignored.
/// Stamps it. Does not allocate, lock, wait or call the system. `type` is below 256.
int daybook_ring_push(
    struct daybook_ring *ring, const void *entry, size_t size, uint32_t type);

/// Bytes in front of the fields of an event that is written in place: the ring's own, then its instant,
/// a ticket (none), two counts, level and flags, and the address of its kind's name. `EventLayout` in
/// the room Records has the same places.
#define DAYBOOK_EVENT_FIELDS 56
/// The type of an entry that is an event.
#define DAYBOOK_EVENT_TYPE 1u

/// Takes room for an event whose fields have `bytes` bytes, stamps it and writes what stands before
/// them. Returns where the fields go, or NULL when it was not taken, for whatever reason. The caller
/// writes them at once and ends with `daybook_event_finish`: nothing behind it is read before.
/// `counts` has the count of fields and, from bit 32, that of the kind's bytes; `level_and_flags` the
/// level and, from bit 8, flags. `kind` stays where it is as long as the process lives.
unsigned char *daybook_event_begin(
    struct daybook_ring *ring, size_t bytes, const void *kind, uint64_t counts,
    uint64_t level_and_flags, int64_t instant);
/// Hands the event over whose fields begin at `fields`, and brings the next cells near.
void daybook_event_finish(struct daybook_ring *ring, unsigned char *fields);

/// Counts bytes of a block that an entry names, after it was put in: the consumer may have taken
/// them off before, and the count be below zero for a moment.
void daybook_ring_add_heavy(struct daybook_ring *ring, uint64_t bytes);
/// Takes them off again.
void daybook_ring_drop_heavy(struct daybook_ring *ring, uint64_t bytes);
/// Whether an entry would find no room now; or why none is taken.
int daybook_ring_probe(struct daybook_ring *ring);
void daybook_ring_count_lost(struct daybook_ring *ring, uint64_t count);
/// Whether this process is another than the one that made the ring.
int daybook_ring_is_forked(struct daybook_ring *ring);

// The consumer, one thread.

/// The next entry, which stays where it is until it is released.
int daybook_ring_next(struct daybook_ring *ring, struct daybook_ring_entry *entry);
/// Takes the entry at hand off, and gives its cells back with those of its neighbours.
void daybook_ring_release(struct daybook_ring *ring);
/// Gives back what was released.
void daybook_ring_publish(struct daybook_ring *ring);
/// Whether the producer of the entry at the head has died while it copied; then the entry is
/// taken off. Answers no while it lives or nobody can tell.
int daybook_ring_skip_dead(struct daybook_ring *ring);
/// Takes and clears the count of lost records.
uint64_t daybook_ring_take_lost(struct daybook_ring *ring);
/// Gives the memory of the cells back to the system, once the ring is closed and empty; before that it
/// does nothing. Their addresses stay: who comes later is told that the ring is closed.
void daybook_ring_give_back(struct daybook_ring *ring);
/// Bytes in use, blocks included.
uint64_t daybook_ring_used(struct daybook_ring *ring);

// The owner.

void daybook_ring_close(struct daybook_ring *ring);
void daybook_ring_refuse(struct daybook_ring *ring, int refusing);
void daybook_ring_add_waiter(struct daybook_ring *ring, int64_t count);
int daybook_ring_is_closed(struct daybook_ring *ring);
/// Whether producers wait and there is room for them.
int daybook_ring_owes_room(struct daybook_ring *ring);

#endif
