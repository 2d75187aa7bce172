# SPDX-License-Identifier: Apache-2.0
"""Python values as a record holds them: decimals and instants as texts, everything else as JSON.

`snapshot` runs in the caller and copies what could change before the record is written; `leaf` runs
behind and says how a value without a JSON form is written.
"""

import datetime
import enum
import json
import math
import os
import uuid
from decimal import Decimal
from typing import Any, Dict, List

# Depth of nested values in a record; what is deeper is written as its text.
DEPTH_MAX = 64
# Characters of the text of an object that has no form of its own.
REPR_MAX = 10_000

_UTC = datetime.timezone.utc
# Cannot change after the call: kept as they are until they are written.
IMMUTABLE = frozenset((str, int, float, bool, type(None), Decimal, bytes, complex, uuid.UUID, datetime.datetime,
                       datetime.date, datetime.time, datetime.timedelta))
SCALARS = frozenset((int, bool, type(None)))


def snapshot(value: Any, depth: int = 0) -> Any:
    """The value, with everything copied that a caller could change after the call."""
    kind = type(value)
    if kind in IMMUTABLE:
        return value
    if depth >= DEPTH_MAX:
        return text_of(value)
    if isinstance(value, dict):
        return {name: snapshot(member, depth + 1) for name, member in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [snapshot(element, depth + 1) for element in value]
    if isinstance(value, (str, int, float, bytes, Decimal, datetime.date, os.PathLike, enum.Enum)):
        return leaf(value)
    return _converted(value, depth)


def _converted(value: Any, depth: int) -> Any:
    # numpy's scalars and arrays, and what imitates them.
    for method in ("item", "tolist"):
        convert = getattr(type(value), method, None)
        if callable(convert):
            try:
                made = convert(value)
            except Exception:  # noqa: BLE001 - foreign code may raise anything; its text is written instead
                continue
            if type(made) is not type(value):
                return snapshot(made, depth + 1)
    return text_of(value)


def text_of(value: Any) -> str:
    """The text of any object. Never raises: a broken `repr` must not cost a record."""
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001 - see above
        text = f"<{type(value).__name__}: repr raised {type(error).__name__}>"
    return text if len(text) <= REPR_MAX else text[:REPR_MAX] + "…"


def instant(moment: datetime.datetime) -> str:
    """An instant as a line has it: UTC, six digits, Z. One without a zone is taken as it stands."""
    if moment.tzinfo is None:
        return moment.isoformat(timespec="microseconds")
    try:
        moment = moment.astimezone(_UTC)
    except OverflowError:  # the year 1 or 9999 in another zone
        return moment.isoformat(timespec="microseconds")
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def stamp(nanoseconds: int) -> str:
    """Nanoseconds since 1970 as a line's instant."""
    seconds, rest = divmod(nanoseconds // 1000, 1_000_000)
    return f"{_seconds(seconds)}.{rest:06d}Z"


_last_second = (-1, "")


def _seconds(seconds: int) -> str:
    global _last_second
    known = _last_second
    if known[0] != seconds:
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
        known = _last_second = (seconds, moment.isoformat())
    return known[1]


def leaf(value: Any) -> Any:
    """A value that is no list and no object, as JSON can hold it."""
    if value is None or value is True or value is False:
        return value
    if isinstance(value, enum.Enum):
        inner = value.value
        return leaf(inner) if isinstance(inner, (str, int, float, bool, Decimal)) else value.name
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else _non_finite(value)
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else str(value)
    if isinstance(value, datetime.datetime):
        return instant(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, (datetime.timedelta, complex)):
        return str(value)
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    return text_of(value)


def _non_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False, default=text_of)


def encode(record: Dict[str, Any]) -> bytes:
    """A record of plain values as one line of JSON, without the line feed."""
    return _encoder.encode(record).encode("utf-8", "replace")


def elements(value: Any) -> List[Any]:
    """A list's, tuple's or set's elements; sets in an order that does not change."""
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    return list(value)
