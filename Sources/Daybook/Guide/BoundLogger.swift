// SPDX-License-Identifier: Apache-2.0

internal import Records

/// A logger whose calls are events: a name, and fields. `getLogger` makes one.
///
/// ```swift
/// let log = getLogger("strategy").bind(["strategy": "momentum"])
/// log.info("order_submitted", ["order_id": "order-00000001", "price": "150.25"])
/// ```
///
/// A value, and cheap to copy. It follows the newest `configureLogging`, also when it was made
/// before. Calls never throw and wait only for room in the queue; `critical` also waits until its
/// record is with the operating system.
///
/// Events go to `audit`. A text that is no name ("connected to the feed") goes to `chat` as
/// `terminal_output`.
public struct BoundLogger: Sendable {
    /// The logger's name, recorded as `logger` unless it is empty.
    public let name: String
    /// The fields that every record begins with.
    public private(set) var context: Fields

    init(name: String, context: Fields = [:]) {
        self.name = name
        self.context = context
    }

    // MARK: - Binding

    /// A logger with more fields; of equal names the new ones count.
    public func bind(_ fields: Fields) -> BoundLogger {
        var bound = self
        for field in fields.list {
            bound.context.list.removeAll { $0.name == field.name }
            bound.context.list.append(field)
        }
        return bound
    }

    /// A logger without some of its fields.
    public func unbind(_ names: String...) -> BoundLogger {
        var bound = self
        bound.context.list.removeAll { names.contains($0.name) }
        return bound
    }

    /// A logger of the same name with these fields only.
    public func new(_ fields: Fields = [:]) -> BoundLogger {
        BoundLogger(name: name).bind(fields)
    }

    // MARK: - Logging

    /// Records an event at level debug.
    public func debug(_ event: String, _ fields: Fields = [:]) { log(.debug, event, fields) }
    /// Records an event at level info.
    public func info(_ event: String, _ fields: Fields = [:]) { log(.info, event, fields) }
    /// Records an event at level warning.
    public func warning(_ event: String, _ fields: Fields = [:]) { log(.warning, event, fields) }
    /// Records an event at level error.
    public func error(_ event: String, _ fields: Fields = [:]) { log(.error, event, fields) }
    /// Records an event at level critical; on return it is with the operating system.
    public func critical(_ event: String, _ fields: Fields = [:]) { log(.critical, event, fields) }

    /// Records an event at level error, with `exception_type` and `error_message` of an error.
    public func exception(
        _ event: String, _ fields: Fields = [:], error: (any Error)? = nil
    ) {
        log(.error, event, Fields(fields.list + (error.map { LogEvents.fields(of: $0) } ?? [])))
    }

    /// Records an event at any level.
    public func log(_ level: Level, _ event: String, _ fields: Fields = [:]) {
        LoggingCenter.shared.log(level) {
            LogEvents.event(
                event, level: level, fields: bind(fields).context.list, logger: name, isNamed: true)
        }
    }
}
