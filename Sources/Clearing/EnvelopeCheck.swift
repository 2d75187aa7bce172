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

    private let session: any EnvelopeOpeningSession

    /// - Parameter opener: one that opens restricted envelopes too.
    package init(_ opener: any EnvelopeOpening) throws(BookError) {
        session = try opener.session()
    }

    /// - Throws: where lines or vault could not be read.
    package func run(
        _ snapshot: BookSnapshot, progress: (UInt64) -> Void = { _ in }
    ) throws(BookError) -> Report {
        var report = Report(book: snapshot.place.name)
        var next = snapshot.firstKept
        while next < snapshot.size {
            let end = min(next + UInt64(Limits.selectionRecords), snapshot.size)
            let found = try SealedPlaces(snapshot, in: next..<end)
            try session.open(found.commitments) { place, state, _ in
                report.note(found.commitments[place], found.indexes[place], state)
            }
            next = end
            progress(report.count)
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
