// SPDX-License-Identifier: Apache-2.0

import CSnappy
import CZlib
import HTTPTypes

/// gzip and zlib, unpacked within a limit.
enum Inflate {
    /// Bytes that one step unpacks: what a request of any usual size needs in one or two.
    private static let stepBytes = 1 << 18

    /// Unpacks everything: several gzip members after each other, too.
    static func unpack(
        _ packed: UnsafeBufferPointer<UInt8>, isGzip: Bool, _ permit: BytePermit?
    ) throws(HTTPFailure) -> [UInt8] {
        var stream = z_stream()
        guard
            inflateInit2_(
                &stream, isGzip ? 31 : 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw damaged }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: packed.baseAddress)
        stream.avail_in = UInt32(packed.count)
        var plain: [UInt8] = []
        while true {
            let room = min(stepBytes, ServerLimits.bodyBytes - plain.count + 1)
            try permit?.grow(by: room)
            let (status, made) = step(&stream, &plain, room)
            guard plain.count <= ServerLimits.bodyBytes else { throw IngestBody.tooLong }
            switch status {
            case Z_OK, Z_BUF_ERROR:
                // No byte came out and none goes in: it was cut off.
                guard made > 0 || stream.avail_in > 0, status == Z_OK || made > 0 else {
                    throw damaged
                }
            case Z_STREAM_END:
                guard stream.avail_in > 0 else { return plain }
                guard isGzip, inflateReset(&stream) == Z_OK else { throw damaged }
            default: throw damaged
            }
        }
    }

    private static func step(_ stream: inout z_stream, _ plain: inout [UInt8], _ room: Int) -> (
        status: Int32, made: Int
    ) {
        var status = Z_OK
        let step = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            stream.next_out = buffer.baseAddress
            stream.avail_out = UInt32(room)
            status = inflate(&stream, Z_NO_FLUSH)
            count = room - Int(stream.avail_out)
        }
        plain.append(contentsOf: step)
        return (status, step.count)
    }

    private static var damaged: HTTPFailure {
        HTTPFailure(.badRequest, "the body is damaged or cut off: it cannot be unpacked")
    }
}

/// Snappy's block format, as Loki's clients send it.
enum SnappyBlock {
    static func unpack(
        _ packed: UnsafeBufferPointer<UInt8>, _ permit: BytePermit?
    ) throws(HTTPFailure) -> [UInt8] {
        guard let base = packed.baseAddress else { return [] }
        return try base.withMemoryRebound(to: CChar.self, capacity: packed.count) {
            (input) throws(HTTPFailure) in
            var length = 0
            guard snappy_uncompressed_length(input, packed.count, &length) == SNAPPY_OK else {
                throw damaged
            }
            guard length <= ServerLimits.bodyBytes else { throw IngestBody.tooLong }
            try permit?.grow(by: length)
            var isWhole = false
            let plain = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
                var made = length
                buffer.withMemoryRebound(to: CChar.self) { output in
                    isWhole =
                        snappy_uncompress(input, packed.count, output.baseAddress, &made)
                        == SNAPPY_OK
                }
                count = isWhole ? made : 0
            }
            guard isWhole else { throw damaged }
            return plain
        }
    }

    private static var damaged: HTTPFailure {
        HTTPFailure(.badRequest, "the body is not Snappy's block format, or is damaged")
    }
}
