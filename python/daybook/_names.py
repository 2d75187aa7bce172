# SPDX-License-Identifier: Apache-2.0
"""What a name says about the value that it names.

A name is split into words (X-MBX-APIKEY: x mbx apikey; apiKey: api key) and judged by how it ends.
A session asks once per distinct name and remembers the verdict.
"""

import re
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from . import _rules
from ._shapes import (ALNUM, DIGIT, KIND, LOWER, OTHER, SPACE, UPPER, has_space, is_chain_hex, is_empty_scalar,
                      is_key_like, is_lower_word, is_masked, is_password_like, is_ticker, is_user_and_password,
                      authorization_scheme, carries_secret_word, tally, url_path)

# Bytes of a name that are looked at as a name; longer ones are scanned as text.
NAME_BYTES = 128

PLAIN = "plain"  # nothing: the value is looked at by itself
SECRET = "secret"  # any value is masked
TOKEN = "token"  # the bare word: masked unless it is a ticker or a contract's address
TOKEN_OF_KIND = "token_of_kind"  # as above, but objects and numbers stay
KEY_LIKE = "key_like"  # masked where the value looks like a key
SIGNATURE = "signature"  # texts are masked, other scalars stay, containers are entered
AUTHORIZATION = "authorization"  # texts are masked, the scheme stays
AUTH = "auth"  # as above where the text has a scheme or looks like a key
COOKIE = "cookie"  # texts, lists and objects are masked
SEED = "seed"  # texts to the end of the line, and lists
WEBHOOK = "webhook"  # what comes after the host
WALLET = "wallet"  # a text is masked
ARGUMENTS = "arguments"  # secrets when the call is a login
PAIRED_VALUE = "paired_value"  # the value beside a name that may be a secret's
IDENTIFIER = "identifier"  # an id, a digest or an address: may look random and stays
KEPT = "kept"  # the user said that the value stays
USER = "user"  # a user's own name
SUSPECT = "suspect"  # long or odd enough to hold a secret itself

_LETTERS = UPPER | LOWER
# A `value` beside a `name` of these kinds is masked.
ANNOUNCES_PAIR = frozenset((SECRET, USER, AUTHORIZATION, COOKIE, SEED, SIGNATURE))

_SINGLE_WORDS: Dict[str, str] = {}
for _words, _kind in ((_rules.VALUE_WORDS, PAIRED_VALUE), (_rules.ARGUMENT_WORDS, ARGUMENTS),
                      (_rules.WEBHOOK_WORDS, WEBHOOK), (_rules.SEED_WORDS, SEED), (_rules.COOKIE_WORDS, COOKIE),
                      (_rules.SIGNATURE_WORDS, SIGNATURE), (_rules.KEY_LIKE_WORDS, KEY_LIKE),
                      (_rules.SECRET_WORDS, SECRET)):
    for _word in _words:
        _SINGLE_WORDS[_word] = _kind


def split(name: bytes) -> List[str]:
    """The words of a name in lower case, digits at a word's end taken off."""
    words: List[str] = []
    word = bytearray()

    def end() -> None:
        while len(word) > 1 and KIND[word[-1]] & DIGIT:
            word.pop()
        if word and not (len(word) == 1 and KIND[word[0]] & DIGIT):
            words.append(word.decode("utf-8", "replace"))
        word.clear()

    count = min(len(name), NAME_BYTES)
    for index in range(count):
        byte = name[index]
        kind = KIND[byte]
        if not kind & ALNUM and byte < 0x80:
            end()
            continue
        if kind & UPPER and index > 0:
            before = KIND[name[index - 1]]
            after = KIND[name[index + 1]] if index + 1 < len(name) else 0
            # fooBar: foo Bar; APIKey: API Key.
            if before & (LOWER | DIGIT) or (before & UPPER and after & LOWER):
                end()
        word.append(byte | 0x20 if kind & UPPER else byte)
    end()
    return words


def _by_last_word(last: str, before: Optional[str]) -> Optional[str]:
    if last == "pass":
        return KEY_LIKE if before is None else SECRET
    if last in ("auth", "authorization"):
        if before in ("basic", "http"):
            return SECRET
        return AUTH if last == "auth" else AUTHORIZATION
    if last == "token":
        if before is None:
            return TOKEN
        if before in _rules.PAGE_TOKENS:
            return IDENTIFIER
        return SECRET if before in _rules.LOGIN_TOKENS else TOKEN_OF_KIND
    if last in ("key", "keys"):
        if before is None:
            return KEY_LIKE
        if before in _rules.OPEN_KEYS:
            return IDENTIFIER
        return SECRET if before in _rules.SECRET_KEY_WORDS else KEY_LIKE
    if last in ("phrase", "words"):
        return SEED if before in _rules.SEED_PHRASE_WORDS else None
    if last == "seed":
        return SEED if before in _rules.SEED_OWNERS else None
    if last in ("url", "uri"):
        return WEBHOOK if before in _rules.WEBHOOK_URL_WORDS else None
    if last in ("address", "addr"):
        return WALLET if before == "wallet" else IDENTIFIER
    if last in ("sig", "sign"):
        return SIGNATURE if before in _rules.REQUEST_SIGNERS else KEY_LIKE
    return _SINGLE_WORDS.get(last)


def _by_last_words(words: Sequence[str], last: str, joined: str) -> Optional[str]:
    before = words[-2] if len(words) > 1 else None
    # Endings first, but `token_address`, `password_policy`, `public_key` do not end so.
    if before is not None and last == "key" and before in _rules.OPEN_KEYS:
        return IDENTIFIER
    ending = ""
    for word in list(reversed(words))[:4]:
        ending = word + ending
        if ending in _rules.SECRET_ENDINGS:
            return SECRET
    if last.endswith(_rules.WORD_ENDINGS):
        return SECRET
    if joined.endswith(("publickey", "pubkey")):
        return IDENTIFIER
    kind = _by_last_word(last, before)
    if kind is not None:
        return kind
    if joined.endswith("signature"):
        return SIGNATURE
    return IDENTIFIER if last in _rules.IDENTIFIERS or joined in _rules.IDENTIFIERS else None


def _ends_in_secret(words: Sequence[str]) -> bool:
    return bool(words) and _by_last_words(words, words[-1], "".join(words)) == SECRET


def standard_kind(name: bytes) -> str:
    """The verdict of the standard rules."""
    # Prices as keys, as an order book has them: no word to look at.
    if not any(KIND[byte] & _LETTERS or byte >= 0x80 for byte in name):
        return PLAIN
    words = split(name)
    if not words:
        return PLAIN
    last = words[-1]
    joined = "".join(words)
    if len(joined.encode("utf-8", "replace")) > NAME_BYTES:
        return PLAIN
    kind = _by_last_words(words, last, joined)
    if kind is not None:
        if kind != IDENTIFIER or len(words) == 1:
            return kind
        # `password_hash` is one; `tx_hash` is none.
        return SECRET if last == "hash" and _ends_in_secret(words[:-1]) else kind
    # `private_key_pem`, `password_confirm`: what kind of secret it is, not what kind of thing.
    if last in _rules.FORM_WORDS and len(words) > 1 and _ends_in_secret(words[:-1]):
        return SECRET
    return PLAIN


def may_hold_secret(name: bytes) -> bool:
    """A name that may carry a secret itself (a token or a URL used as a key)."""
    if len(name) < 16:
        return False
    counts = tally(name)
    return bool(counts.classes & OTHER) or len(name) >= 40 or (counts.digits > 0 and counts.upper + counts.lower > 0)


def bare(name: bytes) -> bytes:
    """Letters and digits of a name, lower case."""
    return bytes(byte for byte in name[:NAME_BYTES] if KIND[byte] & ALNUM or byte >= 0x80).lower()


class RulesError(ValueError):
    """Rules of a user that cannot be used. Says which one, not its text."""


class UserRules(NamedTuple):
    """A user's rules, made ready."""

    names: Tuple["re.Pattern[bytes]", ...] = ()
    patterns: Tuple["re.Pattern[str]", ...] = ()
    kept_names: Tuple["re.Pattern[bytes]", ...] = ()
    kept_pairs: Tuple[Tuple["re.Pattern[bytes]", bytes], ...] = ()
    kept_values: Tuple["re.Pattern[str]", ...] = ()

    @property
    def has_value_exceptions(self) -> bool:
        return bool(self.kept_pairs or self.kept_values)

    def keeps_pair(self, name: bytes, value: bytes) -> bool:
        return any(value == kept and pattern.fullmatch(bare(name)) for pattern, kept in self.kept_pairs)

    def keeps_value(self, value: bytes) -> bool:
        if not self.kept_values:
            return False
        text = value.decode("utf-8", "replace")
        return any(pattern.fullmatch(text) for pattern in self.kept_values)


def _wildcard(name: str, place: str) -> "re.Pattern[bytes]":
    if len(name.encode()) > NAME_BYTES:
        raise RulesError(f"masking rule {place}: longer than {NAME_BYTES} bytes; shorten it")
    parts = [re.escape(bare(part.encode())) for part in name.split("*")]
    if not any(parts):
        raise RulesError(f"masking rule {place}: a name needs at least one letter or digit")
    return re.compile(b".*".join(parts), re.DOTALL)


def _pattern(source: str, place: str) -> "re.Pattern[str]":
    try:
        pattern = re.compile(source)
    except re.error as error:
        raise RulesError(f"masking rule {place}: not a valid regular expression: check its brackets "
                         "and escapes") from error
    if not source or pattern.fullmatch(""):
        raise RulesError(f"masking rule {place}: the pattern matches the empty text; require at least "
                         "one character")
    return pattern


def user_rules(names: Sequence[str] = (), patterns: Sequence[str] = (),
               exceptions: Sequence[str] = ()) -> UserRules:
    """Checks and compiles a user's rules, as under `masking:` of daybook.yaml.

    Raises RulesError, which names the rule by its place.
    """
    kept_names, kept_pairs, kept_values = [], [], []
    for index, exception in enumerate(exceptions):
        place = f"exceptions[{index}]"
        if len(exception) > 2 and exception[0] == "/" == exception[-1]:
            kept_values.append(_pattern(exception[1:-1], place))
        elif "=" in exception:
            name, value = exception.split("=", 1)
            kept_pairs.append((_wildcard(name, place), value.encode()))
        else:
            kept_names.append(_wildcard(exception, place))
    return UserRules(
        tuple(_wildcard(name, f"names[{index}]") for index, name in enumerate(names)),
        tuple(_pattern(source, f"patterns[{index}]") for index, source in enumerate(patterns)),
        tuple(kept_names), tuple(kept_pairs), tuple(kept_values))


class NameJudge:
    """The verdicts on names, each asked for once. Not for several threads at once."""

    _SLOTS = 4096  # a stream has far fewer distinct names; then it begins anew

    def __init__(self, rules: UserRules) -> None:
        self.rules = rules
        self._known: Dict[bytes, str] = {}

    def kind(self, name: bytes) -> str:
        known = self._known.get(name)
        if known is None:
            known = self._judge(name)
            if len(name) <= NAME_BYTES:
                if len(self._known) >= self._SLOTS:
                    self._known.clear()
                self._known[name] = known
        return known

    def _judge(self, name: bytes) -> str:
        """Exceptions first, then the user's names, then the standard rules."""
        rules = self.rules
        if rules.kept_names or rules.names:
            plain = bare(name)
            if any(pattern.fullmatch(plain) for pattern in rules.kept_names):
                return KEPT
            if any(pattern.fullmatch(plain) for pattern in rules.names):
                return USER
        kind = standard_kind(name)
        if kind in (PLAIN, IDENTIFIER) and may_hold_secret(name):
            return SUSPECT
        return kind


# MARK: What to do with one text, given what its name says.

MEMBER, TEXT, QUERY, PROSE = "member", "text", "query", "prose"
STAY = "stay"  # masked already: nothing in it is looked at
LOOK = "look"  # the name does not settle it: look at it as text
Mask = Tuple[int, int, str]  # from, to, rule


def decide(kind: str, value: bytes, context: str) -> Union[str, Mask]:
    """STAY, LOOK, or which part of the value to mask by which rule."""
    if is_masked(value):
        return STAY
    if context != MEMBER and is_empty_scalar(value):
        return LOOK
    if kind in (SECRET, USER):
        return 0, len(value), _rules.RULE_NAME
    sentence = context == PROSE and is_lower_word(value)
    if kind in (TOKEN, TOKEN_OF_KIND):
        if sentence or is_ticker(value) or is_chain_hex(value):
            return LOOK
        if kind == TOKEN_OF_KIND and is_lower_word(value):
            return LOOK
        return 0, len(value), _rules.RULE_TOKEN
    if kind == KEY_LIKE:
        if is_key_like(value) or carries_secret_word(value) or (context == QUERY and is_password_like(value)):
            return 0, len(value), _rules.RULE_KEY
        return LOOK
    if kind == SIGNATURE:
        if len(value) < 6 or sentence or has_space(value) or is_empty_scalar(value):
            return LOOK
        return 0, len(value), _rules.RULE_SIGNATURE
    if kind in (AUTHORIZATION, AUTH):
        return _decide_authorization(kind, value, sentence)
    if kind == COOKIE:
        if len(value) < 4 or sentence or is_empty_scalar(value):
            return LOOK
        return 0, len(value), _rules.RULE_COOKIE
    if kind == SEED:
        if len(value) < 8 or is_empty_scalar(value):
            return LOOK
        return 0, len(value), _rules.RULE_SEED_PHRASE
    if kind == WEBHOOK:
        return _decide_webhook(value)
    if kind == WALLET:
        return LOOK if len(value) < 16 or has_space(value) else (0, len(value), _rules.RULE_WALLET)
    return LOOK


def _decide_webhook(value: bytes) -> Union[str, Mask]:
    path = url_path(value)
    if path is None:
        return (0, len(value), _rules.RULE_WEBHOOK) if is_key_like(value) else LOOK
    # With a password in it, all but the scheme.
    scheme = value.find(b"://")
    if scheme >= 0 and b"@" in value[scheme:path]:
        path = scheme + 3
    if is_masked(value[path:]):
        return STAY
    return (path, len(value), _rules.RULE_WEBHOOK) if path < len(value) else LOOK


def _decide_authorization(kind: str, value: bytes, sentence: bool) -> Union[str, Mask]:
    scheme = authorization_scheme(value)
    if scheme is not None:
        if is_masked(value[scheme[0]:]):
            return STAY
        return scheme[0], len(value), _rules.RULE_AUTHORIZATION
    if sentence or is_empty_scalar(value):
        return LOOK
    if kind == AUTH:
        if is_key_like(value) or (url_path(value) is None and is_user_and_password(value)):
            return 0, len(value), _rules.RULE_AUTHORIZATION
        return LOOK
    return LOOK if len(value) < 6 else (0, len(value), _rules.RULE_AUTHORIZATION)
