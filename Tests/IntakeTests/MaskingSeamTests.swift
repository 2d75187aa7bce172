// SPDX-License-Identifier: Apache-2.0

import Intake
import Masking
import Records
import Testing

/// What comes out of this room goes through Masking before it is written anywhere. Both together
/// must let no secret of the samples through.
@Suite("Intake and Masking together")
struct MaskingSeamTests {
    /// The lines that would be written, without the writer's stamp.
    private func lines(_ bytes: [UInt8]) -> [String] {
        var session = MaskingSession()
        var records = MaskedRecords()
        let source = Provenance(source: "file:sample")
        var intake = Intake(stream: .file, zone: { $0 - 3_600_000_000 })
        func take(_ item: IntakeItem) {
            switch item {
            case .object(let object, _):
                session.append(object: object, from: source, to: &records)
            case .jsonLine(let line, _):
                do throws(JSONError) {
                    try session.append(jsonLine: line, from: source, to: &records)
                } catch {
                    take(intakeForRefusals.refused(line))
                }
            }
        }
        let intakeForRefusals = intake
        intake.feed(bytes) { take($0) }
        intake.finish { take($0) }
        return (0..<records.count).map { records.line($0) }
    }

    @Test("no secret of a sample survives", arguments: samplePaths)
    func secrets(path: String) throws {
        let table = String(decoding: try sample("must_not_survive.tsv"), as: UTF8.self)
        let output = lines(try sample(path)).joined(separator: "\n")
        #expect(!output.isEmpty)
        for row in table.split(separator: "\n").dropFirst() {
            let cells = row.split(separator: "\t")
            guard cells.count == 3, cells[0] != "personal",
                cells[2].split(separator: ",").contains(Substring(path))
            else { continue }
            #expect(!output.contains(cells[1]), "\(cells[0]) in \(path)")
        }
    }

    @Test("a printed time becomes an instant in UTC and stays beside it as text")
    func times() throws {
        let text = "2026-11-21 02:43:42,707 - bot - INFO - hello\n"
        let line = try #require(lines(Array(text.utf8)).first)
        #expect(line.contains("\"timestamp\":\"2026-11-21T01:43:42.707000Z\""))
        #expect(line.contains("\"timestamp_text\":\"2026-11-21 02:43:42,707+01:00\""))
    }

    @Test("a program cannot claim record keeping in a text format either")
    func claims() throws {
        let text =
            "2026-11-21 02:43:42 [info     ] hold_opened   source=daybook recorded=now "
            + "timestamp_text=then\n"
        let line = try #require(lines(Array(text.utf8)).first)
        #expect(line.contains("\"claimed_event\":\"hold_opened\""))
        #expect(line.contains("\"claimed_source\":\"daybook\""))
        #expect(line.contains("\"claimed_recorded\":\"now\""))
        #expect(line.contains("\"field_timestamp_text\":\"then\""))
    }

    @Test("a secret on several lines is masked whole")
    func multiline() {
        let key =
            "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQFAKE\n"
            + "VJTUt9Us8cKjMzEfYyjiWA4R4ypbHqGC0H0+tG3hGbN4Ng2iFAKE\n-----END PRIVATE KEY-----"
        let output = lines(Array("loading\n\(key)\ndone\n".utf8)).joined()
        #expect(!output.contains("MIIEvQIBADANBgkq"))
        #expect(!output.contains("VJTUt9Us8cKj"))
        #expect(output.contains("done"))
    }
}
