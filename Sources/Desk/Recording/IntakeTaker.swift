// SPDX-License-Identifier: Apache-2.0

package import Intake
import Records

/// Intake in front of a recorder: what Masking refuses as JSON comes back as text.
package struct IntakeTaker {
    private var intake: Intake
    /// Makes records of refused lines while `intake` is busy.
    private let refuser: Intake
    /// Records that came out.
    package private(set) var records: UInt64 = 0

    private static let lineFeed: [UInt8] = [0x0A]

    package init(stream: Intake.Stream, zone: LocalZone) {
        intake = Intake(stream: stream) { zone.utc(fromLocal: $0) }
        refuser = intake
    }

    package var hasPending: Bool { intake.hasPending }
    package var hasPartialLine: Bool { intake.hasPartialLine }

    package mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, to recorder: inout Recorder) {
        let refuser = refuser
        var made: UInt64 = 0
        intake.feed(bytes) { Self.take($0, refuser, &made, &recorder) }
        records += made
    }

    package mutating func feed(line: UnsafeBufferPointer<UInt8>, to recorder: inout Recorder) {
        feed(line, to: &recorder)
        Self.lineFeed.withUnsafeBufferPointer { feed($0, to: &recorder) }
    }

    package mutating func flush(to recorder: inout Recorder) {
        let refuser = refuser
        var made: UInt64 = 0
        intake.flush { Self.take($0, refuser, &made, &recorder) }
        records += made
    }

    package mutating func finish(to recorder: inout Recorder) {
        let refuser = refuser
        var made: UInt64 = 0
        intake.finish { Self.take($0, refuser, &made, &recorder) }
        records += made
    }

    private static func take(
        _ item: IntakeItem, _ refuser: Intake, _ made: inout UInt64, _ recorder: inout Recorder
    ) {
        made += 1
        recorder.take(item, refuser)
    }
}

extension Recorder {
    /// Takes what Intake found; what Masking refuses as JSON comes in as text, made by `refuser`.
    package mutating func take(_ item: IntakeItem, _ refuser: Intake) {
        switch item {
        case .object(let object, let book): take(object: object, book)
        case .jsonLine(let line, let book):
            do throws(JSONError) {
                try take(jsonLine: line, book)
            } catch {
                if case .object(let object, let book) = refuser.refused(line) {
                    take(object: object, book)
                }
            }
        }
    }
}
