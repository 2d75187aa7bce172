// SPDX-License-Identifier: Apache-2.0

package import Book

/// Why the vault or its keys did not do what was asked. The message names the file and what to do,
/// never what an envelope says.
package struct VaultError: Error, Sendable, Hashable, CustomStringConvertible {
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

    package var description: String { message }

    init(_ error: DiskError) {
        self.init(.disk, error.description)
    }

    static func disk(_ operation: String, _ path: String, _ code: Int32) -> VaultError {
        VaultError(DiskError(operation: operation, path: path, code: code))
    }

    /// The same for who appends to a book.
    package var asBookError: BookError {
        switch code {
        case .keys: BookError(.missingKey, message)
        case .damaged: BookError(.damaged, message)
        case .disk: BookError(.disk, message)
        case .busy: BookError(.held, message)
        case .name, .request: BookError(.setting, message)
        }
    }
}

/// Runs calls to the disk where a `VaultError` is wanted.
func onDisk<Value>(_ body: () throws(DiskError) -> Value) throws(VaultError) -> Value {
    do throws(DiskError) {
        return try body()
    } catch {
        throw VaultError(error)
    }
}
