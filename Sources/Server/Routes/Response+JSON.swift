// SPDX-License-Identifier: Apache-2.0

package import HTTPTypes
package import Hummingbird
package import Records

extension Response {
    /// An answer of one JSON object.
    package init(
        _ status: HTTPResponse.Status = .ok, json: JSONObject, headers: HTTPFields = [:]
    ) {
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        self.init(
            status: status, headers: headers,
            body: .init(byteBuffer: .init(string: JSONValue.object(json).description + "\n")))
    }
}
