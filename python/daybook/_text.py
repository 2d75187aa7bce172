# SPDX-License-Identifier: Apache-2.0
"""A text as the scanner walks it: bytes with zeros on both sides, so that rules look ahead and behind
without a check at each place. Places are offsets into the padded bytes, from LOW on.
"""

import re
from typing import NamedTuple, Optional, Tuple

from ._shapes import ALNUM, DIGIT, DOT, KIND, LETTER, MASK_BYTES, SPACE, WORD

LOW = 8
_PAD = bytes(LOW)
# Bytes of a call's arguments in brackets that belong to a value without quotes.
_CALL_BYTES = 4096
_FAR = 1 << 62

QUOTED, BARE, CONTAINER = 0, 1, 2


class Value(NamedTuple):
    """A value as it stands in text after a name."""

    start: int  # what would be masked: between the quotes, the bare run, or with the brackets
    end: int
    next: int  # where scanning goes on if the value is masked
    form: int


class Separator(NamedTuple):
    """What stands between a name and its value."""

    value_start: int
    quote_start: int  # the name's closing quote, so that a mask can be quoted alike
    quote_count: int
    is_colon: bool


QUOTES = frozenset(b"\"'`")
_BLANKS = frozenset(b" \t")
_SPELLED_COLOURS = (b"\\x1b[", b"\\u001b[", b"\\033[", b"\\x1B[", b"\\u001B[")
_HEX2 = re.compile(rb"[0-9a-fA-F]{2}")
_HEX4 = re.compile(rb"[0-9a-fA-F]{4}")
_SEPARATOR_FIRST = frozenset(b"=:\"'`])\\\x1b%-")
_AFTER_BLANKS = frozenset(b"=:-%\x1b\\")
_PUBLIC = re.compile(rb"[A-Za-z0-9_.+/=:$-]*")
_CREDENTIAL = re.compile(rb"[A-Za-z0-9_.+/=~:%-]*")
_LINE_END = re.compile(rb"[\n\r]|\\+[nr]")
_QUOTE_END = {quote: re.compile(rb"\\*" + bytes([quote])) for quote in QUOTES}
_BARE_STOP = re.compile(rb"[\x00-\x20\x7f&<>`\\\"',;|()\[\]}%]")
_BARE_END = frozenset(range(0x21)) | frozenset(b"\x7f&<>`")
_ESCAPES_END = frozenset(b"nrtxu")
_PERCENT_END = (b"%26", b"%22", b"%27", b"%20", b"%0a", b"%0d", b"%2c", b"%7d")
_BRACKET = re.compile(rb"[{}\[\]()\\\"']")
_ITEM = re.compile(rb"[A-Za-z0-9_.-]{0,64}")
_PREFIX = re.compile(rb"[bBuUrRfF@]{1,2}")


class Text:
    """One text; see the module."""

    __slots__ = ("t", "low", "n")

    def __init__(self, data: bytes) -> None:
        self.t = b"".join((_PAD, data, _PAD))
        self.low = self.t.lower()
        self.n = LOW + len(data)  # the end

    # MARK: Colours, blanks and lines

    def _after_sequence(self, start: int) -> int:
        """After the part of a terminal's control sequence that follows ESC."""
        if self.t[start] != 0x5B:
            return start
        index = start + 1
        limit = min(self.n, index + 32)
        while index < limit:
            byte = self.t[index]
            index += 1
            if 0x40 <= byte <= 0x7E or byte < 0x20 or byte > 0x3F:
                return index
        return index

    def after_colour(self, index: int) -> int:
        return self._after_sequence(index + 1) if self.t[index] == 0x1B else index + 1

    def after_literal_escape(self, start: int) -> int:
        """After a backslash escape that is spelled out, as a repr or JSON inside a string spells it."""
        t, index = self.t, start
        while t[index] == 0x5C:
            index += 1
        byte = t[index]
        if byte in b"nrtbfva":
            return index + 1
        if byte == 0x78 and _HEX2.match(t, index + 1):
            return self._after_sequence(index + 3) if self.low.startswith(b"1b", index + 1) else index + 3
        if byte == 0x75 and _HEX4.match(t, index + 1):
            return self._after_sequence(index + 5) if self.low.startswith(b"001b", index + 1) else index + 5
        if t.startswith(b"033", index):
            return self._after_sequence(index + 3)
        return index

    def skip_colours(self, index: int) -> int:
        while True:
            byte = self.t[index]
            if byte == 0x1B:
                index = self.after_colour(index)
            elif byte == 0x5C and self.t.startswith(_SPELLED_COLOURS, index):
                index = self.after_literal_escape(index)
            else:
                return index

    def skip_blanks(self, index: int, lines: bool = False) -> int:
        t, n = self.t, self.n
        while index < n:
            byte = t[index]
            if byte == 0x20 or byte == 0x09 or (lines and (byte == 0x0A or byte == 0x0D)):
                index += 1
            elif byte == 0x1B or byte == 0x5C:
                after = self.skip_colours(index)
                if after == index:
                    return index
                index = after
            else:
                return index
        return index

    def line_end(self, start: int) -> int:
        """Where the line ends, as a byte or spelled out."""
        found = _LINE_END.search(self.t, start, self.n)
        return found.start() if found else self.n

    # MARK: Quotes

    def quote(self, start: int) -> Optional[Tuple[int, int]]:
        """A quote with the backslashes before it: how many, and where the quote is."""
        t, index = self.t, start
        while t[index] == 0x5C:
            index += 1
        return (index - start, index) if t[index] in QUOTES else None

    def quoted_end(self, start: int, quote: int, slashes: int) -> Tuple[int, int]:
        """Where the closing quote's backslashes begin, and what follows it.

        A quote of escaping depth d has k = 2^d - 1 backslashes; inside, they come in pairs of that
        depth. So one with c closes when c mod 2(k+1) = k; one with fewer than k closes an outer text.
        """
        for found in _QUOTE_END[quote].finditer(self.t, start, self.n):
            run = found.end() - found.start() - 1
            if run < slashes or run % (2 * (slashes + 1)) == slashes:
                return max(start, found.end() - 1 - min(run, slashes)), found.end()
        return self.n, self.n

    def has_prefixed_quote(self, index: int) -> bool:
        """Whether a quote stands here, perhaps after Python's b, u, r or f."""
        if self.quote(index):
            return True
        if not KIND[self.t[index]] & LETTER:
            return False
        return bool(self.quote(index + 1) or (KIND[self.t[index + 1]] & LETTER and self.quote(index + 2)))

    def opens_item(self, index: int) -> bool:
        """Whether a quote here opens an item of a list."""
        t, before = self.t, index - 1
        if t[before] | 0x20 in (0x62, 0x75):
            before -= 1
        while before > LOW and KIND[t[before]] & SPACE:
            before -= 1
        return t[before] in b"[(,{:"

    # MARK: Values

    def public_value_end(self, start: int, quoted: bool) -> int:
        """The end of a public value: the run of base64's characters, in quotes or not."""
        index = self.skip_blanks(start, quoted)
        if KIND[self.t[index]] & LETTER and self.t[index + 1] in QUOTES:
            index += 1
        opened = self.quote(index)
        if opened:
            index = opened[1] + 1
        found = _PUBLIC.match(self.t, index, self.n)
        return found.end() if found else index

    def credential_end(self, start: int) -> int:
        """The end of a credential in the characters of RFC 6750, a sentence's dot left off."""
        found = _CREDENTIAL.match(self.t, start, self.n)
        end = found.end() if found else start
        while end > start and self.t[end - 1] in b".:":
            end -= 1
        return end

    def value(self, start: int, after_quoted_key: bool) -> Value:
        """The value that begins at or after `start`, just after the separator."""
        t, n = self.t, self.n
        begin = self.skip_blanks(start, after_quoted_key)
        prefix = _PREFIX.match(t, begin)
        if prefix and self.quote(prefix.end()):
            begin = prefix.end()
        opened = self.quote(begin)
        if opened:
            return self._quoted_value(*opened)
        byte = t[begin]
        if byte == 0x25 and t.startswith(b"%22", begin):
            end = begin + 3
            while end < n and not t.startswith(b"%22", end) and not KIND[t[end]] & SPACE:
                end += 1
            return Value(begin + 3, end, end, QUOTED)
        if byte == 0x7C or byte == 0x3E:
            block = self._block_scalar(begin)
            if block:
                return block
        if byte in b"{[(":
            # Where it ends is asked for only if it matters.
            return Value(begin, begin, begin, CONTAINER)
        end = self.bare_end(begin)
        return Value(begin, end, end, BARE)

    def _block_scalar(self, start: int) -> Optional[Value]:
        """YAML's `key: |` or `key: >-`: the indented lines that follow."""
        t, index = self.t, start + 1
        while t[index] in b"-+" or KIND[t[index]] & DIGIT:
            index += 1
        if t[index] != 0x0A or t[index + 1] not in _BLANKS:
            return None
        first = self.skip_blanks(index + 1)
        end = first
        while end < self.n:
            if t[end] == 0x0A and t[end + 1] not in _BLANKS:
                break
            end += 1
        return Value(first, end, end, QUOTED)

    def _quoted_value(self, slashes: int, index: int) -> Value:
        t, first = self.t, index + 1
        quote = t[index:first]
        if slashes == 0 and t.startswith(quote * 2, first):
            # Python's triple quotes.
            end = t.find(quote * 3, first + 2, self.n)
            if end < 0:
                return Value(first + 2, max(self.n, first + 2), max(self.n, first + 2), QUOTED)
            return Value(first + 2, end, end + 3, QUOTED)
        end, after = self.quoted_end(first, t[index], slashes)
        return Value(first, end, after, QUOTED)

    def container_end(self, start: int, within: int = _FAR) -> int:
        """The end of a bracketed value, with quotes inside respected; a cut one goes to the end."""
        t = self.t
        count = start + within if within < self.n - start else self.n
        depth, index = 0, start
        while index < count:
            found = _BRACKET.search(t, index, count)
            if found is None:
                return count
            index = found.start()
            byte = t[index]
            if byte in b"{[(":
                depth += 1
                index += 1
            elif byte in b"}])":
                depth -= 1
                index += 1
                if depth <= 0:
                    return index
            elif byte == 0x5C:
                opened = self.quote(index)
                index = self.quoted_end(opened[1] + 1, t[opened[1]], opened[0])[1] if opened else index + 1
            elif byte == 0x27 and KIND[t[index - 1]] & LETTER and KIND[t[index + 1]] & LETTER:
                index += 1  # an apostrophe inside a word opens nothing
            else:
                index = self.quoted_end(index + 1, byte, 0)[1]
        return count

    def bare_end(self, start: int) -> int:
        """The end of a value without quotes. Errs on the long side: a comma, semicolon or bracket ends it
        only where something new begins after it."""
        t, n = self.t, self.n
        if t.startswith(MASK_BYTES, start):
            # Our own mask ends where it ends, unless more is glued to it.
            after = start + len(MASK_BYTES)
            if after >= n or not KIND[t[after]] & WORD:
                return after
        index = start
        while index < n:
            found = _BARE_STOP.search(t, index, n)
            if found is None:
                return n
            index = found.start()
            byte = t[index]
            if byte in _BARE_END:
                return index
            if byte == 0x5C:
                if t[index + 1] in _ESCAPES_END or self.quote(index):
                    return index
            elif byte in b"\"')]}":
                if self._ends_after_delimiter(index + 1):
                    return index
            elif byte in b",;|":
                if self._starts_new(index + 1):
                    return index
            elif byte in b"([":
                # A call or a subscript belongs to the value.
                if index == start:
                    return index
                index = self.container_end(index, _CALL_BYTES)
                continue
            elif byte == 0x25 and self.low.startswith(_PERCENT_END, index):
                return index
            index += 1
        return n

    def _ends_after_delimiter(self, index: int) -> bool:
        """Whether a quote or closing bracket before is a real end: nothing word-like follows."""
        return index >= self.n or (not KIND[self.t[index]] & ALNUM and self.t[index] < 0x80)

    def _starts_new(self, index: int) -> bool:
        """Whether a new item begins here: a space, an end, a quote, or a name with = or :."""
        if index >= self.n or KIND[self.t[index]] & SPACE or self.quote(index):
            return True
        found = _ITEM.match(self.t, index, self.n)
        end = found.end() if found else index
        return end > index and self.t[end] in b"=:"

    def path_part_end(self, start: int) -> int:
        t, end = self.t, start
        while end < self.n and (KIND[t[end]] & (WORD | DOT) or t[end] == 0x40):
            end += 1
        return end

    # MARK: Separators

    def separator(self, end: int) -> Optional[Separator]:
        """What stands after a name that ends at `end`: =, ==, :, :=, =>, ->, with a closing quote,
        a bracket, blanks and colours before it, percent-encoded or not."""
        t = self.t
        byte = t[end]
        if byte == 0x20 or byte == 0x09:
            after = end + 1
            while t[after] == 0x20 or t[after] == 0x09:
                after += 1
            if t[after] not in _AFTER_BLANKS:
                return None
        elif byte not in _SEPARATOR_FIRST:
            return None
        quote_start = quote_count = 0
        index = self.skip_colours(end)
        opened = self.quote(index)
        if opened:
            quote_start, quote_count = index, opened[0] + 1
            index = opened[1] + 1
        elif t.startswith(b"%22", index):
            quote_start, quote_count = index, 3
            index += 3
        # `cfg['api_key'] =`, `get('token') ==`; not `def connect(auth):`.
        if quote_count:
            for _ in range(2):
                if t[index] in b"])":
                    index += 1
        index = self.skip_blanks(index)
        byte, is_colon = t[index], False
        if byte == 0x3D:
            index += 1
            while t[index] in b"=>~":
                index += 1
        elif byte == 0x3A:
            if t[index + 1] == 0x3A or t.startswith(b"//", index + 1):
                return None
            index += 1
            if t[index] == 0x3D:
                index += 1
            is_colon = True
        elif byte == 0x2D and t[index + 1] == 0x3E:
            index += 2
        elif byte == 0x25 and self.low.startswith((b"%3d", b"%3a"), index):
            index += 3
        elif byte == 0x5C and self.low.startswith((b"\\u003d", b"\\u003a"), index):
            index += 6
        else:
            return None
        return Separator(index, quote_start, quote_count, is_colon)
