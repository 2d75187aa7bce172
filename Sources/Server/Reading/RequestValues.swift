// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Query
import Records

/// Values of a request's query and headers, checked.
struct RequestValues {
    private let request: Request
    /// As forms and scripts write it: a plus sign is a blank.
    private let fields: FormFields

    init(_ request: Request) {
        self.request = request
        fields = FormFields(request.uri.query ?? "")
    }

    /// A parameter of the query; nil when it is not there or empty.
    func text(_ name: String, bytesMax: Int = 4096) throws(HTTPFailure) -> String? {
        guard let value = fields[name], !value.isEmpty else { return nil }
        guard value.utf8.count <= bytesMax else {
            throw HTTPFailure(.badRequest, "\(name): at most \(bytesMax) bytes")
        }
        return value
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(HTTPFailure) -> Int? {
        guard let value = try text(name) else { return nil }
        guard let number = Int(value), range.contains(number) else {
            throw HTTPFailure(
                .badRequest,
                "\(name): expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag(_ name: String) throws(HTTPFailure) -> Bool {
        switch try text(name) {
        case nil, "false", "0": false
        case "true", "1": true
        default: throw HTTPFailure(.badRequest, "\(name): expected true or false")
        }
    }

    /// Why people's own words are read: from `reason`, or the header `Daybook-Reason`.
    var reason: String? {
        get throws(HTTPFailure) {
            var given = try text("reason")
            if given == nil, let name = HTTPField.Name("daybook-reason") {
                given = request.headers[name]
            }
            guard let given else { return nil }
            let bytes = given.utf8.count
            guard (ServerLimits.reasonBytesMin...ServerLimits.reasonBytesMax).contains(bytes)
            else {
                throw HTTPFailure(
                    .badRequest,
                    "reason: expected \(ServerLimits.reasonBytesMin) to "
                        + "\(ServerLimits.reasonBytesMax) bytes that say why")
            }
            return given
        }
    }

    /// The stretch of time from `from` to `to`: instants, dates, or so long ago (`1h`, `7d`).
    func time(now: Timestamp) throws(HTTPFailure) -> TimeRange {
        let from = try instants("from", now)?.lowerBound
        let to = try instants("to", now)?.upperBound
        if let from, let to, from >= to {
            throw HTTPFailure(.badRequest, "the time ends before it begins")
        }
        return TimeRange(
            from: from.map { Timestamp(microseconds: $0) },
            to: to.map { Timestamp(microseconds: $0) })
    }

    private func instants(_ name: String, _ now: Timestamp) throws(HTTPFailure) -> Range<Int64>? {
        guard let value = try text(name) else { return nil }
        if let span = Span.microseconds(value) {
            let instant = now.microseconds - min(span, 1 << 60)
            return instant..<(instant + 1)
        }
        if let interval = InstantText.interval(value, zone: .utc) { return interval }
        throw HTTPFailure(
            .badRequest,
            "\(name): expected 1h, 7d, 2026-11-20, 2026-11-20T14:25 or 2026-11-20T14:25:00Z")
    }
}

extension DaemonContext {
    /// A part of the path that has to be an index.
    func index(_ name: String = "index") throws(HTTPFailure) -> UInt64 {
        guard let text = parameters.get(name), let index = UInt64(text), String(index) == text
        else { throw HTTPFailure(.badRequest, "expected the index of a record: 0 or more") }
        return index
    }
}
