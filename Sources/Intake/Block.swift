// SPDX-License-Identifier: Apache-2.0

/// The lines of one record while it may still grow.
///
/// What can hold a secret together must become one record, because masking looks at one record at
/// a time: tracebacks, PEM blocks, pretty-printed data, header dumps, indented lines, a label and
/// the value on the line after it, the words of a seed phrase.
struct Block {
    enum Kind { case text, log, json, http, traceback }

    /// How far a traceback got: its frames, its exception line, or the sentence that announces the
    /// next traceback of the chain.
    enum Trace { case none, frames, ended, chained }

    private(set) var kind = Kind.text
    /// The lines, a line feed between two of them.
    private(set) var bytes: [UInt8] = []
    private(set) var lines = 0
    /// Blank lines at the end.
    private(set) var blankTail = 0
    /// Where the first traceback line stands.
    private(set) var traceStart: Int?
    private(set) var shape = JSONShape()
    /// The lines before these were closed because of a limit.
    private(set) var continuesRecord = false

    private var trace = Trace.none
    private var isInPEM = false
    /// Brackets open since a line that ended with one.
    private var brackets = 0
    private var words = 0
    private var replySeen = false
    private var headersEnded = false
    /// Where the last line begins.
    private var lastStart = 0

    var isEmpty: Bool { lines == 0 }
    var isBlank: Bool { lines > 0 && lines == blankTail }

    /// Whether a whole JSON object may stand alone after these lines.
    var letsJSONPass: Bool { isEmpty || (kind != .json && brackets == 0 && !isInPEM) }

    // MARK: - Growing

    /// Begins a record with `line`.
    mutating func open(_ line: UnsafeBufferPointer<UInt8>, _ opening: Opening) {
        reset()
        switch opening {
        case .log: kind = .log
        case .http: kind = .http
        case .traceback, .syntaxError: kind = .traceback
        case .blank, .indented, .text: kind = .text
        }
        add(line, opening)
    }

    /// Begins a record with the first lines of a JSON object.
    mutating func open(json line: UnsafeBufferPointer<UInt8>, _ shape: JSONShape) {
        reset()
        kind = .json
        self.shape = shape
        append(line)
    }

    /// Forgets the lines; keeps the memory.
    mutating func reset() {
        var memory: [UInt8] = []
        swap(&memory, &bytes)
        memory.removeAll(keepingCapacity: memory.capacity <= Limits.joinedBytesMax)
        self = Block()
        swap(&memory, &bytes)
    }

    /// After a limit closed the record: goes on in the same state, without the lines.
    mutating func cut() {
        bytes.removeAll(keepingCapacity: false)
        (lines, blankTail, lastStart) = (0, 0, 0)
        traceStart = nil
        continuesRecord = true
        if kind == .json { kind = .text }
    }

    /// Takes one more line of a JSON object, or says that it is none after all.
    mutating func takesJSON(_ line: UnsafeBufferPointer<UInt8>) -> JSONShape.Verdict {
        let verdict = shape.scan(line)
        if verdict == .notJSON { kind = .text } else { append(line) }
        return verdict
    }

    /// The object began, but the rest never came: its lines are text.
    mutating func giveUpJSON() { kind = .text }

    /// Whether there is room for `line`.
    func hasRoom(for line: UnsafeBufferPointer<UInt8>) -> Bool {
        lines < Limits.joinedLinesMax && bytes.count + line.count < Limits.joinedBytesMax
    }

    // MARK: - Joining

    /// Whether `line` belongs to the record of the lines before it.
    func joins(_ line: UnsafeBufferPointer<UInt8>, _ opening: Opening) -> Bool {
        if isBlank { return opening == .text || opening == .blank || opening == .indented }
        if isInPEM, opening != .log, Self.isPEM(line) { return true }
        if brackets > 0, opening != .log, opening != .traceback { return true }
        switch opening {
        case .log: return false
        case .blank, .indented: return true
        case .syntaxError:
            return trace == .frames || kind == .log
        case .traceback:
            switch trace {
            case .chained: return true
            case .none: return kind == .log || endsWithLabel || announcesTraceback
            case .frames, .ended: return line.first != 0x54 && trace == .frames
            }
        case .http:
            return kind == .http && !headersEnded && !(replySeen && Probe(line).has("send: "))
        case .text:
            if trace == .frames { return true }  // the exception line
            if trace == .ended { return Self.isChainSentence(line) }
            if kind == .http { return !headersEnded && Probe(line).isHeader }
            if kind == .log, blankTail == 0, Self.isMarkup(line) { return true }
            if endsWithLabel, line.first != .openBrace { return true }
            return words > 0 && words < Limits.joinedWordsMax && Probe(line).isSeedWords
                && !isLast(line)
        }
    }

    /// Adds a line that belongs to the record.
    mutating func add(_ line: UnsafeBufferPointer<UInt8>, _ opening: Opening) {
        let start = lines == 0 ? 0 : bytes.count + 1
        follow(line, opening, start)
        append(line)
        blankTail = opening == .blank ? blankTail + 1 : 0
    }

    private mutating func append(_ line: UnsafeBufferPointer<UInt8>) {
        if lines > 0 { bytes.append(.lineFeed) }
        lastStart = bytes.count
        bytes.append(contentsOf: line)
        lines += 1
    }

    /// Moves the states on.
    private mutating func follow(
        _ line: UnsafeBufferPointer<UInt8>, _ opening: Opening, _ start: Int
    ) {
        let probe = Probe(line)
        switch opening {
        case .traceback where line.first == 0x54:
            (trace, traceStart) = (.frames, traceStart ?? start)
        case .traceback:
            // All lines of a group are indented, its exception lines too.
            (trace, traceStart) = (.ended, traceStart ?? start)
        case .syntaxError where trace == .none:
            (trace, traceStart) = (.frames, start)
        case .text where trace == .frames:
            trace = .ended
        case .text where trace == .ended && Self.isChainSentence(line):
            trace = .chained
        default: break
        }
        if let begin = probe.find("-----BEGIN ") {
            isInPEM = probe.find("-----END ", from: begin) == nil
        } else if isInPEM, probe.contains("-----END ") || !Self.isPEM(line) {
            isInPEM = false
        }
        if kind == .http {
            if probe.has("reply: ") { replySeen = true }
            if opening == .blank { headersEnded = true }
        }
        if opening == .blank { brackets = 0 } else { followBrackets(line) }
        words = opening == .text && probe.isSeedWords ? words + 1 : 0
    }

    /// A line that ends with an opening bracket opens data printed over several lines.
    private mutating func followBrackets(_ line: UnsafeBufferPointer<UInt8>) {
        guard brackets > 0 || trace == .none else { return }
        if brackets > 0 {
            for byte in line {
                switch byte {
                case .openBrace, .openBracket, .openParenthesis: brackets += 1
                case .closeBrace, .closeBracket, .closeParenthesis: brackets -= 1
                default: break
                }
            }
            brackets = max(brackets, 0)
        } else if let last = line.last,
            last == .openBrace || last == .openBracket || last == .openParenthesis
        {
            brackets = 1
        }
    }

    // MARK: - Looking at lines

    /// The last line ends with `:` or `=`: what it names may stand on the next one.
    private var endsWithLabel: Bool {
        blankTail == 0 && (bytes.last == .colon || bytes.last == .equals)
    }

    /// `Exception ignored in: …` and the like, which stand before a traceback.
    private var announcesTraceback: Bool {
        bytes.count - lastStart >= 10
            && bytes[lastStart...].starts(with: "Exception ".utf8)
    }

    private func isLast(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes[lastStart...].elementsEqual(line)
    }

    private static func isChainSentence(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        let probe = Probe(line)
        return probe.has("During handling of the above exception, another exception occurred:")
            || probe.has(
                "The above exception was the direct cause of the following exception:")
    }

    /// A line of the HTML page that came instead of an answer.
    private static func isMarkup(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        line.first == .less
    }

    /// A line of base64, or a header line of an encrypted key.
    private static func isPEM(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        if Probe(line).has("-----") { return true }
        if pemHeaders.contains(where: { Probe(line).has($0) }) { return true }
        return line.count <= 128
            && line.allSatisfy {
                $0.isLetter || $0.isDigit || $0 == 0x2B || $0 == .slash || $0 == .equals
                    || $0 == .space || $0 == .tab || $0 == .comma || $0 == .hyphen
            }
    }
}

/// What may stand between the first line and the base64 of a PEM or PGP block.
private let pemHeaders: [StaticString] = [
    "Proc-Type:", "DEK-Info:", "Version:", "Comment:", "Hash:", "Charset:",
]
