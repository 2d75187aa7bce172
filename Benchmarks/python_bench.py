#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a log call costs a Python program: order_filled with six string fields, from one thread.

usage: python_bench.py DIRECTORY [EVENTS]

Beside each other, each in a process of its own: structlog into a file as RustyBT configures it, and Daybook
by its logger, by structlog, by the handler for logging, and by the drop-in for RustyBT's own handler.
Latency in the caller over bursts of 20 calls with a pause between; then the sustained rate with everything
out of the process (for Daybook: masked and in the spool), and the processor's time a record over all
threads. Prints one JSON object a contender, then a table. Judges nothing. Needs structlog beside the
package: scripts/bench python makes a place for both.
"""

import json
import logging
import os
import subprocess
import sys
import time

FIELDS = {"event_type": "order_filled", "order_id": "order-00000001", "asset": "AAPL", "fill_price": "150.24",
          "filled_amount": "100", "commission": "0.50", "strategy": "MomentumStrategy"}
BURST = 20
PAUSE = 0.0008  # seconds: twenty calls 40 µs apart, taken together
CONTENDERS = ["structlog to a file", "daybook, get_logger", "daybook, structlog", "daybook, logging",
              "daybook, RustyBT's configuration", "daybook, its handler added by hand"]


def rustybt(handler, mask):
    """structlog as rustybt.utils.logging configures it, into a handler of logging."""
    import structlog
    logging.basicConfig(format="%(message)s", level=logging.INFO, handlers=[handler], force=True)
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
                    structlog.processors.TimeStamper(fmt="iso", utc=True), mask, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO), context_class=dict,
        logger_factory=structlog.stdlib.LoggerFactory(), cache_logger_on_first_use=True)
    return structlog.get_logger("bench")


def mask_eight(logger, method_name, event_dict):
    """What RustyBT masks: eight names at the top level."""
    for name in ("api_key", "api_secret", "password", "token", "encryption_key", "secret", "credentials", "private_key"):
        if name in event_dict:
            event_dict[name] = "***MASKED***"
    return event_dict


def contender(name, directory):
    """The call that is measured, and what waits for the records to be out."""
    if name == CONTENDERS[0]:
        from logging.handlers import TimedRotatingFileHandler
        handler = TimedRotatingFileHandler(os.path.join(directory, "rustybt.log"), "midnight", 1, 30, encoding="utf-8")
        log = rustybt(handler, mask_eight)
        return (lambda: log.info("order_filled", **FIELDS)), (lambda: None)
    import daybook
    if name == CONTENDERS[4]:
        handler = daybook.TimedRotatingFileHandler(os.path.join(directory, "rustybt.log"), "midnight", 1, 30)
        log = rustybt(handler, mask_eight)
        return (lambda: log.info("order_filled", **FIELDS)), daybook.flush
    if name == CONTENDERS[5]:
        plain = logging.getLogger("bench")
        plain.setLevel(logging.INFO)
        plain.addHandler(daybook.DaybookHandler(directory))
        return (lambda: plain.info("order_filled", extra=FIELDS)), daybook.flush
    daybook.configure_logging(directory, log_to_console=False)
    if name == CONTENDERS[3]:
        plain = logging.getLogger("bench")
        return (lambda: plain.info("order_filled", extra=FIELDS)), daybook.flush
    if name == CONTENDERS[1]:
        from daybook import BoundLogger
        log = BoundLogger("bench")
    else:
        log = daybook.get_logger("bench")
    return (lambda: log.info("order_filled", **FIELDS)), daybook.flush


def measure(name, directory, events):
    os.makedirs(directory, exist_ok=True)
    call, flush = contender(name, directory)
    clock = time.perf_counter_ns
    for _ in range(2_000):
        call()
    flush()
    laps = []
    for _ in range(events // BURST):
        for _ in range(BURST):
            began = clock()
            call()
            laps.append(clock() - began)
        time.sleep(PAUSE)
    flush()
    laps.sort()
    cpu, began = time.process_time(), time.perf_counter()
    for _ in range(events):
        call()
    flush()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu

    def at(share):
        return laps[min(len(laps) - 1, int(len(laps) * share))] / 1000

    return {"name": name, "p50_us": round(at(0.5), 2), "p99_us": round(at(0.99), 2), "p99_9_us": round(at(0.999), 2),
            "max_us": round(laps[-1] / 1000, 1), "mean_us": round(sum(laps) / len(laps) / 1000, 2),
            "sustained_per_s": int(events / wall), "cpu_us": round(cpu / events * 1e6, 1)}


def main():
    directory = sys.argv[1]
    events = int(sys.argv[2]) if len(sys.argv) > 2 else 40_000
    if len(sys.argv) > 3:
        print(json.dumps(measure(sys.argv[3], directory, events)))
        return
    results = []
    for number, name in enumerate(CONTENDERS):
        place = os.path.join(directory, f"python-{number}")
        made = subprocess.run([sys.executable, __file__, place, str(events), name], capture_output=True, text=True)
        if made.returncode != 0:
            print(f"{name}: skipped: {made.stderr.strip().splitlines()[-1:]}")
            continue
        results.append(json.loads(made.stdout))
        print(json.dumps(results[-1]), flush=True)
    print(f"\n{'in the caller, µs':34} {'p50':>7} {'p99':>7} {'p99.9':>8} {'max':>8} {'a second':>9} {'CPU µs':>7}")
    for one in results:
        print(f"{one['name']:34} {one['p50_us']:7.2f} {one['p99_us']:7.2f} {one['p99_9_us']:8.2f} {one['max_us']:8.1f} "
              f"{one['sustained_per_s']:9,} {one['cpu_us']:7.1f}")
    if len(results) > 1 and results[0]["name"] == CONTENDERS[0]:
        base = results[0]
        for one in results[1:]:
            print(f"{one['name']}: {base['p50_us'] / one['p50_us']:.1f} times faster at p50, "
                  f"{base['mean_us'] / one['mean_us']:.1f} times in the mean")


main()
