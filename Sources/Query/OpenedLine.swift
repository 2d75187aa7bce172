// SPDX-License-Identifier: Apache-2.0

package import Book
package import Masking
package import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Makes of a sealed line and its envelope the line as it reads when opened.
///
/// Members that came out of the envelope stand where `sealed` stood, in their order: so the line is
/// what it would have been without sealing, and a query means the same over both. A line whose
/// envelope has nothing to show keeps its `sealed`, and behind it says why:
///
/// | envelope | members behind `sealed` |
/// | --- | --- |
/// | erased | `"erased_by":"<name of the erasure>"` |
/// | restricted | `"envelope":"restricted","restricted_under":"<rule>"`, and where it has an end |
/// | | `"restricted_until":"<instant>"` |
/// | locked, missing, altered | `"envelope":"locked"` and so on |
package enum OpenedLine {
    /// Where a line's commitment stands.
    package struct Seal: Sendable, Hashable {
        package let commitment: Commitment
        /// The bytes of the member, from its key's quote to its value's.
        package let member: Range<Int>
    }

    /// Members that are never in an envelope, so that a line tells them while it is sealed.
    package static let publicNames: Set<String> = [
        "source", "timestamp", "recorded", "daybook_notes",
    ]

    /// Members that are in the envelope only when they are somebody's own words (`SealRule`): where
    /// a sealed line has one, it tells it.
    package static let structuralNames: Set<String> = ["event", "event_type", "level"]

    /// `sealed":`, as it stands in memory.
    private static let name: UInt64 = UInt64(
        littleEndian: Array("sealed\":".utf8).withUnsafeBytes {
            $0.loadUnaligned(as: UInt64.self)
        })
    /// `"sealed":"` before the value.
    private static let keyCount = 10

    /// The seal of a canonical line; nil for a line that has none. Of a key that stands deeper, or
    /// of any other value, the line is not sealed.
    ///
    /// - Complexity: one pass over the line.
    package static func seal(of line: UnsafeBufferPointer<UInt8>) -> Seal? {
        let valueCount = Commitment.version.utf8.count + Commitment.textCount
        let memberCount = keyCount + valueCount + 1
        guard let base = line.baseAddress else { return nil }
        var from = 1
        // A member's key begins with a quote, of which a line has few.
        while line.count - from > memberCount,
            let found = memchr(base + from, 0x22, line.count - from - memberCount)
        {
            let start = UnsafeRawPointer(base).distance(to: found)
            from = start + 1
            let word = UnsafeRawPointer(base + from).loadUnaligned(as: UInt64.self)
            guard UInt64(littleEndian: word) == name else { continue }
            let end = start + memberCount
            // An escaped quote has another byte before it.
            guard line[start + keyCount - 1] == UInt8(ascii: "\""),
                line[end - 1] == UInt8(ascii: "\""),
                line[start - 1] == UInt8(ascii: "{") || line[start - 1] == UInt8(ascii: ","),
                let commitment = Commitment(
                    sealed: UnsafeBufferPointer(rebasing: line[(start + keyCount)..<(end - 1)])),
                depth(of: line, at: start) == 1
            else { continue }
            return Seal(commitment: commitment, member: start..<end)
        }
        return nil
    }

    /// How many containers are open at a place between tokens.
    private static func depth(of line: UnsafeBufferPointer<UInt8>, at place: Int) -> Int {
        var depth = 0
        var isInText = false
        var position = 0
        while position < place {
            switch line[position] {
            case UInt8(ascii: "\\"): position += 1
            case UInt8(ascii: "\""): isInText.toggle()
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += isInText ? 0 : 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= isInText ? 0 : 1
            default: break
            }
            position += 1
        }
        return isInText ? 0 : depth
    }

    /// Appends the line as it reads when opened.
    ///
    /// - Parameter plaintext: what the envelope holds, a canonical JSON object; looked at for
    ///   `open` and `redacted` only.
    package static func write(
        _ line: UnsafeBufferPointer<UInt8>, _ seal: Seal, _ state: EnvelopeState,
        _ plaintext: UnsafeBufferPointer<UInt8>, into buffer: inout ByteBuffer
    ) {
        buffer.reserve(line.count + plaintext.count)
        let before = UnsafeBufferPointer(rebasing: line[..<seal.member.lowerBound])
        let behind = UnsafeBufferPointer(rebasing: line[seal.member.upperBound...])
        switch state {
        case .open, .redacted:
            buffer.append(before)
            if plaintext.count > 2 {
                buffer.append(UnsafeBufferPointer(rebasing: plaintext[1..<(plaintext.count - 1)]))
                buffer.append(behind)
            } else if behind.first == UInt8(ascii: ",") {
                buffer.append(UnsafeBufferPointer(rebasing: behind.dropFirst()))
            } else {
                if before.last == UInt8(ascii: ",") { buffer.truncate(to: buffer.count - 1) }
                buffer.append(behind)
            }
        default:
            buffer.append(UnsafeBufferPointer(rebasing: line[..<seal.member.upperBound]))
            write(state, into: &buffer)
            buffer.append(behind)
        }
    }

    private static func write(_ state: EnvelopeState, into buffer: inout ByteBuffer) {
        switch state {
        case .open, .redacted: break
        case .erased(let name): member("erased_by", name, into: &buffer)
        case .restricted(let until, let rule):
            member("envelope", "restricted", into: &buffer)
            member("restricted_under", rule, into: &buffer)
            if let until { member("restricted_until", until.description, into: &buffer) }
        case .locked: member("envelope", "locked", into: &buffer)
        case .missing: member("envelope", "missing", into: &buffer)
        case .altered: member("envelope", "altered", into: &buffer)
        }
    }

    private static func member(_ name: StaticString, _ value: String, into buffer: inout ByteBuffer)
    {
        buffer.append(#",""#)
        buffer.append(name)
        buffer.append(#"":"#)
        CanonicalJSON.string(value, into: &buffer)
    }
}

extension FieldPath {
    /// What a sealed line says of a field.
    enum Openness {
        /// All there is.
        case whole
        /// All there is, unless the line does not have the field.
        case whereThere
        /// Nothing.
        case none
    }

    var openness: Openness {
        guard isPlain else { return .none }
        if OpenedLine.publicNames.contains(name) { return .whole }
        return OpenedLine.structuralNames.contains(name) ? .whereThere : .none
    }
}

extension Filter {
    /// What a line that is still sealed says of the filter: passes whatever some envelope could
    /// make pass.
    var outsideEnvelopes: Filter { relaxed(toPass: true) }

    private func relaxed(toPass isPassing: Bool) -> Filter {
        switch self {
        case .all: return .all
        case .not(let part):
            let part = part.relaxed(toPass: !isPassing)
            if case .not(.all) = part { return .all }
            return .not(part)
        case .and(let parts):
            let parts = parts.map { $0.relaxed(toPass: isPassing) }.filter { $0 != .all }
            if parts.contains(.not(.all)) { return .not(.all) }
            return parts.isEmpty ? .all : .and(parts)
        case .or(let parts):
            let parts = parts.map { $0.relaxed(toPass: isPassing) }.filter { $0 != .not(.all) }
            if parts.contains(.all) { return .all }
            return parts.isEmpty ? .not(.all) : .or(parts)
        case .field(let field):
            switch field.path.openness {
            case .whole: return self
            case .whereThere:
                let isThere = Filter.field(FieldTest(field.path, .exists))
                return isPassing ? .or([self, .not(isThere)]) : .and([self, isThere])
            case .none: return isPassing ? .all : .not(.all)
            }
        case .word: return isPassing ? .all : .not(.all)
        }
    }
}
