// SPDX-License-Identifier: Apache-2.0

/// A user's expressions, compiled for one session.
struct UserPatterns {
    private let patterns: [(rule: RuleNumber, regex: Regex<AnyRegexOutput>)]
    private let kept: [Regex<AnyRegexOutput>]

    let hasPatterns: Bool

    /// The masker has checked the sources; one that does not compile again is left out.
    init(masker: Masker) {
        let offset = masker.rules.names.count
        patterns = masker.rules.patterns.enumerated().compactMap { index, pattern in
            (try? Regex(pattern.source)).map { (RuleNumber(user: offset + index), $0) }
        }
        kept = masker.keptPatterns.compactMap { try? Regex($0) }
        hasPatterns = !patterns.isEmpty
    }

    /// Whether an exception's expression matches the whole value.
    func keeps(_ value: Text) -> Bool {
        guard !kept.isEmpty else { return false }
        let string = String(decoding: value.buffer, as: UTF8.self)
        return kept.contains { string.wholeMatch(of: $0) != nil }
    }

    /// Adds what the expressions match, windows of a long text one after the other, and unites it
    /// with the spans found so far.
    func apply(to text: Text, spans: inout [Span]) {
        var added: [Span] = []
        var start = 0
        while start < text.count {
            let end = min(text.count, start + MaskingLimits.patternWindowBytes)
            let window = String(decoding: text.slice(start, end).buffer, as: UTF8.self)
            // Repaired bytes would shift the offsets; the texts that come here are valid UTF-8,
            // except where a window cuts a character.
            guard window.utf8.count == end - start else {
                start = end
                continue
            }
            for (rule, regex) in patterns {
                for match in window.matches(of: regex) {
                    let range = match.output.count > 1 ? match.output[1].range : nil
                    let found = range ?? match.range
                    let from = window.utf8.distance(from: window.startIndex, to: found.lowerBound)
                    let to = window.utf8.distance(from: window.startIndex, to: found.upperBound)
                    let value = text.slice(start + from, start + to)
                    guard to > from, !value.isMasked, !value.isInsideMask else { continue }
                    added.append(Span(start: start + from, end: start + to, rule: rule))
                }
            }
            start = end
        }
        guard !added.isEmpty else { return }
        spans = Self.united(spans + added)
    }

    /// Sorted; overlapping spans become one under the rule of the first.
    private static func united(_ spans: [Span]) -> [Span] {
        var result: [Span] = []
        for span in spans.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
            if let last = result.last, span.start < last.end {
                result[result.count - 1].end = max(last.end, span.end)
            } else {
                result.append(span)
            }
        }
        return result
    }
}

extension Text {
    /// Whether the bytes are part of a mask: stars, or letters of the word in it.
    var isInsideMask: Bool {
        guard count <= 12 else { return false }
        let mask = Text(
            UnsafeBufferPointer(
                start: maskedText.utf8Start, count: maskedText.utf8CodeUnitCount))
        for start in 0...(12 - count) where mask.slice(start, start + count).same(as: self) {
            return true
        }
        return false
    }

    func same(as other: Text) -> Bool {
        count == other.count && buffer.elementsEqual(other.buffer)
    }
}
