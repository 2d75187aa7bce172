// SPDX-License-Identifier: Apache-2.0

internal import Vault

/// Why nothing, or not everything, was cleared. The message says what stands in the way and what to
/// do, never what a record says.
package struct ClearingError: Error, Sendable, Hashable {
    package enum Code: String, Sendable {
        /// A selector, policy, plan or request is not well formed.
        case usage
        /// A hold, a floor or a missing approval stands in the way.
        case refused
        /// The plan no longer fits: expired, or the book moved on in a way that matters.
        case stale
        /// The clock jumped or is not synchronised.
        case clock
        /// Another clear runs.
        case busy
        /// What is on disk is not what was written.
        case damaged
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension ClearingError {
    /// Does what may find the vault damaged, and says so as this room does.
    static func damaged<Value>(
        _ body: () throws(VaultError) -> Value
    ) throws(ClearingError) -> Value {
        do throws(VaultError) {
            return try body()
        } catch {
            throw ClearingError(.damaged, error.message)
        }
    }
}
