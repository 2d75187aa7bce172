// SPDX-License-Identifier: Apache-2.0

import Book
import Desk

/// How far a long command is, on standard error: only on a terminal, and only after a second.
struct Progress {
    private let verb: String
    private let isShown = Terminal.isTerminal(Terminal.errors)
    private let start = SystemClock().monotonic()
    private var last: UInt64 = 0
    private var wasShown = false

    private static let second: UInt64 = 1_000_000_000

    init(_ verb: String) { self.verb = verb }

    /// Call as often as you like; it prints four times a second at most.
    mutating func report(_ done: UInt64, of total: UInt64?, _ noun: String) {
        guard isShown else { return }
        let now = SystemClock().monotonic()
        guard now - start > Self.second, now - last > Self.second / 4 else { return }
        last = now
        wasShown = true
        let part: String
        if let total, total > 0 {
            part = "\(min(100, done * 100 / total)) % of \(Words.count(total, noun))"
        } else {
            part = Words.count(done, noun)
        }
        clear()
        var text = "\(verb): \(part), \((now - start) / Self.second) s"
        text.withUTF8 { _ = Terminal.write($0, to: Terminal.errors) }
    }

    /// Removes the line.
    mutating func end() {
        if wasShown { clear() }
        wasShown = false
    }

    private func clear() {
        var text = "\r\u{1B}[K"
        text.withUTF8 { _ = Terminal.write($0, to: Terminal.errors) }
    }
}
