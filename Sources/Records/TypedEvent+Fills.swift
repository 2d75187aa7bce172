// SPDX-License-Identifier: Apache-2.0

// Typed events of an order that trades or ends, with the parameters of the factories of `Event`.

/// A part of an order traded.
public struct OrderPartiallyFilled: TypedEvent {
    /// What happened.
    @inlinable public static var kind: EventKind { .orderPartiallyFilled }

    /// `order_id`: the program's own id.
    public var orderID: String
    /// `asset`: what was traded.
    public var asset: String
    /// `fill_price`: price of this part, in the asset's currency.
    public var fillPrice: Decimal
    /// `filled_amount`: units of this part.
    public var filledAmount: Decimal
    /// `remaining_amount`: units still open.
    public var remainingAmount: Decimal?
    /// `commission`: fee of this part, in the account's currency.
    public var commission: Decimal?
    /// `side`: buy or sell.
    public var side: OrderSide?
    /// `execution_id`: the venue's id of the trade.
    public var executionID: String?
    /// `venue`: market identifier code or name.
    public var venue: String?
    /// `strategy`: the strategy's name.
    public var strategy: String?
    /// When it happened, if known better than the moment of recording.
    public var timestamp: Timestamp?

    /// An event; what is nil is not written.
    @inlinable @inline(__always)
    public init(
        orderID: String, asset: String, fillPrice: Decimal, filledAmount: Decimal,
        remainingAmount: Decimal? = nil, commission: Decimal? = nil, side: OrderSide? = nil,
        executionID: String? = nil, venue: String? = nil, strategy: String? = nil,
        at timestamp: Timestamp? = nil
    ) {
        self.orderID = orderID
        self.asset = asset
        self.fillPrice = fillPrice
        self.filledAmount = filledAmount
        self.remainingAmount = remainingAmount
        self.commission = commission
        self.side = side
        self.executionID = executionID
        self.venue = venue
        self.strategy = strategy
        self.timestamp = timestamp
    }

    /// Writes the fields.
    @inlinable @inline(__always)
    public func put(into writer: inout EventWriter) {
        writer.put(vocabulary: "order_id", orderID)
        writer.put(vocabulary: "asset", asset)
        writer.put(vocabulary: "fill_price", fillPrice)
        writer.put(vocabulary: "filled_amount", filledAmount)
        writer.put(vocabulary: "remaining_amount", remainingAmount)
        writer.put(vocabulary: "commission", commission)
        writer.put(vocabulary: "side", side)
        writer.put(vocabulary: "execution_id", executionID)
        writer.put(vocabulary: "venue", venue)
        writer.put(vocabulary: "strategy", strategy)
    }
}

/// An order traded completely.
public struct OrderFilled: TypedEvent {
    /// What happened.
    @inlinable public static var kind: EventKind { .orderFilled }

    /// `order_id`: the program's own id.
    public var orderID: String
    /// `asset`: what was traded.
    public var asset: String
    /// `fill_price`: price, or the average over all parts, in the asset's currency.
    public var fillPrice: Decimal
    /// `filled_amount`: units traded.
    public var filledAmount: Decimal
    /// `commission`: fee, in the account's currency.
    public var commission: Decimal?
    /// `side`: buy or sell.
    public var side: OrderSide?
    /// `currency`: ISO 4217 code of price and fee.
    public var currency: String?
    /// `execution_id`: the venue's id of the trade.
    public var executionID: String?
    /// `broker_order_id`: the broker's id.
    public var brokerOrderID: String?
    /// `venue`: market identifier code or name.
    public var venue: String?
    /// `account`: account reference.
    public var account: String?
    /// `strategy`: the strategy's name.
    public var strategy: String?
    /// When it happened, if known better than the moment of recording.
    public var timestamp: Timestamp?

    /// An event; what is nil is not written.
    @inlinable @inline(__always)
    public init(
        orderID: String, asset: String, fillPrice: Decimal, filledAmount: Decimal,
        commission: Decimal? = nil, side: OrderSide? = nil, currency: String? = nil,
        executionID: String? = nil, brokerOrderID: String? = nil, venue: String? = nil,
        account: String? = nil, strategy: String? = nil, at timestamp: Timestamp? = nil
    ) {
        self.orderID = orderID
        self.asset = asset
        self.fillPrice = fillPrice
        self.filledAmount = filledAmount
        self.commission = commission
        self.side = side
        self.currency = currency
        self.executionID = executionID
        self.brokerOrderID = brokerOrderID
        self.venue = venue
        self.account = account
        self.strategy = strategy
        self.timestamp = timestamp
    }

    /// Writes the fields.
    @inlinable @inline(__always)
    public func put(into writer: inout EventWriter) {
        writer.put(vocabulary: "order_id", orderID)
        writer.put(vocabulary: "asset", asset)
        writer.put(vocabulary: "fill_price", fillPrice)
        writer.put(vocabulary: "filled_amount", filledAmount)
        writer.put(vocabulary: "commission", commission)
        writer.put(vocabulary: "side", side)
        writer.put(vocabulary: "currency", currency)
        writer.put(vocabulary: "execution_id", executionID)
        writer.put(vocabulary: "broker_order_id", brokerOrderID)
        writer.put(vocabulary: "venue", venue)
        writer.put(vocabulary: "account", account)
        writer.put(vocabulary: "strategy", strategy)
    }
}

/// An order was canceled.
public struct OrderCanceled: TypedEvent {
    /// What happened.
    @inlinable public static var kind: EventKind { .orderCanceled }

    /// `order_id`: the program's own id.
    public var orderID: String
    /// `asset`: what was to be traded.
    public var asset: String
    /// `reason`: why.
    public var reason: String?
    /// `canceled_by`: who did it.
    public var canceledBy: CancelOrigin?
    /// `filled_amount`: units filled before.
    public var filledAmount: Decimal?
    /// `remaining_amount`: units that will not be filled.
    public var remainingAmount: Decimal?
    /// When it happened, if known better than the moment of recording.
    public var timestamp: Timestamp?

    /// An event; what is nil is not written.
    @inlinable @inline(__always)
    public init(
        orderID: String, asset: String, reason: String? = nil, canceledBy: CancelOrigin? = nil,
        filledAmount: Decimal? = nil, remainingAmount: Decimal? = nil,
        at timestamp: Timestamp? = nil
    ) {
        self.orderID = orderID
        self.asset = asset
        self.reason = reason
        self.canceledBy = canceledBy
        self.filledAmount = filledAmount
        self.remainingAmount = remainingAmount
        self.timestamp = timestamp
    }

    /// Writes the fields.
    @inlinable @inline(__always)
    public func put(into writer: inout EventWriter) {
        writer.put(vocabulary: "order_id", orderID)
        writer.put(vocabulary: "asset", asset)
        writer.put(vocabulary: "reason", reason)
        writer.put(vocabulary: "canceled_by", canceledBy)
        writer.put(vocabulary: "filled_amount", filledAmount)
        writer.put(vocabulary: "remaining_amount", remainingAmount)
    }
}
