// SPDX-License-Identifier: Apache-2.0

extension Intake {
    /// The book that one JSON object on a line belongs to, by its top-level keys: data and named events
    /// go to `audit`, messages to `chat`. Looks at structure alone; whether it is JSON, Masking says.
    package static func book(ofJSONLine line: UnsafeBufferPointer<UInt8>) -> IntakeBook {
        JSONShape.ofLine(line).shape.book
    }
}
