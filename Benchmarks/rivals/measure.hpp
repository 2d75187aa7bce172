// SPDX-License-Identifier: Apache-2.0
//
// What every program in this folder does: an order_filled with six string fields, recorded in
// bursts of 20, one burst every 40 µs, from one or more threads at a time, each call timed in its
// caller; then as many as fit, until all are with the operating system. The Swift programs of
// `daybook-bench latency` (Benchmarks/DaybookBench/Latency.swift) do the same, step by step.
//
// PROGRAM DIRECTORY THREADS BURSTS COUNT writes DIRECTORY/result.json; times in nanoseconds, the
// clock's own cost included and told.
#pragma once

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace rivals {

constexpr int burst_calls = 20;
constexpr int64_t burst_gap_ns = 40'000;
constexpr int warm_bursts = 500;
/// Orders made ready before the clock runs; used in turn.
constexpr size_t orders_ready = 1024;

struct Order {
    std::string order_id, asset, fill_price, filled_amount, commission, strategy;
};

inline std::vector<Order> make_orders() {
    std::vector<Order> orders;
    for (size_t number = 0; number < orders_ready; number++) {
        orders.push_back({"order-" + std::to_string(10'000'000 + number), "AAPL", "150.24", "100",
                          "0.50", "momentum"});
    }
    return orders;
}

inline int64_t now_ns() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

inline double processor_seconds() {
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    auto seconds = [](timeval time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// What two readings of the clock with nothing between them tell.
inline int64_t clock_cost_ns() {
    std::vector<int64_t> spans(10'001);
    for (auto &span : spans) {
        const int64_t began = now_ns();
        span = now_ns() - began;
    }
    std::nth_element(spans.begin(), spans.begin() + 5'000, spans.end());
    return spans[5'000];
}

/// Runs `body(thread)` on so many threads and waits for all.
template <class Body>
void on_threads(int threads, Body body) {
    std::vector<std::thread> running;
    for (int thread = 0; thread < threads; thread++) running.emplace_back(body, thread);
    for (auto &thread : running) thread.join();
}

/// Records bursts, and appends the span of each call to `spans`.
template <class Record>
void run_bursts(const std::vector<Order> &orders, int bursts, Record &record,
                std::vector<int64_t> &spans) {
    size_t number = 0;
    for (int burst = 0; burst < bursts; burst++) {
        const int64_t next = now_ns() + burst_gap_ns;
        for (int call = 0; call < burst_calls; call++) {
            const Order &order = orders[number++ % orders_ready];
            const int64_t began = now_ns();
            record(order);
            spans.push_back(now_ns() - began);
        }
        while (now_ns() < next) {
        }
    }
}

/// `start()` is called once in each thread before its first record, `record(order)` from every
/// thread, `drain()` from one: it returns when all records are with the operating system.
template <class Start, class Record, class Drain>
int measure(int argc, char **argv, Start start, Record record, Drain drain) {
    if (argc != 5) {
        std::fprintf(stderr, "usage: %s DIRECTORY THREADS BURSTS COUNT\n", argv[0]);
        return 64;
    }
    const std::string directory = argv[1];
    const int threads = std::atoi(argv[2]), bursts = std::atoi(argv[3]);
    const int64_t count = std::atoll(argv[4]);
    const std::vector<Order> orders = make_orders();

    std::vector<std::vector<int64_t>> spans;
    spans.resize(size_t(threads));
    on_threads(threads, [&](int thread) {
        start();
        auto &own = spans[size_t(thread)];
        own.reserve(size_t(bursts + warm_bursts) * burst_calls);
        run_bursts(orders, warm_bursts, record, own);
        own.clear();
        run_bursts(orders, bursts, record, own);
    });
    drain();
    std::vector<int64_t> all;
    for (const auto &own : spans) all.insert(all.end(), own.begin(), own.end());
    std::sort(all.begin(), all.end());
    auto at = [&](double share) { return (long long)all[size_t(double(all.size() - 1) * share)]; };

    const double busy = processor_seconds();
    const int64_t began = now_ns();
    on_threads(threads, [&](int) {
        start();
        for (int64_t number = 0; number < count / threads; number++) {
            record(orders[size_t(number) % orders_ready]);
        }
    });
    drain();
    const double seconds = double(now_ns() - began) / 1e9;
    const double records = double(count / threads * threads);

    std::FILE *result = std::fopen((directory + "/result.json").c_str(), "w");
    if (result == nullptr) return 73;
    std::fprintf(result,
                 "{\"clock\":%lld,\"p50\":%lld,\"p99\":%lld,\"p999\":%lld,\"max\":%lld,"
                 "\"rate\":%.0f,\"cpu\":%.0f}\n",
                 (long long)clock_cost_ns(), at(0.5), at(0.99), at(0.999), at(1), records / seconds,
                 (processor_seconds() - busy) / records * 1e9);
    return std::fclose(result) == 0 ? 0 : 74;
}

}  // namespace rivals
