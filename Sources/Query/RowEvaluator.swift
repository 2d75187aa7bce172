// SPDX-License-Identifier: Apache-2.0

package import Records

/// Looks at one record at a time, from its line: the reference for what a query means. Whatever
/// answers faster, over columns, must answer the same.
///
/// Made to be reused; each thread has its own.
package struct RowEvaluator: ~Copyable {
    private let filter: Filter
    private let range: TimeRange
    /// Tells most lines that do not pass without parsing them.
    private let sieve: LineSieve?
    private var tape = JSONTape()
    private var isLoaded = false

    private static let timestamp = FieldPath("timestamp")
    private static let recorded = FieldPath("recorded")

    package init(_ filter: Filter, time: TimeRange = .all) {
        self.filter = filter
        range = time
        sieve = LineSieve(filter)
    }

    /// Whether the record of this line passes filter and time. The line must stay in place until
    /// the last value of it is taken.
    package mutating func matches(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        if let sieve, !sieve.lets(line) {
            isLoaded = false
            return false
        }
        guard load(line) else { return filter == .all && range.isAll }
        return (range.isAll || range.contains(time)) && passes(filter)
    }

    /// Whether a line that is made of these parts may pass, by their bytes alone: what has to stand in
    /// one of its texts stands in a part, where each text is whole in one of them.
    package func mayMatch(
        _ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard let sieve else { return true }
        return sieve.lets(second) || sieve.lets(first)
    }

    /// Whether the line taken in last passes another filter and time: for many who ask about the same
    /// line, which is parsed once.
    package func passes(_ filter: Filter, in range: TimeRange) -> Bool {
        guard isLoaded else { return filter == .all && range.isAll }
        return (range.isAll || range.contains(time)) && passes(filter)
    }

    /// Takes a line in; false when it is no JSON object.
    package mutating func load(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        do throws(JSONError) {
            try tape.parse(line)
            isLoaded = tape.isObject
        } catch {
            isLoaded = false
        }
        return isLoaded
    }

    // MARK: - Values of the line taken in last

    /// The record's own time: `timestamp`, or `recorded` where that is no instant.
    package var time: Timestamp? { instant(Self.timestamp) ?? instant(Self.recorded) }

    /// When it was recorded: `recorded`, or `timestamp` where Daybook added none.
    package var recordingTime: Timestamp? { instant(Self.recorded) ?? instant(Self.timestamp) }

    private func instant(_ path: FieldPath) -> Timestamp? {
        guard isLoaded, let index = tape.member(path.bytes[...], of: 0) else { return nil }
        return instant(at: index)
    }

    /// The value at a path; arrays as they are. Nil when there is none.
    package func value(at path: FieldPath) -> RecordValue? {
        guard isLoaded else { return nil }
        var found: RecordValue?
        _ = tape.anyValue(at: path, expandingArrays: false) { index in
            found = value(index)
            return true
        }
        return found
    }

    /// Calls `body` with each member of the record: its key, its key as it is written, its value as
    /// it is written.
    func forEachMember(
        _ body: ([UInt8], UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        guard isLoaded, let base = tape.bytes.baseAddress else { return }
        var key = 1
        while key < tape.after(0) {
            let value = tape[key + 1]
            if !tape[key].flags.contains(.shadowed) {
                // A string's token leaves its quotes out.
                let quote = value.kind == .string ? 1 : 0
                let start = Int(value.start) - quote
                let source = UnsafeBufferPointer(
                    start: base + start, count: Int(value.end) + quote - start)
                body(Array(tape.string(key).utf8), tape.source(key), source)
            }
            key = tape.after(key + 1)
        }
    }

    private func value(_ index: Int) -> RecordValue {
        switch tape[index].kind {
        case .string: RecordValue(.string, text(index))
        case .nonFinite: RecordValue(.string, Array(tape.source(index)))
        case .number: RecordValue(.number, Array(tape.source(index)))
        case .true, .false: RecordValue(.boolean, Array(tape.source(index)))
        case .null: RecordValue(.null, Array(tape.source(index)))
        case .object, .array, .key: RecordValue(.container, Array(tape.source(index)))
        }
    }

    private func text(_ index: Int) -> [UInt8] {
        withText(index) { Array($0) }
    }

    /// The bytes of a scalar: of a string with its escapes decoded.
    private func withText<Value>(
        _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Value
    ) -> Value {
        let token = tape[index]
        guard token.kind == .string, token.isCoded
        else { return body(tape.source(index)) }
        var buffer = ByteBuffer(capacity: token.count)
        tape.decode(index, into: &buffer)
        return body(buffer.unsafeBytes)
    }

    // MARK: - Filters

    private func passes(_ filter: Filter) -> Bool {
        switch filter {
        case .all: true
        case .and(let parts): parts.allSatisfy { passes($0) }
        case .or(let parts): parts.contains { passes($0) }
        case .not(let part): !passes(part)
        case .word(let pattern): hasWord(pattern)
        case .field(let field): passes(field)
        }
    }

    private func passes(_ field: FieldTest) -> Bool {
        let kind = field.path.kind
        if field.test == .exists {
            return tape.anyValue(at: field.path, expandingArrays: false) {
                tape[$0].kind != .null
            }
                || (!field.path.isPlain
                    && tape.anyValue(at: field.path) { tape[$0].kind != .null })
        }
        return tape.anyValue(at: field.path) { index in
            guard tape[index].kind != .null, !tape[index].isContainer else { return false }
            switch field.test {
            case .exists: return true
            case .equals(let literal): return equals(index, literal, kind)
            case .oneOf(let literals): return literals.contains { equals(index, $0, kind) }
            case .phrase(let pattern): return withText(index) { pattern.isFound(in: $0) }
            case .pattern(let pattern): return withText(index) { pattern.matchesWhole($0) }
            case .compare(let comparison, let literal):
                return compares(index, comparison, literal, kind)
            }
        }
    }

    private func equals(_ index: Int, _ literal: Literal, _ kind: FieldKind) -> Bool {
        if let instants = literal.instants, let instant = instant(at: index) {
            return instants.contains(instant.microseconds)
        }
        return withText(index) { text in
            if text.elementsEqual(literal.bytes) { return true }
            guard let number = literal.number, isNumeric(index), let value = kind.number(text)
            else { return false }
            return value == number
        }
    }

    private func compares(
        _ index: Int, _ comparison: Comparison, _ literal: Literal, _ kind: FieldKind
    ) -> Bool {
        if let instants = literal.instants {
            guard let instant = instant(at: index)?.microseconds else { return false }
            switch comparison {
            case .less: return instant < instants.lowerBound
            case .lessOrEqual: return instant < instants.upperBound
            case .greater: return instant >= instants.upperBound
            case .greaterOrEqual: return instant >= instants.lowerBound
            }
        }
        return withText(index) { text in
            if let number = literal.number {
                guard isNumeric(index), let value = kind.number(text) else { return false }
                return comparison.holds(value, number)
            }
            return comparison.holds(text, literal.bytes)
        }
    }

    private func isNumeric(_ index: Int) -> Bool {
        tape[index].kind == .string || tape[index].kind == .number
    }

    private func instant(at index: Int) -> Timestamp? {
        guard tape[index].kind == .string else { return nil }
        return withText(index) { Timestamp.parse($0)?.timestamp }
    }

    // MARK: - Words

    /// Whether some text of the record has the word: strings anywhere in it, but those of fields
    /// that hold numbers and instants.
    private func hasWord(_ pattern: TextPattern) -> Bool {
        var key = 1
        while key < tape.after(0) {
            let value = key + 1
            let end = tape.after(value)
            if !tape[key].flags.contains(.shadowed), hasWord(pattern, in: value..<end, of: key) {
                return true
            }
            key = end
        }
        return false
    }

    private func hasWord(_ pattern: TextPattern, in values: Range<Int>, of key: Int) -> Bool {
        var index = values.lowerBound
        while index < values.upperBound {
            let token = tape[index]
            if token.kind == .key, token.flags.contains(.shadowed) {
                index = tape.after(index + 1)
                continue
            }
            if token.kind == .string, withText(index, { pattern.isFound(in: $0) }) {
                return FieldKind(of: tape.string(key)).isSearchedForWords
            }
            index += 1
        }
        return false
    }
}

extension Comparison {
    func holds(_ left: Decimal, _ right: Decimal) -> Bool {
        switch self {
        case .less: left < right
        case .lessOrEqual: !(right < left)
        case .greater: right < left
        case .greaterOrEqual: !(left < right)
        }
    }

    func holds(_ left: UnsafeBufferPointer<UInt8>, _ right: [UInt8]) -> Bool {
        switch self {
        case .less: left.lexicographicallyPrecedes(right)
        case .lessOrEqual: !right.lexicographicallyPrecedes(left)
        case .greater: right.lexicographicallyPrecedes(left)
        case .greaterOrEqual: !left.lexicographicallyPrecedes(right)
        }
    }
}
