// SPDX-License-Identifier: Apache-2.0

/// How a member's value is written in the line and where it is stored: the values of `_shape`.
/// Behind `s`, `n`, `ws` and `wn` of a decimal there may stand how many digits it has behind the
/// point: then `_scales` says nothing of it.
enum MemberCode: UInt8, CaseIterable {
    /// A string, a number, true or false, an array or object, in the field's own column.
    case string, number, boolean, json
    /// null, which is stored nowhere.
    case null
    /// A number in `_wide.<field>`, written as a string or as a number.
    case wideString, wideNumber
    /// Any of the first four in `_text.<field>`.
    case textString, textNumber, textBoolean, textJSON
    /// Any value, in `_rest`.
    case rest

    /// How `_shape` writes it.
    var text: StaticString {
        switch self {
        case .string: "s"
        case .number: "n"
        case .boolean: "b"
        case .json: "j"
        case .null: "z"
        case .wideString: "ws"
        case .wideNumber: "wn"
        case .textString: "ts"
        case .textNumber: "tn"
        case .textBoolean: "tb"
        case .textJSON: "tj"
        case .rest: "r"
        }
    }

    /// The same value in `_text.<field>`; for the first four.
    var asText: MemberCode { MemberCode(rawValue: rawValue &+ 7) ?? .rest }
}

/// The key sequences of a row group as a tree: a node for each sequence of members with their codes
/// seen so far, an edge for each key that followed. The next line walks down it with one comparison
/// a key, and the node at its end names its shape.
struct ShapeTree {
    struct Node {
        /// The key that was first seen here, and the way it was last taken.
        var firstEdge: Int32 = -1
        /// The edge that leads here, -1 at the root.
        var edge: Int32
        /// Another node behind the same edge, with another code.
        var sibling: Int32 = -1
        /// The number of the shape that ends here, or -1.
        var shape: Int32 = -1
        var code: MemberCode
        /// How a decimal is written, where all lines through here write it alike.
        var notation: UInt8
    }

    struct Edge {
        /// The key as a line has it, `"key":`, and its length.
        var key: UnsafePointer<UInt8>
        var keyCount: Int32
        var field: Int32
        /// The node it leaves.
        var node: Int32
        var sibling: Int32
        var firstChild: Int32 = -1
        /// The notation of the decimals behind it: of the first one, until another one comes.
        var notation = ShapeTree.unset
    }

    /// No decimal came by yet.
    static let unset: UInt8 = 254
    /// Decimals have different notations, which `_scales` tells; or it is no decimal.
    static let varying: UInt8 = 255

    private(set) var nodes = Memory<Node>(capacity: 256)
    private(set) var nodeCount = 1
    private(set) var edges = Memory<Edge>(capacity: 256)
    private(set) var edgeCount = 0
    /// The node at which each shape ends.
    private(set) var ends = Memory<Int32>(capacity: 64)
    private(set) var shapeCount = 0
    /// Edges by node and field, for nodes with many.
    private var table: [UInt64: Int32] = [:]

    init() {
        nodes.base[0] = Node(edge: -1, code: .null, notation: Self.varying)
    }

    func free() {
        nodes.free()
        edges.free()
        ends.free()
    }

    /// The edge from `node` whose key the text at `p` begins with, or -1. Looks at a few edges.
    @inline(__always)
    func edge(
        from node: Int32, at p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> Int32 {
        var index = nodes.base[Int(node)].firstEdge
        var tries = 0
        while index >= 0, tries < 8 {
            let edge = edges.base + Int(index)
            let count = Int(edge.pointee.keyCount)
            if end - p >= count, Words.equal(edge.pointee.key, p, count) { return index }
            index = edge.pointee.sibling
            tries &+= 1
        }
        return -1
    }

    /// The edge from `node` for a field, or -1.
    func edge(from node: Int32, field: Int32) -> Int32 { table[Self.id(node, field)] ?? -1 }

    /// Adds an edge. The key stays where it is as long as the tree.
    mutating func addEdge(
        from node: Int32, field: Int32, key: UnsafePointer<UInt8>, count: Int
    ) -> Int32 {
        edges.reserve(edgeCount + 1, keeping: edgeCount)
        let index = Int32(truncatingIfNeeded: edgeCount)
        edges.base[edgeCount] = Edge(
            key: key, keyCount: Int32(truncatingIfNeeded: count), field: field, node: node,
            sibling: nodes.base[Int(node)].firstEdge)
        nodes.base[Int(node)].firstEdge = index
        edgeCount += 1
        table[Self.id(node, field)] = index
        return index
    }

    private static func id(_ node: Int32, _ field: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: node)) << 32 | UInt64(UInt32(bitPattern: field))
    }

    /// The node behind an edge for a code, made when it is new.
    @inline(__always)
    mutating func node(behind edge: Int32, _ code: MemberCode, _ notation: UInt8) -> Int32 {
        let index = edges.base[Int(edge)].firstChild
        if index >= 0, nodes.base[Int(index)].code == code,
            nodes.base[Int(index)].notation == notation
        {
            return index
        }
        return otherNode(behind: edge, code, notation)
    }

    /// Whether decimals behind an edge still all have this notation, so that the shape tells it.
    /// Once they do not, `_scales` tells it for all that follow: no shape for each mixture.
    @inline(__always)
    mutating func isSteady(_ notation: UInt8, behind edge: Int32) -> Bool {
        let known = edges.base[Int(edge)].notation
        if known == notation { return true }
        guard known == Self.unset, notation <= DecimalText.plainMax else {
            edges.base[Int(edge)].notation = Self.varying
            return false
        }
        edges.base[Int(edge)].notation = notation
        return true
    }

    @inline(never)
    private mutating func otherNode(
        behind edge: Int32, _ code: MemberCode, _ notation: UInt8
    ) -> Int32 {
        let first = edges.base[Int(edge)].firstChild
        var index = first
        while index >= 0 {
            let node = nodes.base[Int(index)]
            if node.code == code, node.notation == notation { return index }
            index = nodes.base[Int(index)].sibling
        }
        nodes.reserve(nodeCount + 1, keeping: nodeCount)
        let made = Int32(truncatingIfNeeded: nodeCount)
        nodes.base[nodeCount] = Node(edge: edge, sibling: first, code: code, notation: notation)
        nodeCount += 1
        edges.base[Int(edge)].firstChild = made
        return made
    }

    /// The number of the shape that ends at `node`, given when it is new.
    @inline(__always)
    mutating func shape(at node: Int32) -> UInt32 {
        let shape = nodes.base[Int(node)].shape
        return shape >= 0 ? UInt32(bitPattern: shape) : addShape(at: node)
    }

    @inline(never)
    private mutating func addShape(at node: Int32) -> UInt32 {
        ends.reserve(shapeCount + 1, keeping: shapeCount)
        ends.base[shapeCount] = node
        nodes.base[Int(node)].shape = Int32(truncatingIfNeeded: shapeCount)
        shapeCount += 1
        return UInt32(truncatingIfNeeded: shapeCount - 1)
    }

    /// Appends the text of a shape: `{"event":"s","timestamp":"s"}`.
    func appendText(ofShape shape: Int, to text: inout [UInt8]) {
        var members: [Node] = []
        var node = nodes.base[Int(ends.base[shape])]
        while node.edge >= 0 {
            members.append(node)
            node = nodes.base[Int(edges.base[Int(node.edge)].node)]
        }
        text.append(UInt8(ascii: "{"))
        for (position, member) in members.reversed().enumerated() {
            if position > 0 { text.append(UInt8(ascii: ",")) }
            let edge = edges.base[Int(member.edge)]
            text.append(
                contentsOf: UnsafeBufferPointer(start: edge.key, count: Int(edge.keyCount)))
            text.append(UInt8(ascii: "\""))
            text.append(
                contentsOf: UnsafeBufferPointer(
                    start: member.code.text.utf8Start,
                    count: member.code.text.utf8CodeUnitCount))
            if member.notation <= DecimalText.plainMax {
                text.append(contentsOf: String(member.notation).utf8)
            }
            text.append(UInt8(ascii: "\""))
        }
        text.append(UInt8(ascii: "}"))
    }
}
