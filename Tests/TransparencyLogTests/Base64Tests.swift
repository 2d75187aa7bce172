// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TransparencyLog

@Suite("Strict base64")
struct Base64Tests {
    @Test("the vectors of RFC 4648, section 10")
    func vectors() {
        let vectors = [
            "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==",
            "fooba": "Zm9vYmE=", "foobar": "Zm9vYmFy",
        ]
        for (plain, text) in vectors {
            #expect(Base64.encode(plain.utf8) == text)
            #expect(Base64.decode(text.utf8) == Array(plain.utf8))
        }
        #expect(Base64.encode([0xFB, 0xFF, 0xBF] as [UInt8]) == "+/+/")
    }

    @Test("any bytes read back")
    func roundTrip() {
        var generator = SeededGenerator(seed: 6)
        for count in 0...200 {
            let bytes = generator.bytes(count)
            #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
        }
    }

    @Test(
        "what no encoder writes is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zg==Zg==", "Zm9v=", "Zm9vYg=", "Zg=v",
            "Zm9v\n", "Zm 9", "Zm9-", "Zm9_", "Zh==", "Zm9=", "Zm+=", "Zm8=Zm8=", "Zm\u{e4}",
        ])
    func refused(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test("a text is accepted only if it is the one that the bytes give")
    func canonical() {
        var generator = SeededGenerator(seed: 7)
        let characters = Array("AZaz09+/=gw".utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                characters[Int.random(in: 0..<characters.count, using: &generator)]
            }
            guard let bytes = Base64.decode(text) else { continue }
            accepted += 1
            #expect(Array(Base64.encode(bytes).utf8) == text)
        }
        #expect(accepted > 100)
    }
}
