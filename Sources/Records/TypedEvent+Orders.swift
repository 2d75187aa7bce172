// SPDX-License-Identifier: Apache-2.0

// Typed events of an order on its way, with the parameters of the factories of `Event`.

/// An order left the program.
public struct OrderSubmitted: TypedEvent {
    /// What happened.
    @inlinable public static var kind: EventKind { .orderSubmitted }

    /// `order_id`: the program's own id.
    public var orderID: String
    /// `asset`: what is traded.
    public var asset: String
    /// `amount`: units ordered.
    public var amount: Decimal
    /// `order_type`: how it is priced.
    public var orderType: OrderType
    /// `side`: buy or sell.
    public var side: OrderSide?
    /// `limit_price`: limit in the asset's currency.
    public var limitPrice: Decimal?
    /// `stop_price`: stop in the asset's currency.
    public var stopPrice: Decimal?
    /// `time_in_force`: how long it lives.
    public var timeInForce: TimeInForce?
    /// `broker_order_id`: the broker's id.
    public var brokerOrderID: String?
    /// `venue`: market identifier code (ISO 10383) or name.
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
        orderID: String, asset: String, amount: Decimal, orderType: OrderType,
        side: OrderSide? = nil, limitPrice: Decimal? = nil, stopPrice: Decimal? = nil,
        timeInForce: TimeInForce? = nil, brokerOrderID: String? = nil, venue: String? = nil,
        account: String? = nil, strategy: String? = nil, at timestamp: Timestamp? = nil
    ) {
        self.orderID = orderID
        self.asset = asset
        self.amount = amount
        self.orderType = orderType
        self.side = side
        self.limitPrice = limitPrice
        self.stopPrice = stopPrice
        self.timeInForce = timeInForce
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
        writer.put(vocabulary: "amount", amount)
        writer.put(vocabulary: "order_type", orderType)
        writer.put(vocabulary: "side", side)
        writer.put(vocabulary: "limit_price", limitPrice)
        writer.put(vocabulary: "stop_price", stopPrice)
        writer.put(vocabulary: "time_in_force", timeInForce)
        writer.put(vocabulary: "broker_order_id", brokerOrderID)
        writer.put(vocabulary: "venue", venue)
        writer.put(vocabulary: "account", account)
        writer.put(vocabulary: "strategy", strategy)
    }
}

/// The venue confirmed the order.
public struct OrderAccepted: TypedEvent {
    /// What happened.
    @inlinable public static var kind: EventKind { .orderAccepted }

    /// `order_id`: the program's own id.
    public var orderID: String
    /// `asset`: what is traded.
    public var asset: String
    /// `broker_order_id`: the broker's or venue's id.
    public var brokerOrderID: String?
    /// `venue`: market identifier code or name.
    public var venue: String?
    /// When it happened, if known better than the moment of recording.
    public var timestamp: Timestamp?

    /// An event; what is nil is not written.
    @inlinable @inline(__always)
    public init(
        orderID: String, asset: String, brokerOrderID: String? = nil, venue: String? = nil,
        at timestamp: Timestamp? = nil
    ) {
        self.orderID = orderID
        self.asset = asset
        self.brokerOrderID = brokerOrderID
        self.venue = venue
        self.timestamp = timestamp
    }

    /// Writes the fields.
    @inlinable @inline(__always)
    public func put(into writer: inout EventWriter) {
        writer.put(vocabulary: "order_id", orderID)
        writer.put(vocabulary: "asset", asset)
        writer.put(vocabulary: "broker_order_id", brokerOrderID)
        writer.put(vocabulary: "venue", venue)
    }
}

/// The broker or venue refused the order.
public struct OrderRejected: TypedEvent {
    /// What happened.
    @inlinable public static var kind: EventKind { .orderRejected }

    /// `order_id`: the program's own id.
    public var orderID: String
    /// `asset`: what was to be traded.
    public var asset: String
    /// `rejection_reason`: the words of whoever refused it.
    public var rejectionReason: String
    /// `rejection_code`: the code of whoever refused it.
    public var rejectionCode: String?
    /// `broker_order_id`: the broker's id.
    public var brokerOrderID: String?
    /// `venue`: market identifier code or name.
    public var venue: String?
    /// `strategy`: the strategy's name.
    public var strategy: String?
    /// When it happened, if known better than the moment of recording.
    public var timestamp: Timestamp?

    /// An event; what is nil is not written.
    @inlinable @inline(__always)
    public init(
        orderID: String, asset: String, rejectionReason: String, rejectionCode: String? = nil,
        brokerOrderID: String? = nil, venue: String? = nil, strategy: String? = nil,
        at timestamp: Timestamp? = nil
    ) {
        self.orderID = orderID
        self.asset = asset
        self.rejectionReason = rejectionReason
        self.rejectionCode = rejectionCode
        self.brokerOrderID = brokerOrderID
        self.venue = venue
        self.strategy = strategy
        self.timestamp = timestamp
    }

    /// Writes the fields.
    @inlinable @inline(__always)
    public func put(into writer: inout EventWriter) {
        writer.put(vocabulary: "order_id", orderID)
        writer.put(vocabulary: "asset", asset)
        writer.put(vocabulary: "rejection_reason", rejectionReason)
        writer.put(vocabulary: "rejection_code", rejectionCode)
        writer.put(vocabulary: "broker_order_id", brokerOrderID)
        writer.put(vocabulary: "venue", venue)
        writer.put(vocabulary: "strategy", strategy)
    }
}

/// An order was changed.
public struct OrderModified: TypedEvent {
    /// What happened.
    @inlinable public static var kind: EventKind { .orderModified }

    /// `order_id`: the program's own id.
    public var orderID: String
    /// `asset`: what is traded.
    public var asset: String
    /// `old_amount`: units before.
    public var oldAmount: Decimal?
    /// `new_amount`: units after.
    public var newAmount: Decimal?
    /// `old_limit_price`: limit before, in the asset's currency.
    public var oldLimitPrice: Decimal?
    /// `new_limit_price`: limit after.
    public var newLimitPrice: Decimal?
    /// `old_stop_price`: stop before.
    public var oldStopPrice: Decimal?
    /// `new_stop_price`: stop after.
    public var newStopPrice: Decimal?
    /// `original_order_id`: the id that this one replaces.
    public var originalOrderID: String?
    /// `reason`: why.
    public var reason: String?
    /// When it happened, if known better than the moment of recording.
    public var timestamp: Timestamp?

    /// An event; what is nil is not written.
    @inlinable @inline(__always)
    public init(
        orderID: String, asset: String, oldAmount: Decimal? = nil, newAmount: Decimal? = nil,
        oldLimitPrice: Decimal? = nil, newLimitPrice: Decimal? = nil, oldStopPrice: Decimal? = nil,
        newStopPrice: Decimal? = nil, originalOrderID: String? = nil, reason: String? = nil,
        at timestamp: Timestamp? = nil
    ) {
        self.orderID = orderID
        self.asset = asset
        self.oldAmount = oldAmount
        self.newAmount = newAmount
        self.oldLimitPrice = oldLimitPrice
        self.newLimitPrice = newLimitPrice
        self.oldStopPrice = oldStopPrice
        self.newStopPrice = newStopPrice
        self.originalOrderID = originalOrderID
        self.reason = reason
        self.timestamp = timestamp
    }

    /// Writes the fields.
    @inlinable @inline(__always)
    public func put(into writer: inout EventWriter) {
        writer.put(vocabulary: "order_id", orderID)
        writer.put(vocabulary: "asset", asset)
        writer.put(vocabulary: "old_amount", oldAmount)
        writer.put(vocabulary: "new_amount", newAmount)
        writer.put(vocabulary: "old_limit_price", oldLimitPrice)
        writer.put(vocabulary: "new_limit_price", newLimitPrice)
        writer.put(vocabulary: "old_stop_price", oldStopPrice)
        writer.put(vocabulary: "new_stop_price", newStopPrice)
        writer.put(vocabulary: "original_order_id", originalOrderID)
        writer.put(vocabulary: "reason", reason)
    }
}
