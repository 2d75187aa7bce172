// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Desk
import Query

/// How a search shows what it found.
struct SearchForm: ParsableArguments {
    @Flag(name: .long, help: "JSON Lines, on a terminal too.")
    var json = false

    @Flag(name: .long, help: "Comma-separated values with a header (RFC 4180).")
    var csv = false

    @Flag(name: .long, help: "A table, into a pipe too.")
    var table = false

    @Flag(name: .long, help: "Tables as wide as their values, nothing cut.")
    var wide = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write a file instead: .parquet, .csv or .jsonl.", valueName: "file"),
        completion: .file(extensions: ["parquet", "csv", "jsonl"]))
    var output: String?

    @Flag(name: .long, help: "Let --output replace a file.")
    var force = false

    /// What a search may hold in memory unless it is told otherwise.
    static let memoryMegabytes = Limits.memoryBytes >> 20

    enum Kind: Equatable {
        case lines, values, table, parquet
    }

    func validate(following: Bool) throws {
        guard [json, csv, table].count(where: { $0 }) <= 1 else {
            throw ValidationError("--json, --csv and --table exclude each other.")
        }
        guard let output else {
            if force { throw ValidationError("--force belongs to --output.") }
            return
        }
        guard fileKind != nil else {
            throw ValidationError(
                "--output \(output): the ending says the form; .parquet, .csv or .jsonl.")
        }
        if json || csv || table {
            throw ValidationError("the ending of --output says the form; leave the other away.")
        }
        if following { throw ValidationError("-f has no end, so --output does not go with it.") }
    }

    private var fileKind: Kind? {
        guard let output else { return nil }
        if output.hasSuffix(".parquet") { return .parquet }
        if output.hasSuffix(".csv") { return .values }
        return output.hasSuffix(".jsonl") ? .lines : nil
    }

    private var kind: Kind {
        if let fileKind { return fileKind }
        if csv { return .values }
        if table { return .table }
        return json || !Terminal.isTerminal(Terminal.output) ? .lines : .table
    }

    func printer(
        run: QueryRun, watch: SearchWatch, isFollowing: Bool, viewing: SearchRecord
    ) throws -> ResultPrinter {
        let file = try output.map { try ResultFile($0, isReplacing: force) }
        let style = TextStyle(
            width: wide ? nil : Terminal.width, isColoured: Terminal.isTerminal(Terminal.output),
            isLive: isFollowing)
        return ResultPrinter(
            kind, style: style, file: file, watch: watch, viewing: viewing, zone: run.zone,
            memoryBytesMax: run.settings.memoryBytesMax)
    }
}

/// How tables look.
struct TextStyle {
    /// Columns of the terminal; nil when nothing is cut.
    var width: Int?
    var isColoured: Bool
    /// Rows come one by one: they cannot wait for others.
    var isLive = false

    func dim(_ text: String) -> String { isColoured ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
    func bold(_ text: String) -> String { isColoured ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
