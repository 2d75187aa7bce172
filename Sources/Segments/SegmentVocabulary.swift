// SPDX-License-Identifier: Apache-2.0

package import Parquet

/// Which column a field of a record goes to, and of what type: version 1.
///
/// A name's type never changes, whatever a day's values are, so that the files of many days read as
/// one table. A new version may add names that were never typed before only together with a rule for
/// older files; docs/format/segment.md lists this one.
package enum SegmentVocabulary {
    /// The version that files name in `daybook.vocabulary`.
    package static let version = 1

    /// What the values of a field are.
    package enum FieldType: Sendable, Hashable {
        /// DECIMAL(18,8), `_wide.` DECIMAL(38,18).
        case decimal
        /// TIMESTAMP(MICROS, UTC).
        case instant
        /// INT64.
        case integer
        /// STRING: a scalar's text, or canonical JSON.
        case text
    }

    /// Digits after the point of a decimal column, and of its wide companion.
    package static let decimalScale = 8
    package static let wideScale = 18

    package static let shape = "_shape"
    package static let scales = "_scales"
    package static let rest = "_rest"
    package static let line = "_line"

    /// The column for decimals of `field` that need more than (18,8).
    package static func wideName(_ field: String) -> String { "_wide." + field }

    /// The column for values of the typed `field` that its type cannot hold.
    package static func textName(_ field: String) -> String { "_text." + field }

    /// The type of the column of this name; `text` for names outside the vocabulary.
    package static func type(of name: String) -> FieldType { types[name] ?? .text }

    /// Columns that every segment has, in this order, before all others.
    package static let coreColumns = [
        "event", "event_type", "level", "timestamp", "recorded", "source",
        "order_id", "asset", "side", "order_type", "amount", "limit_price", "stop_price",
        "fill_price", "filled_amount", "commission", "strategy", "venue", "account",
        "broker_order_id", "reason",
    ]

    static let decimals = [
        "amount", "ask", "ask_price", "ask_size", "available", "average_price", "avg_price",
        "balance", "bid", "bid_price", "bid_size", "broker_amount", "cash", "cash_balance",
        "close", "commission", "cost", "cum_qty", "current_loss", "drawdown", "entry_price",
        "equity", "executed_qty", "exit_price", "exposure", "fee", "fees", "fill_price",
        "filled_amount", "filled_qty", "filled_quantity", "high", "last_price", "latency_ms",
        "latency_us", "leverage", "limit", "limit_price", "local_amount", "low", "margin",
        "margin_available", "margin_used", "mark_price", "max_drawdown", "mid_price",
        "new_amount", "new_limit_price", "new_price", "new_stop_price", "notional",
        "old_amount", "old_limit_price", "old_price", "old_stop_price", "open", "pnl",
        "portfolio_value", "position_size", "price", "profit", "px", "qty", "quantity",
        "realized_pnl", "remaining", "remaining_amount", "remaining_qty", "required", "size",
        "slippage", "spread", "stop_price", "strength", "take_profit", "threshold",
        "total_pnl", "total_value", "trigger_price", "units", "unrealized_pnl", "value",
        "volume", "vwap",
    ]

    static let instants = [
        "timestamp", "recorded", "created_at", "deadline", "expires_at", "filled_at",
        "last_message_at", "last_seen", "received_at", "sent_at", "submitted_at", "until",
        "updated_at",
    ]

    static let integers = [
        "age_ms", "break_count", "checked_count", "checkpoint_interval_seconds", "duration_ms",
        "exit_code", "expected", "first_index", "first_missing", "free_bytes", "freed_bytes",
        "heartbeat_seconds", "hit_count", "missing_count", "new_sequence_number", "offset_us",
        "old_sequence_number", "pending_orders_count", "pid", "positions_count", "received",
        "record_count", "sequence_number", "size_bytes", "step_us", "thread_id",
        "threshold_bytes", "uncertainty_us", "uptime_seconds", "wait_ms",
    ]

    static let types: [String: FieldType] = {
        var types: [String: FieldType] = [:]
        for name in decimals { types[name] = .decimal }
        for name in instants { types[name] = .instant }
        for name in integers { types[name] = .integer }
        for name in coreColumns where types[name] == nil { types[name] = .text }
        return types
    }()

    /// The vocabulary's names by what is left of them when case does not matter.
    static let folded: [String: String] = Dictionary(
        types.keys.map { ($0.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })

    /// The column that a field of this name has.
    package static func column(of name: String) -> Column {
        switch type(of: name) {
        case .decimal:
            Column(name, .int64, .decimal(precision: 18, scale: decimalScale))
        case .instant:
            Column(name, .int64, .timestamp(.microseconds, isAdjustedToUTC: true))
        case .integer: Column(name, .int64, .integer(bits: 64, isSigned: true))
        case .text: Column(name, .byteArray, .string)
        }
    }

    /// The companion for wide decimals.
    static func wideColumn(of field: String) -> Column {
        Column(
            wideName(field), .fixedLenByteArray(16), .decimal(precision: 38, scale: wideScale))
    }

    /// The companion for what the type cannot hold.
    static func textColumn(of field: String) -> Column {
        Column(textName(field), .byteArray, .string)
    }

    /// The columns of this format's own, in this order, behind all others.
    static let ownColumns = [
        Column(rest, .byteArray, .json), Column(shape, .byteArray, .json),
        Column(scales, .byteArray), Column(line, .byteArray),
    ]

    /// Whether a key may be a column at all: not empty, not ours, no control characters, not
    /// endless.
    static func isColumnName(_ name: [UInt8]) -> Bool {
        guard let first = name.first, first != UInt8(ascii: "_"),
            name.count <= Limits.columnNameBytesMax
        else { return false }
        return name.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
