// SPDX-License-Identifier: Apache-2.0

import CAllocationCount
import Records
import Testing

@testable import Daybook

@Suite("What a call allocates", .enabled(if: allocations_are_counted() != 0))
struct AllocationTests {
    private static let threshold = EventKind.custom("momentum_threshold")

    /// Allocations of this thread while `body` runs, again and again, once it is warm.
    private func allocations(_ body: () -> Void) -> UInt64 {
        for _ in 0..<10 { body() }
        let before = allocations_of_thread()
        for _ in 0..<1000 { body() }
        return allocations_of_thread() - before
    }

    @Test("recording allocates nothing in the caller, from its values to the queue")
    func recording() throws {
        let daybook = try FakeBook.daybook(FakeBook())
        // Longer than the fifteen bytes that a String holds in itself.
        let id = "order-0000000010000001-\(1)"
        let text = String(repeating: "a long text ", count: 20)
        let (price, amount) = (Event.Decimal("150.25"), Event.Decimal(100))
        let ready = Event.orderFilled(
            orderID: id, asset: "AAPL", fillPrice: price, filledAmount: amount, strategy: text)
        let typed = allocations {
            daybook.record(
                .orderFilled(
                    orderID: id, asset: "AAPL", fillPrice: price, filledAmount: amount,
                    commission: amount, strategy: text))
        }
        #if DEBUG
            // Without the optimiser the call makes the closure that writes the fields, in a box.
            #expect(typed <= 5 * 1000)
        #else
            #expect(typed == 0)
        #endif
        let fill = OrderFilled(
            orderID: id, asset: "AAPL", fillPrice: price, filledAmount: amount, strategy: text)
        let kept = allocations { daybook.record(fill) }
        #expect(kept == 0)
        let fields = allocations {
            daybook.record(Self.threshold) {
                $0.put("asset", id)
                $0.put("ticks", 12)
                $0.put("price", price)
                $0.put("note", text)
            }
        }
        #expect(fields == 0)
        let event = allocations { daybook.record(ready) }
        #if DEBUG
            // Without the optimiser a closure over a field's value has a box.
            #expect(event <= 5 * 1000)
        #else
            #expect(event == 0)
        #endif
        try daybook.close()
    }

    @Test("a counter that counts")
    func counting() {
        let counted = allocations { withExtendedLifetime([UInt8](repeating: 0, count: 4096)) {} }
        #expect(counted >= 1000)
    }
}
