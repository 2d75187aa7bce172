// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Retention

/// A record that selectors chose, and what becomes of it. Small: a selection may have millions.
struct SelectedRecord {
    var index: UInt64
    var commitment: Commitment
    /// The message's own instant, microseconds; the least there is when it has none.
    var instant: Int64
    /// Bytes of its envelope.
    var bytes: UInt32
    /// Its place in the table of fates.
    var fate: UInt32
    /// When its restriction ends, in days since 1970; `SelectedRecord.noDay` without an end.
    var day: Int32

    static let noDay = Int32.max
}

/// What becomes of records, and why: the part of a decision that many records share.
struct Fate: Hashable {
    enum Word: Hashable {
        case erase, restrict, held, keep
    }

    var book: Int
    var kind: String
    var word: Word
    var ground: String
}

/// The fates that occur, by small numbers.
struct FateTable {
    private(set) var fates: [Fate] = []
    private var places: [Fate: Int] = [:]
    /// The latest instant up to which records of a fate stay.
    private(set) var until: [Timestamp?] = []

    mutating func place(_ fate: Fate, until end: Timestamp?) -> UInt32 {
        let place: Int
        // Records of one kind and decision follow one another.
        if let last = fates.last, last == fate {
            place = fates.count - 1
        } else if let known = places[fate] {
            place = known
        } else {
            place = fates.count
            fates.append(fate)
            until.append(nil)
            places[fate] = place
        }
        if let end { until[place] = max(end, until[place] ?? end) }
        return UInt32(place)
    }
}

extension Decision {
    var fate: Fate.Word {
        switch self {
        case .held: .held
        case .restricted: .restrict
        case .erase: .erase
        case .keep: .keep
        }
    }
}

extension Fate.Word {
    /// As plans and records have it.
    var text: String {
        switch self {
        case .erase: "erase"
        case .restrict: "restricted"
        case .held: "held"
        case .keep: "keep"
        }
    }
}
