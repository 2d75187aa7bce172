// SPDX-License-Identifier: Apache-2.0

import Book
package import Clearing
import Records

// The receipts of what was cleared: files in `logs/receipts`, each named by its erasure.
extension Ground {
    private var receiptsPath: String { "\(logs)/receipts" }

    /// Names of the erasures that have a receipt here, sorted.
    package func receiptNames() throws -> [String] {
        let disk = place("audit").disk
        guard disk.kind(of: receiptsPath) == .directory else { return [] }
        return try disk.list(receiptsPath).compactMap { name in
            guard name.hasSuffix(".receipt") else { return nil }
            let stem = String(name.dropLast(".receipt".count))
            return Self.isErasureName(stem) ? stem : nil
        }.sorted()
    }

    /// The bytes of a receipt's file.
    ///
    /// - Throws: `noInput` when there is none of that name.
    package func receiptBytes(_ name: String) throws -> [UInt8] {
        // Names are hexadecimal, so that none leads out of the directory.
        guard Self.isErasureName(name),
            let bytes = try place("audit").disk.contents(
                of: "\(receiptsPath)/\(name).receipt", limit: DeskLimits.receiptBytes)
        else { throw DeskFailure(.noInput, "there is no receipt of that name here") }
        return bytes
    }

    package func receipt(_ name: String) throws -> Receipt {
        try Receipt(parsing: receiptBytes(name))
    }

    /// Every receipt here, the newest first. What cannot be read is left out, and named.
    package func receipts() throws -> (receipts: [Receipt], damaged: [String]) {
        var receipts: [Receipt] = []
        var damaged: [String] = []
        for name in try receiptNames() {
            do { receipts.append(try receipt(name)) } catch { damaged.append(name) }
        }
        return (receipts.sorted { $0.index > $1.index }, damaged)
    }

    /// Why a receipt is not to be believed, asked of this book's own key; empty when it is.
    package func reasons(against receipt: Receipt) throws -> [String] {
        receipt.reasons(trusting: try verifierKey(of: "audit"))
    }

    private static func isErasureName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64 && name.allSatisfy { $0.isHexDigit && $0.isASCII }
    }
}
