// SPDX-License-Identifier: Apache-2.0

#include "text_find.h"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

static inline uint8_t folded(uint8_t byte) {
    return (uint8_t)(byte - 'A') < 26 ? byte | 0x20 : byte;
}

static inline int stands(const uint8_t *text, const uint8_t *word, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (folded(text[i]) != word[i]) return 0;
    return 1;
}

#if defined(__x86_64__)
/// The bit that tells a capital letter from a small one; 0 for what is no letter.
static inline __m128i case_bit(uint8_t byte) {
    return _mm_set1_epi8((uint8_t)(byte - 'a') < 26 ? 0x20 : 0);
}
#endif

ptrdiff_t daybook_find_folded(
    const uint8_t *text, size_t count, const uint8_t *word, size_t word_count) {
    if (word_count == 0) return 0;
    if (word_count > count) return -1;
    const size_t places = count - word_count + 1;
    size_t place = 0;
#if defined(__x86_64__)
    // Places where the first and the last byte are right, 16 at a time: few others are looked at.
    const uint8_t first = word[0], last = word[word_count - 1];
    const __m128i firsts = _mm_set1_epi8((char)first), lasts = _mm_set1_epi8((char)last);
    const __m128i first_bit = case_bit(first), last_bit = case_bit(last);
    for (; place + 16 <= places; place += 16) {
        const __m128i begin = _mm_loadu_si128((const __m128i *)(text + place));
        const __m128i end = _mm_loadu_si128((const __m128i *)(text + place + word_count - 1));
        unsigned hits = (unsigned)_mm_movemask_epi8(_mm_and_si128(
            _mm_cmpeq_epi8(_mm_or_si128(begin, first_bit), firsts),
            _mm_cmpeq_epi8(_mm_or_si128(end, last_bit), lasts)));
        while (hits) {
            const size_t hit = place + (size_t)__builtin_ctz(hits);
            if (stands(text + hit, word, word_count)) return (ptrdiff_t)hit;
            hits &= hits - 1;
        }
    }
#endif
    for (; place < places; place++)
        if (stands(text + place, word, word_count)) return (ptrdiff_t)place;
    return -1;
}
