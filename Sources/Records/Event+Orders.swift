// SPDX-License-Identifier: Apache-2.0

// MARK: - The life of an order

extension Event {
    /// An order left the program.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what is traded.
    ///   - amount: `amount`: units ordered.
    ///   - orderType: `order_type`: how it is priced.
    ///   - side: `side`: buy or sell.
    ///   - limitPrice: `limit_price`: limit in the asset's currency.
    ///   - stopPrice: `stop_price`: stop in the asset's currency.
    ///   - timeInForce: `time_in_force`: how long it lives.
    ///   - brokerOrderID: `broker_order_id`: the broker's id.
    ///   - venue: `venue`: market identifier code (ISO 10383) or name.
    ///   - account: `account`: account reference.
    ///   - strategy: `strategy`: the strategy's name.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderSubmitted(
        orderID: String, asset: String, amount: Decimal, orderType: OrderType,
        side: OrderSide? = nil, limitPrice: Decimal? = nil, stopPrice: Decimal? = nil,
        timeInForce: TimeInForce? = nil, brokerOrderID: String? = nil, venue: String? = nil,
        account: String? = nil, strategy: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderSubmitted, at: timestamp, room: 12)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("amount", amount)
        event.put("order_type", orderType)
        event.put("side", side)
        event.put("limit_price", limitPrice)
        event.put("stop_price", stopPrice)
        event.put("time_in_force", timeInForce)
        event.put("broker_order_id", brokerOrderID)
        event.put("venue", venue)
        event.put("account", account)
        event.put("strategy", strategy)
        event.add(fields)
        return event
    }

    /// The broker has the order; the venue has not confirmed it.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what is traded.
    ///   - brokerOrderID: `broker_order_id`: the broker's id.
    ///   - venue: `venue`: market identifier code or name.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderPending(
        orderID: String, asset: String, brokerOrderID: String? = nil, venue: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderPending, at: timestamp, room: 4)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("broker_order_id", brokerOrderID)
        event.put("venue", venue)
        event.add(fields)
        return event
    }

    /// The venue confirmed the order.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what is traded.
    ///   - brokerOrderID: `broker_order_id`: the broker's or venue's id.
    ///   - venue: `venue`: market identifier code or name.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderAccepted(
        orderID: String, asset: String, brokerOrderID: String? = nil, venue: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderAccepted, at: timestamp, room: 4)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("broker_order_id", brokerOrderID)
        event.put("venue", venue)
        event.add(fields)
        return event
    }

    /// The broker or venue refused the order.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what was to be traded.
    ///   - rejectionReason: `rejection_reason`: the words of whoever refused it.
    ///   - rejectionCode: `rejection_code`: the code of whoever refused it.
    ///   - brokerOrderID: `broker_order_id`: the broker's id.
    ///   - venue: `venue`: market identifier code or name.
    ///   - strategy: `strategy`: the strategy's name.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderRejected(
        orderID: String, asset: String, rejectionReason: String, rejectionCode: String? = nil,
        brokerOrderID: String? = nil, venue: String? = nil, strategy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderRejected, at: timestamp, room: 7)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("rejection_reason", rejectionReason)
        event.put("rejection_code", rejectionCode)
        event.put("broker_order_id", brokerOrderID)
        event.put("venue", venue)
        event.put("strategy", strategy)
        event.add(fields)
        return event
    }

    /// The condition of a stop or conditional order came true.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what is traded.
    ///   - triggerPrice: `trigger_price`: the price that did it.
    ///   - brokerOrderID: `broker_order_id`: the broker's id.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderTriggered(
        orderID: String, asset: String, triggerPrice: Decimal? = nil,
        brokerOrderID: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderTriggered, at: timestamp, room: 4)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("trigger_price", triggerPrice)
        event.put("broker_order_id", brokerOrderID)
        event.add(fields)
        return event
    }

    /// The order was sent on to another venue.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what is traded.
    ///   - route: `route`: where to.
    ///   - parentOrderID: `parent_order_id`: the order it is part of.
    ///   - brokerOrderID: `broker_order_id`: the broker's id.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderRouted(
        orderID: String, asset: String, route: String, parentOrderID: String? = nil,
        brokerOrderID: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderRouted, at: timestamp, room: 5)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("route", route)
        event.put("parent_order_id", parentOrderID)
        event.put("broker_order_id", brokerOrderID)
        event.add(fields)
        return event
    }

    /// The program asked to change an order.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what is traded.
    ///   - newAmount: `new_amount`: units wanted.
    ///   - newLimitPrice: `new_limit_price`: limit wanted, in the asset's currency.
    ///   - newStopPrice: `new_stop_price`: stop wanted, in the asset's currency.
    ///   - reason: `reason`: why.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderModifyRequested(
        orderID: String, asset: String, newAmount: Decimal? = nil, newLimitPrice: Decimal? = nil,
        newStopPrice: Decimal? = nil, reason: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderModifyRequested, at: timestamp, room: 6)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("new_amount", newAmount)
        event.put("new_limit_price", newLimitPrice)
        event.put("new_stop_price", newStopPrice)
        event.put("reason", reason)
        event.add(fields)
        return event
    }

    /// An order was changed.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what is traded.
    ///   - oldAmount: `old_amount`: units before.
    ///   - newAmount: `new_amount`: units after.
    ///   - oldLimitPrice: `old_limit_price`: limit before, in the asset's currency.
    ///   - newLimitPrice: `new_limit_price`: limit after.
    ///   - oldStopPrice: `old_stop_price`: stop before.
    ///   - newStopPrice: `new_stop_price`: stop after.
    ///   - originalOrderID: `original_order_id`: the id that this one replaces.
    ///   - reason: `reason`: why.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderModified(
        orderID: String, asset: String, oldAmount: Decimal? = nil, newAmount: Decimal? = nil,
        oldLimitPrice: Decimal? = nil, newLimitPrice: Decimal? = nil,
        oldStopPrice: Decimal? = nil, newStopPrice: Decimal? = nil,
        originalOrderID: String? = nil, reason: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderModified, at: timestamp, room: 10)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("old_amount", oldAmount)
        event.put("new_amount", newAmount)
        event.put("old_limit_price", oldLimitPrice)
        event.put("new_limit_price", newLimitPrice)
        event.put("old_stop_price", oldStopPrice)
        event.put("new_stop_price", newStopPrice)
        event.put("original_order_id", originalOrderID)
        event.put("reason", reason)
        event.add(fields)
        return event
    }

    /// The change of an order was refused; it stays as it was.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what is traded.
    ///   - rejectionReason: `rejection_reason`: the words of whoever refused it.
    ///   - rejectionCode: `rejection_code`: the code of whoever refused it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderModifyRejected(
        orderID: String, asset: String, rejectionReason: String, rejectionCode: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderModifyRejected, at: timestamp, room: 4)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("rejection_reason", rejectionReason)
        event.put("rejection_code", rejectionCode)
        event.add(fields)
        return event
    }

    /// The program asked to cancel an order.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what is traded.
    ///   - reason: `reason`: why.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderCancelRequested(
        orderID: String, asset: String, reason: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderCancelRequested, at: timestamp, room: 3)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("reason", reason)
        event.add(fields)
        return event
    }

    /// An order was canceled.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what was to be traded.
    ///   - reason: `reason`: why.
    ///   - canceledBy: `canceled_by`: who did it.
    ///   - filledAmount: `filled_amount`: units filled before.
    ///   - remainingAmount: `remaining_amount`: units that will not be filled.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderCanceled(
        orderID: String, asset: String, reason: String? = nil, canceledBy: CancelOrigin? = nil,
        filledAmount: Decimal? = nil, remainingAmount: Decimal? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderCanceled, at: timestamp, room: 6)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("reason", reason)
        event.put("canceled_by", canceledBy)
        event.put("filled_amount", filledAmount)
        event.put("remaining_amount", remainingAmount)
        event.add(fields)
        return event
    }

    /// The cancel was refused; the order lives or is done.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what is traded.
    ///   - rejectionReason: `rejection_reason`: the words of whoever refused it.
    ///   - rejectionCode: `rejection_code`: the code of whoever refused it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderCancelRejected(
        orderID: String, asset: String, rejectionReason: String, rejectionCode: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderCancelRejected, at: timestamp, room: 4)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("rejection_reason", rejectionReason)
        event.put("rejection_code", rejectionCode)
        event.add(fields)
        return event
    }

    /// A part of an order traded.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what was traded.
    ///   - fillPrice: `fill_price`: price of this part, in the asset's currency.
    ///   - filledAmount: `filled_amount`: units of this part.
    ///   - remainingAmount: `remaining_amount`: units still open.
    ///   - commission: `commission`: fee of this part, in the account's currency.
    ///   - side: `side`: buy or sell.
    ///   - executionID: `execution_id`: the venue's id of the trade.
    ///   - venue: `venue`: market identifier code or name.
    ///   - strategy: `strategy`: the strategy's name.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderPartiallyFilled(
        orderID: String, asset: String, fillPrice: Decimal, filledAmount: Decimal,
        remainingAmount: Decimal? = nil, commission: Decimal? = nil, side: OrderSide? = nil,
        executionID: String? = nil, venue: String? = nil, strategy: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderPartiallyFilled, at: timestamp, room: 10)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("fill_price", fillPrice)
        event.put("filled_amount", filledAmount)
        event.put("remaining_amount", remainingAmount)
        event.put("commission", commission)
        event.put("side", side)
        event.put("execution_id", executionID)
        event.put("venue", venue)
        event.put("strategy", strategy)
        event.add(fields)
        return event
    }

    /// An order traded completely.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what was traded.
    ///   - fillPrice: `fill_price`: price, or the average over all parts, in the
    ///     asset's currency.
    ///   - filledAmount: `filled_amount`: units traded.
    ///   - commission: `commission`: fee, in the account's currency.
    ///   - side: `side`: buy or sell.
    ///   - currency: `currency`: ISO 4217 code of price and fee.
    ///   - executionID: `execution_id`: the venue's id of the trade.
    ///   - brokerOrderID: `broker_order_id`: the broker's id.
    ///   - venue: `venue`: market identifier code or name.
    ///   - account: `account`: account reference.
    ///   - strategy: `strategy`: the strategy's name.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderFilled(
        orderID: String, asset: String, fillPrice: Decimal, filledAmount: Decimal,
        commission: Decimal? = nil, side: OrderSide? = nil, currency: String? = nil,
        executionID: String? = nil, brokerOrderID: String? = nil, venue: String? = nil,
        account: String? = nil, strategy: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderFilled, at: timestamp, room: 12)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("fill_price", fillPrice)
        event.put("filled_amount", filledAmount)
        event.put("commission", commission)
        event.put("side", side)
        event.put("currency", currency)
        event.put("execution_id", executionID)
        event.put("broker_order_id", brokerOrderID)
        event.put("venue", venue)
        event.put("account", account)
        event.put("strategy", strategy)
        event.add(fields)
        return event
    }

    /// An order reached the end of its life.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what was to be traded.
    ///   - filledAmount: `filled_amount`: units filled before.
    ///   - remainingAmount: `remaining_amount`: units that will not be filled.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderExpired(
        orderID: String, asset: String, filledAmount: Decimal? = nil,
        remainingAmount: Decimal? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderExpired, at: timestamp, room: 4)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("filled_amount", filledAmount)
        event.put("remaining_amount", remainingAmount)
        event.add(fields)
        return event
    }

    /// The venue changed an order on its own.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what is traded.
    ///   - reason: `reason`: the venue's reason.
    ///   - remainingAmount: `remaining_amount`: units open now.
    ///   - limitPrice: `limit_price`: limit now, in the asset's currency.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderRestated(
        orderID: String, asset: String, reason: String, remainingAmount: Decimal? = nil,
        limitPrice: Decimal? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderRestated, at: timestamp, room: 5)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("reason", reason)
        event.put("remaining_amount", remainingAmount)
        event.put("limit_price", limitPrice)
        event.add(fields)
        return event
    }

    /// Nobody can say what became of an order.
    ///
    /// - Parameters:
    ///   - orderID: `order_id`: the program's own id.
    ///   - asset: `asset`: what was to be traded.
    ///   - lastStatus: `last_status`: what was known last.
    ///   - reason: `reason`: why it is unknown.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func orderStatusUnknown(
        orderID: String, asset: String? = nil, lastStatus: String? = nil, reason: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.orderStatusUnknown, at: timestamp, room: 4)
        event.put("order_id", orderID)
        event.put("asset", asset)
        event.put("last_status", lastStatus)
        event.put("reason", reason)
        event.add(fields)
        return event
    }
}
