"""Takes secrets out of whatever comes back from a target, and leaves a mark by which an echo can be judged."""

from __future__ import annotations

import functools
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from contracts.model.marks import COOKIE, ECHO, mark
from contracts.transport.encodings import readings, unescaped
from contracts.transport.known_texts import KnownTexts
from contracts.transport.secrets import SHORTEST, Secret

SHORTEST_PART = 12
"""Characters of the shortest part of a secret that is taken for an echo of it; at least two thirds of it have to be."""

WIDEST = 12
"""Characters of the widest usual spelling of one character, such as `&#0000116;`."""


class _Pattern(NamedTuple):
    """A secret as it is looked for. Its head or its tail is enough for an echo."""

    #: In lower case, forwards or backwards.
    text: str
    #: What is written in its place.
    label: str
    #: Its first characters.
    head: str
    #: Its last characters.
    tail: str


class _Hit(NamedTuple):
    """A stretch in which a secret, or a part of it, is."""

    #: Its first position.
    start: int
    #: The position after it.
    end: int
    #: Whether all of the secret is there.
    whole: bool
    #: What is written in its place.
    label: str


class Redactor:
    """Replaces secrets, near misses and truncated echoes, in every encoding of contracts/transport/encodings.py."""

    def __init__(self, secrets: Mapping[str, Secret], familiar: Iterable[str] = ()) -> None:
        """Know the secrets by their labels, such as `valid` for the token of the target.

        `familiar` are texts of which every part is public, such as the specification: a part of a secret that also
        occurs in one of them is not taken for an echo.
        """
        self._patterns: list[_Pattern] = []
        self._slack = 0
        self._public = list(familiar)
        self._familiar: dict[tuple[_Pattern, bool], int] = {}
        self._clean = KnownTexts()
        self._lock = threading.Lock()
        for label, secret in secrets.items():
            self.add(label, secret)

    def add(self, label: str, secret: Secret) -> None:
        """Know one more secret, also if another one has the same label."""
        value = secret.reveal()
        with self._lock:
            self._patterns = [*self._patterns, *_patterns(label, value)]
            self._slack = max(self._slack, WIDEST * len(value))
            self._clean = KnownTexts()  # what is in it was searched for the others only
        for text in self._public:
            self.learn(text)

    def learn(self, text: str) -> None:
        """Take no part of a secret that occurs in this text for an echo from now on."""
        folded = _folded(text)
        for pattern in self._in(folded):
            for start, end, at_start in _found(pattern, folded):
                with self._lock:
                    key = (pattern, at_start)
                    self._familiar[key] = max(self._familiar.get(key, 0), end - start)

    def clean(self, data: bytes) -> bytes:
        """Return the bytes with a mark wherever a secret was."""
        return self.clean_text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def clean_cut(self, data: bytes) -> bytes:
        """Return the same for the beginning of something longer, without its end, in which a part may be."""
        whole = self.clean(data)
        return whole[: max(0, len(whole) - self._slack)]

    def clean_text(self, text: str) -> str:
        """Return the text with a mark wherever a secret was."""
        rest = self._clean.rest(text) if self._patterns else ""
        if not rest:
            return text
        hits = list(self._hits(rest))
        if not hits:
            self._clean.add(text)
            return text
        if len(rest) < len(text):
            hits = list(self._hits(text))
        parts, at = [], 0
        for hit in _merged(hits):
            parts += [text[at : hit.start], mark(hit.label, whole=hit.whole)]
            at = hit.end
        return "".join([*parts, text[at:]])

    def clean_headers(self, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return the headers of an answer without secrets, in names and values, and without values of cookies."""
        found = ((self.clean_text(name), self.clean_text(value)) for name, value in pairs)
        return tuple((name, without_cookie(name, value)) for name, value in found)

    def _in(self, folded: str) -> list[_Pattern]:
        """The patterns of which enough is in a text for an echo; nearly every text has none, which is found fast."""
        return [each for each in self._patterns if each.head in folded or each.tail in folded]

    def _hits(self, text: str) -> Iterator[_Hit]:
        for reading in readings(text):
            folded = _folded(reading.text)
            for pattern in self._in(folded):
                for start, end, at_start in _found(pattern, folded):
                    length = end - start
                    if length < len(pattern.text) and length <= self._familiar.get((pattern, at_start), 0):
                        continue
                    near = length >= len(pattern.text) - 1
                    yield _Hit(*reading.span(start, end), near, pattern.label)


def without_cookie(name: str, value: str) -> str:
    """Return the value of a header; of one that sets a cookie, the cookie's name and attributes alone.

    Marks of secrets stay, so that a token which is set as a cookie is judged as an echo.
    """
    if name.lower() not in {"set-cookie", "set-cookie2"}:
        return value
    pair, semicolon, attributes = value.partition(";")
    key, equals, content = pair.partition("=") if "=" in pair else ("", "", pair)
    marks = "".join(found[0] for found in ECHO.finditer(content))
    return f"{key}{equals}{COOKIE}{marks}{semicolon}{attributes}"


def _patterns(label: str, value: str) -> list[_Pattern]:
    """A secret forwards and backwards, also as it is read where something in it looks like an escape."""
    units = value.encode("utf-16-be", "surrogatepass")
    texts = [value, "".join(chr(high << 8 | low) for high, low in zip(units[::2], units[1::2], strict=True))]
    texts += [value.replace(" ", "+"), *unescaped(value)]
    folded = dict.fromkeys(_folded(text) for text in texts if len(text) >= SHORTEST)
    both = dict.fromkeys(text for each in folded for text in (each, each[::-1]))
    return [_pattern(text, label) for text in both]


def _pattern(text: str, label: str) -> _Pattern:
    keep = min(len(text) - 1, max(SHORTEST_PART, -(-2 * len(text) // 3)))
    return _Pattern(text, label, text[:keep], text[-keep:])


def _found(pattern: _Pattern, text: str) -> Iterator[tuple[int, int, bool]]:
    """Where the secret, its start or its end is in a folded text: start, end, and whether it is the secret's start."""
    secret, head, tail = pattern.text, pattern.head, pattern.tail
    at = text.find(head)
    while at >= 0:
        length = len(head)
        while length < len(secret) and text[at + length : at + length + 1] == secret[length]:
            length += 1
        yield at, at + length, True
        at = text.find(head, at + 1)
    at = text.find(tail)
    while at >= 0:
        start, length = at, len(tail)
        while length < len(secret) and start > 0 and text[start - 1] == secret[-length - 1]:
            start, length = start - 1, length + 1
        yield start, at + len(tail), False
        at = text.find(tail, at + 1)


def _merged(hits: Iterable[_Hit]) -> Iterator[_Hit]:
    """The hits in their order; of those that overlap, one that covers all of them, with the mark of the longest."""
    current: _Hit | None = None
    best: _Hit | None = None
    for hit in sorted(hits):
        if current is not None and best is not None and hit.start < current.end:
            best = max(best, hit, key=lambda each: (each.whole, each.end - each.start))
            current = best._replace(start=current.start, end=max(current.end, hit.end))
            continue
        if current is not None:
            yield current
        current = best = hit
    if current is not None:
        yield current


def _folded(text: str) -> str:
    """A text of the same length without regard to case and width: each character of compatibility as its plain one."""
    if text.isascii():
        return text.lower()
    return text.translate({ord(character): _plain(character) for character in set(text)})


@functools.lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).lower()
    return plain if len(plain) == 1 else character
