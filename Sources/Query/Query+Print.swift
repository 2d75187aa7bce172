// SPDX-License-Identifier: Apache-2.0

// The text of a query: what reads back as the same query.

extension Query: CustomStringConvertible {
    package var description: String {
        ([filter.description] + pipes.map(\.description)).joined(separator: " | ")
    }
}

extension Filter: CustomStringConvertible {
    package var description: String {
        switch self {
        case .all: "*"
        case .and(let parts): parts.map { $0.nested(in: .and) }.joined(separator: " and ")
        case .or(let parts): parts.map { $0.nested(in: .or) }.joined(separator: " or ")
        case .not(let part): "not " + part.nested(in: .not)
        case .word(let pattern): QueryText.pattern(pattern, isValue: false)
        case .field(let field): field.description
        }
    }

    private enum Place { case or, and, not }

    private func nested(in place: Place) -> String {
        switch self {
        case .or, .and: "(\(description))"
        default: description
        }
    }
}

extension FieldTest: CustomStringConvertible {
    package var description: String {
        let name = QueryText.field(path.name)
        return switch test {
        case .exists: "\(name):*"
        case .equals(let literal): "\(name):\(QueryText.literal(literal))"
        case .oneOf(let literals):
            "\(name):(\(literals.map(QueryText.literal).joined(separator: " or ")))"
        case .phrase(let pattern), .pattern(let pattern):
            "\(name):\(QueryText.pattern(pattern, isValue: true))"
        case .compare(let comparison, let literal):
            "\(name) \(comparison.rawValue) \(QueryText.literal(literal))"
        }
    }
}

extension Pipe: CustomStringConvertible {
    package var description: String {
        switch self {
        case .fields(let paths): "fields " + list(paths.map { QueryText.name($0.name) })
        case .stats(let aggregates, let keys):
            "stats " + list(aggregates.map(\.description))
                + (keys.isEmpty ? "" : " by " + list(keys.map(\.description)))
        case .sort(let keys):
            "sort "
                + list(keys.map { ($0.isDescending ? "-" : "") + QueryText.name($0.path.name) })
        case .limit(let count): "limit \(count)"
        case .top(let count, let path): "top \(count) \(QueryText.name(path.name))"
        case .rename(let renamings):
            "rename "
                + list(renamings.map { "\(QueryText.name($0.from)) as \(QueryText.name($0.to))" })
        case .timeline(let width): "timeline" + (width.map { " " + Span.text($0) } ?? "")
        case .lifecycle(let id): "lifecycle \(QueryText.name(id))"
        }
    }

    private func list(_ items: [String]) -> String { items.joined(separator: ", ") }
}

extension Aggregate: CustomStringConvertible {
    package var description: String {
        "\(function.name)(\(path.map { QueryText.name($0.name) } ?? ""))"
            + (alias.map { " as " + QueryText.name($0) } ?? "")
    }
}

extension GroupKey: CustomStringConvertible {
    package var description: String {
        let text =
            switch source {
            case .field(let path): QueryText.name(path.name)
            case .time(let width): "time(\(Span.text(width)))"
            }
        return text + (alias.map { " as " + QueryText.name($0) } ?? "")
    }
}

/// Single pieces of a query's text.
private enum QueryText {
    static func literal(_ literal: Literal) -> String {
        // Quotes are kept: they change what a text with blanks or signs means.
        literal.isQuoted ? quoted(literal.bytes) : escaped(literal.bytes.map { .byte($0) }, true)
    }

    static func pattern(_ pattern: TextPattern, isValue: Bool) -> String {
        if pattern.isQuoted, let bytes = pattern.plainBytes { return quoted(bytes) }
        return escaped(pattern.elements, isValue)
    }

    /// A field's name before `:` or a comparison.
    static func field(_ name: String) -> String { escaped(name.utf8.map { .byte($0) }, false) }

    /// A name in a pipe.
    static func name(_ name: String) -> String {
        let isPlain = name.utf8.enumerated().allSatisfy { place, byte in
            TextPattern.isWord(byte) || byte == UInt8(ascii: ".")
                || (byte == UInt8(ascii: "-") && place > 0)
        }
        let isWord = ["as", "by", "asc", "desc", "and", "or", "not"].contains(name.lowercased())
        return isPlain && !isWord && !name.isEmpty ? name : quoted(Array(name.utf8))
    }

    private static func quoted(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = [UInt8(ascii: "\"")]
        for byte in bytes {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                text.append(UInt8(ascii: "\\"))
            }
            text.append(byte)
        }
        text.append(UInt8(ascii: "\""))
        return String(decoding: text, as: UTF8.self)
    }

    private static func escaped(_ elements: [TextPattern.Element], _ isValue: Bool) -> String {
        var text: [UInt8] = []
        for element in elements {
            switch element {
            case .many: text.append(UInt8(ascii: "*"))
            case .one: text.append(UInt8(ascii: "?"))
            case .byte(let byte):
                if isSpecial(byte, isValue) { text.append(UInt8(ascii: "\\")) }
                text.append(byte)
            }
        }
        // A word that joins terms is none with an escape in it.
        let plain = String(decoding: text, as: UTF8.self)
        return ["and", "or", "not"].contains(plain.lowercased()) ? "\\" + plain : plain
    }

    private static func isSpecial(_ byte: UInt8, _ isValue: Bool) -> Bool {
        byte <= 0x20 || "()|\"\\*?,".utf8.contains(byte) || ":<>=!".utf8.contains(byte)
    }
}
