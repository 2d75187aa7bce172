// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Records

/// A request body that is one JSON text.
enum JSONTree {
    /// - Throws: 400 with the place of what is wrong, 413 for what would take too much memory as a
    ///   tree.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(HTTPFailure) -> JSONValue {
        guard bytes.count <= ServerLimits.treeBytes else {
            throw HTTPFailure(
                .contentTooLarge,
                "a body of one JSON text has at most \(ServerLimits.treeBytes >> 20) MiB; send less "
                    + "at once")
        }
        do throws(JSONError) {
            var tape = JSONTape()
            try tape.parse(bytes)
            return tape.value()
        } catch {
            throw HTTPFailure(.badRequest, "the body is not JSON: \(error)")
        }
    }
}
