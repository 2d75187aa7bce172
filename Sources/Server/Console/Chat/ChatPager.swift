// SPDX-License-Identifier: Apache-2.0

/// Where in the book a page of messages lies.
enum ChatPlace: Sendable, Hashable {
    case newest
    /// What is older than a record.
    case before(UInt64)
    /// What is newer than a record.
    case after(UInt64)
}

/// What was opened for one page, and where the pages beside it begin.
struct ChatStretch: Sendable {
    /// All that was opened, in the order of the book.
    var opened: [ChatMessage] = []
    var range: Range<UInt64>
    /// The conversation that is shown; nil when nothing was opened.
    var chosen: ChatMessage.Conversation?
    /// Its messages on this page.
    var shown: [ChatMessage] = []
    var older: ChatPlace?
    var newer: ChatPlace?
}

/// Finds the messages of a conversation for one page: opens stretch by stretch until there are enough,
/// or it has opened as much as one request may.
struct ChatPager {
    /// The records that the book has.
    let kept: Range<UInt64>
    /// Records that are opened together.
    let stretch: UInt64
    /// Records that are opened for one page.
    let openedMost: UInt64
    /// Messages on one page.
    let shownMost: Int

    /// - Parameters:
    ///   - chosen: nil is the one with the newest message.
    ///   - read: opens a range, after it recorded that it is read.
    func page(
        _ place: ChatPlace, of chosen: ChatMessage.Conversation?,
        read: (Range<UInt64>) throws -> [ChatMessage]
    ) rethrows -> ChatStretch {
        let isForward: Bool
        let start: UInt64
        switch place {
        case .newest: (isForward, start) = (false, kept.upperBound)
        case .before(let index): (isForward, start) = (false, clamped(index))
        case .after(let index):
            (isForward, start) = (true, clamped(index == .max ? index : index + 1))
        }
        var found = ChatStretch(range: start..<start, chosen: chosen)
        var here: [ChatMessage] = []
        while let next = next(found.range, isForward) {
            let messages = try read(next)
            if found.chosen == nil {
                found.chosen = ChatView.summaries(messages).first?.conversation
            }
            let theirs = messages.filter {
                $0.conversation == found.chosen && $0.state == .shown
            }
            if isForward {
                found.range = found.range.lowerBound..<next.upperBound
                found.opened += messages
                here += theirs
            } else {
                found.range = next.lowerBound..<found.range.upperBound
                found.opened = messages + found.opened
                here = theirs + here
            }
            if here.count >= shownMost || UInt64(found.range.count) >= openedMost { break }
        }
        found.shown = Array(isForward ? here.prefix(shownMost) : here.suffix(shownMost))
        let isCut = here.count > shownMost
        let first = isCut && !isForward ? found.shown.first?.index : nil
        let last = isCut && isForward ? found.shown.last?.index : nil
        let begin = first ?? found.range.lowerBound
        let end = last.map { $0 + 1 } ?? found.range.upperBound
        if begin > kept.lowerBound { found.older = .before(begin) }
        if end < kept.upperBound, end > kept.lowerBound { found.newer = .after(end - 1) }
        return found
    }

    private func clamped(_ index: UInt64) -> UInt64 {
        min(max(index, kept.lowerBound), kept.upperBound)
    }

    private func next(_ range: Range<UInt64>, _ isForward: Bool) -> Range<UInt64>? {
        let room = min(stretch, openedMost - UInt64(range.count))
        let next =
            isForward
            ? range.upperBound..<(range.upperBound + min(room, kept.upperBound - range.upperBound))
            : (range.lowerBound - min(room, range.lowerBound - kept.lowerBound))..<range.lowerBound
        return next.isEmpty ? nil : next
    }
}
