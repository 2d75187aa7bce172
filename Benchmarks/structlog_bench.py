#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Order events through structlog as RustyBT configures it: how many a second, and how long each
call takes the caller. Prints one JSON object. usage: structlog_bench.py EVENTS DIRECTORY"""
import json
import logging
import logging.handlers
import sys
import time

import structlog

SECRET = {"api_key", "api_secret", "password", "token", "encryption_key", "secret",
          "credentials", "private_key"}


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


def main():
    events, directory = int(sys.argv[1]), sys.argv[2]
    configure(directory)
    log = structlog.get_logger()
    spans = []
    began = time.perf_counter()
    for number in range(events):
        start = time.perf_counter_ns()
        log.info("order_filled", event_type="order_filled", order_id=f"order-{number:08}",
                 asset="AAPL", fill_price="150.24", filled_amount="100", commission="0.50",
                 strategy="momentum")
        spans.append(time.perf_counter_ns() - start)
    seconds = time.perf_counter() - began
    spans.sort()
    print(json.dumps({
        "records_per_second": int(events / seconds),
        "p50_ns": spans[len(spans) // 2], "p99_ns": spans[len(spans) * 99 // 100],
        "p999_ns": spans[len(spans) * 999 // 1000]}))


main()
