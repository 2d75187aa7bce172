// SPDX-License-Identifier: Apache-2.0

internal import Records

/// The state of the desk and its clock, and what happens at each tick.
struct DemoSimulation: Sendable {
    static let strategies = [
        (name: "momentum", kind: "MomentumStrategy"),
        (name: "mean-reversion", kind: "MeanReversionStrategy"),
        (name: "market-maker", kind: "MarketMakerStrategy"),
        (name: "vwap", kind: "VWAPExecution"),
    ]
    static let account = "DU1234567"

    /// Orders that may be on their way at once.
    static let openOrdersMax = 24
    /// Ticks from one round of incidents to the next.
    static let roundTicks = 400

    var dice: DemoDice
    var assets = DemoAsset.all
    var orders: [DemoOrder] = []
    /// By strategy, then by asset.
    var positions: [DemoPosition]
    let start: Timestamp
    /// How many times longer the pauses between ticks are.
    let slowness: Int64
    var microseconds: Int64
    var tick = 0
    var orderCount = 0
    var executionCount = 0
    /// Everything that is to be told before the clock goes on.
    private var pending: [Event] = []
    private var told = 0
    /// Why no orders are sent at the moment.
    var isHalted = false
    var isFeedLost = false

    init(seed: UInt64, start: Timestamp, slowness: Int64 = 1, firstOrder: Int = 1) {
        orderCount = firstOrder - 1
        executionCount = firstOrder - 1
        self.slowness = slowness
        dice = DemoDice(seed: seed)
        self.start = start
        microseconds = start.microseconds
        positions = Array(
            repeating: DemoPosition(), count: Self.strategies.count * DemoAsset.all.count)
        pending.reserveCapacity(64)
        open()
    }

    mutating func next() -> Event {
        while true {
            if told < pending.count {
                told += 1
                return pending[told - 1]
            }
            pending.removeAll(keepingCapacity: true)
            told = 0
            advance()
        }
    }

    /// The last event of a desk that closes.
    mutating func shutdown() -> Event {
        let uptime = (microseconds - start.microseconds) / 1_000_000
        return .systemShutdown(
            reason: "end of the demonstration", uptimeSeconds: uptime, at: instant())
    }

    // MARK: - Telling

    /// The clock's instant; the next one is later.
    mutating func instant() -> Timestamp {
        defer { microseconds += 30 + Int64(dice.roll(400)) }
        return Timestamp(microseconds: microseconds)
    }

    mutating func tell(_ event: Event) {
        pending.append(event)
    }

    // MARK: - Ticks

    private mutating func advance() {
        tick += 1
        microseconds += (2_000 + Int64(dice.roll(30_000))) * slowness
        let asset = dice.roll(assets.count)
        assets[asset].move(&dice)
        incidents()
        for _ in 0..<2 where !orders.isEmpty { work(dice.roll(orders.count)) }
        if !isHalted, !isFeedLost, orders.count < Self.openOrdersMax { decide(asset) }
    }

    /// Lets one of the strategies look at an asset that has moved.
    private mutating func decide(_ asset: Int) {
        let momentum = assets[asset].momentum
        switch dice.roll(4) {
        case 0 where abs(momentum) > 8:
            if dice.percent(25) { tellThreshold(asset, momentum) }
            submit(asset, strategy: 0, isBuy: momentum > 0, strength: momentum)
        case 1 where abs(momentum) > 14:
            submit(asset, strategy: 1, isBuy: momentum < 0, strength: momentum)
        case 2:
            submit(asset, strategy: 2, isBuy: dice.percent(50), strength: nil)
        case 3 where dice.percent(40):
            submit(asset, strategy: 3, isBuy: tick / 200 % 2 == 0, strength: nil)
        default:
            break
        }
    }

    /// An event of a strategy's own, as the vocabulary allows them.
    private mutating func tellThreshold(_ asset: Int, _ momentum: Int64) {
        tell(
            Event(
                custom: "momentum_threshold", level: .debug,
                fields: [
                    "strategy": "momentum", "asset": .string(assets[asset].name),
                    "momentum_ticks": .integer(momentum), "threshold_ticks": 8,
                ], at: instant()))
    }

    /// Decides, checks and sends an order.
    private mutating func submit(_ asset: Int, strategy: Int, isBuy: Bool, strength: Int64?) {
        let item = assets[asset]
        let name = Self.strategies[strategy].name
        let held = positions[strategy * assets.count + asset].amount
        // A strategy that holds much goes back towards nothing.
        let isBuy = abs(held) >= item.lot * 4 ? held < 0 : isBuy
        let lots = Int64(1 + dice.roll(3))
        let amount = item.lot * lots
        let isLimit = strategy == 2 || dice.percent(60)
        let offset = Int64(1 + dice.roll(5)) * item.tick
        let limit = isBuy ? item.price - offset : item.price + offset
        if let strength {
            tell(
                .signalGenerated(
                    signalType: isBuy ? "buy" : "sell", asset: item.name,
                    strength: Decimal(coefficient: Int128(abs(strength)), scale: 2),
                    price: item.price(item.price), strategy: name, at: instant()))
        }
        tell(
            .tradingDecision(
                signalType: isBuy ? "buy" : "sell", asset: item.name, amount: item.amount(amount),
                limitPrice: isLimit ? item.price(limit) : nil, strategy: name,
                strategyClass: Self.strategies[strategy].kind, at: instant()))
        if dice.percent(2) {
            tell(
                .riskCheckBlocked(
                    check: "max_position", reason: "position would exceed its limit",
                    asset: item.name, value: item.amount(abs(held) + amount),
                    limit: item.amount(item.lot * 6), at: instant()))
            tell(
                .orderIntentDropped(
                    asset: item.name, reason: "risk check max_position",
                    amount: item.amount(amount), strategy: name, at: instant()))
            return
        }
        var fate = DemoFate.choose(&dice)
        if !isLimit, fate == .modified || fate == .expired { fate = .filled }
        orderCount += 1
        let order = DemoOrder(
            number: orderCount, asset: asset, strategy: strategy, isBuy: isBuy,
            type: fate == .triggered ? .stop : isLimit ? .limit : .market, fate: fate,
            amount: amount, limit: limit)
        tell(
            .orderSubmitted(
                orderID: order.id, asset: item.name, amount: item.amount(amount),
                orderType: order.type, side: order.side,
                limitPrice: isLimit && fate != .triggered ? item.price(limit) : nil,
                stopPrice: fate == .triggered ? item.price(limit) : nil, timeInForce: .day,
                venue: item.venue, account: Self.account, strategy: name, at: instant()))
        orders.append(order)
    }
}
