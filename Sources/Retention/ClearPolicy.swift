// SPDX-License-Identifier: Apache-2.0

package import Records
internal import Book

/// What is kept how long, and under which rule: one entry of `policies` in daybook.yaml.
package struct ClearPolicy: Sendable, Hashable {
    /// Unique among the policies.
    package var name: String
    package var select: Scope
    /// The upper bound: past it a record is cleared. nil takes the end of the rule's period.
    package var keep: KeepPeriod?
    /// The rule that the selected records are under, by its id: the lower bound.
    package var rule: String?
    /// Whether an authority asked for the rule's longer period.
    package var isExtended = false
    /// When the event that the rule counts from happened, where one instant fits all the records.
    package var started: Timestamp?
    package var then = Action.erase
    /// Days before a clear on which those concerned are told.
    package var noticeDays = Limits.noticeDays
    /// Whether a clear, and a change of this policy that shortens, needs a second person.
    package var needsApproval = false
    /// Days that a change that shortens waits.
    package var graceDays = Limits.graceDays
    /// What runs it beside the schedule.
    package var trigger: Trigger?

    package enum Action: String, Sendable, Hashable {
        case erase
    }

    /// A record that makes a policy run, for what is due already.
    package struct Trigger: Sendable, Hashable {
        /// A filter of the query language.
        package var matching: String
        /// Sources that may trigger; empty is none but Daybook itself.
        package var sources: [String] = []
        /// Seconds without another such record before it runs.
        package var quietSeconds = Limits.triggerQuietSeconds
        /// Seconds between two runs.
        package var everySeconds = Limits.triggerEverySeconds

        package init(matching: String) { self.matching = matching }
    }

    package init(name: String, select: Scope, keep: KeepPeriod? = nil, rule: String? = nil) {
        self.name = name
        self.select = select
        self.keep = keep
        self.rule = rule
    }

    /// Whether some day no record that it selects remains.
    package var hasUpperBound: Bool { keep.map { $0 != .forever } ?? (rule != nil) }
}

extension ClearPolicy {
    /// As plans and records have it; what is standard is left out.
    package var json: JSONObject {
        var object: JSONObject = ["name": .string(name), "select": .object(select.json)]
        object["keep"] = keep.map { .string($0.description) }
        object["rule"] = rule.map { .string($0) }
        if isExtended { object["extended"] = true }
        object["started"] = started.map { .string($0.description) }
        object["then"] = .string(then.rawValue)
        object["notice_days"] = .number(String(noticeDays))
        object["approval"] = .bool(needsApproval)
        object["grace_days"] = .number(String(graceDays))
        object["on"] = trigger.map { .object($0.json) }
        return object
    }

    /// Reads what `json` wrote; nil when it is none.
    package init?(_ object: JSONObject) {
        guard let name = object.text("name"),
            let select = object["select"]?.objectValue.flatMap({ Scope($0) }),
            let keep = object.period("keep"), let isExtended = object.flag("extended"),
            let started = object.instant("started"),
            let then = Action(rawValue: object.text("then") ?? ""),
            let noticeDays = object.count("notice_days", standard: Limits.noticeDays),
            let needsApproval = object.flag("approval"),
            let graceDays = object.count("grace_days", standard: Limits.graceDays)
        else { return nil }
        self.init(name: name, select: select, keep: keep.value, rule: object.text("rule"))
        self.isExtended = isExtended
        self.started = started.value
        self.then = then
        self.noticeDays = noticeDays
        self.needsApproval = needsApproval
        self.graceDays = graceDays
        if let value = object["on"] {
            guard let trigger = value.objectValue.flatMap({ Trigger($0) }) else { return nil }
            self.trigger = trigger
        }
        guard json.count == object.count else { return nil }
    }
}

extension ClearPolicy.Trigger {
    package var json: JSONObject {
        [
            "matching": .string(matching), "sources": .array(sources.map { .string($0) }),
            "quiet_seconds": .number(String(quietSeconds)),
            "every_seconds": .number(String(everySeconds)),
        ]
    }

    package init?(_ object: JSONObject) {
        guard let matching = object.text("matching"), let sources = object.texts("sources"),
            let quiet = object.count("quiet_seconds", standard: Limits.triggerQuietSeconds),
            let every = object.count("every_seconds", standard: Limits.triggerEverySeconds)
        else { return nil }
        self.init(matching: matching)
        self.sources = sources
        quietSeconds = quiet
        everySeconds = every
    }
}
