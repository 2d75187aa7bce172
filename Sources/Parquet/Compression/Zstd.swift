// SPDX-License-Identifier: Apache-2.0

import CZstd
import Synchronization

/// Compresses pages, one after the other, in a context that is made once. For one thread at a time.
package struct ZstdCompressor: ~Copyable {
    private let context: OpaquePointer
    private var room: UnsafeMutableRawBufferPointer

    /// - Throws: `inputOutput` when there is no memory.
    package init() throws(ParquetError) {
        guard let context = ZSTD_createCCtx() else {
            throw ParquetError(.inputOutput, "There is no memory for compression.")
        }
        self.context = context
        room = .allocate(byteCount: 0, alignment: 16)
    }

    deinit {
        room.deallocate()
        _ = ZSTD_freeCCtx(context)
    }

    /// Adds one frame, which says its size.
    ///
    /// - Throws: `misuse` for a level that zstd does not have; `inputOutput` without memory.
    package mutating func compress(
        _ bytes: UnsafeRawBufferPointer, level: Int, into output: inout [UInt8]
    ) throws(ParquetError) {
        guard level >= Int(ZSTD_minCLevel()), level <= Int(ZSTD_maxCLevel()) else {
            throw ParquetError(
                .misuse, "zstd has levels up to \(ZSTD_maxCLevel()), not \(level).")
        }
        let bound = ZSTD_compressBound(bytes.count)
        if room.count < bound {
            room.deallocate()
            room = .allocate(byteCount: bound, alignment: 16)
        }
        let count = ZSTD_compressCCtx(
            context, room.baseAddress, room.count, bytes.baseAddress, bytes.count, CInt(level))
        guard ZSTD_isError(count) == 0 else {
            throw ParquetError(.inputOutput, "zstd: \(String(cString: ZSTD_getErrorName(count))).")
        }
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<count]))
    }
}

/// Decompresses pages, one after the other. For one thread at a time.
///
/// Its context and scratch space come from decompressors that are gone: whoever reads one page of each
/// of many chunks would else spend a good part of the time on getting and clearing memory.
package struct ZstdDecompressor: ~Copyable {
    private struct Parts: @unchecked Sendable {  // has one owner: a decompressor, or the pool
        var context: OpaquePointer
        var room: UnsafeMutableRawBufferPointer
    }

    /// What waits to be used again: as much as a machine's threads need at once.
    private static let idle = Mutex<[Parts]>([])
    private static let idleMax = 16
    /// Scratch space beyond this goes back to the system.
    private static let roomKept = 1 << 20

    private let context: OpaquePointer
    private var room: UnsafeMutableRawBufferPointer

    /// - Throws: `inputOutput` when there is no memory.
    package init() throws(ParquetError) {
        if let parts = Self.idle.withLock({ $0.popLast() }) {
            context = parts.context
            room = parts.room
            return
        }
        guard let context = ZSTD_createDCtx() else {
            throw ParquetError(.inputOutput, "There is no memory for decompression.")
        }
        self.context = context
        room = .allocate(byteCount: 0, alignment: 16)
    }

    deinit {
        let parts = Parts(context: context, room: room)
        let isKept =
            room.count <= Self.roomKept
            && Self.idle.withLock { idle in
                guard idle.count < Self.idleMax else { return false }
                idle.append(parts)
                return true
            }
        guard !isKept else { return }
        room.deallocate()
        _ = ZSTD_freeDCtx(context)
    }

    /// A block of a frame has at least 3 bytes of header and one of content, and gives at most
    /// 128 KiB: what says that it becomes more than this many times its size is damaged.
    static let mostPerByte = (128 << 10) / 4

    /// Fills `output` from one or more frames.
    ///
    /// - Throws: `damaged` when they do not give exactly `output.count` bytes.
    package mutating func decompress(
        _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(ParquetError) {
        let count = ZSTD_decompressDCtx(
            context, output.baseAddress, output.count, bytes.baseAddress, bytes.count)
        guard ZSTD_isError(count) == 0 else {
            throw ParquetError(.damaged, "zstd: \(String(cString: ZSTD_getErrorName(count))).")
        }
        guard count == output.count else {
            throw ParquetError(
                .damaged,
                "A page has \(count) bytes after decompression, its header says "
                    + "\(output.count).")
        }
    }

    /// The `expected` bytes that the frames give, in the scratch space: valid until the next call.
    /// Takes no memory for sizes that `bytes` cannot give.
    ///
    /// - Throws: `damaged` when they do not give exactly `expected` bytes.
    package mutating func decompress(
        _ bytes: UnsafeRawBufferPointer, expected: Int
    ) throws(ParquetError) -> UnsafeRawBufferPointer {
        guard expected >= 0, expected / Self.mostPerByte <= bytes.count else {
            throw ParquetError(
                .damaged, "\(bytes.count) compressed bytes cannot become \(expected).")
        }
        if room.count < expected {
            room.deallocate()
            // For one that is a little longer, too.
            room = .allocate(byteCount: expected + expected / 4, alignment: 16)
        }
        let output = UnsafeMutableRawBufferPointer(rebasing: room[..<expected])
        try decompress(bytes, into: output)
        return UnsafeRawBufferPointer(output)
    }
}
