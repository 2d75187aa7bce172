// SPDX-License-Identifier: Apache-2.0
//
// daybook_record, as far as it goes without a question: an event of the vocabulary for `audit`, whose
// fields are as they should be and find room, is copied straight into the queue. Everything else takes
// the way in Swift, which says what is wrong, waits, or has blocks for long events. What is written here
// is what `EventLayout` in the room Records says; the tests of Libdaybook compare both ways.

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "daybook.h"
#include "libdaybook_support.h"
#include "ring.h"

#define UNLIKELY(x) __builtin_expect(!!(x), 0)

enum {
    // Fields of an event that goes this way.
    fields_max = 64,
    field_head = 24,
    tag_text = 0,
    tag_integer = 2,
    tag_bool = 3,
    tag_timestamp = 4,
    tag_null = 5,
    tag_digits = 9,
    // A name may come twice or be one of ours; bytes may be no UTF-8; the kind is an address.
    flags = 2 | 4 | 8,
};

#define NO_INSTANT INT64_MIN

// Lengths of a field, found once.
struct lengths {
    uint32_t name, text;
};

static size_t filled(size_t count) { return (count + 7) & ~(size_t)7; }
static size_t text_room(size_t count) { return count <= 16 ? 16 : filled(count); }

static int64_t floored(int64_t nanoseconds) {
    int64_t whole = nanoseconds / 1000;
    return nanoseconds % 1000 < 0 ? whole - 1 : whole;
}

// Copies up to 16 bytes without a loop: what most names and texts have.
static inline void copy(unsigned char *to, const char *from, size_t count) {
    if (UNLIKELY(count > 16)) {
        memcpy(to, from, count);
    } else if (count >= 8) {
        uint64_t first, last;
        memcpy(&first, from, 8);
        memcpy(&last, from + count - 8, 8);
        memcpy(to, &first, 8);
        memcpy(to + count - 8, &last, 8);
    } else if (count >= 4) {
        uint32_t first, last;
        memcpy(&first, from, 4);
        memcpy(&last, from + count - 4, 4);
        memcpy(to, &first, 4);
        memcpy(to + count - 4, &last, 4);
    } else {
        for (size_t at = 0; at < count; at++) to[at] = (unsigned char)from[at];
    }
}

// The length of a text that ends at its NUL, at most `limit`. Most are told by one look at the sixteen
// bytes around its beginning, which lie in one page: a load that no processor refuses, and that a
// sanitizer is not asked about.
__attribute__((no_sanitize("address"))) static inline size_t length_of(
    const char *text, size_t limit) {
#if defined(__SSE2__)
    unsigned before = (unsigned)((uintptr_t)text & 15);
    __m128i around = _mm_load_si128((const __m128i *)(const void *)(text - before));
    unsigned zeros = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(around, _mm_setzero_si128()));
    zeros >>= before;
    if (zeros != 0) return (size_t)__builtin_ctz(zeros);
#endif
    return strnlen(text, limit);
}

static inline int is_same(const char *one, const char *other, size_t count) {
    size_t at = 0;
    for (; at + 8 <= count; at += 8) {
        uint64_t a, b;
        memcpy(&a, one + at, 8);
        memcpy(&b, other + at, 8);
        if (a != b) return 0;
    }
    for (; at < count; at++) {
        if (one[at] != other[at]) return 0;
    }
    return 1;
}

// MARK: - Kinds

struct kind {
    const char *name;
    uint32_t count;
    uint8_t level;
};

enum { kind_slots = 512 };
// Open addressing; at most half full. Written before the first handle is given out.
static struct kind kinds[kind_slots];
static uint32_t kind_count;

static inline uint32_t slot_of(const char *name, size_t count) {
    uint64_t word = 0;
    if (count >= 8) {
        uint64_t last;
        memcpy(&word, name, 8);
        memcpy(&last, name + count - 8, 8);
        word = word * 0x9E3779B97F4A7C15u ^ last;
    } else {
        for (size_t at = 0; at < count; at++) word = word << 8 | (unsigned char)name[at];
    }
    return (uint32_t)(((word ^ count) * 0xD6E8FEB86659FD93u) >> 40) & (kind_slots - 1);
}

void libdaybook_add_kind(const char *name, size_t count, uint8_t level) {
    if (kind_count >= kind_slots / 2) return;
    uint32_t slot = slot_of(name, count);
    while (kinds[slot].name != NULL) slot = (slot + 1) & (kind_slots - 1);
    kinds[slot] = (struct kind){name, (uint32_t)count, level};
    kind_count++;
}

static inline const struct kind *find_kind(const char *name, size_t count) {
    uint32_t slot = slot_of(name, count);
    for (; kinds[slot].name != NULL; slot = (slot + 1) & (kind_slots - 1)) {
        if (kinds[slot].count == count && is_same(kinds[slot].name, name, count)) {
            return &kinds[slot];
        }
    }
    return NULL;
}

// MARK: - Fields

// Bytes of a field; 0 when it is not one for this way.
static inline size_t measure(const daybook_field *field, struct lengths *lengths) {
    if (UNLIKELY(field->name == NULL)) return 0;
    size_t name = field->name_length == DAYBOOK_TO_NUL
                      ? length_of(field->name, DAYBOOK_NAME_BYTES_MAX + 1)
                      : field->name_length;
    if (UNLIKELY(name - 1 >= DAYBOOK_NAME_BYTES_MAX)) return 0;
    lengths->name = (uint32_t)name;
    lengths->text = 0;
    if (field->tag == DAYBOOK_TEXT || field->tag == DAYBOOK_DECIMAL) {
        size_t text = field->value.text.length;
        if (field->value.text.bytes == NULL) {
            if (text != 0) return 0;
        } else if (text == DAYBOOK_TO_NUL) {
            text = length_of(field->value.text.bytes, DAYBOOK_RING_ENTRY_MAX);
        }
        if (UNLIKELY(text >= DAYBOOK_RING_ENTRY_MAX)) return 0;
        lengths->text = (uint32_t)text;
        return field_head + filled(name) + text_room(text);
    }
    if (UNLIKELY(field->tag > DAYBOOK_TIMESTAMP)) return 0;
    return field_head + filled(name);
}

// Whether a field says when the event happened.
static inline int is_instant(const daybook_field *field, const struct lengths *lengths) {
    return field->tag == DAYBOOK_TIMESTAMP && lengths->name == 9
           && memcmp(field->name, "timestamp", 9) == 0;
}

static inline unsigned char *put(
    unsigned char *at, const daybook_field *field, const struct lengths *lengths) {
    uint64_t first = (uint64_t)lengths->name << 32, zero = 0, value;
    int is_text = field->tag == DAYBOOK_TEXT || field->tag == DAYBOOK_DECIMAL;
    if (is_text) {
        first |= field->tag == DAYBOOK_TEXT ? tag_text : tag_digits;
        value = lengths->text;
    } else {
        value = (uint64_t)field->value.integer;
        switch (field->tag) {
        case DAYBOOK_INTEGER: first |= tag_integer; break;
        case DAYBOOK_BOOL: first |= tag_bool, value = value != 0; break;
        case DAYBOOK_TIMESTAMP:
            first |= tag_timestamp, value = (uint64_t)floored(field->value.integer);
            break;
        default: first |= tag_null, value = 0; break;
        }
    }
    memcpy(at, &first, 8);
    memcpy(at + 8, &zero, 8);
    memcpy(at + 16, &value, 8);
    at += field_head;
    copy(at, field->name, lengths->name);
    at += filled(lengths->name);
    if (!is_text) return at;
    copy(at, field->value.text.bytes, lengths->text);
    return at + text_room(lengths->text);
}

// MARK: - The call

// Whether the event was taken, or is not to be.
static inline int is_taken(
    const struct libdaybook_handle *handle, const char *name, int level,
    const daybook_field *fields, size_t count) {
    if (UNLIKELY(handle == NULL || name == NULL || count > fields_max)) return 0;
    if (UNLIKELY(handle->forks != libdaybook_forks())) return 0;
    if (UNLIKELY(__atomic_load_n(&handle->is_closed, __ATOMIC_ACQUIRE))) return 0;
    if (UNLIKELY(fields == NULL && count != 0)) return 0;
    const struct kind *kind = find_kind(name, length_of(name, DAYBOOK_NAME_BYTES_MAX));
    if (UNLIKELY(kind == NULL)) return 0;
    if (level == DAYBOOK_LEVEL_OF_KIND) level = kind->level;
    if (UNLIKELY(level < DAYBOOK_DEBUG || level > DAYBOOK_CRITICAL)) return 0;
    if (level < handle->level) return 1;
    if (UNLIKELY(level < handle->audit_level)) return 0;

    struct lengths lengths[fields_max];
    int64_t instant = NO_INSTANT;
    size_t bytes = 0, kept = count;
    for (size_t number = 0; number < count; number++) {
        size_t size = measure(&fields[number], &lengths[number]);
        if (UNLIKELY(size == 0)) return 0;
        if (UNLIKELY(is_instant(&fields[number], &lengths[number]))) {
            instant = floored(fields[number].value.integer);
            lengths[number].name = 0;
            kept--;
        } else {
            bytes += size;
        }
    }
    unsigned char *place = daybook_event_begin(
        handle->audit, bytes, kind->name, kept | (uint64_t)kind->count << 32,
        (uint64_t)level | flags << 8, instant);
    if (UNLIKELY(place == NULL)) return 0;
    unsigned char *at = place;
    for (size_t number = 0; number < count; number++) {
        if (lengths[number].name != 0) at = put(at, &fields[number], &lengths[number]);
    }
    daybook_event_finish(handle->audit, place);
    return 1;
}

__attribute__((hot)) int daybook_record(
    daybook *handle, const char *kind, int level, const daybook_field *fields, size_t count) {
    if (is_taken((const struct libdaybook_handle *)(const void *)handle, kind, level, fields, count)) {
        return DAYBOOK_OK;
    }
    return libdaybook_record(handle, kind, level, fields, count);
}
