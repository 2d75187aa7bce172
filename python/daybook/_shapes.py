# SPDX-License-Identifier: Apache-2.0
"""What a value looks like: the tests that decide under names and words that may or may not announce
a secret, and for values that stand alone.

All take bytes (UTF-8) and answer as docs/format/masking.md says; one function a property.
"""

import re
from typing import NamedTuple, Optional, Tuple

from . import _rules

MASK = "***MASKED***"
MASK_BYTES = MASK.encode()

_LOWER = bytes(range(0x61, 0x7B))
_UPPER = bytes(range(0x41, 0x5B))
_DIGITS = b"0123456789"
_JOINERS = b"_-"
_SPACES = b"\t\n\x0b\x0c\r "
_HEX = b"0123456789abcdefABCDEF"

LOWER, UPPER, DIGIT, JOINER, DOT, SPACE, OTHER = 1, 2, 4, 8, 16, 32, 64
LETTER = LOWER | UPPER
ALNUM = LETTER | DIGIT
WORD = ALNUM | JOINER


def _class(byte: int) -> int:
    for members, bit in ((_LOWER, LOWER), (_UPPER, UPPER), (_DIGITS, DIGIT), (_JOINERS, JOINER),
                         (b".", DOT), (_SPACES, SPACE)):
        if byte in members:
            return bit
    return OTHER


# The class of each byte.
KIND = tuple(_class(byte) for byte in range(256))
WORD_BYTES = frozenset(byte for byte in range(256) if KIND[byte] & WORD)
ALNUM_BYTES = frozenset(byte for byte in range(256) if KIND[byte] & ALNUM)


class Tally(NamedTuple):
    """The classes of all bytes, and how many of the first three there are."""

    classes: int
    lower: int
    upper: int
    digits: int
    hexadecimal: bool


def tally(value: bytes) -> Tally:
    count = len(value)
    rest = value.translate(None, _LOWER)
    lower = count - len(rest)
    after = rest.translate(None, _UPPER)
    upper = len(rest) - len(after)
    rest = after.translate(None, _DIGITS)
    digits = len(after) - len(rest)
    classes = (LOWER if lower else 0) | (UPPER if upper else 0) | (DIGIT if digits else 0)
    for byte in set(rest):
        classes |= KIND[byte]
    return Tally(classes, lower, upper, digits, not value.translate(None, _HEX))


def is_hex(value: bytes) -> bool:
    return not value.translate(None, _HEX)


def is_masked(value: bytes) -> bool:
    return value == MASK_BYTES


_TICKER = re.compile(rb"[a-z]{0,3}")
_TICKER_BODY = re.compile(rb"[A-Z0-9]*")


def is_ticker(value: bytes) -> bool:
    """A ticker or pair as venues write it: USDC, BTC/USDT, ETH-PERP, USDC.e, stETH."""
    found = _TICKER.match(value)
    head = found.end() if found else 0
    body = _TICKER_BODY.match(value, head)
    index = body.end() if body else head
    letters = len(value[head:index].translate(None, _DIGITS))
    length = index - head
    if not 2 <= length <= 10 or letters == 0 or (head and letters != length):
        return False
    if index == len(value):
        return True
    if len(value) - index > 12 or value[index:index + 1] not in (b".", b"/", b"-", b":"):
        return False
    rest = value[index + 1:]
    if not rest:
        return False
    tail = tally(rest)
    return not tail.classes & ~ALNUM and tail.lower <= 2 and tail.digits <= 6


def is_chain_hex(value: bytes) -> bool:
    """0x and 40 or 64 hexadecimal digits: an address or a transaction hash, public by nature."""
    return len(value) in (42, 66) and value[:2] in (b"0x", b"0X") and is_hex(value[2:])


_UUID = re.compile(rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_uuid(value: bytes) -> bool:
    return len(value) == 36 and _UUID.fullmatch(value) is not None


_CAMEL_WORD = re.compile(rb"[A-Z]?[a-z]{2,}")
_CAMEL_END = re.compile(rb"[0-9]{0,4}")


def is_camel_words(value: bytes) -> bool:
    """Words written together, MomentumStrategy2 or fetchOrderBook: a name, not a key."""
    index = words = 0
    while True:
        found = _CAMEL_WORD.match(value, index)
        if found is None:
            break
        index = found.end()
        words += 1
    end = _CAMEL_END.match(value, index)
    return words > 0 and end is not None and end.end() == len(value)


_RUN = re.compile(rb"[A-Za-z0-9]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def _has_long_mixed_run(value: bytes, length: int) -> bool:
    for found in _RUN.finditer(value):
        run = found.group()
        if len(run) >= length:
            counts = tally(run)
            if counts.lower and counts.upper and counts.digits and not is_camel_words(run):
                return True
    return False


def is_key_like(value: bytes) -> bool:
    """Whether the value looks like a key that a machine made: letters of both cases with digits in
    one run of eight or more that is not words, or a long run of one case with digits.

    Stays: UUIDs, addresses, transaction hashes, paths, sentences, snake_case and CamelCase.
    """
    count = len(value)
    if not 8 <= count <= 512:
        return False
    counts = tally(value)
    if counts.classes & (SPACE | DOT):
        return False
    if counts.classes & OTHER:
        if count < 24 or not (counts.digits and counts.upper and counts.lower):
            return False
        bare = value.rstrip(b"=")
        pad = count - len(bare)
        if pad > 2 or _NOT_BASE64.search(bare):
            return False
        # A path has slashes and words; base64 of 24 bytes has few slashes and few words.
        if value[:1] == b"/":
            return pad > 0
        return pad > 0 or _has_long_mixed_run(value, 16)
    if is_uuid(value) or is_chain_hex(value):
        return False
    if _has_long_mixed_run(value, 8):
        return True
    return (not counts.classes & ~ALNUM and counts.digits >= 4 and count >= 24
            and (counts.lower > 0 or counts.upper > 0))


def is_high_entropy(value: bytes) -> bool:
    """40 or more letters and digits, more random than any identifier that people or chains use."""
    if not 40 <= len(value) <= 256:
        return False
    counts = tally(value)
    if counts.classes & ~ALNUM or counts.hexadecimal:
        return False
    if counts.upper < 4 or counts.lower < 4 or counts.digits < 3:
        return False
    if value[:2] in (b"0x", b"0X") and is_hex(value[2:]):
        return False
    outside_base58 = any(byte in value for byte in b"0OIl")
    kinds = [KIND[byte] for byte in value]
    changes = sum(1 for one, other in zip(kinds, kinds[1:]) if one != other)
    return outside_base58 and changes * 3 >= len(value) and not is_camel_words(value)


def is_wallet_key(value: bytes) -> bool:
    """A private key in the wallet import format: 51 or 52 characters of base58 from 5, K or L."""
    if len(value) not in (51, 52) or value[0] not in b"5KL" or any(byte in value for byte in b"0OIl"):
        return False
    counts = tally(value)
    return not counts.classes & ~ALNUM and counts.upper >= 8 and counts.lower >= 8 and counts.digits >= 2


def carries_secret_word(value: bytes) -> bool:
    """A secret's own name in capitals amid other letters: abcAPIKEYdef1."""
    if not 12 <= len(value) <= 128 or not any(word in value for word in _rules.CAPITAL_WORDS):
        return False
    counts = tally(value)
    return not counts.classes & ~ALNUM and counts.lower > 0


def is_password_like(value: bytes) -> bool:
    """Six or more bytes without a space, with a letter and a digit."""
    if not 6 <= len(value) <= 256:
        return False
    counts = tally(value)
    return not counts.classes & SPACE and counts.digits > 0 and counts.lower + counts.upper > 0


_EMPTY = frozenset((b"", b"nil", b"nan", b"none", b"null", b"true", b"false", b"undefined"))


def is_empty_scalar(value: bytes) -> bool:
    """A scalar that holds no secret, as programs print it."""
    return len(value) <= 9 and value.lower() in _EMPTY


_LOWER_WORD = re.compile(rb"[a-z]{1,24}")


def is_lower_word(value: bytes) -> bool:
    """One word of small letters, as in a sentence."""
    return _LOWER_WORD.fullmatch(value) is not None


_SPACE = re.compile(rb"[\t\n\x0b\x0c\r ]")


def has_space(value: bytes) -> bool:
    return _SPACE.search(value) is not None


_USER_PAIR = re.compile(rb"[A-Za-z0-9_.@-]+(:)[^\x00-\x20\"'`(){\[,]{3,}")


def is_user_and_password(value: bytes) -> bool:
    """user:password, at least eight bytes of it, without what code has."""
    return 8 <= len(value) <= 256 and _USER_PAIR.fullmatch(value) is not None


def is_password_word(value: bytes) -> bool:
    low = value.lower()
    return b"pass" in low or b"pwd" in low


_VERSION = re.compile(rb"[A-Za-z]?[0-9.]*")


def is_version(value: bytes) -> bool:
    """2.1.0, v2: digits and dots, at most one letter before."""
    return _VERSION.fullmatch(value) is not None


def is_assignment(value: bytes) -> bool:
    """expires_in=3600: a padding `=` has nothing but `=` after it."""
    place = value.find(b"=")
    return place >= 0 and place + 1 < len(value) and value[place + 1] != 0x3D


_SCHEME = re.compile(rb"([A-Za-z0-9_-]{2,24})( +)")


def authorization_scheme(value: bytes) -> Optional[Tuple[int, bool]]:
    """Where the credential after a scheme begins, and whether it goes to the line's end."""
    found = _SCHEME.match(value)
    if found is None or found.end() >= len(value):
        return None
    scheme = found.group(1).lower()
    if scheme in _rules.SCHEMES:
        return found.end(), False
    if scheme in _rules.PARAMETRIC_SCHEMES:
        return found.end(), True
    return None


_URL = re.compile(rb"[A-Za-z]{1,16}://[^\x00-\x20=?\"'`/]*")


def url_path(value: bytes) -> Optional[int]:
    """Where the path of a URL begins, after the slash that follows the host; None: no URL."""
    found = _URL.match(value)
    if found is None:
        return None
    end = found.end()
    if end < len(value) and value[end] != 0x2F:
        return None
    return min(len(value), end + 1)


_SEED = re.compile(rb"[a-z]{3,8}(?:[\t\n\x0b\x0c\r ]+[a-z]{3,8})*[\t\n\x0b\x0c\r ]*")


def is_seed_phrase(value: bytes) -> bool:
    """Nothing but 12, 15, 18, 21 or 24 small words, none of them one that sentences need."""
    if not 47 <= len(value) <= 24 * 9 + 8 or not _SEED.fullmatch(value):
        return False
    words = value.split()
    if any(word in _rules.SENTENCE_WORDS for word in words):
        return False
    return len(words) in (12, 15, 18, 21, 24)


def is_inside_mask(value: bytes) -> bool:
    """Whether the bytes are part of a mask: stars, or letters of the word in it."""
    return value in MASK_BYTES


def names_secret_file(path: bytes) -> bool:
    """Whether a path's last part is the name of a file that holds a secret."""
    name = path.rsplit(b"/", 1)[-1].lower()
    return any(word in name for word in _rules.SECRET_FILES)


def is_login_word(value: bytes) -> bool:
    return value.lower() in _rules.LOGIN_CALLS


def is_pair_name(value: bytes) -> bool:
    return value.lower() in _rules.PAIR_NAMES


def repeats(value: bytes, name: bytes) -> bool:
    """Whether a bare value is only its own name again: api_key, self.api_key."""
    if len(name) < 3 or not len(name) <= len(value) <= 128:
        return False
    start = value.rfind(b".") + 1
    last = value[start:]
    if len(last) != len(name):
        return False
    # `password=password` is a password that people have.
    if start == 0 and is_password_word(name):
        return False
    if any(not KIND[byte] & (WORD | DOT) for byte in value[:start]):
        return False
    return last.lower() == name.lower()
