// SPDX-License-Identifier: Apache-2.0

package import Records

// Typed events: no text to parse. The names of the vocabulary are trusted; whatever else the
// program filled in is looked at like a record from outside.
extension MaskingSession {
    /// Takes an event of the program itself, stamped `instant` unless it says when it happened.
    ///
    /// Does not allocate unless a rule fires or a field holds a list or an object. An event of
    /// a kind that only Daybook may write becomes `claimed_event`.
    package mutating func append(
        event: Event, at instant: Timestamp, sealing rule: SealRule = .none,
        to records: inout MaskedRecords
    ) {
        write(event, at: instant, isOwn: false, source: nil)
        finish(event.timestamp == nil ? .own(instant) : .recorded, rule, to: &records)
    }

    /// Takes one of Daybook's own records (a gap, a recovery, a start), with `source` "daybook".
    package mutating func append(
        recordKeeping event: Event, at instant: Timestamp, sealing rule: SealRule = .none,
        to records: inout MaskedRecords
    ) {
        write(event, at: instant, isOwn: true, source: ",\"source\":\"daybook\"")
        finish(event.timestamp == nil ? .own(instant) : .recorded, rule, to: &records)
    }

    private mutating func write(
        _ event: borrowing Event, at instant: Timestamp, isOwn: Bool, source: StaticString?
    ) {
        line.removeAll()
        fired = false
        let isClaimed = !isOwn && event.kind.isRecordKeeping
        if isClaimed {
            line.append("{\"event\":\"claimed_event\",\"event_type\":\"claimed_event\"")
        } else {
            line.append("{\"event\":")
            let start = line.count
            writeText(event.kind.rawValue, at: "event", isQuiet: false)
            let end = line.count
            line.append(",\"event_type\":")
            line.appendCopy(of: start..<end)
        }
        line.append(",\"level\":\"")
        line.append(event.level.literal)
        line.append(UInt8(ascii: "\""))
        if isClaimed {
            line.append(",\"claimed_event\":")
            line.append(string: event.kind.rawValue)
        }
        for field in event.fields {
            // An event renames what collides with our names; this one it cannot know of.
            if isClaimed, field.name == "claimed_event" {
                writeField(Field("claimed_claimed_event", field.value))
            } else {
                writeField(field)
            }
        }
        if let source { line.append(source) }
        line.append(",\"timestamp\":")
        append(event.timestamp ?? instant)
        line.append(UInt8(ascii: "}"))
    }

    @inline(__always)
    mutating func writeField(_ field: borrowing Field) {
        line.append(UInt8(ascii: ","))
        var verdict = NameVerdict.plain
        if field.isVocabulary {
            line.append(plain: field.name)
        } else {
            verdict = writeName(field.name)
        }
        line.append(UInt8(ascii: ":"))
        switch verdict.kind {
        case .plain, .suspect, .identifier:
            switch field.value {
            case .string(let text):
                writeText(text, at: field.name, isQuiet: verdict.kind == .identifier)
            case .decimal(let number):
                line.append(UInt8(ascii: "\""))
                line.append(upTo: 48) { number.write(to: $0) }
                line.append(UInt8(ascii: "\""))
            case .timestamp(let instant):
                append(instant)
            case .bool(let flag):
                line.append(flag ? "true" : "false")
            case .null:
                line.append("null")
            case .integer:
                scratch.removeAll()
                field.value.write(into: &scratch)
                line.append(scratch.unsafeBytes)
            case .strings, .array, .object:
                writeTree(copy field)
            }
        default:
            writeTree(copy field)
        }
    }

    /// A name that the program chose.
    @inline(never)
    private mutating func writeName(_ name: String) -> NameVerdict {
        var text = name
        let verdict = text.withUTF8 { scanner.names.verdict(of: $0, by: masker) }
        if verdict.kind == .suspect {
            writeText(name, at: "…", isQuiet: false)
        } else {
            text.withUTF8 { line.append(string: $0) }
        }
        return verdict
    }

    @inline(__always)
    private mutating func writeText(_ text: String, at place: String, isQuiet: Bool) {
        let isDone: Bool? = text.utf8.withContiguousStorageIfAvailable { bytes in
            let classes = scanner.classes(of: bytes)
            if scanner.mayHoldSecret(bytes, classes: classes) { return false }
            if classes & ByteClass.escaped == 0 {
                line.append(quotedPlain: bytes)
            } else {
                line.append(string: bytes)
            }
            return true
        }
        if isDone != true { writeScanned(text, at: place, isQuiet: isQuiet) }
    }

    @inline(never)
    mutating func writeScanned(_ text: String, at place: String, isQuiet: Bool) {
        var text = text
        guard let masked = scannedText(text, quietly: isQuiet, at: place) else {
            text.withUTF8 { line.append(string: $0) }
            return
        }
        line.append(string: masked)
    }

    /// A field under a name that says something, or with values inside: through the walk that
    /// records from outside take.
    @inline(never)
    mutating func writeTree(_ field: Field) {
        encoded.removeAll()
        CanonicalJSON.encode(
            JSONObject(members: [.init(key: field.name, value: field.value.json)]), into: &encoded)
        do throws(JSONError) {
            try parse(encoded.unsafeBytes)
        } catch {
            // Only for a value beyond the parser's limits; the field stays, its content does not.
            line.append("\"(too large)\"")
            return
        }
        writeValue(2, verdict(ofKey: 1))
    }
}

extension LineBuffer {
    /// Appends a name of the vocabulary as a JSON string.
    @inline(__always)
    mutating func append(plain text: String) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { append(quotedPlain: $0) }
        if done == nil { append(string: text) }
    }

    /// Appends text as a JSON string with its quotes.
    mutating func append(string text: String) {
        var text = text
        text.withUTF8 { append(string: $0) }
    }

    /// Appends a copy of a part of itself.
    mutating func appendCopy(of range: Range<Int>) {
        guard range.lowerBound >= 0, range.upperBound <= count else { return }
        // Room first: growing moves the bytes.
        reserve(range.count)
        append(UnsafePointer(base + range.lowerBound), range.count)
    }
}
