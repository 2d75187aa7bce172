// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

@testable import Query

@Suite("What a filter can say of a line without parsing it")
struct LineSieveTests {
    private func lets(_ query: String, _ line: String) throws -> Bool? {
        guard let sieve = LineSieve(try Query(parsing: query).filter) else { return nil }
        return Array(line.utf8).withUnsafeBufferPointer { sieve.lets($0) }
    }

    @Test("A line without the words cannot pass, in whatever case they are")
    func words() throws {
        #expect(try lets("zeppelin", #"{"text":"a boat"}"#) == false)
        #expect(try lets("zeppelin", #"{"text":"a ZEPPELIN"}"#) == true)
        #expect(try lets("text:zeppelin and sender:bob", #"{"sender":"bob","text":"x"}"#) == false)
        #expect(try lets("boat or zeppelin", #"{"text":"a boat"}"#) == true)
        #expect(try lets("boat or zeppelin", #"{"text":"a house"}"#) == false)
        #expect(try lets("zepp*", #"{"text":"zip"}"#) == false)
        #expect(try lets(#"text:"one two""#, #"{"text":"one  two"}"#) == false)
    }

    @Test("Of what can be written in more ways it says nothing")
    func unsure() throws {
        #expect(try lets("not zeppelin", "{}") == nil)
        #expect(try lets("zeppelin or not boat", "{}") == nil)
        #expect(try lets("*", "{}") == nil)
        #expect(try lets("amount > 5", "{}") == nil)
        #expect(try lets("amount:5.0", #"{"amount":5}"#) != false)
        #expect(try lets("timestamp:2026-11-20", "{}") != false)
        #expect(try lets("zeppelin", #"{"text":"\u007aeppelin"}"#) == true)
        #expect(try lets(#"text:"say \"hi\" now""#, #"{"text":"say \"hi\" now"}"#) == nil)
    }

    @Test("A line whose members come from two places may pass by what stands in either")
    func parts() throws {
        let row = RowEvaluator(try Query(parsing: "text:zeppelin and level:info").filter)
        func mayMatch(_ line: String, _ text: String) -> Bool {
            Array(line.utf8).withUnsafeBufferPointer { line in
                Array(text.utf8).withUnsafeBufferPointer { row.mayMatch(line, $0) }
            }
        }
        #expect(mayMatch(#"{"level":"info"}"#, #"{"text":"Zeppelin"}"#))
        #expect(mayMatch(#"{"text":"zeppelin"}"#, "{}"))
        #expect(!mayMatch(#"{"level":"info"}"#, #"{"text":"a boat"}"#))
        #expect(mayMatch("{}", #"{"text":"\u007a"}"#))
    }

    @Test("A line that passes is let through, of random filters and lines")
    func random() throws {
        let words = ["alpha", "Beta", "gam*", "5", "5.0", "x?z", #""alpha beta""#, "\"a\\\\b\""]
        let values = [
            "alpha", "BETA", "gamma alpha", "5", "xyz", "alpha beta", "a\\\\b", "\\u0061lpha",
            "5.00",
        ]
        for _ in 0..<5_000 {
            let terms = (0..<Int.random(in: 1...3)).map { _ in
                let word = words.randomElement() ?? ""
                let term = Bool.random() ? word : "f:" + word
                return Bool.random() || Bool.random() ? term : "not " + term
            }
            let query = terms.joined(separator: Bool.random() ? " and " : " or ")
            let line =
                #"{"f":"\#(values.randomElement() ?? "")","g":"\#(values.randomElement() ?? "")"}"#
            let filter = try Query(parsing: query).filter
            // Twice "not" says the same and has no sieve.
            var plain = RowEvaluator(.not(.not(filter)))
            var sieved = RowEvaluator(filter)
            Array(line.utf8).withUnsafeBufferPointer { bytes in
                #expect(
                    sieved.matches(bytes) == plain.matches(bytes), "\(query) over \(line)")
            }
        }
    }
}
