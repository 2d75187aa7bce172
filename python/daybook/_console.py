# SPDX-License-Identifier: Apache-2.0
"""What is recorded, shown: readable on a terminal, JSON in a pipe; masked like the book."""

import json
import os
from typing import Any, Dict, TextIO

_COLOURS = {"debug": "2", "info": "32", "warning": "33", "error": "31", "critical": "1;31"}
_FIRST = ("event", "event_type", "level", "timestamp", "logger", "traceback", "message")


class Console:
    """Shows records on a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        try:
            self._is_terminal = stream.isatty()
        except (AttributeError, ValueError):
            self._is_terminal = False
        self._coloured = self._is_terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"

    def __call__(self, record: Dict[str, Any], line: bytes) -> None:
        text = self._readable(record) if self._is_terminal else line.decode("utf-8", "replace")
        self._stream.write(text + "\n")
        self._stream.flush()

    def _readable(self, record: Dict[str, Any]) -> str:
        level = str(record.get("level", "info"))
        event = str(record.get("event", ""))
        if event == "terminal_output" and "message" in record:
            event = str(record["message"])
        time = str(record.get("timestamp", ""))[11:23]
        shown = f"{level:<8}"
        if self._coloured:
            shown = f"\033[{_COLOURS.get(level, '0')}m{shown}\033[0m"
        fields = " ".join(f"{name}={_value(value)}" for name, value in record.items() if name not in _FIRST)
        text = f"{time} {shown} {event:<24} {fields}".rstrip()
        if "traceback" in record:
            text += "\n" + str(record["traceback"])
        return "".join(letter if letter.isprintable() or letter in "\n\t\033" else repr(letter)[1:-1]
                       for letter in text)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value if value and " " not in value and "=" not in value else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, default=repr)
