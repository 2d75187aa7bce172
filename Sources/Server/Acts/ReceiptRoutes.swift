// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import HTTPTypes
import Hummingbird
import Records

/// What was cleared, in a form that a stranger can check without the book.
package struct ReceiptRoutes: ActRoutes {
    let core: DaemonCore

    package init(_ core: DaemonCore) { self.core = core }

    package var routes: [Route] { [list, show, file] }

    private static let roles: Set<Role> = [.compliance, .auditor]
    private static let id = Operation.Parameter(
        "id", in: .path, "The erasure's name: what its file is called.")
    private static let missing = (404, "There is no such receipt.")

    private var list: Route {
        act(
            .get, "/v1/receipts", Self.roles,
            .act("listReceipts", "Every receipt, the newest first, with what it says.")
        ) { asked in
            let (receipts, damaged) = try asked.ground.receipts()
            return ActAnswer([
                "receipts": .array(receipts.map { .object(Self.summary($0)) }),
                "damaged": .array(damaged.map { .string($0) }),
            ])
        }
    }

    private static func summary(_ receipt: Receipt) -> JSONObject {
        [
            "id": .string(receipt.erasure ?? ""), "index": .number(String(receipt.index)),
            "record": .object(receipt.record),
        ]
    }

    private var show: Route {
        act(
            .get, "/v1/receipts/{id}", Self.roles,
            .act(
                "getReceipt",
                "What a receipt says, and whether it is believed by this book's key.",
                parameters: [Self.id], more: [Self.missing])
        ) { asked in
            let receipt = try asked.ground.receipt(asked.part("id"))
            let reasons = try asked.ground.reasons(against: receipt)
            var object = Self.summary(receipt)
            object["words"] = .array(
                receipt.words.map { ["heading": .string($0.0), "text": .string($0.1)] })
            object["accepted"] = .bool(reasons.isEmpty)
            object["reasons"] = .array(reasons.map { .string($0) })
            return ActAnswer(object)
        }
    }

    private var file: Route {
        Route(
            .get, "/v1/receipts/{id}/file", access: .roles(Self.roles),
            operation: Operation(
                "downloadReceipt", "The receipt's file, for whoever shall check it.",
                parameters: [Self.id],
                answers: [
                    (200, "The file.", "application/json"),
                    (403, "It is for other roles.", "application/json"),
                    (404, "There is no such receipt.", "application/json"),
                ])
        ) { [core] request, context in
            let asked = try await Asked(request, context, core)
            let name = asked.part("id")
            let bytes = try await core.blocking { try asked.ground.receiptBytes(name) }
            return Response(
                status: .ok,
                headers: [
                    .contentType: "application/json", .cacheControl: "no-store",
                    .contentDisposition: "attachment; filename=\"\(name).receipt\"",
                ], body: .init(byteBuffer: .init(bytes: bytes)))
        }
    }
}
