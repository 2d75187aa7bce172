// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

@Suite struct RouteTableTests {
    @Test(
        "an address that others can reach is told from one they cannot",
        arguments: [
            ("127.0.0.1:7370", true), ("[::1]:80", true), (":7370", false), ("10.0.0.1:1", false),
        ])
    func loopback(_ text: String, _ isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.isLoopback == isLoopback)
    }
}
