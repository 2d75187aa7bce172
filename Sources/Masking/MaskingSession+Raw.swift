// SPDX-License-Identifier: Apache-2.0

package import Records

// Events as they come out of the queue: the bytes that a caller copied, not a value. Line for line
// what `append(event:)` makes of the same event.
extension MaskingSession {
    /// Takes an event of the program itself, stamped `instant` unless it says when it happened.
    ///
    /// Does not allocate unless a rule fires, a field holds a list or an object, or a name comes
    /// twice. An event of a kind that only Daybook may write becomes `claimed_event`.
    package mutating func append(
        raw event: RawEvent, at instant: Timestamp, sealing rule: SealRule = .none,
        to records: inout MaskedRecords
    ) {
        guard event.isPlain else {
            append(event: event.event, at: instant, sealing: rule, to: &records)
            return
        }
        let own = event.instant
        write(event, at: own ?? instant)
        finish(own == nil ? .own(instant) : .recorded, rule, to: &records)
    }

    private mutating func write(_ event: RawEvent, at instant: Timestamp) {
        line.removeAll()
        fired = false
        let kind = event.kind
        let isClaimed = event.isClaimed
        if isClaimed {
            line.append("{\"event\":\"claimed_event\",\"event_type\":\"claimed_event\"")
        } else {
            line.append("{\"event\":")
            let start = line.count
            writeText(kind, at: "event", isQuiet: false)
            let end = line.count
            line.append(",\"event_type\":")
            line.appendCopy(of: start..<end)
        }
        line.append(",\"level\":\"")
        line.append(event.level.literal)
        line.append(UInt8(ascii: "\""))
        if isClaimed {
            line.append(",\"claimed_event\":")
            line.append(string: kind)
        }
        var fields = event.fields
        for _ in 0..<event.fieldCount {
            fields.next()
            if isClaimed, Self.isClaimedEvent(fields.name) {
                // As for an event: the name is taken by what its kind was.
                writeRenamed(&fields)
            } else {
                writeField(&fields)
            }
        }
        line.append(",\"timestamp\":")
        append(instant)
        line.append(UInt8(ascii: "}"))
    }

    @inline(__always)
    private mutating func writeField(_ fields: inout RawFields) {
        line.append(UInt8(ascii: ","))
        var verdict = NameVerdict.plain
        if fields.isVocabulary {
            line.append(quotedPlain: fields.name)
        } else {
            verdict = writeName(fields.name)
        }
        line.append(UInt8(ascii: ":"))
        switch verdict.kind {
        case .plain, .suspect, .identifier:
            switch fields.content {
            case .text(let text):
                let isDone = writePlain(text)
                if !isDone {
                    writeScanned(text, at: fields.name, isQuiet: verdict.kind == .identifier)
                }
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
            case .integer(let count):
                scratch.removeAll()
                scratch.append(integer: count)
                line.append(scratch.unsafeBytes)
            case .nested:
                writeValue(&fields)
            }
        default:
            writeValue(&fields)
        }
    }

    /// A field through the walk that records from outside take.
    @inline(never)
    private mutating func writeValue(_ fields: inout RawFields) {
        let name = String(decoding: fields.name, as: UTF8.self)
        writeTree(Field(name, fields.value()))
    }

    @inline(never)
    private mutating func writeRenamed(_ fields: inout RawFields) {
        writeField(Field("claimed_claimed_event", fields.value()))
    }

    private static func isClaimedEvent(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        name.count == 13 && name.elementsEqual("claimed_event".utf8)
    }

    /// A name that the program chose.
    @inline(never)
    private mutating func writeName(_ name: UnsafeBufferPointer<UInt8>) -> NameVerdict {
        let verdict = scanner.names.verdict(of: name, by: masker)
        if verdict.kind == .suspect {
            writeText(name, at: "…", isQuiet: false)
        } else {
            line.append(string: name)
        }
        return verdict
    }

    private mutating func writeText(
        _ text: UnsafeBufferPointer<UInt8>, at place: StaticString, isQuiet: Bool
    ) {
        if writePlain(text) { return }
        writeScanned(
            text, at: UnsafeBufferPointer(start: place.utf8Start, count: place.utf8CodeUnitCount),
            isQuiet: isQuiet)
    }

    /// Writes a text that cannot hold a secret; false for another one.
    @inline(__always)
    private mutating func writePlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let classes = scanner.classes(of: text)
        if scanner.mayHoldSecret(text, classes: classes) { return false }
        if classes & ByteClass.escaped == 0 {
            line.append(quotedPlain: text)
        } else {
            line.append(string: text)
        }
        return true
    }

    @inline(never)
    private mutating func writeScanned(
        _ text: UnsafeBufferPointer<UInt8>, at place: UnsafeBufferPointer<UInt8>, isQuiet: Bool
    ) {
        writeScanned(
            String(decoding: text, as: UTF8.self), at: String(decoding: place, as: UTF8.self),
            isQuiet: isQuiet)
    }
}
