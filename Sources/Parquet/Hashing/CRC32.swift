// SPDX-License-Identifier: Apache-2.0

import CDaybook

/// The checksum of pages: CRC-32 as gzip has it.
package enum CRC32 {
    /// The checksum of what `continuing` is the checksum of, followed by `bytes`.
    package static func checksum(_ bytes: UnsafeRawBufferPointer, continuing: UInt32 = 0) -> UInt32
    {
        daybook_crc32(
            continuing, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }
}
