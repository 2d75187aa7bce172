// SPDX-License-Identifier: Apache-2.0

package import Query

extension DeskFailure {
    /// - Parameter query: its text, for pointing at what is wrong.
    package init(_ error: QueryError, in query: String) {
        let code: Code =
            switch error.code {
            case .syntax, .meaning: .usage
            case .tooLarge: error.offset == nil ? .unavailable : .usage
            case .unreadable: .inputOutput
            case .cancelled: .temporary
            }
        self.init(code, error.explained(in: query))
    }
}
