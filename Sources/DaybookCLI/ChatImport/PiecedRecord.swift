// SPDX-License-Identifier: Apache-2.0

import Records

/// Puts records together again that were too long for a line (docs/format/line.md): their pieces come
/// one after the other.
struct PiecedRecord {
    private var name = ""
    private var text = ""
    private var count = 0

    /// Takes the next record.
    ///
    /// - Returns: the record itself, or, with its last piece, the one that was in pieces; nil while
    ///   pieces are missing, and for what is left of one whose first pieces are not there.
    mutating func take(_ object: JSONObject) -> JSONObject? {
        guard object["event"]?.stringValue == "record_piece" else { return object }
        guard let name = object["piece_of"]?.stringValue, let text = object["text"]?.stringValue,
            case .number(let piece)? = object["piece"], case .number(let all)? = object["pieces"],
            let number = Int(piece), let last = Int(all)
        else { return nil }
        if number == 1 {
            (self.name, self.text, count) = (name, "", 0)
        }
        guard name == self.name, number == count + 1 else { return nil }
        self.text += text
        count = number
        guard number == last else { return nil }
        defer { self = PiecedRecord() }
        return (try? JSONValue(parsing: self.text))?.objectValue
    }
}
