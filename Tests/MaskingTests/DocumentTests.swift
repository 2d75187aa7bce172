// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Masking

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("docs/format/masking.md names every rule")
struct DocumentTests {
    static let text: String = {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/format/masking.md")
        guard let data = try? Data(contentsOf: url) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }()

    @Test("each standard rule by the name that a report shows", arguments: StandardRule.allCases)
    func rule(_ rule: StandardRule) {
        #expect(Self.text.contains("`\(rule.name)`"))
    }

    @Test("each maker's prefix")
    func prefixes() {
        for token in ProviderToken.all { #expect(Self.text.contains("`\(token.prefix)`")) }
    }

    @Test("the limits that it states")
    func limits() {
        #expect(MaskingLimits.lineBytes - MaskingLimits.stampBytes == 65_471)
        #expect(MaskingLimits.rounds == 8)
        #expect(MaskingLimits.userRules == 200)
        #expect(MaskingLimits.reportPlaces == 1_024)
        #expect(MaskingLimits.openBlockTexts == 64)
    }
}
