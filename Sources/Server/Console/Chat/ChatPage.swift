// SPDX-License-Identifier: Apache-2.0

import Desk
import Hummingbird
import Records

/// Conversations and what was said in them, for those who may, after they said why.
struct ChatPage: RouteGroup {
    private let core: DaemonCore
    private let reasons = ReasonStore()

    init(_ core: DaemonCore) { self.core = core }

    var routes: [Route] {
        [
            Route(.get, "/chat", access: Area.chat.access, credentials: .programOrSession) {
                request, context in try await show(request, context)
            },
            Route(.post, "/chat/reason", access: Area.chat.access) { request, context in
                let caller = try context.caller
                let form = try await FormBody(request)
                guard let reason = form["reason"],
                    reason.utf8.count >= ServerLimits.reasonBytesLeast
                else {
                    return Console.answer(
                        Self.question(context, wrong: "Say in a few words why."), to: request,
                        context, status: .badRequest)
                }
                reasons.take(String(reason.prefix(500)), of: caller, at: core.ground.now)
                return Console.redirect(to: Link("/chat"))
            },
            Route(.post, "/chat/done", access: Area.chat.access) { _, context in
                reasons.forget(try context.caller)
                return Console.redirect(to: Link("/chat"))
            },
        ]
    }

    private func show(_ request: Request, _ context: DaemonContext) async throws -> Response {
        let caller = try context.caller
        let ground = core.ground(of: caller)
        guard ground.existingBooks.contains("chat") else {
            return Console.answer(Self.nothing, to: request, context)
        }
        guard let reason = reasons.reason(of: caller, at: ground.now) else {
            return Console.answer(Self.question(context), to: request, context)
        }
        let query = RequestValues(request)
        let place: ChatPlace =
            if let before = try query.text("before").flatMap({ UInt64($0) }) {
                .before(before)
            } else if let after = try query.text("after").flatMap({ UInt64($0) }) {
                .after(after)
            } else { .newest }
        let platform = try query.text("platform") ?? ""
        let chosen = try query.text("conversation").map {
            ChatMessage.Conversation(platform: platform, name: $0)
        }
        let stretch = try await core.blocking {
            let reader = try ChatReader(ground)
            return try reader.pager.page(place, of: chosen) { range in
                // That they are read is on the disk before the first of them is opened.
                try ground.recordChatViewing(range, reason: reason)
                return try reader.read(range)
            }
        }
        let view = ChatView(stretch, place: place, reason: reason, context: context)
        return Console.answer(view.page, to: request, context)
    }

    // MARK: - Before

    private static var nothing: Page {
        Page("Chat", in: .chat) {
            Tag.section(.class("card")) {
                Part.empty(
                    .chat, "No messages yet",
                    "Chat logs come in with `daybook import chat`, and free text with `daybook run`."
                )
            }
        }
    }

    private static func question(_ context: DaemonContext, wrong: String? = nil) -> Page {
        Page(
            "Chat", in: .chat, lead: "What people wrote is sealed. Opening it is recorded.",
            width: .reading
        ) {
            Part.card("Why do you read it?") {
                Tag.p(.class("muted")) {
                    "Your reason is kept with your name in a record of the book audit, each time "
                        + "you open messages. The people who wrote them can ask who read them. It is "
                        + "asked once for each session."
                }
                Form.post("/chat/reason", context) {
                    Form.text(
                        "reason", "Reason", hint: "Such as: surveillance sample, week 47.",
                        wrong: wrong, isRequired: true)
                    Tag.div { Form.button("Open the messages") }
                }
            }
        }
    }
}

extension Ground {
    /// Keeps a record that messages are about to be opened, and why.
    fileprivate func recordChatViewing(_ range: Range<UInt64>, reason: String) throws {
        try keepHouse(
            .recordViewed,
            [
                "book": "chat", "first_index": .number(String(range.lowerBound)),
                "record_count": .number(String(range.count)), "opened": true,
                "viewed_by": .string(userName), "purpose": .string(reason),
            ], sealing: ["viewed_by", "purpose"])
    }
}
