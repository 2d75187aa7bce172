// SPDX-License-Identifier: Apache-2.0

/// What stands behind the time of a line, in the forms of people and of four IRC clients.
enum LineBody {
    /// Reads a line with one message.
    ///
    /// - Parameter namesBeforeColon: whether `alice: text` is a message, too.
    /// - Returns: the message, and whether its form is one that only IRC clients write. Nil when
    ///   there is no time, or nothing behind it that is known.
    static func message(
        in line: UnsafeBufferPointer<UInt8>, _ stamps: inout StampReader, namesBeforeColon: Bool
    ) -> (ChatMessage, isIRC: Bool)? {
        guard let stamp = stamps.read(line) else { return nil }
        var message = ChatMessage()
        message.instant = stamp.instant
        if stamp.instant == nil { message.printedTime = stamp.printed }
        var scan = Scan(line, at: stamp.end)
        if !stamp.isWordy, !stamp.isBracketed, scan.skip(0x09) {
            return weechat(&scan, &message) ? (message, true) : nil
        }
        scan.skipBlanks()
        guard let first = scan.byte else { return nil }
        switch first {
        case UInt8(ascii: "<"):
            if scan.skip("<-- ") {
                event(scan.rest, &message, assuming: .leave)
                return (message, true)
            }
            guard let hasTab = angled(&scan, &message) else { return nil }
            return (message, hasTab)
        case UInt8(ascii: "-"):
            if scan.skip("--> ") {
                event(scan.rest, &message, assuming: .join)
                return (message, true)
            }
            if scan.skip("-!- ") {
                event(scan.rest, &message, assuming: nil)
                return (message, true)
            }
            return notice(&scan, &message) ? (message, true) : nil
        case UInt8(ascii: "*"):
            return starred(&scan, &message) ? (message, true) : nil
        default:
            guard namesBeforeColon, named(&scan, &message) else { return nil }
            return (message, false)
        }
    }

    // MARK: - Forms

    /// `<@alice> text`; returns whether a tab stood between, as HexChat writes it.
    private static func angled(_ scan: inout Scan, _ message: inout ChatMessage) -> Bool? {
        scan.advance()
        guard let name = scan.take(before: UInt8(ascii: ">"), atMost: ChatLimits.senderBytes),
            let sender = nick(name)
        else { return nil }
        message.sender = sender
        let hasTab = scan.byte == 0x09
        if hasTab || scan.byte == 0x20 { scan.advance() }
        message.text = Scan.text(scan.rest)
        return hasTab
    }

    /// `alice: text`
    private static func named(_ scan: inout Scan, _ message: inout ChatMessage) -> Bool {
        let start = scan
        guard let name = scan.take(before: 0x3A, atMost: ChatLimits.senderBytes),
            let sender = nick(name), scan.isAtEnd || scan.byte == 0x20 || scan.byte == 0x09
        else {
            scan = start
            return false
        }
        scan.skipBlanks()
        message.sender = sender
        message.text = Scan.text(scan.rest)
        return true
    }

    /// `* alice waves`, `*** Joins: alice (a@host)`, `*<tab>alice (a@host) has joined`
    private static func starred(_ scan: inout Scan, _ message: inout ChatMessage) -> Bool {
        if scan.skip("*** ") {
            let kinds: [(StaticString, ChatMessage.Kind)] = [
                ("Joins: ", .join), ("Parts: ", .leave), ("Quits: ", .leave),
            ]
            for (word, kind) in kinds where scan.skip(word) {
                var name = scan
                message.kind = kind
                message.sender = nick(name.takeWord())
                message.text = Scan.text(scan.rest)
                return message.sender != nil
            }
            event(scan.rest, &message, assuming: nil)
            return true
        }
        scan.advance()
        guard scan.byte == 0x20 || scan.byte == 0x09 else { return false }
        scan.skipBlanks()
        let rest = scan.rest
        if Scan.find(") has joined", in: rest) != nil || Scan.find(") has left", in: rest) != nil
            || Scan.find(" has quit (", in: rest) != nil
        {
            event(rest, &message, assuming: nil)
            return true
        }
        guard let sender = nick(scan.takeWord()) else { return false }
        message.sender = sender
        message.isAction = true
        _ = scan.skip(0x20)
        message.text = Scan.text(scan.rest)
        return true
    }

    /// `-ChanServ:#desk- text`, `-alice(a@host)- text`
    private static func notice(_ scan: inout Scan, _ message: inout ChatMessage) -> Bool {
        scan.advance()
        guard let head = scan.take(before: 0x2D, atMost: ChatLimits.senderBytes * 2),
            scan.skip(0x20)
        else { return false }
        let name = head.prefix { $0 != UInt8(ascii: "(") && $0 != 0x3A }
        guard let sender = nick(UnsafeBufferPointer(rebasing: name)) else { return false }
        message.sender = sender
        message.isNotice = true
        message.text = Scan.text(scan.rest)
        return true
    }

    /// `alice<tab>text`, with marks instead of a name where something happened.
    private static func weechat(_ scan: inout Scan, _ message: inout ChatMessage) -> Bool {
        guard let column = scan.take(before: 0x09, atMost: ChatLimits.senderBytes) else {
            return false
        }
        let name = Scan.trimmed(column)
        if Scan.equal(name, "-->") {
            event(scan.rest, &message, assuming: .join)
        } else if Scan.equal(name, "<--") {
            event(scan.rest, &message, assuming: .leave)
        } else if Scan.equal(name, "*") {
            message.sender = nick(scan.takeWord())
            message.isAction = true
            _ = scan.skip(0x20)
            message.text = Scan.text(scan.rest)
        } else if Scan.equal(name, "--") || Scan.equal(name, "=!=") || name.isEmpty {
            message.isNotice = true
            message.text = Scan.text(scan.rest)
        } else {
            guard let sender = nick(name) else { return false }
            message.sender = sender
            message.text = Scan.text(scan.rest)
        }
        return true
    }

    // MARK: - What happened

    /// `alice [a@host] has joined #desk`: who did what. The text stays, since it says more.
    private static func event(
        _ text: UnsafeBufferPointer<UInt8>, _ message: inout ChatMessage,
        assuming kind: ChatMessage.Kind?
    ) {
        message.text = Scan.text(text)
        let leaves: [StaticString] = [" has left", " has quit", " was kicked", " left", " quit"]
        let found: ChatMessage.Kind? =
            if let kind {
                kind
            } else if Scan.find(" has joined", in: text) != nil
                || Scan.find(" joined", in: text) != nil
            {
                .join
            } else if leaves.contains(where: { Scan.find($0, in: text) != nil }) {
                .leave
            } else {
                nil
            }
        guard let found else {
            message.isNotice = true
            return
        }
        var scan = Scan(text)
        message.kind = found
        message.sender = nick(scan.takeWord())
    }

    /// A name without the marks of its rank.
    static func nick(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var name = Scan.trimmed(bytes)
        while let first = name.first, name.count > 1,
            first == UInt8(ascii: "@") || first == UInt8(ascii: "+") || first == UInt8(ascii: "%")
                || first == UInt8(ascii: "&") || first == UInt8(ascii: "~")
        {
            name = UnsafeBufferPointer(rebasing: name.dropFirst())
        }
        return name.isEmpty ? nil : Scan.text(name)
    }
}
