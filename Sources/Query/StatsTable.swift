// SPDX-License-Identifier: Apache-2.0

import Records

/// The groups of a `stats`, as they grow. One for each thread, merged at the end.
package struct StatsTable: Sendable {
    package let plan: StatsPlan
    /// Records that passed the filter.
    package private(set) var matched: UInt64 = 0
    /// About how much memory it holds.
    package private(set) var memoryBytes = 0
    private let memoryBytesMax: Int
    private var places: [[Cell]: Int] = [:]
    private var accumulators: [Accumulator] = []

    package init(_ plan: StatsPlan, memoryBytesMax: Int = Limits.memoryBytes) {
        self.plan = plan
        self.memoryBytesMax = memoryBytesMax
        if plan.keys.isEmpty {
            places[[]] = 0
            accumulators = plan.slots.map { Accumulator($0.kind) }
        }
    }

    package var groupCount: Int { places.count }

    // MARK: - Growing

    /// The place of a group, made when it is new.
    package mutating func group(_ key: [Cell]) throws(QueryError) -> Int {
        if let place = places[key] { return place }
        let place = places.count
        places[key] = place
        for slot in plan.slots { accumulators.append(Accumulator(slot.kind)) }
        try count(
            memory: key.reduce(64) { $0 + $1.memoryBytes }
                + plan.slots.count * MemoryLayout<Accumulator>.stride)
        return place
    }

    /// Counts records that passed the filter; groups and slots are counted by themselves.
    package mutating func add(matched count: UInt64) { matched += count }

    /// Changes what one slot of a group has gathered. `body` returns the bytes that it took.
    package mutating func update(
        _ group: Int, _ slot: Int, _ body: (inout Accumulator) -> Int
    ) throws(QueryError) {
        let bytes = body(&accumulators[group * plan.slots.count + slot])
        if bytes > 0 { try count(memory: bytes) }
    }

    private mutating func count(memory bytes: Int) throws(QueryError) {
        memoryBytes += bytes
        guard memoryBytes <= memoryBytesMax else {
            let names = plan.columns.filter { column in
                [.distinct, .values].contains(plan.slots[column.slot].kind)
            }.map(\.name)
            let holder =
                names.isEmpty || memoryBytes < memoryBytesMax / 2
                ? "\(places.count) groups" : names.joined(separator: ", ")
            throw QueryError(
                .tooLarge,
                "\(holder) took more than \(memoryBytesMax >> 20) MiB; narrow the filter or the "
                    + "time, group by less, or allow more with --memory")
        }
    }

    /// Adds one record: the one that the evaluator has taken in last.
    package mutating func add(_ row: borrowing RowEvaluator) throws(QueryError) {
        matched += 1
        var key: [Cell] = []
        key.reserveCapacity(plan.keys.count)
        for part in plan.keys {
            switch part.source {
            case .field(let path):
                key.append(row.value(at: path)?.group(path.kind) ?? .none)
            case .time(let bucket):
                key.append(
                    row.time.map {
                        .instant(Timestamp(microseconds: bucket.start(of: $0.microseconds)))
                    } ?? .none)
            }
        }
        let place = try group(key) * plan.slots.count
        for (offset, slot) in plan.slots.enumerated() {
            guard let path = slot.path else {
                accumulators[place + offset].add(count: 1)
                continue
            }
            guard let value = row.value(at: path) else { continue }
            let cell =
                slot.kind == .distinct ? value.group(path.kind) : value.sortable(path.kind)
            let bytes = accumulators[place + offset].add(cell)
            if bytes > 0 { try count(memory: bytes) }
        }
    }

    /// Adds records of which nothing is looked at, to a table without keys that only counts.
    mutating func add(records count: UInt64) throws(QueryError) {
        matched += count
        let place = try group([]) * plan.slots.count
        for slot in plan.slots.indices { accumulators[place + slot].add(count: count) }
    }

    package mutating func merge(_ other: StatsTable) throws(QueryError) {
        matched += other.matched
        let width = plan.slots.count
        for (key, theirs) in other.places {
            let ours = try group(key) * width
            for slot in 0..<width {
                let bytes = accumulators[ours + slot].merge(
                    other.accumulators[theirs * width + slot])
                if bytes > 0 { try count(memory: bytes) }
            }
        }
    }

    // MARK: - The result

    /// Names of the columns: what it is grouped by, then the figures.
    package var columnNames: [String] { plan.keys.map(\.name) + plan.columns.map(\.name) }

    /// One row for each group, in the order of their keys.
    ///
    /// - Throws: `tooLarge` when a figure needs more than 38 digits.
    package func rows() throws(QueryError) -> [[Cell]] {
        let width = plan.slots.count
        let functions = plan.slots.indices.map { slot in
            plan.columns.indices.filter { plan.columns[$0].slot == slot }
        }
        let groups = places.sorted { left, right in
            left.key.lexicographicallyPrecedes(right.key)
        }
        var rows: [[Cell]] = []
        rows.reserveCapacity(groups.count)
        for (key, place) in groups {
            var row = key + [Cell](repeating: .none, count: plan.columns.count)
            for slot in 0..<width {
                let columns = functions[slot]
                let cells = try accumulators[place * width + slot].figures(
                    columns.map { plan.columns[$0].function })
                for (column, cell) in zip(columns, cells) { row[key.count + column] = cell }
            }
            rows.append(row)
        }
        return rows
    }

    /// Values that were left out of a figure because they are no numbers, by its name.
    package var skipped: [(name: String, count: UInt64)] {
        plan.columns.compactMap { column in
            var count: UInt64 = 0
            for place in places.values {
                count += accumulators[place * plan.slots.count + column.slot].skipped
            }
            return count > 0 ? (column.name, count) : nil
        }
    }
}
