// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

@Suite struct SealTests {
    private let desk = Account(platform: "os", name: "desk")

    @Test func everythingPersonalLeavesTheLineOfAMessage() throws {
        let sealed = try seal(
            #"{"event":"chat_message","event_type":"chat_message","level":"info","#
                + #""platform":"IRC","sender":"alice","text":"buy 100 AAPL \"now\"","#
                + #""timestamp":"2026-11-20T10:00:00.000000Z"}"#, .all(elseUnder: desk))
        #expect(
            sealed.lines == [
                #"{"event":"chat_message","event_type":"chat_message","level":"info","#
                    + #""sealed":"v1.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc","#
                    + #""timestamp":"2026-11-20T10:00:00.000000Z","source":"test"}"#
            ])
        #expect(
            sealed.plaintexts == [
                #"{"platform":"IRC","sender":"alice","text":"buy 100 AAPL \"now\""}"#
            ])
        #expect(sealed.drafts[0].account == Account(platform: "irc", name: "alice"))
        #expect(sealed.drafts[0].instant?.description == "2026-11-20T10:00:00.000000Z")
    }

    @Test func aKindThatIsNotOfTheVocabularyIsSomebodysWords() throws {
        let sealed = try seal(#"{"event":"Alice called","level":"loud","n":[1,{"a":"}"}]}"#, .all)
        #expect(
            sealed.plaintexts == [#"{"event":"Alice called","level":"loud","n":[1,{"a":"}"}]}"#])
        #expect(sealed.lines[0].hasPrefix(#"{"sealed":"v1."#))
        #expect(sealed.drafts[0].account == desk)
        #expect(sealed.drafts[0].instant == nil)
    }

    @Test func aLineWithNothingPersonalStaysAsItIs() throws {
        let sealed = try seal(#"{"event":"terminal_output","level":"info"}"#, .all)
        #expect(sealed.drafts.isEmpty)
        #expect(
            sealed.lines == [#"{"event":"terminal_output","level":"info","source":"test"}"#])
    }

    @Test func onlyNamedMembersOfOtherRecordsAreSealed() throws {
        let sealed = try seal(
            #"{"event":"order_filled","note":"ask Bob","asset":"AAPL","why":null,"note2":"x"}"#,
            SealRule(.named(["note", "why"]), under: desk))
        #expect(sealed.plaintexts == [#"{"note":"ask Bob","why":null}"#])
        #expect(sealed.lines[0].hasPrefix(#"{"event":"order_filled","sealed":"v1."#))
        #expect(sealed.lines[0].hasSuffix(#"","asset":"AAPL","note2":"x","source":"test"}"#))
    }

    @Test func maskingComesFirst() throws {
        let sealed = try seal(
            #"{"event":"chat_message","text":"password=hunter2hunter2","api_key":"abcd1234efgh"}"#,
            .all)
        #expect(!sealed.plaintexts[0].contains("hunter2"))
        #expect(!sealed.plaintexts[0].contains("abcd1234efgh"))
        #expect(sealed.plaintexts[0].contains("***MASKED***"))
    }

    @Test func eachPieceOfALongMessageIsSealedUnderItsSender() throws {
        let text = String(repeating: "what a day ", count: 20_000)
        let sealed = try seal(
            #"{"event":"chat_message","platform":"irc","sender":"alice","text":"\#(text)"}"#,
            .all(elseUnder: desk))
        #expect(sealed.lines.count > 3)
        #expect(sealed.drafts.count == sealed.lines.count)
        #expect(sealed.drafts.allSatisfy { $0.account.name == "alice" })
        #expect(sealed.lines.allSatisfy { !$0.contains("what a day") && $0.utf8.count < 400 })
        #expect(sealed.plaintexts.allSatisfy { $0.utf8.count < 65_536 })
        #expect(sealed.plaintexts.allSatisfy { $0.contains(#""piece_of":""#) })
    }

    @Test func piecesOfALongRecordWithAPersonalMemberHideTheirText() throws {
        let text = String(repeating: "what a day ", count: 20_000)
        let rule = SealRule(.named(["note"]), under: desk)
        let sealed = try seal(#"{"event":"order_filled","note":"\#(text)"}"#, rule)
        #expect(sealed.drafts.count == sealed.lines.count)
        #expect(sealed.lines.allSatisfy { !$0.contains("what a day") })
        let open = try seal(#"{"event":"order_filled","other":"\#(text)"}"#, rule)
        #expect(open.drafts.isEmpty)
    }

    @Test func sealedFromOutsideIsAClaim() throws {
        let lines = try recordedLines(
            #"{"event":"x","sealed":"v1.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"}"#)
        #expect(lines[0].contains(#""claimed_sealed":"#))
        #expect(!lines[0].contains(#""sealed":"#))
    }

    @Test func aCommitmentIsNoSecret() throws {
        // Any of these would be taken for a key by its randomness.
        for seed in UInt8(0)..<200 {
            let bytes = (0..<32).map { UInt8(truncatingIfNeeded: Int(seed) &* 71 &+ $0 &* 197) }
            let text = try #require(Commitment(bytes)).text
            let line = #"{"event":"chat_message","sealed":"v1.\#(text)"}"#
            var session = MaskingSession()
            var records = MaskedRecords()
            try appendMasked(line, to: &records, &session)
            #expect(records.line(0) == line)
        }
        var session = MaskingSession()
        var records = MaskedRecords()
        try appendMasked(
            #"{"event":"a","sealed":"v1.api_key=abcdefgh12345678"}"#, to: &records, &session)
        #expect(!records.line(0).contains("abcdefgh12345678"))
    }

    @Test func aLineThatIsNotSealedIsSeenByItsBook() throws {
        var session = MaskingSession()
        var records = MaskedRecords()
        let rule = SealRule.all(under: desk)
        try appendMasked(
            #"{"event":"chat_message","text":"hi","source":"test"}"#, to: &records, &session)
        let isCaught = session.hasPersonalMembers(by: rule)
        #expect(isCaught)
        try appendMasked(
            #"{"event":"segment_sealed","file":"x","source":"daybook"}"#, to: &records, &session)
        let isOursCaught = session.hasPersonalMembers(by: rule)
        #expect(!isOursCaught)
        try appendMasked(
            #"{"event":"chat_message","sealed":"v1.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"}"#,
            to: &records, &session)
        let isSealedCaught = session.hasPersonalMembers(by: rule)
        #expect(!isSealedCaught)
    }

    @Test func typedEventsAreSealedToo() {
        var session = MaskingSession()
        var records = MaskedRecords()
        session.append(
            event: .chatMessage(
                platform: "matrix", conversation: "desk", sender: "bob", text: "hello"),
            at: Timestamp(microseconds: 0), sealing: .all(elseUnder: desk), to: &records)
        #expect(records.drafts.count == 1)
        #expect(records.drafts[0].account == Account(platform: "matrix", name: "bob"))
        #expect(records.drafts[0].instant == Timestamp(microseconds: 0))
        #expect(!records.line(0).contains("bob"))
    }

    @Test func batchesThatArePutTogetherAndFilteredKeepTheirDrafts() throws {
        let first = try drafted(#"{"event":"chat_message","text":"one"}"#, .all(under: desk))
        let second = try drafted(#"{"event":"chat_message","text":"two"}"#, .all(under: desk))
        var both = MaskedRecords()
        both.append(contentsOf: first)
        both.append(contentsOf: second)
        #expect(sealing(both).plaintexts == [#"{"text":"one"}"#, #"{"text":"two"}"#])
        #expect(sealing(both.filtered { $0 == 1 }).plaintexts == [#"{"text":"two"}"#])
        #expect(sealing(both.filtered { $0 == 1 }).lines == [sealing(both).lines[1]])
    }
}

extension SealRule {
    fileprivate static let all = SealRule.all(under: Account(platform: "os", name: "desk"))
}

/// What came of a record: lines with a commitment of sevens, and what would be in the envelopes.
private struct Sealed {
    var lines: [String]
    var plaintexts: [String]
    var drafts: [EnvelopeDraft]
}

private func drafted(_ json: String, _ rule: SealRule) throws -> MaskedRecords {
    var session = MaskingSession()
    var records = MaskedRecords()
    let bytes = Array(json.utf8)
    let error = bytes.withUnsafeBufferPointer { bytes -> JSONError? in
        do throws(JSONError) {
            try session.append(
                jsonLine: bytes, from: Provenance(source: "test"), sealing: rule, to: &records)
            return nil
        } catch {
            return error
        }
    }
    if let error { throw error }
    return records
}

private func seal(_ json: String, _ rule: SealRule) throws -> Sealed {
    sealing(try drafted(json, rule))
}

private func sealing(_ records: MaskedRecords) -> Sealed {
    var records = records
    let drafts = records.drafts
    let plaintexts = records.withPersonalBytes { bytes in
        drafts.map {
            String(decoding: UnsafeBufferPointer(rebasing: bytes[$0.plaintext]), as: UTF8.self)
        }
    }
    let sevens = Commitment([UInt8](repeating: 7, count: 32))
    records.settleDrafts(drafts.compactMap { _ in sevens })
    return Sealed(lines: records.lines, plaintexts: plaintexts, drafts: drafts)
}
