#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare our Parquet library with pyarrow, DuckDB and polars, in both directions, value by value.

Files of ours must be read alike by all of them; files of theirs must be read alike by us, or be
refused as unsupported where they use what we leave out. Spark is asked too when pyspark and Java are
installed (scripts/check does not install them: 400 MB and a minute for one more reader), and is the
one that prunes by our column index.

The Swift side is Tests/ParquetTests/InteropFiles.swift. Needs a build of the tests.
"""

import decimal
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import uuid

import duckdb
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ROWS = 2000
decimal.getcontext().prec = 60
failures = []
checks = 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        failures.append(what)
        print("NO   ", what)


def attempt(what, body):
    """Runs `body`; an exception is a failure with a name."""
    try:
        return body()
    except Exception as error:  # noqa: BLE001: whatever a library throws is the finding
        check(False, f"{what}: {type(error).__name__}: {str(error)[:300]}")
        return None


# Values as the bytes they have in PLAIN encoding, in hexadecimal, which is what Swift writes.

def plain(value, physical):
    if value is None:
        return None
    if isinstance(value, decimal.Decimal):
        value = int(value.scaleb(-value.as_tuple().exponent))
    if isinstance(value, uuid.UUID):
        value = value.bytes
    if isinstance(value, str):
        value = uuid.UUID(value).bytes if physical == "fixed16" else value.encode()
    if physical == "boolean":
        return "01" if value else "00"
    if physical == "int32":
        return struct.pack("<I", value & 0xFFFFFFFF).hex()
    if physical == "int64":
        return struct.pack("<Q", value & 0xFFFFFFFFFFFFFFFF).hex()
    if physical == "double":
        return "nan" if value != value else struct.pack("<d", value).hex()
    if physical.startswith("fixed") and isinstance(value, int):
        return value.to_bytes(int(physical[5:]), "big", signed=True).hex()
    return bytes(value).hex()


def is_nan(text):
    number = int.from_bytes(bytes.fromhex(text), "little") & 0x7FFFFFFFFFFFFFFF
    return number > 0x7FF0000000000000


def expected(column):
    if column["physical"] != "double":
        return column["values"]
    return ["nan" if v is not None and is_nan(v) else v for v in column["values"]]


def values(array, physical):
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # of no chunks
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if isinstance(array.type, pa.BaseExtensionType):
        array = array.storage
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_timestamp(array.type) or pa.types.is_time(array.type):
        array = array.cast(pa.int64())
    if pa.types.is_date32(array.type):
        array = array.cast(pa.int32())
    return [plain(value, physical) for value in array.to_pylist()]


def compare(what, table, columns):
    """All of `columns`, which Swift wrote, against an Arrow table of the same names."""
    if table is None:
        return
    check(table.column_names == [c["name"] for c in columns], f"{what}: the names of the columns")
    for column in columns:
        def one(column=column):
            found, wanted = values(table.column(column["name"]), column["physical"]), expected(column)
            check(found == wanted, f"{what}: column {column['name']}: {difference(found, wanted)}")
        attempt(f"{what}: column {column['name']}", one)


def difference(found, wanted):
    if len(found) != len(wanted):
        return f"{len(found)} rows instead of {len(wanted)}"
    wrong = [i for i, (a, b) in enumerate(zip(found, wanted)) if a != b]
    return f"{len(wrong)} rows, first {wrong[0]}: {found[wrong[0]]}, not {wanted[wrong[0]]}" if wrong else ""


# Files of ours.

def check_ours(folder, spark):
    files = sorted(folder.glob("*.parquet"))
    check(len(files) >= 12, f"{len(files)} files of ours")
    for path in files:
        described = json.loads(path.with_name(path.name + ".values").read_text())
        columns, key = described["columns"], described.get("key")
        if key:
            check_encrypted(path, columns, bytes.fromhex(key))
            continue
        name = path.name
        reader = attempt(f"pyarrow opens {name}", lambda: pq.ParquetFile(path, page_checksum_verification=True))
        if reader is None:
            continue
        compare(f"pyarrow, {name}", attempt(f"pyarrow, {name}", reader.read), columns)
        check_metadata(name, reader, columns)
        compare(f"DuckDB, {name}", attempt(f"DuckDB, {name}", lambda: in_duckdb(path)), columns)
        compare(f"polars, {name}", attempt(f"polars, {name}", lambda: polars.read_parquet(path).to_arrow()), columns)
        # Spark reads no file that has a UUID or bare fixed-length bytes.
        frame = attempt(f"Spark, {name}", lambda: spark.read.parquet(str(path))) if spark and "spark" in name else None
        if frame is not None:
            compare(f"Spark, {name}", attempt(f"Spark, {name}", frame.toArrow), columns)
        check_filters(path, columns, frame)


def in_duckdb(path):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.sql(f"SELECT * FROM read_parquet('{path}')").to_arrow_table()


def check_metadata(name, reader, columns):
    """Statistics that pyarrow sees are those of the values; sizes add up."""
    metadata = reader.metadata
    check(metadata.num_rows == len(columns[0]["values"]), f"{name}: the number of rows")
    start = 0
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group).num_rows
        for place, column in enumerate(columns):
            chunk = metadata.row_group(group).column(place)
            part = expected(column)[start:start + rows]
            check(chunk.num_values == rows, f"{name}: values of {column['name']}")
            statistics = chunk.statistics
            if statistics is not None and statistics.has_null_count:
                check(statistics.null_count == part.count(None), f"{name}: nulls of {column['name']}")
            if statistics is not None and statistics.has_min_max and column["physical"] == "int64":
                numbers = [struct.unpack("<q", bytes.fromhex(v))[0] for v in part if v is not None]
                raw = (statistics.min_raw, statistics.max_raw)
                check(raw == (min(numbers), max(numbers)), f"{name}: bounds of {column['name']}")
        start += rows


def check_filters(path, columns, frame):
    """Filters, with which readers leave out row groups and pages, find each row all the same."""
    table = pq.read_table(path)
    if table.num_rows == 0:
        return
    dataset = ds.dataset(path)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for column in columns:
        name, physical = column["name"], column["physical"]
        whole = expected(column)
        if name.endswith("optional") and whole.count(None) == len(whole):
            continue
        array = table.column(name)
        if physical in ("boolean", "double") or isinstance(array.type, pa.BaseExtensionType):
            continue
        rows = [i for i in (0, len(whole) // 3, len(whole) - 1) if whole[i] is not None]
        for row in rows[:2]:
            value, wanted = array[row], whole.count(whole[row])
            what = f"{path.name}: {name} as in row {row}"
            found = attempt(f"pyarrow, {what}", lambda: dataset.count_rows(filter=pc.field(name) == value))
            check(found == wanted, f"pyarrow, {what}: {found} rows, not {wanted}")
            found = attempt(f"DuckDB, {what}", lambda: connection.execute(
                f"SELECT count(*) FROM read_parquet('{path}') WHERE \"{name}\" = ?",
                [value.as_py()]).fetchone()[0])
            check(found == wanted, f"DuckDB, {what}: {found} rows, not {wanted}")
            if "c8" in name or "c12" in name or "c9" in name:
                continue  # polars and Spark compare no JSON or raw bytes with text
            found = attempt(f"polars, {what}", lambda: polars.scan_parquet(path).filter(
                polars.col(name) == polars.lit(value.as_py())).select(polars.len()).collect().item())
            check(found == wanted, f"polars, {what}: {found} rows, not {wanted}")
            if frame is not None and not pa.types.is_timestamp(array.type):
                from pyspark.sql import functions as F
                found = attempt(f"Spark, {what}", lambda: frame.filter(
                    frame[name] == F.lit(value.as_py())).count())
                check(found == wanted, f"Spark, {what}: {found} rows, not {wanted}")


def check_encrypted(path, columns, key):
    name = path.name
    keys = pe.create_decryption_properties(footer_key=key)
    compare(f"pyarrow, {name}", attempt(f"pyarrow, {name}", lambda: pq.read_table(path, decryption_properties=keys)), columns)
    wrong = pe.create_decryption_properties(footer_key=bytes(len(key)))
    try:
        pq.read_table(path, decryption_properties=wrong)
        check(False, f"pyarrow, {name}: another key reads it")
    except OSError:
        check(True, "")
    try:
        compare(f"DuckDB, {name}", in_duckdb_with_key(path, key), columns)
        print(f"      DuckDB {duckdb.__version__} reads {name}")
    except Exception as error:  # noqa: BLE001
        print(f"      DuckDB {duckdb.__version__} does not read {name}: {str(error).splitlines()[0][:160]}")


def in_duckdb_with_key(path, key):
    import base64
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"PRAGMA add_parquet_key('k', '{base64.b64encode(key).decode()}')")
    return connection.sql(
        f"SELECT * FROM read_parquet('{path}', encryption_config = {{footer_key: 'k'}})").to_arrow_table()


# Files of theirs.

def sample_table():
    import random
    noise = random.Random(3)
    import datetime
    utc = datetime.timezone.utc

    def some(values):
        return [None if noise.random() < 0.2 else v for v in values]
    indices = range(ROWS)
    moment = datetime.datetime(2026, 11, 20, 14, 31, 12, 123456, utc)
    arrays = {
        "flag": pa.array(some([i % 3 == 0 for i in indices])),
        "small": pa.array([i % 7 - 3 for i in indices], pa.int8()),
        "short": pa.array(some([i * 7 % 60000 - 30000 for i in indices]), pa.int16()),
        "number": pa.array(some([noise.randrange(-2**31, 2**31) for _ in indices]), pa.int32()),
        "unsigned": pa.array([noise.randrange(2**32) for _ in indices], pa.uint32()),
        "long": pa.array(some([noise.randrange(-2**63, 2**63) for _ in indices]), pa.int64()),
        "huge": pa.array([noise.randrange(2**64) for _ in indices], pa.uint64()),
        "steps": pa.array([1_000_000 + i * 3 + i % 2 for i in indices], pa.int64()),
        "real": pa.array(some([noise.gauss(0, 1e6) for _ in indices]), pa.float64()),
        "text": pa.array(some([f"order-{i * 7919 % 5000:08d}" for i in indices])),
        "few": pa.array(some([("AAPL", "MSFT", "", "Zürich 😀")[i % 4] for i in indices])),
        "bytes": pa.array([noise.randbytes(i % 40) for i in indices], pa.binary()),
        "price": pa.array(some([decimal.Decimal(noise.randrange(-10**17, 10**17)).scaleb(-8) for _ in indices]), pa.decimal128(18, 8)),
        "wide": pa.array(some([decimal.Decimal(noise.randrange(-10**37, 10**37)).scaleb(-18) for _ in indices]), pa.decimal128(38, 18)),
        "moment": pa.array(some([moment + datetime.timedelta(microseconds=i * 1234567) for i in indices]), pa.timestamp("us", tz="UTC")),
        "local": pa.array([1_700_000_000_000 + i for i in indices], pa.timestamp("ms")),
        "nanos": pa.array([1_700_000_000_000_000_000 + i for i in indices], pa.timestamp("ns")),
        "fixed": pa.array([noise.randbytes(5) for _ in indices], pa.binary(5)),
        "nothing": pa.array([None] * ROWS, pa.string()),
        "id": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([noise.randbytes(16) for _ in indices], pa.binary(16))),
        "json": pa.ExtensionArray.from_storage(pa.json_(), pa.array(some([f'{{"a":{i % 5}}}' for i in indices]))),
        "code": pa.array([f"c{i % 3}" for i in indices]).dictionary_encode(),
    }
    schema = pa.schema([pa.field(n, a.type, nullable=n not in ("steps", "small")) for n, a in arrays.items()])
    return pa.table(list(arrays.values()), schema=schema)


def write_theirs(folder):
    """Files of pyarrow and DuckDB. Returns those that we must read, and those we must refuse."""
    table = sample_table()
    plain_types = [f.name for f in table.schema if not isinstance(f.type, pa.DictionaryType)]
    delta = {n: "DELTA_BINARY_PACKED" for n in ("small", "short", "number", "unsigned", "long", "huge", "steps", "moment", "local", "nanos")}
    delta |= {n: "DELTA_LENGTH_BYTE_ARRAY" for n in ("text", "few", "bytes", "nothing", "json")}
    delta["flag"] = "RLE"
    variants = {
        "default-zstd": dict(compression="zstd"),
        "default-none": dict(compression="none"),
        "v2-zstd": dict(compression="zstd", data_page_version="2.0"),
        "v2-none": dict(compression="none", data_page_version="2.0"),
        "no-dictionary": dict(compression="zstd", use_dictionary=False),
        "delta": dict(compression="zstd", use_dictionary=False, column_encoding=delta),
        "delta-v2": dict(compression="none", use_dictionary=False, column_encoding=delta, data_page_version="2.0"),
        "fallback": dict(compression="zstd", dictionary_pagesize_limit=600, data_page_size=1500, write_batch_size=64),
        "small-pages": dict(compression="zstd", data_page_size=1000, write_batch_size=50, write_page_index=True, write_page_checksum=True),
        "small-pages-v2": dict(compression="zstd", data_page_size=1000, write_batch_size=50, write_page_index=True, write_page_checksum=True, data_page_version="2.0"),
        "groups": dict(compression="zstd", row_group_size=700, write_page_index=True),
        "no-statistics": dict(compression="zstd", write_statistics=False),
        "decimal-integers": dict(compression="zstd", store_decimal_as_integer=True),
        "bloom": dict(compression="zstd", bloom_filter_options={n: {"ndv": ROWS, "fpp": 0.05} for n in ("text", "long", "steps", "bytes", "fixed", "real", "number")}),
    }
    tables = {}
    for name, options in variants.items():
        def write(name=name, options=options):
            pq.write_table(table, folder / f"pyarrow-{name}.parquet", **options)
            tables[f"pyarrow-{name}.parquet"] = table
        attempt(f"pyarrow writes {name}", write)
    for size in (16, 24, 32):
        key = bytes(range(100, 100 + size))
        name = f"pyarrow-encrypted-{size}.parquet"

        def write(name=name, key=key):
            pq.write_table(table, folder / name, compression="zstd", row_group_size=1100, write_page_index=True,
                           encryption_properties=pe.create_encryption_properties(footer_key=key))
            (folder / (name + ".key")).write_text(key.hex())
            tables[name] = table
        attempt(f"pyarrow writes {name}", write)
    pq.write_table(table.slice(0, 0), folder / "pyarrow-empty.parquet", compression="zstd")
    tables["pyarrow-empty.parquet"] = table.slice(0, 0)
    write_duckdb(folder, table.select(plain_types), tables)
    refused = write_refused(folder, table)
    return tables, refused


def write_duckdb(folder, table, tables):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("sample", table)
    for name, options in {
        "v1-zstd": "COMPRESSION zstd, PARQUET_VERSION v1",
        "v1-none": "COMPRESSION uncompressed, PARQUET_VERSION v1, ROW_GROUP_SIZE 2048",
        "v1-no-dictionary": "COMPRESSION zstd, PARQUET_VERSION v1, DICTIONARY_SIZE_LIMIT 1",
        "v2-zstd": "COMPRESSION zstd, PARQUET_VERSION v2",
    }.items():
        path = folder / f"duckdb-{name}.parquet"
        # DuckDB's second version splits the bytes of doubles, which we leave out.
        columns = "* EXCLUDE (real)" if "v2" in name else "*"
        columns += " REPLACE (local::TIMESTAMP AS local)"  # which is what it writes anyway

        def write(path=path, columns=columns, options=options):
            connection.execute(f"COPY (SELECT {columns} FROM sample) TO '{path}' (FORMAT parquet, {options})")
            tables[path.name] = in_duckdb(path)
        attempt(f"DuckDB writes {name}", write)


def write_refused(folder, table):
    """Features that we leave out: `unsupported`, and never a trap."""
    text = table.select(["text", "number"])
    small = table.select(["text"])
    variants = {
        "nested-list": (pa.table({"a": [[1, 2], [3]]}), {}),
        "nested-struct": (pa.table({"a": [{"x": 1}, {"x": 2}]}), {}),
        "int96": (table.select(["nanos"]), dict(use_deprecated_int96_timestamps=True, compression="zstd")),
        "snappy": (text, dict(compression="snappy")),
        "gzip": (text, dict(compression="gzip")),
        "brotli": (text, dict(compression="brotli")),
        "lz4": (text, dict(compression="lz4")),
        "float": (pa.table({"a": pa.array([1.5, 2.5], pa.float32())}), {}),
        "delta-byte-array": (small, dict(use_dictionary=False, column_encoding={"text": "DELTA_BYTE_ARRAY"}, compression="none")),
        "byte-stream-split": (table.select(["real"]), dict(use_dictionary=False, use_byte_stream_split=["real"], compression="none")),
    }
    names = set()
    for name, (content, options) in variants.items():
        def write(name=name, content=content, options=options):
            pq.write_table(content, folder / f"refused-{name}.parquet", **options)
            names.add(f"refused-{name}.parquet")
        attempt(f"pyarrow writes {name}", write)
    return names


def check_theirs(folder, tables, refused):
    for name, table in sorted(tables.items()):
        described = json.loads((folder / (name + ".values")).read_text())
        if "error" in described:
            check(False, f"we do not read {name}: {described['error']}: {described['message']}")
            continue
        compare(f"we, {name}", table, described["columns"])
    for name in sorted(refused):
        described = json.loads((folder / (name + ".values")).read_text())
        check(described.get("error") == "unsupported", f"{name}: {described.get('error', 'read')}, not unsupported: {described.get('message', '')}")


def start_spark():
    if shutil.which("java") is None or os.environ.get("DAYBOOK_INTEROP_SPARK") == "0":
        return None
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        return None
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC").config("spark.driver.memory", "1g").getOrCreate())
    spark.sparkContext.setLogLevel("OFF")
    return spark


def main():
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(os.environ.get("DAYBOOK_PARQUET_KEEP", directory))
        (folder / "ours").mkdir(exist_ok=True)
        (folder / "theirs").mkdir(exist_ok=True)
        tables, refused = write_theirs(folder / "theirs")
        swift = subprocess.run(
            ["swift", "test", "--skip-build", "--filter", "ParquetTests.InteropFiles"], cwd=ROOT,
            env=os.environ | {"DAYBOOK_PARQUET_INTEROP": str(folder)}, capture_output=True, text=True)
        if swift.returncode != 0:
            print(swift.stdout[-6000:], swift.stderr[-3000:])
            sys.exit("check_parquet: the Swift side failed")
        spark = start_spark()
        check_ours(folder / "ours", spark)
        check_theirs(folder / "theirs", tables, refused)
        if spark:
            spark.stop()
    readers = f"pyarrow {pa.__version__}, DuckDB {duckdb.__version__}, polars {polars.__version__}"
    print(f"check_parquet: {checks} checks with {readers}{', Spark' if spark else ''}; {len(failures)} failed")
    sys.exit(1 if failures else 0)


main()
