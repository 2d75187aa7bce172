// SPDX-License-Identifier: Apache-2.0

/// Paths of tiles and entry bundles (tlog-tiles): `tile/<L>/<N>[.p/<W>]` and
/// `tile/entries/<N>[.p/<W>]`, where N is written in groups of three digits, all but the last with
/// an `x` in front: 1234067 is `x001/x234/067`.
enum TilePath {
    /// The path of this index and width below `tile/<level>/`.
    static func encode(index: Int, width: Int) -> String {
        var path = group(index % 1000)
        var rest = index / 1000
        while rest > 0 {
            path = "x\(group(rest % 1000))/\(path)"
            rest /= 1000
        }
        return width == Tile.fullWidth ? path : "\(path).p/\(width)"
    }

    private static func group(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// The index and width that ``encode(index:width:)`` writes like this, or nil.
    static func decode(_ path: Substring) -> (index: Int, width: Int)? {
        var groups = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        var width = Tile.fullWidth
        if groups.count >= 2, groups[groups.count - 2].suffix(2).elementsEqual(".p".utf8) {
            guard let last = groups.popLast(), let number = DecimalText.parse(last),
                1..<Tile.fullWidth ~= number, let name = groups.popLast()
            else { return nil }
            width = number
            groups.append(name.dropLast(2))
        }
        guard groups.count <= 7 else { return nil }
        var index = 0
        for (place, group) in groups.enumerated() {
            var digits = group
            if place < groups.count - 1 {
                guard digits.popFirst() == UInt8(ascii: "x") else { return nil }
            }
            guard digits.count == 3, let number = DecimalText.digits(digits) else { return nil }
            guard place > 0 || number > 0 || groups.count == 1 else { return nil }
            let (scaled, tooLarge) = index.multipliedReportingOverflow(by: 1000)
            let (sum, over) = scaled.addingReportingOverflow(number)
            guard !tooLarge, !over else { return nil }
            index = sum
        }
        return (index, width)
    }
}

extension Tile {
    /// The tile's path below the log's prefix, such as `tile/0/x001/x234/067.p/8`.
    public var path: String {
        "tile/\(level)/\(TilePath.encode(index: index, width: width))"
    }

    /// The tile with this path, or nil unless the path is exactly as ``path`` writes it.
    public init?(path: some StringProtocol) {
        let parts = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "tile", let level = DecimalText.parse(parts[1].utf8),
            let (index, width) = TilePath.decode(Substring(parts[2]))
        else { return nil }
        self.init(level: level, index: index, width: width)
    }
}
