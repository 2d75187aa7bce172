// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 of many messages at a time. Plain C with the vector extensions that Clang and GCC share;
// the kernel for 8 and for 16 lanes is sha256_kernel.h, and the choice is made at run time.

#include "sha256_lanes.h"

#include <string.h>

#if defined(__x86_64__)

#include <cpuid.h>

static const uint32_t initial[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/// What a lane without a message reads.
static const uint8_t idle_block[64];

static inline void store_big_endian(uint8_t *to, uint32_t word) {
    word = __builtin_bswap32(word);
    memcpy(to, &word, 4);
}

/// A message on its way through a lane. Blocks that lie wholly inside the bytes are read in place;
/// the one with the prefix (`head`) and the one or two with the padding (`tail`) are copies, so that
/// nothing outside the message is ever read.
struct message {
    size_t number;        // which message, and so which digest
    size_t left;          // blocks to go, 0 if the lane is idle
    size_t block;         // the block to come
    size_t whole;         // blocks before the tail
    const uint8_t *bytes; // the message without its prefix
    size_t shift;         // by how much the prefix moves the bytes: 1 or 0
    uint8_t head[64];
    uint8_t tail[128];
};

static void message_open(
    struct message *m, size_t number, int prefix, const uint8_t *bytes, size_t count) {
    const size_t shift = prefix >= 0 ? 1 : 0;
    const size_t total = count + shift;
    const size_t rest = total % 64;
    const size_t tail_blocks = rest + 9 <= 64 ? 1 : 2;
    m->number = number;
    m->block = 0;
    m->whole = total / 64;
    m->left = m->whole + tail_blocks;
    m->bytes = bytes;
    m->shift = shift;
    memset(m->tail, 0, sizeof m->tail);
    if (m->whole == 0) {
        if (shift) m->tail[0] = (uint8_t)prefix;
        if (count > 0) memcpy(m->tail + shift, bytes, count);
    } else {
        if (shift) {
            m->head[0] = (uint8_t)prefix;
            memcpy(m->head + 1, bytes, 63);
        }
        memcpy(m->tail, bytes + count - rest, rest);
    }
    m->tail[rest] = 0x80;
    const uint64_t bits = (uint64_t)total * 8;
    uint8_t *end = m->tail + 64 * tail_blocks;
    store_big_endian(end - 8, (uint32_t)(bits >> 32));
    store_big_endian(end - 4, (uint32_t)bits);
}

static inline const uint8_t *message_block(struct message *m) {
    if (m->left == 0) return idle_block;
    const size_t block = m->block++;
    if (block >= m->whole) return m->tail + 64 * (block - m->whole);
    if (block == 0 && m->shift) return m->head;
    return m->bytes + 64 * block - m->shift;
}

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

// Swaps, in a square of words, the blocks of `size` words beside the diagonal: with sizes 1, 2, 4
// (and 8) one after the other that is a transposition.
#define EXCHANGE(rows, lanes, size, low, high)                                                    \
    UNROLL                                                                                        \
    for (unsigned i = 0; i < lanes; i++) {                                                        \
        if (i & size) continue;                                                                   \
        const __typeof__(*rows) upper = rows[i], lower = rows[i + size];                          \
        rows[i] = __builtin_shufflevector(upper, lower, low);                                     \
        rows[i + size] = __builtin_shufflevector(upper, lower, high);                             \
    }

#define LIST(...) __VA_ARGS__

#define SWAP_16_BYTES(o)                                                                          \
    o + 3, o + 2, o + 1, o, o + 7, o + 6, o + 5, o + 4, o + 11, o + 10, o + 9, o + 8, o + 15,     \
        o + 14, o + 13, o + 12

// 8 lanes, AVX2.
#define LANES 8
#define TARGET __attribute__((target("avx2")))
#define NAME(x) x##_8
#define BYTE_SWAP SWAP_16_BYTES(0), SWAP_16_BYTES(16)
#define TRANSPOSE(rows)                                                                           \
    do {                                                                                          \
        EXCHANGE(rows, 8, 1, LIST(0, 8, 2, 10, 4, 12, 6, 14), LIST(1, 9, 3, 11, 5, 13, 7, 15))    \
        EXCHANGE(rows, 8, 2, LIST(0, 1, 8, 9, 4, 5, 12, 13), LIST(2, 3, 10, 11, 6, 7, 14, 15))    \
        EXCHANGE(rows, 8, 4, LIST(0, 1, 2, 3, 8, 9, 10, 11), LIST(4, 5, 6, 7, 12, 13, 14, 15))    \
    } while (0)
#include "sha256_kernel.h"
#undef LANES
#undef TARGET
#undef NAME
#undef BYTE_SWAP
#undef TRANSPOSE

// 16 lanes, AVX-512.
#define LANES 16
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl")))
#define NAME(x) x##_16
#define BYTE_SWAP SWAP_16_BYTES(0), SWAP_16_BYTES(16), SWAP_16_BYTES(32), SWAP_16_BYTES(48)
#define TRANSPOSE(rows)                                                                           \
    do {                                                                                          \
        EXCHANGE(rows, 16, 1,                                                                     \
            LIST(0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),                      \
            LIST(1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))                      \
        EXCHANGE(rows, 16, 2,                                                                     \
            LIST(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),                       \
            LIST(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))                     \
        EXCHANGE(rows, 16, 4,                                                                     \
            LIST(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),                       \
            LIST(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))                     \
        EXCHANGE(rows, 16, 8,                                                                     \
            LIST(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),                         \
            LIST(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))                   \
    } while (0)
#include "sha256_kernel.h"

int daybook_sha256_supports(unsigned lanes) {
    if (lanes == 8) return __builtin_cpu_supports("avx2") != 0;
    if (lanes != 16) return 0;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl");
}

unsigned daybook_sha256_lanes(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    if (b & (1u << 29)) return 0; // the SHA extensions
    return daybook_sha256_supports(16) ? 16 : daybook_sha256_supports(8) ? 8 : 0;
}

int daybook_sha256_many(
    unsigned lanes, int prefix, const uint8_t *base, const intptr_t *starts,
    const intptr_t *counts, size_t count, uint8_t *digests) {
    if (!daybook_sha256_supports(lanes)) return -1;
    if (lanes == 16) {
        many_16(prefix, base, starts, counts, count, digests);
    } else {
        many_8(prefix, base, starts, counts, count, digests);
    }
    return 0;
}

int daybook_sha256_nodes(
    unsigned lanes, const uint8_t *children, size_t count, uint8_t *parents) {
    if (!daybook_sha256_supports(lanes)) return -1;
    if (lanes == 16) {
        nodes_16(children, count, parents);
    } else {
        nodes_8(children, count, parents);
    }
    return 0;
}

#else // not x86-64: the library is as good as anything

unsigned daybook_sha256_lanes(void) { return 0; }

int daybook_sha256_supports(unsigned lanes) {
    (void)lanes;
    return 0;
}

int daybook_sha256_many(
    unsigned lanes, int prefix, const uint8_t *base, const intptr_t *starts,
    const intptr_t *counts, size_t count, uint8_t *digests) {
    (void)lanes, (void)prefix, (void)base, (void)starts, (void)counts, (void)count, (void)digests;
    return -1;
}

int daybook_sha256_nodes(
    unsigned lanes, const uint8_t *children, size_t count, uint8_t *parents) {
    (void)lanes, (void)children, (void)count, (void)parents;
    return -1;
}

#endif
