// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

@testable import Book

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Lines hashed on several threads, a stretch each, are those hashed one after the other.
@Suite struct LineHashingTests {
    let directory = TemporaryDirectory()
    let disk = PosixDisk()

    private func withFile<Value>(_ bytes: [UInt8], _ body: (LineFile) throws -> Value) throws
        -> Value
    {
        let path = directory.path + "/lines"
        try disk.replaceFile(path, with: bytes, mode: 0o600)
        let file = try disk.open(path, .reading, mode: 0)
        defer { disk.close(file) }
        return try body(LineFile(disk: disk, file: file))
    }

    /// Count, end and leaves as a single pass finds them.
    private func expected(_ lines: LineFile, _ end: Int) throws -> (UInt64, Int, [Digest]) {
        var leaves: [Digest] = []
        let last = try lines.forEachLine(from: 0, to: end) { line in
            leaves.append(TreeHash.leaf(UnsafeRawBufferPointer(line)))
            return true
        }
        return (UInt64(leaves.count), last, leaves)
    }

    private func check(_ bytes: [UInt8], _ what: String) throws {
        try withFile(bytes) { lines in
            let (count, end, leaves) = try expected(lines, bytes.count)
            for (stretch, threads) in [(64, 1), (1000, 3), (70_000, 2), (4 << 20, 2)] {
                var found: [Digest] = []
                let hashing = LineHashing(lines, to: bytes.count, stretchBytes: stretch)
                let (foundCount, foundEnd) = try hashing.forEachRun(threads: threads) { run, _ in
                    found += run.leaves
                }
                #expect(foundCount == count && foundEnd == end, "\(what), \(stretch) bytes")
                #expect(found == leaves, "\(what), \(stretch) bytes")
            }
        }
    }

    @Test func linesOfAnyLengthAreHashedInTheirOrder() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...400, using: &generator) {
                let longest = Bool.random(using: &generator) ? 20 : 900
                let count = Int.random(in: 0...longest, using: &generator)
                bytes +=
                    (0..<count).map { _ in UInt8.random(in: 32...126, using: &generator) } + [10]
            }
            try check(bytes, "lines")
            try check(bytes + Array("no line feed".utf8), "an incomplete line at the end")
        }
    }

    @Test func whatIsLongerThanALineEndsTheWalkAsItDoesForOneThread() throws {
        let short = Array("a line\n".utf8)
        let many = Array(repeatElement(short, count: 3000).joined())
        for count in [Limits.lineBytes, Limits.lineBytes + 1, Limits.lineBytes + 2, 3 << 20] {
            let long = [UInt8](repeating: UInt8(ascii: "x"), count: count)
            try check(many + long + [10] + many, "\(count) bytes in the middle")
            try check(many + long, "\(count) bytes at the end")
            try check(long + [10] + many, "\(count) bytes at the start")
        }
    }
}
