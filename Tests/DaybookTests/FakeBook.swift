// SPDX-License-Identifier: Apache-2.0

import Book
import Masking

@testable import Daybook

/// A book without a disk that stalls and refuses when it is told to.
final class FakeBook: BookPort {
    struct State {
        var lines: [String] = []
        var refusal: BookError?
        var isStalled = false
        var isSyncStalled = false
        var syncs = 0
        var appends = 0
        var closings = 0
    }

    let state = Monitor(State())

    @discardableResult
    func append(_ records: MaskedRecords, _ durability: Durability) throws(BookError) -> UInt64 {
        let first = try state.wait { state throws(BookError) -> UInt64? in
            if let refusal = state.refusal { throw refusal }
            if state.isStalled { return nil }
            defer { state.lines += Self.opened(records) }
            state.appends += 1
            return UInt64(state.lines.count)
        }
        if durability == .synced {
            pause(nanoseconds: 5_000_000)
            state.wait { $0.isSyncStalled ? nil : () }
            state.withLock { $0.syncs += 1 }
        }
        return first
    }

    /// The lines with what waits for an envelope in the place where it was.
    private static func opened(_ records: MaskedRecords) -> [String] {
        var lines = (0..<records.count).map { records.line($0) }
        let holder = "\"sealed\":\"v1." + String(repeating: "A", count: 43) + "\""
        records.withPersonalBytes { bytes in
            for draft in records.drafts {
                let members = bytes[draft.plaintext].dropFirst().dropLast()
                if let range = lines[draft.entry].firstRange(of: holder) {
                    lines[draft.entry].replaceSubrange(
                        range, with: String(decoding: members, as: UTF8.self))
                }
            }
        }
        return lines
    }

    func checkpoint() throws(BookError) -> UInt64 { try append(MaskedRecords(), .synced) }
    func rotate() throws(BookError) -> UInt64 { 0 }
    func close() throws(BookError) { state.withLock { $0.closings += 1 } }
    var trouble: BookError? { state.withLock { $0.refusal } }
    var origin: String { "fake" }

    /// Changes the state and wakes whoever waits for it.
    func set(_ change: (inout State) -> Void) {
        state.withLock { change(&$0) }
        state.broadcast()
    }

    var lines: [String] { state.withLock { $0.lines } }

    /// Opens a Daybook over fake books.
    static func daybook(
        _ book: FakeBook, chat: FakeBook = FakeBook(), yaml: String = ""
    ) throws -> Daybook {
        let settings = try DaybookSettings(parsing: yaml, path: "daybook.yaml")
        return try Daybook(directory: "fake", keys: "fake", settings: settings, masker: .standard) {
            name, _ in
            name == "audit" ? book : chat
        }
    }
}
