// SPDX-License-Identifier: Apache-2.0
//
// CRC-32 (the polynomial of gzip, 0x04C11DB7, bits reflected), which Parquet pages carry.

#ifndef DAYBOOK_CRC32_H
#define DAYBOOK_CRC32_H

#include <stddef.h>
#include <stdint.h>

/// The checksum of what `checksum` is the checksum of (0 for nothing), followed by `count` bytes.
uint32_t daybook_crc32(uint32_t checksum, const uint8_t *bytes, size_t count);

/// The same without the instructions that only some processors have. For tests.
uint32_t daybook_crc32_portable(uint32_t checksum, const uint8_t *bytes, size_t count);

#endif
