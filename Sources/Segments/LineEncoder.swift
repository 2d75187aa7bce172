// SPDX-License-Identifier: Apache-2.0

internal import CDaybook
internal import Parquet
internal import Records

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The work of `SegmentEncoder`: a line is first taken apart into members, which changes nothing
/// but the tree of shapes, and then put into the columns, which cannot fail.
struct LineEncoder: ~Copyable {
    /// A member of the line at hand.
    struct Member: BitwiseCopyable {
        enum Store: UInt8 {
            case nothing, number, wide, text, rest
        }

        var store: Store
        var column: Int32
        var field: Int32
        /// For `text` the text, for `rest` the value as written.
        var text: UnsafePointer<UInt8>
        var count: Int
        /// For `number` the value, for `wide` its position among the line's wide values.
        var number: Int64
    }

    let day: DayColumns
    let seed: UInt64

    private(set) var rows = 0
    private(set) var bytes = 0

    // What the lines had so far.
    var table: FieldTable
    var tree = ShapeTree()
    var instants = InstantText()
    var tape = JSONTape()

    // The columns, and which field each belongs to.
    var numbers = Memory<NumberColumn>(capacity: 128)
    var numberFields: [Int32] = []
    var texts = Memory<TextColumn>(capacity: 128)
    var textFields: [Int32] = []
    var wides: [WideColumn] = []
    var wideFields: [Int32] = []
    var shapes = Memory<UInt32>(capacity: 4096)
    var shaped = Presence()
    var scales: TextColumn
    var rest: TextColumn
    var lines: TextColumn

    // The line at hand.
    var members = Memory<Member>(capacity: 64)
    var memberCount = 0
    var scaleBytes = Memory<UInt8>(capacity: 64)
    var scaleCount = 0
    /// The notation of the decimal at hand, where the shape tells it.
    var notation = ShapeTree.varying
    var wideValues: [Int128] = []
    var decoded = Memory<UInt8>(capacity: 1024)
    var decodedCount = 0
    /// Whether rebuilding would give other bytes.
    var keepsLine = false
    var lineCount = 0
    /// Tells this look at a line from all others.
    var scanNumber = 0
    private var copied = Memory<UInt8>(capacity: 4096)
    private var canonical = ByteBuffer()
    private var restText = Memory<UInt8>(capacity: 256)

    init(day: DayColumns) {
        self.day = day
        var random = SystemRandomNumberGenerator()
        seed = random.next()
        table = FieldTable(seed: seed)
        scales = TextColumn(seed: seed)
        rest = TextColumn(seed: seed)
        lines = TextColumn(seed: seed)
        for name in SegmentVocabulary.coreColumns {
            let key = Array("\"\(name)\":".utf8) + [UInt8](repeating: 0, count: Limits.slackBytes)
            key.withUnsafeBufferPointer { key in
                guard let base = key.baseAddress else { return }
                let field = table.add(
                    key: base, key.count - Limits.slackBytes, name: Array(name.utf8))
                place(field)
            }
        }
    }

    deinit {
        for index in 0..<numberFields.count { numbers.base[index].free() }
        for index in 0..<textFields.count { texts.base[index].free() }
        for wide in wides { wide.free() }
        numbers.free()
        texts.free()
        tree.free()
        shapes.free()
        shaped.free()
        scales.free()
        rest.free()
        lines.free()
        members.free()
        scaleBytes.free()
        decoded.free()
        copied.free()
        restText.free()
    }

    var isFull: Bool {
        rows >= Limits.rowGroupLinesMax || bytes >= Limits.rowGroupBytesMax
            || tree.nodeCount >= Limits.shapeNodesMax
    }

    // MARK: Lines

    mutating func append(lines: UnsafeRawBufferPointer) -> Int {
        let all = lines.assumingMemoryBound(to: UInt8.self)
        guard let base = all.baseAddress else { return 0 }
        let end = base + all.count
        var start = base
        while start < end, !isFull {
            guard let feed = Self.lineFeed(start, end) else { break }
            if end - feed > Limits.slackBytes {
                append(start, feed)
            } else {
                appendCopied(UnsafeBufferPointer(start: start, count: feed - start))
            }
            start = feed + 1
        }
        return start - base
    }

    private static func lineFeed(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        guard let found = memchr(start, 10, end - start) else { return nil }
        return UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
    }

    /// Takes a line behind which nothing may be read.
    mutating func appendCopied(_ line: UnsafeBufferPointer<UInt8>) {
        copied.reserve(line.count + 1, keeping: 0)
        if let source = line.baseAddress { copied.base.update(from: source, count: line.count) }
        append(copied.base, copied.base + line.count)
    }

    @inline(__always)
    private mutating func append(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        let node = scan(start, end)
        if node >= 0 {
            commit(node)
            if keepsLine { lines.append(start, end - start, row: rows) }
        } else {
            appendOdd(start, end)
        }
        rows &+= 1
        bytes &+= end - start
    }

    /// A line that is not canonical: its columns are those of its canonical form, when it is an
    /// object at all, and the line itself is kept beside them.
    @inline(never)
    private mutating func appendOdd(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        lines.append(start, end - start, row: rows)
        do throws(JSONError) {
            try tape.parse(UnsafeBufferPointer(start: start, count: end - start))
        } catch {
            return
        }
        guard tape.isObject else { return }
        var notes: RecordNotes = []
        canonical.removeAll()
        tape.writeCanonical(into: &canonical, notes: &notes)
        let count = canonical.count
        let text = UnsafePointer(canonical.tail(Limits.slackBytes)) - count
        let node = scan(text, text + count)
        if node >= 0 { commit(node) }
    }

    // MARK: Members into columns

    @inline(__always)
    private mutating func commit(_ node: Int32) {
        let row = rows
        var hasRest = false
        for index in 0..<memberCount {
            let member = members.base + index
            switch member.pointee.store {
            case .number:
                (numbers.base + Int(member.pointee.column)).pointee.append(
                    member.pointee.number, row: row)
            case .text:
                (texts.base + Int(member.pointee.column)).pointee.append(
                    member.pointee.text, member.pointee.count, row: row)
            case .wide:
                wides[Int(member.pointee.column)].append(
                    wideValues[Int(member.pointee.number)], row: row)
            case .rest: hasRest = true
            case .nothing: break
            }
        }
        if scaleCount > 0 { scales.append(scaleBytes.base, scaleCount, row: row) }
        if hasRest { commitRest(row) }
        let position = shaped.count
        shapes.reserve(position &+ 1, keeping: position)
        shapes.base[position] = tree.shape(at: node)
        shaped.mark(row)
    }

    /// Puts the members without a column into one object.
    @inline(never)
    private mutating func commitRest(_ row: Int) {
        var count = 0
        for index in 0..<memberCount where members.base[index].store == .rest {
            let member = members.base[index]
            let field = table.fields.base[Int(member.field)]
            restText.reserve(count + field.keyCount + member.count + 2, keeping: count)
            restText.base[count] = count == 0 ? UInt8(ascii: "{") : UInt8(ascii: ",")
            (restText.base + count + 1).update(from: field.key, count: field.keyCount)
            count += 1 + field.keyCount
            (restText.base + count).update(from: member.text, count: member.count)
            count += member.count
        }
        restText.base[count] = UInt8(ascii: "}")
        rest.append(restText.base, count + 1, row: row)
    }
}
