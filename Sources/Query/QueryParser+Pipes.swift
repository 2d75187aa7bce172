// SPDX-License-Identifier: Apache-2.0

// The steps after the filter.

extension QueryParser {
    mutating func parsePipe(isFirst: Bool) throws(QueryError) -> Pipe {
        let start = position
        let name = takeName()
        if Pipe.names.contains(name) { try checkPlace(of: name, at: start, isFirst: isFirst) }
        switch name {
        case "fields": return try parseFields()
        case "stats": return try parseStats()
        case "sort":
            return .sort(
                try parseList { parser, _ throws(QueryError) in try parser.parseSortKey() })
        case "limit": return .limit(try count("how many, such as `limit 10`"))
        case "top":
            let count = try count("how many, such as `top 10 asset`")
            let path = FieldPath(try knownName("a field, as in `top \(count) asset`"))
            scope.becomeTable([path.name, path.name == "count" ? "count_" : "count"])
            return .top(count, path)
        case "rename": return try parseRename()
        case "timeline":
            scope.end(with: name)
            skipBlanks()
            guard !isAtEnd, peek != .pipe else { return .timeline(nil) }
            return .timeline(try span())
        case "lifecycle":
            scope.end(with: name)
            return .lifecycle(try self.name("an order id, as in `lifecycle ORD-1`"))
        default:
            position = start
            guard !name.isEmpty else {
                throw expected("a pipe: \(Pipe.names.joined(separator: ", "))")
            }
            let nearest = Nearest.name(to: name, among: Pipe.names)
            throw QueryError(
                .syntax,
                "there is no pipe `\(name)`"
                    + (nearest.map { "; did you mean `\($0)`?" }
                        ?? "; there are \(Pipe.names.joined(separator: ", "))"),
                at: start)
        }
    }

    private mutating func parseFields() throws(QueryError) -> Pipe {
        let paths: [FieldPath] = try parseList { parser, before throws(QueryError) in
            parser.skipBlanks()
            let place = parser.position
            let path = FieldPath(try parser.knownName("a field"))
            try parser.checkNew(path.name, among: before.map(\.name), at: place)
            return path
        }
        scope.restrict(to: paths.map(\.name))
        return .fields(paths)
    }

    // MARK: - Stats

    private mutating func parseStats() throws(QueryError) -> Pipe {
        let aggregates: [Aggregate] = try parseList { parser, before throws(QueryError) in
            parser.skipBlanks()
            let place = parser.position
            let aggregate = try parser.parseAggregate()
            try parser.checkNew(aggregate.name, among: before.map(\.name), at: place)
            return aggregate
        }
        var keys: [GroupKey] = []
        if takeKeyword("by") {
            let names = aggregates.map(\.name)
            keys = try parseList { parser, before throws(QueryError) -> GroupKey in
                parser.skipBlanks()
                let place = parser.position
                let key = try parser.parseGroupKey()
                try parser.checkNew(key.name, among: names + before.map(\.name), at: place)
                return key
            }
        }
        scope.becomeTable(keys.map(\.name) + aggregates.map(\.name))
        return .stats(aggregates, by: keys)
    }

    /// - Parameter isColumn: it only names a column of the table before.
    private mutating func parseAggregate(isColumn: Bool = false) throws(QueryError) -> Aggregate {
        skipBlanks()
        let start = position
        let word = takeName()
        guard !word.isEmpty else {
            throw expected("a function, such as count() or sum(commission)")
        }
        guard let function = Aggregate.Function(word) else {
            let nearest = Nearest.name(to: word, among: Aggregate.Function.names)
            throw QueryError(
                .syntax,
                "there is no function `\(word)`"
                    + (nearest.map { "; did you mean `\($0)`?" }
                        ?? "; there are \(Aggregate.Function.names.joined(separator: ", "))"),
                at: start)
        }
        skipBlanks()
        guard peek == UInt8(ascii: "(") else {
            throw expected("`(`, as in \(function == .count ? "count()" : "\(word)(commission)")")
        }
        position += 1
        skipBlanks()
        var path: FieldPath?
        if peek != UInt8(ascii: ")") {
            let place = position
            let found = FieldPath(try isColumn ? name("a field") : knownName("a field"))
            let kind = scope.resolve(found.name)?.kind
            if function.needsNumbers, kind == .text || kind == .instant, !isColumn {
                throw QueryError(
                    .meaning,
                    "\(word) needs numbers, and \(found.name) holds "
                        + (kind == .text ? "text" : "instants")
                        + "; count, count_distinct, min and max work on it", at: place)
            }
            path = found
        } else if function != .count {
            throw expected("the field that \(word) is of")
        }
        skipBlanks()
        guard peek == UInt8(ascii: ")") else { throw expected("`)`") }
        position += 1
        return Aggregate(function, path, as: isColumn ? nil : try parseAlias())
    }

    private mutating func parseGroupKey() throws(QueryError) -> GroupKey {
        skipBlanks()
        let start = position
        let isQuoted = peek == UInt8(ascii: "\"")
        let word = try name("a field or time(5m)")
        skipBlanks()
        guard peek == UInt8(ascii: "("), !isQuoted else {
            _ = try resolve(word, at: start)
            return GroupKey(.field(FieldPath(word)), as: try parseAlias())
        }
        guard word == "time" else {
            throw QueryError(
                .syntax, "records are grouped by fields or by time(5m)", at: start)
        }
        position += 1
        let width = try span()
        skipBlanks()
        guard peek == UInt8(ascii: ")") else { throw expected("`)`") }
        position += 1
        return GroupKey(.time(width), as: try parseAlias())
    }

    private mutating func parseAlias() throws(QueryError) -> String? {
        guard takeKeyword("as") else { return nil }
        return try name("a name")
    }

    // MARK: - The others

    private mutating func parseSortKey() throws(QueryError) -> SortKey {
        skipBlanks()
        var isDescending = false
        if peek == UInt8(ascii: "-") || peek == UInt8(ascii: "+") {
            isDescending = peek == UInt8(ascii: "-")
            position += 1
        }
        let start = position
        let isQuoted = peek == UInt8(ascii: "\"")
        var word = try name("a field")
        if peek == UInt8(ascii: "("), !isQuoted, !scope.isRecords {
            // A column of stats, as it stands there: sum(commission).
            position = start
            word = try parseAggregate(isColumn: true).name
        }
        _ = try resolve(word, at: start)
        if takeKeyword("desc", beforeComma: true) {
            isDescending = true
        } else {
            _ = takeKeyword("asc", beforeComma: true)
        }
        return SortKey(FieldPath(word), isDescending: isDescending)
    }

    private mutating func parseRename() throws(QueryError) -> Pipe {
        let renamings: [Pipe.Renaming] = try parseList { parser, before throws(QueryError) in
            let from = try parser.knownName("a field")
            guard parser.takeKeyword("as") else {
                throw parser.expected("`as`, as in `rename \(from) as other`")
            }
            parser.skipBlanks()
            let place = parser.position
            let to = try parser.name("the new name")
            try parser.checkNew(
                to, among: (parser.scope.columns ?? []) + before.map(\.to), at: place)
            return Pipe.Renaming(from: from, to: to)
        }
        scope.rename(renamings)
        return .rename(renamings)
    }

    private mutating func parseList<Item>(
        _ item: (inout Self, _ before: [Item]) throws(QueryError) -> Item
    ) throws(QueryError) -> [Item] {
        var items = [try item(&self, [])]
        while true {
            skipBlanks()
            guard peek == UInt8(ascii: ",") else { return items }
            position += 1
            guard items.count < Limits.columns else {
                throw QueryError(.tooLarge, "at most \(Limits.columns) in one pipe", at: position)
            }
            items.append(try item(&self, items))
        }
    }

    private mutating func count(_ what: String) throws(QueryError) -> Int {
        skipBlanks()
        let start = position
        let word = takeName()
        guard let count = Int(word), count > 0 else {
            position = start
            throw expected(what)
        }
        guard count <= Limits.rows else {
            throw QueryError(.tooLarge, "at most \(Limits.rows) rows", at: start)
        }
        return count
    }

    private mutating func span() throws(QueryError) -> Int64 {
        skipBlanks()
        let start = position
        guard let width = Span.microseconds(takeName()) else {
            position = start
            throw expected("a length of time, such as 30s, 5m, 1h or 1d")
        }
        guard width <= Limits.bucketMicroseconds else {
            throw QueryError(.tooLarge, "at most ten years", at: start)
        }
        return width
    }

    /// A name of a field or a column, in quotes where it has blanks or signs of this language.
    private mutating func name(_ what: String) throws(QueryError) -> String {
        skipBlanks()
        if peek == UInt8(ascii: "\"") { return try takeQuoted().text }
        let word = takeName()
        guard !word.isEmpty else { throw expected(what) }
        return word
    }

    /// A name that means something here.
    private mutating func knownName(_ what: String) throws(QueryError) -> String {
        skipBlanks()
        let place = position
        let word = try name(what)
        _ = try resolve(word, at: place)
        return word
    }

    private mutating func takeName() -> String {
        let start = position
        while let byte = peek, !isBlank(byte), !",()|\"".utf8.contains(byte) { position += 1 }
        return string(start..<position)
    }
}

/// Finds what somebody probably meant.
enum Nearest {
    /// The nearest name, when a typo or an ending lies between.
    static func name(to word: String, among names: [String]) -> String? {
        let typed = Array(word.lowercased().utf8.prefix(64))
        var best: (name: String, distance: Int)?
        for name in names {
            let distance = distance(typed, Array(name.utf8))
            if distance < best?.distance ?? Int.max { best = (name, distance) }
        }
        if let best, best.distance <= max(1, typed.count / 3) { return best.name }
        guard typed.count >= 2 else { return nil }
        return names.first { $0.utf8.starts(with: typed) || typed.starts(with: $0.utf8) }
    }

    /// Letters to add, drop, change or swap with their neighbour.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var cost = min(
                    last[column + 1] + 1, current[column] + 1,
                    last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
            before = last
            last = current
        }
        return last[right.count]
    }
}
