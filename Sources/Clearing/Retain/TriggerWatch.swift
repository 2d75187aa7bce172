// SPDX-License-Identifier: Apache-2.0

internal import Query
import Records
package import Retention

/// Which policies a record makes run, and when: debounced, and not too often. Decides in values.
package struct TriggerWatch {
    private struct Watched {
        let policy: String
        let trigger: ClearPolicy.Trigger
        /// Seconds at which the newest record that triggers came; nil while none waits.
        var heard: Int64?
        var cause = ""
        var ran: Int64?
    }

    private var watched: [Watched] = []

    /// - Parameter policies: those in force; only those with a trigger count.
    package init(_ policies: [ClearPolicy]) {
        watched = policies.compactMap { policy in
            policy.trigger.map { Watched(policy: policy.name, trigger: $0) }
        }
    }

    package var isEmpty: Bool { watched.isEmpty }
    /// The filters that records are compared with.
    package var filters: [String] { watched.map(\.trigger.matching) }

    /// Takes a record.
    ///
    /// - Parameters:
    ///   - facts: with the filters that it passes.
    ///   - source: whence it came. Only listed sources trigger; Daybook itself always may.
    ///   - seconds: of any clock that only goes forward.
    package mutating func hear(_ facts: RecordFacts, source: String?, at seconds: Int64) {
        for place in watched.indices {
            let trigger = watched[place].trigger
            guard facts.matched.contains(trigger.matching),
                source == "daybook" || trigger.sources.contains(where: { $0 == source })
            else { continue }
            watched[place].heard = seconds
            watched[place].cause =
                "record \(facts.index) of \(facts.book)"
        }
    }

    /// Takes that a policy ran, by another process too.
    package mutating func noteRun(of policy: String, at seconds: Int64) {
        for place in watched.indices where watched[place].policy == policy {
            watched[place].ran = seconds
        }
    }

    /// The policies to run now, each with its cause; they count as run.
    ///
    /// - Parameter isEnd: whether nothing more will come, so that nothing is waited for.
    package mutating func due(at seconds: Int64, isEnd: Bool = false) -> [(
        policy: String, cause: String
    )] {
        var due: [(String, String)] = []
        for place in watched.indices {
            let one = watched[place]
            guard let heard = one.heard else { continue }
            guard isEnd || seconds - heard >= Int64(one.trigger.quietSeconds) else { continue }
            if let ran = one.ran, seconds - ran < Int64(one.trigger.everySeconds) { continue }
            watched[place].heard = nil
            watched[place].ran = seconds
            due.append((one.policy, one.cause))
        }
        return due
    }
}
