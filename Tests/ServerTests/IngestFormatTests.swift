// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Testing

@testable import Server

/// Requests with a few bytes altered, in every form: whatever comes is refused or makes lines that are
/// JSON. The fuzz target IngestFuzz goes further from the same seeds.
@Suite struct IngestFormatTests {
    @Test("altered requests never upset the daemon", arguments: IngestFormat.allCases)
    func altered(_ format: IngestFormat) throws {
        var random = Lehmer(state: 0x9E37_79B9 &+ UInt64(format.rawValue))
        for seed in try Self.seeds(format) {
            #expect(format.read(seed) != nil, "the seed itself is read")
            for _ in 0..<300 {
                var bytes = seed
                for _ in 0...Int(random.next() % 3) where !bytes.isEmpty {
                    let place = Int(random.next() % UInt64(bytes.count))
                    switch random.next() % 4 {
                    case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                    case 1: bytes.remove(at: place)
                    case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
                    default: bytes.removeLast(bytes.count - place)
                    }
                }
                for line in format.read(bytes) ?? [] {
                    #expect(line.utf8.count <= 65_535)
                    #expect((try? JSONValue(parsing: line)) != nil)
                }
            }
        }
    }

    private static func seeds(_ format: IngestFormat) throws -> [[UInt8]] {
        let directory = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fuzz/Corpus/IngestFuzz").standardized
        let files = try FileManager.default.contentsOfDirectory(
            at: directory, includingPropertiesForKeys: nil)
        let seeds = try files.map { Array(try Data(contentsOf: $0)) }
            .filter { Int($0[0]) % IngestFormat.allCases.count == Int(format.rawValue) }
            .map { Array($0.dropFirst()) }
        try #require(!seeds.isEmpty)
        return seeds
    }
}

/// Numbers that are the same in every run.
private struct Lehmer {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 24
    }
}

extension IngestFormat {
    fileprivate func read(_ bytes: [UInt8]) -> [String]? {
        bytes.withUnsafeBufferPointer { read($0) }
    }
}
