// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Desk
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

@testable import Server

@Suite("TLS")
struct TLSTests {
    /// A fresh certificate for `localhost`, made by openssl, and its key.
    private struct Pair {
        let directory: URL
        var certificate: String { directory.appending(path: "cert.pem").path() }
        var key: String { directory.appending(path: "key.pem").path() }

        init() throws {
            directory = FileManager.default.temporaryDirectory
                .appending(path: "daybook-tls-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true)
            let openssl = Process()
            openssl.executableURL = URL(filePath: "/usr/bin/env")
            openssl.arguments = [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
            ]
            openssl.standardError = FileHandle.nullDevice
            try openssl.run()
            openssl.waitUntilExit()
            try #require(openssl.terminationStatus == 0, "openssl made no certificate")
        }

        func remove() { try? FileManager.default.removeItem(at: directory) }
    }

    /// Asks as a client that believes only this certificate; nil where no connection comes about.
    private func ask(
        _ url: String, believing certificate: String?, token: String? = nil, form: String? = nil
    ) async throws -> HTTPClientResponse? {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        var tls = TLSConfiguration.makeClientConfiguration()
        if let certificate { tls.trustRoots = .file(certificate) }
        configuration.tlsConfiguration = tls
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var request = HTTPClientRequest(url: url)
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let form {
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: form))
        }
        let answer = try? await client.execute(request, timeout: .seconds(20))
        try await client.shutdown()
        return answer
    }

    @Test("clients that believe the certificate are served; others, and those without TLS, are not")
    func handshake() async throws {
        let pair = try Pair()
        defer { pair.remove() }
        try await ServerSandbox.run(tls: (pair.certificate, pair.key)) { daemon in
            let token = try #require(daemon.tokens[.auditor])
            let good = try await ask(
                daemon.secureBase + "/v1/whoami", believing: pair.certificate, token: token)
            #expect(good?.status.code == 200)
            let stranger = try await ask(
                daemon.secureBase + "/v1/whoami", believing: nil, token: token)
            #expect(stranger == nil)
            let plain = try await ask(daemon.base + "/healthz", believing: nil)
            #expect(plain == nil)
            // The session is for TLS alone, under a name that no other site can set.
            let entered = try await ask(
                daemon.secureBase + "/sign-in", believing: pair.certificate, form: "token=\(token)")
            let cookie = try #require(entered?.headers.first(name: "set-cookie"))
            #expect(cookie.hasPrefix("__Host-daybook_session=") && cookie.contains("; Secure"))
        }
    }

    @Test("the key of another certificate, and files that are none, are said at the start")
    func wrong() async throws {
        let (one, other) = (try Pair(), try Pair())
        defer {
            one.remove()
            other.remove()
        }
        for (certificate, key, words) in [
            (one.certificate, other.key, "is not the key of"),
            (one.key, one.key, "no certificate"), (one.certificate, one.certificate, "no private"),
            (one.certificate, "/nowhere", "no private"),
        ] {
            await #expect {
                try await ServerSandbox.run(tls: (certificate, key)) { _ in }
            } throws: { error in
                (error as? DeskFailure)?.message.contains(words) == true
            }
        }
    }

    @Test("an address that others reach is refused without a certificate, and the words say why")
    func elsewhere() async throws {
        try await ServerSandbox.run { daemon in
            for listen in ["0.0.0.0:0", "[::]:0", "10.0.0.1:7370", ":0"] {
                let settings = try ServerSettings(daemon.ground, listen: listen, environment: [:])
                #expect {
                    try Daemon(daemon.ground, settings, logger: Logger(label: "test"))
                } throws: { error in
                    (error as? DeskFailure)?.message.contains("without TLS") == true
                }
            }
        }
    }
}
