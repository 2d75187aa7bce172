// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Masking
internal import Records
internal import Yams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension SettingsReader {
    typealias BookChoice = DaybookSettings.BookChoice

    /// The `books` mapping.
    mutating func books(_ place: Place, defaults: [String: BookChoice]) -> [String: BookChoice] {
        var books = defaults
        var places: [String: Place] = [:]
        for (name, member) in pairs(of: place) {
            guard DaybookSettings.isBookName(name) else {
                note(member, "not the name of a book: \(DaybookSettings.bookNameRule)")
                continue
            }
            places[name] = member
            books[name] = book(member, books[name] ?? DaybookSettings.standard(name))
        }
        for (name, member) in places.sorted(by: { $0.key < $1.key }) {
            guard let file = books[name]?.settings.liveName else { continue }
            let other = books.first { other, choice in
                other == file || (other != name && choice.settings.liveName == file)
            }
            if let other {
                note(member, "the file \(file) is taken by the book \(other.key); choose another")
            }
        }
        return books
    }

    private mutating func book(_ place: Place, _ standard: BookChoice) -> BookChoice {
        var choice = standard
        let members = members(
            of: place,
            known: [
                "file", "mode", "group", "rotate", "when_stuck", "durability", "level", "origin",
                "keep",
                "keep_at_least", "max_size", "plain_keep", "encrypt", "seal",
            ])
        if let member = members["file"], let name = file(member) {
            choice.settings.liveName = name
        }
        if let member = members["mode"], let mode = mode(member) { choice.settings.mode = mode }
        if let member = members["group"] { choice.settings.group = group(member) }
        if let member = members["rotate"] { rotation(member, &choice.settings) }
        if let member = members["when_stuck"],
            let word = word(member, among: ["wait", "fail"]),
            let policy = StuckPolicy(rawValue: word)
        {
            choice.settings.whenStuck = policy
        }
        if let member = members["durability"],
            let word = word(member, among: Durability.allCases.map(\.name)),
            let durability = Durability(name: word)
        {
            choice.durability = durability
        }
        if let member = members["level"],
            let word = word(member, among: Level.allCases.map(\.name)), let level = Level(word)
        {
            choice.level = level
        }
        if let member = members["origin"] { choice.settings.origin = origin(member) }
        if ["keep", "keep_at_least", "max_size"].contains(where: { members[$0] != nil }) {
            choice.policy = policy(members)
        }
        if let member = members["plain_keep"], let time = plainKeep(member) {
            choice.settings.plainKeep = time
        }
        if let member = members["encrypt"], let isEncrypted = flag(member) {
            choice.settings.encryptSegments = isEncrypted
        }
        if let member = members["seal"], let rule = seal(member) {
            choice.settings.seal = rule
        }
        return choice
    }

    private mutating func file(_ place: Place) -> String? {
        guard let name = text(place, expected: "the name of a file, such as audit.log") else {
            return nil
        }
        if let problem = DaybookSettings.problem(withFile: name) {
            note(place, "not a name for a book's file: \(problem)")
            return nil
        }
        return name
    }

    private mutating func mode(_ place: Place) -> UInt32? {
        let expected = "an octal mode in quotes, such as \"0600\" or \"0640\""
        guard let text = text(place, expected: expected) else { return nil }
        let digits = text.hasPrefix("0o") ? String(text.dropFirst(2)) : text
        guard digits.utf8.count <= 4, let mode = UInt32(digits, radix: 8), mode <= 0o777 else {
            note(place, "expected \(expected)")
            return nil
        }
        guard mode & 0o600 == 0o600, mode & 0o133 == 0 else {
            note(
                place,
                "expected the owner to read and write, others at most to read: \"0600\", "
                    + "\"0640\" or \"0644\"")
            return nil
        }
        return mode
    }

    mutating func group(_ place: Place) -> UInt32? {
        guard let name = text(place, expected: "the name or number of a group") else { return nil }
        if let number = UInt32(name) { return number }
        var buffer = [CChar](repeating: 0, count: 1 << 14)
        var entry = GroupEntry()
        var found: UnsafeMutablePointer<GroupEntry>?
        while true {
            let code = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
            guard code == ERANGE, buffer.count < 1 << 22 else { break }
            buffer = [CChar](repeating: 0, count: buffer.count * 4)
        }
        guard found != nil else {
            note(
                place,
                "there is no group \"\(name)\" on this machine; `getent group` lists them")
            return nil
        }
        return entry.gr_gid
    }

    private mutating func origin(_ place: Place) -> String? {
        let expected = "a name without spaces and +, such as example.com/desk/audit"
        guard let text = text(place, expected: expected) else { return nil }
        let isFine =
            !text.isEmpty && text.utf8.count <= DaybookLimits.fileNameBytes
            && !text.unicodeScalars.contains {
                $0 == "+" || $0.value == 0x7F || $0.value < 0x20 || $0.properties.isWhitespace
            }
        guard isFine else {
            note(place, "expected \(expected)")
            return nil
        }
        return text
    }

    // MARK: - Masking

    /// The `masking` mapping.
    mutating func masking(_ place: Place) -> MaskingRules {
        var rules = MaskingRules()
        let members = members(of: place, known: ["names", "patterns", "exceptions"])
        if let member = members["names"] {
            for element in elements(of: member) {
                guard let name = text(element, expected: "a name, such as desk_pin") else {
                    continue
                }
                if check(MaskingRules(names: [name]), element) { rules.names.append(name) }
            }
        }
        if let member = members["patterns"] {
            for element in elements(of: member) {
                guard let pattern = pattern(element) else { continue }
                rules.patterns.append(pattern)
            }
        }
        if let member = members["exceptions"] {
            for element in elements(of: member) {
                let expected = "a name or name=value, such as token=internal"
                guard let exception = text(element, expected: expected) else { continue }
                if check(MaskingRules(exceptions: [exception]), element) {
                    rules.exceptions.append(exception)
                }
            }
        }
        if problems.isEmpty { _ = check(rules, place) }
        return rules
    }

    private mutating func pattern(_ place: Place) -> MaskingRules.Pattern? {
        let members = members(of: place, known: ["name", "regex"])
        guard let namePlace = members["name"], let sourcePlace = members["regex"] else {
            note(place, "expected `{name: …, regex: …}`; both are needed")
            return nil
        }
        guard let name = text(namePlace, expected: "a name for reports"),
            let source = text(sourcePlace, expected: "a regular expression in single quotes")
        else { return nil }
        let pattern = MaskingRules.Pattern(name: name, source: source)
        return check(MaskingRules(patterns: [pattern]), sourcePlace) ? pattern : nil
    }

    /// Asks the masking room whether rules can be used.
    private mutating func check(_ rules: MaskingRules, _ place: Place) -> Bool {
        do throws(MaskingRulesError) {
            _ = try Masker(rules: rules)
            return true
        } catch {
            note(place, error.message)
            return false
        }
    }
}

// `group` is a struct and, in this file, a method.
#if canImport(Glibc)
    private typealias GroupEntry = Glibc.group
#elseif canImport(Musl)
    private typealias GroupEntry = Musl.group
#else
    private typealias GroupEntry = Darwin.group
#endif
