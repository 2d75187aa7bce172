// SPDX-License-Identifier: Apache-2.0

/// Rules made ready: immutable, shared by all threads. Each thread makes its own
/// ``MaskingSession`` from it.
package final class Masker: Sendable {
    /// The rules as given.
    package let rules: MaskingRules

    /// User names and excepted names, normalised, `*` kept.
    private let userNames: [[UInt8]]
    private let keptNames: [[UInt8]]
    /// `name=value` exceptions: the name normalised, the value as given.
    private let keptPairs: [(name: [UInt8], value: [UInt8])]
    /// Sources of the expressions; a session compiles its own (a `Regex` is not Sendable).
    let keptPatterns: [String]
    let hasValueExceptions: Bool

    /// Checks and compiles the rules.
    ///
    /// Throws ``MaskingRulesError`` naming the rule and what is wrong with it.
    package init(rules: MaskingRules) throws(MaskingRulesError) {
        self.rules = rules
        var userNames: [[UInt8]] = []
        var keptNames: [[UInt8]] = []
        var keptPairs: [(name: [UInt8], value: [UInt8])] = []
        var keptPatterns: [String] = []
        let count = rules.names.count + rules.patterns.count + rules.exceptions.count
        guard count <= MaskingLimits.userRules else {
            throw MaskingRulesError(
                code: .tooMany, place: "all",
                message: "\(count) rules; at most \(MaskingLimits.userRules) are allowed")
        }
        for (index, name) in rules.names.enumerated() {
            userNames.append(try Masker.normalise(name, place: "names[\(index)]"))
        }
        for (index, pattern) in rules.patterns.enumerated() {
            try Masker.check(pattern.source, place: "patterns[\(index)] (\(pattern.name))")
        }
        for (index, exception) in rules.exceptions.enumerated() {
            let place = "exceptions[\(index)]"
            if exception.utf8.count > 2, exception.hasPrefix("/"), exception.hasSuffix("/") {
                let source = String(exception.dropFirst().dropLast())
                try Masker.check(source, place: place)
                keptPatterns.append(source)
            } else if let equals = exception.utf8.firstIndex(of: UInt8(ascii: "=")) {
                let name = try Masker.normalise(String(exception[..<equals]), place: place)
                let value = exception.utf8[exception.utf8.index(after: equals)...]
                keptPairs.append((name, Array(value)))
            } else {
                keptNames.append(try Masker.normalise(exception, place: place))
            }
        }
        self.userNames = userNames
        self.keptNames = keptNames
        self.keptPairs = keptPairs
        self.keptPatterns = keptPatterns
        hasValueExceptions = !keptPairs.isEmpty || !keptPatterns.isEmpty
    }

    private init() {
        rules = .standard
        userNames = []
        keptNames = []
        keptPairs = []
        keptPatterns = []
        hasValueExceptions = false
    }

    /// The standard rules.
    package static let standard = Masker()

    /// The name of a rule as a report shows it.
    func name(of rule: RuleNumber) -> String {
        if let user = rule.user {
            if user < rules.names.count { return "user-name:\(rules.names[user])" }
            let pattern = user - rules.names.count
            if pattern < rules.patterns.count { return "user:\(rules.patterns[pattern].name)" }
        }
        return rule.standard?.name ?? "unknown"
    }

    /// The verdict on a name.
    func judge(name: Text) -> NameVerdict {
        var verdict = judgeSecret(name: name)
        verdict.role = OwnedNames.role(of: name)
        return verdict
    }

    /// Exceptions first, then the user's names, then the standard rules.
    private func judgeSecret(name: Text) -> NameVerdict {
        if !keptNames.isEmpty || !userNames.isEmpty {
            let bare = Masker.bare(name)
            if keptNames.contains(where: { wildcard($0[...], matches: bare[...]) }) {
                return NameVerdict(kind: .kept)
            }
            if let index = userNames.firstIndex(where: { wildcard($0[...], matches: bare[...]) }) {
                return NameVerdict(kind: .user, user: UInt8(truncatingIfNeeded: index))
            }
        }
        let kind = NameRules.verdict(of: name)
        if kind == .plain || kind == .identifier, Masker.mayHoldSecret(name) {
            return NameVerdict(kind: .suspect)
        }
        return NameVerdict(kind: kind)
    }

    /// Whether a `name=value` exception lets the value stay.
    func keeps(name: Text, value: Text) -> Bool {
        guard !keptPairs.isEmpty else { return false }
        let bare = Masker.bare(name)
        return keptPairs.contains { pair in
            wildcard(pair.name[...], matches: bare[...]) && value.count == pair.value.count
                && value.buffer.elementsEqual(pair.value)
        }
    }

    /// A name that may carry a secret itself (a token or a URL used as a key): looked at as text.
    private static func mayHoldSecret(_ name: Text) -> Bool {
        guard name.count >= 16 else { return false }
        let tally = name.tally()
        return tally.classes & ByteClass.other != 0 || name.count >= 40
            || (tally.digits > 0 && tally.upper + tally.lower > 0)
    }

    /// Letters and digits of a name, lower case.
    private static func bare(_ name: Text) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<min(name.count, MaskingLimits.nameBytes) {
            let byte = name[index]
            if name.kind(index) & ByteClass.alphanumeric != 0 || byte >= 0x80 {
                bytes.append(lowered(byte))
            }
        }
        return bytes
    }

    private static func normalise(
        _ name: String, place: String
    ) throws(MaskingRulesError) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            let kind = ByteClass.table[Int(byte)]
            if kind & ByteClass.alphanumeric != 0 || byte >= 0x80 || byte == UInt8(ascii: "*") {
                bytes.append(lowered(byte))
            }
        }
        guard bytes.contains(where: { $0 != UInt8(ascii: "*") }) else {
            throw MaskingRulesError(
                code: .emptyRule, place: place,
                message: "a name needs at least one letter or digit")
        }
        guard bytes.count <= MaskingLimits.nameBytes else {
            throw MaskingRulesError(
                code: .tooLong, place: place,
                message: "a name has at most \(MaskingLimits.nameBytes) bytes")
        }
        return bytes
    }

    private static func check(_ source: String, place: String) throws(MaskingRulesError) {
        guard !source.isEmpty else {
            throw MaskingRulesError(
                code: .emptyRule, place: place, message: "the pattern is empty")
        }
        guard source.utf8.count <= MaskingLimits.patternBytes else {
            throw MaskingRulesError(
                code: .tooLong, place: place,
                message: "a pattern has at most \(MaskingLimits.patternBytes) bytes")
        }
        do {
            let regex = try Regex(source)
            // An expression that matches nothing's width would mask every record to pieces.
            if "".firstMatch(of: regex) != nil {
                throw MaskingRulesError(
                    code: .badPattern, place: place,
                    message: "the pattern matches the empty text; require at least one character")
            }
        } catch let error as MaskingRulesError {
            throw error
        } catch {
            throw MaskingRulesError(
                code: .badPattern, place: place,
                message: "not a valid regular expression: check its brackets and escapes")
        }
    }
}

/// Whether `pattern`, in which `*` stands for any bytes, matches all of `text`. Linear in the
/// product of the lengths at worst; both are bounded by ``MaskingLimits/nameBytes``.
func wildcard(_ pattern: ArraySlice<UInt8>, matches text: ArraySlice<UInt8>) -> Bool {
    var p = pattern.startIndex
    var t = text.startIndex
    var star: Int?
    var mark = t
    while t < text.endIndex {
        if p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") {
            star = p
            mark = t
            p += 1
        } else if p < pattern.endIndex, pattern[p] == text[t] {
            p += 1
            t += 1
        } else if let back = star {
            p = back + 1
            mark += 1
            t = mark
        } else {
            return false
        }
    }
    while p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") { p += 1 }
    return p == pattern.endIndex
}
