// SPDX-License-Identifier: Apache-2.0

/// Tables: RFC 4180, with comma, semicolon or tab, and quotes that may hold line feeds. The first
/// row names the columns.
final class TableParser: ChatParser {
    private let context: ChatContext
    private var separator: UInt8 = 0
    /// The role of each column; nil before the first row.
    private var roles: [FieldMap.Role?]?
    /// The row that is being read: its fields one after the other, and where each ends.
    private var row: [UInt8] = []
    private var ends: [Int] = []
    private var isQuoted = false
    /// The byte before was a quote inside a quoted field: its end, or half of a quote.
    private var sawQuote = false
    private var isTooLong = false
    /// The row's own bytes, for when no message can be made of it.
    private var raw: [UInt8] = []
    private var line = 1
    private var rowLine = 1
    private var isFirst = true

    init(_ context: ChatContext) { self.context = context }

    /// Whether a file begins with a row of names that say who wrote what.
    static func isKnownHeader(_ lead: UnsafeBufferPointer<UInt8>) -> Bool {
        let length = Scan.lineFeed(in: lead) ?? lead.count
        let line = Scan.trimmed(UnsafeBufferPointer(rebasing: lead[..<length]))
        guard line.count < 4_096 else { return false }
        let separator = separator(of: Array(line))
        let names = line.split(separator: separator).map { name in
            String(decoding: name, as: UTF8.self).filter { $0 != "\"" }.lowercased()
        }
        guard names.count >= 2 else { return false }
        return [FieldMap.Role.sender, .text].allSatisfy { role in
            role.usualNames.contains { names.contains($0) }
        }
    }

    private static func separator(of line: [UInt8]) -> UInt8 {
        let counts = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09].map { candidate in
            (candidate, line.filter { $0 == candidate }.count)
        }
        return counts.max { $0.1 < $1.1 }?.0 ?? UInt8(ascii: ",")
    }

    func feed(_ bytes: UnsafeBufferPointer<UInt8>, into items: inout [ChatItem]) {
        for byte in bytes { take(byte, &items) }
    }

    func finish(into items: inout [ChatItem]) {
        if !raw.isEmpty { endRow(&items) }
    }

    private func take(_ byte: UInt8, _ items: inout [ChatItem]) {
        if separator == 0 {
            // The first row is gathered whole: only then is it known what stands between columns.
            if byte != 0x0A || isInsideQuotes() {
                if raw.count < ChatLimits.itemBytes { raw.append(byte) }
                if byte == 0x0A { line += 1 }
                return
            }
            line += 1
            takeHeader()
            return
        }
        if byte == 0x0A { line += 1 }
        if raw.count < ChatLimits.itemBytes {
            raw.append(byte)
        } else {
            isTooLong = true
        }
        if sawQuote {
            sawQuote = false
            if byte == 0x22 {
                put(0x22)
                return
            }
            isQuoted = false
        } else if isQuoted {
            if byte == 0x22 { sawQuote = true } else { put(byte) }
            return
        }
        switch byte {
        case 0x22 where row.count == (ends.last ?? 0): isQuoted = true
        case separator: endField()
        case 0x0A: endRow(&items)
        case 0x0D: break
        default: put(byte)
        }
    }

    private func isInsideQuotes() -> Bool { raw.count { $0 == 0x22 } % 2 == 1 }

    private func put(_ byte: UInt8) {
        if row.count < ChatLimits.itemBytes { row.append(byte) }
    }

    private func endField() {
        if ends.count < ChatLimits.columns { ends.append(row.count) }
    }

    private func takeHeader() {
        if raw.starts(with: [0xEF, 0xBB, 0xBF]) { raw.removeFirst(3) }
        if raw.last == 0x0D { raw.removeLast() }
        separator = Self.separator(of: raw)
        let names = raw.split(separator: separator, omittingEmptySubsequences: false).map { name in
            String(decoding: name, as: UTF8.self).filter { $0 != "\"" }
        }
        var roles = [FieldMap.Role?](repeating: nil, count: names.count)
        for role in FieldMap.Role.allCases {
            for candidate in context.fields.candidates(role) {
                let place = names.firstIndex { $0.lowercased() == candidate.lowercased() }
                guard let place, roles[place] == nil else { continue }
                roles[place] = role
                break
            }
        }
        self.roles = roles
        raw.removeAll(keepingCapacity: true)
        rowLine = line
    }

    private func endRow(_ items: inout [ChatItem]) {
        if separator == 0 { return takeHeader() }
        endField()
        defer {
            row.removeAll(keepingCapacity: row.capacity < 1 << 20)
            raw.removeAll(keepingCapacity: raw.capacity < 1 << 20)
            ends.removeAll(keepingCapacity: true)
            isQuoted = false
            sawQuote = false
            isTooLong = false
            rowLine = line
        }
        while let last = raw.last, last == 0x0A || last == 0x0D { raw.removeLast() }
        guard !raw.isEmpty else { return }
        if isTooLong || isQuoted && !sawQuote {
            let problem = isTooLong ? "the row is longer than 8 MiB" : "a quote is not closed"
            items.append(.unread(UnreadLine(rowLine, raw, problem)))
            return
        }
        guard let roles, roles.contains(.text) || roles.contains(.sender) else {
            let problem = "no column is known; name them: --map sender=…,text=…,time=…"
            items.append(.unread(UnreadLine(rowLine, raw, problem)))
            return
        }
        var message = ChatMessage()
        message.line = rowLine
        var start = 0
        for (place, end) in ends.enumerated() {
            defer { start = end }
            guard place < roles.count, let role = roles[place], end > start else { continue }
            message.take(role, String(decoding: row[start..<end], as: UTF8.self), context.zone)
        }
        message.settleKind()
        guard message.hasContent else {
            items.append(.unread(UnreadLine(rowLine, raw, "it has no text")))
            return
        }
        if message.conversation == nil { message.conversation = context.conversation }
        items.append(.message(message))
    }
}
