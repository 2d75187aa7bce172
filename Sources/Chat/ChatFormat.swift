// SPDX-License-Identifier: Apache-2.0

/// The formats of chat logs that Daybook reads. docs/guides/chat-import.md shows each.
package enum ChatFormat: String, Sendable, Hashable, CaseIterable {
    /// A message a line: a time, a name, a text.
    case lines
    /// Logs of irssi, WeeChat, HexChat and ZNC.
    case irc
    /// The text that WhatsApp exports, on Android or iPhone.
    case whatsapp
    /// A JSON object a line, its fields named by a map.
    case jsonl
    /// A table, its columns named by a map.
    case csv
    /// Slack's export: a zip of day files, or one of these.
    case slack
    /// Telegram Desktop's `result.json`.
    case telegram
    /// DiscordChatExporter's JSON.
    case discord

    /// What the platform is called where nobody says it.
    package var platform: String {
        switch self {
        case .lines, .jsonl, .csv: "chat"
        default: rawValue
        }
    }

    /// Finds out what a file is by how it begins.
    ///
    /// - Parameter lead: the first bytes of the plain content, best 64 KiB or more.
    /// - Returns: nil when it is none of them, or cannot be told.
    package static func detect(_ lead: [UInt8]) -> ChatFormat? {
        if lead.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .slack }
        let body = lead.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(lead.dropFirst(3)) : lead
        guard let first = body.first(where: { !Scan.isSpace($0) && $0 != 0x0A && $0 != 0x0D })
        else { return nil }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            let format = detectJSON(body, first)
        {
            return format
        }
        return detectText(body)
    }

    private static func detectJSON(_ body: [UInt8], _ first: UInt8) -> ChatFormat? {
        func has(_ literal: StaticString) -> Bool {
            body.withUnsafeBufferPointer { Scan.find(literal, in: $0) != nil }
        }
        if first == UInt8(ascii: "{") {
            if has("\"messages\"") || has("\"chats\"") {
                if has("\"guild\""), has("\"channel\"") { return .discord }
                if has("\"type\"") { return .telegram }
            }
            return .jsonl
        }
        // `[10:00] alice: …` begins with a bracket too.
        let second = body.drop { $0 != UInt8(ascii: "[") }.dropFirst().first {
            !Scan.isSpace($0) && $0 != 0x0A && $0 != 0x0D
        }
        guard second == UInt8(ascii: "{") || second == UInt8(ascii: "]") else { return nil }
        return .slack
    }

    private static func detectText(_ body: [UInt8]) -> ChatFormat? {
        var whatsapp = 0
        var irc = 0
        var lines = 0
        var seen = 0
        let isTable = body.withUnsafeBufferPointer { TableParser.isKnownHeader($0) }
        if isTable { return .csv }
        var stamps = StampReader(zone: { $0 })
        body.withUnsafeBufferPointer { body in
            var start = 0
            while start < body.count, seen < ChatLimits.detectionLines {
                let rest = UnsafeBufferPointer(rebasing: body[start...])
                let length = rest.firstIndex(of: 0x0A) ?? rest.count
                let line = Scan.trimmed(UnsafeBufferPointer(rebasing: rest[..<length]))
                start += length + 1
                guard !line.isEmpty else { continue }
                seen += 1
                if WhatsAppHead.read(line) != nil {
                    whatsapp += 1
                } else if stamps.isMark(line) {
                    irc += 1
                } else if let (message, isIRC) = LineBody.message(
                    in: line, &stamps, namesBeforeColon: true), message.hasContent
                {
                    if isIRC { irc += 1 } else { lines += 1 }
                }
            }
        }
        // Messages of many lines have lines that look like nothing.
        if whatsapp > 0, whatsapp >= irc + lines { return .whatsapp }
        if irc + lines > 0, (irc + lines) * 2 >= seen { return irc > lines ? .irc : .lines }
        return nil
    }
}
