// SPDX-License-Identifier: Apache-2.0

package import Clearing
import Daybook
import Records
import Retention
import Vault

/// Which records somebody chose to clear, as they wrote it down. All that is given has to fit;
/// `keepLast` and `downTo` then take from that.
package struct ClearChoice: Sendable {
    package var book = "chat"
    /// A period, such as `90d`, by the message's own time.
    package var olderThan: String?
    /// A size, such as `500MB`: the oldest go until what is left takes so much.
    package var downTo: String?
    /// All but the newest so many.
    package var keepLast: Int?
    /// What these people wrote: names, accounts or numbers.
    package var people: [String] = []
    package var conversations: [String] = []
    package var platforms: [String] = []
    package var kinds: [String] = []
    package var matching: String?
    package var records: [UInt64] = []
    /// What this policy in force says is due.
    package var policy: String?
    /// What stands before a name in an error: `--` on the command line.
    package var mark = ""

    package init() {}

    /// Why the values are none; nil when they are well formed.
    package var problem: String? {
        let hyphen = mark.isEmpty ? "_" : "-"
        if let keepLast, keepLast < 0 {
            return "\(mark)keep\(hyphen)last counts records: 0 or more."
        }
        if let olderThan, period == nil {
            return "\(mark)older\(hyphen)than \(olderThan) is no period; 90d, 12w, 6mo, 2y are."
        }
        if let downTo, ByteSize.parse(downTo) == nil {
            return "\(mark)down\(hyphen)to \(downTo) is no size; 500MB and 1GiB are."
        }
        return nil
    }

    private var period: KeepPeriod? {
        olderThan.flatMap { KeepPeriod($0) }.flatMap { $0 == .forever ? nil : $0 }
    }

    /// The selectors with their people looked up.
    ///
    /// - Throws: `usage` when nothing was chosen, and for people whom several answer to; `noInput`
    ///   for people whom nobody answers to.
    package func selectors(in ground: Ground) throws -> Selectors {
        if let problem { throw DeskFailure(.usage, problem) }
        var scope = Scope()
        scope.platforms = platforms.map { $0.lowercased() }
        scope.conversations = conversations
        scope.kinds = kinds
        scope.matching = matching
        scope.personIDs = try people.map { try ground.onePerson($0).id.rawValue }
        var selectors = Selectors(scope: scope)
        selectors.olderThan = period
        selectors.downTo = downTo.flatMap { ByteSize.parse($0) }
        selectors.keepLast = keepLast
        selectors.indexes = Array(Set(records)).sorted()
        selectors.policy = policy
        guard !selectors.isEmpty else {
            let hyphen = mark.isEmpty ? "_" : "-"
            throw DeskFailure(
                .usage,
                "nothing was chosen, and everything would be too much. \(mark)older\(hyphen)than, "
                    + "\(mark)person and others choose; \(mark)keep\(hyphen)last 0 means all.")
        }
        return selectors
    }
}
