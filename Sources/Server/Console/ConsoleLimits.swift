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

    // MARK: What goes when

    /// How long a request waits for the calendar before it says that it is being counted.
    static let calendarWait = Duration.milliseconds(1_500)
    /// Microseconds for which a calendar stays: a quarter of an hour.
    static let calendarMicroseconds: Int64 = 900_000_000
    /// Months to come that its page lists: ten years.
    static let calendarMonths = 120

    /// Exports that their page lists, the newest.
    static let exportsShown = 100

    // MARK: Forms and chat

    /// Bytes of a form: a reason, a date, a name.
    static let consoleFormBytes = 64 << 10
    /// Fields of a form that are looked at.
    static let consoleFormFields = 100
    /// Records of the book chat that are opened together: 50 ms.
    static let chatOpened: UInt64 = 5_000
    /// Records that are opened for one page while its conversation has not filled it: half a second.
    static let chatOpenedMost: UInt64 = 50_000
    /// Messages of a conversation on one page.
    static let chatShown = 300
    /// Seconds for which a reason to read chat holds: a working day.
    static let reasonSeconds: Int64 = 12 * 3600
    /// Bytes below which a reason says nothing.
    static let reasonBytesLeast = 4
    /// Reads of somebody's data that their page lists, the newest.
    static let readsShown = 100
}
