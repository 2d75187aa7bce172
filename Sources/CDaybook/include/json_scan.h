// SPDX-License-Identifier: Apache-2.0
//
// Which of 16 bytes need a second look: one vector compare, one bit a byte. Swift's SIMD types
// have no way to turn a lane mask into bits, so this is C; it is inlined into Swift.
#pragma once
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
