// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

@testable import Book

/// Reading one member of many lines, and few of many lines, says what reading all of them does.
@Suite struct ChosenLinesTests {
    let directory = TemporaryDirectory()
    let clock = TestClock("2026-11-20T10:00:00Z")

    /// A sealed day, an open day with parts, and lines behind the last part.
    private func book() throws -> (BookPlace, BookCore) {
        var settings = BookSettings(liveName: "audit.log")
        settings.sealing.partRecords = 100
        settings.sealing.delayNanoseconds = 0
        settings.plainKeep = .zero
        let place = place(directory, clock: clock)
        let core = try #require(try BookCore.open(place, settings))
        _ = try core.append([
            trades(0..<250),
            records(
                #"{"event":"note","level":"info"}"#,
                #"{"event":"note","level":"info","order_id":7}"#,
                #"{"event":"note","level":"info","details":{"order_id":"deep"}}"#,
                #"{"event":"note","level":"info","order_id":null,"text":"order_id"}"#),
            trades(250..<300),
        ])
        try work(core)
        try core.rotate()
        try work(core)
        _ = try core.append([trades(300..<450)])
        try work(core)
        return (place, core)
    }

    private func lines(_ snapshot: BookSnapshot) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        try snapshot.forEachLine(in: 0..<snapshot.size) { _, line in
            lines.append(Array(line))
            return true
        }
        return lines
    }

    @Test("Stretches of a long tail, read one by one in any order, are the lines of one pass")
    func stretchesOfTheTail() throws {
        let place = place(directory, clock: clock)
        let core = try #require(try BookCore.open(place, BookSettings(liveName: "audit.log")))
        defer { core.abandon() }
        _ = try core.append([trades(0..<12_000)])
        let snapshot = try BookSnapshot(place)
        #expect(snapshot.pieces.map(\.kind) == [.live])
        #expect(snapshot.files[0].bytes > 2 * Limits.markBytes, "more than one place is remembered")
        let all = try lines(snapshot)
        for first in stride(from: 0, to: 12_000, by: 777).shuffled() {
            let range = UInt64(first)..<min(UInt64(first) + 777, snapshot.size)
            var found: [[UInt8]] = []
            try snapshot.forEachLine(in: range) { index, line in
                #expect(index == range.lowerBound + UInt64(found.count))
                found.append(Array(line))
                return true
            }
            #expect(found == Array(all[first..<Int(range.upperBound)]), "from \(first)")
        }
    }

    @Test("The texts of a member are those of the lines, from columns and from lines")
    func texts() throws {
        let (place, core) = try book()
        defer { core.abandon() }
        let snapshot = try BookSnapshot(place)
        #expect(Set(snapshot.pieces.map(\.kind)).isSuperset(of: [.segment, .part, .live]))
        var expected: [UInt64: String] = [:]
        for (index, line) in try lines(snapshot).enumerated() {
            guard
                case .object(let object)? = try? JSONValue(
                    parsing: String(decoding: line, as: UTF8.self)),
                case .string(let text)? = object["order_id"]
            else { continue }
            expected[UInt64(index)] = text
        }
        #expect(expected.count == 450)
        for range in [0..<snapshot.size, 90..<110, 200..<410, 449..<450, 440..<9_999] {
            var found: [UInt64: String] = [:]
            try snapshot.forEachText(
                of: "order_id", in: range,
                text: { index, text in
                    let text = String(decoding: text, as: UTF8.self)
                    // A number's text is in the column, too; whoever asks tells them apart.
                    if text != "7" { found[index] = text }
                },
                line: { index, line in
                    #expect(range.contains(index))
                    let object = try? JSONValue(parsing: String(decoding: line, as: UTF8.self))
                    if case .string(let text)? = object?.objectValue?["order_id"] {
                        found[index] = text
                    }
                })
            #expect(found == expected.filter { range.contains($0.key) }, "\(range)")
        }
    }

    @Test(
        "Lines of chosen runs are those lines, in order, few or many, until the reader has enough")
    func runs() throws {
        let (place, core) = try book()
        defer { core.abandon() }
        let snapshot = try BookSnapshot(place)
        let all = try lines(snapshot)
        for share in [0, 1, 5, 50, 95, 100] {
            for _ in 0..<10 {
                var runs: [Range<UInt64>] = []
                for index in all.indices where Int.random(in: 0..<100) < share {
                    let index = UInt64(index)
                    if let last = runs.last, last.upperBound == index {
                        runs[runs.count - 1] = last.lowerBound..<(index + 1)
                    } else {
                        runs.append(index..<(index + 1))
                    }
                }
                let range = UInt64.random(in: 0..<300)..<UInt64.random(in: 300..<600)
                let wanted = runs.flatMap { Array($0) }.filter { range.contains($0) }
                var found: [UInt64] = []
                try snapshot.forEachLine(of: runs, in: range) { index, line in
                    #expect(Array(line) == all[Int(index)])
                    found.append(index)
                    return true
                }
                #expect(found == wanted)
                var first: [UInt64] = []
                try snapshot.forEachLine(of: runs, in: range) { index, _ in
                    first.append(index)
                    return first.count < 3
                }
                #expect(first == Array(wanted.prefix(3)))
            }
        }
    }
}
