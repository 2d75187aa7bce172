// SPDX-License-Identifier: Apache-2.0

internal import Records

/// What a proposal changes of the policies that bind, and whether it needs care.
package struct PolicyChange: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable {
            case added, removed, changed, moved
        }

        package let kind: Kind
        package let old: ClearPolicy?
        package let new: ClearPolicy?
        /// Whether any record may go earlier by it, or with less said before.
        package let isShorter: Bool
        /// What is different, in words.
        package let words: [String]

        package var name: String { new?.name ?? old?.name ?? "" }
    }

    package let items: [Item]
    /// Days that the change waits when it is shorter: the most that any policy asks for, so that a
    /// new one cannot hurry past an old one.
    package let graceDays: Int
    /// Whether a second person has to approve it.
    package let needsApproval: Bool

    /// Whether any record may go earlier, or with less said before. Errs towards yes.
    package var isShorter: Bool { items.contains(where: \.isShorter) }
    package var isEmpty: Bool { items.isEmpty }

    package init(from old: [ClearPolicy], to new: [ClearPolicy]) {
        var items: [Item] = []
        for (place, policy) in old.enumerated()
        where !new.contains(where: { $0.name == policy.name }) {
            // What it selected falls to the policies after it, and its rule protects no more.
            let isShorter = policy.rule != nil || place < old.count - 1
            items.append(
                Item(kind: .removed, old: policy, new: nil, isShorter: isShorter, words: []))
        }
        let order = old.map(\.name).filter { name in new.contains { $0.name == name } }
        let newOrder = new.map(\.name).filter { order.contains($0) }
        for policy in new {
            guard let before = old.first(where: { $0.name == policy.name }) else {
                items.append(
                    Item(
                        kind: .added, old: nil, new: policy, isShorter: policy.hasUpperBound,
                        words: []))
                continue
            }
            let isMoved =
                order.firstIndex(of: policy.name) != newOrder.firstIndex(of: policy.name)
            guard before != policy || isMoved else { continue }
            var words = Self.words(before, policy)
            if isMoved { words.append("another place in the list") }
            items.append(
                Item(
                    kind: before == policy ? .moved : .changed, old: before, new: policy,
                    isShorter: isMoved || Self.isShorter(before, policy), words: words))
        }
        self.items = items
        let touched = items.compactMap(\.new) + old
        graceDays = touched.map(\.graceDays).max() ?? 0
        needsApproval =
            items.contains(where: \.isShorter) && touched.contains(where: \.needsApproval)
    }

    private static func isShorter(_ old: ClearPolicy, _ new: ClearPolicy) -> Bool {
        if old.select != new.select { return true }
        switch (old.keep, new.keep) {
        case (nil, nil): break
        case (let old?, let new?): if new.isShorter(than: old) { return true }
        // The rule's end stands for a missing period, and either may be the later.
        case (nil, let new?): if new != .forever { return true }
        case (_?, nil): return true
        }
        if let rule = old.rule {
            guard new.rule == rule, old.started == new.started else { return true }
            if old.isExtended, !new.isExtended { return true }
        } else if new.rule != nil, new.keep == nil {
            return true
        }
        return (old.needsApproval && !new.needsApproval) || new.graceDays < old.graceDays
            || new.noticeDays < old.noticeDays || (new.trigger != nil && new.trigger != old.trigger)
    }

    private static func words(_ old: ClearPolicy, _ new: ClearPolicy) -> [String] {
        var words: [String] = []
        func compare(_ name: String, _ before: String, _ after: String) {
            if before != after { words.append("\(name): \(before) becomes \(after)") }
        }
        compare("select", old.select.words, new.select.words)
        compare("keep", old.keep?.description ?? "-", new.keep?.description ?? "-")
        compare("rule", old.ruleWords, new.ruleWords)
        compare("notice", "\(old.noticeDays)d", "\(new.noticeDays)d")
        compare("approval", "\(old.needsApproval)", "\(new.needsApproval)")
        compare("grace", "\(old.graceDays)d", "\(new.graceDays)d")
        compare("on", old.trigger?.matching ?? "-", new.trigger?.matching ?? "-")
        if old.trigger != new.trigger, old.trigger?.matching == new.trigger?.matching {
            words.append("on: other sources or times")
        }
        return words
    }
}

extension ClearPolicy {
    /// The rule with what bears on its period: `us.finra.4511, extended, started 2026-01-31…`.
    package var ruleWords: String {
        guard let rule else { return "-" }
        return rule + (isExtended ? ", extended" : "")
            + (started.map { ", started \($0)" } ?? "")
    }
}
