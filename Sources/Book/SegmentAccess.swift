// SPDX-License-Identifier: Apache-2.0

internal import Parquet
internal import Segments
internal import TransparencyLog

/// A Parquet file read through the book's disk. Stays readable when its name goes away.
final class DiskSource: ParquetSource {
    let size: Int
    private let disk: any Disk
    private let file: OpenFile

    /// - Throws: `missingFile` when it is not there.
    init(_ path: String, _ disk: any Disk, _ range: Range<UInt64>) throws(BookError) {
        let file = try openFound(path, disk, range)
        do throws(DiskError) {
            size = try disk.size(of: file)
        } catch {
            disk.close(file)
            throw BookError(error)
        }
        self.disk = disk
        self.file = file
    }

    deinit { disk.close(file) }

    func withBytes<Value>(
        at offset: Int, count: Int,
        _ body: (UnsafeRawBufferPointer) throws(ParquetError) -> Value
    ) throws(ParquetError) -> Value {
        guard offset >= 0, count >= 0, offset <= size - count else {
            throw ParquetError(
                .inputOutput,
                "\(count) bytes at \(offset) are beyond the end of the file (\(size)).")
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        defer { buffer.deallocate() }
        var done = 0
        while done < count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let got: Int
            do throws(DiskError) {
                got = try disk.read(into: rest, from: file, at: offset + done)
            } catch {
                throw ParquetError(.inputOutput, error.description)
            }
            guard got > 0 else {
                throw ParquetError(.inputOutput, "The file ends at \(offset + done).")
            }
            done += got
        }
        return try body(UnsafeRawBufferPointer(buffer))
    }

    /// Whether the file's last bytes say that it is encrypted.
    var isEncrypted: Bool {
        guard size >= 4 else { return false }
        let tail = try? withBytes(at: size - 4, count: 4) { Array($0) }
        return tail == Array("PARE".utf8)
    }
}

/// A new file, written through the book's disk block by block, and its SHA-256.
final class DiskSink {
    let path: String
    private let disk: any Disk
    private let file: OpenFile
    private let isCancelled: @Sendable () -> Bool
    private var block: [UInt8] = []
    private var hash = FileHash()
    private(set) var count = 0
    /// What the disk said, behind the error of the Parquet writer.
    private(set) var failure: BookError?

    init(
        _ path: String, _ disk: any Disk, mode: UInt32,
        _ isCancelled: @escaping @Sendable () -> Bool
    ) throws(BookError) {
        self.path = path
        self.disk = disk
        self.isCancelled = isCancelled
        file = try onDisk { () throws(DiskError) in
            try disk.open(path, .replacing, mode: mode)
        }
        block.reserveCapacity(Limits.writeBytes + Limits.writeBytes / 4)
    }

    deinit { disk.close(file) }

    func take(_ bytes: UnsafeRawBufferPointer) throws(BookError) {
        block.append(contentsOf: bytes)
        if block.count >= Limits.writeBytes { try flush() }
    }

    private func flush() throws(BookError) {
        if isCancelled() { throw SealJob.cancelled }
        block.withUnsafeBytes { hash.update($0) }
        try onDisk { () throws(DiskError) in try disk.write(block, to: file, at: count) }
        count += block.count
        block.removeAll(keepingCapacity: true)
    }

    /// Makes the file durable and says what it is.
    func finish() throws(BookError) -> (bytes: Int, sha256: TransparencyLog.Digest) {
        try flush()
        try onDisk { () throws(DiskError) in try disk.syncData(file) }
        return (count, hash.finish())
    }

    fileprivate func fail(_ error: BookError) { failure = failure ?? error }
}

/// What the Parquet writer writes to.
struct DiskSinkHandle: ParquetSink {
    let sink: DiskSink

    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ParquetError) {
        do throws(BookError) {
            try sink.take(bytes)
        } catch {
            sink.fail(error)
            throw ParquetError(.inputOutput, error.message)
        }
    }
}

extension BookPlace {
    /// Opens a part or a segment.
    ///
    /// - Parameter range: the records that it has, for the error that says what is missing.
    /// - Throws: `missingFile`; `missingKey` when it is encrypted and the key is not at hand;
    ///   `damaged`.
    func openColumns(_ path: String, origin: String, _ range: Range<UInt64>) throws(BookError)
        -> SegmentReader
    {
        let source = try DiskSource(path, disk, range)
        var key: EncryptionKey?
        if source.isEncrypted {
            key = try keys.segmentKey(for: origin)
            guard key != nil else {
                throw BookError(
                    .missingKey,
                    "\(path) is encrypted, and its key is not at "
                        + "\(keys.segmentKeyPath(for: origin)). Restore it from a backup, or point "
                        + "DAYBOOK_KEYS at the directory that holds it.")
            }
        }
        do throws(SegmentError) {
            return try SegmentReader(source, key: key)
        } catch {
            throw BookError(error, at: path)
        }
    }
}

extension BookError {
    /// What reading or writing a part or a segment ended with.
    init(_ error: SegmentError, at path: String) {
        let code: Code =
            switch error.code {
            case .inputOutput: .disk
            case .decryption: .missingKey
            case .damaged, .unsupported, .tooLarge: .damaged
            }
        self.init(code, "\(path): \(error.message)")
    }
}

/// Runs calls to a part or a segment where a `BookError` is wanted.
func onColumns<Value>(_ path: String, _ body: () throws(SegmentError) -> Value) throws(BookError)
    -> Value
{
    do throws(SegmentError) {
        return try body()
    } catch {
        throw BookError(error, at: path)
    }
}

extension SegmentReader {
    /// Calls `body` with index and bytes of each record in a range, in order, until it returns
    /// false.
    func forEachLine(
        in range: Range<UInt64>, at path: String,
        _ body: (UInt64, UnsafeBufferPointer<UInt8>) throws(BookError) -> Bool
    ) throws(BookError) {
        try forEachBatch(in: range, at: path) { batch throws(BookError) in
            for position in 0..<batch.count {
                guard try body(batch.firstIndex + UInt64(position), batch.line(position)) else {
                    return false
                }
            }
            return true
        }
    }

    /// The same, many lines at a time.
    func forEachBatch(
        in range: Range<UInt64>, at path: String,
        _ body: (borrowing LineBatch) throws(BookError) -> Bool
    ) throws(BookError) {
        try forEachBatch(in: range, failure: { BookError($0, at: path) }, body)
    }
}
