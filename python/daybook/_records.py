# SPDX-License-Identifier: Apache-2.0
"""From what a program logs to records. Runs behind, on the sender's thread, save for `frozen_args`."""

import json
import logging
import re
import traceback
from itertools import islice
from typing import Any, Callable, Dict, FrozenSet, List, NamedTuple, Optional, Tuple

from ._masking import Masker
from ._values import IMMUTABLE, encode, stamp

LEVELS = {"warn": "warning", "exception": "error", "fatal": "critical", "notset": "debug", "trace": "debug",
          "success": "info", "notice": "info", "msg": "info", "err": "error"}
_LEVEL_NAMES = frozenset(("debug", "info", "warning", "error", "critical"))
# A name of an event: one word.
_NAME = re.compile(r"[A-Za-z_][\w.:-]*")
# What every LogRecord has; anything else came by `extra`.
_OWN: FrozenSet[str] = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {
    "message", "asctime", "taskName", "_logger", "_name", "_from_structlog", "_record"}

_OWN_COUNT = len(logging.LogRecord("", 0, "", 0, "", None, None).__dict__)


class Made(NamedTuple):
    """A record on its way: masked, and its line."""

    record: Dict[str, Any]
    line: bytes


class Event(NamedTuple):
    """An event as a logger or structlog gives it; `fields` belongs to it alone."""

    nanoseconds: int
    level: str
    event: Any
    fields: Dict[str, Any]
    logger: str = ""

    def record(self) -> Dict[str, Any]:
        fields = self.fields
        event = self.event
        level = str(fields.get("level") or self.level)
        record: Dict[str, Any] = {"event": event if event is not None else ""}
        if "event_type" in fields:
            record["event_type"] = fields["event_type"]
        elif type(event) is str and _NAME.fullmatch(event):
            record["event_type"] = event
        record["level"] = level_name(level)
        if self.logger and "logger" not in fields:
            record["logger"] = self.logger
        for name, value in fields.items():
            if name not in ("event", "event_type", "level", "timestamp"):
                record[name] = value
        # The caller's own instant is the record's; Daybook adds when it was recorded.
        own = fields.get("timestamp")
        record["timestamp"] = stamp(self.nanoseconds) if own is None else own
        return record


class Text(NamedTuple):
    """A message of Python's logging."""

    nanoseconds: int
    level: str
    logger: str
    message: Any
    args: Any
    extra: Optional[Dict[str, Any]]
    exception: Optional[Dict[str, Any]]

    def record(self) -> Dict[str, Any]:
        message = self.message if type(self.message) is str else str(self.message)
        if self.args:
            try:
                message = message % self.args
            except Exception as error:  # noqa: BLE001 - a wrong format must not cost the record
                message = f"{message} ({type(error).__name__} in the format; arguments: {self.args!r})"
        extra = self.extra or {}
        if "event" in extra or "event_type" in extra or (extra and _NAME.fullmatch(message)):
            event = extra.get("event") or (message if _NAME.fullmatch(message) else extra["event_type"])
            fields = dict(extra)
            if message != event:
                fields.setdefault("message", message)
            fields.update(self.exception or {})
            return Event(self.nanoseconds, self.level, event, fields, self.logger).record()
        record: Dict[str, Any] = {"event": "terminal_output", "event_type": "terminal_output",
                                  "level": level_name(self.level), "logger": self.logger, "message": message}
        record.update((name, value) for name, value in extra.items() if name not in ("level", "timestamp"))
        record.update(self.exception or {})
        record["timestamp"] = stamp(self.nanoseconds)
        return record


def make(item: Any, masker: Masker) -> Made:
    """A record of what a program logged, masked."""
    if type(item) is Text and type(item.message) is str and item.message[:1] == "{" and not item.args:
        made = _from_json(item, masker)
        if made is not None:
            return made
    record = masker.record(item.record())
    return Made(record, encode(record))


def _from_json(item: Text, masker: Masker) -> Optional[Made]:
    """A message that is a record already, as structlog's JSONRenderer hands it to logging: kept byte for
    byte where no rule fires and nothing is missing."""
    text = item.message
    repeated: List[str] = []

    def members(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            repeated.append("")
        return made

    try:
        record = json.loads(text, object_pairs_hook=members, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or not record:
        return None
    is_whole = "\n" not in text and "\r" not in text and not repeated and "Infinity" not in text and "NaN" not in text
    added: Dict[str, Any] = {}
    if "level" not in record:
        added["level"] = level_name(item.level)
    for name, value in (item.extra or {}).items():
        if name not in record:
            added[name] = value
    for name, value in (item.exception or {}).items():
        if name not in record:
            added[name] = value
    if "timestamp" not in record:
        added["timestamp"] = stamp(item.nanoseconds)
    if added:
        record.update(added)
    before = masker.fired
    masked = masker.record(record)
    # Equal, too: what lies too deep to be looked at piece by piece is another value afterwards.
    if is_whole and masker.fired == before and masked == record:
        text = text.strip()
        if added:
            text = text[:-1].rstrip() + "," + encode(masked_part(masked, added)).decode()[1:]
        return Made(masked, text.encode("utf-8", "replace"))
    return Made(masked, encode(masked))


def masked_part(record: Dict[str, Any], names: Dict[str, Any]) -> Dict[str, Any]:
    return {name: record[name] for name in names if name in record}


def level_name(level: str) -> str:
    low = level.lower()
    low = LEVELS.get(low, low)
    return low if low in _LEVEL_NAMES else low or "info"


# MARK: In the caller

def frozen_args(args: Any) -> bool:
    """Whether arguments of a message cannot change before it is written."""
    if type(args) is tuple:
        for value in args:
            if type(value) not in IMMUTABLE:
                return False
        return True
    return not args


def extra_of(record: logging.LogRecord) -> Optional[Dict[str, Any]]:
    """What came by `extra`."""
    values = record.__dict__
    if len(values) <= _OWN_COUNT:
        return None
    # A record's own attributes come first, in the order in which it makes them.
    extra = {name: value for name, value in islice(values.items(), _OWN_COUNT, None) if name not in _OWN}
    return extra or None


def exception_fields(info: Any) -> Optional[Dict[str, Any]]:
    """`exc_info` as fields: what logging and structlog take for it."""
    if not info:
        return None
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if not isinstance(info, tuple) or len(info) != 3 or info[0] is None:
        return None
    kind, error, trace = info
    return {"exception_type": getattr(kind, "__name__", str(kind)), "exception_message": safe_text(str, error),
            "traceback": "".join(traceback.format_exception(kind, error, trace)).rstrip("\n")}


def safe_text(make_text: Callable[[Any], str], value: Any) -> str:
    try:
        return make_text(value)
    except Exception as error:  # noqa: BLE001 - foreign code
        return f"<{type(value).__name__}: {type(error).__name__}>"
