// SPDX-License-Identifier: Apache-2.0

import Book
import Clearing
import Desk

/// The policies that what a program under `run` recorded makes run, once it has ended.
///
/// Never changes how the program ended: what fails is said, and waits for the next `retain run`.
struct RunTriggers {
    private let place: PlaceOptions
    /// Where each book ended before the program began.
    private let sizes: [String: UInt64]

    init(_ place: PlaceOptions) {
        self.place = place
        var sizes: [String: UInt64] = [:]
        if let ground = try? Ground(place) {
            for book in ground.existingBooks { sizes[book] = try? ground.snapshot(book).size }
        }
        self.sizes = sizes
    }

    /// Runs them, for what is due already. Costs nothing where nothing was ever sealed.
    func runDue() {
        do {
            let ground = try Ground(place)
            guard try ground.houseVault() != nil else { return }
            var watcher = try RetainWatcher(RetainDesk(ground))
            guard !watcher.isEmpty else { return }
            for book in ground.existingBooks { watcher.begin(book, at: sizes[book] ?? 0) }
            try watcher.recall()
            try watcher.look()
            try watcher.run(isEnd: true) { RetainDesk.say($0, isAside: true) }
        } catch {
            Terminal.complain(DeskFailure(known: error)?.message ?? "\(error)")
        }
    }
}
