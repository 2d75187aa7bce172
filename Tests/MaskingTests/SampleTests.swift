// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

/// Every secret and every signature of the samples, in every way a sample can come in.
@Suite("no secret of the samples survives")
struct SampleTests {
    @Test("the list of what must not survive is read")
    func listIsThere() {
        #expect(Sample.all.count >= 25)
        #expect(Set(Sample.all.flatMap(\.literals)).count >= 110)
    }

    @Test("as one text", arguments: Sample.all)
    func wholeText(_ sample: Sample) throws {
        #expect(sample.survivors(in: masked(try sample.text())) == [])
    }

    @Test("each line alone, with nothing remembered", arguments: Sample.all)
    func linesAlone(_ sample: Sample) throws {
        let lines = try sample.text().split(separator: "\n", omittingEmptySubsequences: false)
        let result = lines.map { masked(String($0)) }.joined(separator: "\n")
        #expect(sample.survivors(in: result) == [])
    }

    @Test("each line as a text record, or as JSON where it is", arguments: Sample.all)
    func records(_ sample: Sample) throws {
        var session = MaskingSession()
        var records = MaskedRecords()
        for line in try sample.text().split(separator: "\n") {
            do {
                try append(String(line), to: &records, &session)
            } catch {
                session.append(
                    object: ["event": "terminal_output", "text": .string(String(line))],
                    from: Provenance(source: "test"), to: &records)
            }
        }
        #expect(sample.survivors(in: records.lines.joined(separator: "\n")) == [])
        #expect(session.report.total > 0)
    }

    @Test("as one record of many lines, split into pieces where it is long", arguments: Sample.all)
    func joinedRecord(_ sample: Sample) throws {
        var session = MaskingSession()
        var records = MaskedRecords()
        session.append(
            object: ["event": "terminal_output", "text": .string(try sample.text())],
            from: Provenance(source: "test"), to: &records)
        #expect(sample.survivors(in: records.lines.joined(separator: "\n")) == [])
    }

    @Test("as JSON inside a string inside JSON", arguments: Sample.all)
    func nested(_ sample: Sample) throws {
        for line in try sample.text().split(separator: "\n") {
            let once = JSONValue.string(String(line)).description
            let twice = JSONValue.object(["payload": .string(once)]).description
            #expect(sample.survivors(in: try maskedLine(twice)) == [])
        }
    }

    @Test("masking a masked line changes nothing", arguments: Sample.all)
    func fixedPoint(_ sample: Sample) throws {
        var session = MaskingSession()
        for line in try sample.text().split(separator: "\n") {
            var records = MaskedRecords()
            do {
                try append(String(line), to: &records, &session)
            } catch {
                session.append(
                    object: ["text": .string(String(line))], from: Provenance(source: "test"),
                    to: &records)
            }
            var again = MaskedRecords()
            for line in records.lines { try appendMasked(line, to: &again, &session) }
            #expect(records.lines == again.lines)
        }
    }
}
