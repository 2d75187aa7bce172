// SPDX-License-Identifier: Apache-2.0

internal import Records

// What happens around the orders. A round of it is short, so that a demonstration of a thousand
// events has everything once.
extension DemoSimulation {
    /// What a desk says when it opens.
    mutating func open() {
        tell(
            .systemStartup(
                version: "1.0.0", strategyClass: Self.strategies[0].kind, broker: "PaperBroker",
                mode: .paper, checkpointIntervalSeconds: 60, reconciliationStrategy: "warn_only",
                shadowMode: false, at: instant()))
        tell(
            .clockSyncStatus(
                synchronized: true, offsetMicroseconds: 38, uncertaintyMicroseconds: 210,
                clockSource: "ntp", at: instant()))
        for venue in ["XNAS", "LMAX", "binance", "XCME"] {
            tell(
                .sessionLogon(
                    session: "DESK-\(venue)", venue: venue, heartbeatSeconds: 30, at: instant()))
        }
        tell(
            .feedConnected(
                feed: "consolidated", subscriptions: assets.map(\.name), at: instant()))
        for strategy in Self.strategies {
            tell(
                .algoDeployed(
                    algorithm: strategy.name, version: "1.4.2", deployedBy: "desk", at: instant()))
            tell(.strategyEnabled(strategy: strategy.name, enabledBy: "desk", at: instant()))
        }
    }

    /// Whatever is due at this tick.
    mutating func incidents() {
        if tick % 100 == 0 { tellAccount() }
        switch tick % Self.roundTicks {
        case 60:
            isFeedLost = true
            let last = Timestamp(microseconds: microseconds - 2_000_000)
            tell(
                .feedLost(
                    feed: "consolidated", reason: "connection reset by peer", lastMessageAt: last,
                    at: instant()))
        case 70:
            isFeedLost = false
            tell(
                .feedConnected(
                    feed: "consolidated", subscriptions: assets.map(\.name), at: instant()))
            tell(
                .sequenceGap(
                    feed: "consolidated", expected: Int64(tick) * 40,
                    received: Int64(tick) * 40 + 12,
                    at: instant()))
        case 130: trip()
        case 150: reset()
        case 200: drill()
        case 215: endDrill()
        case 260: reconcile()
        case 300:
            tell(
                .parameterChanged(
                    parameter: "fast_window", newValue: String(5 + dice.roll(6)), oldValue: "5",
                    strategy: "momentum", changedBy: "desk", reason: "less noise", at: instant()))
        case 340:
            tell(
                .throttleHit(
                    limitName: "orders_per_second", session: "DESK-binance", waitMilliseconds: 120,
                    at: instant()))
        case 0:
            tell(
                .heartbeat(
                    component: "desk", sequenceNumber: Int64(tick / Self.roundTicks), at: instant())
            )
        default: break
        }
    }

    private mutating func tellAccount() {
        let equity = 10_000_000 + Int64(tick) * 3 + Int64(dice.roll(100_000))
        let used = Int64(orders.count) * 125_000
        tell(
            .accountState(
                account: Self.account, equity: cents(equity), cash: cents(equity - used),
                marginUsed: cents(used), marginAvailable: cents(equity - used), currency: "USD",
                at: instant()))
    }

    private func cents(_ cents: Int64) -> Decimal {
        Decimal(coefficient: Int128(cents), scale: 2) ?? .zero
    }

    // MARK: - Breaker and kill switch

    private mutating func trip() {
        let asset = dice.roll(assets.count)
        assets[asset].fall(thousandths: 40)
        isHalted = true
        tell(
            .circuitBreakerTripped(
                breakerType: "drawdown", reason: "\(assets[asset].name) fell by 4 % in a tick",
                details: ["drawdown": "0.0412", "limit": "0.0300"], at: instant()))
        tell(
            .tradingHalted(
                scope: "all", reason: "circuit breaker drawdown", haltedBy: "risk", at: instant()))
        cancelAll("circuit breaker drawdown")
    }

    private mutating func reset() {
        isHalted = false
        tell(
            .circuitBreakerReset(
                breakerType: "drawdown", previousState: "tripped", resetBy: "desk", at: instant()))
        tell(.tradingResumed(scope: "all", reason: "the breaker was reset", at: instant()))
    }

    private mutating func drill() {
        isHalted = true
        tell(
            .killSwitchEngaged(
                reason: "quarterly drill", operator: "desk", scope: "all", at: instant()))
        cancelAll("kill switch")
    }

    private mutating func endDrill() {
        isHalted = false
        tell(.killSwitchReleased(reason: "the drill is over", operator: "desk", at: instant()))
    }

    private mutating func cancelAll(_ reason: String) {
        for order in orders where order.stage > 0 { _ = end(order, by: .automatic, reason) }
        orders.removeAll { $0.stage > 0 }
    }

    private mutating func reconcile() {
        let hasBreak = dice.percent(50)
        tell(
            .reconciliationRun(
                scope: "positions", checkedCount: Int64(positions.count),
                breakCount: hasBreak ? 1 : 0, durationMilliseconds: 40 + Int64(dice.roll(60)),
                at: instant()))
        guard hasBreak else { return }
        let id = "break-\(tick)"
        let asset = assets[dice.roll(assets.count)]
        tell(
            .breakFound(
                breakID: id, discrepancyType: "position", asset: asset.name,
                localAmount: asset.amount(asset.lot), brokerAmount: asset.amount(asset.lot * 2),
                severity: "minor", at: instant()))
        tell(
            .breakResolved(
                breakID: id, resolution: "a late fill was booked", resolvedBy: "reconciler",
                at: instant()))
    }
}
