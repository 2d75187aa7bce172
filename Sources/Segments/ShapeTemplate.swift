// SPDX-License-Identifier: Apache-2.0

internal import Parquet

/// How lines of one shape are put together: literal bytes and values in turns.
struct ShapeTemplate {
    struct Step: BitwiseCopyable {
        enum Kind: UInt8 {
            /// The inside of a JSON string, or text as it is.
            case string, text
            case decimal, wide, instant, integer
            /// A member of `_rest`; its key is the literal's last bytes.
            case rest
        }

        var kind: Kind
        /// A decimal's notation; `ShapeTree.varying` where `_scales` tells it.
        var notation: UInt8
        /// The column in the schema.
        var column: Int32
        /// The bytes before the value.
        var literal: Int32
        var literalCount: Int32
        /// For `rest`, how many of them are the key with its quotes and colon.
        var keyCount: Int32
    }

    /// Positions in `Templates.steps`.
    var steps: Range<Int>
    /// The bytes behind the last value.
    var tail: Int32
    var tailCount: Int32
    /// How many notations `_scales` tells.
    var decimals: Int
    var restMembers: Int
}

/// The templates of the shapes of a file, compiled from the text of `_shape`.
struct Templates: ~Copyable {
    private(set) var steps = Memory<ShapeTemplate.Step>(capacity: 256)
    private(set) var stepCount = 0
    private(set) var literals = Memory<UInt8>(capacity: 4096)
    private var literalCount = 0
    private(set) var templates: [ShapeTemplate] = []

    deinit {
        steps.free()
        literals.free()
    }

    /// Compiles `{"event":"s",…}`. `Limits.slackBytes` bytes behind it can be read.
    ///
    /// - Throws: `damaged` when the text is no shape, or needs a column that is not there.
    mutating func add(
        _ shape: UnsafePointer<UInt8>, _ count: Int, _ schema: Schema
    ) throws(SegmentError) {
        let end = shape + count
        var position = shape
        let firstStep = stepCount
        var literal = literalCount
        var decimals = 0
        var restMembers = 0
        guard count >= 2, position.pointee == UInt8(ascii: "{") else { throw Self.damaged }
        append(position, 1)
        position += 1
        while position.pointee != UInt8(ascii: "}") {
            if position > shape + 1 {
                guard position.pointee == UInt8(ascii: ","), position < end else {
                    throw Self.damaged
                }
                append(position, 1)
                position += 1
            }
            let member = try Self.member(position, end)
            append(position, member.keyCount)
            if member.code == .null {
                append("null")
            } else {
                let column = try Self.column(position, member, schema)
                let kind = try Self.kind(member.code, schema.columns[column])
                if kind == .decimal || kind == .wide {
                    if member.notation == ShapeTree.varying { decimals += 1 }
                } else if member.notation != ShapeTree.varying {
                    throw Self.damaged
                }
                if kind == .rest { restMembers += 1 }
                let isQuoted = Self.isQuoted(member.code)
                if isQuoted { append("\"") }
                steps.reserve(stepCount + 1, keeping: stepCount)
                steps.base[stepCount] = ShapeTemplate.Step(
                    kind: kind, notation: member.notation,
                    column: Int32(truncatingIfNeeded: column),
                    literal: Int32(truncatingIfNeeded: literal),
                    literalCount: Int32(truncatingIfNeeded: literalCount - literal),
                    keyCount: Int32(truncatingIfNeeded: member.keyCount))
                stepCount += 1
                literal = literalCount
                if isQuoted { append("\"") }
            }
            position += member.count
            guard position < end else { throw Self.damaged }
        }
        guard position + 1 == end, literalCount < Int(Int32.max) / 2 else { throw Self.damaged }
        append(position, 1)
        templates.append(
            ShapeTemplate(
                steps: firstStep..<stepCount, tail: Int32(truncatingIfNeeded: literal),
                tailCount: Int32(truncatingIfNeeded: literalCount - literal),
                decimals: decimals, restMembers: restMembers))
    }

    private static var damaged: SegmentError {
        SegmentError(
            .damaged,
            "The column _shape has a text that is no shape of this file's columns; "
                + "restore the file from a copy.")
    }

    private mutating func append(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        literals.reserve(literalCount + count, keeping: literalCount)
        (literals.base + literalCount).update(from: bytes, count: count)
        literalCount += count
    }

    private mutating func append(_ text: StaticString) {
        append(text.utf8Start, text.utf8CodeUnitCount)
    }

    /// A member `"key":"code"`: bytes of `"key":`, of all of it, and what the code says.
    private struct Member {
        var keyCount: Int
        var count: Int
        var code: MemberCode
        var notation: UInt8
    }

    /// The member at the position.
    private static func member(
        _ position: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) throws(SegmentError) -> Member {
        guard position < end, position.pointee == UInt8(ascii: "\""),
            let (quote, _) = LineScanner.string(position + 1, end), end - quote >= 4,
            quote[1] == UInt8(ascii: ":"), quote[2] == UInt8(ascii: "\""),
            let (behind, _) = LineScanner.string(quote + 3, end)
        else { throw damaged }
        var text = UnsafeBufferPointer(start: quote + 3, count: behind - quote - 3)
        var notation = ShapeTree.varying
        if let digit = text.firstIndex(where: { $0 &- 0x30 < 10 }) {
            guard
                let number = LineScanner.integer(quote + 3 + digit, text.count - digit),
                number >= 0, number <= DecimalText.plainMax
            else { throw damaged }
            notation = UInt8(truncatingIfNeeded: number)
            text = UnsafeBufferPointer(rebasing: text[..<digit])
        }
        for code in MemberCode.allCases
        where UnsafeBufferPointer(
            start: code.text.utf8Start, count: code.text.utf8CodeUnitCount
        ).elementsEqual(text) {
            return Member(
                keyCount: quote + 2 - position, count: behind + 1 - position, code: code,
                notation: notation)
        }
        throw damaged
    }

    private static func isQuoted(_ code: MemberCode) -> Bool {
        code == .string || code == .wideString || code == .textString
    }

    /// The column of a member whose key begins at the position.
    private static func column(
        _ position: UnsafePointer<UInt8>, _ member: Member, _ schema: Schema
    ) throws(SegmentError) -> Int {
        let (start, quote) = (position + 1, position + member.keyCount - 2)
        let decoded = [UInt8](unsafeUninitializedCapacity: quote - start + 1) { bytes, written in
            written = bytes.baseAddress.map { LineScanner.decode(start, quote, to: $0) } ?? 0
        }
        let field = String(decoding: decoded, as: UTF8.self)
        let name =
            switch member.code {
            case .string, .number, .boolean, .json, .null: field
            case .wideString, .wideNumber: SegmentVocabulary.wideName(field)
            case .textString, .textNumber, .textBoolean, .textJSON:
                SegmentVocabulary.textName(field)
            case .rest: SegmentVocabulary.rest
            }
        guard let column = schema.index(of: name) else { throw damaged }
        return column
    }

    /// How a value of the code is written from a column of this type.
    private static func kind(
        _ code: MemberCode, _ column: Column
    ) throws(SegmentError) -> ShapeTemplate.Step.Kind {
        let isScalar = code == .string || code == .number
        switch (column.physical, column.logical) {
        case (.byteArray, _):
            if code == .rest { return .rest }
            guard code != .wideString, code != .wideNumber else { throw damaged }
            return isQuoted(code) ? .string : .text
        case (.int64, .decimal(_, SegmentVocabulary.decimalScale)) where isScalar:
            return .decimal
        case (.int64, .timestamp(.microseconds, _)) where code == .string: return .instant
        case (.int64, .integer(64, true)) where isScalar: return .integer
        case (.fixedLenByteArray(16), .decimal(_, SegmentVocabulary.wideScale))
        where code == .wideString || code == .wideNumber:
            return .wide
        default: throw damaged
        }
    }
}
