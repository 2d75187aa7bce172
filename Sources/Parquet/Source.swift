// SPDX-License-Identifier: Apache-2.0

/// Where the bytes of a Parquet file come from.
///
/// Acceptance: the bytes of a range are the same each time they are asked for; safe to use from
/// several threads at once.
public protocol ParquetSource: Sendable {
    /// Bytes in the file.
    var size: Int { get }
    /// Lends `count` bytes at `offset` for the length of the call.
    ///
    /// - Throws: `inputOutput` when the range is not all there or cannot be read; what `body`
    ///   throws.
    func withBytes<Value>(
        at offset: Int, count: Int,
        _ body: (UnsafeRawBufferPointer) throws(ParquetError) -> Value
    ) throws(ParquetError) -> Value
}

/// Where the bytes of a new Parquet file go, in order.
public protocol ParquetSink {
    /// Takes all bytes, or throws `inputOutput`.
    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ParquetError)
}

/// A Parquet file in memory.
public struct MemorySource: ParquetSource {
    private let bytes: [UInt8]

    /// A file of these bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Bytes in the file.
    public var size: Int { bytes.count }

    /// Lends bytes without a copy.
    public func withBytes<Value>(
        at offset: Int, count: Int,
        _ body: (UnsafeRawBufferPointer) throws(ParquetError) -> Value
    ) throws(ParquetError) -> Value {
        guard offset >= 0, count >= 0, offset <= bytes.count - count else {
            throw ParquetError(
                .inputOutput,
                "\(count) bytes at \(offset) are beyond the end of the file (\(bytes.count)).")
        }
        var result: Result<Value, ParquetError>?
        bytes.withUnsafeBytes { all in
            do throws(ParquetError) {
                result = .success(
                    try body(UnsafeRawBufferPointer(rebasing: all[offset..<(offset + count)])))
            } catch {
                result = .failure(error)
            }
        }
        guard let result else { throw ParquetError(.inputOutput, "Nothing was read.") }
        return try result.get()
    }
}

/// Collects a Parquet file in memory.
public struct MemorySink: ParquetSink {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// An empty file.
    public init() {}

    /// Takes all bytes.
    public mutating func write(_ bytes: UnsafeRawBufferPointer) {
        self.bytes.append(contentsOf: bytes)
    }
}
