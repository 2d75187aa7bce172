# SPDX-License-Identifier: Apache-2.0
"""Masks records: by what each name says, then by what the texts hold, at any depth.

The same rules as in Daybook itself (docs/format/masking.md), from the same table, held to the same
answers by Tests/Fixtures/masking. What reaches a spool or a socket went through here.
"""

import re
from typing import Any, Dict, List, Optional, Set

from . import _rules
from ._names import (ANNOUNCES_PAIR, ARGUMENTS, AUTH, AUTHORIZATION, COOKIE, IDENTIFIER, KEPT, KEY_LIKE, MEMBER,
                     NAME_BYTES, PAIRED_VALUE, PLAIN, SECRET, SEED, SIGNATURE, STAY, SUSPECT, TOKEN, TOKEN_OF_KIND,
                     USER, WALLET, WEBHOOK, UserRules, decide)
from ._scanner import ROUNDS, Scanner
from ._shapes import MASK, MASK_BYTES, is_login_word, is_masked, is_pair_name
from ._values import DEPTH_MAX, SCALARS, elements, leaf, text_of

# Words too short or too plain for any rule, remembered ones too; and instants.
_HARMLESS = re.compile(r"[a-z0-9_.-]{0,19}|[A-Za-z0-9_.-]{0,7}|[0-9-]{10}T[0-9:.]{8,15}Z")
# Texts in which no rule fired, known again: most of what a bot says it says often.
_CLEAN_TEXTS = 4096
_CLEAN_LENGTH = 64
# Names under which a harmless text stays as it is.
_QUIET = frozenset((PLAIN, IDENTIFIER))
_WHOLE: Dict[str, Any] = {"event": "record_masked_whole", "level": "warning"}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


class Masker:
    """Rules and memory of one thread. Not for several threads at once."""

    def __init__(self, rules: Optional[UserRules] = None) -> None:
        self.rules = rules or UserRules()
        self._scanner = Scanner(self.rules)
        self._memory = self._scanner.memory
        self._kinds: Dict[str, str] = {}
        self._clean: Set[str] = set()
        self._clean_turn = 0
        self._fired = False
        self._plain = True
        self._masked_keys: Set[str] = set()
        # How often each rule masked, by the names that `daybook mask --report` shows.
        self.counts: Dict[str, int] = {}
        self.fired = 0  # how often any rule masked

    # MARK: Records, values and texts

    def record(self, record: Dict[str, Any]) -> Dict[str, Any]:
        """A record of plain values, with its secrets masked. Masking it again changes nothing."""
        self._plain = True
        value: Any = record
        for _ in range(ROUNDS):
            self._fired = False
            self._masked_keys.clear()
            value = self._object(value, 0)
            if not self._fired:
                return value  # type: ignore[no-any-return]
        return dict(_WHOLE)

    def data(self, value: Any) -> Any:
        """A value with its secrets masked; what is no secret keeps its value and type."""
        self._plain = False
        for _ in range(ROUNDS):
            self._fired = False
            self._masked_keys.clear()
            value = self._value(value, PLAIN, None, None, 0)
            if not self._fired:
                return value
        return MASK

    def text(self, text: str) -> str:
        """A text with its secrets masked."""
        masked, rules = self._scanner.masked(text)
        for rule in rules:
            self._note(rule)
        return masked

    def _note(self, rule: str) -> None:
        self._fired = True
        self.fired += 1
        self.counts[rule] = self.counts.get(rule, 0) + 1

    # MARK: The walk

    def _kind(self, name: str) -> str:
        kind = self._kinds.get(name)
        if kind is None:
            kind = self._scanner.names.kind(_bytes(name))
            if len(name) <= NAME_BYTES:
                if len(self._kinds) >= 4096:
                    self._kinds.clear()
                self._kinds[name] = kind
        return kind

    def _object(self, value: Dict[Any, Any], depth: int) -> Dict[str, Any]:
        result: Dict[str, Any] = {}
        kinds, harmless, patterns = self._kinds, _HARMLESS.fullmatch, self.rules.patterns
        for key, member in value.items():
            # What nearly all members of a trading record are, at the least cost.
            if type(member) is str and kinds.get(key) in _QUIET and harmless(member) and not patterns:
                result[key] = member
                continue
            name = key if type(key) is str else str(leaf(key))
            kind = self._kind(name)
            if kind == SUSPECT:
                name = self._key(name)
            result[name] = self._value(member, kind, value, key, depth + 1)
        return result

    def _key(self, name: str) -> str:
        """A key that may hold a secret. Two that become the same are told apart by a number."""
        masked = self._scan(name, False)
        if masked != name:
            number = 1
            first = masked
            while masked in self._masked_keys:
                number += 1
                masked = f"{first}#{number}"
            self._masked_keys.add(masked)
        return masked

    def _value(self, value: Any, kind: str, parent: Any, key: Any, depth: int) -> Any:
        if kind == PLAIN or kind == SUSPECT:
            if type(value) is str:
                return self._look(value, False)
            if type(value) in SCALARS:
                return value
            return self._other(value, PLAIN, depth)
        if kind == KEPT:
            return self._kept(value)
        if kind == IDENTIFIER:
            return self._look(value, True) if type(value) is str else self._other(value, PLAIN, depth)
        return self._named(value, kind, parent, key, depth)

    def _kept(self, value: Any) -> Any:
        """What a user lets stay, in a form that JSON can hold."""
        if isinstance(value, dict):
            return {str(leaf(name)): self._kept(member) for name, member in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self._kept(element) for element in elements(value)] if self._plain else value
        return leaf(value) if self._plain else value

    def _other(self, value: Any, kind: str, depth: int) -> Any:
        """A value that is no plain text: an object, a list, a number, or something else with a text."""
        if depth > DEPTH_MAX:
            return self._look(text_of(value), False)
        if isinstance(value, dict):
            return self._object(value, depth)
        if isinstance(value, (list, tuple, set, frozenset)):
            return self._array(value, kind, depth)
        plain = leaf(value)
        if type(plain) is not str:
            return plain if self._plain else value
        masked = self._look(plain, False)
        return masked if self._plain or masked != plain else value

    def _array(self, value: Any, kind: str, depth: int) -> Any:
        """The elements, each under the list's verdict. A list of two texts, the first a secret's name, is a
        header as lists of headers hold it."""
        items = elements(value)
        result: List[Any] = []
        is_pair = len(items) == 2 and type(items[0]) is str
        for index, item in enumerate(items):
            if index and is_pair and kind == PLAIN and type(item) is str and len(items[0]) <= NAME_BYTES:
                named = self._kind(items[0])
                if named in ANNOUNCES_PAIR or named == TOKEN:
                    kind = named
            result.append(self._value(item, kind, None, None, depth + 1))
        if self._plain or isinstance(value, list):
            return result
        if type(value) is tuple:
            return tuple(result)
        return value if result == items else result

    def _named(self, value: Any, kind: str, parent: Any, key: Any, depth: int) -> Any:
        """A value whose name says something."""
        is_object = isinstance(value, dict)
        is_list = isinstance(value, (list, tuple, set, frozenset))
        if self.rules.has_value_exceptions and not is_object and not is_list and key is not None:
            text = _bytes(str(leaf(value)))
            if self.rules.keeps_pair(_bytes(str(key)), text) or self.rules.keeps_value(text):
                return self._kept(value)
        if kind == PAIRED_VALUE:
            if not is_object and not is_list and value is not None and not isinstance(value, bool):
                if self._has_secret_sibling(parent) and not (type(value) is str and value == MASK):
                    return self._mask(_rules.RULE_PAIRED_VALUE)
            return self._value(value, PLAIN, None, None, depth)
        if kind == ARGUMENTS:
            if isinstance(parent, dict) and self._is_login(parent, key):
                return self._login(value, depth)
            return self._value(value, PLAIN, None, None, depth)
        if is_object or is_list:
            if kind in (SECRET, TOKEN, COOKIE, SEED, USER):
                return self._mask(_rules.RULE_NAME)
            if is_list and kind in (AUTH, AUTHORIZATION):
                if len(value) == 2:
                    return self._mask(_rules.RULE_AUTHORIZATION)
                return self._array(value, kind, depth)
            if is_list and kind in (KEY_LIKE, SIGNATURE, TOKEN_OF_KIND, WEBHOOK, WALLET):
                return self._array(value, kind, depth)
            return self._other(value, PLAIN, depth)
        plain = leaf(value)
        if type(plain) is not str:
            if kind in (SECRET, TOKEN, USER):
                return self._mask(_rules.RULE_NAME)
            return plain if self._plain else value
        return self._string(value, plain, kind)

    def _string(self, value: Any, plain: str, kind: str) -> Any:
        data = _bytes(plain)
        decision = decide(kind, data, MEMBER)
        if decision == STAY:
            return value
        if isinstance(decision, str):
            masked = self._look(plain, False)
            return masked if self._plain or masked != plain else value
        first, last, rule = decision
        self._note(rule)
        self._memory.learn(data[first:last], rule)
        return _text(data[:first] + MASK_BYTES + data[last:])

    def _mask(self, rule: str) -> str:
        self._note(rule)
        return MASK

    # MARK: Calls and pairs

    def _has_secret_sibling(self, parent: Any) -> bool:
        """Whether a sibling `name` (or `key`, `header`, ...) is a secret's name."""
        if not isinstance(parent, dict):
            return False
        for name, member in parent.items():
            if type(member) is str and is_pair_name(_bytes(str(name))) and len(member) <= NAME_BYTES:
                if self._kind(member) in ANNOUNCES_PAIR:
                    return True
        return False

    def _is_login(self, parent: Dict[Any, Any], key: Any) -> bool:
        return any(name != key and type(member) is str and is_login_word(_bytes(member))
                   for name, member in parent.items())

    def _login(self, value: Any, depth: int) -> Any:
        """Everything textual in a login's arguments."""
        if type(value) is str:
            return value if len(_bytes(value)) < 4 or value == MASK else self._mask(_rules.RULE_LOGIN_ARGUMENTS)
        if isinstance(value, (list, tuple)) and depth <= DEPTH_MAX:
            return [self._login(element, depth + 1) for element in value]
        return self._value(value, PLAIN, None, None, depth)

    # MARK: Texts

    def _look(self, text: str, quietly: bool) -> str:
        if _HARMLESS.fullmatch(text):
            return self._scan(text, quietly) if self.rules.patterns else text
        if text in self._clean and self._memory.turn == self._clean_turn and not self._scanner.open_block_texts:
            return text
        return self._scan(text, quietly)

    def _scan(self, text: str, quietly: bool) -> str:
        data = _bytes(text)
        if is_masked(data):
            return text
        rules: List[str] = []
        masked = None
        if self._scanner.may_hold_secret(data):
            masked = self._scanner.masked_once(data, quietly, rules)
        if masked is None:
            if not quietly and len(text) <= _CLEAN_LENGTH:
                self._remember_clean(text)
            return text
        for rule in rules:
            self._note(rule)
        return _text(masked)

    def _remember_clean(self, text: str) -> None:
        """Known until the memory learns a value, which may be in it."""
        if self._clean_turn != self._memory.turn or len(self._clean) >= _CLEAN_TEXTS:
            self._clean.clear()
            self._clean_turn = self._memory.turn
        self._clean.add(text)
