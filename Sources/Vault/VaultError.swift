// SPDX-License-Identifier: Apache-2.0

/// Why the vault or its keys did not do what was asked. The message names the file and what to do,
/// never what an envelope says.
package struct VaultError: Error, Sendable, Hashable {
    package enum Code: String, Sendable {
        /// The keys are not there, or another secret guards them.
        case keys
        /// What is on disk is not what was written.
        case damaged
        /// The disk refused.
        case disk
        /// Another process has the vault and did not give it back in time.
        case busy
        /// A name that is not known, or that several have.
        case name
        /// The request cannot be carried out as it stands.
        case request
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
