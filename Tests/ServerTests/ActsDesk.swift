// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Foundation
import Intake
import Records
import Synchronization
import Testing

@testable import Server

/// A daemon over a small desk: Alice and Bob wrote in a chat, the trader is Alice, and two people
/// of compliance look after them.
final class ActsDesk: Sendable {
    let daemon: ServerSandbox
    private let second: String

    private init(_ daemon: ServerSandbox, second: String) {
        self.daemon = daemon
        self.second = second
    }

    static func run(
        settings: String = "", _ body: @Sendable (ActsDesk) async throws -> Void
    ) async throws {
        let second = Mutex("")
        try await ServerSandbox.run(
            settings: settings, account: "irc:alice",
            prepare: { ground in
                try write(ground)
                let text = try TokenStore(ground).make(
                    name: "second", roles: [.compliance], expires: .max
                ).text
                second.withLock { $0 = text }
            }
        ) { daemon in
            try await body(ActsDesk(daemon, second: second.withLock { $0 }))
        }
    }

    static let messages = [
        ("alice", "old words of mine", "2024-01-01"), ("bob", "bob answers alice", "2024-01-02"),
        ("alice", "young words", "2026-11-01"), ("bob", "all is well", "2026-11-02"),
    ]

    private static func write(_ ground: Ground) throws {
        var recorder = try Recorder(ground, source: "test", only: "chat", durability: .synced)
        for (sender, text, day) in messages {
            recorder.take(
                object: [
                    "event_type": "chat_message", "platform": "irc", "conversation": "#desk",
                    "sender": .string(sender), "text": .string(text),
                    "timestamp": .string("\(day)T10:00:00Z"),
                ], .chat)
        }
        try recorder.finish()
    }

    /// Asks as the second person of compliance.
    func second(_ path: String, _ body: String = "{}") async throws -> ServerSandbox.Answer {
        try await daemon.post(path, body, headers: ["authorization": "Bearer \(second)"])
    }

    func first(_ path: String, _ body: String = "{}") async throws -> ServerSandbox.Answer {
        try await daemon.post(path, body, as: .compliance)
    }

    /// Waits for a job that was begun, as whoever began it.
    func result(of answer: ServerSandbox.Answer, as role: Role = .compliance) async throws
        -> JSONObject
    {
        #expect(answer.status == 202, "\(answer.text)")
        let path = try #require(answer["location"])
        for _ in 0..<1_500 {
            let job = try #require(
                try await daemon.get(path, as: role).json()["job"]?.objectValue)
            if job["state"] != "running" { return job }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the job does not end")
        return JSONObject()
    }

    /// Records of the book audit of one kind.
    func records(_ kind: String) throws -> [String] {
        try daemon.lines(of: "audit").filter { $0.hasPrefix("{\"event\":\"\(kind)\"") }
    }
}

extension ActsDesk {
    /// Sends a form, and shows the page that it leads to.
    func send(_ path: String, _ body: String, as role: Role) async throws
        -> ServerSandbox.Answer
    {
        let answer = try await daemon.post(
            path, body, as: role, type: "application/x-www-form-urlencoded")
        guard answer.status == 303, let next = answer["location"] else { return answer }
        return try await daemon.get(next, as: role)
    }
}

extension JSONObject {
    /// What lies under names, one in the other.
    subscript(_ path: String...) -> JSONValue? {
        var value: JSONValue? = .object(self)
        for name in path { value = value?.objectValue?[name] }
        return value
    }
}
