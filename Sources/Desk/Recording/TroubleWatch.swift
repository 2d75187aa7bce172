// SPDX-License-Identifier: Apache-2.0

package import Book

/// Tells whoever waits when a book waits for its disk, and when it goes on: a command that only stood
/// still would leave its user guessing.
package final class TroubleWatch: Sendable {
    private let isOver = Monitor(false)
    private let watching: Worker

    package init(_ books: [Book], _ voice: any Voice) {
        watching = Worker("trouble") { [isOver, voice] in
            var told: [String?] = books.map { _ in nil }
            while isOver.wait(
                nanoseconds: DeskLimits.troubleNanoseconds,
                until: { over in
                    over ? true : nil
                }) == nil
            {
                for (number, book) in books.enumerated() {
                    let trouble = book.trouble?.message
                    guard trouble != told[number] else { continue }
                    told[number] = trouble
                    let name = book.place.name
                    voice.complain(
                        trouble.map { "\(name) waits, and keeps what it has: \($0)" }
                            ?? "\(name) goes on")
                }
            }
        }
    }

    /// Stops watching. Safe to call twice.
    package func end() {
        isOver.withLock { $0 = true }
        isOver.broadcast()
        watching.join()
    }
}
