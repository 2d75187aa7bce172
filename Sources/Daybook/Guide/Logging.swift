// SPDX-License-Identifier: Apache-2.0

internal import Masking
public import Records

// The audit logging that users of RustyBT know, by its names and with its defaults. What differs:
// records are masked in nested values and in texts too, they go into a tamper-evident book, and
// prices are decimal strings.

/// Chooses where events go, for all loggers of the process.
///
/// ```swift
/// try configureLogging(logDir: "./logs", logLevel: "INFO")
/// let log = getLogger("strategy")
/// log.info("order_submitted", ["order_id": "order-00000001", "price": "150.25"])
/// ```
///
/// Blocks for the disk. Calling it again is fine: the same directory and file stay open, others
/// are closed properly. When it throws, everything is as before.
///
/// - Parameters:
///   - logDir: the directory of the books; `daybook.yaml` in it holds the settings.
///   - logLevel: DEBUG, INFO, WARNING, ERROR or CRITICAL, in any case; lower levels go nowhere.
///   - logToConsole: whether to show events on standard output: readable and coloured on a
///     terminal, JSON in a pipe; `NO_COLOR` is honoured. Masked as in the book.
///   - logToFile: whether to record events.
///   - fileName: the name of the live file of `audit`, such as `rustybt.log`; that of the
///     settings (`audit.log`) when nil.
///   - keysDirectory: where signing keys are. `$DAYBOOK_KEYS` when nil, else
///     `~/.config/daybook/keys`.
/// - Throws: `setting` for a level that is none, naming those there are, or for a fault in
///   `daybook.yaml`; what opening a Daybook throws.
public func configureLogging(
    logDir: String = "./logs", logLevel: String = "INFO", logToConsole: Bool = true,
    logToFile: Bool = true, fileName: String? = nil, keysDirectory: String? = nil
) throws(DaybookError) {
    guard let level = Level.allCases.first(where: { $0.upperName == logLevel.uppercased() }) else {
        throw DaybookError(
            .setting,
            "The log level \"\(logLevel)\" is none of "
                + Level.allCases.map(\.upperName).joined(separator: ", ") + ".")
    }
    let directory = DefaultPlaces.tidy(logDir)
    try LoggingCenter.shared.configure(
        logToFile ? .init(directory: directory, fileName: fileName) : nil, keys: keysDirectory,
        level: level, console: logToConsole ? .standard() : nil)
}

/// A logger whose calls are events; see ``BoundLogger``.
///
/// - Parameter name: recorded as `logger` unless it is empty.
public func getLogger(_ name: String = "") -> BoundLogger {
    BoundLogger(name: name)
}

/// Waits until everything logged so far is on stable storage, and closes the books. Without it
/// they are closed when the process exits normally.
///
/// - Throws: what kept the last records from stable storage.
public func closeLogging() throws(DaybookError) {
    try LoggingCenter.shared.close()
}

/// The same data with its secrets masked, in nested values and in texts too, by the rules that
/// logging uses. What is no secret keeps its value and kind.
public func maskSensitiveData(_ data: [String: FieldValue]) -> [String: FieldValue] {
    let fields = data.sorted { $0.key < $1.key }.map { Field($0.key, $0.value) }
    let masked = maskSensitiveData(Fields(fields)).list
    return Dictionary(masked.map { ($0.name, $0.value) }) { $1 }
}

/// The same fields, in their order, with their secrets masked.
public func maskSensitiveData(_ data: Fields) -> Fields {
    let object = FieldValue.object(data.list)
    let masked = LoggingCenter.shared.current.pool.withScratch { scratch in
        scratch.session.maskData(object.json)
    }
    guard case .object(let fields) = object.replaced(by: masked) else { return [:] }
    return Fields(fields)
}

extension FieldValue {
    /// This value where masking changed nothing, else what masking made of it.
    fileprivate func replaced(by masked: JSONValue) -> FieldValue {
        if json == masked { return self }
        switch (self, masked) {
        case (.object(let fields), .object(let members)):
            let own = Dictionary(fields.map { ($0.name, $0.value) }) { $1 }
            return .object(
                members.map { Field($0.key, (own[$0.key] ?? .null).replaced(by: $0.value)) })
        case (.array(let values), .array(let elements)) where values.count == elements.count:
            return .array(zip(values, elements).map { $0.replaced(by: $1) })
        case (_, .array(let elements)):
            return .array(elements.map { FieldValue.null.replaced(by: $0) })
        case (_, .object(let members)):
            return .object(members.map { Field($0.key, FieldValue.null.replaced(by: $0.value)) })
        case (_, .string(let text)): return .string(text)
        case (_, .number(let text)): return Int64(text).map { .integer($0) } ?? .string(text)
        case (_, .bool(let flag)): return .bool(flag)
        case (_, .null): return .null
        }
    }
}
