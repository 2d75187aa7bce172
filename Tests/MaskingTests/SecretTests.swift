// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

/// Forms that secrets take. `§` marks the secret in each text; the mask must stand in its place
/// and everything around it must stay.
@Suite("secrets go, what is around them stays")
struct SecretTests {
    static let texts = MaskingVectors.all.secretTexts

    @Test("in text", arguments: texts)
    func inText(_ marked: String) {
        let parts = marked.split(separator: "§", omittingEmptySubsequences: false)
        var plain = ""
        var expected = ""
        for (index, part) in parts.enumerated() {
            plain += part
            expected += index % 2 == 0 ? part : "***MASKED***"
        }
        #expect(masked(plain) == expected)
        #expect(masked(expected) == expected, "the mask is a fixed point")
    }

    @Test("in text that is a member of a record", arguments: texts)
    func inRecords(_ marked: String) throws {
        let parts = marked.split(separator: "§", omittingEmptySubsequences: false).enumerated()
        // Not those that are part of what stays, as the password `password` is.
        let rest = parts.filter { $0.offset % 2 == 0 }.map { String($0.element) }.joined()
        let secrets = parts.filter { $0.offset % 2 == 1 }.map { String($0.element) }
            .filter { $0.count > 2 && !rest.contains($0) }
        let plain = marked.replacing("§", with: "")
        let line = try maskedLine(JSONValue.object(["msg": .string(plain)]).description)
        let value = try JSONValue(parsing: line)
        let message = try #require(value.objectValue?["msg"]?.stringValue)
        for secret in secrets { #expect(!message.contains(secret)) }
    }

    static let members = MaskingVectors.all.secretMembers

    @Test("by name, whatever the value", arguments: members)
    func byName(_ json: String, _ expected: String) throws {
        let line = try maskedLine(json)
        #expect(line.hasPrefix(String(expected.dropLast())))
    }
}
