// SPDX-License-Identifier: Apache-2.0

/// Logs with one message a line: what people write themselves, and what IRC clients write.
struct TextLines: LineParser {
    private var stamps: StampReader
    private let conversation: String?
    private let namesBeforeColon: Bool

    init(_ context: ChatContext, namesBeforeColon: Bool) {
        stamps = StampReader(zone: context.zone, order: context.dateOrder, day: context.day)
        conversation = context.conversation
        self.namesBeforeColon = namesBeforeColon
    }

    mutating func take(
        _ line: UnsafeBufferPointer<UInt8>, _ number: Int, into items: inout [ChatItem]
    ) {
        if stamps.isMark(line) { return }
        guard !Scan.trimmed(line).isEmpty else { return }
        guard
            let (read, _) = LineBody.message(
                in: line, &stamps, namesBeforeColon: namesBeforeColon)
        else {
            let problem =
                stamps.read(line) == nil
                ? "it does not begin with a time" : "behind the time there is no name"
            items.append(.unread(UnreadLine(number, line, problem)))
            return
        }
        var message = read
        message.line = number
        message.conversation = conversation
        items.append(.message(message))
    }
}
