// SPDX-License-Identifier: Apache-2.0

package import Records

/// Indexes of records as runs: a plan over a million records in a row is one line.
package struct RecordRanges: Sendable, Hashable {
    /// Ascending, none empty, none touching the next.
    package private(set) var ranges: [Range<UInt64>] = []
    /// Records in all of them.
    package private(set) var count = 0

    package init() {}

    /// Adds an index; the next one has to be greater.
    package mutating func append(_ index: UInt64) {
        precondition(ranges.last.map { $0.upperBound <= index } ?? true, "indexes ascend")
        count += 1
        if let last = ranges.last, last.upperBound == index {
            ranges[ranges.count - 1] = last.lowerBound..<(index + 1)
        } else {
            ranges.append(index..<(index + 1))
        }
    }

    /// Whether an index is in one of them. O(log ranges).
    package func contains(_ index: UInt64) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= index { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(index)
    }

    /// First index and count of each run.
    package var json: JSONValue {
        .array(
            ranges.map { range in
                .array([
                    .number(String(range.lowerBound)),
                    .number(String(range.upperBound - range.lowerBound)),
                ])
            })
    }

    /// Reads what `json` wrote; nil for runs that are empty, touch or do not ascend.
    package init?(_ value: JSONValue?) {
        guard let elements = value?.arrayValue else { return nil }
        for element in elements {
            guard let pair = element.arrayValue, pair.count == 2, case .number(let start) = pair[0],
                case .number(let length) = pair[1], let first = UInt64(start),
                let records = UInt64(length), records > 0,
                let held = Int(exactly: records)
            else { return nil }
            let (end, isTooLarge) = first.addingReportingOverflow(records)
            let (sum, isTooMany) = count.addingReportingOverflow(held)
            guard !isTooLarge, !isTooMany, ranges.last.map({ $0.upperBound < first }) ?? true
            else { return nil }
            ranges.append(first..<end)
            count = sum
        }
    }
}
