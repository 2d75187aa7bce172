// SPDX-License-Identifier: Apache-2.0

package import CoreMetrics
import Synchronization

/// Keeps what swift-metrics is told, for `/metrics`: our own figures, and those of the libraries.
package final class MetricsRegistry: MetricsFactory {
    /// The one of this process. The first use makes it that of swift-metrics.
    package static let shared: MetricsRegistry = {
        let registry = MetricsRegistry()
        MetricsSystem.bootstrap(registry)
        return registry
    }()

    private struct Key: Hashable {
        let label: String
        let dimensions: [String]
    }

    private struct State {
        var figures: [Key: Figure] = [:]
        var order: [String: MetricFamily.Kind] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    private func figure(
        _ label: String, _ dimensions: [(String, String)], _ kind: Figure.Kind
    ) -> Figure {
        let key = Key(label: label, dimensions: dimensions.flatMap { [$0.0, $0.1] })
        return state.withLock { state in
            if let known = state.figures[key], known.kind == kind { return known }
            // A route or a book more is one figure more; a name made from data would be thousands.
            guard state.figures.count < ServerLimits.figures else {
                return Figure(label, [], kind)
            }
            let figure = Figure(label, dimensions, kind)
            state.figures[key] = figure
            return figure
        }
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        figure(label, dimensions, .counter)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        figure(label, dimensions, .counter)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        figure(label, dimensions, .gauge)
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        figure(label, dimensions, aggregate ? .histogram : .gauge)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        figure(label, dimensions, .timer)
    }

    // What was counted stays counted: a counter that goes away would look like a restart.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// All figures, by name.
    var families: [MetricFamily] {
        let figures = state.withLock { Array($0.figures.values) }
        var families: [String: MetricFamily] = [:]
        for figure in figures.sorted(by: { $0.sortKey < $1.sortKey }) {
            let name = figure.name
            var family =
                families[name] ?? MetricFamily(name, figure.familyKind, figure.label)
            family.samples += figure.samples
            families[name] = family
        }
        return families.values.sorted { $0.name < $1.name }
    }
}

/// One figure: a name with its dimensions.
private final class Figure: CounterHandler, FloatingPointCounterHandler, MeterHandler,
    RecorderHandler, TimerHandler
{
    enum Kind { case counter, gauge, histogram, timer }

    private struct Value {
        var sum = 0.0
        var count: UInt64 = 0
        var buckets: [UInt64]
    }

    let label: String
    let kind: Kind
    private let dimensions: [(String, String)]
    private let value: Mutex<Value>

    /// Upper ends of the buckets: seconds for timers, powers of ten for the rest.
    private static let seconds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    private static let powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000.0]

    init(_ label: String, _ dimensions: [(String, String)], _ kind: Kind) {
        self.label = label
        self.dimensions = dimensions
        self.kind = kind
        let bounds = kind == .timer ? Self.seconds : kind == .histogram ? Self.powers : []
        value = Mutex(Value(buckets: [UInt64](repeating: 0, count: bounds.count)))
    }

    private var bounds: [Double] { kind == .timer ? Self.seconds : Self.powers }

    // MARK: - Being told

    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func reset() { set(0.0) }
    func set(_ new: Int64) { set(Double(new)) }
    func set(_ new: Double) { value.withLock { $0.sum = new } }
    func record(_ new: Int64) { record(Double(new)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ new: Double) {
        guard kind != .gauge else { return set(new) }
        let place = bounds.firstIndex { new <= $0 }
        value.withLock { value in
            value.sum += new
            value.count += 1
            if let place { value.buckets[place] += 1 }
        }
    }

    private func add(_ amount: Double) { value.withLock { $0.sum += amount } }

    // MARK: - Being asked

    var sortKey: String { label + dimensions.map { "\u{1}\($0.0)\u{2}\($0.1)" }.joined() }

    var name: String {
        let base = MetricFamily.clean(label)
        switch kind {
        case .counter: return base.hasSuffix("_total") ? base : base + "_total"
        case .timer: return base.hasSuffix("_seconds") ? base : base + "_seconds"
        case .gauge, .histogram: return base
        }
    }

    var familyKind: MetricFamily.Kind {
        switch kind {
        case .counter: .counter
        case .gauge: .gauge
        case .histogram, .timer: .histogram
        }
    }

    var samples: [MetricFamily.Sample] {
        let now = value.withLock { $0 }
        guard kind == .timer || kind == .histogram else {
            return [.init(Self.text(now.sum), dimensions)]
        }
        var samples: [MetricFamily.Sample] = []
        var below: UInt64 = 0
        for (bound, count) in zip(bounds, now.buckets) {
            below += count
            samples.append(
                .init(below, dimensions + [("le", Self.text(bound))], suffix: "_bucket"))
        }
        samples.append(.init(now.count, dimensions + [("le", "+Inf")], suffix: "_bucket"))
        samples.append(.init(Self.text(now.sum), dimensions, suffix: "_sum"))
        samples.append(.init(now.count, dimensions, suffix: "_count"))
        return samples
    }

    private static func text(_ value: Double) -> String {
        guard value == value.rounded(), abs(value) < 1e15 else { return "\(value)" }
        return String(Int64(value))
    }
}
