// SPDX-License-Identifier: Apache-2.0

// Events of an order that trades or ends, written straight into a queue, with the parameters of the factories of `Event`.
extension EventInPlace {
    /// A part of an order traded.
    @inlinable @inline(__always)
    public static func orderPartiallyFilled(
        orderID: String, asset: String, fillPrice: Decimal, filledAmount: Decimal,
        remainingAmount: Decimal? = nil, commission: Decimal? = nil, side: OrderSide? = nil,
        executionID: String? = nil, venue: String? = nil, strategy: String? = nil,
        at timestamp: Timestamp? = nil
    ) -> EventInPlace {
        EventInPlace("order_partially_filled", .info, timestamp) { pen in
            pen.put("order_id", orderID)
            pen.put("asset", asset)
            pen.put("fill_price", fillPrice)
            pen.put("filled_amount", filledAmount)
            pen.put("remaining_amount", remainingAmount)
            pen.put("commission", commission)
            pen.put("side", side)
            pen.put("execution_id", executionID)
            pen.put("venue", venue)
            pen.put("strategy", strategy)
        }
    }

    /// An order traded completely.
    @inlinable @inline(__always)
    public static func orderFilled(
        orderID: String, asset: String, fillPrice: Decimal, filledAmount: Decimal,
        commission: Decimal? = nil, side: OrderSide? = nil, currency: String? = nil,
        executionID: String? = nil, brokerOrderID: String? = nil, venue: String? = nil,
        account: String? = nil, strategy: String? = nil, at timestamp: Timestamp? = nil
    ) -> EventInPlace {
        EventInPlace("order_filled", .info, timestamp) { pen in
            pen.put("order_id", orderID)
            pen.put("asset", asset)
            pen.put("fill_price", fillPrice)
            pen.put("filled_amount", filledAmount)
            pen.put("commission", commission)
            pen.put("side", side)
            pen.put("currency", currency)
            pen.put("execution_id", executionID)
            pen.put("broker_order_id", brokerOrderID)
            pen.put("venue", venue)
            pen.put("account", account)
            pen.put("strategy", strategy)
        }
    }

    /// An order was canceled.
    @inlinable @inline(__always)
    public static func orderCanceled(
        orderID: String, asset: String, reason: String? = nil, canceledBy: CancelOrigin? = nil,
        filledAmount: Decimal? = nil, remainingAmount: Decimal? = nil,
        at timestamp: Timestamp? = nil
    ) -> EventInPlace {
        EventInPlace("order_canceled", .info, timestamp) { pen in
            pen.put("order_id", orderID)
            pen.put("asset", asset)
            pen.put("reason", reason)
            pen.put("canceled_by", canceledBy)
            pen.put("filled_amount", filledAmount)
            pen.put("remaining_amount", remainingAmount)
        }
    }
}
