// SPDX-License-Identifier: Apache-2.0

import Parquet
import Testing

@testable import Segments

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("What programs really print")
struct SampleTests {
    private static let samples =
        #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
        + "/Fixtures/samples"

    /// The lines of every sample: JSON of several programs, and text that is none.
    private func lines() throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        for folder in ["structlog", "python_logging", "ccxt", "oandapyV20", "synapse"] {
            let directory = try #require(opendir(Self.samples + "/" + folder))
            defer { closedir(directory) }
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard !name.hasPrefix("."),
                    let file = fopen(Self.samples + "/" + folder + "/" + name, "r")
                else { continue }
                defer { fclose(file) }
                var bytes: [UInt8] = []
                while case let byte = getc(file), byte != EOF {
                    bytes.append(UInt8(truncatingIfNeeded: byte))
                }
                found += bytes.split(separator: 10, omittingEmptySubsequences: false).map(
                    Array.init)
            }
        }
        return found
    }

    @Test("every line of the samples comes back, whatever it is")
    func samples() throws {
        let lines = try lines()
        #expect(lines.count > 500)
        let group = try encode(lines)
        #expect(try rebuild(group) == lines)
        let sink = try SegmentFiles.writePart(
            group,
            header: SegmentHeader(
                origin: "o", date: "2026-11-20", first: 0, records: UInt64(lines.count)),
            to: MemorySink())
        let reader = try SegmentReader(MemorySource(sink.bytes))
        var again: [[UInt8]] = []
        try reader.forEachBatch(in: reader.range) { batch in
            for position in 0..<batch.count { again.append(Array(batch.line(position))) }
            return true
        }
        #expect(again == lines)
    }
}
