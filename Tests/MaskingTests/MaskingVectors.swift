// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What every implementation of the rules answers alike: `Tests/Fixtures/masking/vectors.json`, which
/// the tests of the Python package read too.
struct MaskingVectors: Sendable {
    /// Texts with their secrets between `§`.
    var secretTexts: [String] = []
    /// Members of a record, and how they come out.
    var secretMembers: [(String, String)] = []
    /// Members of a record, and texts, that stay as they are.
    var lookAlikeMembers: [String] = []
    var lookAlikeTexts: [String] = []

    static let all: MaskingVectors = {
        var vectors = MaskingVectors()
        let file = Sample.directory.deletingLastPathComponent()
            .appending(path: "masking/vectors.json")
        guard let data = try? Data(contentsOf: file),
            let value = try? JSONValue(parsing: String(decoding: data, as: UTF8.self)),
            let object = value.objectValue
        else { return vectors }
        vectors.secretTexts = texts(object["secret_texts"])
        vectors.secretMembers = list(object["secret_members"]).map { pair in
            let both = texts(pair)
            return (both[0], both[1])
        }
        vectors.lookAlikeMembers = texts(object["look_alike_members"])
        vectors.lookAlikeTexts = texts(object["look_alike_texts"])
        return vectors
    }()

    private static func list(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let values)? = value { values } else { [] }
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        list(value).compactMap(\.stringValue)
    }
}

@Suite("the vectors that all implementations share")
struct MaskingVectorsTests {
    @Test("are read whole")
    func areThere() {
        #expect(MaskingVectors.all.secretTexts.count >= 130)
        #expect(MaskingVectors.all.secretMembers.count >= 25)
        #expect(MaskingVectors.all.lookAlikeMembers.count >= 100)
        #expect(MaskingVectors.all.lookAlikeTexts.count >= 100)
    }
}
