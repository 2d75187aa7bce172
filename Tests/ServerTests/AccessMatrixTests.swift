// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Desk
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import Server

/// Every route, as every role and as nobody: made from the table of routes, so that a new route is in
/// it without a word here.
@Suite struct AccessMatrixTests {
    @Test("every route lets in the roles that it states, and nobody else", .timeLimit(.minutes(5)))
    func matrix() async throws {
        try await ServerSandbox.run { daemon in
            let core = DaemonCore(daemon.ground, logger: Logger(label: "test"))
            let routes = Daemon.table(core).routes
            #expect(routes.count > 5)
            var callers: [Role?] = [nil]
            for role in Role.allCases { callers.append(role) }
            for route in routes {
                for role in callers {
                    try await check(route, role, daemon)
                }
            }
            #expect(
                Set(routes.compactMap(\.operation?.id)).count
                    == routes.compactMap(\.operation).count)
            let health = try await daemon.get("/healthz")
            #expect(health.status == 200)
        }
    }

    private func check(_ route: Route, _ role: Role?, _ daemon: ServerSandbox) async throws {
        let (status, text) = try await ask(route, role, daemon)
        let what = "\(route.method.rawValue) \(route.path) as \(role?.rawValue ?? "nobody")"
        // An answer to HEAD has no words; a browser gets a page, or is sent to one that it may see.
        let isWordless =
            status == 403 && (route.method == .head || text.hasPrefix("<!doctype html>"))
        let isRefusedByRole = text.contains("this is for the roles") || isWordless
        if status == 303, route.operation == nil { return }
        #expect(status != 500, "\(what): \(text)")
        guard case .roles(let wanted) = route.access else {
            #expect(!isRefusedByRole, "\(what)")
            return
        }
        guard let role else {
            #expect(status == 401, "\(what)")
            return
        }
        if wanted.contains(role) {
            #expect(status != 401 && !isRefusedByRole, "\(what): \(status)")
        } else {
            #expect(status == 403 && isRefusedByRole, "\(what): \(status)")
        }
    }

    /// The status, and the text of a refusal. Answers that go on for ever are not waited for.
    private func ask(_ route: Route, _ role: Role?, _ daemon: ServerSandbox) async throws -> (
        Int, String
    ) {
        let path = route.path.split(separator: "/").map { part in
            part.hasPrefix("{") ? "x" : String(part)
        }.joined(separator: "/")
        var request = HTTPClientRequest(url: daemon.base + "/" + path)
        request.method = .RAW(value: route.method.rawValue)
        // A page and an operation may share a place: whoever takes HTML gets the page.
        let isShared = route.path == "/" && route.operation == nil
        request.headers.add(name: "accept", value: isShared ? "text/html" : "*/*")
        // Answers are not always read to their end, and their connection is then of no use.
        request.headers.add(name: "connection", value: "close")
        if let role, let token = daemon.tokens[role] {
            request.headers.add(name: "authorization", value: "Bearer \(token)")
        }
        let response = try await ServerSandbox.client.execute(request, timeout: .seconds(60))
        guard [401, 403, 500].contains(response.status.code) else {
            return (Int(response.status.code), "")
        }
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return (Int(response.status.code), String(decoding: bytes.readableBytesView, as: UTF8.self))
    }
}
