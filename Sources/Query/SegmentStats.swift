// SPDX-License-Identifier: Apache-2.0

import Parquet
import Records
import Segments

/// The figures of a plan over the columns of one row group.
struct SegmentStats {
    let plan: StatsPlan
    let rows: SegmentRows

    init(_ plan: StatsPlan, _ rows: SegmentRows) {
        self.plan = plan
        self.rows = rows
    }

    // MARK: - What columns do not have

    /// The rows in which some value that the plan needs is not in the field's own column.
    func outside(_ within: VectorMask) throws(QueryError) -> VectorMask {
        var outside = rows.none
        func add(_ column: Int?) throws(QueryError) {
            if let present = try rows.presence(column, within: within) { outside |= present }
        }
        guard !plan.fields.isEmpty || plan.needsTime else { return outside }
        try add(rows.fields.rest)
        try add(rows.fields.line)
        for path in plan.fields {
            let places = rows.fields.places(of: path)
            guard isReadable(path, places) else { return within }
            try add(places.wide)
            try add(places.text)
            for parent in places.parents { try add(parent) }
        }
        if plan.needsTime {
            let places = rows.fields.places(of: FieldPath("timestamp"))
            try add(places.text)
            guard let main = places.main,
                let present = try rows.presence(main, within: within)
            else { return within }
            var without = within
            without.subtract(present)
            outside |= without
        }
        return outside
    }

    /// Whether the field's own column says all that its values are compared and counted by.
    private func isReadable(_ path: FieldPath, _ places: SegmentFields.Places) -> Bool {
        switch (places.type, path.kind) {
        case (.decimal, .decimal), (.integer, .integer), (.instant, .instant), (.text, .text),
            (.text, .open):
            true
        default: places.main == nil
        }
    }

    // MARK: - What they have

    /// Adds rows whose values are all in columns of their own.
    func add(_ chosen: VectorMask, to table: inout StatsTable) throws(QueryError) {
        guard !chosen.isEmpty else { return }
        let groups = try groups(chosen)
        let stats = try VectorStats(groups, chosen, in: &table)
        for (number, slot) in plan.slots.enumerated() {
            guard let path = slot.path else {
                try stats.count(nil, slot: number, &table)
                continue
            }
            let places = rows.fields.places(of: path)
            guard let main = places.main else { continue }
            if slot.kind == .count {
                guard let present = try rows.presence(main, within: chosen) else { continue }
                try stats.count(present, slot: number, &table)
                continue
            }
            guard let column = try rows.column(main, within: chosen) else { continue }
            switch places.type {
            case .decimal:
                try stats.add(
                    column, .decimal(scale: SegmentVocabulary.decimalScale), slot.kind,
                    slot: number, &table)
            case .integer:
                try stats.add(column, .decimal(scale: 0), slot.kind, slot: number, &table)
            case .instant: try stats.add(column, .instant, slot.kind, slot: number, &table)
            case .text:
                let kind = path.kind
                let isGrouped = slot.kind == .distinct
                try stats.add(texts: column, slot.kind, slot: number, &table) { text in
                    let value = RecordValue(.string, Array(text))
                    return isGrouped ? value.group(kind) : value.sortable(kind)
                }
            }
        }
    }

    private func groups(_ chosen: VectorMask) throws(QueryError) -> VectorGroups {
        var parts: [VectorGroups.Part] = []
        for key in plan.keys {
            switch key.source {
            case .field(let path): parts.append(try part(path, chosen))
            case .time(let bucket):
                guard let main = rows.fields.places(of: FieldPath("timestamp")).main,
                    let column = try rows.column(main, within: chosen)
                else { continue }
                parts.append(
                    VectorGroups.Part(
                        column, chosen: chosen, key: { bucket.start(of: $0) },
                        cell: { .instant(Timestamp(microseconds: $0)) }))
            }
        }
        return parts.isEmpty ? VectorGroups() : VectorGroups(parts, chosen: chosen)
    }

    private func part(
        _ path: FieldPath, _ chosen: VectorMask
    ) throws(QueryError) -> VectorGroups.Part {
        let places = rows.fields.places(of: path)
        let number: VectorStats.Number =
            switch places.type {
            case .decimal: .decimal(scale: SegmentVocabulary.decimalScale)
            case .instant: .instant
            case .integer, .text: .decimal(scale: 0)
            }
        var column: VectorColumn?
        if let main = places.main { column = try rows.column(main, within: chosen) }
        let kind = path.kind
        return VectorGroups.Part(
            column, rows: rows.count, chosen: chosen,
            text: { RecordValue(.string, Array($0)).group(kind) },
            number: { number.grouped($0) })
    }
}
