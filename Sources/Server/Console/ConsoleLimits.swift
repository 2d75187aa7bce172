// SPDX-License-Identifier: Apache-2.0

/// Bounds of the console.
extension ServerLimits {
    // MARK: Today

    /// Orders without an end that Today remembers, for their latencies: about 30 MB.
    static let dayOpenOrders = 100_000
    /// Decisions that wait for their order: one a strategy and asset.
    static let dayDecisions = 50_000
    /// Strategies that Today tells apart.
    static let dayStrategies = 1_000
    /// Reasons of rejections that Today tells apart, for each strategy.
    static let dayReasons = 200
    /// Minutes of a day with figures, for each strategy: two days, for sources with odd clocks.
    static let dayMinutes = 2_880
    /// Rows that the blotter remembers, and that a page shows.
    static let blotterRows = 2_000
    static let blotterShown = 100

    /// Changes of the settings that their page shows, the newest.
    static let changesShown = 40

    // MARK: Forms and chat

    /// Bytes of a form: a reason, a date, a name.
    static let consoleFormBytes = 64 << 10
    /// Fields of a form that are looked at.
    static let consoleFormFields = 100
    /// Records of the book chat that are opened for one page: 50 ms.
    static let chatOpened = 5_000
    /// Messages of a conversation on one page.
    static let chatShown = 300
    /// Seconds for which a reason to read chat holds: a working day.
    static let reasonSeconds: Int64 = 12 * 3600
    /// Bytes below which a reason says nothing.
    static let reasonBytesLeast = 4
    /// Reads of somebody's data that their page lists, the newest.
    static let readsShown = 100
}
