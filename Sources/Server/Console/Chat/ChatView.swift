// SPDX-License-Identifier: Apache-2.0

import Records

/// Conversations at the left, one of them at the right.
struct ChatView {
    private let stretch: ChatStretch
    private let place: ChatPlace
    private let reason: String
    private let context: DaemonContext

    init(_ stretch: ChatStretch, place: ChatPlace, reason: String, context: DaemonContext) {
        self.stretch = stretch
        self.place = place
        self.reason = reason
        self.context = context
    }

    private var chosen: ChatMessage.Conversation? { stretch.chosen }

    var page: Page {
        let all = Self.summaries(stretch.opened)
        return Page(
            "Chat", in: .chat, lead: "Reason on record: \(reason)",
            actions: Form.post("/chat/done", context, classes: "inline") {
                Form.button("Stop reading", .usual)
            }
        ) {
            Tag.div(.class("grid")) {
                Part.card(
                    "Conversations", note: Figures.count(all.count), isFlush: true,
                    classes: "third chat-list"
                ) { list(all) }
                Part.card(
                    chosen.map(Self.title) ?? "Messages", note: records, isFlush: true,
                    classes: "two-thirds", actions: pager
                ) { talk }
            }
        }
    }

    private var records: String {
        let range = stretch.range
        return range.isEmpty
            ? "no records"
            : "of records \(Figures.count(range.lowerBound)) to "
                + Figures.count(range.upperBound - 1)
    }

    private var pager: HTML {
        Tag.nav(.class("inline"), .label("Messages")) {
            if let older = stretch.older { step("Older", older) }
            if let newer = stretch.newer {
                step("Newer", newer)
                step("Newest", .newest)
            }
        }
    }

    private func step(_ title: String, _ place: ChatPlace) -> HTML {
        Tag.a(.class("button plain"), .href(link(to: chosen, place))) { title }
    }

    private func link(to conversation: ChatMessage.Conversation?, _ place: ChatPlace) -> Link {
        var query = [
            ("platform", conversation?.platform ?? ""),
            ("conversation", conversation?.name ?? ""),
        ]
        switch place {
        case .newest: break
        case .before(let index): query.append(("before", String(index)))
        case .after(let index): query.append(("after", String(index)))
        }
        return Link("/chat", query)
    }

    /// Where another conversation is looked for: in the same stretch of the book.
    private var here: ChatPlace {
        place == .newest ? .newest : .before(stretch.range.upperBound)
    }

    // MARK: - Left

    static func summaries(_ messages: [ChatMessage]) -> [ConversationSummary] {
        var found: [ChatMessage.Conversation: ConversationSummary] = [:]
        for message in messages where message.state == .shown {
            let key = message.conversation
            var summary = found[key] ?? ConversationSummary(conversation: key)
            summary.count += 1
            summary.newest = max(summary.newest ?? .min, message.instant ?? .min)
            if !message.sender.isEmpty { summary.people.insert(message.sender) }
            found[key] = summary
        }
        return found.values.sorted {
            ($1.newest ?? .min, $0.conversation.name) < ($0.newest ?? .min, $1.conversation.name)
        }
    }

    private static func title(_ conversation: ChatMessage.Conversation) -> String {
        conversation.name.isEmpty ? "Output of programs" : conversation.name
    }

    private func list(_ all: [ConversationSummary]) -> HTML {
        Tag.ul(.class("conversations"), .data("list", "")) {
            for summary in all {
                Tag.li {
                    Tag.element(
                        "a",
                        [.href(link(to: summary.conversation, here))]
                            + (summary.conversation == chosen ? [.aria("current", "true")] : []),
                        .group([
                            Tag.span(.class("between")) {
                                Tag.b { Self.title(summary.conversation) }
                                Tag.span(.class("faint")) { Figures.count(summary.count) }
                            },
                            Tag.span(.class("between faint")) {
                                Tag.span {
                                    summary.conversation.platform.isEmpty
                                        ? "daybook run" : summary.conversation.platform
                                    if !summary.people.isEmpty {
                                        " · \(Figures.count(summary.people.count, "person", "people"))"
                                    }
                                }
                                if let newest = summary.newest { Figures.time(newest, .day) }
                            },
                        ]))
                }
            }
        }
    }

    // MARK: - Right

    private var talk: HTML {
        let shown = stretch.shown
        let closed = stretch.opened.filter { $0.state != .shown }
        guard !shown.isEmpty else {
            return Part.empty(
                .chat, "Nothing to show here",
                closed.isEmpty
                    ? "There are no messages of it in this stretch of the book."
                    : "\(Figures.count(closed.count, "message")) of this stretch cannot be opened: "
                        + "erased, or restricted.")
        }
        var day = ""
        return Tag.div {
            Tag.ol(.class("talk")) {
                for message in shown {
                    let date = message.instant.map { String($0.description.prefix(10)) } ?? ""
                    Self.isNew(date, &day)
                        ? Tag.li(.class("talk-day")) { Tag.span { date } } : .empty
                    row(message)
                }
            }
            if !closed.isEmpty {
                Tag.p(.class("card-foot")) { Self.words(closed) }
            }
        }
    }

    private static func isNew(_ date: String, _ day: inout String) -> Bool {
        defer { day = date }
        return date != day
    }

    private static func words(_ closed: [ChatMessage]) -> String {
        var counts: [String: Int] = [:]
        for message in closed {
            switch message.state {
            case .shown: break
            case .erased: counts["erased", default: 0] += 1
            case .restricted: counts["restricted", default: 0] += 1
            case .closed(let word): counts[word, default: 0] += 1
            }
        }
        let parts = counts.sorted { $0.key < $1.key }.map { "\(Figures.count($0.value)) \($0.key)" }
        return "Not shown of this stretch: \(parts.joined(separator: ", "))."
    }

    private func row(_ message: ChatMessage) -> HTML {
        Tag.li(.class("talk-row")) {
            Tag.div(.class("talk-head")) {
                Tag.b { message.sender.isEmpty ? message.kind : message.sender }
                if let instant = message.instant {
                    Tag.a(.href(Paths.record("chat", message.index)), .class("faint")) {
                        Figures.time(instant, .clock)
                    }
                }
                Tag.span(.class("talk-fate")) {
                    Part.badge(message.fate, message.fateTone, title: "What becomes of it")
                }
            }
            Tag.p(.class("talk-text")) { message.text }
        }
    }
}
