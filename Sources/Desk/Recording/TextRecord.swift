// SPDX-License-Identifier: Apache-2.0

package import Records

extension JSONObject {
    /// The record for a line that should have been a JSON object and is none.
    package static func refusedLine(_ line: UnsafeBufferPointer<UInt8>, because reason: String)
        -> JSONObject
    {
        [
            "event": "terminal_output", "event_type": "terminal_output", "level": "info",
            "text": .string(String(decoding: line, as: UTF8.self)), "reason": .string(reason),
        ]
    }
}
