// SPDX-License-Identifier: Apache-2.0

package import Book
package import Masking

/// Looks at each envelope that the lines of a book speak of: whether it opens, which erasure took
/// it, or whether it is missing.
///
/// One pass over the lines that have one, and one over the vault. Reads no plaintext beyond what
/// checking a commitment takes.
package struct EnvelopeCheck {
    /// What was found in a book.
    package struct Report: Sendable {
        package let book: String
        /// Envelopes that open, or that a redacted one took the place of.
        package var open: UInt64 = 0
        /// Those of `open` that are kept and may not be used.
        package var restricted: UInt64 = 0
        /// Those of `open` that another envelope took the place of.
        package var redacted: UInt64 = 0
        /// By the name of the erasure, the commitments that it took.
        package var erased: [String: [Commitment]] = [:]
        /// Envelopes that are there, where no keys are to open them with.
        package var present: UInt64 = 0
        /// Indexes of records whose envelope is wrong, by what is wrong.
        package var missing: [UInt64] = []
        package var locked: [UInt64] = []
        package var altered: [UInt64] = []

        /// Envelopes that the lines speak of.
        package var count: UInt64 {
            open + present + erased.values.reduce(0) { $0 + UInt64($1.count) }
                + UInt64(missing.count + locked.count + altered.count)
        }
    }

    private let opener: any EnvelopeOpening

    /// - Parameter opener: one that opens restricted envelopes too.
    package init(_ opener: any EnvelopeOpening) { self.opener = opener }

    /// - Parameter progress: called with records looked at and all there are, from any thread.
    /// - Throws: where lines or vault could not be read.
    package func run(
        _ snapshot: BookSnapshot, threads: Int,
        progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
    ) throws -> Report {
        let opener = opener
        let parts = try StretchRun([(snapshot, nil)], threads: threads).run(progress: progress) {
            var opened: (any EnvelopeOpeningSession)?
            return { (stretch) throws(ClearingError) -> Result<Report, BookError> in
                do throws(BookError) {
                    let session: any EnvelopeOpeningSession
                    if let opened { session = opened } else { session = try opener.session() }
                    opened = session
                    return .success(try Self.look(stretch.range, of: snapshot, session))
                } catch {
                    return .failure(error)
                }
            }
        }
        var report = Report(book: snapshot.place.name)
        for part in parts { report.add(try part.get()) }
        return report
    }

    private static func look(
        _ range: Range<UInt64>, of snapshot: BookSnapshot, _ session: any EnvelopeOpeningSession
    ) throws(BookError) -> Report {
        var report = Report(book: snapshot.place.name)
        let found = try SealedPlaces(snapshot, in: range)
        guard !found.commitments.isEmpty else { return report }
        try session.open(found.commitments) { place, state, _ in
            report.note(found.commitments[place], found.indexes[place], state)
        }
        return report
    }
}

extension EnvelopeCheck.Report {
    /// Without keys nothing more can be told of an envelope than that it is there.
    package mutating func takeLockedAsPresent() {
        present = UInt64(locked.count)
        locked = []
    }

    /// Adds what was found behind it.
    fileprivate mutating func add(_ next: Self) {
        open += next.open
        restricted += next.restricted
        redacted += next.redacted
        present += next.present
        erased.merge(next.erased) { $0 + $1 }
        missing += next.missing
        locked += next.locked
        altered += next.altered
    }

    fileprivate mutating func note(
        _ commitment: Commitment, _ index: UInt64, _ state: EnvelopeState
    ) {
        switch state {
        case .open: open += 1
        case .redacted:
            open += 1
            redacted += 1
        case .restricted:
            open += 1
            restricted += 1
        case .erased(let name): erased[name, default: []].append(commitment)
        case .locked: locked.append(index)
        case .missing: missing.append(index)
        case .altered: altered.append(index)
        }
    }
}
