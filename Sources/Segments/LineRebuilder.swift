// SPDX-License-Identifier: Apache-2.0

package import Parquet

/// Puts lines together again from the columns of a run of rows.
package struct LineRebuilder: ~Copyable {
    /// Loads a column of the run by its position in the schema.
    package typealias Load = (_ column: Int) throws(SegmentError) -> ColumnVector

    private let rows: Int
    private var templates = Templates()
    /// A cursor for each column of the schema that lines of this run need.
    private let cursors: UnsafeMutablePointer<ColumnCursor>
    private let cursorCount: Int
    /// For each value of `_shape` its template.
    private var shapes = Memory<UInt32>(capacity: 0)
    private let shape: Int
    private let scales: Int
    private let rest: Int
    private let line: Int
    private var instants = InstantText()

    /// Loads what the run's lines need, and checks it.
    ///
    /// - Throws: `damaged` when the columns contradict each other; what `load` throws.
    package init(_ schema: Schema, rows: Int, _ load: Load) throws(SegmentError) {
        shape = schema.index(of: SegmentVocabulary.shape) ?? -1
        scales = schema.index(of: SegmentVocabulary.scales) ?? -1
        rest = schema.index(of: SegmentVocabulary.rest) ?? -1
        line = schema.index(of: SegmentVocabulary.line) ?? -1
        self.rows = rows
        cursorCount = schema.columns.count
        cursors = .allocate(capacity: cursorCount)
        for column in 0..<cursorCount { (cursors + column).initialize(to: ColumnCursor()) }
        guard
            [shape, scales, rest, line].allSatisfy({
                $0 >= 0 && schema.columns[$0].physical == .byteArray
            })
        else {
            throw SegmentError(
                .damaged,
                "The file has no column _shape, _scales, _rest or _line: it is no "
                    + "segment of Daybook.")
        }
        try use(shape, schema, load)
        try use(line, schema, load)
        var uses = [Int](repeating: 0, count: cursorCount)
        try compile(schema, &uses)
        for column in 0..<cursorCount where uses[column] > 0 {
            try use(column, schema, load)
            guard cursors[column].count == uses[column] else { throw Self.damaged }
        }
    }

    deinit {
        for column in 0..<cursorCount { cursors[column].free() }
        cursors.deallocate()
        shapes.free()
    }

    /// Where the cursor of a column is. Calls that change it go through here: by subscript, 6.3.1's compiler
    /// ends on them under the thread sanitizer ("Invalid bitcast").
    @inline(__always)
    private func cursor(_ column: Int) -> UnsafeMutablePointer<ColumnCursor> { cursors + column }

    static var damaged: SegmentError {
        SegmentError(
            .damaged,
            "The columns of a row group do not fit the shapes of its lines; "
                + "restore the file from a copy.")
    }

    private mutating func use(
        _ column: Int, _ schema: Schema, _ load: Load
    ) throws(SegmentError) {
        let vector = try load(column)
        guard vector.count == rows else { throw Self.damaged }
        try cursor(column).pointee.load(vector, schema.columns[column].physical)
    }

    /// Compiles the shapes, and counts how many values of each column the lines have.
    private mutating func compile(_ schema: Schema, _ uses: inout [Int]) throws(SegmentError) {
        let count = cursors[shape].count
        shapes.reserve(count, keeping: 0)
        var lines: [Int] = []
        var known: [ShapeText: UInt32] = [:]
        var byCode: [UInt32: UInt32] = [:]
        for position in 0..<count {
            let code = cursors[shape].code(position)
            if let code, let template = byCode[code] {
                shapes.base[position] = template
                lines[Int(template)] += 1
                continue
            }
            let (text, length) = cursors[shape].plain(position)
            let key = ShapeText(start: text, count: length)
            var template = known[key]
            if template == nil {
                try templates.add(text, length, schema)
                template = UInt32(truncatingIfNeeded: lines.count)
                lines.append(0)
                known[key] = template
            }
            guard let template else { throw Self.damaged }
            if let code { byCode[code] = template }
            shapes.base[position] = template
            lines[Int(template)] += 1
        }
        for (template, used) in zip(templates.templates, lines) where used > 0 {
            for step in template.steps where templates.steps.base[step].kind != .rest {
                uses[Int(templates.steps.base[step].column)] += used
            }
            if template.decimals > 0 { uses[scales] += used }
            if template.restMembers > 0 { uses[rest] += used }
        }
    }

    // MARK: Lines

    /// Appends the line of a row. Rows are asked for in rising order.
    ///
    /// - Throws: `damaged`; the batch then ends in a part of a line.
    package mutating func rebuild(_ row: Int, into batch: inout LineBatch) throws(SegmentError) {
        if cursors[line].has(row) {
            try rebuildKept(row, into: &batch)
            return
        }
        guard let position = cursor(shape).pointee.take(row) else { throw Self.damaged }
        let number = Int(shapes.base[position])
        let isDone = templates.templates.withUnsafeBufferPointer { all in
            // Only numbers of templates were stored.
            rebuild(row, all[number], into: &batch)
        }
        guard isDone else { throw Self.damaged }
        batch.endLine()
    }

    @inline(never)
    private mutating func rebuildKept(
        _ row: Int, into batch: inout LineBatch
    ) throws(SegmentError) {
        guard let position = cursor(line).pointee.take(row) else { throw Self.damaged }
        let (text, count) = cursors[line].plain(position)
        batch.append(text, count)
        batch.endLine()
    }

    private mutating func rebuild(
        _ row: Int, _ template: ShapeTemplate, into batch: inout LineBatch
    ) -> Bool {
        let start = batch.byteCount
        var notations = UnsafePointer(templates.literals.base)
        if template.decimals > 0 {
            guard let position = cursor(scales).pointee.take(row) else { return false }
            let (bytes, count) = cursors[scales].plain(position)
            guard count == template.decimals else { return false }
            notations = bytes
        }
        var members = RestReader()
        if template.restMembers > 0 {
            guard let position = cursor(rest).pointee.take(row) else { return false }
            let (bytes, count) = cursors[rest].plain(position)
            members = RestReader(bytes, count)
        }
        for index in template.steps {
            let step = templates.steps.base[index]
            let literal = templates.literals.base + Int(step.literal)
            batch.append(literal, Int(step.literalCount))
            if step.kind == .rest {
                let count = Int(step.keyCount)
                guard
                    let (value, length) = members.next(
                        literal + Int(step.literalCount) - count, count)
                else { return false }
                batch.append(value, length)
            } else {
                guard value(step, row, &notations, into: &batch) else { return false }
            }
            guard batch.byteCount - start <= Limits.lineBytesMax else { return false }
        }
        batch.append(templates.literals.base + Int(template.tail), Int(template.tailCount))
        return members.isAtEnd
    }

    /// Writes the row's value of a column.
    @inline(__always)
    private mutating func value(
        _ step: ShapeTemplate.Step, _ row: Int, _ notations: inout UnsafePointer<UInt8>,
        into batch: inout LineBatch
    ) -> Bool {
        let column = Int(step.column)
        guard let position = cursor(column).pointee.take(row) else { return false }
        switch step.kind {
        case .string:
            let (text, count) = cursors[column].string(position)
            if cursors[column].needsEscapes {
                batch.appendEscaped(text, count)
            } else {
                batch.append(text, count)
            }
        case .text:
            let (text, count) = cursors[column].plain(position)
            batch.append(text, count)
        case .decimal:
            let number = cursors[column].numbers.base[position]
            var notation = step.notation
            if notation == ShapeTree.varying {
                notation = notations.pointee
                notations += 1
            }
            let out = batch.tail(DecimalText.textCountMax)
            let count =
                notation <= 8
                ? DecimalText.writePlain(number, notation: notation, to: out)
                : DecimalText.write(
                    Int128(number), scale: SegmentVocabulary.decimalScale, notation: notation,
                    to: out)
            guard let count else { return false }
            batch.advance(count)
        case .instant:
            let number = cursors[column].numbers.base[position]
            guard instants.write(number, to: batch.tail(InstantText.count)) else { return false }
            batch.advance(InstantText.count)
        case .integer:
            let number = cursors[column].numbers.base[position]
            let out = batch.tail(24)
            if number < 0 { out.pointee = UInt8(ascii: "-") }
            let first = number < 0 ? out + 1 : out
            batch.advance(Digits.write(number.magnitude, to: first) - out)
        case .wide:
            let raw = UnsafeRawPointer(cursors[column].text.base + position * 16)
            let number = Int128(bitPattern: UInt128(bigEndian: raw.loadUnaligned(as: UInt128.self)))
            var notation = step.notation
            if notation == ShapeTree.varying {
                notation = notations.pointee
                notations += 1
            }
            guard
                let count = DecimalText.write(
                    number, scale: SegmentVocabulary.wideScale, notation: notation,
                    to: batch.tail(DecimalText.textCountMax))
            else { return false }
            batch.advance(count)
        case .rest: return false
        }
        return true
    }
}

/// A shape's text where it lies, as a key: valid as long as the column.
private struct ShapeText: Hashable {
    let start: UnsafePointer<UInt8>
    let count: Int

    static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && Words.equal(left.start, right.start, left.count)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(bytes: UnsafeRawBufferPointer(start: start, count: count))
    }
}

/// Reads the members of a `_rest` object one after the other.
private struct RestReader {
    private var position: UnsafePointer<UInt8>?
    private var end: UnsafePointer<UInt8>?

    init() {}

    init(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        position = bytes
        end = bytes + count
    }

    /// The value of the next member, when it has this key.
    mutating func next(
        _ key: UnsafePointer<UInt8>, _ keyCount: Int
    ) -> (UnsafePointer<UInt8>, Int)? {
        // In front of each member stands a brace or a comma.
        guard let start = position, let end, end - start > keyCount + 1,
            Words.equal(start + 1, key, keyCount),
            let behind = LineScanner.value(start + 1 + keyCount, end)
        else { return nil }
        position = behind
        return (start + 1 + keyCount, behind - start - 1 - keyCount)
    }

    /// Whether nothing but the closing brace is left, or there was nothing at all.
    var isAtEnd: Bool {
        guard let position, let end else { return true }
        return end - position == 1 && position.pointee == UInt8(ascii: "}")
    }
}
