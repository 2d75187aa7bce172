// SPDX-License-Identifier: Apache-2.0

internal import Book
package import Records

/// One demand of a law or a regulator: what is kept how long, counted from what.
///
/// Rules are data (`RuleCatalog`), an engineering summary and no legal advice.
package struct Rule: Sendable, Hashable {
    /// Such as `us.sec.17a-4.b`; policies and receipts name the rule by it.
    package var id: String
    /// Where it stands, such as `17 CFR 240.17a-4(b)(1),(4)`.
    package var citation: String
    /// What it is about, in words.
    package var records: String
    /// How long at least; nil when the rule demands something else than a period.
    package var period: KeepPeriod?
    /// What the period counts from.
    package var start: Start
    /// How long when an authority asks for more.
    package var extended: KeepPeriod?
    /// Who has to be able to get at the records, and how fast.
    package var access: String?
    /// What it demands of the medium, or else.
    package var demand: String?
    /// Where it was read, or why it is believed.
    package var basis: String
    /// Whether it was read in a source. What was not has to be checked before it is relied upon.
    package var isConfirmed: Bool
    /// The day on which the entry was last compared with its basis, `yyyy-mm-dd`.
    package var checkedOn: String

    /// The event that a period counts from. That a line was written is not always it.
    package enum Start: String, Sendable, Hashable, CaseIterable {
        /// The record's own making.
        case created
        case orderSubmitted = "order_submitted"
        case accountClosed = "account_closed"
        case contractEnded = "contract_ended"
    }

    package init(
        id: String, citation: String, records: String, period: KeepPeriod?,
        start: Start = .created, extended: KeepPeriod? = nil, access: String? = nil,
        demand: String? = nil, basis: String, isConfirmed: Bool, checkedOn: String
    ) {
        self.id = id
        self.citation = citation
        self.records = records
        self.period = period
        self.start = start
        self.extended = extended
        self.access = access
        self.demand = demand
        self.basis = basis
        self.isConfirmed = isConfirmed
        self.checkedOn = checkedOn
    }
}

extension Rule {
    /// As programs have it.
    package var json: JSONObject {
        var object: JSONObject = [
            "id": .string(id), "citation": .string(citation), "records": .string(records),
        ]
        object["period"] = period.map { .string($0.description) }
        object["start"] = .string(start.rawValue)
        object["extended"] = extended.map { .string($0.description) }
        object["access"] = access.map { .string($0) }
        object["demand"] = demand.map { .string($0) }
        object["basis"] = .string(basis)
        object["confirmed"] = .bool(isConfirmed)
        object["checked_on"] = .string(checkedOn)
        return object
    }

    /// Reads what `json` wrote; nil when it is none.
    package init?(_ object: JSONObject) {
        guard let id = object.text("id"), let citation = object.text("citation"),
            let records = object.text("records"), let basis = object.text("basis"),
            case .bool(let isConfirmed)? = object["confirmed"],
            let checkedOn = object.text("checked_on"),
            let start = Start(rawValue: object.text("start") ?? Start.created.rawValue)
        else { return nil }
        self.init(
            id: id, citation: citation, records: records, period: nil, start: start,
            access: object.text("access"), demand: object.text("demand"), basis: basis,
            isConfirmed: isConfirmed, checkedOn: checkedOn)
        if let text = object.text("period") {
            guard let period = KeepPeriod(text) else { return nil }
            self.period = period
        }
        if let text = object.text("extended") {
            guard let extended = KeepPeriod(text) else { return nil }
            self.extended = extended
        }
    }
}
