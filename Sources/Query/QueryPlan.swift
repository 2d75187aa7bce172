// SPDX-License-Identifier: Apache-2.0

/// A query as it is run: names resolved, steps in the form in which they are done.
package struct QueryPlan: Sendable {
    package enum RecordStage: Sendable {
        /// The best `keep` records, all of them when nil.
        case sort([SortKey], keep: Int?)
        case limit(Int)
    }

    package enum Projection: Sendable {
        /// Whole records, some members under another name.
        case whole([Pipe.Renaming])
        case columns([(name: String, path: FieldPath)])
    }

    package enum TableStage: Sendable {
        case sort([(column: Int, isDescending: Bool)])
        case limit(Int)
    }

    package enum Goal: Sendable {
        case records(Projection)
        /// A table; at the end the columns that stay, by their place, and their names.
        case table(StatsPlan, [TableStage], columns: [(place: Int, name: String)])
        case timeline(Int64?)
        case lifecycle(String)
    }

    package let filter: Filter
    package private(set) var stages: [RecordStage] = []
    package private(set) var goal: Goal = .records(.whole([]))

    /// - Throws: `meaning` for what the parser cannot know: renaming what is no member of a record
    ///   itself.
    package init(_ query: Query, zone: QueryZone = .utc) throws(QueryError) {
        filter = query.filter
        var scope = ColumnScope()
        var table: (plan: StatsPlan, stages: [TableStage], places: [Int])?
        for pipe in query.pipes {
            switch pipe {
            case .fields(let paths):
                if let places = table?.places, let columns = scope.columns {
                    table?.places = paths.compactMap { path in
                        columns.firstIndex(of: path.name).map { places[$0] }
                    }
                }
                scope.restrict(to: paths.map(\.name))
            case .rename(let renamings):
                scope.rename(renamings)
            case .limit(let count):
                if table != nil {
                    table?.stages.append(.limit(count))
                } else {
                    limit(to: count)
                }
            case .sort(let keys):
                if let found = table, let columns = scope.columns {
                    table?.stages.append(
                        .sort(
                            keys.compactMap { key in
                                columns.firstIndex(of: key.path.name).map {
                                    (found.places[$0], key.isDescending)
                                }
                            }))
                } else {
                    stages.append(
                        .sort(
                            keys.map { key in
                                SortKey(
                                    scope.resolve(key.path.name) ?? key.path,
                                    isDescending: key.isDescending)
                            }, keep: nil))
                }
            case .stats(let aggregates, let keys):
                let plan = StatsPlan(aggregates, by: keys, zone: zone) {
                    scope.resolve($0.name) ?? $0
                }
                let names = plan.keys.map(\.name) + plan.columns.map(\.name)
                table = (plan, [], Array(names.indices))
                scope.becomeTable(names)
            case .top(let count, let path):
                let name = path.name == "count" ? "count_" : "count"
                let plan = StatsPlan(
                    [Aggregate(.count, as: name)], by: [GroupKey(.field(path))], zone: zone
                ) { scope.resolve($0.name) ?? $0 }
                table = (plan, [.sort([(1, true)]), .limit(count)], [0, 1])
                scope.becomeTable([path.name, name])
            case .timeline(let width): goal = .timeline(width)
            case .lifecycle(let id): goal = .lifecycle(id)
            }
        }
        if let table {
            goal = .table(
                table.plan, table.stages,
                columns: Array(zip(table.places, scope.columns ?? [])).map { ($0, $1) })
        } else if case .records = goal {
            goal = .records(try Self.projection(scope))
        }
    }

    private mutating func limit(to count: Int) {
        if case .sort(let keys, let keep)? = stages.last {
            stages[stages.count - 1] = .sort(keys, keep: min(keep ?? count, count))
        } else if case .limit(let before)? = stages.last {
            stages[stages.count - 1] = .limit(min(before, count))
        } else {
            stages.append(.limit(count))
        }
    }

    private static func projection(_ scope: ColumnScope) throws(QueryError) -> Projection {
        if let columns = scope.columns {
            return .columns(columns.map { ($0, scope.resolve($0) ?? FieldPath($0)) })
        }
        // Renamed twice is renamed once, from the first name to the last.
        var direct: [Pipe.Renaming] = []
        for (to, path) in scope.origins.sorted(by: { $0.key < $1.key }) {
            guard path.isPlain else {
                throw QueryError(
                    .meaning,
                    "`\(path.name)` is inside another field; `fields \(path.name) | rename "
                        + "\(path.name) as \(to)` makes it a column")
            }
            direct.append(Pipe.Renaming(from: path.name, to: to))
        }
        return .whole(direct)
    }

    /// Whether records pass one by one, as they are found: what `-f` can go on with.
    package var isStreaming: Bool {
        guard case .records = goal else { return false }
        return stages.allSatisfy { if case .limit = $0 { true } else { false } }
    }
}
