# SPDX-License-Identifier: Apache-2.0
"""Masking for callers: one set of rules for the process."""

import os
import threading
from typing import Any, Dict, MutableMapping, Sequence

from ._masking import Masker
from ._names import UserRules, user_rules

_lock = threading.Lock()
_rules = UserRules()
_masker = Masker(_rules)


def mask_sensitive_data(logger: Any, method_name: str, event_dict: MutableMapping[str, Any]) -> Dict[str, Any]:
    """A structlog processor: the event with its secrets masked, at any depth, in names and in texts.

    What is no secret keeps its value and type. `logger` and `method_name` are what structlog gives a
    processor; nothing is made of them.
    """
    with _lock:
        masked: Dict[str, Any] = _masker.data(dict(event_dict))
    return masked


def mask(value: Any) -> Any:
    """The value with its secrets masked: a text, or lists and objects of them."""
    with _lock:
        return _masker.data(value)


def use_rules(names: Sequence[str] = (), patterns: Sequence[str] = (), exceptions: Sequence[str] = ()) -> None:
    """Masks by these rules too, as `masking:` of daybook.yaml has them.

    Raises RulesError, which names the rule by its place. For what is logged from here on.
    """
    global _rules, _masker
    rules = user_rules(names, patterns, exceptions)
    with _lock:
        _rules = rules
        _masker = Masker(rules)


def current_rules() -> UserRules:
    """The rules in use."""
    return _rules


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)
