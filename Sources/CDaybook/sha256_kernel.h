// SPDX-License-Identifier: Apache-2.0
//
// The lanes themselves, written once for any lane count: sha256_lanes.c includes this file once per
// count, with LANES (8 or 16), TARGET (function attribute), NAME(x) (a name of its own for each
// count), BYTE_SWAP (indices) and TRANSPOSE(rows) defined. Word t of the messages of all lanes is
// one vector; lane k of it belongs to message k.

#define INNER static inline __attribute__((always_inline)) TARGET

typedef uint32_t NAME(words) __attribute__((vector_size(LANES * 4)));
typedef uint8_t NAME(octets) __attribute__((vector_size(LANES * 4)));

/// Loads 64 bytes of each lane as big-endian words and turns them so that w[t] has word t of all.
INNER void NAME(load)(NAME(words) w[16], const uint8_t *const blocks[LANES]) {
    for (unsigned part = 0; part < 16 / LANES; part++) {
        NAME(words) *rows = w + part * LANES;
        UNROLL
        for (unsigned lane = 0; lane < LANES; lane++) {
            NAME(octets) row;
            memcpy(&row, blocks[lane] + part * LANES * 4, sizeof row);
            rows[lane] = (NAME(words))__builtin_shufflevector(row, row, BYTE_SWAP);
        }
        TRANSPOSE(rows);
    }
}

#define ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))

#define ROUND(a, b, c, d, e, f, g, h, t)                                                          \
    do {                                                                                          \
        h += w[(t) & 15] + constants[t];                                                          \
        h += ROTATE(e, 6) ^ ROTATE(e, 11) ^ ROTATE(e, 25);                                        \
        h += g ^ (e & (f ^ g));                                                                   \
        d += h;                                                                                   \
        h += ROTATE(a, 2) ^ ROTATE(a, 13) ^ ROTATE(a, 22);                                        \
        h += (a & b) | (c & (a | b));                                                             \
    } while (0)

#define EXPAND(t)                                                                                 \
    do {                                                                                          \
        const NAME(words) early = w[((t) + 1) & 15], late = w[((t) + 14) & 15];                   \
        w[(t) & 15] += w[((t) + 9) & 15] + (ROTATE(early, 7) ^ ROTATE(early, 18) ^ (early >> 3)) \
            + (ROTATE(late, 17) ^ ROTATE(late, 19) ^ (late >> 10));                               \
    } while (0)

/// One block of each lane: FIPS 180-4, section 6.2.2. Uses up `w`.
INNER void NAME(compress)(NAME(words) state[8], NAME(words) w[16]) {
    NAME(words) a = state[0], b = state[1], c = state[2], d = state[3];
    NAME(words) e = state[4], f = state[5], g = state[6], h = state[7];
    for (unsigned t = 0; t < 64; t += 16) {
        if (t != 0) {
            UNROLL
            for (unsigned i = 0; i < 16; i++) EXPAND(i);
        }
        const uint32_t *constants = round_constants + t;
        ROUND(a, b, c, d, e, f, g, h, 0);
        ROUND(h, a, b, c, d, e, f, g, 1);
        ROUND(g, h, a, b, c, d, e, f, 2);
        ROUND(f, g, h, a, b, c, d, e, 3);
        ROUND(e, f, g, h, a, b, c, d, 4);
        ROUND(d, e, f, g, h, a, b, c, 5);
        ROUND(c, d, e, f, g, h, a, b, 6);
        ROUND(b, c, d, e, f, g, h, a, 7);
        ROUND(a, b, c, d, e, f, g, h, 8);
        ROUND(h, a, b, c, d, e, f, g, 9);
        ROUND(g, h, a, b, c, d, e, f, 10);
        ROUND(f, g, h, a, b, c, d, e, 11);
        ROUND(e, f, g, h, a, b, c, d, 12);
        ROUND(d, e, f, g, h, a, b, c, 13);
        ROUND(c, d, e, f, g, h, a, b, 14);
        ROUND(b, c, d, e, f, g, h, a, 15);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

INNER void NAME(store)(const NAME(words) state[8], unsigned lane, uint8_t *digest) {
    for (unsigned i = 0; i < 8; i++) {
        uint32_t word;
        memcpy(&word, (const uint8_t *)&state[i] + 4 * lane, 4);
        store_big_endian(digest + 4 * i, word);
    }
}

INNER void NAME(reset)(NAME(words) state[8], unsigned lane) {
    for (unsigned i = 0; i < 8; i++) memcpy((uint8_t *)&state[i] + 4 * lane, &initial[i], 4);
}

/// Each lane works off one message after the other; a lane that is done takes the next message at
/// once, so that lines of different lengths do not wait for the longest of them.
TARGET static void NAME(many)(
    int prefix, const uint8_t *base, const intptr_t *starts, const intptr_t *counts, size_t count,
    uint8_t *digests) {
    struct message messages[LANES];
    const uint8_t *blocks[LANES];
    NAME(words) state[8], w[16];
    size_t next = 0, busy = 0;
    memset(state, 0, sizeof state);
    for (unsigned lane = 0; lane < LANES; lane++) {
        messages[lane].left = 0;
        if (next < count) {
            message_open(&messages[lane], next, prefix, base + starts[next], (size_t)counts[next]);
            NAME(reset)(state, lane);
            next++, busy++;
        }
    }
    while (busy > 0) {
        for (unsigned lane = 0; lane < LANES; lane++) {
            blocks[lane] = message_block(&messages[lane]);
        }
        NAME(load)(w, blocks);
        NAME(compress)(state, w);
        for (unsigned lane = 0; lane < LANES; lane++) {
            struct message *m = &messages[lane];
            if (m->left == 0 || --m->left > 0) continue;
            NAME(store)(state, lane, digests + 32 * m->number);
            if (next < count) {
                message_open(m, next, prefix, base + starts[next], (size_t)counts[next]);
                NAME(reset)(state, lane);
                next++;
            } else {
                busy--;
            }
        }
    }
}

/// A node is 65 bytes, so two blocks; the byte 0x01 in front moves every word by one byte.
TARGET static void NAME(nodes)(const uint8_t *children, size_t count, uint8_t *parents) {
    for (size_t first = 0; first < count; first += LANES) {
        const size_t lanes = count - first < LANES ? count - first : LANES;
        const uint8_t *blocks[LANES];
        NAME(words) state[8], w[16];
        for (size_t lane = 0; lane < LANES; lane++) {
            blocks[lane] = lane < lanes ? children + 64 * (first + lane) : idle_block;
        }
        for (unsigned i = 0; i < 8; i++) state[i] = (NAME(words)){0} + initial[i];
        NAME(load)(w, blocks);
        const NAME(words) last = w[15];
        for (unsigned i = 15; i > 0; i--) w[i] = (w[i - 1] << 24) | (w[i] >> 8);
        w[0] = (w[0] >> 8) | 0x01000000u;
        NAME(compress)(state, w);
        memset(w, 0, sizeof w);
        w[0] = (last << 24) | 0x00800000u;
        w[15] += 65 * 8;
        NAME(compress)(state, w);
        for (unsigned lane = 0; lane < lanes; lane++) {
            NAME(store)(state, lane, parents + 32 * (first + lane));
        }
    }
}

#undef INNER
#undef ROTATE
#undef ROUND
#undef EXPAND
