// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Records
import Synchronization

/// The trading day so far, brought up to date when somebody looks and at most once a second: nobody
/// looking costs nothing, and many looking cost as much as one.
package final class DayWatch: Sendable {
    private struct State {
        var date = ""
        var next: UInt64 = 0
        var looked: ContinuousClock.Instant?
        var reader = DayReader()
    }

    /// What somebody sees of the day.
    package struct View: Sendable {
        package let date: String
        package let figures: DayFigures
        package let rows: [BlotterRow]
        package let records: UInt64
        package let errors: UInt64
        package let strategies: [String]
        /// The index of the next record of `audit`.
        package let next: UInt64
    }

    private let core: DaemonCore
    /// Held while the new records are read: others wait for the same answer.
    private let state: Mutex<State>

    package init(_ core: DaemonCore) {
        self.core = core
        state = Mutex(State())
    }

    /// The day as those see it who may read these strategies; nil for all. Blocks for about a
    /// microsecond for each record that is new.
    ///
    /// - Throws: what a snapshot throws.
    package func view(of strategies: Set<String>?) throws -> View {
        let ground = core.ground
        return try state.withLock { state in
            if ground.existingBooks.contains("audit"), isDue(state.looked) {
                try Self.read(ground, &state)
                state.looked = .now
            }
            let names = state.reader.byStrategy.keys.filter {
                !$0.isEmpty && strategies?.contains($0) ?? true
            }
            return View(
                date: state.date, figures: state.reader.figures(of: strategies),
                rows: state.reader.rows(of: strategies, limit: ServerLimits.blotterShown),
                records: state.reader.records, errors: state.reader.errors,
                strategies: names.sorted(), next: state.next)
        }
    }

    private func isDue(_ looked: ContinuousClock.Instant?) -> Bool {
        guard let looked else { return true }
        return ContinuousClock.now - looked >= .seconds(1)
    }

    private static func read(_ ground: Ground, _ state: inout State) throws {
        let snapshot = try ground.snapshot("audit")
        guard let live = snapshot.files.last else { return }
        if live.date != state.date || snapshot.size < state.next {
            state.reader = DayReader()
            state.date = live.date
            // A day can be in several files: after a rotation by size, or a seal.
            state.next = snapshot.range(ofDate: live.date)?.lowerBound ?? live.first
        }
        let reader = state.reader
        try snapshot.forEachLine(in: state.next..<max(state.next, snapshot.size)) { index, line in
            reader.take(index, line)
            return true
        }
        state.next = max(state.next, snapshot.size)
    }
}
