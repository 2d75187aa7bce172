// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Book
import Desk
import NIOCore
import NIOHTTP1
import Records
import Synchronization
import Testing

@testable import Server

/// A live tail that is being read.
private final class Tail: Sendable {
    private let text = Mutex("")
    private let isOver = Mutex(false)

    var seen: String { text.withLock { $0 } }
    var hasEnded: Bool { isOver.withLock { $0 } }

    /// Reads until the task is cancelled.
    func read(
        _ daemon: ServerSandbox, _ query: String, as role: Role, lastEventID: String? = nil
    ) async {
        var request = HTTPClientRequest(url: "\(daemon.base)/v1/tail?\(query)")
        request.headers.add(name: "authorization", value: "Bearer \(daemon.tokens[role] ?? "")")
        if let lastEventID { request.headers.add(name: "last-event-id", value: lastEventID) }
        do {
            let answer = try await ServerSandbox.client.execute(request, timeout: .seconds(60))
            for try await chunk in answer.body {
                text.withLock { $0 += String(buffer: chunk) }
            }
        } catch {}
        isOver.withLock { $0 = true }
    }

    /// Waits until the stream has so many of these.
    func wait(for count: Int, _ piece: String) async throws -> Bool {
        for _ in 0..<1_200 {
            if seen.components(of: piece) >= count { return true }
            try await Task.sleep(for: .milliseconds(25))
        }
        return false
    }

    /// The id of the last event.
    var lastID: String {
        seen.split(separator: "\n").last { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) }
            ?? ""
    }
}

extension String {
    fileprivate func components(of piece: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: piece) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}

@Suite struct TailTests {
    @Test("records come as they are written, those that pass, each with its place")
    func live() async throws {
        try await ServerSandbox.run { daemon in
            let tail = Tail()
            let reading = Task {
                await tail.read(daemon, "q=event_type:order_filled", as: .auditor)
            }
            let isThere4 = try await tail.wait(for: 1, "event: ready")
            #expect(isThere4)
            try Sample.append(Sample.orders(3, strategy: "alpha"), daemon.ground)
            let isThere5 = try await tail.wait(for: 3, "data: {\"book\":\"audit\",\"index\":")
            #expect(isThere5)
            #expect(!tail.seen.contains("order_pending"))
            reading.cancel()
        }
    }

    @Test("who comes back goes on behind the last event, with nothing missed and nothing twice")
    func resume() async throws {
        try await ServerSandbox.run { daemon in
            let first = Tail()
            let reading = Task { await first.read(daemon, "q=asset:AAPL", as: .auditor) }
            let isThere6 = try await first.wait(for: 1, "event: ready")
            #expect(isThere6)
            try Sample.append(Sample.orders(3, strategy: "alpha"), daemon.ground)
            let isThere7 = try await first.wait(for: 12, "\"record\":")
            #expect(isThere7)
            let id = first.lastID
            reading.cancel()
            try Sample.append(Sample.orders(4, strategy: "alpha"), daemon.ground)
            let second = Tail()
            let again = Task {
                await second.read(daemon, "q=asset:AAPL", as: .auditor, lastEventID: id)
            }
            let isThere8 = try await second.wait(for: 1, "event: ready")
            #expect(isThere8)
            #expect(second.seen.components(of: "\"record\":") == 16)
            try Sample.append(Sample.order(9, strategy: "alpha"), daemon.ground)
            let isThere9 = try await second.wait(for: 20, "\"record\":")
            #expect(isThere9)
            again.cancel()
        }
    }

    @Test("a trader sees what comes from their strategies; chat needs its rights")
    func rights() async throws {
        try await ServerSandbox.run { daemon in
            let answer1 = try await daemon.get("/v1/tail", as: .writer)
            #expect(answer1.status == 403)
            let answer2 = try await daemon.get("/v1/tail?books=chat&reason=why%20not", as: .auditor)
            #expect(answer2.status == 403)
            let answer3 = try await daemon.get("/v1/tail?q=*%20%7C%20stats%20count()", as: .auditor)
            #expect(answer3.status == 400)
            let tail = Tail()
            let reading = Task { await tail.read(daemon, "", as: .trader) }
            let isThere10 = try await tail.wait(for: 1, "event: ready")
            #expect(isThere10)
            try Sample.append(Sample.order(1, strategy: "beta"), daemon.ground)
            try Sample.append(Sample.order(2, strategy: "alpha"), daemon.ground)
            let isThere11 = try await tail.wait(for: 2, "\"record\":")
            #expect(isThere11)
            #expect(!tail.seen.contains("beta"))
            reading.cancel()
        }
    }

    @Test("many look on at once, and a rotation of the book loses nothing")
    func many() async throws {
        try await ServerSandbox.run { daemon in
            let tails = (0..<60).map { _ in Tail() }
            let readings = tails.map { tail in
                Task { await tail.read(daemon, "q=event_type:order_filled", as: .auditor) }
            }
            for tail in tails {
                let isThere = try await tail.wait(for: 1, "event: ready")
                #expect(isThere)
            }
            try Sample.append(Sample.orders(2, strategy: "alpha"), daemon.ground)
            let book = try daemon.ground.open("audit")
            try book.rotate()
            try book.close()
            try Sample.append(Sample.orders(2, strategy: "alpha"), daemon.ground)
            for tail in tails {
                let isThere = try await tail.wait(for: 4, "\"record\":")
                #expect(isThere)
            }
            for reading in readings { reading.cancel() }
        }
    }

    @Test("all come back at once, as after a restart, and none is refused")
    func back() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.orders(20, strategy: "alpha"), ground)
        } _: { daemon in
            let tails = (0..<60).map { _ in Tail() }
            let readings = tails.map { tail in
                Task {
                    await tail.read(
                        daemon, "q=event_type:order_filled", as: .auditor, lastEventID: "audit=0")
                }
            }
            for tail in tails {
                let isThere = try await tail.wait(for: 1, "event: ready")
                #expect(isThere, "\(tail.seen.prefix(200))")
                #expect(tail.seen.components(of: "\"record\":") == 20)
            }
            for reading in readings { reading.cancel() }
        }
    }

    @Test("a token that is revoked ends the tail")
    func revoked() async throws {
        try await ServerSandbox.run { daemon in
            let tail = Tail()
            let reading = Task { await tail.read(daemon, "", as: .auditor) }
            let isThere12 = try await tail.wait(for: 1, "event: ready")
            #expect(isThere12)
            for token in daemon.store.all where token.name == "the-auditor" {
                _ = try daemon.store.revoke(token.id)
            }
            for _ in 0..<600 where !tail.hasEnded {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(tail.hasEnded)
            reading.cancel()
        }
    }
}
