// SPDX-License-Identifier: Apache-2.0

internal import Yams

/// A source of the daemon: an element of `sources`.
package struct SourceChoice: Sendable, Hashable {
    /// By which its positions are found again; begins the `source` of its records.
    package let name: String
    /// Files to follow, as written: absolute, or from the directory that holds the settings.
    package let tail: [String]
    package var exclude: [String] = []
    /// An IANA name; nil for the machine's own zone.
    package var zone: String?
    /// Whether files that are there when it runs for the first time are passed over.
    package var startsAtEnd = false

    package init(name: String, tail: [String]) {
        self.name = name
        self.tail = tail
    }
}

extension SettingsReader {
    /// The `sources` list.
    mutating func sources(_ place: Place) -> [SourceChoice] {
        var sources: [SourceChoice] = []
        for element in elements(of: place) {
            guard let source = source(element) else { continue }
            if sources.contains(where: { $0.name == source.name }) {
                note(element, "there is a source \(source.name) already; names are unique")
            }
            sources.append(source)
        }
        return sources
    }

    private mutating func source(_ place: Place) -> SourceChoice? {
        let members = members(
            of: place, known: ["name", "tail", "exclude", "format", "zone", "from"])
        guard let namePlace = members["name"] else {
            note(place, "a source needs a `name`: its records name it, and its positions go by it")
            return nil
        }
        let expected = "a name of small letters, digits, - and _, such as rustybt"
        guard let name = text(namePlace, expected: expected) else { return nil }
        if let problem = SourceChoice.problem(withName: name) {
            note(namePlace, "expected \(expected): \(problem)")
            return nil
        }
        guard let tailPlace = members["tail"] else {
            note(place, "a source needs `tail`: the files that it follows, such as /srv/bot/*.log")
            return nil
        }
        var source = SourceChoice(name: name, tail: patterns(tailPlace))
        if source.tail.isEmpty { note(tailPlace, "expected at least one file or pattern") }
        if let member = members["exclude"] { source.exclude = patterns(member) }
        // One way of reading so far; the key is there so that settings can say so.
        if let member = members["format"] { _ = word(member, among: ["auto"]) }
        if let member = members["zone"] {
            let expected = "an IANA name such as America/New_York"
            if let zone = text(member, expected: expected) {
                if ZoneCalendar.isZone(zone) {
                    source.zone = zone
                } else {
                    note(member, "expected \(expected)")
                }
            }
        }
        if let member = members["from"] {
            source.startsAtEnd = word(member, among: ["start", "end"]) == "end"
        }
        return source
    }

    /// One pattern, or a list of them.
    private mutating func patterns(_ place: Place) -> [String] {
        let isList = place.node.sequence != nil
        let expected = "a file or a pattern with *, ? and [a-z], such as /srv/bot/logs/*.log"
        return (isList ? elements(of: place) : [place]).compactMap { element in
            guard let text = text(element, expected: expected) else { return nil }
            guard !text.isEmpty, !text.contains("**"), !text.hasPrefix("~") else {
                note(
                    element,
                    "expected \(expected); ** and ~ are not known here, so name each level and "
                        + "write the whole path")
                return nil
            }
            return text
        }
    }
}

extension SourceChoice {
    /// Bytes of a source's name: it begins the `source` of each record.
    private static let nameBytes = 40
    /// Beginnings of `source` that other ways in use.
    private static let takenNames = ["daybook", "file", "stdin", "run", "chat", "http"]

    /// Why a name cannot be a source's; nil when it can.
    package static func problem(withName name: String) -> String? {
        guard DaybookSettings.isBookName(name), name.utf8.count <= nameBytes else {
            return "it is small letters, digits, _ and -, begins with a letter, and has at most "
                + "\(nameBytes)"
        }
        guard !takenNames.contains(name) else {
            return "'\(name)' names another way in; choose another"
        }
        return nil
    }
}
