// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import Records

/// Brings the metadata of swift-log into fields, with nested ones as objects and arrays.
enum MetadataFields {
    /// Fields sorted by name, since metadata has no order and records of one kind should look alike.
    static func fields(_ metadata: Logger.Metadata) -> [Field] {
        fields(metadata, depth: 0)
    }

    private static func fields(_ metadata: Logger.Metadata, depth: Int) -> [Field] {
        metadata.sorted { $0.key < $1.key }.map { Field($0.key, value($0.value, depth: depth)) }
    }

    private static func value(_ value: Logger.MetadataValue, depth: Int) -> FieldValue {
        switch value {
        case .string(let text):
            return .string(text)
        case .stringConvertible(let thing):
            return scalar(thing)
        case .dictionary(let nested):
            guard depth < DaybookLimits.metadataDepth else { return .string("\(nested)") }
            return .object(fields(nested, depth: depth + 1))
        case .array(let list):
            guard depth < DaybookLimits.metadataDepth else { return .string("\(list)") }
            return .array(list.map { self.value($0, depth: depth + 1) })
        }
    }

    /// Counts, flags, decimals and instants keep their kind; a binary float is text, as it is in
    /// the rest of a book.
    private static func scalar(_ thing: any CustomStringConvertible) -> FieldValue {
        switch thing {
        case let flag as Bool: .bool(flag)
        case let number as any FixedWidthInteger:
            Int64(exactly: number).map { .integer($0) } ?? .string(number.description)
        case let number as Decimal: .decimal(number)
        case let instant as Timestamp: .timestamp(instant)
        default: .string(thing.description)
        }
    }
}
