// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The recipes of the audit-logging guide, with the real jq, on the live file.
@Suite(.timeLimit(.minutes(5))) struct RecipeTests {
    private func recorded() throws -> Sandbox {
        let sandbox = try Sandbox()
        let now = ISO8601DateFormatter().string(from: Date()).dropLast()
        func line(_ kind: String, _ fields: String, level: String = "info") -> String {
            "{\"event\":\"\(kind)\",\"event_type\":\"\(kind)\",\"level\":\"\(level)\",\(fields)"
                + ",\"timestamp\":\"\(now).000000Z\"}\n"
        }
        var input = ""
        for (number, asset) in ["AAPL", "MSFT", "AAPL"].enumerated() {
            let order = "\"order_id\":\"order-0000000\(number + 1)\",\"asset\":\"\(asset)\""
            input += line("order_submitted", order)
            input += line(
                "order_filled", order + ",\"fill_price\":\"150.25\",\"commission\":\"1.005\"")
        }
        input += line(
            "order_rejected", "\"order_id\":\"order-00000004\",\"rejection_reason\":\"funds\"",
            level: "error")
        input += line(
            "trading_decision", "\"strategy_class\":\"MomentumStrategy\",\"signal_type\":\"buy\"")
        input += line("trading_decision", "\"strategy_class\":\"OtherStrategy\"")
        input += "{\"event\":\"old\",\"level\":\"error\",\"timestamp\":\"2020-01-01T00:00:00Z\"}\n"
        try sandbox.daybook("record", input: input)
        return sandbox
    }

    @Test(
        "each recipe gives what the guide says",
        arguments: [
            ("jq -r 'select(.event_type == \"order_rejected\") | .order_id'", "order-00000004\n"),
            (
                "jq -r 'select(.event_type == \"order_filled\" and .asset == \"AAPL\") | .order_id'",
                "order-00000001\norder-00000003\n"
            ),
            (
                "jq -r --arg t \"$(date -u -d '1 hour ago' +%Y-%m-%dT%H:%M:%S)\" "
                    + "'select(.level == \"error\" and .timestamp > $t) | .event'",
                "order_rejected\n"
            ),
            (
                "jq -r 'select(.event_type == \"order_filled\") | .commission | tonumber' "
                    + "FILE | awk '{ s += $1 } END { print s }'", "3.015\n"
            ),
            (
                "jq -r '.event_type // empty | select(startswith(\"order\"))' FILE | sort | uniq -c "
                    + "| awk '{ print $2, $1 }'",
                "order_filled 3\norder_rejected 1\norder_submitted 3\n"
            ),
            (
                "jq -r 'select(.event_type == \"trading_decision\" and "
                    + ".strategy_class == \"MomentumStrategy\") | .signal_type'", "buy\n"
            ),
            ("grep -c \"order-00000001\"", "2\n"),
            ("jq -e 'type == \"object\"' FILE > /dev/null && echo all objects", "all objects\n"),
        ])
    func recipe(command: String, expected: String) throws {
        let sandbox = try recorded()
        let script =
            command.contains("FILE")
            ? command.replacing("FILE", with: "logs/audit.log") : command + " logs/audit.log"
        let result = try sandbox.shell("set -o pipefail; " + script)
        #expect(result.output == expected, "\(result.errors)")
    }
}
