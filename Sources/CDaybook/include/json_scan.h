// SPDX-License-Identifier: Apache-2.0
//
// Which of 16 bytes need a second look: one vector compare, one bit a byte. Swift's SIMD types
// have no way to turn a lane mask into bits, so this is C; it is inlined into Swift.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef int8_t daybook_i8x16 __attribute__((vector_size(16), aligned(1), may_alias));

/// Reads 16 bytes at `p`. Bit i of the answer is set when byte i is a quote, a backslash, below
/// 0x20, or not ASCII: all that a JSON string scanner must stop at. (As signed bytes, those that
/// are not ASCII are below 0x20 too.)
static inline uint32_t daybook_string_stops(const uint8_t *p) {
    daybook_i8x16 bytes = *(const daybook_i8x16 *)p;
    daybook_i8x16 stops = (daybook_i8x16)((bytes == '"') | (bytes == '\\') | (bytes < 0x20));
#if defined(__SSE2__)
    typedef char bits __attribute__((vector_size(16)));
    return (uint32_t)__builtin_ia32_pmovmskb128((bits)stops);
#else
    typedef _Bool flags __attribute__((ext_vector_type(16)));
    flags set = __builtin_convertvector(stops, flags);
    uint16_t mask;
    __builtin_memcpy(&mask, &set, sizeof mask);
    return mask;
#endif
}

/// A text shorter than 16 bytes, followed by zeros, and its stops.
typedef struct {
    uint64_t words[2];
    uint32_t stops;
} daybook_short_text;

/// Reads only the `count` bytes (fewer than 16) at `p`, in words that may overlap.
static inline daybook_short_text daybook_load_short(const uint8_t *p, size_t count) {
    daybook_short_text text = {{0, 0}, 0};
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (count >= 8) {
        uint64_t last;
        __builtin_memcpy(&text.words[0], p, 8);
        __builtin_memcpy(&last, p + count - 8, 8);
        // In two steps: a shift by 64 (for 8 bytes) is undefined.
        text.words[1] = last >> 1 >> (8 * (16 - count) - 1);
    } else if (count >= 4) {
        uint32_t first, last;
        __builtin_memcpy(&first, p, 4);
        __builtin_memcpy(&last, p + count - 4, 4);
        text.words[0] = first | (uint64_t)last << (8 * (count - 4));
    } else if (count > 0) {
        text.words[0] = p[0] | (uint64_t)p[count / 2] << (8 * (count / 2))
            | (uint64_t)p[count - 1] << (8 * (count - 1));
    }
#else
    for (size_t i = 0; i < count; i++) ((uint8_t *)text.words)[i] = p[i];
#endif
    text.stops = daybook_string_stops((const uint8_t *)text.words) & ((1u << count) - 1);
    return text;
}
