// SPDX-License-Identifier: Apache-2.0

import Book
package import Clearing
import Daybook
import Records
import Retention
import Vault

/// Looks at new records for those that trigger a policy.
package struct RetainWatcher {
    package let desk: RetainDesk
    private var triggers: TriggerWatch
    private var reader: [String: FactReader] = [:]
    private var seen: [String: UInt64] = [:]

    /// Nanoseconds between two looks: soon enough for whoever waits for a trigger.
    package static let pause: UInt64 = 500_000_000

    package init(_ desk: RetainDesk) throws {
        self.desk = desk
        let ground = desk.ground
        triggers = TriggerWatch(try ground.ledger().policies(at: ground.now))
        for book in ground.existingBooks {
            seen[book] = try ground.snapshot(book).size
            reader[book] = try FactReader(
                book: book, filters: triggers.filters, opener: nil, person: { _ in nil })
        }
    }

    package var isEmpty: Bool { triggers.isEmpty }

    /// Starts at an earlier record than the newest.
    package mutating func begin(_ book: String, at index: UInt64) { seen[book] = index }

    /// Takes what the records say of earlier runs, so that policies do not run too often.
    package mutating func recall() throws {
        let ground = desk.ground
        guard ground.existingBooks.contains("audit") else { return }
        let runs = try LedgerReader.entries(
            of: [.retainRun], in: try ground.snapshot("audit"), opener: nil)
        for run in runs {
            guard let policy = run.object["policy"]?.stringValue, let at = run.recorded else {
                continue
            }
            let age = (ground.now.microseconds - at.microseconds) / 1_000_000
            triggers.noteRun(of: policy, at: Self.seconds - age)
        }
    }

    /// Takes the records that came since the last look.
    package mutating func look() throws {
        let now = Self.seconds
        for (book, reader) in reader {
            let snapshot = try desk.ground.snapshot(book)
            let start = max(seen[book] ?? 0, snapshot.firstKept)
            guard snapshot.size > start else { continue }
            for index in start..<snapshot.size {
                let line = try snapshot.line(at: index)
                let facts = try reader.facts(of: line, at: index)
                triggers.hear(facts, source: Self.source(of: line), at: now)
            }
            seen[book] = snapshot.size
        }
    }

    /// Runs the policies that are to run, and says what became of each.
    package mutating func run(isEnd: Bool, say: ([RetainPass.Report]) -> Void) throws {
        for (policy, cause) in triggers.due(at: Self.seconds, isEnd: isEnd) {
            do {
                say(try desk.pass(only: [policy], cause: cause))
            } catch {
                desk.ground.voice.complain(DeskFailure(known: error)?.message ?? "\(error)")
            }
        }
    }

    private static var seconds: Int64 { Int64(SystemClock().monotonic() / 1_000_000_000) }

    private static func source(of line: [UInt8]) -> String? {
        guard
            case .object(let object)? = try? JSONValue(
                parsing: String(decoding: line, as: UTF8.self)),
            case .string(let source)? = object["source"]
        else { return nil }
        return source
    }
}
