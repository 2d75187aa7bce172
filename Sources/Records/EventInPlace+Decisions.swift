// SPDX-License-Identifier: Apache-2.0

// Events of deciding, written straight into a queue, with the parameters of the factories of `Event`.
extension EventInPlace {
    /// A strategy saw something worth acting on.
    @inlinable @inline(__always)
    public static func signalGenerated(
        signalType: String, asset: String, strength: Decimal? = nil, price: Decimal? = nil,
        strategy: String? = nil, at timestamp: Timestamp? = nil
    ) -> EventInPlace {
        EventInPlace("signal_generated", .info, timestamp) { pen in
            pen.put("signal_type", signalType)
            pen.put("asset", asset)
            pen.put("strength", strength)
            pen.put("price", price)
            pen.put("strategy", strategy)
        }
    }

    /// A strategy decided to trade, or not to.
    @inlinable @inline(__always)
    public static func tradingDecision(
        signalType: String, asset: String, amount: Decimal? = nil, limitPrice: Decimal? = nil,
        stopPrice: Decimal? = nil, strategy: String? = nil, strategyClass: String? = nil,
        reason: String? = nil, at timestamp: Timestamp? = nil
    ) -> EventInPlace {
        EventInPlace("trading_decision", .info, timestamp) { pen in
            pen.put("signal_type", signalType)
            pen.put("asset", asset)
            pen.put("amount", amount)
            pen.put("limit_price", limitPrice)
            pen.put("stop_price", stopPrice)
            pen.put("strategy", strategy)
            pen.put("strategy_class", strategyClass)
            pen.put("reason", reason)
        }
    }

    /// A check before the order said yes.
    @inlinable @inline(__always)
    public static func riskCheckPassed(
        check: String, orderID: String? = nil, asset: String? = nil, value: Decimal? = nil,
        limit: Decimal? = nil, at timestamp: Timestamp? = nil
    ) -> EventInPlace {
        EventInPlace("risk_check_passed", .info, timestamp) { pen in
            pen.put("check", check)
            pen.put("order_id", orderID)
            pen.put("asset", asset)
            pen.put("value", value)
            pen.put("limit", limit)
        }
    }
}
