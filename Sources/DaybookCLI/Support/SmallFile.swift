// SPDX-License-Identifier: Apache-2.0

import Book
import Desk

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files that a command reads or writes whole.
enum SmallFile {
    /// The bytes of a file; `-` is standard input.
    static func read(_ path: String, limit: Int = CommandLimits.smallFileBytes) throws -> [UInt8] {
        let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw DeskFailure(
                .noInput, "cannot read \(path): \(String(cString: strerror(errno))).")
        }
        defer { if descriptor != 0 { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = chunk.withUnsafeMutableBytes { buffer in
                systemRead(descriptor, buffer.baseAddress.unsafelyUnwrapped, buffer.count)
            }
            guard got >= 0 else {
                throw DeskFailure(
                    .inputOutput, "cannot read \(path): \(String(cString: strerror(errno))).")
            }
            if got == 0 { return bytes }
            bytes += chunk[..<got]
            guard bytes.count <= limit else {
                throw DeskFailure(
                    .badInput, "\(path) is over \(Words.bytes(limit)): it is something else.")
            }
        }
    }

    /// Writes a new file, or over an old one; `-` is standard output.
    static func write(_ bytes: [UInt8], to path: String) throws {
        if path == "-" {
            bytes.withUnsafeBufferPointer { _ = Terminal.write($0, to: Terminal.output) }
            return
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw DeskFailure(
                .cannotCreate, "cannot write \(path): \(String(cString: strerror(errno))).")
        }
        let isWritten = bytes.withUnsafeBufferPointer { Terminal.write($0, to: descriptor) }
        guard close(descriptor) == 0, isWritten else {
            throw DeskFailure(
                .inputOutput, "cannot write \(path): \(String(cString: strerror(errno))).")
        }
    }
}
