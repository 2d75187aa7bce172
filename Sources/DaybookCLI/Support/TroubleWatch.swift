// SPDX-License-Identifier: Apache-2.0

import Book

/// Tells on stderr when a book waits for its disk, and when it goes on: a command that only stood
/// still would leave its user guessing.
final class TroubleWatch: Sendable {
    private let isOver = Monitor(false)
    private let watching: Worker

    init(_ books: [Book]) {
        watching = Worker("trouble") { [isOver] in
            var told: [String?] = books.map { _ in nil }
            while isOver.wait(
                nanoseconds: CommandLimits.troubleNanoseconds,
                until: { over in
                    over ? true : nil
                }) == nil
            {
                for (number, book) in books.enumerated() {
                    let trouble = book.trouble?.message
                    guard trouble != told[number] else { continue }
                    told[number] = trouble
                    let name = book.place.name
                    Terminal.complain(
                        trouble.map { "\(name) waits, and keeps what it has: \($0)" }
                            ?? "\(name) goes on")
                }
            }
        }
    }

    /// Stops watching. Safe to call twice.
    func end() {
        isOver.withLock { $0 = true }
        isOver.broadcast()
        watching.join()
    }
}
