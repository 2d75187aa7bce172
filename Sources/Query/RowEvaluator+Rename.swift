// SPDX-License-Identifier: Apache-2.0

package import Records

extension RowEvaluator {
    /// Writes the record that was taken in last with some of its members under other names. A
    /// member that has such a name already is left out: the renamed one takes its place.
    package func write(renaming renamings: [Pipe.Renaming], into buffer: inout ByteBuffer) {
        var present: [(from: [UInt8], to: String)] = []
        for renaming in renamings where value(at: FieldPath(renaming.from)) != nil {
            present.append((Array(renaming.from.utf8), renaming.to))
        }
        let taken = Set(present.map { Array($0.to.utf8) })
        buffer.append(UInt8(ascii: "{"))
        var isFirst = true
        forEachMember { key, keySource, valueSource in
            let renamed = present.first { $0.from == key }
            if renamed == nil, taken.contains(key) { return }
            if !isFirst { buffer.append(UInt8(ascii: ",")) }
            isFirst = false
            if let renamed {
                CanonicalJSON.encode(.string(renamed.to), into: &buffer)
            } else {
                buffer.append(UInt8(ascii: "\""))
                buffer.append(keySource)
                buffer.append(UInt8(ascii: "\""))
            }
            buffer.append(UInt8(ascii: ":"))
            buffer.append(valueSource)
        }
        buffer.append(UInt8(ascii: "}"))
    }
}
