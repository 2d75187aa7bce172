// SPDX-License-Identifier: Apache-2.0

import Records

/// The record for text that nothing else understood.
enum TerminalOutput {
    /// The stream tells where the text came from; it does not make it an error: most programs write
    /// progress and notices to stderr.
    static func record(_ text: String, _ context: ReadingContext) -> JSONObject {
        var record = JSONObject()
        record.append("event", "terminal_output")
        record.append("level", .string(Level.info.name))
        if context.stream != .file { record.append("stream", .string(context.stream.rawValue)) }
        record.append("text", .string(text))
        return record
    }
}

/// What is said, under `note`, of a record that a limit cut.
enum Note {
    static func continued(after: Bool, before: Bool) -> String {
        switch (after, before) {
        case (true, true): "continues the record before and goes on in the next"
        case (true, false): "continues the record before"
        case (false, _): "goes on in the next record"
        }
    }
}
