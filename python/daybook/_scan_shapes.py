# SPDX-License-Identifier: Apache-2.0
"""Words that are secrets by themselves, or by what frames them: makers' tokens, URLs, JWTs, PEM blocks,
FIX logons, seed phrases."""

import re
from typing import Dict, List, Optional, Tuple

from . import _rules
from ._base import ScannerBase
from ._shapes import (ALNUM, DIGIT, KIND, carries_secret_word, is_high_entropy,
                      is_key_like, is_masked, is_wallet_key, tally)
from ._text import LOW

# Bytes of a URL's password with a slash in it.
_PASSWORD_BYTES = 512
# Texts after the beginning of a private key in which its lines are still expected.
_OPEN_BLOCK_TEXTS = 64

_PROVIDERS: Dict[int, List[Tuple[bytes, int, bool, bool]]] = {}
for _token in _rules.PROVIDER_TOKENS:
    _PROVIDERS.setdefault(_token[0][0], []).append(_token)

_TAIL = re.compile(rb"[A-Za-z0-9_-]*")
_TAIL_DOTS = re.compile(rb"[A-Za-z0-9_.-]*")
_LABEL = re.compile(rb"[A-Za-z0-9 ]{0,69}")
_URL_STOP = re.compile(rb"[\x00-\x20\"'<>`,\\/?#@:\[]")
_LATER_STOP = re.compile(rb"[\x00-\x20\"'<>`?&@]")
_SMALL_WORD = re.compile(rb"[a-z]+")
_BETWEEN = re.compile(rb"[\t\n\x0b\x0c\r ,]*")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_FIX_PASSWORDS = frozenset((b"554", b"925", b"1402", b"1404"))
_SOH, _PIPE, _CARET, _SPELLED, _ANY = (
    re.compile(rb"[\x01\n]"), re.compile(rb"[|\n]"), re.compile(rb"\^A|\n"),
    re.compile(rb"\\x01|\\u0001|\\001|\n"), re.compile(rb"[\x01|\n]|\^A|\\x01|\\u0001"))


class Shapes(ScannerBase):
    """Part of Scanner."""

    def alone(self, start: int, end: int) -> Optional[int]:
        t = self.t
        if t[end] == 0x3A:
            if t.startswith(b"//", end + 1):
                return self._url(end + 3)
            # `https:\/\/`, as JSON inside a string may have it.
            if t.startswith(b"\\/\\/", end + 1):
                return self._url(end + 5)
            after = self._telegram(start, end)
            if after is not None:
                return after
        count = end - start
        # The shortest with its prefix has 13 characters, or a dot before them.
        if (count >= 13 or t[end] == 0x2E) and count >= 2 and t[start] in _PROVIDERS:
            after = self._provider(start)
            if after is not None:
                return after
        if count < 8:
            return None
        if t.startswith(b"eyJ", start):
            after = self._jwt(start, end)
            if after is not None:
                return after
        if t[end] == 0x2F and t[start - 1] == 0x2F:
            after = self._webhook_path(start, end)
            if after is not None:
                return after
        if count < 12:
            return None
        return self._random(start, end)

    def _random(self, start: int, end: int) -> Optional[int]:
        t = self.t
        word = t[start:end]
        counts = tally(word)
        if (len(word) >= 60 and t.startswith(b"/ws/", start - 4) and not counts.classes & ~ALNUM
                and counts.digits and counts.lower + counts.upper):
            self.add(start, end, _rules.RULE_STREAM_KEY)
            return end
        if not counts.lower or not counts.upper:
            return None
        if len(word) >= 40 and self._is_high_entropy(start, end):
            self.add(start, end, _rules.RULE_HIGH_ENTROPY)
            return end
        if carries_secret_word(word):
            self.add(start, end, _rules.RULE_SECRET_WORD)
            return end
        return None

    def _is_high_entropy(self, start: int, end: int) -> bool:
        t = self.t
        word = t[start:end]
        if start < self.quiet_end or not (is_high_entropy(word) or is_wallet_key(word)):
            return False
        # An OpenSSH public key begins with the length of its type.
        if word.startswith(b"AAAA"):
            return False
        # Base64 with its own characters, ids with a mark before them and paths are not it.
        if t[start - 1] in b"+/=.$!#@%" or t[end] in b"+/=.$!#@%":
            return False
        # `%24...`: an id's mark in a URL.
        if t[start - 3] == 0x25 and t[start - 2] in b"0123456789abcdefABCDEF" and t[start - 1] in b"0123456789abcdefABCDEF":
            return False
        before = self.previous
        return (before[0] == before[1] or before[1] + 1 != start
                or self.text.low[before[0]:before[1]] not in _rules.PUBLIC_WORDS)

    def _provider(self, start: int) -> Optional[int]:
        t = self.t
        for prefix, least, dots, digits in _PROVIDERS[t[start]]:
            if not t.startswith(prefix, start):
                continue
            body = start + len(prefix)
            # A look at the beginning decides; only what is masked is walked to its end.
            head = self._token_end(body, dots, min(body + 64, self.n))
            counts = tally(t[body:head])
            if digits and not counts.digits:
                continue
            # `sk-` and others begin ordinary slugs too: those have only small letters.
            if not counts.upper and counts.digits < 4:
                continue
            stop = self._token_end(head, dots, self.n)
            while stop > body and t[stop - 1] == 0x2E:
                stop -= 1
            if stop - body < least:
                continue
            self.add(start, stop, _rules.RULE_PROVIDER_TOKEN)
            return stop
        return None

    def _token_end(self, start: int, dots: bool, limit: int) -> int:
        found = (_TAIL_DOTS if dots else _TAIL).match(self.t, start, max(limit, start))
        return found.end() if found else start

    def _telegram(self, start: int, end: int) -> Optional[int]:
        """A bot token: digits, a colon, and thirty or more characters."""
        t, digits = self.t, end
        while digits > start and KIND[t[digits - 1]] & DIGIT:
            digits -= 1
        if not 6 <= end - digits <= 12:
            return None
        stop = self._token_end(end + 1, False, self.n)
        if stop - end <= 30:
            return None
        counts = tally(t[end + 1:stop])
        if not counts.upper or not counts.lower:
            return None
        self.add(digits, stop, _rules.RULE_TELEGRAM_TOKEN)
        return stop

    def _jwt(self, start: int, end: int) -> Optional[int]:
        """eyJ....eyJ....: a signed (or encrypted) token of RFC 7519."""
        stop, parts = end, 1
        while self.t[stop] == 0x2E and parts < 5:
            after = self._token_end(stop + 1, False, self.n)
            if after == stop + 1 and parts != 1:
                break
            stop = after
            parts += 1
        if parts < 2 or stop - start < 20:
            return None
        self.add(start, stop, _rules.RULE_JWT)
        return stop

    def _webhook_path(self, start: int, end: int) -> Optional[int]:
        """/services/T.../B.../x (Slack and its relatives, on any host) and /webhooks/1.../x (Discord)."""
        text, t = self.text, self.t
        word = text.low[start:end]
        if word == b"services" and t[end + 1] == 0x54:
            second = text.path_part_end(end + 1)
            if t[second] != 0x2F or t[second + 1] != 0x42:
                return None
            third = text.path_part_end(second + 1)
            return self._mask_path(third + 1) if t[third] == 0x2F else None
        if word in (b"webhooks", b"webhookb2", b"incomingwebhook"):
            second = text.path_part_end(end + 1)
            return self._mask_path(second + 1) if t[second] == 0x2F and second > end + 1 else None
        return None

    def _mask_path(self, start: int) -> Optional[int]:
        stop = self.text.bare_end(start)
        if stop <= start or is_masked(self.t[start:stop]):
            return None
        self.add(start, stop, _rules.RULE_WEBHOOK)
        return stop

    def _url(self, authority: int) -> int:
        """scheme://user:password@host: the password, or a user that is a token."""
        t, n = self.t, self.n
        stop, at, colon = authority, -1, -1
        while stop < n:
            found = _URL_STOP.search(t, stop, n)
            if found is None:
                break
            stop = found.start()
            byte = t[stop]
            if byte == 0x40:
                at = stop
            elif byte == 0x3A:
                if colon < 0 and at < 0:
                    colon = stop
            elif byte in b"/?#":
                # A slash in a password: only where what follows the colon is no port.
                if at >= 0 or colon < 0 or self._is_port(colon + 1, stop):
                    break
                later = self._later_at(stop)
                if later < 0:
                    break
                at = stop = later
            else:
                break
            stop += 1
        if at <= authority:
            return authority
        if colon >= 0:
            if not is_masked(t[colon + 1:at]):
                self.add(colon + 1, at, _rules.RULE_URL_PASSWORD)
        elif is_key_like(t[authority:at]):
            self.add(authority, at, _rules.RULE_URL_PASSWORD)
        return at + 1

    def _is_port(self, start: int, end: int) -> bool:
        return end - start <= 5 and all(KIND[byte] & DIGIT for byte in self.t[start:end])

    def _later_at(self, start: int) -> int:
        found = _LATER_STOP.search(self.t, start, min(self.n, start + _PASSWORD_BYTES))
        return found.start() if found and found.group() == b"@" else -1

    # MARK: Frames

    def block(self, start: int) -> int:
        """-----BEGIN ... PRIVATE KEY-----: the body is masked, up to the END line, or to the text's end
        where that is missing. Certificates and public keys stay."""
        t, text = self.t, self.text
        if not text.low.startswith(b"-----begin ", start):
            return start + 5
        found = _LABEL.match(t, start + 11, self.n)
        label = found.end() if found else start + 11
        if not t.startswith(b"-----", label):
            return start + 11
        body = label + 5
        if not self.block_end[0] <= body < self.block_end[1]:
            place = text.low.find(b"-----end", body, self.n)
            self.block_end = (body, max(body + 1, place if place >= 0 else self.n))
        end = min(self.n, self.block_end[1])
        if b"private key" not in text.low[start:label]:
            self.quiet_end = max(self.quiet_end, end)
            return body
        if not is_masked(t[body:end]):
            self.add(body, end, _rules.RULE_PRIVATE_KEY)
        self.open_block_texts = _OPEN_BLOCK_TEXTS if end == self.n else 0
        return min(self.n, end + 8)

    def continues_block(self, data: bytes) -> bool:
        """Whether the text is one of the lines of a private key's block that came line by line."""
        if b"-----end" in data.lower():
            self.open_block_texts = 0
            return False
        self.open_block_texts -= 1
        line = data.rstrip(b"\t\n\x0b\x0c\r ")
        if len(line) < (4 if line.endswith(b"=") else 40):
            return False
        return not _NOT_BASE64.search(line.rstrip(b"="))

    def fix_tag(self, start: int, end: int, is_colon: bool) -> Optional[int]:
        """Tags 554 Password, 925 NewPassword, and 96 RawData of a logon (35=A), between SOH, | or ^A,
        each real or spelled out."""
        t, low = self.t, self.text.low
        if is_colon or t[end] != 0x3D:
            return None
        # `^A554=`: the A belongs to the delimiter.
        first = start + 1 if t[start] == 0x41 and t[start - 1] == 0x5E else start
        tag = t[first:end]
        if tag not in _FIX_PASSWORDS and tag != b"96":
            return None
        delimiter = self._fix_delimiter(first)
        if delimiter is None:
            return None
        if tag == b"96":
            if self.fix_logon is None:
                self.fix_logon = b"35=a" in low and (b"98=" in low or b"108=" in low)
            if not self.fix_logon:
                return None
        found = delimiter.search(t, end + 1, self.n)
        stop = found.start() if found else self.n
        if stop <= end + 1:
            return None
        if not is_masked(t[end + 1:stop]):
            self.add(end + 1, stop, _rules.RULE_FIX_LOGON)
        return stop

    def _fix_delimiter(self, index: int) -> "Optional[re.Pattern[bytes]]":
        t = self.t
        before = t[index - 1]
        if index == LOW:
            return _ANY
        if before == 0x01:
            return _SOH
        if before == 0x7C:
            return _PIPE
        if before == 0x41 and t[index - 2] == 0x5E:
            return _CARET
        spelled = (t.startswith((b"\\x01", b"\\001"), index - 4) or t.startswith(b"\\u0001", index - 6))
        return _SPELLED if before == 0x31 and spelled else None

    def announced_seed(self, start: int) -> Optional[int]:
        """Small words after a seed phrase was announced: at least twelve of them."""
        index, words, end = start, 0, start
        while words < 24:
            found = _SMALL_WORD.match(self.t, index, self.n)
            if found is None or not 3 <= found.end() - index <= 8:
                break
            words += 1
            end = found.end()
            between = _BETWEEN.match(self.t, end, self.n)
            index = between.end() if between else end
        if words < 12:
            return None
        self.add(start, end, _rules.RULE_SEED_PHRASE)
        return end
