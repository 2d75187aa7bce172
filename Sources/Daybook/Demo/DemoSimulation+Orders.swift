// SPDX-License-Identifier: Apache-2.0

internal import Records

extension DemoSimulation {
    private static let rejections = [
        ("insufficient_buying_power", "the order needs more buying power than there is"),
        ("price_outside_band", "the limit is too far from the market"),
        ("market_closed", "the venue takes no orders at this time"),
        ("duplicate_order", "an order like this one is open already"),
        ("symbol_halted", "trading in the instrument is halted"),
    ]

    /// Brings one order a step on; removes it when it has come to its end.
    mutating func work(_ place: Int) {
        var order = orders[place]
        let isDone = advance(&order)
        order.stage += 1
        if isDone {
            orders[place] = orders[orders.count - 1]
            orders.removeLast()
        } else {
            orders[place] = order
        }
    }

    private mutating func advance(_ order: inout DemoOrder) -> Bool {
        if order.stage == 0 { return open(&order) }
        switch order.fate {
        case .filled, .rejected: return fill(&order)
        case .canceled: return cancel(&order)
        case .canceledByVenue: return end(order, by: .market, "the venue ended the session")
        case .modified: return modify(&order)
        case .modifyRejected: return failToModify(&order)
        case .cancelRejected: return failToCancel(&order)
        case .expired: return expire(order)
        case .triggered: return trigger(&order)
        case .unknown: return lose(&order)
        }
    }

    private mutating func open(_ order: inout DemoOrder) -> Bool {
        let asset = assets[order.asset]
        if order.fate == .rejected {
            let (code, reason) = Self.rejections[dice.roll(Self.rejections.count)]
            tell(
                .orderRejected(
                    orderID: order.id, asset: asset.name, rejectionReason: reason,
                    rejectionCode: code, venue: asset.venue,
                    strategy: Self.strategies[order.strategy].name, at: instant()))
            return true
        }
        tell(
            .orderAccepted(
                orderID: order.id, asset: asset.name, brokerOrderID: order.brokerID,
                venue: asset.venue, at: instant()))
        if order.strategy == 3 {
            tell(
                .orderRouted(
                    orderID: order.id, asset: asset.name, route: "\(asset.venue)-direct",
                    at: instant()))
        }
        return false
    }

    // MARK: - Fills

    /// Fills an order, whole or in parts.
    private mutating func fill(_ order: inout DemoOrder) -> Bool {
        let asset = assets[order.asset]
        let price = order.type == .limit ? order.limit : asset.price
        let half = order.remaining / 2
        let isPart = order.stage < 4 && half > 0 && dice.percent(35)
        let amount = isPart ? half : order.remaining
        order.filled += amount
        executionCount += 1
        let execution = DemoOrder.padded("exec-", executionCount)
        let strategy = Self.strategies[order.strategy].name
        if isPart {
            tell(
                .orderPartiallyFilled(
                    orderID: order.id, asset: asset.name, fillPrice: asset.price(price),
                    filledAmount: asset.amount(amount),
                    remainingAmount: asset.amount(order.remaining),
                    commission: asset.commission(amount), side: order.side,
                    executionID: execution, strategy: strategy, at: instant()))
        } else {
            tell(
                .orderFilled(
                    orderID: order.id, asset: asset.name, fillPrice: asset.price(price),
                    filledAmount: asset.amount(amount), commission: asset.commission(amount),
                    side: order.side, executionID: execution, brokerOrderID: order.brokerID,
                    account: Self.account, strategy: strategy, at: instant()))
        }
        book(order, amount: order.isBuy ? amount : -amount, price: price)
        return !isPart
    }

    /// Takes a fill into the strategy's position.
    private mutating func book(_ order: DemoOrder, amount: Int64, price: Int64) {
        let asset = assets[order.asset]
        let place = order.strategy * assets.count + order.asset
        let strategy = Self.strategies[order.strategy].name
        var rest = amount
        let held = positions[place].amount
        if held != 0, (held > 0) != (amount > 0) {
            // Towards zero: at most as much as is held.
            let closing = abs(amount) < abs(held) ? amount : -held
            positions[place].amount += closing
            positions[place].cash -= closing * price
            rest -= closing
            if positions[place].amount == 0 {
                tell(
                    .positionClosed(
                        asset: asset.name, amount: asset.amount(abs(held)),
                        realizedPnL: asset.value(positions[place].cash), strategy: strategy,
                        account: Self.account, at: instant()))
                positions[place] = DemoPosition()
            } else {
                tellChange(asset, held, positions[place].amount, strategy)
            }
        }
        guard rest != 0 else { return }
        let before = positions[place].amount
        positions[place].amount += rest
        positions[place].cash -= rest * price
        if before == 0 {
            tell(
                .positionOpened(
                    asset: asset.name, amount: asset.amount(rest), price: asset.price(price),
                    strategy: strategy, account: Self.account, at: instant()))
        } else {
            tellChange(asset, before, positions[place].amount, strategy)
        }
    }

    private mutating func tellChange(
        _ asset: DemoAsset, _ before: Int64, _ after: Int64, _ strategy: String
    ) {
        tell(
            .positionChanged(
                asset: asset.name, oldAmount: asset.amount(before), newAmount: asset.amount(after),
                strategy: strategy, account: Self.account, at: instant()))
    }

    // MARK: - Other ends

    private mutating func cancel(_ order: inout DemoOrder) -> Bool {
        if order.stage == 1 {
            tell(
                .orderCancelRequested(
                    orderID: order.id, asset: assets[order.asset].name,
                    reason: "the quote is stale", at: instant()))
            return false
        }
        return end(order, by: .member, "the quote is stale")
    }

    /// Ends an order that was not filled.
    mutating func end(_ order: DemoOrder, by origin: CancelOrigin, _ reason: String) -> Bool {
        let asset = assets[order.asset]
        tell(
            .orderCanceled(
                orderID: order.id, asset: asset.name, reason: reason, canceledBy: origin,
                filledAmount: asset.amount(order.filled),
                remainingAmount: asset.amount(order.remaining), at: instant()))
        return true
    }

    private mutating func modify(_ order: inout DemoOrder) -> Bool {
        let asset = assets[order.asset]
        let limit = order.isBuy ? order.limit + asset.tick : order.limit - asset.tick
        if order.stage == 1 {
            tell(
                .orderModifyRequested(
                    orderID: order.id, asset: asset.name, newLimitPrice: asset.price(limit),
                    reason: "the market moved away", at: instant()))
            return false
        }
        tell(
            .orderModified(
                orderID: order.id, asset: asset.name, oldLimitPrice: asset.price(order.limit),
                newLimitPrice: asset.price(limit), reason: "the market moved away", at: instant()))
        order.limit = limit
        order.fate = .filled
        return false
    }

    private mutating func failToModify(_ order: inout DemoOrder) -> Bool {
        let asset = assets[order.asset]
        if order.stage == 1 {
            tell(
                .orderModifyRequested(
                    orderID: order.id, asset: asset.name, newAmount: asset.amount(order.amount * 2),
                    at: instant()))
            return false
        }
        tell(
            .orderModifyRejected(
                orderID: order.id, asset: asset.name,
                rejectionReason: "the amount cannot be raised", rejectionCode: "amend_up",
                at: instant()))
        order.fate = .filled
        return false
    }

    private mutating func failToCancel(_ order: inout DemoOrder) -> Bool {
        let asset = assets[order.asset]
        if order.stage == 1 {
            tell(.orderCancelRequested(orderID: order.id, asset: asset.name, at: instant()))
            return false
        }
        tell(
            .orderCancelRejected(
                orderID: order.id, asset: asset.name, rejectionReason: "too late to cancel",
                rejectionCode: "too_late", at: instant()))
        order.fate = .filled
        return false
    }

    private mutating func expire(_ order: DemoOrder) -> Bool {
        let asset = assets[order.asset]
        tell(
            .orderExpired(
                orderID: order.id, asset: asset.name, filledAmount: asset.amount(order.filled),
                remainingAmount: asset.amount(order.remaining), at: instant()))
        return true
    }

    private mutating func trigger(_ order: inout DemoOrder) -> Bool {
        let asset = assets[order.asset]
        tell(
            .orderTriggered(
                orderID: order.id, asset: asset.name, triggerPrice: asset.price(order.limit),
                brokerOrderID: order.brokerID, at: instant()))
        order.fate = .filled
        return false
    }

    private mutating func lose(_ order: inout DemoOrder) -> Bool {
        tell(
            .orderStatusUnknown(
                orderID: order.id, asset: assets[order.asset].name, lastStatus: "accepted",
                reason: "no answer from the venue within 5 s", at: instant()))
        order.fate = .filled
        return false
    }
}
