// SPDX-License-Identifier: Apache-2.0

// The plain SHA-256 functions are called old since OpenSSL 3.0, whose new ones need the heap for each
// hash. They are part of its interface for all of 3.x.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "CLibcrypto.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

_Static_assert(sizeof(daybook_sha256) == sizeof(SHA256_CTX), "a hash is libcrypto's");
_Static_assert(_Alignof(daybook_sha256) >= _Alignof(SHA256_CTX), "a hash lies as libcrypto's");

enum { tag_bytes = 16, nonce_bytes = 12, counter_bytes = 16, most_bytes = 1 << 30 };

static SHA256_CTX *context(daybook_sha256 *hash) { return (SHA256_CTX *)(void *)hash; }

void daybook_sha256_begin(daybook_sha256 *hash) { SHA256_Init(context(hash)); }

void daybook_sha256_add(daybook_sha256 *hash, const uint8_t *bytes, size_t count) {
    SHA256_Update(context(hash), bytes, count);
}

void daybook_sha256_end(daybook_sha256 *hash, uint8_t *digest) {
    SHA256_Final(digest, context(hash));
}

static EVP_CIPHER_CTX *evp(daybook_aes_gcm *cipher) { return (EVP_CIPHER_CTX *)(void *)cipher; }

/// A context for a cipher, or NULL.
static EVP_CIPHER_CTX *context_for(const char *name, int nonce_count) {
    // No settings file of the machine decides about ciphers here, and nothing is torn down at exit
    // under threads that are still at work.
    if (!OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL)) return NULL;
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
    if (!cipher) return NULL;
    EVP_CIPHER_CTX *made = EVP_CIPHER_CTX_new();
    const int is_ready = made && EVP_CipherInit_ex2(made, cipher, NULL, NULL, 1, NULL) == 1
        && EVP_CIPHER_CTX_get_iv_length(made) == nonce_count;
    // The context has it from here on.
    EVP_CIPHER_free(cipher);
    if (is_ready) return made;
    EVP_CIPHER_CTX_free(made);
    return NULL;
}

daybook_aes_gcm *daybook_aes_gcm_make(void) {
    return (daybook_aes_gcm *)(void *)context_for("AES-256-GCM", nonce_bytes);
}

void daybook_aes_gcm_free(daybook_aes_gcm *cipher) { EVP_CIPHER_CTX_free(evp(cipher)); }

int daybook_aes_gcm_seal(
    daybook_aes_gcm *cipher, const uint8_t *key, const uint8_t *nonce, const uint8_t *bound,
    size_t bound_count, const uint8_t *text, size_t count, uint8_t *sealed) {
    EVP_CIPHER_CTX *c = evp(cipher);
    int written = 0;
    if (bound_count > most_bytes || count > most_bytes) return -1;
    if (EVP_CipherInit_ex2(c, NULL, key, nonce, 1, NULL) != 1) return -1;
    if (bound_count && EVP_CipherUpdate(c, NULL, &written, bound, (int)bound_count) != 1) return -1;
    if (count && EVP_CipherUpdate(c, sealed, &written, text, (int)count) != 1) return -1;
    if (EVP_CipherFinal_ex(c, sealed + count, &written) != 1) return -1;
    return EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, tag_bytes, sealed + count) == 1 ? 0 : -1;
}

int daybook_aes_gcm_open(
    daybook_aes_gcm *cipher, const uint8_t *key, const uint8_t *nonce, const uint8_t *bound,
    size_t bound_count, const uint8_t *sealed, size_t count, uint8_t *text) {
    EVP_CIPHER_CTX *c = evp(cipher);
    int written = 0;
    if (bound_count > most_bytes || count > most_bytes) return -1;
    // libcrypto takes the tag as what it could write to; it only reads it.
    uint8_t *tag = (uint8_t *)(uintptr_t)(sealed + count);
    if (EVP_CipherInit_ex2(c, NULL, key, nonce, 0, NULL) == 1
        && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag) == 1
        && (!bound_count || EVP_CipherUpdate(c, NULL, &written, bound, (int)bound_count) == 1)
        && (!count || EVP_CipherUpdate(c, text, &written, sealed, (int)count) == 1)
        && EVP_CipherFinal_ex(c, text + count, &written) == 1)
        return 0;
    // Nobody sees what was decrypted before the tag was found wrong.
    if (count) OPENSSL_cleanse(text, count);
    return -1;
}

daybook_aes_ctr *daybook_aes_ctr_make(void) {
    return (daybook_aes_ctr *)(void *)context_for("AES-256-CTR", counter_bytes);
}

void daybook_aes_ctr_free(daybook_aes_ctr *cipher) {
    EVP_CIPHER_CTX_free((EVP_CIPHER_CTX *)(void *)cipher);
}

int daybook_aes_ctr_apply(
    daybook_aes_ctr *cipher, const uint8_t *key, const uint8_t *counter, const uint8_t *bytes,
    size_t count, uint8_t *text) {
    EVP_CIPHER_CTX *c = (EVP_CIPHER_CTX *)(void *)cipher;
    int written = 0;
    if (count > most_bytes) return -1;
    if (EVP_CipherInit_ex2(c, NULL, key, counter, 1, NULL) != 1) return -1;
    return !count || EVP_CipherUpdate(c, text, &written, bytes, (int)count) == 1 ? 0 : -1;
}
