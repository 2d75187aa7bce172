// SPDX-License-Identifier: Apache-2.0

/// A word of the trade with well-known values and room for a venue's own.
public protocol TradingName: RawRepresentable<String>, Hashable, Sendable,
    ExpressibleByStringLiteral
{
    /// A word by its text in the line.
    init(rawValue: String)
}

extension TradingName {
    /// A word by its text in the line.
    public init(stringLiteral value: String) { self.init(rawValue: value) }
}

/// Which way an order goes.
public struct OrderSide: TradingName {
    /// The text in the line.
    public let rawValue: String
    /// A side by its text in the line.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Buy.
    public static let buy: OrderSide = "buy"
    /// Sell.
    public static let sell: OrderSide = "sell"
    /// Sell what is borrowed.
    public static let sellShort: OrderSide = "sell_short"
    /// Buy back what was sold short.
    public static let buyToCover: OrderSide = "buy_to_cover"
}

/// How an order is priced.
public struct OrderType: TradingName {
    /// The text in the line.
    public let rawValue: String
    /// A type by its text in the line.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// At the market's price.
    public static let market: OrderType = "market"
    /// At a limit or better.
    public static let limit: OrderType = "limit"
    /// At the market's price once the stop is reached.
    public static let stop: OrderType = "stop"
    /// At a limit once the stop is reached.
    public static let stopLimit: OrderType = "stop_limit"
    /// A stop that follows the market.
    public static let trailingStop: OrderType = "trailing_stop"
}

/// How long an order lives.
public struct TimeInForce: TradingName {
    /// The text in the line.
    public let rawValue: String
    /// A validity by its text in the line.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// To the end of the day.
    public static let day: TimeInForce = "day"
    /// Until canceled.
    public static let goodTillCanceled: TimeInForce = "gtc"
    /// Until a given instant.
    public static let goodTillDate: TimeInForce = "gtd"
    /// At once, the rest is canceled.
    public static let immediateOrCancel: TimeInForce = "ioc"
    /// At once and whole, or not at all.
    public static let fillOrKill: TimeInForce = "fok"
}

/// Who canceled an order.
public struct CancelOrigin: TradingName {
    /// The text in the line.
    public let rawValue: String
    /// An origin by its text in the line.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The one who sent it.
    public static let member: CancelOrigin = "member"
    /// The venue.
    public static let market: CancelOrigin = "market"
    /// A rule of the program or the venue.
    public static let automatic: CancelOrigin = "automatic"
    /// A lost session.
    public static let disconnect: CancelOrigin = "disconnect"
}

/// Whether money is at stake.
public struct TradingMode: TradingName {
    /// The text in the line.
    public let rawValue: String
    /// A mode by its text in the line.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Against history.
    public static let backtest: TradingMode = "backtest"
    /// Against the market, without money.
    public static let paper: TradingMode = "paper"
    /// With money.
    public static let live: TradingMode = "live"
}
