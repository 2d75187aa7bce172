#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Read sealed segments as one table with pyarrow, DuckDB, polars and Spark, and compare every value.

Several days of records with different fields, values that fit no column (`_wide`, `_text`, `_rest`)
and odd keys are recorded and sealed with the built binary. The reference is computed here, from the
lines that `daybook cat` prints. Spark is asked when pyspark and Java are installed.
"""

import datetime
import decimal
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import duckdb
import polars
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("DAYBOOK_BINARY") or str(ROOT / ".build/debug/daybook")
UTC = datetime.timezone.utc
DAYS = 4
RECORDS = 1500  # a day
DECIMALS = ["commission", "fill_price", "amount"]  # typed by the vocabulary
INTEGERS = ["duration_ms"]
TEXTS = ["event", "event_type", "level", "order_id", "asset", "note"]
decimal.getcontext().prec = 80
failures = []
checks = 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        failures.append(what)
        print("NO   ", what)


# Records with everything that has to survive.

def records(day):
    noise = random.Random(day)
    amounts = ["1.5", "1.50", "0E-8", "0.000000001234", "100", "-7.25", "123456789012345678.5",
               "99999999999999999999999999999999", "market", "", "1e5", "+3"]
    for i in range(RECORDS):
        record = {
            "event": "order_filled", "event_type": "order_filled", "level": "info",
            "order_id": f"order-{day}-{i:06d}", "asset": noise.choice(["AAPL", "MSFT", "ES", "Zürich 😀"]),
            "commission": str(decimal.Decimal(noise.randrange(0, 10**6)).scaleb(-noise.randrange(0, 5))),
            "fill_price": noise.choice([f"{noise.randrange(1, 10**5)}.{noise.randrange(100):02d}", 150.25, 7]),
            "amount": noise.choice(amounts), "duration_ms": noise.choice([5, 10**12, "17", "x", None, 1.5]),
            f"field_of_day_{day}": f"value {i % 9}",
        }
        if i % 5 == 0:
            record["note"] = 'line\nfeed, "quotes", \\ and \u2028'
        if i % 7 == 0:
            record["nested"] = {"a": [1, {"b": None}], "": True}
        if i % 11 == 0:
            record["Asset"] = "differs by case"
            record["_private"] = {"x": "1"}
            record[""] = i
        if i % 13 == 0:
            record[f"rare_{i}"] = i
        yield json.dumps(record, ensure_ascii=i % 2 == 0)


def daybook(folder, *arguments, text=None):
    done = subprocess.run(
        [BINARY, *arguments], cwd=folder, input=text, capture_output=True, text=True,
        env=os.environ | {"DAYBOOK_KEYS": str(folder / "keys"), "DAYBOOK_DIR": "", "TZ": "UTC"})
    if done.returncode != 0:
        sys.exit(f"check_segments: daybook {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def make(folder, settings):
    (folder / "logs").mkdir(parents=True)
    (folder / "logs/daybook.yaml").write_text(settings)
    for day in range(DAYS):
        daybook(folder, "record", text="\n".join(records(day)) + "\n")
        daybook(folder, "seal")
    sealed = json.loads("[" + ",".join(daybook(folder, "segments", "--json").splitlines()) + "]")
    check(len(sealed) >= DAYS and all(s["sealed"] for s in sealed), "every day is sealed")
    end = max(s["first"] + s["records"] for s in sealed)
    lines = daybook(folder, "cat", f"0..{end - 1}").split("\n")[:-1]
    return lines, end


# What each column has to hold, from the line alone (docs/format/segment.md).

NUMBER = re.compile(r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$")


def split_decimal(value):
    """(decimal, wide, text) of a value under a decimal's name."""
    if value is None:
        return None, None, None
    text = str(value) if not isinstance(value, bool) else json.dumps(value)
    if NUMBER.match(text):
        number = decimal.Decimal(text)
        for scale, digits, position in ((8, 18, 0), (18, 38, 1)):
            scaled = number.scaleb(scale)
            if scaled == scaled.to_integral_value() and abs(scaled) < 10**digits:
                return (number, None, None) if position == 0 else (None, number, None)
    return None, None, text


def reference(lines):
    parsed = [json.loads(line, parse_float=decimal.Decimal) for line in lines]
    table = {name: [r.get(name) for r in parsed] for name in TEXTS}
    for name in DECIMALS:
        for suffix, values in zip(("", "_wide.", "_text."), zip(*(split_decimal(r.get(name)) for r in parsed))):
            table[suffix + name] = list(values)
    for name in INTEGERS:
        table[name] = [int(str(r[name])) if re.match(r"^-?\d+$", str(r.get(name))) else None for r in parsed]
    for name in ("timestamp", "recorded"):
        table[name] = [datetime.datetime.fromisoformat(r[name]) if name in r else None for r in parsed]
    return table, parsed


def alike(expected, found):
    if expected is None or found is None:
        return expected is found
    if isinstance(expected, decimal.Decimal):
        return expected == decimal.Decimal(str(found)) if not isinstance(found, decimal.Decimal) else expected == found
    return expected == found


def compare(who, expected, columns):
    for name, values in expected.items():
        found = columns.get(name)
        if found is None:
            check(all(v is None for v in values), f"{who}: column {name} is missing")
            continue
        check(len(found) == len(values), f"{who}: {name} has {len(found)} rows, not {len(values)}")
        wrong = [i for i, (a, b) in enumerate(zip(values, found)) if not alike(a, b)]
        check(not wrong, f"{who}: {name} differs in {len(wrong)} rows, first {wrong[:1]}")


def exact_sum(values):
    return sum((v for v in values if v is not None), decimal.Decimal(0))


def check_plain(folder, lines):
    expected, parsed = reference(lines)
    glob = str(folder / "logs/audit/*.parquet")
    files = sorted(str(p) for p in (folder / "logs/audit").glob("*.parquet"))

    schema = pa.unify_schemas([pq.read_schema(f) for f in files])
    table = ds.dataset(files, schema=schema).to_table()
    compare("pyarrow", expected, {n: table.column(n).to_pylist() for n in expected if n in table.column_names})

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    source = f"read_parquet('{glob}', union_by_name = true)"
    duck = connection.sql(f"SELECT * FROM {source}").to_arrow_table()
    compare("DuckDB", expected, {n: duck.column(n).to_pylist() for n in expected if n in duck.column_names})
    for name in DECIMALS:
        wide = f'"_wide.{name}"' if f"_wide.{name}" in duck.column_names else "NULL"
        total = connection.sql(f'SELECT sum("{name}")::DECIMAL(38,18), sum({wide}) FROM {source}').fetchall()[0]
        whole = sum((decimal.Decimal(t) for t in total if t is not None), decimal.Decimal(0))
        check(whole == exact_sum(expected[name]) + exact_sum(expected["_wide." + name]), f"DuckDB: the sum of {name}")
    count = connection.sql(f"SELECT count(*), count(DISTINCT order_id) FROM {source}").fetchall()[0]
    check(count == (len(parsed), len({r["order_id"] for r in parsed if "order_id" in r})), "DuckDB: counts")
    rest = connection.sql(f"SELECT _rest FROM {source} WHERE _rest IS NOT NULL").fetchall()
    odd = [{k: v for k, v in r.items() if k in ("", "Asset", "_private")} for r in parsed if "" in r]
    check([json.loads(r[0]) for r in rest] == odd, "DuckDB: _rest holds the odd keys")
    found = connection.sql(f"SELECT count(*) FROM {source} WHERE json_extract_string(_rest, '$.Asset') IS NOT NULL").fetchall()[0]
    check(found[0] == sum("Asset" in r for r in parsed), "DuckDB: a field of _rest can be queried")

    frame = polars.concat([polars.read_parquet(f) for f in files], how="diagonal")
    compare("polars", expected, {n: frame[n].to_list() for n in expected if n in frame.columns})
    spark_too(expected, files)


def spark_too(expected, files):
    if shutil.which("java") is None or os.environ.get("DAYBOOK_INTEROP_SPARK") == "0":
        return
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        return
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
             .config("spark.sql.session.timeZone", "UTC").config("spark.sql.caseSensitive", "true").getOrCreate())
    spark.sparkContext.setLogLevel("OFF")
    frame = spark.read.option("mergeSchema", "true").parquet(*files)
    names = [n for n in expected if n in frame.columns]
    order = sorted(range(len(expected["event"])), key=lambda i: str(expected["order_id"][i]))
    rows = frame.select(*[f"`{n}`" for n in names]).collect()
    rows.sort(key=lambda r: str(r["order_id"]))
    for name in names:
        if name in ("timestamp", "recorded"):
            continue  # Spark gives them in the zone of its process
        values = [expected[name][i] for i in order]
        if len({str(v) for v in expected["order_id"]}) == len(order):
            wrong = [i for i, r in enumerate(rows) if not alike(values[i], r[name])]
            check(not wrong, f"Spark: {name} differs in {len(wrong)} rows")
    check(len(rows) == len(order), "Spark: counts")
    print(f"      Spark {spark.version} reads them too")
    spark.stop()


def check_encrypted(folder, lines):
    expected, _ = reference(lines)
    files = sorted((folder / "logs/audit").glob("*.parquet"))
    check(not list((folder / "logs").glob("audit.log.*")), "no plain lines of closed days are left")
    # Its 32 bytes: docs/format/state.md.
    key = next((folder / "keys").glob("*/segment.key")).read_bytes()
    check(not any(b"order_filled" in f.read_bytes() for f in files), "no text of a record shows in the files")
    columns = {name: [] for name in expected}

    for path in files:
        properties = pe.create_decryption_properties(footer_key=key)
        table = pq.ParquetFile(path, decryption_properties=properties).read()
        for name in expected:
            columns[name] += table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows
    compare("pyarrow with the key", expected, columns)
    try:
        pq.ParquetFile(files[0]).read()
        check(False, "pyarrow reads an encrypted segment without the key")
    except OSError:
        check(True, "")


def main():
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory)
        lines, _ = make(folder / "plain", "")
        check_plain(folder / "plain", lines)
        lines, _ = make(folder / "encrypted", "books: {audit: {encrypt: true}}\n")
        check_encrypted(folder / "encrypted", lines)
        for name in ("plain", "encrypted"):
            verdict = daybook(folder / name, "verify", "--book", "audit")
            check("sound" in verdict, f"verify of the {name} book")
    readers = f"pyarrow {pa.__version__}, DuckDB {duckdb.__version__}, polars {polars.__version__}"
    print(f"check_segments: {checks} checks with {readers}; {len(failures)} failed")
    sys.exit(1 if failures else 0)


main()
