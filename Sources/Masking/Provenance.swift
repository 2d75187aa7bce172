// SPDX-License-Identifier: Apache-2.0

import Records

/// Where records come from, as Daybook says it (a record's own claim goes to `claimed_source`).
package struct Provenance: Sendable, Hashable {
    /// `stdin`, `file:bot.log`, `run:bot`. Masked like any text.
    package let source: String
    /// Whether another process of Daybook made the records: then their `source`, `daybook_notes`
    /// and kinds are kept, not renamed.
    package let trusted: Bool

    /// `,"source":"…"` ready to be copied.
    let encoded: [UInt8]

    package init(source: String, trusted: Bool = false) {
        var scanner = Scanner(masker: .standard)
        let masked = scanner.masked(source) ?? source
        self.source = masked
        self.trusted = trusted
        var buffer = ByteBuffer(capacity: masked.utf8.count + 32)
        buffer.append(",\"source\":")
        CanonicalJSON.string(masked, into: &buffer)
        encoded = buffer.array
    }
}

extension Scanner {
    /// A text with its secrets masked, or nothing if it has none. Afterwards `rules` holds which
    /// rules fired.
    ///
    /// Masked again until nothing more is found, since a mask changes what stands beside it: so
    /// that a masked text is a fixed point. A text that does not settle is masked whole.
    mutating func masked(
        _ source: String, quietly: Bool = false, _ rules: (RuleNumber) -> Void = { _ in }
    ) -> String? {
        var text = source
        for round in 0..<MaskingLimits.rounds {
            guard let next = maskedOnce(text, quietly: quietly) else {
                return round == 0 ? nil : text
            }
            for span in spans { rules(span.rule) }
            text = next
        }
        return "***MASKED***"
    }

    private mutating func maskedOnce(_ source: String, quietly: Bool) -> String? {
        var source = source
        return source.withUTF8 { bytes in
            guard scan(bytes, quietly: quietly) else { return nil }
            var result: [UInt8] = []
            result.reserveCapacity(bytes.count)
            var position = 0
            for span in spans {
                result.append(contentsOf: bytes[position..<span.start])
                let quote = bytes[span.quoteStart..<span.quoteStart + span.quoteCount]
                result.append(contentsOf: quote)
                result.append(
                    contentsOf: UnsafeBufferPointer(
                        start: maskedText.utf8Start, count: maskedText.utf8CodeUnitCount))
                result.append(contentsOf: quote)
                position = span.end
            }
            result.append(contentsOf: bytes[position...])
            return String(decoding: result, as: UTF8.self)
        }
    }
}
