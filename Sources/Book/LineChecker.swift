// SPDX-License-Identifier: Apache-2.0

internal import Records

/// Says whether bytes are a line that a book writes, and reads the recording time from it.
struct LineChecker: ~Copyable {
    private var tape = JSONTape()

    /// True for a canonical JSON object of at most 65,535 bytes.
    mutating func accepts(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard line.count >= 2, line.count <= Limits.lineBytes, line.first == UInt8(ascii: "{")
        else { return false }
        do throws(JSONError) {
            try tape.parse(line)
        } catch {
            return false
        }
        return tape.isCanonical
    }

    /// `recorded`, else `timestamp`: always among the last members, so looked for from the end.
    static func recordingTime(_ line: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        for key in [#""recorded":""#, #""timestamp":""#] {
            let key = Array(key.utf8)
            let length = key.count + Timestamp.textCount
            guard line.count > length + 3 else { continue }
            let tail = line[(line.count - length - 2)...]
            guard tail.starts(with: key) else { continue }
            let text = UnsafeBufferPointer(
                rebasing: tail.dropFirst(key.count).prefix(Timestamp.textCount))
            if let (instant, _) = Timestamp.parse(text) { return instant }
        }
        return nil
    }
}
