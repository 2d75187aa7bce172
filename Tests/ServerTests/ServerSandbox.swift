// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Desk
import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import Records
import Synchronization
import Testing

@testable import Server

/// A daemon in this process, at a free port of this machine, over a fresh directory with keys, and a
/// token of each role.
///
/// ```swift
/// try await ServerSandbox.run { daemon in
///     let answer = try await daemon.get("/v1/holds", as: .auditor)
///     #expect(answer.status == 200)
/// }
/// ```
final class ServerSandbox: Sendable {
    let directory: URL
    let ground: Ground
    /// `http://127.0.0.1:34567`, without a slash at its end.
    let base: String
    /// The text of a token for each role; their principals are called `the-writer` and so on.
    let tokens: [Role: String]
    let store: TokenStore
    /// Who is let in.
    let gate: Gate
    private let running: RunningDaemon

    var logs: String { ground.logs }
    var keys: String { ground.keys }

    private init(
        _ directory: URL, _ ground: Ground, _ tokens: [Role: String], _ store: TokenStore,
        _ gate: Gate, _ running: RunningDaemon
    ) {
        self.gate = gate
        self.directory = directory
        self.ground = ground
        self.tokens = tokens
        self.store = store
        self.running = running
        base = "http://\(running.address.host):\(running.address.port)"
    }

    /// The same with TLS, by a name that its certificate has.
    var secureBase: String { "https://localhost:\(running.address.port)" }

    /// Starts a daemon, has it used, ends it and removes everything.
    ///
    /// - Parameters:
    ///   - settings: the text of daybook.yaml.
    ///   - account: the chat account of the trader, as `platform:name`.
    ///   - strategies: those of the trader.
    ///   - prepare: called before the daemon starts, for instance to fill the books.
    static func run(
        settings: String = "", account: String? = "slack:trader",
        strategies: Set<String> = ["alpha"], patience: Patience = Patience(),
        tls: (certificate: String, key: String)? = nil,
        prepare: @Sendable (Ground) throws -> Void = { _ in },
        _ body: @Sendable (ServerSandbox) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "daybook-server-\(UUID().uuidString.prefix(8))")
        let logs = directory.appending(path: "logs")
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        if !settings.isEmpty {
            try Data(settings.utf8).write(to: logs.appending(path: "daybook.yaml"))
        }
        let ground = try Ground(
            logs: logs.path(), keys: directory.appending(path: "keys").path(), voice: SilentVoice())
        try prepare(ground)
        let store = try TokenStore(ground)
        let tokens = try makeTokens(store, ground, account, strategies)
        var choice = try ServerSettings(ground, listen: "127.0.0.1:0", environment: [:])
        choice.patience = patience
        (choice.certificate, choice.key) = (tls?.certificate, tls?.key)
        let daemon = try Daemon(
            ground, choice,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let (starts, starting) = AsyncStream<RunningDaemon>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { starting.finish() }
                try await daemon.run(signals: []) { starting.yield($0) }
            }
            var found: RunningDaemon?
            for await running in starts {
                found = running
                break
            }
            // Without one, the task has failed and says why.
            guard let running = found else { return try await group.waitForAll() }
            do {
                try await body(
                    ServerSandbox(directory, ground, tokens, store, daemon.gate, running))
            } catch {
                await running.stop()
                throw error
            }
            await running.stop()
            try await group.waitForAll()
        }
    }

    private static func makeTokens(
        _ store: TokenStore, _ ground: Ground, _ account: String?, _ strategies: Set<String>
    ) throws -> [Role: String] {
        let tomorrow = Timestamp(
            microseconds: ground.now.microseconds + 86_400_000_000)
        var tokens: [Role: String] = [:]
        for role in Role.allCases {
            let isTrader = role == .trader
            tokens[role] = try store.make(
                name: "the-\(role.rawValue)", roles: [role], expires: tomorrow,
                account: isTrader ? account : nil, strategies: isTrader ? strategies : []
            ).text
        }
        return tokens
    }

    // MARK: - Asking

    /// Shows redirects instead of going after them. Lives as long as the tests.
    static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // Each live tail keeps a connection for itself; eight, as is usual, would starve the others.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 512
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// What the daemon answered.
    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        /// One object for each line.
        var lines: [String] { text.split(separator: "\n").map(String.init) }

        func json() throws -> JSONObject {
            try #require(JSONValue(parsing: text).objectValue)
        }

        /// A header by its name in small letters.
        subscript(_ name: String) -> String? { headers[name] }
    }

    /// Asks, as whoever has the token of a role, or as nobody.
    ///
    /// - Parameter path: with its query, encoded.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, as role: Role? = nil,
        headers: [String: String] = [:], body: [UInt8]? = nil
    ) async throws -> Answer {
        try await ask(at: base, method, path, as: role, headers: headers, body: body)
    }

    private func ask(
        at base: String, _ method: HTTPRequest.Method, _ path: String, as role: Role?,
        headers: [String: String], body: [UInt8]?
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = .RAW(value: method.rawValue)
        if let role, let token = tokens[role] {
            request.headers.replaceOrAdd(name: "authorization", value: "Bearer \(token)")
        }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body { request.body = .bytes(body) }
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        var answered: [String: String] = [:]
        for (name, value) in response.headers {
            answered[name.lowercased()] =
                answered[name.lowercased()].map { "\($0), \(value)" } ?? value
        }
        return Answer(
            status: Int(response.status.code), headers: answered,
            body: Array(bytes.readableBytesView))
    }

    /// The same at the local socket: without a role, as the user who runs the tests.
    func askLocally(
        _ method: HTTPRequest.Method, _ path: String, as role: Role? = nil,
        headers: [String: String] = [:], body: [UInt8]? = nil
    ) async throws -> Answer {
        let socket = try #require(
            (logs + "/daybook.sock").addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        return try await ask(
            at: "http+unix://\(socket)", method, path, as: role, headers: headers, body: body)
    }

    func get(_ path: String, as role: Role? = nil, headers: [String: String] = [:]) async throws
        -> Answer
    {
        try await ask(.get, path, as: role, headers: headers)
    }

    func post(
        _ path: String, _ body: String, as role: Role? = nil,
        type: String = "application/json", headers: [String: String] = [:]
    ) async throws -> Answer {
        var headers = headers
        if headers["content-type"] == nil { headers["content-type"] = type }
        return try await ask(.post, path, as: role, headers: headers, body: Array(body.utf8))
    }

    /// The lines of a book's live file.
    func lines(of book: String) throws -> [String] {
        let data = try Data(contentsOf: directory.appending(path: "logs/\(book).log"))
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

extension ServerSandbox {
    /// What forms of the session of a cookie send back.
    func sessionToken(_ cookie: String) -> String? {
        let value = cookie.split(separator: "=").last.map(String.init) ?? ""
        return gate.sessions.find(value)?.csrf
    }
}

extension Ground {
    /// Runs `body` with books of its own, which go with it.
    static func inFreshDirectory(_ body: (Ground) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "daybook-server-\(UUID().uuidString.prefix(8))")
        let logs = directory.appending(path: "logs")
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(
            try Ground(
                logs: logs.path(), keys: directory.appending(path: "keys").path(),
                voice: SilentVoice()))
    }
}
