#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""structlog as RustyBT configures it, measured as Benchmarks/rivals/measure.hpp says: order_filled
with six string fields in bursts of 20, 40 µs apart where it is fast enough for that, each call timed
in its caller; then as many as fit. Writes DIRECTORY/result.json, times in nanoseconds.
usage: structlog_bench.py DIRECTORY THREADS BURSTS COUNT"""
import json
import logging
import logging.handlers
import resource
import sys
import threading
import time

import structlog

SECRET = {"api_key", "api_secret", "password", "token", "encryption_key", "secret",
          "credentials", "private_key"}
BURST_CALLS = 20
BURST_GAP_NS = 40_000
WARM_BURSTS = 50


def mask(_logger, _method, event):
    for key in event:
        if key.lower() in SECRET:
            event[key] = "***MASKED***"
    return event


def configure(directory):
    handler = logging.handlers.TimedRotatingFileHandler(
        f"{directory}/rustybt.log", when="midnight", interval=1, backupCount=30, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    structlog.configure(
        processors=[structlog.stdlib.add_log_level,
                    structlog.processors.TimeStamper(fmt="iso", utc=True), mask,
                    structlog.processors.JSONRenderer()],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(), cache_logger_on_first_use=True)


def record(log, order_id):
    log.info("order_filled", event_type="order_filled", order_id=order_id, asset="AAPL",
             fill_price="150.24", filled_amount="100", commission="0.50", strategy="momentum")


def run_bursts(log, orders, bursts, spans):
    number = 0
    for _ in range(bursts):
        following = time.perf_counter_ns() + BURST_GAP_NS
        for _ in range(BURST_CALLS):
            order_id = orders[number % len(orders)]
            number += 1
            began = time.perf_counter_ns()
            record(log, order_id)
            spans.append(time.perf_counter_ns() - began)
        while time.perf_counter_ns() < following:
            pass


def on_threads(threads, body):
    running = [threading.Thread(target=body) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def clock_cost():
    spans = []
    for _ in range(10_001):
        began = time.perf_counter_ns()
        spans.append(time.perf_counter_ns() - began)
    return sorted(spans)[5_000]


def main():
    directory, threads, bursts, count = sys.argv[1], *map(int, sys.argv[2:])
    configure(directory)
    log = structlog.get_logger()
    orders = [f"order-{10_000_000 + number}" for number in range(1_024)]
    spans = []

    def timed():
        run_bursts(log, orders, WARM_BURSTS, [])
        own = []
        run_bursts(log, orders, bursts, own)
        spans.extend(own)

    def sustained():
        for number in range(count // threads):
            record(log, orders[number % len(orders)])

    on_threads(threads, timed)
    spans.sort()
    busy, began = processor_seconds(), time.perf_counter()
    on_threads(threads, sustained)
    seconds, records = time.perf_counter() - began, count // threads * threads
    with open(f"{directory}/result.json", "w", encoding="utf-8") as result:
        json.dump({
            "clock": clock_cost(), "p50": spans[(len(spans) - 1) // 2],
            "p99": spans[int((len(spans) - 1) * 0.99)],
            "p999": spans[int((len(spans) - 1) * 0.999)], "max": spans[-1],
            "rate": int(records / seconds),
            "cpu": int((processor_seconds() - busy) / records * 1e9)}, result)


main()
