// SPDX-License-Identifier: Apache-2.0

package import Records

/// Records on their way into a book: masked, canonical, one after the other in one run of bytes.
///
/// A book accepts nothing else, and **only this room can put anything in**: there is no public or
/// package initialiser that takes content, and the members that add are internal to `Masking`.
/// Whoever holds a `MaskedRecords` with an entry holds lines that went through the rules; code
/// outside this room cannot make one by mistake, since it does not compile. Keep it so: do not
/// widen the access of `append`, `bytes` or `entries`.
package struct MaskedRecords: Sendable {
    /// Which instant the writer adds to the end of a line.
    package enum Stamp: Sendable, Hashable {
        /// The record has an instant of its own: the writer appends `,"recorded":"<27 bytes>"`.
        case recorded
        /// It has none: the writer appends `,"timestamp":"<27 bytes>"`.
        case timestamp
        /// We stamped it when it was made: the writer adds `recorded` only where the recording
        /// time would else step back.
        case own(Timestamp)
    }

    /// One line: a JSON object without its final stamp and line feed. It ends with `}` and has at
    /// least one member.
    package struct Entry: Sendable, Hashable {
        package let start: Int
        package let count: Int
        package let stamp: Stamp

        init(start: Int, count: Int, stamp: Stamp) {
            self.start = start
            self.count = count
            self.stamp = stamp
        }
    }

    private var bytes: [UInt8] = []

    /// The lines, in order.
    package private(set) var entries: [Entry] = []

    /// Envelopes that are still open: personal fields that are in no line, and wait for a vault to
    /// seal them. A book takes no batch that has any. Empty where nothing is personal.
    package private(set) var drafts: [EnvelopeDraft] = []
    /// Plaintexts of the drafts, one after the other.
    private var personal: [UInt8] = []

    /// An empty batch.
    package init() {}

    /// Lines in the batch.
    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    /// Bytes of all lines together, and of what waits for envelopes.
    package var byteCount: Int { bytes.count + personal.count }

    /// Empties the batch; its memory is kept for the next one unless told otherwise.
    package mutating func removeAll(keepingCapacity: Bool = true) {
        bytes.removeAll(keepingCapacity: keepingCapacity)
        entries.removeAll(keepingCapacity: keepingCapacity)
        forgetDrafts()
    }

    /// Makes room for as much as another batch has, so that filling this one moves nothing.
    package mutating func reserveCapacity(of other: borrowing MaskedRecords) {
        bytes.reserveCapacity(other.bytes.count)
        personal.reserveCapacity(other.personal.count)
        entries.reserveCapacity(other.entries.count)
    }

    /// Calls `body` with all bytes; an entry's line is `[start, start + count)` of them.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Typed throws through a closure of the standard library needs the detour.
        let result = bytes.withUnsafeBufferPointer { bytes -> Swift.Result<Result, Failure> in
            do throws(Failure) {
                return .success(try body(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Adds the lines of another batch, which went through the rules as these did.
    package mutating func append(contentsOf other: borrowing MaskedRecords) {
        // Through pointers: an array would be retained and released for each record.
        let offset = bytes.count
        for draft in other.drafts {
            drafts.append(
                draft.moved(entries: entries.count, bytes: offset, personal: personal.count))
        }
        personal.append(contentsOf: other.personal)
        other.bytes.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        other.entries.withUnsafeBufferPointer { others in
            for entry in others {
                entries.append(
                    Entry(start: offset + entry.start, count: entry.count, stamp: entry.stamp))
            }
        }
    }

    /// The lines whose places `isKept` accepts, in order.
    package func filtered(_ isKept: (Int) -> Bool) -> MaskedRecords {
        var kept = MaskedRecords()
        bytes.withUnsafeBufferPointer { bytes in
            var open = drafts[...]
            for (place, entry) in entries.enumerated() {
                let draft = open.first?.entry == place ? open.popFirst() : nil
                guard isKept(place) else { continue }
                let line = UnsafeBufferPointer(
                    rebasing: bytes[entry.start..<entry.start + entry.count])
                guard let draft else {
                    kept.append(line, stamp: entry.stamp)
                    continue
                }
                personal.withUnsafeBufferPointer { personal in
                    kept.append(
                        line, stamp: entry.stamp,
                        sealing: UnsafeBufferPointer(rebasing: personal[draft.plaintext]),
                        commitmentAt: draft.commitmentStart - entry.start, of: draft.account,
                        at: draft.instant)
                }
            }
        }
        return kept
    }

    /// One line as text: for tests and error paths.
    package func line(_ index: Int) -> String {
        let entry = entries[index]
        return String(decoding: bytes[entry.start..<entry.start + entry.count], as: UTF8.self)
    }

    /// Adds a masked line. Internal on purpose; see above.
    mutating func append(_ line: UnsafeBufferPointer<UInt8>, stamp: Stamp) {
        entries.append(Entry(start: bytes.count, count: line.count, stamp: stamp))
        bytes.append(contentsOf: line)
    }

    /// Adds a masked line whose personal fields wait for their envelope. Internal, as above.
    ///
    /// - Parameters:
    ///   - line: it has `Commitment.textCount` bytes from `commitmentAt` on as a place holder.
    ///   - plaintext: the masked personal fields, as canonical JSON.
    mutating func append(
        _ line: UnsafeBufferPointer<UInt8>, stamp: Stamp,
        sealing plaintext: UnsafeBufferPointer<UInt8>,
        commitmentAt: Int, of account: Account, at instant: Timestamp?
    ) {
        drafts.append(
            EnvelopeDraft(
                entry: entries.count, commitmentStart: bytes.count + commitmentAt,
                plaintext: personal.count..<personal.count + plaintext.count, account: account,
                instant: instant))
        personal.append(contentsOf: plaintext)
        append(line, stamp: stamp)
    }

    // MARK: - Envelopes

    /// Calls `body` with the plaintexts of all drafts; each says which bytes are its own.
    package func withPersonalBytes<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        try personal.withUnsafeBufferPointer(body)
    }

    /// Writes the commitments of all drafts into their lines and forgets the plaintexts.
    ///
    /// - Parameter commitments: one for each draft, in order; their envelopes are in the vault.
    package mutating func settleDrafts(_ commitments: [Commitment]) {
        precondition(commitments.count == drafts.count, "a commitment for each draft")
        bytes.withUnsafeMutableBufferPointer { bytes in
            for (draft, commitment) in zip(drafts, commitments) {
                commitment.write(to: bytes, at: draft.commitmentStart)
            }
        }
        forgetDrafts()
    }

    /// Overwrites the plaintexts, so that they do not stay in memory that is used again.
    private mutating func forgetDrafts() {
        guard !drafts.isEmpty else { return }
        for place in personal.indices { personal[place] = 0 }
        personal.removeAll(keepingCapacity: true)
        drafts.removeAll(keepingCapacity: true)
    }
}
