// SPDX-License-Identifier: Apache-2.0

import Masking
import Testing

@testable import Desk

/// Several threads must make of any lines what one thread makes of them, to the last byte: random lines,
/// cut into runs at random, with all that a session carries from record to record.
@Suite("Masking by several threads, in order", .timeLimit(.minutes(5)))
struct OrderedMaskingTests {
    /// All that came out, by book, in the order in which it was handed over.
    struct Outcome: Equatable {
        var lines: [[String]] = []
        var stamps: [[MaskedRecords.Stamp]] = []
        var personal: [[[UInt8]]] = []
        var tally = LineTally()
        var findings: Set<MaskingReport.Finding> = []

        init(_ books: Int) {
            lines = Array(repeating: [], count: books)
            stamps = Array(repeating: [], count: books)
            personal = Array(repeating: [], count: books)
        }

        mutating func add(_ masked: MaskedLines) {
            tally += masked.tally
            for (book, records) in masked.lanes.enumerated() {
                lines[book] += (0..<records.count).map { records.line($0) }
                stamps[book] += records.entries.map(\.stamp)
                records.withPersonalBytes { bytes in
                    personal[book] += records.drafts.map { Array(bytes[$0.plaintext]) }
                }
            }
        }
    }

    private static let rules: [SealRule] = [.none, SealRule.house(["note"])]

    private func outcome(
        of runs: [[UInt8]], threads: Int, rules: [SealRule] = rules
    ) -> (outcome: Outcome, again: Int) {
        var outcome = Outcome(rules.count)
        var masking = OrderedMasking(
            .standard, Provenance(source: "test"), rules, threads: threads)
        for (number, run) in runs.enumerated() {
            run.withUnsafeBufferPointer { run in masking.take(run) { outcome.add($0) } }
            if number % 61 == 60 { masking.drain { outcome.add($0) } }
        }
        masking.drain { outcome.add($0) }
        outcome.findings = Set(masking.report.findings)
        return (outcome, masking.again)
    }

    @Test(
        "Random lines, good and bad, short and long: the same as with one thread", arguments: 1...12
    )
    func equal(seed: UInt64) {
        var lines = RandomLines(seed: seed)
        let runs = lines.runs(40, secrets: seed % 3 == 0 ? 0 : 1)
        let alone = outcome(of: runs, threads: 1).outcome
        #expect(alone.tally.lines > 1_000)
        for threads in [2, 3, 8] {
            #expect(outcome(of: runs, threads: threads).outcome == alone)
        }
    }

    @Test("What a run learned holds for the runs after it, which others began before")
    func carries() {
        var lines = RandomLines(seed: 7)
        let secret = "hk7Q2mZx9" + "Lw4Rt8Vb3"
        var runs = lines.runs(24, secrets: 0)
        let teaching = #"{"event":"login","api_key":"\#(secret)"}"# + "\n"
        let showing = #"{"event":"echo","detail":"got \#(secret) back"}"# + "\n"
        runs[0].insert(contentsOf: Array(showing.utf8), at: 0)
        runs[3] += Array(teaching.utf8)
        for run in 4..<24 { runs[run] += Array(showing.utf8) }
        let alone = outcome(of: runs, threads: 1).outcome
        let together = outcome(of: runs, threads: 4)
        #expect(together.outcome == alone)
        #expect(alone.lines[0].filter { $0.contains(secret) }.count == 1)
    }

    @Test("A private key that comes line by line is masked across runs")
    func blocks() {
        var lines = RandomLines(seed: 8)
        var runs = lines.runs(12, secrets: 0)
        let body = (0..<20).map { number in
            String(repeating: "QmFzZTY0\(number % 10)", count: 7).prefix(64)
        }
        runs[4] += Array("{\"text\":\"-----BEGIN RSA PRIVATE KEY-----\"}\n".utf8)
        runs[5] = Array(body.map { "{\"text\":\"\($0)\"}\n" }.joined().utf8) + runs[5]
        let alone = outcome(of: runs, threads: 1).outcome
        #expect(outcome(of: runs, threads: 4).outcome == alone)
        #expect(!alone.lines[0].contains { $0.contains("QmFzZTY00QmFz") })
    }

    @Test("Where secrets come in every run, one thread masks, and the outcome is the same")
    func secretsEverywhere() {
        var lines = RandomLines(seed: 9)
        let runs = lines.runs(60, secrets: 20)
        let alone = outcome(of: runs, threads: 1).outcome
        let together = outcome(of: runs, threads: 4)
        #expect(together.outcome == alone)
        #expect(together.again < 40)
    }

    @Test("One book for all takes text and records in their order")
    func oneBook() {
        var lines = RandomLines(seed: 10)
        let runs = lines.runs(30, secrets: 1)
        let alone = outcome(of: runs, threads: 1, rules: [.none]).outcome
        #expect(outcome(of: runs, threads: 4, rules: [.none]).outcome == alone)
    }

    @Test("An error while handing over ends it; nothing hangs")
    func fails() {
        struct Refusal: Error {}
        var lines = RandomLines(seed: 11)
        let runs = lines.runs(20, secrets: 0)
        var masking = OrderedMasking(
            .standard, Provenance(source: "test"), Self.rules, threads: 4)
        #expect(throws: Refusal.self) {
            for run in runs {
                try run.withUnsafeBufferPointer { run in
                    try masking.take(run) { _ in throw Refusal() }
                }
            }
        }
    }
}

/// Lines such as come in, and such as should not.
struct RandomLines {
    private var random: UInt64

    init(seed: UInt64) { random = seed &* 0x9E37_79B9_7F4A_7C15 }

    /// splitmix64.
    private mutating func next(_ bound: Int) -> Int {
        random &+= 0x9E37_79B9_7F4A_7C15
        var z = random
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) >> 11) % bound
    }

    /// Runs of whole lines; the last may lack its line feed.
    ///
    /// - Parameter secrets: of a thousand lines, how many have a key of their own.
    mutating func runs(_ count: Int, secrets: Int) -> [[UInt8]] {
        (0..<count).map { number in
            var run: [UInt8] = []
            // Some small enough to be masked by the caller, some that go to the others.
            let size = next(4) == 0 ? 2_000 : 40_000
            while run.count < size {
                run += line(secrets)
                run.append(0x0A)
            }
            if number == count - 1 { run.removeLast() }
            return run
        }
    }

    private mutating func line(_ secrets: Int) -> [UInt8] {
        if next(1_000) < secrets {
            let key = (0..<20).map { _ in String(UInt8(next(36)), radix: 36) }.joined()
            return Array(#"{"event":"login","api_key":"k\#(key)1","note":"for \#(key)"}"#.utf8)
        }
        switch next(100) {
        case 0: return []
        case 1: return Array("  \r".utf8)
        case 2: return Array("plain words, password=hunter2secret".utf8)
        case 3: return Array(#"{"event":"cut off"#.utf8)
        case 4: return Array("[1,2,{\"a\":3}]".utf8)
        case 5: return (0..<next(60)).map { _ in UInt8(next(256)) }.filter { $0 != 0x0A }
        case 6: return Array(#"{"a":1,"a":2,"b":NaN,"c":"\ud800"}"#.utf8)
        case 7 where next(12) == 0:
            // Longer than a line of a book.
            let text = String(repeating: "word \(next(9)) ", count: 12_000)
            return Array(#"{"event":"dump","text":"\#(text)"}"#.utf8)
        case 8:
            return Array(#"{"event":"hold_placed","level":"info","timestamp":"yesterday"}"#.utf8)
        default:
            return Array(
                #"""
                {"event": "order_filled", "level": "info", "order_id": "order-\#(next(99_999))", \#
                "asset": "AAPL", "fill_price": "\#(next(900)).\#(next(90) + 10)", "note": "n \#(next(9))"}
                """#.utf8)
        }
    }
}
