// SPDX-License-Identifier: Apache-2.0

import Book
package import Desk
package import HTTPTypes
package import Hummingbird
import NIOCore
import NIOHTTP1
import Records

/// Why a request was not answered as asked: a status, and words that hold no content of a record.
package struct HTTPFailure: Error {
    package let status: HTTPResponse.Status
    package let message: String
    package let headers: HTTPFields

    package init(
        _ status: HTTPResponse.Status, _ message: String, headers: HTTPFields = [:]
    ) {
        self.status = status
        self.message = message
        self.headers = headers
    }

    package init(_ failure: DeskFailure) {
        let status: HTTPResponse.Status =
            switch failure.code {
            case .usage, .badInput: .badRequest
            case .noInput: .notFound
            case .permission: .forbidden
            case .unavailable, .temporary, .cannotCreate, .inputOutput: .serviceUnavailable
            case .settings: .conflict
            case .bug: .internalServerError
            }
        self.init(status, failure.message)
    }

    /// The failure that stands for any error; what is not known to be free of content is not said.
    package init(_ error: any Error) {
        if let failure = error as? HTTPFailure {
            self = failure
        } else if let error = error as? HTTPError {
            self.init(error.status, error.body ?? error.status.reasonPhrase, headers: error.headers)
        } else if error is NIOTooManyBytesError {
            self.init(.contentTooLarge, "the body is longer than may be sent here")
        } else if error is HTTPParserError || error is ChannelError || error is IOError
            || error is CancellationError
        {
            // Whoever asked went away; that is their affair, and nothing of ours failed.
            self.init(.badRequest, "the request ended before all of it was said")
        } else if let failure = DeskFailure(known: error) {
            self.init(failure)
        } else {
            self.init(.internalServerError, "something went wrong here; the daemon's log says what")
        }
    }

    /// `{"error":{"status":400,"message":"…"}}`
    package var response: Response {
        let object: JSONObject = [
            "error": .object([
                "status": .number(String(status.code)), "message": .string(message),
            ])
        ]
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        return Response(
            status: status, headers: headers,
            body: .init(byteBuffer: .init(string: JSONValue.object(object).description + "\n")))
    }
}
