# SPDX-License-Identifier: Apache-2.0
"""Words that name a value: name=value, "name": "value", name: value, ('name', 'value'), <name>value<."""

import re
from typing import Optional

from . import _rules
from ._base import ScannerBase
from ._names import (ANNOUNCES_PAIR, ARGUMENTS, AUTH, AUTHORIZATION, COOKIE, IDENTIFIER, KEPT, KEY_LIKE, NAME_BYTES,
                     PAIRED_VALUE, PLAIN, PROSE, QUERY, SECRET, SEED, SIGNATURE, STAY, SUSPECT, TEXT, TOKEN, USER,
                     decide)
from ._shapes import (KIND, LETTER, WORD, authorization_scheme, has_space, is_empty_scalar, is_login_word,
                      is_lower_word, is_masked, is_pair_name, repeats)
from ._text import BARE, CONTAINER, LOW, QUOTED, QUOTES, Separator, Value

_QUOTE = re.compile(rb"[\"'`]")
_CALL_WORD = re.compile(rb"[A-Za-z0-9_/.-]{1,31}")
_SECOND_WORDS = frozenset((b"key", b"token", b"phrase", b"words", b"code", b"keys"))


class Named(ScannerBase):
    """Part of Scanner."""

    def keyed(self, start: int, end: int, has_letter: bool) -> Optional[int]:
        """Where to go on if the word names a value and that is settled."""
        t, text = self.t, self.text
        if t[end] == 0x3E and t[start - 1] in b"<:":
            return self._element(start, end)
        separator = text.separator(end)
        if separator is None:
            return self._tuple(start, end) if t[start - 1] in QUOTES else None
        # `arn:aws:secretsmanager:...:secret:desk`: a part of a name, not a name.
        if (separator.is_colon and not separator.quote_count and t[start - 1] == 0x3A
                and text.low[start:end] == b"secret"):
            return None
        if not has_letter or (t[start] == 0x41 and t[start - 1] == 0x5E):
            after = self.fix_tag(start, end, separator.is_colon)
            if after is not None or not has_letter:
                return after
        kind = self._verdict(start, end)
        if kind in (PLAIN, SUSPECT):
            self._note_pair(start, end, separator)
            return None
        if kind == KEPT:
            return max(text.value(separator.value_start, separator.quote_count > 0).next, end)
        if kind == IDENTIFIER:
            if separator.value_start >= self.quiet_end:
                self.quiet_end = text.public_value_end(separator.value_start, separator.quote_count > 0)
            return None
        return self._judge(start, end, kind, separator)

    def _verdict(self, start: int, end: int) -> str:
        """The verdict on a word, with the word before it where that matters (`API key: ...`)."""
        t = self.t
        own = self.kind_of(start, end)
        if own == PLAIN and t[start - 1] >= 0x80:
            # Letters outside ASCII before it are part of the word.
            first = start
            while start - first < 32 and (t[first - 1] >= 0x80 or KIND[t[first - 1]] & WORD):
                first -= 1
            own = self.kind_of(first, end)
        before = self.previous
        if before[0] == before[1] or before[1] + 1 != start or end - start > 9:
            return own
        if own in (PLAIN, KEY_LIKE, TOKEN, IDENTIFIER) and self.text.low[start:end] in _SECOND_WORDS:
            both = self.kind_of(before[0], end)
            if both in (SECRET, SEED, IDENTIFIER, USER, KEPT):
                return both
        return own

    def _value(self, separator: Separator) -> Value:
        """The value after a separator. The end of a long run without a break is remembered, since all
        names in it would look for it again."""
        start = separator.value_start
        if (self.bare_run[0] < start < self.bare_run[1] and KIND[self.t[start]] & WORD
                and not self.text.has_prefixed_quote(start)):
            return Value(start, self.bare_run[1], self.bare_run[1], BARE)
        value = self.text.value(start, separator.quote_count > 0)
        if value.form == BARE:
            self.bare_run = (value.start, max(value.start, value.end))
        return value

    def _judge(self, start: int, end: int, kind: str, separator: Separator) -> Optional[int]:
        t = self.t
        value = self._value(separator)
        content = t[value.start:value.end]
        rules = self.rules
        if rules.has_value_exceptions and rules.keeps_pair(t[start:end], content):
            return max(value.next, end)
        if value.form == CONTAINER:
            return self._container(start, kind, value, separator)
        if kind == KEY_LIKE:
            self._note_pair(start, end, separator)
        if kind == PAIRED_VALUE:
            if value.start > self.pair_end or is_masked(content) or is_empty_scalar(content):
                return None
            self._add_quoted(value, separator, _rules.RULE_PAIRED_VALUE)
            return max(value.next, end)
        if value.form == BARE:
            # `api_key=api_key`, `token=self.token`: the name again, in a line of source.
            if repeats(content, t[start:end]):
                return None
            value = self._stretched(value, kind, separator)
        is_query = not separator.is_colon and t[start - 1] in b"?&"
        is_prose = value.form == BARE and separator.is_colon and not separator.quote_count
        if is_prose and kind == SECRET and self._is_sentence(start, end, value):
            return None
        decision = decide(kind, t[value.start:value.end], QUERY if is_query else PROSE if is_prose else TEXT)
        if isinstance(decision, str):
            return max(value.next, end) if decision == STAY else None
        first, last, rule = decision
        if first == 0:
            self._add_quoted(value._replace(end=value.start + last), separator, rule)
        else:
            self.add(value.start + first, value.start + last, rule)
        return max(value.next, end)

    def _is_sentence(self, start: int, end: int, value: Value) -> bool:
        """`Our secret: patience is ...`: a word that sentences use too, and small letters that go on."""
        if self.text.low[start:end] not in (b"secret", b"secrets", b"credentials"):
            return False
        return (is_lower_word(self.t[value.start:value.end]) and self.t[value.end] == 0x20
                and bool(KIND[self.t[value.end + 1]] & LETTER))

    def _stretched(self, value: Value, kind: str, separator: Separator) -> Value:
        """Values that go on after a space: a scheme and its credential, cookies, seed phrases."""
        text, t = self.text, self.t
        end = value.end
        if kind in (AUTHORIZATION, AUTH):
            scheme = authorization_scheme(t[value.start:min(value.start + 64, self.n)])
            if scheme is None:
                return value
            end = text.line_end(value.start) if scheme[1] else text.bare_end(value.start + scheme[0])
        elif kind == SEED or (kind == COOKIE and separator.is_colon):
            end = text.line_end(value.start)
            for quote in (b'"', b"'"):
                place = t.find(quote, value.start, end)
                if place >= 0:
                    end = place
        if end > value.end:
            return value._replace(end=end, next=end)
        return value

    def _container(self, start: int, kind: str, value: Value, separator: Separator) -> Optional[int]:
        """A list or an object under a name."""
        bracket = self.t[value.start]
        if kind in (SECRET, USER, TOKEN, COOKIE, SEED):
            return self._whole(start, value, separator, _rules.RULE_NAME)
        if kind in (AUTH, AUTHORIZATION):
            if bracket == 0x28:
                return self._whole(start, value, separator, _rules.RULE_AUTHORIZATION)
            if bracket == 0x5B:
                self._enter_list(value.start, kind)
        elif kind in (KEY_LIKE, SIGNATURE):
            if bracket != 0x7B:
                self._enter_list(value.start, kind)
        elif kind == ARGUMENTS and self._is_login_call():
            self._enter_list(value.start, ARGUMENTS)
        return None

    def _whole(self, start: int, value: Value, separator: Separator, rule: str) -> int:
        end = self.text.container_end(value.start)
        self._add_quoted(value._replace(end=end), separator, rule)
        return max(end, start + 1)

    def _enter_list(self, start: int, kind: str) -> None:
        """From here on the strings of a list are judged one by one; an inner one keeps the outer's end."""
        if start >= self.list_end:
            self.list_end = self.text.container_end(start)
        self.list_kind = kind

    def listed(self, start: int) -> Optional[int]:
        """A string in a list that is judged one by one."""
        text, t = self.text, self.t
        opened = text.quote(start)
        if opened is None or not text.opens_item(start):
            return None
        first = opened[1] + 1
        close, after = text.quoted_end(first, t[opened[1]], opened[0])
        content = t[first:close]
        if close > self.list_end or len(content) < 4 or has_space(content):
            return None
        if self.list_kind == ARGUMENTS:
            if is_masked(content) or text.separator(close) is not None:
                return None
            self.add(first, close, _rules.RULE_LOGIN_ARGUMENTS)
            return after
        decision = decide(self.list_kind, content, TEXT)
        if isinstance(decision, str):
            return None
        self.add(first + decision[0], first + decision[1], decision[2])
        return after

    def _tuple(self, start: int, end: int) -> Optional[int]:
        """('X-API-KEY', 'value') and ["Authorization", "Bearer ..."], as header lists are printed."""
        text, t = self.text, self.t
        close = text.quote(end)
        if close is None or t[start - 1] not in QUOTES:
            return None
        before = start - 2
        while t[before] == 0x5C:
            before -= 1
        if t[before] | 0x20 == 0x62:
            before -= 1
        if t[before] not in b"([":
            return None
        index = text.skip_blanks(close[1] + 1)
        if t[index] != 0x2C:
            return None
        index = text.skip_blanks(index + 1)
        kind = self.kind_of(start, end)
        if kind in (PLAIN, IDENTIFIER, KEPT) or not text.has_prefixed_quote(index):
            return None
        value = text.value(index, True)
        if value.form != QUOTED:
            return None
        decision = decide(kind, t[value.start:value.end], TEXT)
        if isinstance(decision, str):
            return None
        self.add(value.start + decision[0], value.start + decision[1], decision[2])
        return max(value.next, end)

    def _element(self, start: int, end: int) -> Optional[int]:
        """<password>value</password>, as XML and SOAP have it."""
        kind = self.kind_of(start, end)
        stop = self.t.find(b"<", end + 1, self.n)
        if kind in (PLAIN, KEPT) or stop < 0:
            return None
        decision = decide(kind, self.t[end + 1:stop], TEXT)
        if isinstance(decision, str):
            return None
        self.add(end + 1 + decision[0], end + 1 + decision[1], decision[2])
        return stop

    def _note_pair(self, start: int, end: int, separator: Separator) -> None:
        """Remembers that a `"name": "api_key"` stands here, for the `"value"` that follows."""
        text = self.text
        if end - start > 9 or not is_pair_name(self.t[start:end]):
            return
        if not text.has_prefixed_quote(text.skip_blanks(separator.value_start)):
            return
        value = text.value(separator.value_start, separator.quote_count > 0)
        if value.form == QUOTED and value.end - value.start <= NAME_BYTES:
            if self.kind_of(value.start, value.end) in ANNOUNCES_PAIR:
                self.pair_end = value.next + 64

    def _add_quoted(self, value: Value, separator: Separator, rule: str) -> None:
        """A span over a value, with the key's quotes put around the mask where the value had none."""
        quote = b""
        if value.form != QUOTED and separator.quote_count:
            quote = self.t[separator.quote_start:separator.quote_start + separator.quote_count]
        self.add(value.start, value.end, rule, quote)

    def _is_login_call(self) -> bool:
        """Whether the text holds a login: a quoted `auth`, `login` or the like as a value."""
        if self.login_call is None:
            self.login_call = self._find_login_call()
        return self.login_call

    def _find_login_call(self) -> bool:
        t, text = self.t, self.text
        for found in _QUOTE.finditer(t, LOW, self.n):
            word = _CALL_WORD.match(t, found.end(), self.n)
            if word and text.quote(word.end()) and is_login_word(word.group()):
                return True
        return False
