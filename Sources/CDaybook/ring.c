// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__linux__)
#include <signal.h>
#include <sys/syscall.h>
#endif

#include "cycle_clock.h"
#include "thread_number.h"

#define MAGIC 0x676e6972796164ull
#define CONTROL_BYTES 4096

// The highest bits of the tail: an owner who sets one wins or loses against each reservation, so
// that none slips in afterwards.
#define CLOSED (1ull << 63)
#define REFUSING (1ull << 62)
#define HEAVY (1ull << 61)
#define GATES (CLOSED | REFUSING | HEAVY)

// The header: 2 bits state, 6 bits nothing, 8 bits type, 16 bits cells, 32 bits thread.
#define RESERVED 1ull
#define COMMITTED 2ull
#define PAD_TYPE 255u

static inline uint64_t header(uint64_t state, uint32_t type, uint64_t size, uint32_t thread) {
    return state | (uint64_t)type << 8 | (size / DAYBOOK_RING_CELL) << 16 | (uint64_t)thread << 32;
}
static inline uint64_t size_of(uint64_t header) {
    return (header >> 16 & 0xFFFF) * DAYBOOK_RING_CELL;
}
static inline uint32_t type_of(uint64_t header) { return header >> 8 & 0xFF; }

static inline uint64_t *word(struct daybook_ring *ring, uint64_t position) {
    return (uint64_t *)(void *)(ring->cells + (position & ring->mask));
}

static uint64_t load(uint64_t *from) { return __atomic_load_n(from, __ATOMIC_RELAXED); }

// MARK: - Life

struct daybook_ring *daybook_ring_make(uint64_t capacity, uint64_t heavy_limit) {
    if (capacity < 65536 || (capacity & (capacity - 1)) != 0 || capacity > 1ull << 40) {
        errno = EINVAL;
        return NULL;
    }
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    void *control = mmap(NULL, CONTROL_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (control == MAP_FAILED) return NULL;
    void *cells = mmap(NULL, capacity, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (cells == MAP_FAILED) {
        munmap(control, CONTROL_BYTES);
        return NULL;
    }
#if defined(__linux__)
    // Advice: where the kernel does not take it, it is slower or the child is told less.
    madvise(control, CONTROL_BYTES, MADV_WIPEONFORK);
    madvise(cells, capacity, MADV_DONTFORK);
    madvise(cells, capacity, MADV_HUGEPAGE);
    // Core files of a program that crashed must not have what was not masked yet.
    madvise(cells, capacity, MADV_DONTDUMP);
#elif defined(__APPLE__)
    minherit(control, CONTROL_BYTES, VM_INHERIT_ZERO);
    minherit(cells, capacity, VM_INHERIT_NONE);
#endif
    // The pages are there before the first caller needs one.
    memset(cells, 0, capacity);
    struct daybook_ring *ring = control;
    ring->cells = cells;
    ring->mask = capacity - 1;
    ring->capacity = capacity;
    // Whoever finds room below it may go beyond it by one entry and what is left at the end.
    ring->limit = capacity - 2 * DAYBOOK_RING_ENTRY_MAX;
    ring->heavy_limit = heavy_limit;
    ring->magic = MAGIC;
    return ring;
}

void daybook_ring_free(struct daybook_ring *ring) {
    if (ring->magic == MAGIC) munmap(ring->cells, ring->capacity);
    munmap(ring, CONTROL_BYTES);
}

void daybook_ring_give_back(struct daybook_ring *ring) {
    uint64_t tail = __atomic_load_n(&ring->tail, __ATOMIC_SEQ_CST);
    // Whoever reserved before the gate was set has committed, and nobody reserves after it.
    if (ring->magic != MAGIC || !(tail & CLOSED) || (tail & ~GATES) != ring->taken) return;
#if defined(__linux__)
    madvise(ring->cells, ring->capacity, MADV_DONTNEED);
#elif defined(__APPLE__)
    madvise(ring->cells, ring->capacity, MADV_FREE);
#endif
}

int daybook_ring_is_forked(struct daybook_ring *ring) { return ring->magic != MAGIC; }

// MARK: - Producers

// Why `tail` lets nothing in; DONE when it does.
static int gate(struct daybook_ring *ring, uint64_t tail) {
    if (tail & CLOSED) return DAYBOOK_RING_CLOSED;
    if (tail & REFUSING) return DAYBOOK_RING_REFUSING;
    if (tail & HEAVY) return DAYBOOK_RING_FULL;
    uint64_t head = __atomic_load_n(&ring->head, __ATOMIC_SEQ_CST);
    __atomic_store_n(&ring->seen_head, head, __ATOMIC_RELEASE);
    if (tail - head < ring->limit) return DAYBOOK_RING_DONE;
    return ring->magic == MAGIC ? DAYBOOK_RING_FULL : DAYBOOK_RING_FORKED;
}

int daybook_ring_probe(struct daybook_ring *ring) {
    return gate(ring, __atomic_load_n(&ring->tail, __ATOMIC_SEQ_CST));
}

// Takes cells for an entry and stamps it; NULL, and why in `answer`, when there are none. `size` is at
// most DAYBOOK_RING_ENTRY_MAX.
static inline __attribute__((always_inline)) uint64_t *reserve(
    struct daybook_ring *ring, size_t size, uint32_t type, int *answer) {
    uint32_t thread = this_thread_number();
    uint64_t needed = (size + DAYBOOK_RING_CELL - 1) & ~(uint64_t)(DAYBOOK_RING_CELL - 1);
    uint64_t tail = load(&ring->tail);
    uint64_t padding, ticks;
    do {
        // Acquire: the cells were cleared before the head that somebody saw was published.
        uint64_t used = tail - __atomic_load_n(&ring->seen_head, __ATOMIC_ACQUIRE);
        // A gate makes this huge, so that one branch asks for both.
        if (__builtin_expect(used >= ring->limit, 0)) {
            *answer = gate(ring, tail);
            if (*answer != DAYBOOK_RING_DONE) return NULL;
        }
        uint64_t left = ring->capacity - (tail & ring->mask);
        padding = __builtin_expect(left < needed, 0) ? left : 0;
        ticks = daybook_ticks();
    } while (!__atomic_compare_exchange_n(
        &ring->tail, &tail, tail + padding + needed, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    if (__builtin_expect(padding != 0, 0)) {
        __atomic_store_n(
            word(ring, tail), header(COMMITTED, PAD_TYPE, padding, thread), __ATOMIC_RELEASE);
        tail += padding;
    }
    uint64_t *cells = word(ring, tail);
    // Whose it is, should the thread die before it is done.
    __atomic_store_n(cells, header(RESERVED, type, needed, thread), __ATOMIC_RELAXED);
    cells[1] = ticks;
    return cells;
}

static inline void finish(uint64_t *cells) {
    __atomic_store_n(cells, load(cells) ^ (RESERVED ^ COMMITTED), __ATOMIC_RELEASE);
}

// Hot, because the compiler finds by itself that these are cold, and then makes them small.
__attribute__((hot)) int daybook_ring_push(
    struct daybook_ring *ring, const void *entry, size_t size, uint32_t type) {
    if (__builtin_expect(size > DAYBOOK_RING_ENTRY_MAX || size < DAYBOOK_RING_HEAD, 0)) {
        return DAYBOOK_RING_TOO_LONG;
    }
    int answer = DAYBOOK_RING_DONE;
    uint64_t *cells = reserve(ring, size, type, &answer);
    if (__builtin_expect(cells == NULL, 0)) return answer;
    memcpy(cells + 2, (const char *)entry + DAYBOOK_RING_HEAD, size - DAYBOOK_RING_HEAD);
    finish(cells);
    return DAYBOOK_RING_DONE;
}

__attribute__((hot)) unsigned char *daybook_event_begin(
    struct daybook_ring *ring, size_t bytes, const void *kind, uint64_t counts,
    uint64_t level_and_flags, int64_t instant) {
    if (__builtin_expect(bytes > DAYBOOK_RING_ENTRY_MAX - DAYBOOK_EVENT_FIELDS, 0)) return NULL;
    int answer;
    uint64_t *cells = reserve(ring, DAYBOOK_EVENT_FIELDS + bytes, DAYBOOK_EVENT_TYPE, &answer);
    if (__builtin_expect(cells == NULL, 0)) return NULL;
    cells[2] = (uint64_t)instant;
    cells[3] = 0;
    cells[4] = counts;
    cells[5] = level_and_flags;
    cells[6] = (uint64_t)(uintptr_t)kind;
    return (unsigned char *)(cells + DAYBOOK_EVENT_FIELDS / 8);
}

__attribute__((hot)) void daybook_event_finish(struct daybook_ring *ring, unsigned char *fields) {
    finish((uint64_t *)(void *)(fields - DAYBOOK_EVENT_FIELDS));
    daybook_ring_prefetch(ring);
}

void daybook_ring_add_heavy(struct daybook_ring *ring, uint64_t bytes) {
    int64_t now = (int64_t)__atomic_add_fetch(&ring->heavy, bytes, __ATOMIC_SEQ_CST);
    if (now >= (int64_t)ring->heavy_limit) __atomic_fetch_or(&ring->tail, HEAVY, __ATOMIC_SEQ_CST);
}

void daybook_ring_drop_heavy(struct daybook_ring *ring, uint64_t bytes) {
    __atomic_sub_fetch(&ring->heavy, bytes, __ATOMIC_SEQ_CST);
    if (load(&ring->tail) & HEAVY) daybook_ring_publish(ring);
}

void daybook_ring_count_lost(struct daybook_ring *ring, uint64_t count) {
    __atomic_add_fetch(&ring->lost, count, __ATOMIC_RELAXED);
}

// MARK: - The consumer

int daybook_ring_next(struct daybook_ring *ring, struct daybook_ring_entry *entry) {
    while (1) {
        uint64_t *cells = word(ring, ring->taken);
        uint64_t found = __atomic_load_n(cells, __ATOMIC_ACQUIRE);
        if ((found & 3) != COMMITTED) {
            uint64_t tail = __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE) & ~GATES;
            if (tail != ring->taken) return DAYBOOK_RING_BUSY;
            daybook_ring_publish(ring);
            return DAYBOOK_RING_EMPTY;
        }
        ring->current = size_of(found);
        if (type_of(found) == PAD_TYPE) {
            daybook_ring_release(ring);
            continue;
        }
        entry->bytes = (unsigned char *)cells;
        entry->size = ring->current;
        entry->type = type_of(found);
        entry->ticks = cells[1];
        return DAYBOOK_RING_ENTRY;
    }
}

void daybook_ring_release(struct daybook_ring *ring) {
    for (uint64_t at = 0; at < ring->current; at += DAYBOOK_RING_CELL) {
        __atomic_store_n(word(ring, ring->taken + at), 0, __ATOMIC_RELAXED);
    }
    ring->taken += ring->current;
    ring->current = 0;
    // Each publication takes the line with the head away from the producers that look at it.
    if (ring->taken - load(&ring->head) >= 16384) daybook_ring_publish(ring);
}

void daybook_ring_publish(struct daybook_ring *ring) {
    if (load(&ring->head) != ring->taken) {
        __atomic_store_n(&ring->head, ring->taken, __ATOMIC_SEQ_CST);
    }
    if (__builtin_expect((load(&ring->tail) & HEAVY) != 0, 0)
        && (int64_t)__atomic_load_n(&ring->heavy, __ATOMIC_SEQ_CST) < (int64_t)ring->heavy_limit) {
        __atomic_fetch_and(&ring->tail, ~HEAVY, __ATOMIC_SEQ_CST);
    }
}

int daybook_ring_skip_dead(struct daybook_ring *ring) {
#if defined(__linux__)
    uint64_t found = __atomic_load_n(word(ring, ring->taken), __ATOMIC_ACQUIRE);
    uint32_t thread = (uint32_t)(found >> 32);
    if ((found & 3) != RESERVED || thread == 0) return 0;
    if (syscall(SYS_tgkill, getpid(), thread, 0) == 0 || errno != ESRCH) return 0;
    // It may have finished and ended since we looked.
    found = __atomic_load_n(word(ring, ring->taken), __ATOMIC_ACQUIRE);
    if ((found & 3) != RESERVED) return 0;
    ring->current = size_of(found);
    daybook_ring_release(ring);
    return 1;
#else
    (void)ring;
    return 0;
#endif
}

uint64_t daybook_ring_take_lost(struct daybook_ring *ring) {
    if (load(&ring->lost) == 0) return 0;
    return __atomic_exchange_n(&ring->lost, 0, __ATOMIC_RELAXED);
}

uint64_t daybook_ring_used(struct daybook_ring *ring) {
    uint64_t tail = load(&ring->tail) & ~GATES;
    return tail - load(&ring->head) + load(&ring->heavy);
}

// MARK: - The owner

void daybook_ring_close(struct daybook_ring *ring) {
    __atomic_fetch_or(&ring->tail, CLOSED, __ATOMIC_SEQ_CST);
}

int daybook_ring_is_closed(struct daybook_ring *ring) {
    return (__atomic_load_n(&ring->tail, __ATOMIC_SEQ_CST) & CLOSED) != 0;
}

void daybook_ring_refuse(struct daybook_ring *ring, int refusing) {
    uint64_t is = load(&ring->tail) & REFUSING;
    if (refusing && !is) __atomic_fetch_or(&ring->tail, REFUSING, __ATOMIC_SEQ_CST);
    if (!refusing && is) __atomic_fetch_and(&ring->tail, ~REFUSING, __ATOMIC_SEQ_CST);
}

void daybook_ring_add_waiter(struct daybook_ring *ring, int64_t count) {
    __atomic_add_fetch(&ring->waiters, (uint64_t)count, __ATOMIC_SEQ_CST);
}

int daybook_ring_owes_room(struct daybook_ring *ring) {
    if (__atomic_load_n(&ring->waiters, __ATOMIC_SEQ_CST) == 0) return 0;
    uint64_t tail = __atomic_load_n(&ring->tail, __ATOMIC_SEQ_CST);
    if (tail & (CLOSED | REFUSING)) return 1;
    if (tail & HEAVY) return 0;
    // Not for a single cell: who is woken shall get something done.
    return tail - __atomic_load_n(&ring->head, __ATOMIC_SEQ_CST) < ring->limit / 4 * 3;
}
