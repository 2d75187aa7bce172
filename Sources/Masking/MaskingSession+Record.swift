// SPDX-License-Identifier: Apache-2.0

import Records

// The walk over a parsed record: each member is judged, brought in order and written at once.
extension MaskingSession {
    /// Writes the parsed record into `line`; returns the stamp that the writer has to add.
    mutating func writeRecord(_ provenance: Provenance) -> MaskedRecords.Stamp {
        line.removeAll()
        if !maskedKeys.isEmpty { maskedKeys.removeAll() }
        var instant = Instant.none
        var timeLike: Timestamp?
        if tape.isObject {
            line.append(UInt8(ascii: "{"))
            let end = tape.after(0)
            var key = 1
            var claimedKind = false
            while key < end {
                let value = key &+ 1
                let next = tape.after(value)
                if !tape[key].flags.contains(.shadowed) {
                    if line.count > 1 { line.append(UInt8(ascii: ",")) }
                    let verdict = verdict(ofKey: key)
                    if verdict.role == .none || provenance.trusted {
                        writeMember(key, value, verdict)
                    } else {
                        writeOwned(
                            key, value, verdict, &instant, &timeLike, &claimedKind)
                    }
                }
                key = next
            }
        } else {
            line.append("{\"value\":")
            writeValue(0, NameVerdict.plain)
        }
        if instant == .none, let timeLike {
            comma()
            line.append("\"timestamp\":")
            append(timeLike)
            instant = .found
        }
        if !provenance.encoded.isEmpty {
            let encoded = provenance.encoded
            if line.count > 1 {
                line.append(encoded)
            } else {
                encoded.withUnsafeBufferPointer {
                    line.append(UnsafeBufferPointer(rebasing: $0.dropFirst()))
                }
            }
        }
        if !tape.notes.isEmpty, !provenance.trusted {
            comma()
            line.append("\"daybook_notes\":")
            tape.notes.writeArray(into: &line)
        }
        if line.count == 1 { line.append("\"event\":\"empty_record\"") }
        line.append(UInt8(ascii: "}"))
        return instant == .found ? .recorded : .timestamp
    }

    enum Instant { case none, found }

    @inline(__always)
    mutating func comma() {
        if line.count > 1 { line.append(UInt8(ascii: ",")) }
    }

    mutating func append(_ instant: Timestamp) {
        line.append(UInt8(ascii: "\""))
        instant.write(to: line.tail(Timestamp.textCount))
        line.advance(by: Timestamp.textCount)
        line.append(UInt8(ascii: "\""))
    }

    /// The verdict on a key, its escapes decoded.
    @inline(__always)
    mutating func verdict(ofKey key: Int) -> NameVerdict {
        if tape[key].flags.contains(.hasEscape) { return verdict(ofEscapedKey: key) }
        return scanner.names.verdict(of: tape.source(key), by: masker)
    }

    @inline(never)
    private mutating func verdict(ofEscapedKey key: Int) -> NameVerdict {
        decoded.removeAll()
        tape.decode(key, into: &decoded)
        return scanner.names.verdict(of: decoded.unsafeBytes, by: masker)
    }

    @inline(__always)
    mutating func writeMember(_ key: Int, _ value: Int, _ verdict: NameVerdict) {
        if verdict.kind == .suspect {
            writeSuspectKey(key)
        } else {
            tape.write(key, into: &line)
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
            let written = Array(line.unsafeBytes[start...])
            if !maskedKeys.insert(written).inserted {
                line.truncate(to: line.count - 1)
                line.append(text: "#\(maskedKeys.count)\"")
                maskedKeys.insert(Array(line.unsafeBytes[start...]))
            }
        }
        fired = fired || firedBefore
    }

    // MARK: Fields that Daybook owns

    @inline(never)
    private mutating func writeOwned(
        _ key: Int, _ value: Int, _ verdict: NameVerdict, _ instant: inout Instant,
        _ timeLike: inout Timestamp?, _ claimedKind: inout Bool
    ) {
        switch verdict.role {
        case .timestamp:
            writeTimestamp(value, &instant)
        case .timeLike:
            if timeLike == nil { timeLike = timestamp(at: value)?.timestamp }
            writeMember(key, value, verdict)
        case .claimed where isFromIntake && tape.textEquals(key, "timestamp_text"):
            writeMember(key, value, verdict)
        case .claimed:
            line.append("\"claimed_")
            let name = tape.source(key)
            CanonicalJSON.content(name, into: &line)
            line.append("\":")
            writeValue(value, verdict)
        case .event:
            guard tape[value].kind == .string, isReservedKind(value) else {
                writeMember(key, value, verdict)
                return
            }
            tape.write(key, into: &line)
            line.append(":\"claimed_event\",\"")
            // The first claim goes by that name; a second one by its own.
            line.append(claimedKind ? "claimed_event_type" : "claimed_event")
            line.append("\":")
            writeValue(value, NameVerdict.plain)
            claimedKind = true
        case .none:
            writeMember(key, value, verdict)
        }
    }

    private mutating func isReservedKind(_ value: Int) -> Bool {
        decoded.removeAll()
        tape.decode(value, into: &decoded)
        return scanner.names.isReservedKind(decoded.unsafeBytes)
    }

    /// `timestamp` as our instant where it is one; the original text beside it where it was not
    /// in our form; `timestamp_text` alone where it is none.
    private mutating func writeTimestamp(_ value: Int, _ instant: inout Instant) {
        guard let (parsed, isCanonical) = timestamp(at: value) else {
            line.append("\"timestamp_text\":")
            writeValue(value, NameVerdict.plain)
            return
        }
        instant = .found
        line.append("\"timestamp\":")
        append(parsed)
        guard !isCanonical else { return }
        line.append(",\"timestamp_text\":")
        if tape[value].kind == .string {
            writeText(value, quietly: true)
        } else {
            line.append(UInt8(ascii: "\""))
            line.append(tape.source(value))
            line.append(UInt8(ascii: "\""))
        }
    }

    /// The instant that a value says: text in the forms of `Timestamp.parse`, or a count.
    private mutating func timestamp(at value: Int) -> (timestamp: Timestamp, isCanonical: Bool)? {
        let token = tape[value]
        switch token.kind {
        case .string:
            decoded.removeAll()
            tape.decode(value, into: &decoded)
            if let parsed = Timestamp.parse(decoded.unsafeBytes) { return parsed }
            return Timestamp.parseEpoch(decoded.unsafeBytes).map { ($0, false) }
        case .number:
            return Timestamp.parseEpoch(tape.source(value)).map { ($0, false) }
        default:
            return nil
        }
    }
}
