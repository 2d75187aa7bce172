// SPDX-License-Identifier: Apache-2.0

import Desk
import CoreMetrics
import Testing

@testable import Server

@Suite struct MetricsTests {
    @Test("figures of the books and of requests are told to those who run the daemon")
    func metrics() async throws {
        try await ServerSandbox.run { ground in
            try Sample.append(Sample.orders(5, strategy: "alpha"), ground)
        } _: { daemon in
            let answer1 = try await daemon.get("/metrics")
            #expect(answer1.status == 401)
            let answer2 = try await daemon.get("/metrics", as: .trader)
            #expect(answer2.status == 403)
            _ = try await daemon.get("/v1/records/3", as: .auditor)
            let answer = try await daemon.get("/metrics", as: .admin)
            #expect(answer["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            #expect(
                answer.lines.contains {
                    $0.hasPrefix("daybook_book_records_total{book=\"audit\"} 2")
                })
            #expect(answer.text.contains("# TYPE daybook_http_request_seconds histogram"))
            #expect(
                answer.text.contains(
                    "daybook_http_requests_total{method=\"GET\",route=\"/v1/records/{book}\","
                        + "status=\"200\"}"))
            #expect(answer.text.contains("process_resident_memory_bytes "))
        }
    }

    @Test("what a library says becomes text that Prometheus reads")
    func text() {
        let registry = MetricsRegistry()
        registry.makeCounter(label: "odd name", dimensions: [("a", "x\"\n\\y")]).increment(by: 3)
        registry.makeTimer(label: "wait", dimensions: []).recordNanoseconds(3_000_000)
        registry.makeMeter(label: "level", dimensions: []).set(2.5)
        var text = ""
        for family in registry.families { family.write(into: &text) }
        #expect(text.contains("odd_name_total{a=\"x\\\"\\n\\\\y\"} 3\n"))
        #expect(text.contains("wait_seconds_bucket{le=\"0.0025\"} 0\n"))
        #expect(text.contains("wait_seconds_bucket{le=\"0.005\"} 1\n"))
        #expect(text.contains("wait_seconds_bucket{le=\"+Inf\"} 1\n"))
        #expect(text.contains("level 2.5\n"))
    }
}
