// SPDX-License-Identifier: Apache-2.0

// MARK: - After the trade

extension Event {
    /// The venue corrected a trade.
    ///
    /// - Parameters:
    ///   - executionID: `execution_id`: the trade.
    ///   - asset: `asset`: what was traded.
    ///   - oldPrice: `old_price`: before, in the asset's currency.
    ///   - newPrice: `new_price`: after.
    ///   - oldAmount: `old_amount`: units before.
    ///   - newAmount: `new_amount`: units after.
    ///   - reason: `reason`: the venue's reason.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func tradeCorrected(
        executionID: String, asset: String, oldPrice: Decimal? = nil, newPrice: Decimal? = nil,
        oldAmount: Decimal? = nil, newAmount: Decimal? = nil, reason: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.tradeCorrected, at: timestamp, room: 7)
        event.put("execution_id", executionID)
        event.put("asset", asset)
        event.put("old_price", oldPrice)
        event.put("new_price", newPrice)
        event.put("old_amount", oldAmount)
        event.put("new_amount", newAmount)
        event.put("reason", reason)
        event.add(fields)
        return event
    }

    /// The venue undid a trade.
    ///
    /// - Parameters:
    ///   - executionID: `execution_id`: the trade.
    ///   - asset: `asset`: what was traded.
    ///   - reason: `reason`: the venue's reason.
    ///   - orderID: `order_id`: the order it belonged to.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func tradeBusted(
        executionID: String, asset: String, reason: String? = nil, orderID: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.tradeBusted, at: timestamp, room: 4)
        event.put("execution_id", executionID)
        event.put("asset", asset)
        event.put("reason", reason)
        event.put("order_id", orderID)
        event.add(fields)
        return event
    }

    /// Traded units were given to an account.
    ///
    /// - Parameters:
    ///   - allocationID: `allocation_id`: the allocation.
    ///   - asset: `asset`: what was traded.
    ///   - amount: `amount`: units given.
    ///   - account: `account`: to which account.
    ///   - price: `price`: at which price, in the asset's currency.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func allocation(
        allocationID: String, asset: String, amount: Decimal, account: String,
        price: Decimal? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.allocation, at: timestamp, room: 5)
        event.put("allocation_id", allocationID)
        event.put("asset", asset)
        event.put("amount", amount)
        event.put("account", account)
        event.put("price", price)
        event.add(fields)
        return event
    }

    /// A fee was charged.
    ///
    /// - Parameters:
    ///   - feeType: `fee_type`: what for.
    ///   - amount: `amount`: how much.
    ///   - currency: `currency`: ISO 4217 code.
    ///   - orderID: `order_id`: the order.
    ///   - account: `account`: the account.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func feeAssessed(
        feeType: String, amount: Decimal, currency: String, orderID: String? = nil,
        account: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.feeAssessed, at: timestamp, room: 5)
        event.put("fee_type", feeType)
        event.put("amount", amount)
        event.put("currency", currency)
        event.put("order_id", orderID)
        event.put("account", account)
        event.add(fields)
        return event
    }

    /// Money or assets did not arrive.
    ///
    /// - Parameters:
    ///   - settlementID: `settlement_id`: the settlement.
    ///   - asset: `asset`: what should have arrived.
    ///   - reason: `reason`: why it did not.
    ///   - amount: `amount`: units.
    ///   - counterparty: `counterparty`: legal entity identifier or reference.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func settlementFailed(
        settlementID: String, asset: String, reason: String, amount: Decimal? = nil,
        counterparty: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.settlementFailed, at: timestamp, room: 5)
        event.put("settlement_id", settlementID)
        event.put("asset", asset)
        event.put("reason", reason)
        event.put("amount", amount)
        event.put("counterparty", counterparty)
        event.add(fields)
        return event
    }
}

// MARK: - Positions and accounts

extension Event {
    /// A position came into being.
    ///
    /// - Parameters:
    ///   - asset: `asset`: what is held.
    ///   - amount: `amount`: units held; below zero when short.
    ///   - price: `price`: cost of a unit, in the asset's currency.
    ///   - strategy: `strategy`: the strategy's name.
    ///   - account: `account`: account reference.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func positionOpened(
        asset: String, amount: Decimal, price: Decimal? = nil, strategy: String? = nil,
        account: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.positionOpened, at: timestamp, room: 5)
        event.put("asset", asset)
        event.put("amount", amount)
        event.put("price", price)
        event.put("strategy", strategy)
        event.put("account", account)
        event.add(fields)
        return event
    }

    /// A position grew or shrank.
    ///
    /// - Parameters:
    ///   - asset: `asset`: what is held.
    ///   - oldAmount: `old_amount`: units before; below zero when short.
    ///   - newAmount: `new_amount`: units after.
    ///   - averagePrice: `average_price`: cost of a unit, in the asset's currency.
    ///   - strategy: `strategy`: the strategy's name.
    ///   - account: `account`: account reference.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func positionChanged(
        asset: String, oldAmount: Decimal, newAmount: Decimal, averagePrice: Decimal? = nil,
        strategy: String? = nil, account: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.positionChanged, at: timestamp, room: 6)
        event.put("asset", asset)
        event.put("old_amount", oldAmount)
        event.put("new_amount", newAmount)
        event.put("average_price", averagePrice)
        event.put("strategy", strategy)
        event.put("account", account)
        event.add(fields)
        return event
    }

    /// A position went to zero.
    ///
    /// - Parameters:
    ///   - asset: `asset`: what was held.
    ///   - amount: `amount`: units that were closed.
    ///   - realizedPnL: `realized_pnl`: profit or loss, in the account's currency.
    ///   - strategy: `strategy`: the strategy's name.
    ///   - account: `account`: account reference.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func positionClosed(
        asset: String, amount: Decimal, realizedPnL: Decimal? = nil, strategy: String? = nil,
        account: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.positionClosed, at: timestamp, room: 5)
        event.put("asset", asset)
        event.put("amount", amount)
        event.put("realized_pnl", realizedPnL)
        event.put("strategy", strategy)
        event.put("account", account)
        event.add(fields)
        return event
    }

    /// What an account holds.
    ///
    /// - Parameters:
    ///   - account: `account`: account reference.
    ///   - equity: `equity`: total value, in `currency`.
    ///   - cash: `cash`: money, in `currency`.
    ///   - marginUsed: `margin_used`: margin in use, in `currency`.
    ///   - marginAvailable: `margin_available`: margin left, in `currency`.
    ///   - currency: `currency`: ISO 4217 code.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func accountState(
        account: String, equity: Decimal? = nil, cash: Decimal? = nil,
        marginUsed: Decimal? = nil, marginAvailable: Decimal? = nil, currency: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.accountState, at: timestamp, room: 6)
        event.put("account", account)
        event.put("equity", equity)
        event.put("cash", cash)
        event.put("margin_used", marginUsed)
        event.put("margin_available", marginAvailable)
        event.put("currency", currency)
        event.add(fields)
        return event
    }

    /// The account needs more margin.
    ///
    /// - Parameters:
    ///   - account: `account`: account reference.
    ///   - required: `required`: margin needed, in `currency`.
    ///   - available: `available`: margin there, in `currency`.
    ///   - currency: `currency`: ISO 4217 code.
    ///   - deadline: `deadline`: until when.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func marginCall(
        account: String, required: Decimal, available: Decimal? = nil, currency: String? = nil,
        deadline: Timestamp? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.marginCall, at: timestamp, room: 5)
        event.put("account", account)
        event.put("required", required)
        event.put("available", available)
        event.put("currency", currency)
        event.put("deadline", deadline)
        event.add(fields)
        return event
    }

    /// A position was closed by force.
    ///
    /// - Parameters:
    ///   - account: `account`: account reference.
    ///   - asset: `asset`: what was closed.
    ///   - amount: `amount`: units closed.
    ///   - price: `price`: price, in the asset's currency.
    ///   - reason: `reason`: why.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func liquidation(
        account: String, asset: String, amount: Decimal, price: Decimal? = nil,
        reason: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.liquidation, at: timestamp, room: 5)
        event.put("account", account)
        event.put("asset", asset)
        event.put("amount", amount)
        event.put("price", price)
        event.put("reason", reason)
        event.add(fields)
        return event
    }

    /// Money or assets moved between accounts.
    ///
    /// - Parameters:
    ///   - fromAccount: `from_account`: from where.
    ///   - toAccount: `to_account`: to where.
    ///   - asset: `asset`: what moved; an ISO 4217 code for money.
    ///   - amount: `amount`: units.
    ///   - transferID: `transfer_id`: the transfer.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func transfer(
        fromAccount: String, toAccount: String, asset: String, amount: Decimal,
        transferID: String? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.transfer, at: timestamp, room: 5)
        event.put("from_account", fromAccount)
        event.put("to_account", toAccount)
        event.put("asset", asset)
        event.put("amount", amount)
        event.put("transfer_id", transferID)
        event.add(fields)
        return event
    }
}

// MARK: - Comparing books

extension Event {
    /// Own and broker's books were compared.
    ///
    /// - Parameters:
    ///   - scope: `scope`: what was compared, such as `positions`.
    ///   - checkedCount: `checked_count`: entries compared.
    ///   - breakCount: `break_count`: differences found.
    ///   - durationMilliseconds: `duration_ms`: how long it took, in milliseconds.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func reconciliationRun(
        scope: String, checkedCount: Int64, breakCount: Int64,
        durationMilliseconds: Int64? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.reconciliationRun, at: timestamp, room: 4)
        event.put("scope", scope)
        event.put("checked_count", checkedCount)
        event.put("break_count", breakCount)
        event.put("duration_ms", durationMilliseconds)
        event.add(fields)
        return event
    }

    /// Own and broker's books differ.
    ///
    /// - Parameters:
    ///   - breakID: `break_id`: the difference.
    ///   - discrepancyType: `discrepancy_type`: its kind, such as `quantity_mismatch`.
    ///   - asset: `asset`: what it is about.
    ///   - localAmount: `local_amount`: units in the own books.
    ///   - brokerAmount: `broker_amount`: units in the broker's books.
    ///   - severity: `severity`: how bad.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func breakFound(
        breakID: String, discrepancyType: String, asset: String? = nil,
        localAmount: Decimal? = nil, brokerAmount: Decimal? = nil, severity: String? = nil,
        fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.breakFound, at: timestamp, room: 6)
        event.put("break_id", breakID)
        event.put("discrepancy_type", discrepancyType)
        event.put("asset", asset)
        event.put("local_amount", localAmount)
        event.put("broker_amount", brokerAmount)
        event.put("severity", severity)
        event.add(fields)
        return event
    }

    /// A difference is explained or gone.
    ///
    /// - Parameters:
    ///   - breakID: `break_id`: the difference.
    ///   - resolution: `resolution`: how.
    ///   - resolvedBy: `resolved_by`: a reference to who did it.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func breakResolved(
        breakID: String, resolution: String, resolvedBy: String? = nil, fields: Fields = [:],
        at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.breakResolved, at: timestamp, room: 3)
        event.put("break_id", breakID)
        event.put("resolution", resolution)
        event.put("resolved_by", resolvedBy)
        event.add(fields)
        return event
    }

    /// The broker shows an order that this program did not send.
    ///
    /// - Parameters:
    ///   - brokerOrderID: `broker_order_id`: the broker's id.
    ///   - asset: `asset`: what is traded.
    ///   - side: `side`: buy or sell.
    ///   - amount: `amount`: units.
    ///   - orderType: `order_type`: how it is priced.
    ///   - fields: more, as you like; they come after these.
    ///   - timestamp: when it happened, if known better than the moment of recording.
    public static func externalOrderSeen(
        brokerOrderID: String, asset: String, side: OrderSide? = nil, amount: Decimal? = nil,
        orderType: OrderType? = nil, fields: Fields = [:], at timestamp: Timestamp? = nil
    ) -> Event {
        var event = Event(.externalOrderSeen, at: timestamp, room: 5)
        event.put("broker_order_id", brokerOrderID)
        event.put("asset", asset)
        event.put("side", side)
        event.put("amount", amount)
        event.put("order_type", orderType)
        event.add(fields)
        return event
    }
}
