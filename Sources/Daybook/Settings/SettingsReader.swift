// SPDX-License-Identifier: Apache-2.0

internal import Yams

/// Walks the tree of a settings file and notes everything that is wrong with it, so that one look
/// at the message is enough to put all of it right.
struct SettingsReader {
    let path: String
    private(set) var problems: [String] = []

    init(path: String) {
        self.path = path
    }

    /// One value of the file, and where it stands.
    struct Place {
        let node: Node
        /// The key with those above it: `books.audit.rotate.zone`.
        let name: String
        /// Line of its key; nil for the root and in lists.
        var line: Int?
    }

    /// The root of a document; nil when the file says nothing or cannot be read as YAML.
    mutating func root(of text: String) -> Place? {
        do {
            guard let node = try Yams.compose(yaml: text) else { return nil }
            if let scalar = node.scalar, scalar.string.isEmpty { return nil }
            return Place(node: node, name: "")
        } catch let error as YamlError {
            problems.append(Self.describe(error, path))
        } catch {
            problems.append("\(path): this is not YAML")
        }
        return nil
    }

    /// What Yams found, without its quotation of the file: a settings file may hold patterns and
    /// values that are nobody's business.
    private static func describe(_ error: YamlError, _ path: String) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "\(path):\(mark.line): not valid YAML: \(problem)"
        case .duplicatedKeysInMapping(_, let context):
            "\(path):\(context.mark.line): a key stands twice in one mapping; keep one of them"
        default:
            "\(path): this is not valid YAML; save it as UTF-8 text"
        }
    }

    /// Notes a problem at a value.
    mutating func note(_ place: Place, _ text: String) {
        let line = (place.line ?? Self.line(of: place.node)).map { ":\($0)" } ?? ""
        let name = place.name.isEmpty ? "" : " \(place.name):"
        problems.append("\(path)\(line):\(name) \(text)")
    }

    private static func line(of node: Node) -> Int? {
        switch node {
        case .scalar(let scalar): scalar.mark?.line
        case .mapping(let mapping): mapping.mark?.line
        case .sequence(let sequence): sequence.mark?.line
        case .alias(let alias): alias.mark?.line
        }
    }

    // MARK: - Kinds of values

    /// The members of a mapping, each of which has to be one of `known`.
    mutating func members(of place: Place, known: [String]) -> [String: Place] {
        var members: [String: Place] = [:]
        for (key, member) in pairs(of: place) {
            guard known.contains(key) else {
                let hint =
                    Spelling.nearest(key, among: known).map { "did you mean \"\($0)\"? " } ?? ""
                note(
                    member,
                    "unknown key; \(hint)Known here: \(known.sorted().joined(separator: ", "))")
                continue
            }
            members[key] = member
        }
        return members
    }

    /// The members of a mapping with names of the user's own.
    mutating func pairs(of place: Place) -> [(key: String, place: Place)] {
        if isNothing(place) { return [] }
        guard case .mapping(let mapping) = place.node else {
            note(place, "expected keys with values, such as `key: value`")
            return []
        }
        var pairs: [(key: String, place: Place)] = []
        for (keyNode, value) in mapping {
            let prefix = place.name.isEmpty ? "" : place.name + "."
            guard case .scalar(let key) = keyNode else {
                note(Place(node: keyNode, name: place.name), "expected a plain word as the key")
                continue
            }
            pairs.append(
                (key.string, Place(node: value, name: prefix + key.string, line: key.mark?.line)))
        }
        return pairs
    }

    /// The elements of a list.
    mutating func elements(of place: Place) -> [Place] {
        if isNothing(place) { return [] }
        guard case .sequence(let sequence) = place.node else {
            note(place, "expected a list, such as `[a, b]` or lines that begin with `- `")
            return []
        }
        return sequence.enumerated().map {
            Place(node: $0.element, name: "\(place.name)[\($0.offset)]")
        }
    }

    /// The text of a plain value.
    mutating func text(_ place: Place, expected: String) -> String? {
        guard case .scalar(let scalar) = place.node, !isNothing(place) else {
            note(place, "expected \(expected)")
            return nil
        }
        return scalar.string
    }

    /// `true` or `false`.
    mutating func flag(_ place: Place) -> Bool? {
        guard case .scalar(let scalar) = place.node else {
            note(place, "expected true or false")
            return nil
        }
        switch scalar.string.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default:
            note(place, "expected true or false")
            return nil
        }
    }

    /// One of a few words.
    mutating func word(_ place: Place, among words: [String]) -> String? {
        let expected =
            words.count == 2
            ? words.joined(separator: " or ")
            : "one of "
                + words.joined(separator: ", ")
        guard let text = text(place, expected: expected) else { return nil }
        guard words.contains(text) else {
            let hint = Spelling.nearest(text, among: words).map { "; did you mean \"\($0)\"?" }
            note(place, "expected \(expected)\(hint ?? "")")
            return nil
        }
        return text
    }

    /// True for a key without a value: as if it were not there.
    private func isNothing(_ place: Place) -> Bool {
        guard case .scalar(let scalar) = place.node else { return false }
        return scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
    }
}
