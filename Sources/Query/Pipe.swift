// SPDX-License-Identifier: Apache-2.0

/// A step after the filter.
package enum Pipe: Sendable, Equatable {
    /// Only these fields, in this order.
    case fields([FieldPath])
    case stats([Aggregate], by: [GroupKey])
    case sort([SortKey])
    case limit(Int)
    /// The values of a field that occur most often, and how often.
    case top(Int, FieldPath)
    case rename([Renaming])
    /// How many records in each stretch of time, as bars; nil lets the range decide.
    case timeline(Int64?)
    /// All that happened to one order.
    case lifecycle(String)

    /// The names of the pipes, for messages.
    package static let names = [
        "fields", "lifecycle", "limit", "rename", "sort", "stats", "timeline", "top",
    ]

    package struct Renaming: Sendable, Equatable {
        package let from: String
        package let to: String

        package init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }
}

package struct SortKey: Sendable, Equatable {
    package let path: FieldPath
    package let isDescending: Bool

    package init(_ path: FieldPath, isDescending: Bool = false) {
        self.path = path
        self.isDescending = isDescending
    }
}

/// A figure over the records of a group.
package struct Aggregate: Sendable, Equatable {
    package enum Function: Sendable, Hashable {
        case count, sum, average, minimum, maximum, distinct
        /// Of an even number of values the mean of the two in the middle.
        case median
        /// 1 to 99, by nearest rank: always a value that occurs.
        case percentile(Int)

        package var name: String {
            switch self {
            case .count: "count"
            case .sum: "sum"
            case .average: "avg"
            case .minimum: "min"
            case .maximum: "max"
            case .distinct: "count_distinct"
            case .median: "median"
            case .percentile(let rank): "p\(rank)"
            }
        }

        package init?(_ name: String) {
            switch name {
            case "count": self = .count
            case "sum": self = .sum
            case "avg": self = .average
            case "min": self = .minimum
            case "max": self = .maximum
            case "count_distinct": self = .distinct
            case "median": self = .median
            default:
                guard name.hasPrefix("p"), let rank = Int(name.dropFirst()),
                    (1...99).contains(rank), name == "p\(rank)"
                else { return nil }
                self = .percentile(rank)
            }
        }

        /// For messages.
        package static let names = [
            "avg", "count", "count_distinct", "max", "median", "min", "p90", "p95", "p99", "sum",
        ]

        /// Whether only numbers have it.
        package var needsNumbers: Bool {
            switch self {
            case .sum, .average, .median, .percentile: true
            case .count, .minimum, .maximum, .distinct: false
            }
        }
    }

    package let function: Function
    /// Nil only for `count()`: all records of the group.
    package let path: FieldPath?
    /// What the query calls it.
    package let alias: String?

    package init(_ function: Function, _ path: FieldPath? = nil, as alias: String? = nil) {
        self.function = function
        self.path = path
        self.alias = alias
    }

    /// The column's name: the alias, or `count`, `sum_commission`.
    package var name: String {
        alias ?? (path.map { "\(function.name)_\($0.name)" } ?? function.name)
    }
}

/// What makes records belong together.
package struct GroupKey: Sendable, Equatable {
    package enum Source: Sendable, Equatable {
        case field(FieldPath)
        /// The record's own time, down to a multiple of so many microseconds.
        case time(Int64)
    }

    package let source: Source
    package let alias: String?

    package init(_ source: Source, as alias: String? = nil) {
        self.source = source
        self.alias = alias
    }

    package var name: String {
        if let alias { return alias }
        return switch source {
        case .field(let path): path.name
        case .time: "time"
        }
    }
}
