// SPDX-License-Identifier: Apache-2.0

public import Logging
internal import Records

/// A backend of swift-log that records into a Daybook.
///
/// ```swift
/// let daybook = try Daybook(directory: "logs")
/// LoggingSystem.bootstrap { DaybookLogHandler(label: $0, daybook: daybook) }
///
/// let log = Logger(label: "desk")
/// log.info("order_filled", metadata: ["order_id": "o-1", "fill_price": "150.25"])   // audit
/// log.info("momentum_threshold", metadata: ["asset": "AAPL", "ticks": "\(12)"])     // audit
/// log.info("connected to the feed")                                                 // chat
/// ```
///
/// - A call is an event of `audit` when its metadata has `event_type` or `event`, when its message
///   is a name of the vocabulary, or when its message is one word and it has metadata. Anything
///   else is a sentence and goes to `chat` as `terminal_output` with `logger` and `message`:
///   `audit` takes no free text.
/// - Metadata become fields, sorted by name; nested ones objects and arrays. Of the same key the
///   call's own wins over the logger's, and that over the provider's.
/// - `trace` and `debug` are recorded as debug, `info` and `notice` as info.
/// - Everything is masked. A call waits only for room in the queue, except `critical`, which also
///   waits until its record is with the operating system, since a crash may be what comes next.
public struct DaybookLogHandler: LogHandler {
    private let label: String
    private let daybook: Daybook
    private let tellsPlace: Bool

    /// The level below which nothing is recorded.
    public var logLevel: Logger.Level
    /// What every call's metadata begin with.
    public var metadata: Logger.Metadata
    /// Where metadata of the task at hand come from.
    public var metadataProvider: Logger.MetadataProvider?

    /// A handler.
    ///
    /// - Parameters:
    ///   - label: the logger's name, recorded as `logger`.
    ///   - daybook: where records go. Closing it is yours to do.
    ///   - logLevel: the level below which nothing is recorded.
    ///   - tellsPlace: whether records tell `module`, `file`, `function` and `line` of the call.
    ///   - metadataProvider: where metadata of the task at hand come from.
    public init(
        label: String, daybook: Daybook, logLevel: Logger.Level = .info, tellsPlace: Bool = false,
        metadataProvider: Logger.MetadataProvider? = LoggingSystem.metadataProvider
    ) {
        self.label = label
        self.daybook = daybook
        self.logLevel = logLevel
        self.tellsPlace = tellsPlace
        self.metadataProvider = metadataProvider
        metadata = [:]
    }

    /// One value of the logger's own metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Records one call.
    public func log(event: LogEvent) {
        let record = record(of: event)
        guard event.level == .critical else {
            daybook.record(record)
            return
        }
        do throws(DaybookError) {
            try daybook.append(record, durability: .written)
        } catch {
            // Counts it where it cannot be taken in; there is nobody to throw to.
            daybook.record(record)
        }
    }

    /// The event that a call becomes.
    func record(of call: LogEvent) -> Event {
        var merged = metadataProvider?.get() ?? [:]
        if !metadata.isEmpty { merged.merge(metadata) { $1 } }
        if let own = call.metadata { merged.merge(own) { $1 } }
        var fields = MetadataFields.fields(merged)
        if let error = call.error { fields += LogEvents.fields(of: error) }
        var record = LogEvents.event(
            call.message.description, level: Level(call.level), fields: fields, logger: label,
            isNamed: false)
        if tellsPlace {
            record.set("module", .string(call.source))
            record.set("file", .string(call.file))
            record.set("function", .string(call.function))
            record.set("line", .integer(Int64(call.line)))
        }
        return record
    }
}

extension Level {
    /// The level of a record for one of swift-log.
    init(_ level: Logger.Level) {
        switch level {
        case .trace, .debug: self = .debug
        case .info, .notice: self = .info
        case .warning: self = .warning
        case .error: self = .error
        case .critical: self = .critical
        }
    }
}
