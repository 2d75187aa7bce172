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
    private static let probes = 256

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
        // In an order, nearly all steps go one way; without one, half of them.
        var ascents = 0
        for probe in 0..<Self.probes {
            let left = probe * (values.count - 1) / Self.probes
            let right = (probe + 1) * (values.count - 1) / Self.probes
            if at(left).lexicographicallyPrecedes(at(right)) { ascents += 1 }
        }
        return (Self.probes / 5...Self.probes * 4 / 5).contains(ascents)
    }
}
