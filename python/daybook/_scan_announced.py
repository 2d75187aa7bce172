# SPDX-License-Identifier: Apache-2.0
"""Words that announce a secret without a separator: `secret Xy12...`, `my key is Xy12...`,
`--password x`, `Bearer x`, `Basic x`, `-u user:pass`, `echo x > .cookie`."""

import re
from typing import Optional

from . import _rules
from ._base import ScannerBase
from ._names import (IDENTIFIER, KEPT, KEY_LIKE, SECRET, SEED, SIGNATURE, TEXT, TOKEN, TOKEN_OF_KIND, USER, decide)
from ._shapes import (DOT, KIND, SPACE, WORD, carries_secret_word, is_assignment, is_camel_words, is_chain_hex, is_hex,
                      is_key_like, is_lower_word, is_masked, is_password_like, is_password_word, is_uuid, is_version,
                      names_secret_file, tally, url_path)
from ._text import CONTAINER

_AFTER = frozenset(b" \t\x1b\\%")
_SPECIAL = frozenset((b"by", b"echo", b"basic", b"bearer", b"printf"))
_ANNOUNCED_STOP = re.compile(rb"[\t\n\x0b\x0c\r \"'`,;)(\][}{<>\\\x1b]")
_SMALL = re.compile(rb"[a-z]{0,8}")
_ANNOUNCE = frozenset((SECRET, USER, TOKEN, TOKEN_OF_KIND, KEY_LIKE, SIGNATURE, SEED))


class Announced(ScannerBase):
    """Part of Scanner."""

    def announced(self, start: int, end: int) -> Optional[int]:
        if end - start > 40 or self.t[end] not in _AFTER:
            return None
        word = self.text.low[start:end]
        if len(word) == 1:
            return self._user_option(end) if word == b"u" and self.t[start - 1] == 0x2D else None
        if word in _SPECIAL:
            if word == b"by":
                before = self.previous
                announced = before[0] < before[1] and self.text.low[before[0]:before[1]] == b"identified"
                return self._quoted_password(end) if announced else None
            if word == b"basic":
                return self._basic(end)
            return self._bearer(end) if word == b"bearer" else self._redirected(end)
        if len(word) < 3 or word[-3:] not in _rules.ANNOUNCING_TAILS:
            return None
        return self._announced_by_name(start, end)

    def _announced_by_name(self, start: int, end: int) -> Optional[int]:
        text, t = self.text, self.t
        kind = self.kind_of(start, end)
        before = self.previous
        if before[0] < before[1] and before[1] + 1 == start:
            both = self.kind_of(before[0], end)
            if both in (IDENTIFIER, KEPT, SEED, SECRET, USER):
                kind = both
        if kind == IDENTIFIER:
            # `public key MCow...`: what follows is random and public.
            self.quiet_end = max(self.quiet_end, text.public_value_end(end, False))
            return None
        if kind not in _ANNOUNCE:
            return None
        index = text.skip_blanks(end)
        if index <= end:
            return None
        if t[start - 1] == 0x2D and t[start - 2] == 0x2D:
            return self._option(kind, index)
        index = self._skip_connectors(index)
        quoted = text.quote(index)
        if quoted:
            index = quoted[1] + 1
        if kind == SEED:
            return self.announced_seed(index)
        is_password = is_password_word(t[start:end])
        found = _ANNOUNCED_STOP.search(t, index, self.n)
        stop = found.start() if found else max(index, self.n)
        while stop > index and t[stop - 1] in b".:!?" and not (kind == SECRET and t[stop - 1] == 0x21 and is_password):
            stop -= 1
        value = t[index:stop]
        if is_masked(value) or len(value) < 6 or url_path(value) is not None:
            return None
        if is_password:
            is_secret = (
                (is_password_like(value) and b"/" not in value and b"=" not in value
                 and not is_uuid(value) and not is_version(value))
                or (quoted is not None and not is_lower_word(value)))
        else:
            private_hex = kind == SECRET and (
                (is_chain_hex(value) and len(value) == 66) or (len(value) >= 32 and is_hex(value)))
            is_secret = is_key_like(value) or carries_secret_word(value) or private_hex
        if not is_secret:
            return None
        self.add(index, stop, _rules.RULE_PROSE)
        return stop

    def _option(self, kind: str, start: int) -> Optional[int]:
        """--api-key X: whatever stands there, unless it is the next option."""
        if self.t[start] == 0x2D:
            return None
        value = self.text.value(start, False)
        if value.form == CONTAINER or value.end <= value.start:
            return None
        content = self.t[value.start:value.end]
        if is_masked(content):
            return value.next
        if kind not in (SECRET, USER):
            if is_lower_word(content) or isinstance(decide(kind, content, TEXT), str):
                return None
        self.add(value.start, value.end, _rules.RULE_COMMAND_LINE)
        return value.next

    def _user_option(self, end: int) -> Optional[int]:
        """curl's -u user:password."""
        text, t = self.text, self.t
        start = text.skip_blanks(end)
        # The option must begin an argument.
        if start <= end or (end - 3 >= 8 and not KIND[t[end - 3]] & SPACE):
            return None
        value = text.value(start, False)
        if value.form == CONTAINER:
            return None
        # The user's name stays unseen, so it must be no more than a name.
        colon = value.start
        while colon < value.end and (KIND[t[colon]] & (WORD | DOT) or t[colon] == 0x40):
            colon += 1
        if not (value.start < colon and colon + 1 < value.end and t[colon] == 0x3A):
            return None
        if not is_masked(t[colon + 1:value.end]):
            self.add(colon + 1, value.end, _rules.RULE_COMMAND_LINE)
        return value.next

    def _quoted_password(self, end: int) -> Optional[int]:
        """SQL's IDENTIFIED BY 'password'."""
        start = self.text.skip_blanks(end)
        if self.text.quote(start) is None:
            return None
        value = self.text.value(start, False)
        if not is_masked(self.t[value.start:value.end]):
            self.add(value.start, value.end, _rules.RULE_PROSE)
        return value.next

    def _credential(self, end: int) -> "tuple[int, int]":
        start = end + 3 if self.t.startswith(b"%20", end) else self.text.skip_blanks(end)
        return start, self.text.credential_end(start)

    def _bearer(self, end: int) -> Optional[int]:
        start, stop = self._credential(end)
        value = self.t[start:stop]
        if len(value) < 8 or is_assignment(value):
            return None
        counts = tally(value)
        if not (counts.digits > 0 or len(value) >= 24
                or (counts.upper > 1 and counts.lower > 0 and not is_camel_words(value))):
            return None
        self.add(start, stop, _rules.RULE_BEARER)
        return stop

    def _basic(self, end: int) -> Optional[int]:
        start, stop = self._credential(end)
        value = self.t[start:stop]
        if len(value) < 8:
            return None
        counts = tally(value)
        if (not counts.upper or not counts.lower or counts.classes & DOT
                or not (value[-1] == 0x3D or counts.digits > 0 or not is_camel_words(value))):
            return None
        self.add(start, stop, _rules.RULE_BASIC)
        return stop

    def _redirected(self, end: int) -> Optional[int]:
        """`echo VALUE > file` where the file's name is a secret's."""
        text, t = self.text, self.t
        start = text.skip_blanks(end)
        if t[start] == 0x2D and t[start + 1] in b"ne":
            start = text.skip_blanks(start + 2)
        value = text.value(start, False)
        if value.form == CONTAINER or value.end - value.start < 4:
            return None
        index = text.skip_blanks(value.next)
        if t[index] != 0x3E:
            return None
        while t[index] == 0x3E:
            index += 1
        index = text.skip_blanks(index)
        stop = index
        while stop < self.n and not KIND[t[stop]] & SPACE and t[stop] not in b";)&":
            stop += 1
        if not names_secret_file(t[index:stop]) or is_masked(t[value.start:value.end]):
            return None
        self.add(value.start, value.end, _rules.RULE_REDIRECT)
        return value.next

    def _skip_connectors(self, index: int) -> int:
        """Past `is`, `was`, `set to`, `:` and the like between a name and its value."""
        text, t = self.text, self.t
        for _ in range(3):
            found = _SMALL.match(t, index, self.n)
            word = found.group() if found else b""
            if word in _rules.CONNECTORS:
                index = text.skip_blanks(index + len(word))
                if t[index] == 0x3A:
                    index = text.skip_blanks(index + 1)
            elif t[index] in b"=:":
                index = text.skip_blanks(index + 1)
            else:
                return index
        return index
