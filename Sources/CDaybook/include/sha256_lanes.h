// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>
#include <stdint.h>

// SHA-256 (FIPS 180-4) of many messages at a time: each message has a lane of a SIMD register to
// itself. For log lines of a few hundred bytes that is several times faster than one message after
// the other, unless the processor has instructions for SHA-256.

/// How many lanes are worth using on this machine for sure: 16 (AVX-512), 8 (AVX2), or 0: "use the
/// library, or try", because the processor has the SHA extensions, has no AVX2, or is not an x86-64.
/// Asks the processor, which is slow under a hypervisor: ask once.
unsigned daybook_sha256_lanes(void);

/// Whether this machine can run `lanes` lanes at all (8 or 16), worthwhile or not. For tests.
int daybook_sha256_supports(unsigned lanes);

/// Digest i = SHA-256(prefix || bytes i), where bytes i are the counts[i] bytes at
/// base + starts[i]; without a prefix byte if `prefix` is negative. Lengths may differ.
/// Writes 32 * count bytes to `digests`. Reads nothing outside the messages.
/// Returns 0, or -1 (nothing written) if the machine cannot run that many lanes.
int daybook_sha256_many(
    unsigned lanes, int prefix, const uint8_t *base, const intptr_t *starts,
    const intptr_t *counts, size_t count, uint8_t *digests);

/// Parent i = SHA-256(0x01 || children 2i || children 2i + 1), children and parents 32 bytes each
/// and next to each other. Writes 32 * count bytes to `parents`, which may overlap `children` if it
/// begins at most 32 bytes after them.
/// Returns 0, or -1 (nothing written) if the machine cannot run that many lanes.
int daybook_sha256_nodes(
    unsigned lanes, const uint8_t *children, size_t count, uint8_t *parents);
