// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Daybook
import NIOCore
import NIOHTTP1
import NIOSSL
import Records

/// Asks a provider. Seldom, so each time with a client of its own, which holds no connection after.
struct OIDCWeb: Sendable {
    /// Why it did not answer; without what it said.
    struct Failure: Error {
        let message: String
    }

    /// A PEM file with whom its certificate has to be from; nil for the machine's.
    let authorities: String?

    /// The object at an address.
    func get(_ address: String) async throws -> JSONObject {
        try await ask(HTTPClientRequest(url: address), address)
    }

    /// The object that a form is answered with.
    ///
    /// - Parameter credentials: user and password for `Basic`, as RFC 6749 encodes them.
    func post(
        _ address: String, _ form: [(String, String)], credentials: (String, String)?
    ) async throws -> JSONObject {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        if let (user, password) = credentials {
            request.setBasicAuth(username: Link.encode(user), password: Link.encode(password))
        }
        let text = form.map { Link.encode($0.0) + "=" + Link.encode($0.1) }.joined(separator: "&")
        request.body = .bytes(NIOCore.ByteBuffer(string: text))
        return try await ask(request, address)
    }

    private func ask(_ request: HTTPClientRequest, _ address: String) async throws -> JSONObject {
        let host = OIDCChoice.host(of: address)
        guard let host else { throw Failure(message: "an address of it is not https") }
        // Where a provider sends us on to is not where it said it is.
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(
            connect: .seconds(ServerLimits.providerSeconds),
            read: .seconds(ServerLimits.providerSeconds))
        if let authorities {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(authorities)
            configuration.tlsConfiguration = tls
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let answer: Result<JSONObject, any Error>
        do {
            answer = .success(try await Self.answer(request, host, client))
        } catch {
            answer = .failure(error)
        }
        try? await client.shutdown()
        return try answer.get()
    }

    private static func answer(
        _ request: HTTPClientRequest, _ host: String, _ client: HTTPClient
    ) async throws -> JSONObject {
        var request = request
        request.headers.add(name: "accept", value: "application/json")
        let bytes: NIOCore.ByteBuffer
        let status: UInt
        do {
            let response = try await client.execute(
                request, timeout: .seconds(ServerLimits.providerSeconds))
            status = response.status.code
            bytes = try await response.body.collect(upTo: ServerLimits.providerBytes)
        } catch {
            throw Failure(message: "\(host) does not answer as it should")
        }
        guard status == 200 else { throw Failure(message: "\(host) answered with \(status)") }
        guard let text = String(validating: bytes.readableBytesView, as: UTF8.self),
            let object = (try? JSONValue(parsing: text))?.objectValue
        else { throw Failure(message: "\(host) answered with something that is no JSON object") }
        return object
    }
}
