// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>
#include <stdint.h>

// SHA-256 and AES-256-GCM of OpenSSL's libcrypto (3.0 or newer) for many small messages, each with a
// key of its own: one context for all of them, and nothing on the heap for any. The headers of
// libcrypto stay out of sight, since other libraries in the same program have types of those names.

/// A hash on its way: libcrypto's SHA256_CTX. A copy goes on from the same state. Belongs to one thread
/// at a time.
typedef struct daybook_sha256 {
    uint64_t state[14];
} daybook_sha256;

/// Begins a hash.
void daybook_sha256_begin(daybook_sha256 *hash);

/// Adds bytes.
void daybook_sha256_add(daybook_sha256 *hash, const uint8_t *bytes, size_t count);

/// Writes the 32 bytes of the digest. The hash must be begun again before it is used again.
void daybook_sha256_end(daybook_sha256 *hash, uint8_t *digest);

/// AES-256-GCM with a nonce of 12 bytes and a tag of 16. Belongs to one thread at a time. Holds the
/// last key until the next one, or until it is freed, which overwrites it.
typedef struct daybook_aes_gcm daybook_aes_gcm;

/// NULL when there is no memory, or libcrypto has no such cipher.
daybook_aes_gcm *daybook_aes_gcm_make(void);

void daybook_aes_gcm_free(daybook_aes_gcm *cipher);

/// Encrypts `count` bytes (at most 1 GiB, as of `bound`) and writes them and the tag to `sealed`, which
/// must not overlap them. The tag covers `bound`, too.
/// Returns 0, or -1 when libcrypto refuses.
int daybook_aes_gcm_seal(
    daybook_aes_gcm *cipher, const uint8_t *key, const uint8_t *nonce, const uint8_t *bound,
    size_t bound_count, const uint8_t *text, size_t count, uint8_t *sealed);

/// Decrypts `count` bytes that are followed by their tag, and writes them to `text`, which must not
/// overlap them.
/// Returns 0, or -1 when anything is not as it was sealed; `text` is then zeros.
int daybook_aes_gcm_open(
    daybook_aes_gcm *cipher, const uint8_t *key, const uint8_t *nonce, const uint8_t *bound,
    size_t bound_count, const uint8_t *sealed, size_t count, uint8_t *text);

/// AES-256 in counter mode: what GCM decrypts with, without its tag. Belongs to one thread at a time.
/// Holds the last key until the next one, or until it is freed, which overwrites it.
typedef struct daybook_aes_ctr daybook_aes_ctr;

/// NULL when there is no memory, or libcrypto has no such cipher.
daybook_aes_ctr *daybook_aes_ctr_make(void);

void daybook_aes_ctr_free(daybook_aes_ctr *cipher);

/// Combines `count` bytes (at most 1 GiB) with the stream of a key (32 bytes) that begins with
/// `counter` (16 bytes), and writes them to `text`, which must not overlap them.
/// Returns 0, or -1 when libcrypto refuses; what is in `text` then is nothing.
int daybook_aes_ctr_apply(
    daybook_aes_ctr *cipher, const uint8_t *key, const uint8_t *counter, const uint8_t *bytes,
    size_t count, uint8_t *text);
