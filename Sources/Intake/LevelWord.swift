// SPDX-License-Identifier: Apache-2.0

import Records

/// The level names that logging libraries print, and what they mean here.
enum LevelWord {
    private static let table: [(StaticString, Level)] = [
        ("INFO", .info), ("DEBUG", .debug), ("WARNING", .warning), ("ERROR", .error),
        ("CRITICAL", .critical), ("WARN", .warning), ("FATAL", .critical), ("TRACE", .debug),
        ("NOTSET", .debug), ("NOTICE", .info), ("SUCCESS", .info),
    ]

    private static let lowercase: [(StaticString, Level)] = [
        ("info", .info), ("debug", .debug), ("warning", .warning), ("error", .error),
        ("critical", .critical), ("warn", .warning), ("exception", .error), ("fatal", .critical),
        ("notset", .debug), ("trace", .debug),
    ]

    /// The level that `range` names in capitals.
    static func level(_ cursor: Cursor, _ range: Range<Int>) -> Level? {
        table.first { cursor.equals(range, $0.0) }?.1
    }

    /// The level that `range` names in small letters, as structlog prints it.
    static func structlogLevel(_ cursor: Cursor, _ range: Range<Int>) -> Level? {
        lowercase.first { cursor.equals(range, $0.0) }?.1
    }

    /// The end of the level name in capitals that begins at `index` and is a whole word.
    static func prefixes(_ probe: Probe, at index: Int) -> Int? {
        for (word, _) in table where probe.has(word, at: index) {
            let end = index + word.utf8CodeUnitCount
            if let next = probe[end], next.isLetter || next.isDigit || next == .underscore {
                continue
            }
            return end
        }
        return nil
    }
}
