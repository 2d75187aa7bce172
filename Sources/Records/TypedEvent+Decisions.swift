// SPDX-License-Identifier: Apache-2.0

// Typed events of deciding, with the parameters of the factories of `Event`.

/// A strategy saw something worth acting on.
public struct SignalGenerated: TypedEvent {
    /// What happened.
    @inlinable public static var kind: EventKind { .signalGenerated }

    /// `signal_type`: the direction or name of the signal, such as `buy`.
    public var signalType: String
    /// `asset`: what it is about.
    public var asset: String
    /// `strength`: how strong, in the strategy's own unit.
    public var strength: Decimal?
    /// `price`: the price it was seen at.
    public var price: Decimal?
    /// `strategy`: the strategy's name.
    public var strategy: String?
    /// When it happened, if known better than the moment of recording.
    public var timestamp: Timestamp?

    /// An event; what is nil is not written.
    @inlinable @inline(__always)
    public init(
        signalType: String, asset: String, strength: Decimal? = nil, price: Decimal? = nil,
        strategy: String? = nil, at timestamp: Timestamp? = nil
    ) {
        self.signalType = signalType
        self.asset = asset
        self.strength = strength
        self.price = price
        self.strategy = strategy
        self.timestamp = timestamp
    }

    /// Writes the fields.
    @inlinable @inline(__always)
    public func put(into writer: inout EventWriter) {
        writer.put(vocabulary: "signal_type", signalType)
        writer.put(vocabulary: "asset", asset)
        writer.put(vocabulary: "strength", strength)
        writer.put(vocabulary: "price", price)
        writer.put(vocabulary: "strategy", strategy)
    }
}

/// A strategy decided to trade, or not to.
public struct TradingDecision: TypedEvent {
    /// What happened.
    @inlinable public static var kind: EventKind { .tradingDecision }

    /// `signal_type`: what was decided, such as `buy`, `sell`, `hold`.
    public var signalType: String
    /// `asset`: what it is about.
    public var asset: String
    /// `amount`: units to trade.
    public var amount: Decimal?
    /// `limit_price`: limit in the asset's currency.
    public var limitPrice: Decimal?
    /// `stop_price`: stop in the asset's currency.
    public var stopPrice: Decimal?
    /// `strategy`: the strategy's name.
    public var strategy: String?
    /// `strategy_class`: the class that implements it.
    public var strategyClass: String?
    /// `reason`: why, in the strategy's words.
    public var reason: String?
    /// When it happened, if known better than the moment of recording.
    public var timestamp: Timestamp?

    /// An event; what is nil is not written.
    @inlinable @inline(__always)
    public init(
        signalType: String, asset: String, amount: Decimal? = nil, limitPrice: Decimal? = nil,
        stopPrice: Decimal? = nil, strategy: String? = nil, strategyClass: String? = nil,
        reason: String? = nil, at timestamp: Timestamp? = nil
    ) {
        self.signalType = signalType
        self.asset = asset
        self.amount = amount
        self.limitPrice = limitPrice
        self.stopPrice = stopPrice
        self.strategy = strategy
        self.strategyClass = strategyClass
        self.reason = reason
        self.timestamp = timestamp
    }

    /// Writes the fields.
    @inlinable @inline(__always)
    public func put(into writer: inout EventWriter) {
        writer.put(vocabulary: "signal_type", signalType)
        writer.put(vocabulary: "asset", asset)
        writer.put(vocabulary: "amount", amount)
        writer.put(vocabulary: "limit_price", limitPrice)
        writer.put(vocabulary: "stop_price", stopPrice)
        writer.put(vocabulary: "strategy", strategy)
        writer.put(vocabulary: "strategy_class", strategyClass)
        writer.put(vocabulary: "reason", reason)
    }
}

/// A check before the order said yes.
public struct RiskCheckPassed: TypedEvent {
    /// What happened.
    @inlinable public static var kind: EventKind { .riskCheckPassed }

    /// `check`: the check's name.
    public var check: String
    /// `order_id`: the order.
    public var orderID: String?
    /// `asset`: the asset.
    public var asset: String?
    /// `value`: what was measured.
    public var value: Decimal?
    /// `limit`: what was allowed, in the same unit.
    public var limit: Decimal?
    /// When it happened, if known better than the moment of recording.
    public var timestamp: Timestamp?

    /// An event; what is nil is not written.
    @inlinable @inline(__always)
    public init(
        check: String, orderID: String? = nil, asset: String? = nil, value: Decimal? = nil,
        limit: Decimal? = nil, at timestamp: Timestamp? = nil
    ) {
        self.check = check
        self.orderID = orderID
        self.asset = asset
        self.value = value
        self.limit = limit
        self.timestamp = timestamp
    }

    /// Writes the fields.
    @inlinable @inline(__always)
    public func put(into writer: inout EventWriter) {
        writer.put(vocabulary: "check", check)
        writer.put(vocabulary: "order_id", orderID)
        writer.put(vocabulary: "asset", asset)
        writer.put(vocabulary: "value", value)
        writer.put(vocabulary: "limit", limit)
    }
}
