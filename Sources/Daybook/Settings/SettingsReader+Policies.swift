// SPDX-License-Identifier: Apache-2.0

internal import Records
internal import Retention
internal import Yams

extension SettingsReader {
    /// The `policies` list.
    mutating func policies(_ place: Place) -> [ClearPolicy] {
        var policies: [ClearPolicy] = []
        for element in elements(of: place) {
            guard let policy = clearPolicy(element) else { continue }
            if policies.contains(where: { $0.name == policy.name }) {
                note(element, "there is a policy \(policy.name) already; names are unique")
            }
            policies.append(policy)
        }
        return policies
    }

    private mutating func clearPolicy(_ place: Place) -> ClearPolicy? {
        let members = members(
            of: place,
            known: [
                "name", "select", "keep", "rule", "extended", "started", "then", "notice",
                "approval", "grace", "on",
            ])
        guard let namePlace = members["name"] else {
            note(place, "a policy needs a `name`, by which records and people speak of it")
            return nil
        }
        guard let name = policyName(namePlace) else { return nil }
        var policy = ClearPolicy(name: name, select: Scope())
        if let member = members["select"] { policy.select = scope(member) }
        if let member = members["keep"] { policy.keep = period(member) }
        rule(of: &policy, members)
        if policy.keep == nil, policy.rule == nil {
            note(place, "a policy needs a `keep`, such as 90d, or a `rule`, or both")
        }
        if let member = members["then"] { then(member) }
        if let member = members["notice"], let days = waitDays(member) { policy.noticeDays = days }
        if let member = members["grace"], let days = waitDays(member) { policy.graceDays = days }
        if let member = members["approval"], let flag = flag(member) { policy.needsApproval = flag }
        if let member = members["on"] { policy.trigger = trigger(member) }
        return policy
    }

    private mutating func policyName(_ place: Place) -> String? {
        let expected = "a name of letters, digits, - and _, such as chat-90d"
        guard let text = text(place, expected: expected) else { return nil }
        let isName =
            !text.isEmpty && text.utf8.count <= DaybookLimits.bookNameBytes
            && text.utf8.allSatisfy { byte in
                byte | 0x20 &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
        guard isName else {
            note(place, "expected \(expected)")
            return nil
        }
        return text
    }

    /// `rule`, `extended` and `started`: what the law demands of the records.
    private mutating func rule(of policy: inout ClearPolicy, _ members: [String: Place]) {
        var known: Rule?
        if let member = members["rule"],
            let id = text(member, expected: "the id of a rule; `daybook policy rules` lists them")
        {
            known = RuleCatalog.standard[id: id]
            if let known {
                policy.rule = id
                if known.period == nil {
                    note(member, "this rule demands no period, so nothing can be kept for it")
                }
            } else {
                let ids = RuleCatalog.standard.rules.map(\.id)
                let hint = Spelling.nearest(id, among: ids).map { "did you mean \"\($0)\"? " } ?? ""
                note(member, "there is no rule \"\(id)\"; \(hint)`daybook policy rules` lists them")
            }
        }
        if let member = members["extended"], let flag = flag(member) {
            policy.isExtended = flag
            if flag, known?.extended == nil {
                note(member, "no longer period is known of this rule")
            }
        }
        if let member = members["started"] {
            policy.started = instant(member)
            if policy.rule == nil { note(member, "without a `rule` nothing counts from it") }
        }
    }

    private mutating func then(_ place: Place) {
        guard let word = text(place, expected: "erase") else { return }
        switch word {
        case "erase": break
        case "anonymize":
            note(place, "anonymize is not available yet; `then: erase` is")
        default: note(place, "expected erase")
        }
    }

    /// The `select` mapping: a condition is one text, or a list of texts any of which will do.
    private mutating func scope(_ place: Place) -> Scope {
        var scope = Scope()
        let members = members(
            of: place, known: ["book", "platform", "conversation", "person", "kind", "matching"])
        if let member = members["book"] {
            scope.book = text(member, expected: "the name of a book, such as chat")
            if let book = scope.book, !DaybookSettings.isBookName(book) {
                note(member, "not the name of a book: \(DaybookSettings.bookNameRule)")
            }
        }
        if let member = members["platform"] {
            scope.platforms = texts(member, "a platform, such as slack").map { $0.lowercased() }
        }
        if let member = members["conversation"] {
            scope.conversations = texts(member, "a conversation, such as #desk")
        }
        if let member = members["person"] {
            scope.people = texts(member, "a person's name, or platform:account")
        }
        if let member = members["kind"] {
            scope.kinds = texts(member, "the name of an event, such as chat_message")
        }
        if let member = members["matching"] {
            scope.matching = text(member, expected: "a filter, such as 'otc or block'")
        }
        return scope
    }

    private mutating func texts(_ place: Place, _ expected: String) -> [String] {
        if case .sequence(_) = place.node {
            return elements(of: place).compactMap { text($0, expected: expected) }
        }
        return text(place, expected: expected).map { [$0] } ?? []
    }

    /// Days that a notice or a grace period has.
    private mutating func waitDays(_ place: Place) -> Int? {
        let expected = "days or weeks up to a year, such as 7d; 0d for none"
        guard let text = text(place, expected: expected) else { return nil }
        if text == "0d" { return 0 }
        guard case .days(let days)? = KeepPeriod(text), days <= Retention.Limits.waitDaysMax else {
            note(place, "expected \(expected)")
            return nil
        }
        return days
    }

    /// A date, or an instant.
    private mutating func instant(_ place: Place) -> Timestamp? {
        let expected = "a date, such as 2026-01-31"
        guard let text = text(place, expected: expected) else { return nil }
        guard
            let instant = Timestamp(
                text.utf8.count == 10 ? "\(text)T00:00:00.000000Z" : text)
        else {
            note(place, "expected \(expected)")
            return nil
        }
        return instant
    }

    /// `on`: a filter, or a mapping with more to say.
    private mutating func trigger(_ place: Place) -> ClearPolicy.Trigger? {
        let expected = "a filter, such as 'event:system_shutdown'"
        guard case .mapping(_) = place.node else {
            return text(place, expected: expected).map { ClearPolicy.Trigger(matching: $0) }
        }
        let members = members(of: place, known: ["event", "sources", "quiet", "every"])
        guard let member = members["event"], let matching = text(member, expected: expected) else {
            note(place, "expected an `event`: \(expected)")
            return nil
        }
        var trigger = ClearPolicy.Trigger(matching: matching)
        if let member = members["sources"] { trigger.sources = texts(member, "a source") }
        if let member = members["quiet"], let time = seconds(member) { trigger.quietSeconds = time }
        if let member = members["every"], let time = seconds(member) { trigger.everySeconds = time }
        return trigger
    }

    private mutating func seconds(_ place: Place) -> Int? {
        let expected = "seconds, minutes or hours up to a day, such as 30s, 5m or 1h"
        guard let text = text(place, expected: expected) else { return nil }
        let units = ["s": 1, "m": 60, "h": 3600]
        guard let unit = units[String(text.suffix(1))], let count = Int(text.dropLast()),
            count >= 0,
            count <= 86_400 / unit
        else {
            note(place, "expected \(expected)")
            return nil
        }
        return count * unit
    }
}
