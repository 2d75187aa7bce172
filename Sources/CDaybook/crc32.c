// SPDX-License-Identifier: Apache-2.0
//
// Two ways: eight table lookups for eight bytes, everywhere; and on x86-64 carry-less
// multiplication, which folds 64 bytes at a time (V. Gopal et al., "Fast CRC Computation for
// Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009).

#include "crc32.h"

#include <pthread.h>
#include <string.h>

// The polynomial, bits reflected.
static const uint32_t polynomial = 0xEDB88320;

// tables[k][b]: the checksum of byte b followed by k zero bytes.
static uint32_t tables[8][256];
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void make_tables(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ (value & 1 ? polynomial : 0);
        tables[0][byte] = value;
    }
    for (int table = 1; table < 8; table++)
        for (uint32_t byte = 0; byte < 256; byte++) {
            uint32_t value = tables[table - 1][byte];
            tables[table][byte] = (value >> 8) ^ tables[0][value & 0xFF];
        }
}

// `state` is the complement of a checksum, here and below.
static uint32_t by_tables(uint32_t state, const uint8_t *bytes, size_t count) {
    pthread_once(&tables_once, make_tables);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    while (count >= 8) {
        uint32_t low, high;
        memcpy(&low, bytes, 4);
        memcpy(&high, bytes + 4, 4);
        low ^= state;
        state = tables[7][low & 0xFF] ^ tables[6][low >> 8 & 0xFF]
            ^ tables[5][low >> 16 & 0xFF] ^ tables[4][low >> 24]
            ^ tables[3][high & 0xFF] ^ tables[2][high >> 8 & 0xFF]
            ^ tables[1][high >> 16 & 0xFF] ^ tables[0][high >> 24];
        bytes += 8;
        count -= 8;
    }
#endif
    while (count-- > 0) state = (state >> 8) ^ tables[0][(state ^ *bytes++) & 0xFF];
    return state;
}

uint32_t daybook_crc32_portable(uint32_t checksum, const uint8_t *bytes, size_t count) {
    return ~by_tables(~checksum, bytes, count);
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("pclmul,sse4.1")))
static inline __m128i fold(__m128i part, __m128i by, __m128i next) {
    __m128i low = _mm_clmulepi64_si128(part, by, 0x00);
    __m128i high = _mm_clmulepi64_si128(part, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

static inline __m128i load(const uint8_t *bytes) {
    return _mm_loadu_si128((const __m128i *)bytes);
}

// `count` is a multiple of 16 and at least 64. The constants are powers of x modulo the
// polynomial, reflected and shifted left by one as the reflected product needs it.
__attribute__((target("pclmul,sse4.1")))
static uint32_t by_folding(uint32_t state, const uint8_t *bytes, size_t count) {
    const __m128i by512 = _mm_set_epi64x(0x1C6E41596, 0x154442BD4);  // x^(512-32), x^(512+32)
    const __m128i by128 = _mm_set_epi64x(0x0CCAA009E, 0x1751997D0);  // x^(128-32), x^(128+32)
    const __m128i by64 = _mm_set_epi64x(0, 0x163CD6124);             // x^64
    const __m128i barrett = _mm_set_epi64x(0x1F7011641, 0x1DB710641); // x^64 / P, and P
    const __m128i low32 = _mm_set_epi32(0, -1, 0, -1);

    __m128i a = _mm_xor_si128(load(bytes), _mm_cvtsi32_si128((int)state));
    __m128i b = load(bytes + 16), c = load(bytes + 32), d = load(bytes + 48);
    bytes += 64;
    count -= 64;
    while (count >= 64) {
        a = fold(a, by512, load(bytes));
        b = fold(b, by512, load(bytes + 16));
        c = fold(c, by512, load(bytes + 32));
        d = fold(d, by512, load(bytes + 48));
        bytes += 64;
        count -= 64;
    }
    a = fold(fold(fold(a, by128, b), by128, c), by128, d);
    for (; count >= 16; count -= 16, bytes += 16) a = fold(a, by128, load(bytes));

    // 128 bits to 96, to 64, and by Barrett's reduction to 32.
    a = _mm_xor_si128(_mm_srli_si128(a, 8), _mm_clmulepi64_si128(a, by128, 0x10));
    a = _mm_xor_si128(
        _mm_srli_si128(a, 4), _mm_clmulepi64_si128(_mm_and_si128(a, low32), by64, 0x00));
    __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(a, low32), barrett, 0x10);
    a = _mm_xor_si128(a, _mm_clmulepi64_si128(_mm_and_si128(quotient, low32), barrett, 0x00));
    return (uint32_t)_mm_extract_epi32(a, 1);
}

static int can_fold = 0;
static pthread_once_t can_fold_once = PTHREAD_ONCE_INIT;

// Asking the processor is slow under a hypervisor.
static void ask_processor(void) {
    can_fold = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
}
#endif

uint32_t daybook_crc32(uint32_t checksum, const uint8_t *bytes, size_t count) {
    uint32_t state = ~checksum;
#if defined(__x86_64__)
    pthread_once(&can_fold_once, ask_processor);
    if (can_fold && count >= 64) {
        size_t folded = count & ~(size_t)15;
        state = by_folding(state, bytes, folded);
        bytes += folded;
        count -= folded;
    }
#endif
    return ~by_tables(state, bytes, count);
}
