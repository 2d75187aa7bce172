// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Records

/// A member that may be missing: told apart from one that is malformed.
struct Optionally<Value> {
    let value: Value?
}

extension JSONObject {
    /// The texts of a list; none when the member is missing, nil when it is no list of texts.
    func texts(_ key: String) -> [String]? {
        guard let value = self[key] else { return [] }
        guard let elements = value.arrayValue else { return nil }
        let texts = elements.compactMap(\.stringValue)
        return texts.count == elements.count ? texts : nil
    }

    /// An instant that may be missing; nil when there is something else.
    func instant(_ key: String) -> Optionally<Timestamp>? {
        guard self[key] != nil else { return Optionally(value: nil) }
        guard let text = text(key), let instant = Timestamp(text) else { return nil }
        return Optionally(value: instant)
    }

    /// A period that may be missing; nil when there is something else.
    func period(_ key: String) -> Optionally<KeepPeriod>? {
        guard self[key] != nil else { return Optionally(value: nil) }
        guard let text = text(key), let period = KeepPeriod(text) else { return nil }
        return Optionally(value: period)
    }

    /// A count that has a standard; nil when there is something else.
    func count(_ key: String, standard: Int) -> Int? {
        guard self[key] != nil else { return standard }
        return unsigned(key).flatMap { Int(exactly: $0) }
    }

    /// A flag that is false when missing; nil when there is something else.
    func flag(_ key: String) -> Bool? {
        guard let value = self[key] else { return false }
        if case .bool(let flag) = value { return flag }
        return nil
    }
}
