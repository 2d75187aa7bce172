// SPDX-License-Identifier: Apache-2.0

internal import CDaybook
internal import Records

/// Turns ticks that callers took into instants of the wall clock, for the thread that reads them.
///
/// Both clocks are sampled together now and then, always after the ticks to be turned were taken:
/// so an instant lies between two samples and follows the wall clock, however that is slewed,
/// without calibration in the caller. Within a microsecond of `clock_gettime`.
///
/// Instants of one reader do not step back by rounding, nor where two threads took their ticks in
/// another order than their places; they do where the wall clock itself is set back, and the book
/// then says besides when it recorded.
struct CycleClock {
    /// Both clocks at one moment.
    struct Sample {
        var ticks: UInt64 = 0
        /// Since 1970.
        var nanoseconds: Int64 = 0
    }

    private let take: () -> Sample
    private var older: Sample
    private var newer: Sample
    /// Where the rate is counted from.
    private var origin: Sample
    /// Nanoseconds of a tick, over the long run.
    private var rate: Double
    /// Ticks beyond the newest sample that are still reckoned from it.
    private var reach: UInt64 = 0
    private var last = Int64.min

    /// - Parameter take: samples both clocks; another one in tests.
    init(_ take: @escaping () -> Sample = Self.sample) {
        self.take = take
        older = take()
        origin = older
        repeat {
            newer = take()
        } while newer.nanoseconds - older.nanoseconds
            < DaybookLimits.clockStartNanoseconds && newer.nanoseconds >= older.nanoseconds
        rate = 1
        rate = Self.slope(older, newer) ?? 1
        setReach()
    }

    private static func sample() -> Sample {
        var sample = Sample()
        daybook_sample_clocks(&sample.ticks, &sample.nanoseconds)
        return sample
    }

    private static func slope(_ from: Sample, _ to: Sample) -> Double? {
        guard to.ticks > from.ticks, to.nanoseconds > from.nanoseconds else { return nil }
        return Double(to.nanoseconds - from.nanoseconds) / Double(to.ticks - from.ticks)
    }

    private mutating func setReach() {
        reach = UInt64(Double(DaybookLimits.clockReachNanoseconds) / rate)
    }

    /// The instant at which `ticks` were taken.
    mutating func instant(_ ticks: UInt64) -> Timestamp {
        if ticks > newer.ticks &+ reach { advance() }
        let nanoseconds = interpolated(ticks) ?? reckoned(ticks)
        var microseconds = Int64((Double(nanoseconds) / 1000).rounded(.down))
        // Exact again where a double is not: it has 53 bits, and an instant since 1970 needs 61.
        microseconds = nanoseconds >= 0 ? nanoseconds / 1000 : microseconds
        if microseconds < last, last - microseconds <= 1 { microseconds = last }
        last = microseconds
        return Timestamp(microseconds: microseconds)
    }

    private mutating func advance() {
        older = newer
        newer = take()
        guard let slope = Self.slope(origin, newer), abs(slope / rate - 1) < Self.tolerance else {
            // The wall clock was set: count from here.
            origin = newer
            return
        }
        guard newer.nanoseconds - origin.nanoseconds > DaybookLimits.clockRateNanoseconds else {
            return
        }
        rate = slope
        setReach()
    }

    /// How far a rate may be off before the wall clock counts as set: it is slewed by 0.05 % at
    /// the most, and the first rate is known to 0.1 %.
    private static let tolerance = 0.002

    /// Between the two samples; nil where the wall clock was set between them.
    private func interpolated(_ ticks: UInt64) -> Int64? {
        guard ticks >= older.ticks, ticks <= newer.ticks,
            let slope = Self.slope(older, newer), abs(slope / rate - 1) < Self.tolerance
        else { return nil }
        return older.nanoseconds + Int64(Double(ticks - older.ticks) * slope)
    }

    /// From the newest sample, forwards or backwards.
    private func reckoned(_ ticks: UInt64) -> Int64 {
        ticks >= newer.ticks
            ? newer.nanoseconds + Int64(Double(ticks - newer.ticks) * rate)
            : newer.nanoseconds - Int64(Double(newer.ticks - ticks) * rate)
    }
}
