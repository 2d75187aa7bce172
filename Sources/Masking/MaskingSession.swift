// SPDX-License-Identifier: Apache-2.0

package import Records

/// One thread's way from records to masked lines: rules, scratch memory and a report.
///
/// After the first few records nothing is allocated unless a rule fires. Not for several threads
/// at once: make one session for each from the shared ``Masker``.
package struct MaskingSession: ~Copyable {
    let masker: Masker
    var scanner: Scanner
    var tape = JSONTape()
    /// The tape's tokens, asked for once per parse.
    var tokens: UnsafePointer<JSONToken>
    /// The line being written.
    var line = LineBuffer(capacity: 4_096)
    /// The line before it is looked at again.
    var spare = LineBuffer(capacity: 1_024)
    /// Whether a rule fired in the record at hand.
    var fired = false
    /// Keys of the record at hand that were masked.
    var maskedKeys: Set<[UInt8]> = []
    /// Decoded text of a string with escapes.
    var decoded = ByteBuffer(capacity: 1_024)
    /// The personal members of the line being written, as an object.
    var personal = LineBuffer(capacity: 1_024)
    /// A value on its way into the line that `Records` writes.
    var scratch = ByteBuffer(capacity: 256)
    /// The canonical form of an object that did not come as a line.
    var encoded = ByteBuffer(capacity: 1_024)
    /// The record was made by Intake: its `timestamp_text` stays.
    var isFromIntake = false
    /// Records taken so far, for the report.
    var ordinal = 0
    /// Pieces made so far: part of their common name.
    var splits: UInt64 = 0

    /// Which rule masked what where, without values.
    package var report = MaskingReport()

    package init(_ masker: Masker = .standard) {
        self.masker = masker
        scanner = Scanner(masker: masker)
        tokens = tape.tokenPointer
    }

    /// Parses a text into the tape.
    @inline(__always)
    mutating func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) {
        try tape.parse(bytes)
        tokens = tape.tokenPointer
    }

    // MARK: Records

    /// Takes one line of JSON from outside: parses it strictly, brings the fields that Daybook
    /// owns in order, masks, and adds the canonical line (or its pieces) to `records`.
    ///
    /// Throws what the parser throws; then nothing was added, and the caller records the line as
    /// text. A value that is no object becomes `{"value": …}`.
    ///
    /// - Parameter rule: which members are personal: after masking they leave the line and wait
    ///   in `records` for their envelope.
    package mutating func append(
        jsonLine: UnsafeBufferPointer<UInt8>, from provenance: Provenance,
        sealing rule: SealRule = .none, to records: inout MaskedRecords
    ) throws(JSONError) {
        fired = false
        try parse(jsonLine)
        takeParsed(provenance, rule, to: &records)
    }

    /// Takes one object from outside, by the same rules; except that its `timestamp_text` is what
    /// our Intake read and interpreted, and no claim.
    package mutating func append(
        object: JSONObject, from provenance: Provenance, sealing rule: SealRule = .none,
        to records: inout MaskedRecords
    ) {
        isFromIntake = true
        defer { isFromIntake = false }
        fired = false
        encoded.removeAll()
        CanonicalJSON.encode(object, into: &encoded)
        do throws(JSONError) {
            try parse(encoded.unsafeBytes)
        } catch {
            // Only for a text beyond the parser's limit; the place of the record is kept.
            encoded.removeAll()
            encoded.append("{\"event\":\"record_too_large\",\"level\":\"error\"}")
            do throws(JSONError) { try parse(encoded.unsafeBytes) } catch { return }
        }
        takeParsed(provenance, rule, to: &records)
    }

    /// Writes the parsed record and adds it.
    private mutating func takeParsed(
        _ provenance: Provenance, _ rule: SealRule, to records: inout MaskedRecords
    ) {
        var stamp = writeRecord(provenance)
        if provenance.trusted { stamp = stampOfTrusted() }
        finish(stamp, rule, to: &records)
    }

    /// A record of ours has `timestamp` or waits for it.
    private func stampOfTrusted() -> MaskedRecords.Stamp {
        tape.member(named: "timestamp") == nil ? .timestamp : .recorded
    }

    /// Takes a line that another process of Daybook masked, from the book's socket. It is parsed
    /// and masked again: masking a masked line changes nothing, and a line that was not masked
    /// does not get through. `source`, `daybook_notes`, the kind and what stands for an envelope
    /// stay.
    package mutating func append(
        maskedLine: UnsafeBufferPointer<UInt8>, from provenance: Provenance,
        to records: inout MaskedRecords
    ) throws(JSONError) {
        fired = false
        try parse(maskedLine)
        takeParsed(Provenance.kept, .none, to: &records)
    }

    // MARK: Text and values

    /// A text with its secrets masked.
    package mutating func maskText(_ text: String) -> String {
        scannedText(text, quietly: false, at: "text") ?? text
    }

    /// A text masked and reported, or nothing if no rule fires.
    mutating func scannedText(_ text: String, quietly: Bool, at place: String) -> String? {
        var rules: [RuleNumber] = []
        let masked = scanner.masked(text, quietly: quietly) { rules.append($0) }
        for rule in rules {
            report.note(rule, name: masker.name(of: rule), place: place, record: ordinal)
        }
        fired = fired || masked != nil
        return masked
    }

    /// A value with its secrets masked, by names and in its texts.
    package mutating func maskData(_ value: JSONValue) -> JSONValue {
        encoded.removeAll()
        CanonicalJSON.encode(value, into: &encoded)
        fired = false
        do throws(JSONError) {
            try parse(encoded.unsafeBytes)
            line.removeAll()
            writeValue(0, NameVerdict.plain)
            settle { session in session.writeValue(0, NameVerdict.plain) }
            try parse(line.bytes)
        } catch {
            return .string("***MASKED***")
        }
        return tape.value()
    }

    // MARK: Ends

    /// Adds the written line, split where it is longer than a book takes, its personal members
    /// taken out.
    mutating func finish(
        _ stamp: MaskedRecords.Stamp, _ rule: SealRule, to records: inout MaskedRecords
    ) {
        if fired {
            settle { session in _ = session.writeRecord(Provenance.kept) }
        }
        let isSealed = !rule.isNone
        let room =
            MaskingLimits.lineBytes - MaskingLimits.stampBytes
            - (isSealed ? MaskingLimits.envelopeBytes : 0)
        if line.count > room {
            split(stamp, rule, to: &records)
        } else if isSealed {
            addSealed(stamp, rule, to: &records)
        } else {
            records.append(line.bytes, stamp: stamp)
        }
        ordinal &+= 1
    }

    /// Looks at the written line again until no rule fires. A line that does not settle is
    /// replaced whole.
    @inline(never)
    private mutating func settle(_ write: (inout MaskingSession) -> Void) {
        for _ in 0..<MaskingLimits.rounds {
            guard fired else { return }
            fired = false
            swap(&line, &spare)
            line.removeAll()
            do throws(JSONError) { try parse(spare.bytes) } catch { break }
            write(&self)
        }
        guard fired else { return }
        fired = false
        line.removeAll()
        line.append("{\"event\":\"record_masked_whole\",\"level\":\"warning\"}")
    }

    /// Counts a masked value in the report.
    @inline(never)
    mutating func note(_ rule: RuleNumber, at token: Int) {
        fired = true
        report.note(rule, name: masker.name(of: rule), place: place(of: token), record: ordinal)
    }

    /// The path of keys to a token.
    private func place(of token: Int) -> String {
        var parts: [String] = []
        var index = token
        while index > 0, parts.count < 16 {
            if let key = tape.key(ofValueAt: index) {
                let name = tape.source(key)
                let tooOdd = name.count > 64 || scannerWouldMask(name)
                parts.append(tooOdd ? "…" : String(decoding: name, as: UTF8.self))
            } else {
                parts.append("[]")
            }
            index = Int(tape[index].parent)
        }
        let path = parts.reversed().joined(separator: ".")
        return path.isEmpty ? "text" : String(path.prefix(MaskingLimits.placeBytes))
    }

    /// A name that may hold a secret is not shown in a report.
    private func scannerWouldMask(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        scanner.names.verdict(of: name, by: masker).kind == .suspect
    }
}

/// Safe to send: a session has one owner, since it cannot be copied; its compiled expressions and
/// buffers are made by it and seen by nobody else.
extension MaskingSession: @unchecked Sendable {}

extension Provenance {
    /// For lines that were masked before: nothing is added or renamed.
    static let kept = Provenance()

    private init() {
        source = ""
        trusted = true
        encoded = []
    }
}
