// SPDX-License-Identifier: Apache-2.0

import Records

// The walk over a parsed record: each member is judged, brought in order and written at once.
extension MaskingSession {
    /// Writes the parsed record into `line`; returns the stamp that the writer has to add.
    mutating func writeRecord(_ provenance: Provenance) -> MaskedRecords.Stamp {
        line.removeAll()
        // One check for the whole of an ordinary line.
        line.reserve(tape.bytes.count &+ provenance.encoded.count &+ 256)
        if !maskedKeys.isEmpty { maskedKeys.removeAll() }
        var owned = OwnedFields()
        let isTrusted = provenance.trusted
        if case .object = tokens[0].kind {
            line.append(UInt8(ascii: "{"))
            let end = Int(tokens[0].next)
            var key = 1
            while key < end {
                let value = key &+ 1
                let next = Int(tokens[value].next)
                if !tokens[key].isShadowed {
                    if line.count > 1 { line.append(UInt8(ascii: ",")) }
                    let verdict = verdict(ofKey: key)
                    if isTrusted, verdict.role == .claimed, isEnvelope(key, value) {
                        copy(key)
                        line.append(UInt8(ascii: ":"))
                        copy(value)
                    } else if isTrusted || verdict.role == .none {
                        writeMember(key, value, verdict)
                    } else {
                        writeOwned(key, value, verdict, &owned)
                    }
                }
                key = next
            }
        } else {
            line.append("{\"value\":")
            writeValue(0, NameVerdict.plain)
        }
        if !owned.hasInstant, let timeLike = owned.timeLike {
            comma()
            line.append("\"timestamp\":")
            append(timeLike)
            owned.hasInstant = true
        }
        provenance.encoded.withUnsafeBufferPointer { encoded in
            // Its comma is left off where nothing stands before it.
            let first = line.count > 1 || encoded.isEmpty ? 0 : 1
            line.append(UnsafeBufferPointer(rebasing: encoded[first...]))
        }
        if tape.notes.rawValue != 0, !isTrusted { writeNotes() }
        if line.count == 1 { line.append("\"event\":\"empty_record\"") }
        line.append(UInt8(ascii: "}"))
        return owned.hasInstant ? .recorded : .timestamp
    }

    /// What was found among the fields that Daybook owns.
    struct OwnedFields {
        var hasInstant = false
        var timeLike: Timestamp?
        var hasClaimedKind = false
    }

    @inline(__always)
    mutating func comma() {
        if line.count > 1 { line.append(UInt8(ascii: ",")) }
    }

    mutating func append(_ instant: Timestamp) {
        line.append(UInt8(ascii: "\""))
        line.append(upTo: 27) { text in
            instant.write(to: text)
            return 27
        }
        line.append(UInt8(ascii: "\""))
    }

    @inline(never)
    private mutating func writeNotes() {
        scratch.removeAll()
        tape.notes.writeArray(into: &scratch)
        comma()
        line.append("\"daybook_notes\":")
        line.append(scratch.unsafeBytes)
    }

    /// The verdict on a key, its escapes decoded.
    @inline(__always)
    mutating func verdict(ofKey key: Int) -> NameVerdict {
        let token = tokens[key]
        if token.isCoded { return verdict(ofEscapedKey: key) }
        return scanner.names.verdict(of: source(token), by: masker)
    }

    @inline(never)
    private mutating func verdict(ofEscapedKey key: Int) -> NameVerdict {
        decoded.removeAll()
        tape.decode(key, into: &decoded)
        return scanner.names.verdict(of: decoded.unsafeBytes, by: masker)
    }

    /// The bytes of a token as they stand in the text.
    @inline(__always)
    func source(_ token: JSONToken) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: tape.bytes.baseAddress.map { $0 + Int(token.start) },
            count: Int(token.end &- token.start))
    }

    @inline(__always)
    mutating func writeMember(_ key: Int, _ value: Int, _ verdict: NameVerdict) {
        if verdict.kind == .suspect {
            writeSuspectKey(key)
        } else {
            copy(key)
        }
        line.append(UInt8(ascii: ":"))
        writeValue(value, verdict)
    }

    /// A key that may hold a secret. Two that become the same are told apart by a number.
    @inline(never)
    private mutating func writeSuspectKey(_ key: Int) {
        let start = line.count
        let firedBefore = fired
        fired = false
        writeText(key, quietly: false)
        if fired {
            let written = Array(line.bytes[start...])
            if !maskedKeys.insert(written).inserted {
                line.truncate(to: line.count - 1)
                line.append(text: "#\(maskedKeys.count)\"")
                maskedKeys.insert(Array(line.bytes[start...]))
            }
        }
        fired = fired || firedBefore
    }

    /// Writes a key or a scalar as it is, in its canonical form.
    @inline(__always)
    mutating func copy(_ index: Int) {
        let token = tokens[index]
        guard let base = tape.bytes.baseAddress else { return }
        switch token.kind {
        case .key, .string:
            // With the quotes on both sides.
            let length = Int(token.end &- token.start) &+ 2
            let start = Int(token.start) &- 1
            if token.needsRewrite {
                copyRewritten(index)
            } else if start &+ ((length &+ 15) & ~15) <= tape.bytes.count {
                line.appendReadingAhead(base + start, length)
            } else {
                line.append(base + start, length)
            }
        case .number, .true, .false, .null:
            line.append(base + Int(token.start), Int(token.end &- token.start))
        case .object, .array, .nonFinite:
            copyRewritten(index)
        }
    }

    @inline(never)
    private mutating func copyRewritten(_ index: Int) {
        scratch.removeAll()
        tape.write(index, into: &scratch)
        line.append(scratch.unsafeBytes)
    }

    // MARK: Fields that Daybook owns

    private mutating func writeOwned(
        _ key: Int, _ value: Int, _ verdict: NameVerdict, _ owned: inout OwnedFields
    ) {
        switch verdict.role {
        case .timestamp:
            writeTimestamp(value, &owned)
        case .timeLike:
            if owned.timeLike == nil { owned.timeLike = timestamp(at: value)?.timestamp }
            writeMember(key, value, verdict)
        case .claimed where isFromIntake && tape.textEquals(key, "timestamp_text"):
            writeMember(key, value, verdict)
        case .claimed:
            line.append("\"claimed_")
            line.append(escaped: source(tokens[key]))
            line.append("\":")
            writeValue(value, verdict)
        case .event:
            guard case .string = tokens[value].kind, isReservedKind(value) else {
                writeMember(key, value, verdict)
                return
            }
            copy(key)
            line.append(":\"claimed_event\",\"")
            // The first claim goes by that name; a second one by its own.
            line.append(owned.hasClaimedKind ? "claimed_event_type" : "claimed_event")
            line.append("\":")
            writeValue(value, NameVerdict.plain)
            owned.hasClaimedKind = true
        case .none:
            writeMember(key, value, verdict)
        }
    }

    @inline(__always)
    private mutating func isReservedKind(_ value: Int) -> Bool {
        scanner.names.isReservedKind(text(of: value))
    }

    /// `timestamp` as our instant where it is one; the original text beside it where it was not
    /// in our form; `timestamp_text` alone where it is none.
    private mutating func writeTimestamp(_ value: Int, _ owned: inout OwnedFields) {
        guard let (parsed, isCanonical) = timestamp(at: value) else {
            line.append("\"timestamp_text\":")
            writeValue(value, NameVerdict.plain)
            return
        }
        owned.hasInstant = true
        line.append("\"timestamp\":")
        if isCanonical {
            copy(value)
            return
        }
        append(parsed)
        line.append(",\"timestamp_text\":")
        if case .string = tokens[value].kind {
            writeText(value, quietly: true)
        } else {
            line.append(string: source(tokens[value]))
        }
    }

    /// The instant that a value says: text in the forms of `Timestamp.parse`, or a count.
    private mutating func timestamp(at value: Int) -> (timestamp: Timestamp, isCanonical: Bool)? {
        switch tokens[value].kind {
        case .string:
            let text = text(of: value)
            if let parsed = Timestamp.parse(text) { return parsed }
            return Timestamp.parseEpoch(text).map { ($0, false) }
        case .number:
            return Timestamp.parseEpoch(source(tokens[value])).map { ($0, false) }
        default:
            return nil
        }
    }
}

// Plain reads: the option sets of another module are not specialised here.
extension JSONToken {
    /// Whether a later member of the same name replaces this key's.
    @inline(__always)
    var isShadowed: Bool { flags.rawValue & 64 != 0 }

    /// Whether the text differs from the source bytes.
    @inline(__always)
    var isCoded: Bool { flags.rawValue & (1 | 8) != 0 }

    /// Whether the canonical form differs from the source bytes.
    @inline(__always)
    var needsRewrite: Bool { flags.rawValue & 8 != 0 }
}
