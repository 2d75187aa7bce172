// SPDX-License-Identifier: Apache-2.0

/// Collects min, max and counts of a chunk's pages, for its column index and its statistics.
struct PageBounds {
    private let order: ValueOrder
    private let isText: Bool
    /// Only byte strings are ever shortened; a number's bytes are all needed.
    private let isShortened: Bool
    private var pages: [(extremes: Extremes?, nulls: Int, isAllNull: Bool)] = []

    init(_ column: Column) {
        order = ValueOrder(column)
        isShortened = column.physical == .byteArray && order == .bytes
        isText = column.logical == .string || column.logical == .json
    }

    mutating func add(
        _ values: ColumnValues, _ encoding: ValueEncoding, _ extents: [(Range<Int>, nulls: Int)]
    ) {
        var codes: [UInt32]?
        var entries = values
        // Numbers are compared faster than their codes are looked up.
        switch (encoding, values) {
        case (.dictionary(let all, let dictionary), .strings),
            (.dictionary(let all, let dictionary), .fixed),
            (.dictionary(let all, let dictionary), .dictionary):
            codes = all
            entries = dictionary
        default: break
        }
        var seen = [Int32](repeating: -1, count: codes == nil ? 0 : entries.count)
        for (page, extent) in extents.enumerated() {
            let range = extent.0
            let extremes: Extremes?
            if let codes {
                let used = Self.distinct(codes, range, page: Int32(page), &seen)
                extremes = Extremes(of: entries, at: used, order: order)
            } else {
                extremes = Extremes(of: values, at: range, order: order)
            }
            pages.append((extremes, extent.nulls, range.isEmpty))
        }
    }

    /// Each code of a range once. `seen` says for each code on which page it last occurred.
    private static func distinct(
        _ codes: [UInt32], _ range: Range<Int>, page: Int32, _ seen: inout [Int32]
    ) -> [Int] {
        var used: [Int] = []
        codes.withUnsafeBufferPointer { codes in
            seen.withUnsafeMutableBufferPointer { seen in
                for place in range {
                    let code = Int(codes[place])
                    if seen[code] != page {
                        seen[code] = page
                        used.append(code)
                    }
                }
            }
        }
        return used
    }

    private func lower(_ bytes: [UInt8]) -> [UInt8] {
        guard isShortened else { return bytes }
        return Truncation.lower(bytes, to: Limits.boundBytes, isText: isText)
    }

    private func upper(_ bytes: [UInt8]) -> [UInt8]? {
        guard isShortened else { return bytes }
        return Truncation.upper(bytes, to: Limits.boundBytes, isText: isText)
    }

    // MARK: - Results

    /// Nil when a page with values has no bounds.
    var columnIndex: ColumnIndex? {
        var index = ColumnIndex()
        var nulls: [Int] = []
        for page in pages {
            nulls.append(page.nulls)
            index.nullPages.append(page.isAllNull)
            if page.isAllNull {
                index.min.append([])
                index.max.append([])
            } else if let extremes = page.extremes {
                index.min.append(lower(extremes.min))
                // What cannot be shortened upwards is written whole.
                index.max.append(upper(extremes.max) ?? extremes.max)
            } else {
                return nil
            }
        }
        index.nullCounts = nulls
        let places = index.nullPages.indices.filter { !index.nullPages[$0] }
        let pairs = zip(places, places.dropFirst())
        if pairs.allSatisfy({
            !order.isLess(index.min[$1], index.min[$0])
                && !order.isLess(index.max[$1], index.max[$0])
        }) {
            index.order = .ascending
        } else if pairs.allSatisfy({
            !order.isLess(index.min[$0], index.min[$1])
                && !order.isLess(index.max[$0], index.max[$1])
        }) {
            index.order = .descending
        }
        return index
    }

    var statistics: RawStatistics {
        var statistics = RawStatistics()
        statistics.nullCount = pages.reduce(0) { $0 + $1.nulls }
        var least: [UInt8]?
        var greatest: [UInt8]?
        for page in pages {
            guard let extremes = page.extremes else { continue }
            if least.map({ order.isLess(extremes.min, $0) }) ?? true { least = extremes.min }
            if greatest.map({ order.isLess($0, extremes.max) }) ?? true { greatest = extremes.max }
        }
        if let least {
            statistics.min = lower(least)
            statistics.isMinExact = statistics.min?.count == least.count
        }
        if let greatest {
            statistics.max = upper(greatest)
            statistics.isMaxExact = greatest.count <= Limits.boundBytes || !isShortened
            if statistics.max == nil { statistics.isMaxExact = nil }
        }
        return statistics
    }
}
