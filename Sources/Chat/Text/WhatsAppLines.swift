// SPDX-License-Identifier: Apache-2.0

import Intake
import Records

/// The text that WhatsApp exports. A message goes on until the next line that begins with a date.
struct WhatsAppLines: LineParser {
    private let zone: Intake.Zone
    private let order: DateOrder
    private let conversation: String?
    /// The message that may have more lines.
    private var open: ChatMessage?
    private var text: [UInt8] = []
    /// Blank lines that belong to it if anything comes after them.
    private var blanks = 0

    init(_ context: ChatContext, lead: [UInt8]) {
        zone = context.zone
        order = context.dateOrder ?? WhatsAppHead.order(in: lead)
        conversation = context.conversation
    }

    mutating func take(
        _ line: UnsafeBufferPointer<UInt8>, _ number: Int, into items: inout [ChatItem]
    ) {
        if let head = WhatsAppHead.read(line) {
            guard let date = head.date(order) else {
                close(into: &items)
                items.append(
                    .unread(UnreadLine(number, line, "there is no such date; see --dates")))
                return
            }
            close(into: &items)
            begin(line, head, date, number)
        } else if open != nil {
            for _ in 0...blanks { text.append(0x0A) }
            blanks = 0
            text.append(contentsOf: line)
            if text.count >= ChatLimits.messageBytes { cut(number, into: &items) }
        } else {
            items.append(
                .unread(UnreadLine(number, line, "it does not begin with a date, nor go on")))
        }
    }

    mutating func takeBlank(_ number: Int, into items: inout [ChatItem]) {
        if open != nil, blanks < 1_000 { blanks += 1 }
    }

    mutating func finish(into items: inout [ChatItem]) { close(into: &items) }

    private mutating func begin(
        _ line: UnsafeBufferPointer<UInt8>, _ head: WhatsAppHead, _ date: CivilDate, _ number: Int
    ) {
        var message = ChatMessage()
        message.line = number
        message.conversation = conversation
        message.instant = Timestamp(microseconds: zone(date.microseconds(at: head.time)))
        let body = UnsafeBufferPointer(rebasing: line[head.end...])
        var scan = Scan(body)
        if let name = scan.take(before: 0x3A, atMost: ChatLimits.senderBytes),
            scan.isAtEnd || scan.byte == 0x20, !name.contains(UInt8(ascii: "\"")),
            !name.contains(0x9C), !Scan.trimmed(name).isEmpty
        {
            message.sender = Scan.text(Scan.trimmed(name))
            scan.skipBlanks()
            text.append(contentsOf: scan.rest)
        } else {
            message.isNotice = true
            text.append(contentsOf: body)
        }
        open = message
    }

    /// A message that is too long goes on in another one.
    private mutating func cut(_ number: Int, into items: inout [ChatItem]) {
        guard var next = open else { return }
        close(into: &items)
        next.line = number
        open = next
    }

    private mutating func close(into items: inout [ChatItem]) {
        defer {
            open = nil
            text.removeAll(keepingCapacity: text.capacity < 1 << 16)
            blanks = 0
        }
        guard var message = open else { return }
        text.withUnsafeBufferPointer { text in
            if message.isNotice {
                Self.readNotice(text, &message)
            } else {
                Self.readText(text, &message)
            }
        }
        items.append(.message(message))
    }

    // MARK: - What the text says

    private static let attachedAfter: [StaticString] = [
        " (file attached)", " (Datei angehängt)", " (archivo adjunto)", " (fichier joint)",
        " (file allegato)", " (arquivo anexado)", " (bestand bijgevoegd)",
    ]
    private static let attachedBefore: [StaticString] = [
        "<attached: ", "<Anhang: ", "<adjunto: ", "<pièce jointe : ", "<allegato: ", "<anexado: ",
        "<bijgevoegd: ",
    ]
    private static let omitted: [StaticString] = [
        "<Media omitted>", "<Medien ausgeschlossen>", "<Multimedia omitido>", "image omitted",
        "video omitted", "audio omitted", "sticker omitted", "GIF omitted", "document omitted",
        "Contact card omitted",
    ]
    private static let deleted: [StaticString] = [
        "This message was deleted", "You deleted this message", "Diese Nachricht wurde gelöscht",
        "Du hast diese Nachricht gelöscht", "Se eliminó este mensaje", "Ce message a été supprimé",
    ]

    private static func readText(
        _ bytes: UnsafeBufferPointer<UInt8>, _ message: inout ChatMessage
    ) {
        var scan = Scan(bytes)
        scan.skipBlanks()
        let plain = scan.rest
        let line = UnsafeBufferPointer(rebasing: plain.prefix { $0 != 0x0A })
        let trimmed =
            line.last == UInt8(ascii: ".") ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
        if deleted.contains(where: { Scan.equal(trimmed, $0) }), line.count == plain.count {
            message.kind = .deletion
            return
        }
        if omitted.contains(where: { Scan.equal(line, $0) }) { message.kind = .file }
        for mark in attachedAfter {
            guard let place = Scan.find(mark, in: line), place > 0 else { continue }
            message.files = [Scan.text(UnsafeBufferPointer(rebasing: line[..<place]))]
        }
        for mark in attachedBefore {
            guard let place = Scan.find(mark, in: line) else { continue }
            var name = Scan(line, at: place + mark.utf8CodeUnitCount)
            if let name = name.take(before: UInt8(ascii: ">")) {
                message.files = [Scan.text(name)]
            }
        }
        if message.files.isEmpty {
            message.text = Scan.text(plain)
        } else {
            // What stands below the file's line was written with it.
            let caption = UnsafeBufferPointer(rebasing: plain.dropFirst(line.count + 1))
            if !caption.isEmpty { message.text = Scan.text(caption) }
            message.settleKind()
        }
    }

    /// `Alice left`, `Alice joined using this group's invite link`: the platform says it.
    private static func readNotice(
        _ bytes: UnsafeBufferPointer<UInt8>, _ message: inout ChatMessage
    ) {
        message.text = Scan.text(bytes)
        if let place = Scan.find(" joined using", in: bytes) {
            message.kind = .join
            message.sender = Scan.text(UnsafeBufferPointer(rebasing: bytes[..<place]))
        } else if let place = Scan.find(" left", in: bytes), place + 5 == bytes.count {
            message.kind = .leave
            message.sender = Scan.text(UnsafeBufferPointer(rebasing: bytes[..<place]))
        }
    }
}
