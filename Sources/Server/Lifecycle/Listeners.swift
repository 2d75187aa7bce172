// SPDX-License-Identifier: Apache-2.0

import Desk
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// The two doors of the daemon: an address of the network, and a socket for this machine's users.
struct Listeners {
    private let core: DaemonCore
    private let settings: ServerSettings

    init(_ core: DaemonCore, _ settings: ServerSettings) {
        self.core = core
        self.settings = settings
    }

    /// - Throws: `settings` for an address that others reach, without a certificate.
    static func check(_ settings: ServerSettings) throws {
        guard settings.listen.isLoopback || settings.certificate != nil else {
            throw DeskFailure(
                .settings,
                "refusing to listen at \(settings.listen.host) without TLS: tokens and records would "
                    + "cross the network in clear. Name a certificate and its key in daybook.yaml "
                    + "(server: {tls: {certificate: FILE, key: FILE}}), or listen at 127.0.0.1.")
        }
    }

    /// At the address of the settings, with TLS where they name a certificate.
    func network(_ responder: some HTTPResponder<DaemonContext>, _ signal: StartSignal) throws
        -> any Service
    {
        var server = HTTPServerBuilder.http1(configuration: channel)
        if let certificate = settings.certificate, let key = settings.key {
            server = try .tls(server, tlsConfiguration: Self.tls(certificate, key))
        }
        return Application(
            responder: responder, server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(settings.listen.host, port: settings.listen.port),
                serverName: "daybook"),
            onServerRunning: { await signal.opened(port: $0.localAddress?.port) },
            logger: core.logger)
    }

    /// At `daybook.sock` in the directory of the books.
    func local(_ responder: some HTTPResponder<DaemonContext>, _ signal: StartSignal) throws
        -> any Service
    {
        let socket = try LocalSocket(core.ground)
        let application = Application(
            responder: responder, server: .http1(configuration: channel),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socket.boundPath), serverName: "daybook"),
            onServerRunning: { [core] _ in
                do {
                    try await core.blocking { try socket.setMode() }
                } catch {
                    core.logger.error(
                        "\(DeskFailure(known: error)?.message ?? "the mode of the socket is not set")"
                    )
                }
                await signal.opened(port: nil)
            },
            logger: core.logger)
        return LocalSocketService(core: core, socket: socket, application: application)
    }

    private var channel: HTTP1Channel.Configuration {
        let patience = settings.patience
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestClockInstaller(patience)],
            idleTimeout: .seconds(ServerLimits.idleSeconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: ServerLimits.headerBytes,
                maxHeaderListSize: ServerLimits.headerBytes,
                maxHeaderFieldCount: ServerLimits.headerFields))
    }

    private static func tls(_ certificate: String, _ key: String) throws -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
            guard !chain.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
        } catch {
            throw DeskFailure(
                .settings, "\(certificate) has no certificate that can be read, in the form of PEM")
        }
        let own: NIOSSLPrivateKey
        do {
            own = try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw DeskFailure(
                .settings, "\(key) has no private key that can be read, in the form of PEM")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(own))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw DeskFailure(
                .settings, "\(key) is not the key of the certificate \(certificate)")
        }
        return configuration
    }
}
