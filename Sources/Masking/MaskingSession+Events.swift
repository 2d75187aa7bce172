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
        event: Event, at instant: Timestamp, to records: inout MaskedRecords
    ) {
        write(event, at: instant, isOwn: false, source: nil)
        finish(event.timestamp == nil ? .own(instant) : .recorded, to: &records)
    }

    /// Takes one of Daybook's own records (a gap, a recovery, a start), with `source` "daybook".
    package mutating func append(
        recordKeeping event: Event, at instant: Timestamp, to records: inout MaskedRecords
    ) {
        write(event, at: instant, isOwn: true, source: ",\"source\":\"daybook\"")
        finish(event.timestamp == nil ? .own(instant) : .recorded, to: &records)
    }

    private mutating func write(
        _ event: Event, at instant: Timestamp, isOwn: Bool, source: StaticString?
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
        line.append(text: event.level.name)
        line.append(UInt8(ascii: "\""))
        if isClaimed {
            line.append(",\"claimed_event\":")
            CanonicalJSON.string(event.kind.rawValue, into: &line)
        }
        for field in event.fields {
            line.append(UInt8(ascii: ","))
            writeField(field)
        }
        if let source { line.append(source) }
        line.append(",\"timestamp\":")
        append(event.timestamp ?? instant)
        line.append(UInt8(ascii: "}"))
    }

    @inline(__always)
    private mutating func writeField(_ field: Field) {
        var verdict = NameVerdict.plain
        var name = field.name
        if field.isVocabulary {
            line.append(UInt8(ascii: "\""))
            line.append(text: name)
            line.append("\":")
        } else {
            verdict = name.withUTF8 { scanner.names.verdict(of: $0, by: masker) }
            if verdict.kind == .suspect {
                writeText(name, at: "…", isQuiet: false)
            } else if verdict.role == .claimed {
                line.append("\"claimed_")
                name.withUTF8 { CanonicalJSON.content($0, into: &line) }
                line.append(UInt8(ascii: "\""))
            } else {
                name.withUTF8 { CanonicalJSON.string($0, into: &line) }
            }
            line.append(UInt8(ascii: ":"))
        }
        switch verdict.kind {
        case .plain, .suspect, .identifier:
            switch field.value {
            case .string(let text):
                writeText(text, at: name, isQuiet: verdict.kind == .identifier)
            case .decimal, .integer, .bool, .timestamp, .null:
                field.value.write(into: &line)
            case .strings, .array, .object:
                writeTree(field)
            }
        default:
            writeTree(field)
        }
    }

    @inline(__always)
    private mutating func writeText(_ text: String, at place: String, isQuiet: Bool) {
        var text = text
        let isPlain = text.withUTF8 { bytes in
            guard !scanner.mayHoldSecret(bytes) else { return false }
            CanonicalJSON.string(bytes, into: &line)
            return true
        }
        if !isPlain { writeScanned(text, at: place, isQuiet: isQuiet) }
    }

    @inline(never)
    private mutating func writeScanned(_ text: String, at place: String, isQuiet: Bool) {
        var text = text
        guard let masked = scannedText(text, quietly: isQuiet, at: place) else {
            text.withUTF8 { CanonicalJSON.string($0, into: &line) }
            return
        }
        CanonicalJSON.string(masked, into: &line)
    }

    /// A field under a name that says something, or with values inside: through the walk that
    /// records from outside take.
    @inline(never)
    private mutating func writeTree(_ field: Field) {
        encoded.removeAll()
        CanonicalJSON.encode(
            JSONObject(members: [.init(key: field.name, value: field.value.json)]), into: &encoded)
        do throws(JSONError) {
            try tape.parse(encoded.unsafeBytes)
        } catch {
            // Only for a value beyond the parser's limits; the field stays, its content does not.
            line.append("\"(too large)\"")
            return
        }
        writeValue(2, verdict(ofKey: 1))
    }
}

extension ByteBuffer {
    /// Appends a copy of a part of itself.
    mutating func appendCopy(of range: Range<Int>) {
        guard range.lowerBound >= 0, range.upperBound <= count else { return }
        let target = tail(range.count)
        // `tail` may have moved the bytes: their address is asked for afterwards.
        guard let base = unsafeBytes.baseAddress else { return }
        target.update(from: base + range.lowerBound, count: range.count)
        advance(by: range.count)
    }
}
