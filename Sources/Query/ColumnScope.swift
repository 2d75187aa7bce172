// SPDX-License-Identifier: Apache-2.0

/// Which names a pipe may use: what the pipes before it have left, and what these names mean.
struct ColumnScope {
    enum Stage {
        case records, table
        /// A drawing, or the life of an order: nothing comes after it.
        case final(String)
    }

    private(set) var stage = Stage.records
    /// The columns in order; nil while whole records pass, which may have any field.
    private(set) var columns: [String]?
    /// Fields of the records that got another name.
    private(set) var origins: [String: FieldPath] = [:]
    /// Names that fields of the records had before, and the ones that they have now.
    private(set) var former: [String: String] = [:]

    var isRecords: Bool { if case .records = stage { true } else { false } }

    /// The field of the records, or the column, that a name means; nil when there is none.
    func resolve(_ name: String) -> FieldPath? {
        if let columns, !columns.contains(name) { return nil }
        if former[name] != nil { return nil }
        return isRecords ? origins[name] ?? FieldPath(name) : FieldPath(name)
    }

    mutating func restrict(to names: [String]) { columns = names }

    mutating func rename(_ renamings: [Pipe.Renaming]) {
        let paths = renamings.map { resolve($0.from) }
        for (renaming, path) in zip(renamings, paths) {
            if isRecords {
                origins[renaming.from] = nil
                origins[renaming.to] = path
                former[renaming.from] = renaming.to
            }
            former[renaming.to] = nil
            if let place = columns?.firstIndex(of: renaming.from) {
                columns?[place] = renaming.to
            }
        }
    }

    mutating func becomeTable(_ names: [String]) {
        stage = .table
        columns = names
        origins = [:]
        former = [:]
    }

    mutating func end(with pipe: String) { stage = .final(pipe) }
}

extension QueryParser {
    /// The meaning of a name that stands at `place`.
    func resolve(_ name: String, at place: Int) throws(QueryError) -> FieldPath {
        if let path = scope.resolve(name) { return path }
        if let now = scope.former[name] {
            throw QueryError(.meaning, "`\(name)` is called `\(now)` here", at: place)
        }
        let columns = scope.columns ?? []
        let nearest = Nearest.name(to: name, among: columns)
        throw QueryError(
            .meaning,
            "there is no column `\(name)` here"
                + (nearest.map { "; did you mean `\($0)`?" }
                    ?? "; there are \(columns.joined(separator: ", "))"),
            at: place)
    }

    /// Whether a pipe may stand here.
    func checkPlace(of pipe: String, at place: Int, isFirst: Bool) throws(QueryError) {
        if case .final(let last) = scope.stage {
            throw QueryError(
                .meaning, "`\(last)` ends a query; `\(pipe)` cannot follow it", at: place)
        }
        if ["stats", "top", "timeline", "lifecycle"].contains(pipe), !scope.isRecords {
            throw QueryError(
                .meaning,
                "`\(pipe)` works on records, and here is a table already; after one come sort, "
                    + "limit, fields and rename", at: place)
        }
        if pipe == "lifecycle", !isFirst {
            throw QueryError(.meaning, "`lifecycle` stands right after the filter", at: place)
        }
    }

    /// A name that is not among those before it.
    func checkNew(_ name: String, among names: [String], at place: Int) throws(QueryError) {
        guard names.contains(name) else { return }
        throw QueryError(
            .meaning, "two columns are called `\(name)`; give one another name with `as`",
            at: place)
    }
}
