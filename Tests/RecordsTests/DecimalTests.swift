// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

@Suite("Decimal")
struct DecimalTests {
    static let thirtyEight = String(repeating: "9", count: 38)

    @Test(
        "reads and writes exactly",
        arguments: [
            ("1.50", "1.50"), ("0", "0"), ("-0", "0"), ("007", "7"), ("+1.5", "1.5"),
            ("0E-8", "0.00000000"), ("1E+3", "1000"), ("1.5e3", "1500"), ("1.2345E2", "123.45"),
            ("0.000000001234", "0.000000001234"), ("-0.01", "-0.01"),
            (
                "1e-38",
                "0.00000000000000000000000000000000000001"
            ),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("12345678901234567890.1234567890", "12345678901234567890.1234567890"),
            (thirtyEight, thirtyEight), ("-" + thirtyEight, "-" + thirtyEight),
            ("0." + thirtyEight, "0." + thirtyEight), ("0e9999", "0"),
            ("18446744073709551615", "18446744073709551615"),
            ("18446744073709551616.5", "18446744073709551616.5"),
        ])
    func exact(text: String, expected: String) throws {
        let number = try #require(Decimal(text))
        #expect(number.description == expected)
        #expect(Decimal(number.description) == number)
    }

    @Test(
        "refuses what is no number or does not fit",
        arguments: [
            "", " ", "-", "+", ".", ".5", "5.", "1.e5", "1e", "1e+", "1.2.3", "1,5", "0x10", "NaN",
            "Infinity", " 1", "1 ", "1_000", "--1", "1e38", "1e-39", "1e99999999999999999999",
            thirtyEight + "0", "0." + thirtyEight + "0", "١",
        ])
    func refused(text: String) {
        #expect(Decimal(text) == nil)
    }

    @Test("compares and hashes as numbers, whatever the scale")
    func comparing() {
        #expect(Decimal("1.5") == Decimal("1.50"))
        #expect(Set<Decimal>(["1.5", "1.50", "1.500", "0", "0.00"]).count == 2)
        #expect(Decimal("1.5") as Decimal? != Decimal("1.51"))
        let ordered: [Decimal] = [
            "-99999999999999999999999999999999999999", "-2", "-1.50000001", "-1.5", "-0.1", "0",
            "0.00000000000000000000000000000000000001", "0.1", "1.49", "1.5",
            "99999999999999999999999999999999999999",
        ]
        for (i, left) in ordered.enumerated() {
            for (j, right) in ordered.enumerated() {
                #expect((left < right) == (i < j))
                #expect((left == right) == (i == j))
            }
        }
    }

    @Test("adds, subtracts and multiplies exactly")
    func arithmetic() throws {
        #expect(try ("0.1" + "0.2" as Decimal).description == "0.3")
        #expect(try ("1.50" + "1" as Decimal).description == "2.50")
        #expect(try ("1" - "1.005" as Decimal).description == "-0.005")
        #expect(try ("150.24" * "100" as Decimal).description == "15024.00")
        #expect(try ("-0.5" * "0.5" as Decimal).description == "-0.25")
        // Scales that add up to more than 38, and products beyond 128 bits, as long as the result
        // has an exact form.
        #expect(
            try ("0.50000000000000000000" * "2.00000000000000000000" as Decimal) == Decimal(1))
        #expect(
            try ("1000000000000000000000000000.0000000000" * "0.0000000001" as Decimal)
                == Decimal("100000000000000000"))
        #expect(
            try ("99999999999999999999999999999999999999" + "0.00" as Decimal).description
                == Self.thirtyEight)
    }

    @Test("throws where the exact result does not fit")
    func overflow() {
        let largest: Decimal = "99999999999999999999999999999999999999"
        #expect(throws: DecimalError(code: .overflow)) { try largest + 1 }
        #expect(throws: DecimalError(code: .overflow)) { try -largest - 1 }
        #expect(throws: DecimalError(code: .overflow)) { try largest + "0.1" }
        #expect(throws: DecimalError(code: .overflow)) { try largest * largest }
        #expect(throws: DecimalError(code: .overflow)) {
            try "0.00000000000000000001" * "0.00000000000000000001" as Decimal
        }
    }

    @Test("agrees with whole-number arithmetic on random operands")
    func random() throws {
        var generator = SplitMix(seed: 42)
        for _ in 0..<2000 {
            let (a, b) = (
                Int64(generator.below(1 << 40)) - (1 << 39), Int64(generator.below(1 << 30))
            )
            let (s, t) = (Int(generator.below(6)), Int(generator.below(6)))
            let left = try #require(Decimal(coefficient: Int128(a), scale: s))
            let right = try #require(Decimal(coefficient: Int128(b), scale: t))
            func power(_ n: Int) -> Int128 { (0..<n).reduce(1) { product, _ in product * 10 } }
            let (x, y) = (Int128(a) * power(12 - s), Int128(b) * power(12 - t))
            let sum = try left + right
            let product = try left * right
            #expect(sum.coefficient * power(12 - sum.scale) == x + y)
            #expect(product.coefficient == Int128(a) * Int128(b))
            #expect(product.scale == s + t)
            #expect((left < right) == (x < y))
        }
    }
}
