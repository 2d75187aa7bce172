// SPDX-License-Identifier: Apache-2.0

/// How much a record matters, from `debug` to `critical`.
public enum Level: UInt8, Sendable, Hashable, Comparable, CaseIterable, Codable {
    case debug, info, warning, error, critical

    /// The name as written in a line: `debug`, `info`, `warning`, `error`, `critical`.
    public var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        case .critical: "critical"
        }
    }

    /// The name in capitals: `DEBUG`, `INFO`, `WARNING`, `ERROR`, `CRITICAL`.
    public var upperName: String {
        switch self {
        case .debug: "DEBUG"
        case .info: "INFO"
        case .warning: "WARNING"
        case .error: "ERROR"
        case .critical: "CRITICAL"
        }
    }

    /// The name as a literal, for writers that must not allocate.
    package var literal: StaticString {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        case .critical: "critical"
        }
    }

    /// Reads a level name in any case, with the usual relatives of other loggers: `trace`,
    /// `verbose`, `notice`, `warn`, `err`, `exception`, `crit`, `fatal`, `alert`, `emergency`.
    public init?(_ text: some StringProtocol) {
        switch text.lowercased() {
        case "debug", "trace", "verbose", "fine": self = .debug
        case "info", "information", "notice": self = .info
        case "warning", "warn": self = .warning
        case "error", "err", "exception": self = .error
        case "critical", "crit", "fatal", "alert", "emergency", "emerg", "panic": self = .critical
        default: return nil
        }
    }

    /// Orders levels by how much they matter.
    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
}
