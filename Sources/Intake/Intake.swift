// SPDX-License-Identifier: Apache-2.0

package import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The book a record is meant for.
package enum IntakeBook: String, Sendable, Hashable {
    /// Structured records of trading, decisions and systems.
    case audit
    /// Text to read, which must stay clearable.
    case chat
}

/// One record found in a program's output.
package enum IntakeItem {
    /// A line that is one JSON object, in the bytes as they came. They are valid only during the
    /// call. They may hold line feeds between tokens when the object was printed over several
    /// lines. When Masking refuses it, give the bytes to `Intake.refused(_:)`.
    case jsonLine(UnsafeBufferPointer<UInt8>, book: IntakeBook)
    /// A record built from text. Masking has not seen it yet.
    case object(JSONObject, book: IntakeBook)
}

/// Reads one stream of a program's output, or a log file, and yields its records in order.
///
/// It is a value without a clock and without I/O: the caller brings the bytes in any chunks, and
/// calls `flush` when the stream was silent for a while (200 ms is a good while), because only then
/// is it known that the last record has no more lines. No text is dropped: what is not understood
/// is a `terminal_output` record with the text.
///
/// When the closure throws, the rest of that chunk is lost to this value: stop using it.
package struct Intake: Sendable {
    /// Where the bytes come from.
    package enum Stream: String, Sendable {
        case stdout, stderr
        /// A log file; its records carry no `stream`.
        case file
    }

    /// Turns local microseconds since 1970 into UTC microseconds, for times printed without a zone.
    package typealias Zone = @Sendable (Int64) -> Int64

    private let context: ReadingContext
    private var memory = ReadingMemory()
    /// The line that has no line feed yet.
    private var partial: [UInt8] = []
    private var block = Block()
    /// Reused for lines with terminal control sequences.
    private var plain: [UInt8] = []
    /// The line before was cut because it was longer than `Limits.lineBytesMax`.
    private var isInsideLongLine = false

    package init(stream: Stream, zone: @escaping Zone) {
        context = ReadingContext(stream: stream, zone: zone)
    }

    /// Whether a record waits for more lines, so that `flush` would yield it.
    package var hasPending: Bool { !block.isEmpty }

    /// Whether what waits goes on with a record that a limit closed.
    package var continuesRecord: Bool { block.continuesRecord }

    /// Whether a line without a line feed is held.
    package var hasPartialLine: Bool { !partial.isEmpty }

    /// Takes the next bytes.
    package mutating func feed<Failure: Error>(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ yield: (IntakeItem) throws(Failure) -> Void
    ) throws(Failure) {
        guard let base = bytes.baseAddress else { return }
        var start = 0
        if !partial.isEmpty {
            let end = lineFeed(base, 0, bytes.count)
            partial.append(contentsOf: bytes[..<(end ?? bytes.count)])
            if let end {
                try endPartial(yield)
                start = end + 1
            } else {
                try cutLongLine(yield)
                return
            }
        }
        while let end = lineFeed(base, start, bytes.count) {
            try line(UnsafeBufferPointer(start: base + start, count: end - start), yield)
            start = end + 1
        }
        if start < bytes.count {
            partial.append(contentsOf: bytes[start...])
            try cutLongLine(yield)
        }
    }

    /// Takes the next bytes.
    package mutating func feed<Failure: Error>(
        _ bytes: [UInt8], _ yield: (IntakeItem) throws(Failure) -> Void
    ) throws(Failure) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in try feed(buffer, yield) }
    }

    /// The stream was silent: ends the record that waits for more lines. A line without a line feed
    /// stays, so that the halves of a secret are not parted.
    package mutating func flush<Failure: Error>(
        _ yield: (IntakeItem) throws(Failure) -> Void
    ) throws(Failure) {
        try close(keepsBlankTail: true, yield)
    }

    /// The stream ended: yields all that is left.
    package mutating func finish<Failure: Error>(
        _ yield: (IntakeItem) throws(Failure) -> Void
    ) throws(Failure) {
        if !partial.isEmpty { try endPartial(yield) }
        try close(keepsBlankTail: true, yield)
        isInsideLongLine = false
    }

    /// The record for a JSON line that Masking refused: its text, in `chat`.
    package func refused(_ line: UnsafeBufferPointer<UInt8>) -> IntakeItem {
        .object(TerminalOutput.record(String(readable: line), context), book: .chat)
    }

    // MARK: - Lines

    private func lineFeed(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard start < end, let found = memchr(base + start, 0x0A, end - start) else { return nil }
        return UnsafeRawPointer(base).distance(to: found)
    }

    private mutating func endPartial<Failure: Error>(
        _ yield: (IntakeItem) throws(Failure) -> Void
    ) throws(Failure) {
        // Taken out while it is read, for `line` changes this value.
        var whole: [UInt8] = []
        swap(&whole, &partial)
        try whole.withUnsafeBufferPointer { (bytes) throws(Failure) in try line(bytes, yield) }
        if whole.capacity <= Limits.joinedBytesMax {
            whole.removeAll(keepingCapacity: true)
            swap(&whole, &partial)
        }
    }

    /// A line that got too long goes out in pieces, each a record.
    private mutating func cutLongLine<Failure: Error>(
        _ yield: (IntakeItem) throws(Failure) -> Void
    ) throws(Failure) {
        guard partial.count >= Limits.lineBytesMax else { return }
        try close(keepsBlankTail: true, yield)
        var whole: [UInt8] = []
        swap(&whole, &partial)
        var record = whole.withUnsafeBufferPointer {
            TerminalOutput.record(String(readable: $0), context)
        }
        record.append("note", .string(Note.continued(after: isInsideLongLine, before: true)))
        isInsideLongLine = true
        try yield(.object(record, book: .chat))
    }

    private mutating func line<Failure: Error>(
        _ raw: UnsafeBufferPointer<UInt8>, _ yield: (IntakeItem) throws(Failure) -> Void
    ) throws(Failure) {
        if isInsideLongLine { return try endLongLine(raw, yield) }
        var line = raw
        if line.last == .carriageReturn { line = UnsafeBufferPointer(rebasing: line.dropLast()) }
        if block.kind == .json, !block.isEmpty, try takesJSON(line, yield) { return }
        if line.first == .openBrace, block.letsJSONPass {
            let (shape, verdict) = JSONShape.ofLine(line)
            switch verdict {
            case .complete:
                try close(keepsBlankTail: false, yield)
                return try yield(.jsonLine(line, book: shape.book))
            case .incomplete:
                try close(keepsBlankTail: false, yield)
                return block.open(json: line, shape)
            case .notJSON: break
            }
        }
        guard let base = line.baseAddress, memchr(base, Int32(UInt8.escape), line.count) != nil
        else { return try text(line, yield) }
        var stripped: [UInt8] = []
        swap(&stripped, &plain)
        stripped.removeAll(keepingCapacity: stripped.capacity <= Limits.joinedBytesMax)
        ANSI.strip(line, into: &stripped)
        try stripped.withUnsafeBufferPointer { (bytes) throws(Failure) in try text(bytes, yield) }
        swap(&stripped, &plain)
    }

    /// The last piece of a line that was cut.
    private mutating func endLongLine<Failure: Error>(
        _ line: UnsafeBufferPointer<UInt8>, _ yield: (IntakeItem) throws(Failure) -> Void
    ) throws(Failure) {
        isInsideLongLine = false
        var record = TerminalOutput.record(String(readable: line), context)
        record.append("note", .string(Note.continued(after: true, before: false)))
        try yield(.object(record, book: .chat))
    }

    /// Gives the line to the JSON object that is being joined; false when it does not go on there.
    private mutating func takesJSON<Failure: Error>(
        _ line: UnsafeBufferPointer<UInt8>, _ yield: (IntakeItem) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        guard block.hasRoom(for: line) else { return false }
        switch block.takesJSON(line) {
        case .notJSON: return false
        case .incomplete: return true
        case .complete:
            var whole = Block()
            swap(&whole, &block)
            try whole.bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
                try yield(.jsonLine(bytes, book: whole.shape.book))
            }
            return true
        }
    }

    private mutating func text<Failure: Error>(
        _ line: UnsafeBufferPointer<UInt8>, _ yield: (IntakeItem) throws(Failure) -> Void
    ) throws(Failure) {
        let opening = Opening(line)
        guard !block.isEmpty else { return block.open(line, opening) }
        guard block.joins(line, opening) else {
            try close(keepsBlankTail: opening == .text || opening == .indented, yield)
            return block.open(line, opening)
        }
        if block.hasRoom(for: line) { return block.add(line, opening) }
        try emit(keepsBlankTail: true, goesOn: true, yield)
        block.cut()
        block.add(line, opening)
    }

    // MARK: - Records

    /// Ends the joined record, if there is one.
    private mutating func close<Failure: Error>(
        keepsBlankTail: Bool, _ yield: (IntakeItem) throws(Failure) -> Void
    ) throws(Failure) {
        guard !block.isEmpty else { return }
        try emit(keepsBlankTail: keepsBlankTail, goesOn: false, yield)
        block.reset()
    }

    private mutating func emit<Failure: Error>(
        keepsBlankTail: Bool, goesOn: Bool, _ yield: (IntakeItem) throws(Failure) -> Void
    ) throws(Failure) {
        // Blank lines alone, between two records, say nothing.
        if block.isBlank { return }
        let readings = Recognisers.read(
            block, keepsBlankTail: keepsBlankTail, goesOn: goesOn, context, &memory)
        for reading in readings { try yield(.object(reading.object, book: reading.book)) }
    }
}
