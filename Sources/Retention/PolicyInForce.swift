// SPDX-License-Identifier: Apache-2.0

package import Book
internal import Records

/// The policy that binds a book: the one that was accepted last, and the record that says so.
///
/// `daybook.yaml` proposes; only an accepted change binds. On disk, `<book>/retention`
/// (docs/format/directory.md), it is one line of JSON that points at the record; a file that says
/// anything else than its record does binds nobody.
package struct PolicyInForce: Sendable, Equatable {
    package var policy: DayPolicy
    /// Index of the record `retention_changed` that made it binding; nil for the default, which no
    /// one had to accept.
    package var record: UInt64?

    /// What holds without a word: everything is kept.
    package static let standard = PolicyInForce(policy: DayPolicy(), record: nil)

    static func path(_ place: BookPlace) -> String { "\(place.directory)/retention" }

    /// Reads what binds a book.
    ///
    /// - Throws: `damaged` when the file and its record do not agree.
    package static func load(_ place: BookPlace) throws(BookError) -> PolicyInForce {
        let path = path(place)
        let bytes: [UInt8]?
        do throws(DiskError) {
            bytes = try place.disk.contents(of: path, limit: Limits.policyBytes)
        } catch {
            throw BookError(error)
        }
        guard let bytes else { return standard }
        guard let found = PolicyInForce(decoding: bytes), let record = found.record else {
            throw damaged(path, "it is not readable")
        }
        let snapshot = try BookSnapshot(place)
        // A record that was pruned itself has been checked as long as it was there.
        guard record >= snapshot.firstKept else { return found }
        guard record < snapshot.size, found.policy.isStated(in: try snapshot.line(at: record))
        else { throw damaged(path, "record \(record) does not say the same") }
        return found
    }

    private static func damaged(_ path: String, _ why: String) -> BookError {
        BookError(
            .damaged,
            "\(path) does not bind: \(why). Nothing is pruned until `daybook retention accept` "
                + "puts a policy in force again.")
    }

    func store(_ place: BookPlace, mode: UInt32) throws(BookError) {
        do throws(DiskError) {
            try place.disk.replaceFile(Self.path(place), with: encoded(), mode: mode & 0o666)
        } catch {
            throw BookError(error)
        }
    }

    func encoded() -> [UInt8] {
        var object: JSONObject = ["keep": .string(policy.keep.description)]
        if let floor = policy.keepAtLeast { object["keep_at_least"] = .string(floor.description) }
        if let maxBytes = policy.maxBytes { object["max_size"] = .number(String(maxBytes)) }
        if let record { object["record"] = .number(String(record)) }
        return Array((JSONValue.object(object).description + "\n").utf8)
    }

    init(policy: DayPolicy, record: UInt64?) {
        self.policy = policy
        self.record = record
    }

    init?(decoding bytes: [UInt8]) {
        guard let value = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)),
            case .object(let object) = value, let keep = object.text("keep"),
            let period = KeepPeriod(keep), let record = object.unsigned("record")
        else { return nil }
        policy = DayPolicy(keep: period)
        if let text = object.text("keep_at_least") {
            guard let floor = KeepPeriod(text) else { return nil }
            policy.keepAtLeast = floor
        }
        if object["max_size"] != nil {
            guard let bytes = object.unsigned("max_size"), let maxBytes = Int(exactly: bytes) else {
                return nil
            }
            policy.maxBytes = maxBytes
        }
        self.record = record
        guard encoded() == bytes else { return nil }
    }
}

extension DayPolicy {
    /// The policy's name in records: there is one for a book's whole days.
    package static let recordName = "whole_days"

    /// Whether a line is the record that puts this policy in force.
    func isStated(in line: [UInt8]) -> Bool {
        guard let value = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)),
            case .object(let object) = value
        else { return false }
        return object.text("event") == EventKind.retentionChanged.rawValue
            && object.text("source") == "daybook" && object.text("policy") == Self.recordName
            && object.text("new_value") == description
    }
}
