// SPDX-License-Identifier: Apache-2.0

// Events of an order on its way, written straight into a queue, with the parameters of the factories of `Event`.
extension EventInPlace {
    /// An order left the program.
    @inlinable @inline(__always)
    public static func orderSubmitted(
        orderID: String, asset: String, amount: Decimal, orderType: OrderType,
        side: OrderSide? = nil, limitPrice: Decimal? = nil, stopPrice: Decimal? = nil,
        timeInForce: TimeInForce? = nil, brokerOrderID: String? = nil, venue: String? = nil,
        account: String? = nil, strategy: String? = nil, at timestamp: Timestamp? = nil
    ) -> EventInPlace {
        EventInPlace("order_submitted", .info, timestamp) { pen in
            pen.put("order_id", orderID)
            pen.put("asset", asset)
            pen.put("amount", amount)
            pen.put("order_type", orderType)
            pen.put("side", side)
            pen.put("limit_price", limitPrice)
            pen.put("stop_price", stopPrice)
            pen.put("time_in_force", timeInForce)
            pen.put("broker_order_id", brokerOrderID)
            pen.put("venue", venue)
            pen.put("account", account)
            pen.put("strategy", strategy)
        }
    }

    /// The venue confirmed the order.
    @inlinable @inline(__always)
    public static func orderAccepted(
        orderID: String, asset: String, brokerOrderID: String? = nil, venue: String? = nil,
        at timestamp: Timestamp? = nil
    ) -> EventInPlace {
        EventInPlace("order_accepted", .info, timestamp) { pen in
            pen.put("order_id", orderID)
            pen.put("asset", asset)
            pen.put("broker_order_id", brokerOrderID)
            pen.put("venue", venue)
        }
    }

    /// The broker or venue refused the order.
    @inlinable @inline(__always)
    public static func orderRejected(
        orderID: String, asset: String, rejectionReason: String, rejectionCode: String? = nil,
        brokerOrderID: String? = nil, venue: String? = nil, strategy: String? = nil,
        at timestamp: Timestamp? = nil
    ) -> EventInPlace {
        EventInPlace("order_rejected", .error, timestamp) { pen in
            pen.put("order_id", orderID)
            pen.put("asset", asset)
            pen.put("rejection_reason", rejectionReason)
            pen.put("rejection_code", rejectionCode)
            pen.put("broker_order_id", brokerOrderID)
            pen.put("venue", venue)
            pen.put("strategy", strategy)
        }
    }

    /// An order was changed.
    @inlinable @inline(__always)
    public static func orderModified(
        orderID: String, asset: String, oldAmount: Decimal? = nil, newAmount: Decimal? = nil,
        oldLimitPrice: Decimal? = nil, newLimitPrice: Decimal? = nil, oldStopPrice: Decimal? = nil,
        newStopPrice: Decimal? = nil, originalOrderID: String? = nil, reason: String? = nil,
        at timestamp: Timestamp? = nil
    ) -> EventInPlace {
        EventInPlace("order_modified", .info, timestamp) { pen in
            pen.put("order_id", orderID)
            pen.put("asset", asset)
            pen.put("old_amount", oldAmount)
            pen.put("new_amount", newAmount)
            pen.put("old_limit_price", oldLimitPrice)
            pen.put("new_limit_price", newLimitPrice)
            pen.put("old_stop_price", oldStopPrice)
            pen.put("new_stop_price", newStopPrice)
            pen.put("original_order_id", originalOrderID)
            pen.put("reason", reason)
        }
    }
}
