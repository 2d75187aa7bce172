// SPDX-License-Identifier: Apache-2.0

/// Whether a chunk gets a bloom filter, and the filter.
struct BloomChoice {
    let column: Column
    let options: WriterOptions

    /// Part of the lookups of absent values that are answered wrongly: 0.03 takes 8 bits a value,
    /// and then one chunk in 33 is read in vain.
    private static let falsePositives = 0.03
    /// Below this many different values, reading them is as quick as asking the filter.
    private static let distinctLeast = 4096
    /// Bytes of a value on average: texts longer than ids are searched, not looked up.
    private static let meanBytesMax = 64
    /// Parts in which the values are looked at, and values of each.
    private static let parts = 16
    private static let probes = 32

    /// The blocks of a filter over the values, each of which may occur once or more; nil when there
    /// is to be none.
    func filter(_ distinct: ColumnValues) -> [UInt8]? {
        var count = distinct.count
        switch options.bloomFilters {
        case .none: return nil
        case .columns(let names):
            guard let wanted = names[column.name] else { return nil }
            count = max(1, wanted ?? count)
        case .automatic:
            guard isRandom(distinct) else { return nil }
        }
        var filter = SplitBlockBloomFilter(
            distinct: count, falsePositives: Self.falsePositives)
        filter.insert(distinct)
        var bytes: [UInt8] = []
        filter.append(to: &bytes)
        return bytes
    }

    /// Whether these are many short byte strings in no order: then pages overlap, and neither their
    /// bounds nor those of the chunk tell where a value is not.
    private func isRandom(_ values: ColumnValues) -> Bool {
        guard values.count >= Self.distinctLeast else { return false }
        let at: (Int) -> ArraySlice<UInt8>
        switch values {
        case .strings(let strings):
            guard strings.data.count <= strings.count * Self.meanBytesMax else { return false }
            at = { strings[$0] }
        case .fixed(let strings):
            guard strings.width <= Self.meanBytesMax, ValueOrder(column) == .bytes else {
                return false
            }
            at = { strings[$0] }
        case .booleans, .int32s, .int64s, .doubles, .dictionary: return false
        }
        return Self.overlap(count: values.count, at)
    }

    /// Whether the ranges of most parts overlap most others. Where ids ascend, only neighbours do,
    /// even if single ones come late, as those of orders that stay open.
    private static func overlap(count: Int, _ at: (Int) -> ArraySlice<UInt8>) -> Bool {
        let ranges = (0..<parts).map { part in
            let start = part * count / parts
            let size = (part + 1) * count / parts - start
            var least = at(start)
            var greatest = least
            for probe in 1..<probes {
                let value = at(start + probe * size / probes)
                if value.lexicographicallyPrecedes(least) { least = value }
                if greatest.lexicographicallyPrecedes(value) { greatest = value }
            }
            return (least, greatest)
        }
        var pairs = 0
        for left in 0..<parts {
            for right in 0..<left
            where !ranges[left].1.lexicographicallyPrecedes(ranges[right].0)
                && !ranges[right].1.lexicographicallyPrecedes(ranges[left].0)
            {
                pairs += 1
            }
        }
        return pairs > parts * (parts - 1) / 4
    }
}
