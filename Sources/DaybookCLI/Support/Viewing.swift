// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Ground {
    /// Records that somebody reads personal text, before the first byte of it is shown. Only the
    /// book `chat` holds such text.
    func recordViewing(of book: String, _ range: Range<UInt64>) throws {
        guard book == "chat" else { return }
        do {
            let audit = try open("audit")
            var session = MaskingSession(masker)
            var records = MaskedRecords()
            session.append(
                object: [
                    "event": "record_viewed", "event_type": "record_viewed", "level": "info",
                    "book": .string(book), "first_index": .number(String(range.lowerBound)),
                    "record_count": .number(String(range.count)),
                    "viewed_by": .string(Self.userName),
                ], from: .daybook, to: &records)
            try audit.append(records, .synced)
            try audit.close()
        } catch {
            let reason = CommandFailure(known: error)
            throw CommandFailure(
                reason?.code ?? .bug,
                "reading the book chat is recorded, and that failed: "
                    + "\(reason?.message ?? "\(error)") Nothing was shown.")
        }
    }

    /// The name of the user, or the number where there is no name.
    static var userName: String {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else {
            return "uid \(getuid())"
        }
        return String(cString: name)
    }
}
