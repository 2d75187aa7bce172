// SPDX-License-Identifier: Apache-2.0

import Chat
import Desk

/// A file of chat logs, looked at before anything of it is recorded: what it is, and whose.
struct ChatSource {
    /// One run of bytes with its context: a plain file, or an entry of a zip.
    struct Part {
        /// For messages about it.
        let name: String
        let entry: String?
        let context: ChatContext
    }

    let path: String
    let format: ChatFormat
    let platform: String
    let parts: [Part]
    /// The beginning of a plain file.
    let lead: [UInt8]
    private let zip: ZipEntries?

    /// What was asked for on the command line.
    struct Wishes {
        var format: ChatFormat?
        var platform: String?
        var conversation: String?
        var dates: DateOrder?
        var day: CivilDate?
        var map = FieldMap()
        let zone: LocalZone
    }

    init(_ path: String, _ wishes: Wishes) throws {
        self.path = path
        let stream = try ImportStream(path)
        var lead = [UInt8](repeating: 0, count: CommandLimits.chatLeadBytes)
        lead.removeSubrange(stream.read(&lead, lead.count)...)
        self.lead = lead
        guard let format = wishes.format ?? ChatFormat.detect(lead) else {
            let names = ChatFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw DeskFailure(
                .badInput,
                lead.isEmpty
                    ? "\(path) is empty."
                    : "\(path): it cannot be told what this is. Say it: --format, one of \(names).")
        }
        self.format = format
        platform = (wishes.platform ?? format.platform).lowercased()
        let zone = wishes.zone
        var context = ChatContext { zone.utc(fromLocal: $0) }
        context.dateOrder = wishes.dates
        context.fields = wishes.map
        let isZip = lead.starts(with: [0x50, 0x4B, 0x03, 0x04])
        guard isZip else {
            let name = ChatFileName(path)
            context.conversation = wishes.conversation ?? name.conversation
            context.day = wishes.day ?? name.day
            zip = nil
            parts = [Part(name: path, entry: nil, context: context)]
            return
        }
        guard format == .slack else {
            throw DeskFailure(
                .badInput,
                "\(path) is a zip file; only Slack's export is read as one. "
                    + "`unzip` it and name the files in it.")
        }
        let zip = try ZipEntries(path)
        self.zip = zip
        for users in zip.names where users == "users.json" || users.hasSuffix("/users.json") {
            guard let file = try zip.read(users, limit: CommandLimits.zipListBytes) else {
                continue
            }
            context.names.merge(SlackExport.names(inUsers: file)) { first, _ in first }
        }
        parts = zip.names.compactMap { entry in
            guard let conversation = SlackExport.conversation(ofEntry: entry) else { return nil }
            var own = context
            own.conversation = wishes.conversation ?? conversation
            return Part(name: "\(path): \(entry)", entry: entry, context: own)
        }
        guard !parts.isEmpty else {
            throw DeskFailure(
                .badInput,
                "\(path) has no day files (conversation/2026-11-20.json): it is no Slack export.")
        }
    }

    /// Calls `body` with the bytes of a part, piece by piece, and how many came so far.
    ///
    /// - Returns: false when a signal or `body` ended it.
    /// - Throws: when the file is damaged; what could be read of it was given.
    func read(_ part: Part, _ body: (ArraySlice<UInt8>) throws -> Bool) throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: CommandLimits.readBytes)
        if let entry = part.entry, let zip {
            var program = try zip.open(entry)
            while true {
                let got = program.read(&chunk)
                if Interruption.isRequested { return false }
                if got == 0 { break }
                guard try body(chunk[..<got]) else { return false }
            }
            guard program.succeeded() else {
                throw DeskFailure(.badInput, "\(part.name) is damaged; what was read is kept.")
            }
            return true
        }
        var stream = try ImportStream(path)
        while true {
            let got = stream.read(&chunk, chunk.count)
            if Interruption.isRequested { return false }
            if got == 0 { break }
            guard try body(chunk[..<got]) else { return false }
        }
        try stream.checkEnd()
        return true
    }

    /// Bytes of it, where that is known.
    var plainSize: Int? {
        guard zip == nil else { return nil }
        return try? ImportStream(path).plainSize
    }
}
