// SPDX-License-Identifier: Apache-2.0

import Configuration
import Daybook
package import Desk

/// How the daemon runs, once daybook.yaml, the environment and the command line were asked.
package struct ServerSettings: Sendable, Hashable {
    package var listen: ListenAddress
    /// PEM files; both or none.
    package var certificate: String?
    package var key: String?
    package var retainSeconds: Int
    /// The socket at which other users of this machine have commands run; nil for none.
    package var control: String?
    /// How slowly a request may arrive.
    package var patience = Patience()

    private static let prefix = "DAYBOOK_SERVER_"
    private static let names = [
        "DAYBOOK_SERVER_LISTEN", "DAYBOOK_SERVER_TLS_CERTIFICATE", "DAYBOOK_SERVER_TLS_KEY",
        "DAYBOOK_SERVER_RETAIN_EVERY", "DAYBOOK_SERVER_CONTROL",
    ]

    /// - Parameters:
    ///   - listen: what the command line says; it beats the environment, which beats the file.
    ///   - environment: the variables of this process.
    /// - Throws: `settings` for a value that is none, and for a variable that means nothing.
    package init(_ ground: Ground, listen: String?, environment: [String: String]) throws {
        for name in environment.keys.sorted() where name.hasPrefix(Self.prefix) {
            guard !Self.names.contains(name) else { continue }
            let nearest = Spelling.nearest(to: name, among: Self.names)
            throw DeskFailure(
                .settings,
                "the variable \(name) means nothing."
                    + (nearest.map { " Did you mean \($0)?" } ?? "") + " Known: "
                    + Self.names.joined(separator: ", "))
        }
        let choice = ground.settings.server
        let reader = ConfigReader(providers: [
            EnvironmentVariablesProvider(environmentVariables: environment),
            InMemoryProvider(values: Self.values(choice)),
        ])
        let text = listen ?? reader.string(forKey: "daybook.server.listen")
        if let text {
            guard let address = ListenAddress(text) else {
                throw DeskFailure(
                    .settings,
                    "listen: expected host:port, such as 127.0.0.1:7370")
            }
            self.listen = address
        } else {
            self.listen = .standard
        }
        certificate = reader.string(forKey: "daybook.server.tls.certificate")
        key = reader.string(forKey: "daybook.server.tls.key")
        control = reader.string(forKey: "daybook.server.control")
        let every = reader.string(forKey: "daybook.server.retain.every")
        guard let seconds = ServerChoice.seconds(every ?? "1h") else {
            throw DeskFailure(
                .settings, "DAYBOOK_SERVER_RETAIN_EVERY: expected a time such as 15m or 1h")
        }
        retainSeconds = seconds
    }

    private static func values(_ choice: ServerChoice) -> [AbsoluteConfigKey: ConfigValue] {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        func set(_ key: [String], _ value: String?) {
            guard let value else { return }
            values[AbsoluteConfigKey(key)] = ConfigValue(.string(value), isSecret: false)
        }
        set(["daybook", "server", "listen"], choice.listen)
        set(["daybook", "server", "tls", "certificate"], choice.certificate)
        set(["daybook", "server", "tls", "key"], choice.key)
        set(["daybook", "server", "control"], choice.control)
        set(["daybook", "server", "retain", "every"], "\(choice.retainSeconds)s")
        return values
    }
}
