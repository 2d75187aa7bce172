// SPDX-License-Identifier: Apache-2.0

internal import Masking
internal import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Shows events on standard output, masked by the same rules as what goes to the books: readable
/// on a terminal, one JSON object a line where output goes into a pipe or a file.
struct Console: Sendable {
    /// nil for JSON.
    let format: ConsoleFormat?
    /// Takes one record's text, without the line feed at its end.
    let write: @Sendable (String) -> Void

    /// The process's own standard output.
    ///
    /// Colour only on a terminal, and not where `NO_COLOR` is set or `TERM` is `dumb`.
    static func standard() -> Console {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let hasColor =
            isTerminal && DefaultPlaces.environment("NO_COLOR") == nil
            && DefaultPlaces.environment("TERM") != "dumb"
        return Console(
            format: isTerminal ? ConsoleFormat(hasColor: hasColor, offset: localOffset) : nil,
            // The standard library's own, so that lines mix well with what the program prints.
            write: { print($0) })
    }

    /// Masks an event and shows it.
    func show(_ event: Event, _ pool: MaskingPool) {
        let lines = pool.withScratch { scratch -> [String] in
            scratch.add(event)
            return (0..<scratch.records.count).map { scratch.records.line($0) }
        }
        for line in lines {
            guard let format, case .object(let record)? = try? JSONValue(parsing: line) else {
                write(line)
                continue
            }
            write(format.text(record))
        }
    }

    private static let localOffset: @Sendable (Timestamp) -> Int = { instant in
        var seconds = time_t(instant.microseconds / 1_000_000)
        var parts = tm()
        return localtime_r(&seconds, &parts) == nil ? 0 : Int(parts.tm_gmtoff)
    }
}
