# SPDX-License-Identifier: Apache-2.0
"""Finds secrets in text: one pass from left to right over words, with a look ahead at what follows each.

Works on decoded text of any origin: JSON and Python reprs of any escaping depth, headers, URLs, forms,
exception text, coloured output. The rules are those of docs/format/masking.md, as in Daybook itself.
"""

import re
from typing import Dict, List, NamedTuple, Optional, Tuple

from . import _rules
from ._names import NameJudge, PLAIN, UserRules
from ._scan_announced import Announced
from ._scan_named import Named
from ._scan_shapes import Shapes
from ._shapes import (ALNUM, KIND, MASK, MASK_BYTES, is_inside_mask, is_key_like,
                      is_masked, is_seed_phrase)
from ._text import LOW, Text

# Times that a text in which a rule fired is looked at again: a mask changes what stands beside it.
ROUNDS = 8
# Values a session remembers after a rule masked them.
_REMEMBERED = 512

_WORD = re.compile(rb"[A-Za-z0-9_-]+")
_NEXT = re.compile(rb"[A-Za-z0-9_]|-----|[\x1b\\]|%[0-9a-fA-F]{2}")
_LONE = re.compile(rb"[A-Za-z0-9_.-]*")
_KNOWN = re.compile(rb"[A-Za-z0-9_-]{8,256}")
_DIGIT = re.compile(rb"[0-9]")
_UPPER = re.compile(rb"[A-Z]")
_LOWER = re.compile(rb"[a-z]")
_LETTER_OF = re.compile(rb"[A-Za-z]")
_INSTANT = re.compile(rb"[0-9-]{10}T[0-9]{2}:[^a-z]{12}Z")


class Span(NamedTuple):
    """A range of a text to be masked, and by which rule; `quote` is put around the mask."""

    start: int
    end: int
    rule: str
    quote: bytes = b""


class ValueMemory:
    """Values that a rule masked, so that the same value is masked where nothing announces it.

    Only values that look like keys, only their hashes, and only the newest.
    """

    def __init__(self) -> None:
        self._slots: Dict[int, int] = {}
        self.turn = 0  # goes up whenever something is learned

    @property
    def is_awake(self) -> bool:
        """Whether anything was learned."""
        return bool(self._slots)

    def learn(self, value: bytes, rule: str) -> None:
        # What is only random-looking may be an id: it teaches nothing.
        if rule in (_rules.RULE_REMEMBERED, _rules.RULE_HIGH_ENTROPY):
            return
        if _KNOWN.fullmatch(value) and is_key_like(value):
            self.turn += 1
            known = hash(value)  # keyed: Python draws a seed for each process
            self._slots.pop(known, None)
            self._slots[known] = 0
            if len(self._slots) > _REMEMBERED:
                del self._slots[next(iter(self._slots))]

    def knows(self, value: bytes) -> bool:
        if not self._slots or len(value) < 8 or hash(value) not in self._slots or not _DIGIT.search(value):
            return False
        mixed = _UPPER.search(value) and _LOWER.search(value)
        return bool(_KNOWN.fullmatch(value) and (mixed or len(value) >= 24))


class Scanner(Named, Announced, Shapes):
    """Rules and memory of one thread. Not for several threads at once."""

    def __init__(self, rules: Optional[UserRules] = None) -> None:
        self.rules = rules or UserRules()
        self.names = NameJudge(self.rules)
        self.memory = ValueMemory()
        self.spans: List[Span] = []
        self.begin(Text(b""))
        # A private key's block began in an earlier text and did not end: in how many texts its lines are
        # still expected.
        self.open_block_texts = 0

    def begin(self, text: Text) -> None:
        self.text = text
        self.t = text.t
        self.n = text.n
        self.quiet_end = 0  # up to here the rule for random-looking words is silent
        self.previous = (0, 0)  # the word before, if only one space lies between
        self.login_call: Optional[bool] = None
        self.fix_logon: Optional[bool] = None
        self.bare_run = (0, 0)  # the last value without quotes that was looked at
        self.block_end = (0, 0)
        self.pair_end = 0  # a `name` member held a secret's name up to here
        self.list_end = 0  # inside a list whose strings are judged one by one
        self.list_kind = PLAIN

    # MARK: Whole texts

    def masked(self, text: str, quietly: bool = False) -> Tuple[str, List[str]]:
        """A text with its secrets masked, and which rules fired.

        Masked again until nothing more is found, so that a masked text is a fixed point. A text that
        does not settle is masked whole.
        """
        rules: List[str] = []
        data = text.encode("utf-8", "surrogatepass")
        for turn in range(ROUNDS):
            result = self.masked_once(data, quietly, rules)
            if result is None:
                return (text if turn == 0 else data.decode("utf-8", "surrogatepass")), rules
            data = result
        return MASK, rules

    def masked_once(self, data: bytes, quietly: bool, rules: List[str]) -> Optional[bytes]:
        if not self.scan(data, quietly):
            return None
        parts: List[bytes] = []
        position = 0
        for span in self.spans:
            rules.append(span.rule)
            parts += (data[position:span.start], span.quote, MASK_BYTES, span.quote)
            position = span.end
        parts.append(data[position:])
        return b"".join(parts)

    def scan(self, data: bytes, quietly: bool = False) -> bool:
        """Looks at a whole text; afterwards `spans` holds what to mask, as offsets into `data`."""
        self.spans = []
        if is_masked(data):
            return False
        text = Text(data)
        self.begin(text)
        if quietly:
            self.quiet_end = text.n
        if is_seed_phrase(data):
            self.add(LOW, text.n, _rules.RULE_SEED_PHRASE)
        elif self.open_block_texts > 0 and self.continues_block(data):
            self.add(LOW, text.n, _rules.RULE_PRIVATE_KEY)
        else:
            self._run()
        spans = [span._replace(start=span.start - LOW, end=span.end - LOW) for span in self.spans]
        if self.rules.patterns:
            spans = self._with_patterns(data, spans)
        if self.rules.kept_values:
            spans = [span for span in spans if not self.rules.keeps_value(data[span.start:span.end])]
        self.spans = spans
        return bool(spans)

    def _with_patterns(self, data: bytes, spans: List[Span]) -> List[Span]:
        """Adds what a user's patterns match; overlapping spans become one under the first's rule."""
        text = data.decode("utf-8", "surrogatepass")
        for number, pattern in enumerate(self.rules.patterns):
            for found in pattern.finditer(text):
                group = 1 if pattern.groups and found.group(1) is not None else 0
                start = len(text[:found.start(group)].encode("utf-8", "surrogatepass"))
                value = found.group(group).encode("utf-8", "surrogatepass")
                if value and not is_masked(value) and not is_inside_mask(value):
                    spans.append(Span(start, start + len(value), f"user:{number}"))
        united: List[Span] = []
        for span in sorted(spans, key=lambda span: (span.start, span.end)):
            if united and span.start < united[-1].end:
                united[-1] = united[-1]._replace(end=max(united[-1].end, span.end))
            else:
                united.append(span)
        return united

    def may_hold_secret(self, data: bytes) -> bool:
        """The cheap question before a scan: whether any rule could fire. Most values of a trading record
        are single words, numbers or instants, and stop here."""
        count = len(data)
        if count < 4 or self.rules.patterns:
            return bool(self.rules.patterns)
        if _LONE.fullmatch(data):
            if count < 12:
                return count >= 8 and self.memory.is_awake
            return count >= 20 or _UPPER.search(data) is not None
        return not (count == 27 and _INSTANT.fullmatch(data))

    # MARK: The walk

    def _run(self) -> None:
        t, n, text = self.t, self.n, self.text
        index = LOW
        while index < n:
            if index >= self.list_end:
                found = _NEXT.search(t, index, n)
                if found is None:
                    return
                index = found.start()
            byte = t[index]
            if KIND[byte] & ALNUM or byte == 0x5F:
                index = max(self._word(index), index + 1)
                continue
            if index < self.list_end:
                after = self.listed(index)
                if after is not None:
                    index = after
                    continue
            if byte == 0x2D and t.startswith(b"-----", index):
                index = max(self.block(index), index + 1)
            elif byte == 0x1B:
                index = text.after_colour(index)
            elif byte == 0x5C:
                index = text.after_literal_escape(index)
            elif byte == 0x25 and _NEXT.match(t, index, n):
                index += 3
            else:
                index += 1

    def _word(self, start: int) -> int:
        """One word: first as a name with a value, then as a word that announces one, then by itself."""
        found = _WORD.match(self.t, start, self.n)
        end = found.end() if found else start + 1
        # `PASSWORD->x`: the dash belongs to the arrow.
        while end > start + 1 and self.t[end - 1] == 0x2D:
            end -= 1
        after = self._settled(start, end)
        self.previous = (start, end) if self.t[end] == 0x20 else (0, 0)
        if after is not None:
            return after
        if end - start >= 8 and self.memory.knows(self.t[start:end]):
            self.add(start, end, _rules.RULE_REMEMBERED)
        return end

    def _settled(self, start: int, end: int) -> Optional[int]:
        has_letter = _LETTER_OF.search(self.t, start, end) is not None
        after = self.keyed(start, end, has_letter)
        if after is None:
            after = self.announced(start, end)
        if after is None:
            after = self.alone(start, end)
        return after

    def add(self, start: int, end: int, rule: str, quote: bytes = b"") -> None:
        if end <= start or (self.spans and start < self.spans[-1].end):
            return
        self.spans.append(Span(start, end, rule, quote))
        self.memory.learn(self.t[start:end], rule)
