// SPDX-License-Identifier: Apache-2.0

internal import CDaybook
internal import Records

// Taking a line apart. One pass; the tree of shapes foretells each key.

extension LineEncoder {
    /// Fills `members` from a canonical line and returns the node of its shape; -1 when the line
    /// is not canonical. `Limits.slackBytes` bytes behind `end` can be read.
    mutating func scan(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int32 {
        memberCount = 0
        scaleCount = 0
        decodedCount = 0
        keepsLine = false
        scanNumber &+= 1
        lineCount = end - start
        if !wideValues.isEmpty { wideValues.removeAll(keepingCapacity: true) }
        guard end - start >= 2, start[0] == UInt8(ascii: "{") else { return -1 }
        var position = start + 1
        if position.pointee == UInt8(ascii: "}") { return position + 1 == end ? 0 : -1 }
        var node: Int32 = 0
        while true {
            var edge = tree.edge(from: node, at: position, end)
            if edge < 0 {
                edge = otherEdge(from: node, at: position, end)
                guard edge >= 0 else { return -1 }
            }
            let taken = tree.edges.base + Int(edge)
            position += Int(taken.pointee.keyCount)
            notation = ShapeTree.varying
            guard position < end, let code = member(taken.pointee.field, edge, &position, end)
            else { return -1 }
            node = tree.node(behind: edge, code, notation)
            guard position < end else { return -1 }
            if position.pointee == UInt8(ascii: ",") {
                position += 1
                continue
            }
            guard position.pointee == UInt8(ascii: "}"), position + 1 == end else { return -1 }
            return node
        }
    }

    /// The edge for a key that is not among the first few of this node, made when it is new; -1
    /// when the key is not canonical or the line has it twice.
    @inline(never)
    private mutating func otherEdge(
        from node: Int32, at position: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> Int32 {
        guard position.pointee == UInt8(ascii: "\""),
            let (quote, hasEscape) = LineScanner.string(position + 1, end), end - quote >= 2,
            quote[1] == UInt8(ascii: ":")
        else { return -1 }
        let count = quote + 2 - position
        var field = table.index(of: position, count)
        if field < 0 {
            var name = Array(UnsafeBufferPointer(start: position + 1, count: quote - position - 1))
            if hasEscape {
                name = Array(unsafeUninitializedCapacity: name.count) { bytes, written in
                    written =
                        bytes.baseAddress.map { LineScanner.decode(position + 1, quote, to: $0) }
                        ?? 0
                }
            }
            field = table.add(key: position, count, name: name)
        }
        let known = tree.edge(from: node, field: field)
        if known >= 0 { return known }
        // Every way through the tree has distinct keys; only a new edge could break that.
        for index in stride(from: memberCount - 1, through: 0, by: -1) {
            let earlier = table.fields.base + Int(members.base[index].field)
            if earlier.pointee.stamp == scanNumber { break }
            earlier.pointee.stamp = scanNumber
        }
        guard table.fields.base[Int(field)].stamp != scanNumber else { return -1 }
        return tree.addEdge(
            from: node, field: field, key: table.fields.base[Int(field)].key, count: count)
    }

    /// Passes a value, adds it to `members` and returns how it is stored.
    @inline(__always)
    private mutating func member(
        _ index: Int32, _ edge: Int32, _ position: inout UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>
    ) -> MemberCode? {
        let start = position
        var code: MemberCode
        var text = start
        let count: Int
        switch start.pointee {
        case UInt8(ascii: "\""):
            guard let (quote, hasEscape) = LineScanner.string(start + 1, end) else { return nil }
            position = quote + 1
            code = .string
            if hasEscape {
                (text, count) = decode(start + 1, quote)
            } else {
                text = start + 1
                count = quote - text
            }
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard let behind = container(start, end) else { return nil }
            position = behind
            code = .json
            count = behind - start
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            let word = UnsafeRawPointer(start).loadUnaligned(as: UInt32.self).littleEndian
            switch word {
            case 0x6575_7274: (code, count) = (.boolean, 4)
            case 0x6C6C_756E: (code, count) = (.null, 4)
            case 0x736C_6166 where start[4] == UInt8(ascii: "e"): (code, count) = (.boolean, 5)
            default: return nil
            }
            position = start + count
        default:
            guard let behind = LineScanner.number(start, end) else { return nil }
            position = behind
            code = .number
            count = behind - start
        }
        members.reserve(memberCount &+ 1, keeping: memberCount)
        let field = table.fields.base + Int(index)
        if field.pointee.place == .column, field.pointee.kind == .text, code != .null {
            members.base[memberCount] = Member(
                store: .text, column: field.pointee.own, field: index, text: text, count: count,
                number: 0)
            memberCount &+= 1
            return code
        }
        if field.pointee.kind == .decimal, field.pointee.place == .column,
            code.rawValue <= MemberCode.number.rawValue,
            let (value, notation) = DecimalText.parsePlain(text, count)
        {
            noteScale(notation, edge)
            members.base[memberCount] = Member(
                store: .number, column: field.pointee.own, field: index, text: text, count: 0,
                number: value)
            memberCount &+= 1
            return code
        }
        if field.pointee.kind == .instant, field.pointee.place == .column, code == .string,
            count == InstantText.count, let value = instants.parse(text)
        {
            members.base[memberCount] = Member(
                store: .number, column: field.pointee.own, field: index, text: text, count: 0,
                number: value)
            memberCount &+= 1
            return code
        }
        return otherMember(
            index, edge, code, text: text, count, written: start, position - start)
    }

    /// Puts a decimal's notation into the shape, or into `_scales`.
    @inline(__always)
    private mutating func noteScale(_ found: UInt8, _ edge: Int32) {
        if found == DecimalText.unknown { keepsLine = true }
        // Where the line is kept, any notation will do.
        let wanted = found == DecimalText.unknown ? 0 : found
        if tree.isSteady(wanted, behind: edge) {
            notation = wanted
            return
        }
        scaleBytes.reserve(scaleCount &+ 1, keeping: scaleCount)
        scaleBytes.base[scaleCount] = wanted
        scaleCount &+= 1
    }

    /// The same for whatever is not the common case of its field.
    @inline(never)
    private mutating func otherMember(
        _ index: Int32, _ edge: Int32, _ code: MemberCode, text: UnsafePointer<UInt8>,
        _ count: Int, written: UnsafePointer<UInt8>, _ writtenCount: Int
    ) -> MemberCode {
        if code != .null, table.fields.base[Int(index)].place == .undecided { place(index) }
        let field = table.fields.base[Int(index)]
        var member = Member(
            store: .nothing, column: field.own, field: index, text: text, count: count, number: 0)
        var stored = code
        if code == .null {
            // The shape says it all.
        } else if field.place == .rest {
            member.store = .rest
            member.text = written
            member.count = writtenCount
            stored = .rest
        } else if field.kind == .text {
            member.store = .text
        } else if field.kind == .instant, code == .string, count == InstantText.count,
            let value = instants.parse(text)
        {
            member.store = .number
            member.number = value
        } else if field.kind == .integer, code.rawValue <= MemberCode.number.rawValue,
            let value = LineScanner.integer(text, count)
        {
            member.store = .number
            member.number = value
        } else if field.kind == .decimal, code.rawValue <= MemberCode.number.rawValue {
            stored = decimal(index, edge, code, &member)
        } else {
            stored = storeAsText(index, code, &member)
        }
        members.base[memberCount] = member
        memberCount &+= 1
        return stored
    }

    private mutating func decimal(
        _ index: Int32, _ edge: Int32, _ code: MemberCode, _ member: inout Member
    ) -> MemberCode {
        switch DecimalText.parse(UnsafeBufferPointer(start: member.text, count: member.count)) {
        case .narrow(let value, let notation):
            member.store = .number
            member.number = value
            noteScale(notation, edge)
            return code
        case .wide(let value, let notation):
            if table.fields.base[Int(index)].wide < 0 {
                table.fields.base[Int(index)].wide = Int32(truncatingIfNeeded: wides.count)
                wides.append(WideColumn())
                wideFields.append(index)
            }
            member.store = .wide
            member.column = table.fields.base[Int(index)].wide
            member.number = Int64(wideValues.count)
            wideValues.append(value)
            noteScale(notation, edge)
            return code == .string ? .wideString : .wideNumber
        case .text:
            return storeAsText(index, code, &member)
        }
    }

    private mutating func storeAsText(
        _ index: Int32, _ code: MemberCode, _ member: inout Member
    ) -> MemberCode {
        if table.fields.base[Int(index)].text < 0 {
            table.fields.base[Int(index)].text = addTexts(of: index)
        }
        member.store = .text
        member.column = table.fields.base[Int(index)].text
        return code.asText
    }

    /// Decides where a field's values go, when the first one is seen.
    mutating func place(_ index: Int32) {
        let field = table.fields.base + Int(index)
        guard day.admits(table.names[Int(index)]) else {
            field.pointee.place = .rest
            return
        }
        field.pointee.place = .column
        if field.pointee.kind == .text {
            field.pointee.own = addTexts(of: index)
        } else {
            field.pointee.own = Int32(truncatingIfNeeded: numberFields.count)
            numbers.reserve(numberFields.count + 1, keeping: numberFields.count)
            (numbers.base + numberFields.count).initialize(to: NumberColumn())
            numberFields.append(index)
        }
    }

    private mutating func addTexts(of field: Int32) -> Int32 {
        let position = textFields.count
        texts.reserve(position + 1, keeping: position)
        (texts.base + position).initialize(to: TextColumn(seed: seed))
        textFields.append(field)
        return Int32(truncatingIfNeeded: position)
    }

    /// A string's text without its escapes.
    @inline(never)
    private mutating func decode(
        _ start: UnsafePointer<UInt8>, _ quote: UnsafePointer<UInt8>
    ) -> (UnsafePointer<UInt8>, Int) {
        // Texts of this line point into the buffer, so it may only grow before the first one;
        // all of them together are shorter than the line, which is at most what is left of it.
        if decodedCount == 0 { decoded.reserve(lineCount, keeping: 0) }
        let target = decoded.base + decodedCount
        let count = LineScanner.decode(start, quote, to: target)
        decodedCount += count
        return (UnsafePointer(target), count)
    }

    /// The end of an array or object in canonical form; nil for any other.
    @inline(never)
    private mutating func container(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        guard let behind = LineScanner.container(start, end) else { return nil }
        do throws(JSONError) {
            try tape.parse(UnsafeBufferPointer(start: start, count: behind - start))
        } catch {
            return nil
        }
        return tape.isCanonical && tape.notes.isEmpty ? behind : nil
    }
}
