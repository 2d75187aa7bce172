#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Load on POST /v1/records: sustained records a second, and how long an answer takes.

ingest_bench.py BIN_DIR WORK_DIR [RECORDS_PER_SECOND] [SECONDS] [CONNECTIONS] [BATCH]

BIN_DIR has `daybookd` of a release build. How it is measured: daemon_load.py.
"""

import json
import os
import pathlib
import sys
import threading
import time

from daemon_load import WARM_SECONDS, Daemon, percentile, record, send

binaries, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
rate = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 20
connections = int(sys.argv[5]) if len(sys.argv) > 5 else 4
batch = int(sys.argv[6]) if len(sys.argv) > 6 else 500


def main() -> None:
    with Daemon(binaries, work) as daemon:
        time.sleep(1)
        idle = daemon.memory()["all"]
        requests = [
            daemon.post([record(number * batch + place) for place in range(batch)])
            for number in range(16)]
        began = time.perf_counter() + 0.2
        times: list[list] = [[] for _ in range(connections)]
        threads = [
            threading.Thread(
                target=send, args=(daemon.port, requests, lane, connections,
                                   batch * connections / rate, began, WARM_SECONDS + seconds,
                                   times[lane]))
            for lane in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - began - WARM_SECONDS
        counted = [entry for lane in times for entry in lane if entry[0] >= began + WARM_SECONDS]
        late = sorted(entry[1] * 1000 for entry in counted)
        good = sum(1 for entry in counted if entry[2] == 200)
        print(json.dumps({
            "records_per_second": round(good * batch / took), "asked_per_second": rate,
            "batch": batch, "connections": connections, "bytes_per_record": len(record(1)) + 1,
            "answers": len(counted), "refused": len(counted) - good,
            **{name: round(percentile(late, part), 1) for name, part in (
                ("p50_ms", 0.5), ("p95_ms", 0.95), ("p99_ms", 0.99), ("p999_ms", 0.999))},
            "idle_mb": idle, "after_mb": daemon.memory()["all"], "cores": os.cpu_count()}, indent=1))


main()
