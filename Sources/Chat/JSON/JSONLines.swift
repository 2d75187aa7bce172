// SPDX-License-Identifier: Apache-2.0

import Records

/// A JSON object a line.
struct JSONLines: LineParser {
    private let context: ChatContext
    private let reader = TapeReader()
    /// Paths to look for, by role.
    private let paths: [(FieldMap.Role, [[[UInt8]]])]

    init(_ context: ChatContext) {
        self.context = context
        paths = FieldMap.Role.allCases.map { role in
            let paths = context.fields.candidates(role).map { name in
                name.split(separator: ".").map { Array($0.utf8) }
            }
            return (role, paths)
        }
    }

    mutating func take(
        _ line: UnsafeBufferPointer<UInt8>, _ number: Int, into items: inout [ChatItem]
    ) {
        guard !Scan.trimmed(line).isEmpty else { return }
        guard reader.parse(line) else {
            items.append(.unread(UnreadLine(number, line, "it is not a JSON object")))
            return
        }
        var message = ChatMessage()
        message.line = number
        for (role, candidates) in paths {
            for path in candidates {
                guard let value = reader.text(at: path) else { continue }
                message.take(role, value, context.zone)
                break
            }
        }
        message.settleKind()
        guard message.hasContent else {
            let problem = "no field is known as the text; name them: --map sender=…,text=…,time=…"
            items.append(.unread(UnreadLine(number, line, problem)))
            return
        }
        if message.conversation == nil { message.conversation = context.conversation }
        items.append(.message(message))
    }
}
