// SPDX-License-Identifier: Apache-2.0

import Query
import Records
import Testing

/// Figures: exact, and the same for any split of the records.
@Suite struct StatsTests {
    private func sum(_ numbers: [String]) -> ExactSum {
        var sum = ExactSum()
        for number in numbers { sum.add(Decimal(number) ?? 0) }
        return sum
    }

    @Test("sums are exact beyond what a decimal of 38 digits holds on the way")
    func sums() {
        #expect(sum(["0.1", "0.2", "-0.3"]).value == 0)
        #expect(sum(["0.1", "0.2"]).value?.description == "0.3")
        let big = "99999999999999999999999999999999999999"
        let tiny = "0.00000000000000000000000000000000000001"
        #expect(sum([big, tiny, "-" + big]).value?.description == tiny)
        #expect(sum([big, "1"]).value == nil)
        #expect(sum([big, big, "-" + big]).value?.description == big)
        #expect(sum([big, tiny]).value == nil)
        #expect(sum(["-" + big, "-" + big, big, tiny, big]).value?.description == tiny)
        #expect(sum([]).value == 0)
    }

    @Test("averages are rounded to 18 digits, ties to the even one")
    func averages() {
        func average(_ numbers: [String]) -> String? {
            sum(numbers).average(of: UInt64(numbers.count))?.description
        }
        #expect(average(["1", "2"]) == "1.5")
        #expect(average(["1", "1", "2"]) == "1.333333333333333333")
        #expect(average(["2", "2", "1"]) == "1.666666666666666667")
        #expect(average(["-2", "-2", "-1"]) == "-1.666666666666666667")
        // 0.5e-18 and 1.5e-18 lie in the middle.
        #expect(average(["0.000000000000000001", "0"]) == "0")
        #expect(average(["0.000000000000000003", "0"]) == "0.000000000000000002")
        #expect(average(["0.00000000000000000300000000000000001", "0"]) == "0.000000000000000002")
        #expect(average(["0.00000000000000000100000000000000001", "0"]) == "0.000000000000000001")
        #expect(
            average(["99999999999999999999", "99999999999999999999"]) == "99999999999999999999")
        #expect(sum(["1"]).average(of: 0) == nil)
    }

    @Test("medians and percentiles are values that occur, or the mean of two")
    func percentiles() throws {
        func figures(_ numbers: [String]) throws -> [String] {
            var accumulator = Accumulator(.values)
            for number in numbers { accumulator.add(.number(Decimal(number) ?? 0)) }
            return try accumulator.figures([.median, .percentile(90), .percentile(1)]).map { cell in
                if case .number(let number) = cell { number.description } else { "-" }
            }
        }
        #expect(try figures((1...10).map(String.init)) == ["5.5", "9", "1"])
        #expect(try figures(["3", "1", "2"]) == ["2", "3", "1"])
        #expect(try figures(["7"]) == ["7", "7", "7"])
        #expect(try figures([]) == ["-", "-", "-"])
        // Narrow and wide values beside each other.
        let wide = ["0.0000000000001", "123456789012345678901234567890", "5", "-1.123456789"]
        #expect(
            try figures(wide) == [
                "2.50000000000005", "123456789012345678901234567890", "-1.123456789",
            ])
    }

    @Test("accumulators of any split merge to what one pass gives")
    func merging() throws {
        var random = SplitMix(seed: 7)
        for round in 0..<40 {
            let cells = (0..<Int(random.next() % 60)).map { _ in Self.cell(&random) }
            for kind in [
                Accumulator.Kind.count, .sum, .extremes, .distinct, .values,
            ] {
                var whole = Accumulator(kind)
                for cell in cells { whole.add(cell) }
                var parts = (0..<4).map { _ in Accumulator(kind) }
                for cell in cells { parts[Int(random.next() % 4)].add(cell) }
                var merged = Accumulator(kind)
                for part in parts.shuffled(using: &random) { merged.merge(part) }
                let functions = Self.functions(kind)
                let expected = Result { try whole.figures(functions) }
                let found = Result { try merged.figures(functions) }
                #expect(Self.text(expected) == Self.text(found), "round \(round), \(kind)")
            }
        }
    }

    private static func text(_ result: Result<[Cell], any Error>) -> String {
        switch result {
        case .success(let cells): "\(cells)"
        case .failure(let error): "\((error as? QueryError)?.code.rawValue ?? "?")"
        }
    }

    private static func functions(_ kind: Accumulator.Kind) -> [Aggregate.Function] {
        switch kind {
        case .count: [.count]
        case .sum: [.sum, .average]
        case .extremes: [.minimum, .maximum]
        case .distinct: [.distinct]
        case .values: [.median, .percentile(90), .percentile(99), .percentile(10)]
        }
    }

    private static func cell(_ random: inout SplitMix) -> Cell {
        switch random.next() % 8 {
        case 0: .none
        case 1: Cell(text: "t\(random.next() % 5)")
        case 2: .number("99999999999999999999999999999999999999")
        case 3:
            .number(Decimal("-0.0000000000000000000000000000000000000\(random.next() % 9)") ?? 0)
        case 4: .number(Decimal("\(random.next() % 7).50") ?? 0)
        default:
            .number(
                Decimal("\(Int64(truncatingIfNeeded: random.next()))e-\(random.next() % 20)") ?? 0)
        }
    }

    @Test("groups are merged by value: numbers however written, texts byte by byte")
    func groups() throws {
        let query = try Query(
            parsing: "| stats count(), sum(price), min(note), max(note) by price, asset")
        let table = try self.table(
            query,
            [
                #"{"price":"1.5","asset":"A","note":"x"}"#,
                #"{"price":"1.50","asset":"A","note":3}"#,
                #"{"price":1.500,"asset":"a"}"#, #"{"asset":"A","note":"y"}"#,
                #"{"price":null,"asset":"A","note":"10"}"#, #"{"price":"n/a","asset":"é"}"#,
                #"{"price":"n/a","asset":"e\u0301"}"#,
            ])
        let rows = try table.rows().map { row in
            row.map { cell in
                switch cell {
                case .none: "-"
                case .number(let number): number.description
                case .text(let bytes): String(decoding: bytes, as: UTF8.self)
                case .instant(let instant): instant.description
                }
            }.joined(separator: " ")
        }
        #expect(
            rows == [
                "1.5 A 2 3 3 3", "1.5 a 1 1.5 - -", "n/a e\u{301} 1 0 - -", "n/a é 1 0 - -",
                "- A 2 0 10 10",
            ])
        #expect(table.matched == 7)
        #expect(table.skipped.map(\.name) == ["sum_price"])
        #expect(table.skipped.map(\.count) == [2])
    }

    @Test("memory is bounded, and the error says what held it")
    func bounds() throws {
        let query = try Query(parsing: "| stats count_distinct(x) by y")
        #expect(throws: QueryError(.tooLarge, "")) {
            _ = try table(
                query, (0..<5000).map { "{\"x\":\"value \($0)\",\"y\":1}" }, memoryBytesMax: 100_000
            )
        }
        do throws(QueryError) {
            _ = try table(
                query, (0..<5000).map { "{\"x\":\"value \($0)\"}" }, memoryBytesMax: 100_000)
        } catch {
            #expect(error.message.contains("count_distinct_x"))
            #expect(error.message.contains("--memory"))
        }
    }

    private func table(
        _ query: Query, _ lines: [String], memoryBytesMax: Int = 1 << 20
    ) throws(QueryError) -> StatsTable {
        guard case .table(let plan, _, _) = try QueryPlan(query).goal else {
            throw QueryError(.meaning, "the test's query makes no table")
        }
        var table = StatsTable(plan, memoryBytesMax: memoryBytesMax)
        var row = RowEvaluator(.all)
        for line in lines {
            var failure: QueryError?
            Array(line.utf8).withUnsafeBufferPointer { bytes in
                do throws(QueryError) {
                    if row.load(bytes) { try table.add(row) }
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
        }
        return table
    }
}

/// A small generator with a seed, so that a failure can be run again.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
