// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A Parquet file on disk, read with `pread`: a file that is cut short while it is read gives an
/// error, and no signal as a mapping would.
public final class FileSource: ParquetSource {
    /// Bytes in the file when it was opened.
    public let size: Int
    private let descriptor: Int32

    /// Opens a file.
    ///
    /// - Throws: `inputOutput` when it cannot be opened or is no regular file.
    public init(path: String) throws(ParquetError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("open", errno) }
        do throws(ParquetError) {
            size = try Self.size(descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    /// Reads from an open file; takes over `descriptor`, and closes it in the end.
    ///
    /// - Throws: `inputOutput` when it is no regular file; it is closed then.
    public init(descriptor: Int32) throws(ParquetError) {
        do throws(ParquetError) {
            size = try Self.size(descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func size(_ descriptor: Int32) throws(ParquetError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("fstat", errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ParquetError(.inputOutput, "This is no regular file.")
        }
        return Int(status.st_size)
    }

    /// Lends bytes that were read for this call.
    public func withBytes<Value>(
        at offset: Int, count: Int,
        _ body: (UnsafeRawBufferPointer) throws(ParquetError) -> Value
    ) throws(ParquetError) -> Value {
        guard offset >= 0, count >= 0, count <= size, offset <= size - count else {
            throw ParquetError(
                .inputOutput,
                "\(count) bytes at \(offset) are beyond the end of the file (\(size)).")
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        defer { buffer.deallocate() }
        var done = 0
        while done < count {
            let got = pread(
                descriptor, buffer.baseAddress.map { $0 + done }, count - done, off_t(offset + done)
            )
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw Self.failure("pread", errno) }
            guard got > 0 else {
                throw ParquetError(
                    .inputOutput,
                    "The file ends at byte \(offset + done): it was cut short while open.")
            }
            done += got
        }
        return try body(UnsafeRawBufferPointer(buffer))
    }

    private static func failure(_ call: String, _ number: Int32) -> ParquetError {
        ParquetError(.inputOutput, "\(call): \(String(cString: strerror(number))).")
    }
}
