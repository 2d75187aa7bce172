// SPDX-License-Identifier: Apache-2.0

// MARK: - Deciding

extension Event {
    /// A strategy saw something worth acting on.
    ///
    /// - Parameters:
    ///   - signalType: `signal_type`: the direction or name of the signal, such as
    ///     `buy`.
    ///   - asset: `asset`: what it is about.
    ///   - strength: `strength`: how strong, in the strategy's own unit.
    ///   - price: `price`: the price it was seen at.
    ///   - strategy: `strategy`: the strategy's name.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func signalGenerated(
        signalType: String, asset: String, strength: Decimal? = nil, price: Decimal? = nil,
        strategy: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.signalGenerated, at: timestamp, room: 5)
        event.put("signal_type", signalType)
        event.put("asset", asset)
        event.put("strength", strength)
        event.put("price", price)
        event.put("strategy", strategy)
        event.add(fields)
        return event
    }

    /// A strategy decided to trade, or not to.
    ///
    /// - Parameters:
    ///   - signalType: `signal_type`: what was decided, such as `buy`, `sell`, `hold`.
    ///   - asset: `asset`: what it is about.
    ///   - amount: `amount`: units to trade.
    ///   - limitPrice: `limit_price`: limit in the asset's currency.
    ///   - stopPrice: `stop_price`: stop in the asset's currency.
    ///   - strategy: `strategy`: the strategy's name.
    ///   - strategyClass: `strategy_class`: the class that implements it.
    ///   - reason: `reason`: why, in the strategy's words.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func tradingDecision(
        signalType: String, asset: String, amount: Decimal? = nil, limitPrice: Decimal? = nil,
        stopPrice: Decimal? = nil, strategy: String? = nil, strategyClass: String? = nil,
        reason: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.tradingDecision, at: timestamp, room: 8)
        event.put("signal_type", signalType)
        event.put("asset", asset)
        event.put("amount", amount)
        event.put("limit_price", limitPrice)
        event.put("stop_price", stopPrice)
        event.put("strategy", strategy)
        event.put("strategy_class", strategyClass)
        event.put("reason", reason)
        event.add(fields)
        return event
    }

    /// A decision did not become an order.
    ///
    /// - Parameters:
    ///   - asset: `asset`: what it was about.
    ///   - reason: `reason`: why it was dropped.
    ///   - amount: `amount`: units that were wanted.
    ///   - strategy: `strategy`: the strategy's name.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderIntentDropped(
        asset: String, reason: String, amount: Decimal? = nil, strategy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderIntentDropped, at: timestamp, room: 4)
        event.put("asset", asset)
        event.put("reason", reason)
        event.put("amount", amount)
        event.put("strategy", strategy)
        event.add(fields)
        return event
    }
}

// MARK: - Checks before an order leaves

extension Event {
    /// A check before the order said yes.
    ///
    /// - Parameters:
    ///   - check: `check`: the check's name.
    ///   - orderID: `order_id`: the order.
    ///   - asset: `asset`: the asset.
    ///   - value: `value`: what was measured.
    ///   - limit: `limit`: what was allowed, in the same unit.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func riskCheckPassed(
        check: String, orderID: String? = nil, asset: String? = nil, value: Decimal? = nil,
        limit: Decimal? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.riskCheckPassed, at: timestamp, room: 5)
        event.put("check", check)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("value", value)
        event.put("limit", limit)
        event.add(fields)
        return event
    }

    /// A check before the order said no.
    ///
    /// - Parameters:
    ///   - check: `check`: the check's name.
    ///   - reason: `reason`: why.
    ///   - orderID: `order_id`: the order.
    ///   - asset: `asset`: the asset.
    ///   - value: `value`: what was measured.
    ///   - limit: `limit`: what was allowed, in the same unit.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func riskCheckBlocked(
        check: String, reason: String, orderID: String? = nil, asset: String? = nil,
        value: Decimal? = nil, limit: Decimal? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.riskCheckBlocked, at: timestamp, room: 6)
        event.put("check", check)
        event.put("reason", reason)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("value", value)
        event.put("limit", limit)
        event.add(fields)
        return event
    }

    /// A trading limit was changed.
    ///
    /// - Parameters:
    ///   - limitName: `limit_name`: the limit.
    ///   - oldValue: `old_value`: before.
    ///   - newValue: `new_value`: after, in the same unit.
    ///   - changedBy: `changed_by`: a reference to who did it.
    ///   - reason: `reason`: why.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func limitChanged(
        limitName: String, oldValue: Decimal? = nil, newValue: Decimal? = nil,
        changedBy: String? = nil, reason: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.limitChanged, at: timestamp, room: 5)
        event.put("limit_name", limitName)
        event.put("old_value", oldValue)
        event.put("new_value", newValue)
        event.put("changed_by", changedBy)
        event.put("reason", reason)
        event.add(fields)
        return event
    }
}
