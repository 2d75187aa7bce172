// SPDX-License-Identifier: Apache-2.0

package import Desk
import Hummingbird
package import Logging
import NIOPosix
import ServiceLifecycle
package import UnixSignals

/// The daemon: one process that holds the books and answers for them.
package struct Daemon {
    private let core: DaemonCore
    private let settings: ServerSettings

    /// - Throws: `settings` when it would listen where others hear it, without a certificate.
    package init(_ ground: Ground, _ settings: ServerSettings, logger: Logger) throws {
        try Listeners.check(settings)
        core = DaemonCore(ground, logger: logger)
        self.settings = settings
        try core.gate.tokens.reload()
    }

    /// Who is let in.
    package var gate: Gate { core.gate }

    /// Everything that can be asked.
    package static func table(_ core: DaemonCore) -> RouteTable {
        ReadingRoutes.described(
            RouteTable(
                [
                    HealthRoutes(core),
                    SignInRoutes(core), OIDCRoutes(core: core), TokenRoutes(core),
                    WhoMayPage(core: core),
                    WhoAmIRoutes(core),
                    ConsolePages(core),
                ] + IngestRoutes.groups(core) + Acts.groups(core) + ReadingRoutes.groups(core)))
    }

    /// Runs until one of the signals, or until `RunningDaemon.stop`; then everything taken is synced
    /// and signed.
    ///
    /// - Parameter started: called once, when it answers.
    package func run(
        signals: [UnixSignal] = [.sigterm, .sigint],
        started: @escaping @Sendable (RunningDaemon) async -> Void = { _ in }
    ) async throws {
        core.threads.start()
        do {
            try await serve(signals, started)
        } catch {
            try? await core.ingest.close()
            try? await core.threads.shutdownGracefully()
            throw error
        }
        try await core.threads.shutdownGracefully()
    }

    private func serve(
        _ signals: [UnixSignal], _ started: @escaping @Sendable (RunningDaemon) async -> Void
    ) async throws {
        try await core.blocking { [core] in
            try core.books.open()
            try core.ingest.open()
            ExportRoutes.removeLeftOver(core)
        }
        let door = Doorkeeper(core)
        let responder = Self.table(core).router(door).buildResponder()
        let listeners = Listeners(core, settings)
        let isTLS = settings.certificate != nil
        let signal = StartSignal(listeners: 2, settings.listen) { [core] running in
            core.gate.opened(running.address, isTLS: isTLS, core)
            await started(running)
        }
        // The books come first, so that they are closed last.
        var services: [any Service] = [
            BooksService(core: core),
            RetentionService(core: core, seconds: settings.retainSeconds),
            SourcesService(core: core),
            ReloadService(core: core), JobsService(core: core),
            TokensService(core: core), DenialService(core: core), SpoolService(core: core),
            try listeners.local(responder, signal), try listeners.network(responder, signal),
        ]
        if let path = settings.control {
            let peers = Peers(core)
            services.append(
                ControlService(core: core, path: path, program: try ControlService.program()) {
                    peers.known($0)
                })
        }
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: signals, logger: core.logger)
        configuration.maximumGracefulShutdownDuration = .seconds(ServerLimits.shutdownSeconds)
        let group = ServiceGroup(configuration: configuration)
        signal.take(group)
        try await group.run()
    }
}

/// Closes the books when everything that uses them has ended.
struct BooksService: Service {
    let core: DaemonCore

    func run() async throws {
        try? await gracefulShutdown()
        try await core.ingest.close()
        try await core.blocking { [core] in try core.books.close() }
    }
}

/// Where the daemon listens.
package struct ListenAddress: Sendable, Hashable {
    package let host: String
    package let port: Int

    /// What nobody changed: this machine alone.
    package static let standard = ListenAddress(host: "127.0.0.1", port: 7370)

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Parses `host:port`, `[::1]:port` or `:port`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        self.init(host: host.isEmpty ? "0.0.0.0" : host, port: port)
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}
