// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

@testable import Daybook

@Suite("The demo desk")
struct DemoDeskTests {
    @Test("the same seed gives the same events, another seed others")
    func determinism() {
        let first = Array(DemoDesk(seed: 7, events: 5000))
        #expect(first == Array(DemoDesk(seed: 7, events: 5000)))
        #expect(first != Array(DemoDesk(seed: 8, events: 5000)))
        #expect(first.count == 5000)
    }

    @Test("a later start moves every instant and nothing else")
    func start() {
        let later = Timestamp(microseconds: DemoDesk.usualStart.microseconds + 1_000_000)
        for (one, other) in zip(DemoDesk(events: 300), DemoDesk(start: later, events: 300)) {
            #expect(one.kind == other.kind)
            let shift = (other.timestamp?.microseconds ?? 0) - (one.timestamp?.microseconds ?? 0)
            #expect(shift == 1_000_000)
        }
    }

    @Test("a desk that goes on after another gives its orders other ids, and lives the same lives")
    func firstOrder() {
        func ids(_ desk: DemoDesk) -> Set<String> {
            Set(
                desk.compactMap { event in
                    if case .string(let id)? = event["order_id"] { id } else { nil }
                })
        }
        let (first, second) = (DemoDesk(events: 2000), DemoDesk(events: 2000, firstOrder: 5_001))
        #expect(ids(first).isDisjoint(with: ids(second)))
        #expect(ids(first).count == ids(second).count)
        #expect(first.map(\.kind) == second.map(\.kind))
        #expect(ids(second).contains("order-00005001"))
    }

    @Test("it begins with a startup and ends with a shutdown, and its clock goes on")
    func frame() throws {
        let events = Array(DemoDesk(events: 2000))
        #expect(events.first?.kind == .systemStartup)
        #expect(events.last?.kind == .systemShutdown)
        let instants = try events.map { try #require($0.timestamp) }
        #expect(zip(instants, instants.dropFirst()).allSatisfy { $0 < $1 })
        #expect(Array(DemoDesk(events: 0)).isEmpty)
    }

    @Test("a thousand-odd events have every life of an order and every incident")
    func vocabulary() {
        let kinds = Set(DemoDesk(events: 3000).map(\.kind))
        let wanted: [EventKind] = [
            .orderSubmitted, .orderAccepted, .orderRouted, .orderRejected, .orderPartiallyFilled,
            .orderFilled, .orderCancelRequested, .orderCanceled, .orderCancelRejected,
            .orderModifyRequested, .orderModified, .orderModifyRejected, .orderExpired,
            .orderTriggered, .tradingDecision, .signalGenerated, .riskCheckBlocked,
            .orderIntentDropped, .circuitBreakerTripped, .circuitBreakerReset, .tradingHalted,
            .tradingResumed, .killSwitchEngaged, .killSwitchReleased, .feedLost, .feedConnected,
            .sequenceGap, .positionOpened, .positionChanged, .positionClosed, .accountState,
            .reconciliationRun, .heartbeat, EventKind(rawValue: "momentum_threshold"),
        ]
        for kind in wanted { #expect(kinds.contains(kind), "\(kind)") }
    }

    @Test("an order is filled by exactly what was ordered, and lives after its submission only")
    func orderLives() throws {
        var ordered: [String: Decimal] = [:]
        var filled: [String: Decimal] = [:]
        var ended: Set<String> = []
        for event in DemoDesk(seed: 3, events: 20_000) {
            guard event.kind.group == .order, case .string(let id)? = event["order_id"] else {
                continue
            }
            #expect(!ended.contains(id), "\(id) goes on after its end")
            if event.kind == .orderSubmitted, case .decimal(let amount)? = event["amount"] {
                ordered[id] = amount
            }
            #expect(ordered[id] != nil, "\(id) was never submitted")
            if event.kind == .orderPartiallyFilled || event.kind == .orderFilled,
                case .decimal(let amount)? = event["filled_amount"]
            {
                filled[id] = try (filled[id] ?? .zero) + amount
            }
            switch event.kind {
            case .orderFilled:
                ended.insert(id)
                #expect(filled[id] == ordered[id])
            case .orderRejected, .orderCanceled, .orderExpired: ended.insert(id)
            default: break
            }
        }
        #expect(ended.count > 1000)
    }
}
