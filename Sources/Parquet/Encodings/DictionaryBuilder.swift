// SPDX-License-Identifier: Apache-2.0

/// Finds the distinct values of a column, in the order in which each is first seen.
package enum DictionaryBuilder {
    /// When a dictionary would not pay.
    package struct Limit {
        /// Distinct values.
        package var entries = 1 << 17
        /// Bytes of the dictionary page, PLAIN and before compression.
        package var bytes = 1 << 20
        /// Give up when more than this part of the values seen were new, looked at now and then.
        package var newShare = 0.75

        package init() {}
    }

    /// The code of each value, and the values that the codes stand for; nil when it would not pay.
    /// What already is a dictionary is given back as it is.
    package static func build(
        _ values: ColumnValues, limit: Limit = Limit()
    ) -> (codes: [UInt32], dictionary: ColumnValues)? {
        switch values {
        case .booleans: return nil
        case .int32s(let values):
            return numbers(values, limit) { UInt64(UInt32(bitPattern: $0)) }.map {
                ($0.codes, .int32s($0.distinct))
            }
        case .int64s(let values):
            return numbers(values, limit) { UInt64(bitPattern: $0) }.map {
                ($0.codes, .int64s($0.distinct))
            }
        case .doubles(let values):
            return numbers(values, limit) { $0.bitPattern }.map {
                ($0.codes, .doubles($0.distinct))
            }
        case .strings(let values): return strings(values, limit)
        case .fixed(let values): return fixed(values, limit)
        case .dictionary(let codes, let dictionary): return (codes, dictionary)
        }
    }

    @inline(__always)
    private static func numbers<Value: BitwiseCopyable>(
        _ values: [Value], _ limit: Limit, _ bits: (Value) -> UInt64
    ) -> (codes: [UInt32], distinct: [Value])? {
        var table = CodeTable(limit: limit, entryBytes: MemoryLayout<Value>.size)
        var distinct: [Value] = []
        let codes = values.withUnsafeBufferPointer { values in
            fill(count: values.count) { codes in
                for index in 0..<values.count {
                    let word = bits(values[index])
                    guard
                        let code = table.code(of: (word, 0), count: 0, seen: index, { _ in true })
                    else { return false }
                    codes[index] = code
                    if Int(code) == distinct.count { distinct.append(values[index]) }
                }
                return true
            }
        }
        return codes.map { ($0, distinct) }
    }

    private static func strings(
        _ values: ByteStrings, _ limit: Limit
    ) -> (codes: [UInt32], dictionary: ColumnValues)? {
        let found = values.offsets.withUnsafeBufferPointer { offsets in
            values.data.withUnsafeBytes { data in
                byteStrings(data, count: values.count, limit, entryBytes: 4) { index in
                    Int(offsets[index])..<Int(offsets[index + 1])
                }
            }
        }
        guard let found else { return nil }
        var distinct = ByteStrings()
        distinct.offsets.reserveCapacity(found.firsts.count + 1)
        values.data.withUnsafeBytes { data in
            for first in found.firsts {
                let place = Int(values.offsets[first])..<Int(values.offsets[first + 1])
                distinct.append(UnsafeRawBufferPointer(rebasing: data[place]))
            }
        }
        return (found.codes, .strings(distinct))
    }

    private static func fixed(
        _ values: FixedByteStrings, _ limit: Limit
    ) -> (codes: [UInt32], dictionary: ColumnValues)? {
        let width = values.width
        let found = values.data.withUnsafeBytes { data in
            byteStrings(data, count: values.count, limit, entryBytes: 0) { index in
                (index * width)..<((index + 1) * width)
            }
        }
        guard let found else { return nil }
        var distinct: [UInt8] = []
        distinct.reserveCapacity(found.firsts.count * width)
        for first in found.firsts { distinct += values[first] }
        return (found.codes, .fixed(FixedByteStrings(width: width, data: distinct)))
    }

    /// Codes, and for each code the position of the first value that has it.
    @inline(__always)
    private static func byteStrings(
        _ data: UnsafeRawBufferPointer, count: Int, _ limit: Limit, entryBytes: Int,
        _ place: (Int) -> Range<Int>
    ) -> (codes: [UInt32], firsts: [Int])? {
        // Strings may all be empty, and then there are no bytes.
        guard let base = data.baseAddress ?? UnsafeRawPointer(bitPattern: 8) else { return nil }
        var table = CodeTable(limit: limit, entryBytes: entryBytes)
        var firsts: [Int] = []
        let codes = fill(count: count) { codes in
            for index in 0..<count {
                let range = place(index)
                let bytes = base + range.lowerBound
                let words = ShortText.words(bytes, count: range.count)
                let code = table.code(of: words, count: range.count, seen: index) { code in
                    // Up to 16 bytes, the words are the text.
                    range.count <= 16
                        || compare(bytes, base + place(firsts[Int(code)]).lowerBound, range.count)
                }
                guard let code else { return false }
                codes[index] = code
                if Int(code) == firsts.count { firsts.append(index) }
            }
            return true
        }
        return codes.map { ($0, firsts) }
    }

    @inline(__always)
    private static func compare(
        _ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int
    ) -> Bool {
        var place = 0
        while place &+ 8 <= count {
            let one = (left + place).loadUnaligned(as: UInt64.self)
            guard one == (right + place).loadUnaligned(as: UInt64.self) else { return false }
            place &+= 8
        }
        // The last 8 bytes, some of them again: only texts of more than 16 come here.
        let last = count &- 8
        return (left + last).loadUnaligned(as: UInt64.self)
            == (right + last).loadUnaligned(as: UInt64.self)
    }

    @inline(__always)
    private static func fill(
        count: Int, _ body: (UnsafeMutablePointer<UInt32>) -> Bool
    ) -> [UInt32]? {
        guard count > 0 else { return [] }
        var isWhole = false
        let codes = [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard let base = buffer.baseAddress else { return }
            isWhole = body(base)
            initialized = isWhole ? count : 0
        }
        return isWhole ? codes : nil
    }
}

/// A text in two words: together with its length they are the text up to 16 bytes, and a digest of
/// it beyond.
enum ShortText {
    @inline(__always)
    static func words(_ bytes: UnsafeRawPointer, count: Int) -> (UInt64, UInt64) {
        if count >= 8 {
            let last = (bytes + (count &- 8)).loadUnaligned(as: UInt64.self)
            var first = bytes.loadUnaligned(as: UInt64.self)
            guard count > 16 else { return (first, last) }
            var place = 8
            while place &+ 8 < count {
                first = CodeTable.mix(
                    first ^ CodeTable.seed.0,
                    (bytes + place).loadUnaligned(as: UInt64.self) ^ CodeTable.seed.1)
                place &+= 8
            }
            return (first, last)
        }
        if count >= 4 {
            return (
                UInt64(bytes.loadUnaligned(as: UInt32.self)),
                UInt64((bytes + (count &- 4)).loadUnaligned(as: UInt32.self))
            )
        }
        guard count > 0 else { return (0, 0) }
        let first = UInt64(bytes.load(as: UInt8.self))
        let middle = UInt64((bytes + count / 2).load(as: UInt8.self))
        let last = UInt64((bytes + (count &- 1)).load(as: UInt8.self))
        return (first | middle &<< 8 | last &<< 16, 0)
    }
}
