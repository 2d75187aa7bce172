// SPDX-License-Identifier: Apache-2.0

internal import Records

/// Random numbers that are the same for the same seed, on every machine (SplitMix64).
struct DemoDice: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number from 0 up to, but not including, `bound`.
    mutating func roll(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True so many times in a hundred.
    mutating func percent(_ chance: Int) -> Bool { roll(100) < chance }

    /// A step of a random walk: the sum of four dice, so that small ones are the usual ones.
    mutating func step(_ width: Int) -> Int64 {
        var sum = 0
        for _ in 0..<4 { sum += roll(2 * width + 1) - width }
        return Int64(sum / 2)
    }
}

/// What is traded, its price in whole ticks, and how it moves. No binary floats anywhere.
struct DemoAsset: Sendable {
    let name: String
    let venue: String
    /// Digits after the point of a price, and units of the last digit that a tick has.
    let priceScale: Int
    let tick: Int64
    /// Digits after the point of an amount, and the usual amount in units of the last digit.
    let amountScale: Int
    let lot: Int64
    /// Commission per unit of amount, and its digits after the point.
    let fee: Int64
    let feeScale: Int
    /// Price in units of the last digit.
    var price: Int64
    let low: Int64
    let high: Int64
    /// How far the last moves went, in ticks: what strategies look at.
    var momentum: Int64 = 0

    init(
        _ name: String, _ venue: String, price: Int64, scale: Int, tick: Int64, lot: Int64,
        amountScale: Int = 0, fee: Int64, feeScale: Int
    ) {
        self.name = name
        self.venue = venue
        self.price = price
        priceScale = scale
        self.tick = tick
        self.lot = lot
        self.amountScale = amountScale
        self.fee = fee
        self.feeScale = feeScale
        low = price / 4
        high = price * 4
    }

    /// The assets of the desk.
    static let all = [
        DemoAsset("AAPL", "XNAS", price: 15025, scale: 2, tick: 1, lot: 100, fee: 5, feeScale: 3),
        DemoAsset("MSFT", "XNAS", price: 41436, scale: 2, tick: 1, lot: 50, fee: 5, feeScale: 3),
        DemoAsset("NVDA", "XNAS", price: 13804, scale: 2, tick: 1, lot: 200, fee: 5, feeScale: 3),
        DemoAsset(
            "EUR/USD", "LMAX", price: 108_412, scale: 5, tick: 1, lot: 100_000, fee: 25,
            feeScale: 6),
        DemoAsset(
            "BTC/USDT", "binance", price: 972_413, scale: 1, tick: 1, lot: 2500, amountScale: 4,
            fee: 75, feeScale: 1),
        DemoAsset(
            "ESZ6", "XCME", price: 601_250, scale: 2, tick: 25, lot: 2, fee: 225, feeScale: 2),
    ]

    /// One move of the walk, kept within a quarter and four times the first price.
    mutating func move(_ dice: inout DemoDice) {
        var ticks = dice.step(6)
        if price <= low { ticks = abs(ticks) + 1 }
        if price >= high { ticks = -abs(ticks) - 1 }
        price += ticks * tick
        momentum = momentum * 3 / 4 + ticks
    }

    /// A sudden fall by some thousandths.
    mutating func fall(thousandths: Int64) {
        price -= price / 1000 * thousandths / tick * tick
        momentum = -40
    }

    func price(_ units: Int64) -> Decimal {
        Decimal(coefficient: Int128(units), scale: priceScale) ?? .zero
    }

    func amount(_ units: Int64) -> Decimal {
        Decimal(coefficient: Int128(units), scale: amountScale) ?? .zero
    }

    /// Price times amount, exactly.
    func value(_ units: Int64) -> Decimal {
        Decimal(coefficient: Int128(units), scale: priceScale + amountScale) ?? .zero
    }

    func commission(_ amount: Int64) -> Decimal {
        let exact = Decimal(
            coefficient: Int128(amount) * Int128(fee), scale: amountScale + feeScale)
        return exact ?? .zero
    }
}
