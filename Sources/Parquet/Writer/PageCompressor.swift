// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Lends the bytes, with the error's type kept.
    @inline(__always)
    func lend<Value>(
        _ body: (UnsafeRawBufferPointer) throws(ParquetError) -> Value
    ) throws(ParquetError) -> Value {
        try withUnsafeBufferPointer { (bytes) throws(ParquetError) -> Value in
            try body(UnsafeRawBufferPointer(bytes))
        }
    }
}

/// Compresses the pages of a row group as the options say.
struct PageCompressor: ~Copyable {
    private var zstd: ZstdCompressor
    private let level: Int?
    private var scratch: [UInt8] = []

    init(_ compression: WriterOptions.Compression) throws(ParquetError) {
        zstd = try ZstdCompressor()
        switch compression {
        case .none: level = nil
        case .zstd(let level): self.level = level
        }
    }

    /// Whether compression is wanted at all.
    var isOn: Bool { level != nil }

    /// Adds the compressed form of `bytes`, or `bytes` themselves when compression is off.
    mutating func compress(
        _ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]
    ) throws(ParquetError) {
        guard let level else {
            output.append(contentsOf: bytes)
            return
        }
        try zstd.compress(bytes, level: level, into: &output)
    }

    /// How many bytes these come to in the end.
    mutating func size(of bytes: [UInt8]) throws(ParquetError) -> Int {
        guard level != nil else { return bytes.count }
        var output: [UInt8] = []
        swap(&output, &scratch)
        output.removeAll(keepingCapacity: true)
        try bytes.lend { (bytes) throws(ParquetError) in try compress(bytes, into: &output) }
        let size = output.count
        swap(&output, &scratch)
        return min(size, bytes.count)
    }

    /// Whether so many bytes less are worth it that readers decompress them: a thirty-second.
    static func pays(_ compressed: Int, insteadOf raw: Int) -> Bool {
        compressed + raw / 32 < raw
    }
}
