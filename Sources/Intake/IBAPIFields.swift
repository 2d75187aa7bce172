// SPDX-License-Identifier: Apache-2.0

import Records

/// The fields of an ibapi message: a dict whose values are reprs, except for the library's own
/// objects, which print themselves without quotes and with commas inside.
enum IBAPIFields {
    /// Reads `{'orderId': 1001, 'contract': 1401224: 265598,AAPL,STK,…, …}` in all of `message`.
    static func read(_ message: Cursor) -> JSONObject? {
        var reader = message
        var end = message.end
        while end > message.position, message.bytes[end - 1] == .space { end -= 1 }
        guard end > message.position, message.bytes[end - 1] == .closeBrace,
            reader.skip(.openBrace)
        else { return nil }
        reader = message.at(reader.position..<end - 1)
        var fields: [JSONObject.Member] = []
        while !reader.isAtEnd {
            guard let key = takeKey(&reader) else { return nil }
            let value = takeValue(&reader, key)
            fields.append(.init(key: key, value: DecimalFields.adjust(key, value)))
            guard reader.isAtEnd || reader.skip(", ") else { return nil }
        }
        return JSONObject(members: fields)
    }

    private static func takeKey(_ reader: inout Cursor) -> String? {
        var repr = PythonRepr(reader)
        guard let key = repr.string() else { return nil }
        reader.move(to: repr.cursor.position)
        return reader.skip(": ") ? key : nil
    }

    private static func takeValue(_ reader: inout Cursor, _ key: String) -> JSONValue {
        let start = reader.position
        var repr = PythonRepr(reader)
        if let value = repr.value() {
            var after = repr.cursor
            if after.isAtEnd || after.skip(", '") {
                reader.move(to: repr.cursor.position)
                return value
            }
        }
        let end = next(after: reader)
        reader.move(to: end)
        return object(reader, start..<end, key)
    }

    /// Where the next `, 'name': ` begins.
    private static func next(after cursor: Cursor) -> Int {
        var reader = cursor
        while let found = reader.find(", '") {
            reader.move(to: found + 3)
            var key = reader
            if key.takeName() != nil, key.skip("': ") { return found }
        }
        return cursor.end
    }

    // MARK: - The library's objects

    /// `1401224: text`: the address of the object says nothing and goes; the text becomes fields
    /// where its form is known.
    private static func object(_ cursor: Cursor, _ range: Range<Int>, _ key: String) -> JSONValue {
        var reader = cursor.at(range)
        if !reader.take(while: \.isDigit).isEmpty, !reader.skip(": ") {
            reader.move(to: range.lowerBound)
        }
        let text = reader.text(reader.rest)
        let fields: JSONObject? =
            switch key {
            case "contract": contract(text)
            case "order": order(reader)
            case "execution", "commissionReport": named(text)
            default: nil
            }
        return fields.map { .object($0) } ?? .string(text)
    }

    private static let contractFields = [
        "conId", "symbol", "secType", "lastTradeDateOrContractMonth", "strike", "right",
        "multiplier", "exchange", "primaryExchange", "currency", "localSymbol", "tradingClass",
        "includeExpired", "secIdType",
    ]

    /// `265598,AAPL,STK,,0.0,,,SMART,NASDAQ,USD,,,False,,combo:`; empty fields go.
    private static func contract(_ text: String) -> JSONObject? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count > contractFields.count, text.contains("combo:") else { return nil }
        var object = JSONObject()
        for (name, part) in zip(contractFields, parts) where !part.isEmpty {
            object.append(name, .string(String(part)))
        }
        let rest = parts[contractFields.count...].joined(separator: ",")
        if rest != "combo:" { object.append("combo", .string(rest)) }
        return object
    }

    /// `1001,7,1534512341: LMT BUY 100@150.250000 DAY`
    private static func order(_ cursor: Cursor) -> JSONObject? {
        var reader = cursor
        var object = JSONObject()
        for name in ["orderId", "clientId", "permId"] {
            let digits = reader.take(while: \.isDigit)
            guard !digits.isEmpty else { return nil }
            object.append(name, .string(reader.text(digits)))
            if name != "permId" { guard reader.skip(.comma) else { return nil } }
        }
        guard reader.skip(": ") else { return nil }
        var words = reader.text(reader.rest).split(separator: " ", maxSplits: .max)[...]
        guard let side = words.firstIndex(where: { $0.contains("@") }), side >= 2 else {
            return nil
        }
        object.append("orderType", .string(words[..<(side - 1)].joined(separator: " ")))
        object.append("action", .string(String(words[side - 1])))
        let size = words[side].split(separator: "@", maxSplits: 1)
        guard size.count == 2 else { return nil }
        object.append("totalQuantity", .string(String(size[0])))
        // Without a price ibapi prints the largest double, 308 digits of it.
        if size[1].utf8.count < 40, !size[1].contains("e+308") {
            object.append("lmtPrice", .string(String(size[1])))
        }
        words = words[(side + 1)...]
        if let tif = words.popFirst() { object.append("tif", .string(String(tif))) }
        if !words.isEmpty { object.append("rest", .string(words.joined(separator: " "))) }
        return object
    }

    /// `ExecId: 0002, Time: 20261120  09:31:12, Account: …`; empty fields go.
    private static func named(_ text: String) -> JSONObject? {
        var object = JSONObject()
        var rest = text[...]
        while !rest.isEmpty {
            guard let colon = rest.firstIndex(of: ":") else { return nil }
            let name = String(rest[..<colon])
            guard !name.isEmpty, name.utf8.allSatisfy({ $0.isLetter }) else { return nil }
            rest = rest[rest.index(after: colon)...].drop { $0 == " " }
            // A value may be empty, and then the next name follows right after `, `.
            let end = endOfValue(rest)
            if end > rest.startIndex { object.append(name, .string(String(rest[..<end]))) }
            rest = rest[end...].drop { $0 == "," || $0 == " " }
        }
        return object
    }

    /// Where `, Name:` begins, or the end.
    private static func endOfValue(_ text: Substring) -> String.Index {
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == "," {
                let name = text[text.index(after: index)...].drop { $0 == " " }
                let letters = name.prefix { $0.isLetter }
                if !letters.isEmpty, name[letters.endIndex...].first == ":" { return index }
            }
            index = text.index(after: index)
        }
        return text.endIndex
    }
}
