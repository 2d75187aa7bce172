// SPDX-License-Identifier: Apache-2.0

package import Parquet
internal import Synchronization

/// Which fields have a column of their own on one day. Shared by all encoders of the day, on any
/// threads, so that they agree; a field that was given a column keeps it.
package final class DayColumns: Sendable {
    private struct State {
        /// Fields that have a column, byte for byte.
        var names: Set<[UInt8]> = []
        /// The same with case and composition taken away, as engines compare names.
        var folded: Set<String> = []
    }

    private let state: Mutex<State>

    /// A day on which only the core columns exist.
    package init() {
        var first = State()
        for name in SegmentVocabulary.coreColumns { first.names.insert(Array(name.utf8)) }
        state = Mutex(first)
    }

    /// Takes the columns of a part of this day into account.
    package func add(_ schema: Schema) {
        for column in schema.columns { _ = admits(Array(column.name.utf8)) }
    }

    /// Whether the field has a column, which it gets when it is new and the day allows it.
    ///
    /// Fields of the vocabulary always do. A name that differs from another one only by case, or
    /// by how its characters are composed, does not: engines could not tell the two apart.
    func admits(_ name: [UInt8]) -> Bool {
        guard SegmentVocabulary.isColumnName(name) else { return false }
        let text = String(decoding: name, as: UTF8.self)
        let folded = text.lowercased()
        if let known = SegmentVocabulary.folded[folded] {
            guard known.utf8.elementsEqual(name) else { return false }
            state.withLock { _ = $0.names.insert(name) }
            return true
        }
        return state.withLock { state in
            if state.names.contains(name) { return true }
            guard state.names.count < Limits.fieldColumnsMax,
                state.folded.insert(folded).inserted
            else { return false }
            state.names.insert(name)
            return true
        }
    }
}
