// SPDX-License-Identifier: Apache-2.0

import Desk
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Server

@Suite("Requests that arrive slowly")
struct SlowRequestTests {
    /// Collects what a server says until it closes.
    private final class Listener: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let heard = Mutex("")

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            heard.withLock { $0 += text }
        }
    }

    /// Sends the first part at once, then the second byte by byte, each in time, until the daemon
    /// closes the connection.
    ///
    /// - Returns: what it answered, and after how many seconds it closed.
    private func trickle(
        _ daemon: ServerSandbox, _ first: String,
        _ second: String = String(repeating: "x", count: 400)
    ) async throws -> (text: String, seconds: Double) {
        let listener = Listener()
        let port = try #require(daemon.base.split(separator: ":").last.flatMap { Int($0) })
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(listener)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let began = ContinuousClock.now
        try await channel.writeAndFlush(ByteBuffer(string: first))
        for byte in second.utf8 where channel.isActive {
            try? await channel.writeAndFlush(ByteBuffer(bytes: [byte]))
            try await Task.sleep(for: .milliseconds(50))
        }
        if channel.isActive { try? await channel.close() }
        return (listener.heard.withLock { $0 }, began.duration(to: .now) / .seconds(1))
    }

    private func patience() -> Patience {
        var patience = Patience()
        patience.header = .seconds(1)
        patience.body = .seconds(2)
        return patience
    }

    @Test("headers that trickle are answered with 408, and the connection is closed")
    func headers() async throws {
        try await ServerSandbox.run(patience: patience()) { daemon in
            let (text, seconds) = try await trickle(
                daemon, "GET /v1/whoami HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            #expect(text.hasPrefix("HTTP/1.1 408 "), "\(text)")
            #expect(text.contains("connection: close") && seconds < 15)
        }
    }

    @Test("so is a body that trickles, however long it says it is")
    func bodies() async throws {
        try await ServerSandbox.run(patience: patience()) { daemon in
            let token = try #require(daemon.tokens[.writer])
            let host = daemon.base.replacing("http://", with: "")
            let (text, seconds) = try await trickle(
                daemon,
                "POST /v1/records HTTP/1.1\r\nHost: \(host)\r\nAuthorization: Bearer \(token)\r\n"
                    + "Content-Length: 60000\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 408 "), "\(text)")
            #expect(seconds > 1.5 && seconds < 15)
            // Nothing of it was recorded, and others are served.
            #expect(try daemon.lines(of: "audit").allSatisfy { !$0.contains("xxxx") })
            let health = try await daemon.get("/healthz")
            #expect(health.status == 200)
        }
    }

    @Test("a connection that waits between two whole requests is left alone")
    func patient() async throws {
        try await ServerSandbox.run(patience: patience()) { daemon in
            let host = daemon.base.replacing("http://", with: "")
            let request = "GET /healthz HTTP/1.1\r\nHost: \(host)\r\n\r\n"
            let listener = Listener()
            let port = try #require(host.split(separator: ":").last.flatMap { Int($0) })
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(listener)
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            for _ in 0..<2 {
                try await channel.writeAndFlush(ByteBuffer(string: request))
                try await Task.sleep(for: .seconds(3))
                #expect(channel.isActive)
            }
            let answers = listener.heard.withLock {
                $0.components(separatedBy: "HTTP/1.1 200").count
            }
            #expect(answers == 3)
            try? await channel.close()
        }
    }
}
