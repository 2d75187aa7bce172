// SPDX-License-Identifier: Apache-2.0

package import Intake
import Records

/// What is known of a file besides its bytes.
package struct ChatContext: Sendable {
    /// The conversation, where the file itself does not say.
    package var conversation: String?
    /// The day of times that are printed without one.
    package var day: CivilDate?
    /// How dates in numbers are ordered; nil: as the beginning of the file suggests.
    package var dateOrder: DateOrder?
    /// Which field is what, for JSON Lines and tables.
    package var fields = FieldMap()
    /// Names by a platform's id of a person, where another file of the export has them.
    package var names: [String: String] = [:]
    /// Local microseconds since 1970 to UTC, for times printed without a zone.
    package var zone: Intake.Zone

    package init(zone: @escaping Intake.Zone) { self.zone = zone }
}

/// One format's way from bytes to messages. Bytes come in any pieces; a value without clock and
/// without I/O; memory is bounded (`ChatLimits`).
protocol ChatParser: AnyObject {
    func feed(_ bytes: UnsafeBufferPointer<UInt8>, into items: inout [ChatItem])
    /// The file ended: what is left comes out.
    func finish(into items: inout [ChatItem])
}

/// Reads one chat log, from its first byte to its last. Not for several threads at once.
package final class ChatReader {
    private let parser: any ChatParser

    /// - Parameters:
    ///   - lead: the first bytes of the file, to find out the order of its dates; 64 KiB or more is
    ///     best.
    package init(_ format: ChatFormat, _ context: ChatContext, lead: [UInt8] = []) {
        parser =
            switch format {
            case .lines, .irc:
                LineFed(TextLines(context, namesBeforeColon: format == .lines))
            case .whatsapp: LineFed(WhatsAppLines(context, lead: lead))
            case .jsonl: LineFed(JSONLines(context))
            case .csv: TableParser(context)
            case .slack: JSONDocument(SlackMessages(context))
            case .telegram: JSONDocument(TelegramMessages(context))
            case .discord: JSONDocument(DiscordMessages(context))
            }
    }

    /// Takes the next bytes; what they complete is added to `items`, in the order of the file.
    package func feed(_ bytes: UnsafeBufferPointer<UInt8>, into items: inout [ChatItem]) {
        parser.feed(bytes, into: &items)
    }

    package func feed(_ bytes: [UInt8], into items: inout [ChatItem]) {
        bytes.withUnsafeBufferPointer { parser.feed($0, into: &items) }
    }

    /// The file ended; what is left comes out.
    package func finish(into items: inout [ChatItem]) { parser.finish(into: &items) }
}
