// SPDX-License-Identifier: Apache-2.0

import Book
import CDaybook
import Clearing
import Desk
import Records
import Synchronization

/// Verifies the books when somebody asks, one at a time and behind everything else that the machine
/// does, and keeps what came of it.
final class VerifyDesk: Sendable {
    /// A verification that runs.
    struct Running: Sendable {
        let book: String
        let since: Timestamp
        var done: UInt64
        var total: UInt64
        /// What comes after this book.
        var waiting: [String]
    }

    /// What came of one.
    struct Result: Sendable {
        let book: String
        let at: Timestamp
        let by: String
        /// As `daybook verify --json` prints it; nil where it could not look, `failure` says why.
        let verdict: JSONObject?
        let failure: String?

        /// True for sound, false for not sound; nil where that is not known.
        var isSound: Bool? {
            if case .bool(let isSound)? = verdict?["sound"] { isSound } else { nil }
        }
    }

    private struct State {
        var running: Running?
        var results: [String: Result] = [:]
        var isLoaded = false
    }

    private let core: DaemonCore
    private let state = Mutex(State())

    init(_ core: DaemonCore) { self.core = core }

    var running: Running? { state.withLock { $0.running } }

    /// The newest result of each book. Blocks the first time: they lie in a file.
    func results() -> [Result] {
        load()
        return state.withLock { $0.results.values.sorted { $0.book < $1.book } }
    }

    /// Begins; false when one runs already.
    ///
    /// - Parameter ground: as whoever asks.
    func start(_ books: [String], _ ground: Ground) -> Bool {
        load()
        guard let first = books.first else { return false }
        let isOurs = state.withLock { state in
            guard state.running == nil else { return false }
            state.running = Running(
                book: first, since: ground.now, done: 0, total: 0, waiting: books)
            return true
        }
        guard isOurs else { return false }
        _ = Worker("verify") { [self] in
            daybook_lower_thread_priority()
            for (place, book) in books.enumerated() {
                state.withLock {
                    $0.running = Running(
                        book: book, since: ground.now, done: 0, total: 0,
                        waiting: Array(books[(place + 1)...]))
                }
                let result = verify(book, ground)
                state.withLock { $0.results[book] = result }
            }
            store()
            state.withLock { $0.running = nil }
        }
        return true
    }

    private func verify(_ book: String, _ ground: Ground) -> Result {
        do {
            var verdict = try BookVerifier(ground.place(book), threads: 1).run { done, total in
                state.withLock { state in
                    state.running?.done = UInt64(clamping: done)
                    state.running?.total = UInt64(clamping: total)
                }
            }
            let envelopes =
                verdict.isSound ? try ground.checkEnvelopes(book, &verdict, threads: 1) : nil
            return Result(
                book: book, at: ground.now, by: ground.userName, verdict: verdict.json(envelopes),
                failure: nil)
        } catch {
            return Result(
                book: book, at: ground.now, by: ground.userName, verdict: nil,
                failure: DeskFailure(known: error)?.message ?? "it could not be looked at")
        }
    }

    // MARK: - Keeping

    private var path: String { "\(core.ground.logs)/server/verified" }

    private func load() {
        guard !state.withLock({ $0.isLoaded }) else { return }
        let disk = core.ground.place("audit").disk
        let bytes = (try? disk.contents(of: path, limit: ServerLimits.verifiedBytes)) ?? nil
        let found = (bytes ?? []).split(separator: 0x0A).compactMap { line in
            (try? JSONValue(parsing: String(decoding: line, as: UTF8.self)))?.objectValue
                .flatMap { Result($0) }
        }
        state.withLock { state in
            guard !state.isLoaded else { return }
            state.isLoaded = true
            for result in found { state.results[result.book] = result }
        }
    }

    /// A result that cannot be kept is still shown until the daemon ends.
    private func store() {
        let disk = core.ground.place("audit").disk
        let lines = results().map { JSONValue.object($0.json).description + "\n" }
        let directory = path.directoryPart
        if disk.kind(of: directory) == .missing {
            try? disk.makeDirectory(directory, mode: 0o700)
        }
        try? disk.replaceFile(path, with: Array(lines.joined().utf8), mode: 0o600)
    }
}

extension VerifyDesk.Result {
    var json: JSONObject {
        var object: JSONObject = [
            "book": .string(book), "at": .string(at.description), "by": .string(by),
        ]
        object["verdict"] = verdict.map { .object($0) }
        object["failure"] = failure.map { .string($0) }
        return object
    }

    fileprivate init?(_ object: JSONObject) {
        guard let book = object["book"]?.stringValue,
            let at = object["at"]?.stringValue.flatMap({ Timestamp($0) })
        else { return nil }
        self.init(
            book: book, at: at, by: object["by"]?.stringValue ?? "",
            verdict: object["verdict"]?.objectValue, failure: object["failure"]?.stringValue)
    }
}
