// SPDX-License-Identifier: Apache-2.0

import Records

/// What `stats` needs from each record, and what it makes of it. Two figures of one field share
/// what is gathered.
package struct StatsPlan: Sendable {
    /// One thing that is gathered for each group.
    package struct Slot: Sendable, Hashable {
        package let kind: Accumulator.Kind
        /// Nil for counting records.
        package let path: FieldPath?
    }

    package struct Column: Sendable {
        package let name: String
        package let function: Aggregate.Function
        package let path: FieldPath?
        package let slot: Int
    }

    package struct Key: Sendable {
        package let name: String
        package let source: Source

        package enum Source: Sendable {
            case field(FieldPath)
            case time(TimeBucket)
        }
    }

    package let keys: [Key]
    package let slots: [Slot]
    package let columns: [Column]

    /// - Parameter resolve: the field of the records that a name of the query means.
    package init(
        _ aggregates: [Aggregate], by keys: [GroupKey], zone: QueryZone = .utc,
        resolve: (FieldPath) -> FieldPath = { $0 }
    ) {
        var slots: [Slot] = []
        columns = aggregates.map { aggregate in
            let path = aggregate.path.map(resolve)
            let slot = Slot(kind: Self.kind(of: aggregate.function), path: path)
            let place = slots.firstIndex(of: slot) ?? slots.count
            if place == slots.count { slots.append(slot) }
            return Column(
                name: aggregate.name, function: aggregate.function, path: path, slot: place)
        }
        self.slots = slots
        self.keys = keys.map { key in
            switch key.source {
            case .field(let path): Key(name: key.name, source: .field(resolve(path)))
            case .time(let width):
                Key(name: key.name, source: .time(TimeBucket(width: width, zone: zone)))
            }
        }
    }

    private static func kind(of function: Aggregate.Function) -> Accumulator.Kind {
        switch function {
        case .count: .count
        case .sum, .average: .sum
        case .minimum, .maximum: .extremes
        case .distinct: .distinct
        case .median, .percentile: .values
        }
    }

    /// The fields that have to be read, without those that only the record's time comes from.
    package var fields: [FieldPath] {
        var found: [FieldPath] = []
        for slot in slots {
            if let path = slot.path, !found.contains(path) { found.append(path) }
        }
        for case .field(let path) in keys.map(\.source) where !found.contains(path) {
            found.append(path)
        }
        return found
    }

    /// Whether all that is asked is how many records there are.
    var countsRecordsOnly: Bool {
        keys.isEmpty && slots.allSatisfy { $0.kind == .count && $0.path == nil }
    }

    package var needsTime: Bool {
        keys.contains { if case .time = $0.source { true } else { false } }
    }
}

/// Stretches of time of one width, side by side from 1970 on; weeks begin on Monday.
package struct TimeBucket: Sendable {
    /// Microseconds, more than none.
    package let width: Int64
    /// See `QueryZone.offset`.
    package let zone: QueryZone

    package init(width: Int64, zone: QueryZone = .utc) {
        self.width = max(1, width)
        self.zone = zone
    }

    private static let week: Int64 = 604_800_000_000
    /// 1970-01-05 was a Monday.
    private static let monday: Int64 = 4 * 86_400_000_000

    /// Where the first bucket after 1970 begins, on the clock on the wall.
    package var origin: Int64 { width % Self.week == 0 ? Self.monday : 0 }

    /// The first microsecond of the bucket that holds an instant.
    package func start(of instant: Int64) -> Int64 {
        let wall = instant &+ (zone.offset?(instant) ?? 0)
        let since = wall &- origin
        let rest = since % width
        let start = wall &- (rest < 0 ? rest &+ width : rest)
        return zone.offset == nil ? start : zone.instant(ofLocal: start)
    }
}
