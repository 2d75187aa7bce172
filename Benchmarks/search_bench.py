#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures search over sealed segments beside its peers, in one run; scripts/bench calls it.

    search_bench.py BIN WORK trades.jsonl [uuids.jsonl]   all figures of one data set, and ids of both
    search_bench.py --growth BIN WORK N…                  the same few figures at several sizes

BIN is the directory of the release build, WORK one for books and files. Each query is asked in turn
of each system, several rounds over, so that whatever else the machine does falls on all alike; the
median counts, and the spread is printed. Each system's answer is compared with the reference: the
lines themselves, read by DuckDB's own JSON reader. It judges nothing and prints figures and ratios.

VictoriaLogs takes part where VICTORIALOGS_BINARY names its program.
"""

import contextlib
import decimal
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import duckdb

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
FIELDS = {
    "event": "VARCHAR", "event_type": "VARCHAR", "level": "VARCHAR", "order_id": "VARCHAR",
    "asset": "VARCHAR", "side": "VARCHAR", "amount": "DECIMAL(18,8)", "order_type": "VARCHAR",
    "limit_price": "DECIMAL(18,8)", "fill_price": "DECIMAL(18,8)",
    "filled_amount": "DECIMAL(18,8)", "commission": "DECIMAL(18,8)", "reason": "VARCHAR",
    "signal_type": "VARCHAR", "strategy_class": "VARCHAR", "remark": "VARCHAR",
    "source": "VARCHAR", "timestamp": "TIMESTAMPTZ", "recorded": "TIMESTAMPTZ",
}
TEXTS = [name for name, kind in FIELDS.items() if kind == "VARCHAR"]


class Question:
    """One query in everybody's language. `sql` has {t} for the table."""

    def __init__(self, name, kql, sql, rg=None, jq=None, logs=None, goal="", answer="rows"):
        self.name, self.kql, self.sql, self.rg, self.jq, self.logs = name, kql, sql, rg, jq, logs
        self.goal, self.answer = goal, answer


def questions(order_id):
    words = " OR ".join(f"regexp_matches({name}, '(?i)\\bzeppelin\\b')" for name in TEXTS)
    return [
        Question(
            "one order id", f'order_id:"{order_id}"',
            f"SELECT * FROM {{t}} WHERE order_id = '{order_id}'",
            rg=["-F", f'"{order_id}"'], logs=f'order_id:="{order_id}"', goal="5 ms / 40 ms fresh"),
        Question(
            "sum(commission) of all fills", "event_type:order_filled | stats sum(commission)",
            "SELECT sum(commission) FROM {t} WHERE event_type = 'order_filled'",
            jq='[inputs | select(.event_type == "order_filled") | .commission | tonumber] | add',
            logs='event_type:="order_filled" | stats sum(commission)', goal="25 ms",
            answer="number"),
        Question(
            "sum and count by asset",
            "event_type:order_filled | stats sum(commission), count() by asset",
            "SELECT asset, sum(commission), count(*) FROM {t} "
            "WHERE event_type = 'order_filled' GROUP BY asset",
            logs='event_type:="order_filled" | stats by (asset) sum(commission), count()',
            goal="40 ms"),
        Question(
            "rejected orders, whole records", "event_type:order_rejected",
            "SELECT * FROM {t} WHERE event_type = 'order_rejected'",
            rg=["-F", '"event_type": "order_rejected"'], logs='event_type:="order_rejected"',
            goal="80 ms"),
        Question(
            "count of one asset", "asset:MSFT | stats count()",
            "SELECT count(*) FROM {t} WHERE asset = 'MSFT'",
            logs='asset:="MSFT" | stats count()', goal="15 ms", answer="number"),
        Question(
            "a word in any field", "zeppelin", f"SELECT * FROM {{t}} WHERE {words}",
            rg=["-w", "-i", "zeppelin"], logs="i(zeppelin)", goal="150 ms"),
    ]


def timed(body):
    began = time.perf_counter()
    value = body()
    return (time.perf_counter() - began) * 1000, value


class Staying:
    """`daybook-bench search`: opens the book anew for each question, in a process that stays."""

    def __init__(self, bin_, logs):
        self.process = subprocess.Popen(
            [f"{bin_}/daybook-bench", "search", logs], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)

    def ask(self, kql):
        self.process.stdin.write(kql + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise SystemExit(f"{kql}: {answer['error']}")
        return answer["milliseconds"], answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def fresh(bin_, logs, kql, sink):
    """A command of its own, its output to a file."""
    with open(sink, "wb") as out:
        spent, done = timed(lambda: subprocess.run(
            [f"{bin_}/daybook", "search", "--dir", logs, "--books", "audit", kql], stdout=out,
            stderr=subprocess.PIPE, check=False))
    if done.returncode not in (0, 1):  # 1: nothing was found
        raise SystemExit(f"daybook search {kql}: {done.stderr.decode()}")
    return spent


def duck(connection, question, table, sink):
    sql = question.sql.replace("{t}", table)
    if question.answer == "rows" and "SELECT *" in sql:
        # Whole records as JSON Lines, as ours are.
        return timed(lambda: connection.execute(f"COPY ({sql}) TO '{sink}' (FORMAT json)"))[0]
    return timed(lambda: connection.execute(sql).fetchall())[0]


class Victoria:
    """VictoriaLogs on a port of its own, with the same records."""

    def __init__(self, binary, work, trades):
        self.port = 19428
        self.data = f"{work}/victoria"
        self.process = subprocess.Popen(
            [binary, f"-storageDataPath={self.data}", f"-httpListenAddr=127.0.0.1:{self.port}",
             "-retentionPeriod=100y", "-memory.allowedPercent=50"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(self.url("/health"), timeout=1).read()
                break
            time.sleep(0.1)
        fields = "_stream_fields=event_type&_time_field=timestamp&_msg_field=event"
        with open(trades, "rb") as lines:
            while part := lines.readlines(32 << 20):
                request = urllib.request.Request(
                    self.url(f"/insert/jsonline?{fields}"), data=b"".join(part), method="POST")
                urllib.request.urlopen(request, timeout=600).read()
        time.sleep(5)
        urllib.request.urlopen(self.url("/internal/force_flush"), timeout=600).read()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def ask(self, logs):
        form = urllib.parse.urlencode({"query": logs}).encode()
        return timed(
            lambda: urllib.request.urlopen(self.url("/select/logsql/query"), form, 600).read())[0]

    def close(self):
        self.process.terminate()
        self.process.wait()
        size = tree_bytes(self.data)
        shutil.rmtree(self.data, ignore_errors=True)
        return size


def tree_bytes(path):
    return sum(file.stat().st_size for file in pathlib.Path(path).rglob("*") if file.is_file())


def report(values):
    return f"{statistics.median(values):8.1f} ({min(values):.1f}–{max(values):.1f})"


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout


def make_book(bin_, trades, directory):
    print(run([f"{bin_}/daybook-bench", "book", trades, directory]).rstrip(), flush=True)
    return f"{directory}/logs"


def columns_of(fields):
    return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in fields.items()) + "}"


def load(connection, table, lines):
    """DuckDB's own table of the lines: the reference, and a peer."""
    return timed(lambda: connection.execute(
        f"CREATE TABLE {table} AS SELECT * FROM read_json('{lines}', format='newline_delimited', "
        f"columns={columns_of(FIELDS)})"))[0]


def pick(connection, table):
    """An order from the middle of the data."""
    return connection.execute(
        f"SELECT order_id FROM {table} WHERE order_id IS NOT NULL "
        f"OFFSET (SELECT count(*) // 2 FROM {table}) LIMIT 1").fetchone()[0]


def check(connection, question, staying):
    """The three must agree: lines, DuckDB over our segments, and our own search."""
    expected = connection.execute(question.sql.replace("{t}", "lines")).fetchall()
    over = connection.execute(question.sql.replace("{t}", "segments")).fetchall()
    answer = staying.ask(question.kql)[1]
    if question.answer == "number":
        text = str(list(json.loads(answer["first"]).values())[0])
        agree = decimal.Decimal(text) == expected[0][0] == over[0][0]
    else:
        agree = answer["rows"] == len(expected) == len(over)
        if "by asset" in question.name:
            agree = agree and sorted(expected) == sorted(over)
    if not agree:
        raise SystemExit(
            f"{question.name}: the answers differ: lines {expected[:1]} ({len(expected)} rows), "
            f"DuckDB over segments {over[:1]} ({len(over)}), ours {answer}")
    return len(expected)


def ask_all(bin_, work, logs, lines, connection, asked, victoria):
    staying = Staying(bin_, logs)
    sink = f"{work}/answer"
    print(f"{'ms, median of ' + str(ROUNDS) + ' (spread)':32} {'process stays':>22} "
          f"{'fresh command':>24} {'DuckDB, segments':>24} {'DuckDB, own table':>24} "
          f"{'ripgrep':>20}" + (f" {'VictoriaLogs':>22}" if victoria else "") + "  ratio   goal")
    for question in asked:
        rows = check(connection, question, staying)
        spent = {name: [] for name in ("ours", "fresh", "duck", "native", "rg", "victoria")}
        for number in range(ROUNDS + 1):
            turn = {
                "ours": staying.ask(question.kql)[0],
                "fresh": fresh(bin_, logs, question.kql, sink),
                "duck": duck(connection, question, "segments", sink),
                "native": duck(connection, question, "lines", sink),
            }
            if question.rg and number % 3 == 0 and shutil.which("rg"):
                with open(sink, "wb") as out:
                    turn["rg"] = timed(lambda: subprocess.run(
                        ["rg", *question.rg, lines], stdout=out, check=False))[0]
            if victoria:
                turn["victoria"] = victoria.ask(question.logs)
            if number:  # the first round warms all
                for name, value in turn.items():
                    spent[name].append(value)
        ratio = statistics.median(spent["duck"]) / statistics.median(spent["ours"])
        cells = [report(spent[name]) if spent[name] else "" for name in ("ours", "fresh", "duck", "native", "rg")]
        if victoria:
            cells.append(report(spent["victoria"]))
        print(f"{question.name + f' ({rows:,})':32} {cells[0]:>22} {cells[1]:>24} {cells[2]:>24} "
              f"{cells[3]:>24} {cells[4]:>20}" + (f" {cells[5]:>22}" if victoria else "")
              + f"  {ratio:4.1f}×   {question.goal}", flush=True)
    staying.close()


def convert(connection, stored, work):
    """Seconds that DuckDB takes from the lines to a Parquet file of the same types."""
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in FIELDS.items())
    spent = timed(lambda: connection.execute(
        f"COPY (SELECT * FROM read_json('{stored}', format = 'newline_delimited', "
        f"columns = {{{columns}}})) TO '{work}/converted.parquet' (FORMAT parquet, COMPRESSION zstd)"))[0]
    remove(f"{work}/converted.parquet")
    return spent / 1000


def sizes(connection, logs, lines, work, victoria_bytes):
    book = pathlib.Path(logs, "audit")
    segments = sum(file.stat().st_size for file in book.glob("*.parquet"))
    tree = tree_bytes(book / "tree")
    catalog = (book / "catalog").stat().st_size if (book / "catalog").exists() else 0
    peer = f"{work}/peer.parquet"
    # The same records with the same types. Its own best: sorted as they came, zstd.
    spent = [timed(lambda: connection.execute(
        f"COPY lines TO '{peer}' (FORMAT parquet, COMPRESSION zstd)"))[0] for _ in range(3)]
    theirs = os.path.getsize(peer)
    os.unlink(peer)
    same = f"COPY (SELECT * FROM segments) TO '{peer}' (FORMAT parquet, COMPRESSION zstd)"
    connection.execute(same)
    copied = os.path.getsize(peer)
    os.unlink(peer)
    zstd = subprocess.run(["zstd", "-3", "-T2", "-q", "-f", lines, "-o", f"{work}/zst"], check=False)
    packed = os.path.getsize(f"{work}/zst") if zstd.returncode == 0 else 0
    with contextlib.suppress(OSError):
        os.unlink(f"{work}/zst")
    print(f"lines {os.path.getsize(lines) / 1e6:.1f} MB; ours {(segments + tree + catalog) / 1e6:.1f}"
          f" MB (segments {segments / 1e6:.1f}, tree {tree / 1e6:.1f}, catalog {catalog / 1e6:.2f});"
          f" DuckDB's Parquet of the lines {theirs / 1e6:.1f} MB, of all our columns"
          f" {copied / 1e6:.1f} MB; zstd -3 {packed / 1e6:.1f} MB"
          + (f"; VictoriaLogs {victoria_bytes / 1e6:.1f} MB" if victoria_bytes else ""))
    return statistics.median(spent) / 1000


def view(connection, name, logs):
    files = f"read_parquet('{logs}/audit/*.parquet', union_by_name = true)"
    there = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {files}").fetchall()}
    # A field that no record of these days has is no column.
    missing = "".join(f", NULL::{kind} AS {field}" for field, kind in FIELDS.items()
                      if field not in there)
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT *{missing} FROM {files}")


def jq_rate(lines, question, work):
    """jq over the first million lines: it is too slow for all."""
    part = f"{work}/part.jsonl"
    with open(part, "wb") as out:
        subprocess.run(["head", "-n", "1000000", lines], stdout=out, check=True)
    spent = timed(lambda: subprocess.run(
        ["jq", "-n", question.jq, part], stdout=subprocess.DEVNULL, check=False))[0]
    with open(part, "rb") as text:
        count = sum(1 for _ in text)
    os.unlink(part)
    return spent, count


def lines_of(bin_, logs, path):
    with open(path, "wb") as out:
        subprocess.run([f"{bin_}/daybook", "cat", "--dir", logs, "--book", "audit"], stdout=out, check=True)


def bench(bin_, work, trades, uuids):
    threads = os.cpu_count() or 1
    print("== books", flush=True)
    logs = make_book(bin_, trades, f"{work}/sequential")
    stored = f"{work}/stored.jsonl"
    lines_of(bin_, logs, stored)  # as the book has them, with source and recording time
    connection = duckdb.connect(f"{work}/native.duckdb")
    connection.execute(f"SET threads = {threads}; SET preserve_insertion_order = true")
    load(connection, "lines", stored)
    view(connection, "segments", logs)
    records = connection.execute("SELECT count(*) FROM lines").fetchone()[0]
    binary = os.environ.get("VICTORIALOGS_BINARY")
    victoria = Victoria(binary, work, trades) if binary else None

    print(f"\n== search, {records:,} records, ids in sequence", flush=True)
    asked = questions(pick(connection, "lines"))
    ask_all(bin_, work, logs, stored, connection, asked, victoria)
    if shutil.which("jq"):
        spent, count = jq_rate(stored, asked[1], work)
        print(f"jq, {asked[1].name}: {spent / 1000:.1f} s for {count:,} records (in floats)")
    victoria_bytes = victoria.close() if victoria else 0

    print("\n== bytes on disk", flush=True)
    copying = sizes(connection, logs, stored, work, victoria_bytes)

    print("\n== encoding and verifying", flush=True)
    print(run([f"{bin_}/daybook-bench", "encode", stored, f"{work}/encoded.parquet"]).rstrip())
    print(f"DuckDB COPY of its own table to Parquet: {records / copying:,.0f} records/s, "
          f"{copying:.2f} s")
    converting = convert(connection, stored, work)
    print(f"DuckDB COPY of the same lines to Parquet: {records / converting:,.0f} records/s, "
          f"{converting:.2f} s")
    print(run([f"{bin_}/daybook-bench", "sha", stored]).rstrip())
    environment = {**os.environ, "DAYBOOK_KEYS": f"{work}/sequential/keys"}
    command = [f"{bin_}/daybook", "verify", "--dir", logs, "--book", "audit"]
    spent = [timed(lambda: run(command, env=environment))[0] for _ in range(3)]
    best = statistics.median(spent) / 1000
    print(f"daybook verify, sealed: {records / best:,.0f} records/s, {best:.2f} s")
    connection.close()
    for leftover in ("native.duckdb", "stored.jsonl", "encoded.parquet", "sequential"):
        remove(f"{work}/{leftover}")
    if uuids:
        bench_uuids(bin_, work, uuids, threads)


def bench_uuids(bin_, work, uuids, threads):
    print("\n== the same with random UUIDs", flush=True)
    logs = make_book(bin_, uuids, f"{work}/uuids")
    stored = f"{work}/stored.jsonl"
    lines_of(bin_, logs, stored)
    connection = duckdb.connect(f"{work}/native.duckdb")
    connection.execute(f"SET threads = {threads}")
    load(connection, "lines", stored)
    view(connection, "segments", logs)
    asked = questions(pick(connection, "lines"))[:1]
    asked[0].goal = "10 ms / 50 ms fresh"
    ask_all(bin_, work, logs, stored, connection, asked, None)
    sizes(connection, logs, stored, work, 0)
    connection.close()
    for leftover in ("native.duckdb", "stored.jsonl", "uuids"):
        remove(f"{work}/{leftover}")


def remove(path):
    if os.path.isdir(path):
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.exists(path):
        os.unlink(path)


def peak(bin_, logs, kql, work):
    """Milliseconds and the most memory of a fresh command."""
    done = subprocess.run(
        ["/usr/bin/time", "-f", "%M", f"{bin_}/daybook", "search", "--dir", logs, "--books",
         "audit", kql], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    return int(done.stderr.split()[-1]) / 1024


def growth(bin_, work, counts):
    print("== growth: the same questions at several sizes", flush=True)
    for count in counts:
        trades = f"{work}/trades.jsonl"
        days = max(1, count // 500_000)
        run([f"{bin_}/daybook-bench", "generate", str(count), trades, str(days)])
        logs = make_book(bin_, trades, f"{work}/growth")
        remove(trades)
        staying = Staying(bin_, logs)
        order = f"order-{int(count * 0.18):08d}"
        for kql in (f'order_id:"{order}"', "event_type:order_filled | stats sum(commission)"):
            own = [staying.ask(kql)[0] for _ in range(ROUNDS + 1)][1:]
            new = [fresh(bin_, logs, kql, f"{work}/answer") for _ in range(ROUNDS + 1)][1:]
            print(f"{count:>12,} records, {days} days: {kql}: stays {report(own)} ms, fresh "
                  f"{report(new)} ms, peak memory {peak(bin_, logs, kql, work):.0f} MB", flush=True)
        staying.close()
        remove(f"{work}/growth")
    many_days(bin_, work)


def many_days(bin_, work, days=2555):
    """Seven years of daily segments, small ones."""
    for option in ([], ["--uuids"]):
        trades = f"{work}/trades.jsonl"
        run([f"{bin_}/daybook-bench", "generate", str(days * 200), trades, str(days), *option])
        logs = make_book(bin_, trades, f"{work}/days")
        with open(trades, encoding="utf-8") as lines:
            order = next(record["order_id"] for number, text in enumerate(lines)
                         if number > days * 100 and "order_id" in (record := json.loads(text)))
        remove(trades)
        count = len(list(pathlib.Path(logs, "audit").glob("*.parquet")))
        for kql in (f'order_id:"{order}"', "event_type:nothing_like_it", "| stats count()"):
            new = [fresh(bin_, logs, kql, f"{work}/answer") for _ in range(ROUNDS + 1)][1:]
            print(f"{count:,} daily segments: {kql}: fresh {report(new)} ms", flush=True)
        remove(f"{work}/days")


def main(words):
    if words[:1] == ["--growth"]:
        growth(words[1], words[2], [int(word) for word in words[3:]])
    elif len(words) in (3, 4):
        bench(*words[:3], words[3] if len(words) > 3 else None)
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
