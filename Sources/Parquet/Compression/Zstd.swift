// SPDX-License-Identifier: Apache-2.0

import CZstd

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

/// Decompresses pages, one after the other, in a context that is made once. For one thread at a
/// time.
package struct ZstdDecompressor: ~Copyable {
    private let context: OpaquePointer

    /// - Throws: `inputOutput` when there is no memory.
    package init() throws(ParquetError) {
        guard let context = ZSTD_createDCtx() else {
            throw ParquetError(.inputOutput, "There is no memory for decompression.")
        }
        self.context = context
    }

    deinit { _ = ZSTD_freeDCtx(context) }

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

    /// Makes `output` the `expected` bytes that the frames give. Takes no memory for sizes that
    /// `bytes` cannot give.
    ///
    /// - Throws: `damaged` when they do not give exactly `expected` bytes.
    package mutating func decompress(
        _ bytes: UnsafeRawBufferPointer, expected: Int, into output: inout [UInt8]
    ) throws(ParquetError) {
        guard expected >= 0, expected / Self.mostPerByte <= bytes.count else {
            throw ParquetError(
                .damaged, "\(bytes.count) compressed bytes cannot become \(expected).")
        }
        if output.count > expected { output.removeLast(output.count - expected) }
        if output.count < expected {
            output.append(contentsOf: repeatElement(0, count: expected - output.count))
        }
        var failure: ParquetError?
        output.withUnsafeMutableBytes { output in
            do throws(ParquetError) {
                try decompress(bytes, into: output)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
