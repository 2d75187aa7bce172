// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Parquet

@Suite struct DictionaryBuilderTests {
    private func strings(_ texts: [[UInt8]]) -> ColumnValues {
        var strings = ByteStrings()
        for text in texts { text.withUnsafeBytes { strings.append($0) } }
        return .strings(strings)
    }

    /// Codes and distinct values by the plainest way.
    private func expected<Value: Hashable>(_ values: [Value]) -> (
        codes: [UInt32], distinct: [Value]
    ) {
        var seen: [Value: UInt32] = [:]
        var distinct: [Value] = []
        let codes = values.map { value in
            if let code = seen[value] { return code }
            let code = UInt32(distinct.count)
            seen[value] = code
            distinct.append(value)
            return code
        }
        return (codes, distinct)
    }

    @Test func `strings of all lengths get codes in the order in which they first appear`() throws {
        var random = SeededRandom(5)
        // Few letters, so that many are equal, and many differ in one place only.
        let texts = (0..<6000).map { _ in
            let count = Int.random(in: 0...40, using: &random)
            var text = [UInt8](repeating: 97, count: count)
            if count > 0 { text[Int.random(in: 0..<count, using: &random)] = 98 }
            return text
        }
        let built = try #require(DictionaryBuilder.build(strings(texts)))
        let wanted = expected(texts)
        #expect(built.codes == wanted.codes)
        guard case .strings(let distinct) = built.dictionary else {
            Issue.record("not strings")
            return
        }
        #expect((0..<distinct.count).map { Array(distinct[$0]) } == wanted.distinct)
    }

    @Test func `numbers get codes, doubles by their bits`() throws {
        var random = SeededRandom(6)
        let values = (0..<9000).map { _ in Int64.random(in: -900...900, using: &random) << 30 }
        let wanted = expected(values)
        let built = try #require(DictionaryBuilder.build(.int64s(values)))
        #expect(built.codes == wanted.codes)
        #expect("\(built.dictionary)" == "\(ColumnValues.int64s(wanted.distinct))")
        let small = try #require(DictionaryBuilder.build(.int32s([.max, .min, .max, 0])))
        #expect(small.codes == [0, 1, 0, 2])
        let doubles = try #require(
            DictionaryBuilder.build(.doubles([0, -0.0, .nan, .nan, 0, -.nan])))
        #expect(doubles.codes == [0, 1, 2, 2, 0, 3])
    }

    @Test(arguments: [1, 3, 8, 16, 20])
    func `byte strings of one length get codes`(width: Int) throws {
        var random = SeededRandom(8)
        let texts = (0..<500).map { _ in
            (0..<width).map { _ in UInt8.random(in: 0...1, using: &random) }
        }
        var limit = DictionaryBuilder.Limit()
        limit.newShare = 1
        let built = try #require(
            DictionaryBuilder.build(
                .fixed(FixedByteStrings(width: width, data: texts.flatMap { $0 })), limit: limit))
        let wanted = expected(texts)
        #expect(built.codes == wanted.codes)
        let dictionary = FixedByteStrings(width: width, data: wanted.distinct.flatMap { $0 })
        #expect("\(built.dictionary)" == "\(ColumnValues.fixed(dictionary))")
    }

    @Test func `empty columns and empty strings have a dictionary`() throws {
        #expect(try #require(DictionaryBuilder.build(.int64s([]))).codes == [])
        #expect(try #require(DictionaryBuilder.build(strings([]))).codes == [])
        #expect(try #require(DictionaryBuilder.build(strings([[], [], []]))).codes == [0, 0, 0])
    }

    @Test func `it gives up when nearly all values are new, or they take too many bytes`() {
        #expect(DictionaryBuilder.build(.int64s(Array(0..<100_000))) == nil)
        var limit = DictionaryBuilder.Limit()
        limit.entries = 3
        #expect(DictionaryBuilder.build(.int32s([1, 2, 3, 1]), limit: limit) != nil)
        #expect(DictionaryBuilder.build(.int32s([1, 2, 3, 4]), limit: limit) == nil)
        limit.bytes = 10
        #expect(DictionaryBuilder.build(strings([[1], [2]]), limit: limit) != nil)
        #expect(DictionaryBuilder.build(strings([[1], [2, 3]]), limit: limit) == nil)
        #expect(DictionaryBuilder.build(.booleans([0, 1])) == nil)
    }
}
