"""UUIDs that a part of a request names, in any spelling."""

from __future__ import annotations

import base64
import binascii
import functools
import re
import uuid
from collections.abc import Iterable, Iterator

from contracts.transport.codings import SHORT
from contracts.transport.layers import views

DIGITS = 32
"""Hexadecimal digits of a UUID."""

WINDOW = 20
"""Digits of a number by which it is looked up; what follows them is compared then."""

BASES = (
    "01234567",
    "0123456789",
    "0123456789abcdefghijklmnopqrstuvwxyz",
    "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
)
"""The digits of the bases in which a UUID is written as one number."""

_GAP = rb'[^0-9a-z"%\\&=#]{0,2}'
# Where the first character is looked at first, and only then what is before it, a search is faster.
_SPACED = re.compile(rb"[0-9a-f](?<![0-9a-z][0-9a-f])(?:%b[0-9a-f]){31}(?![0-9a-z])" % _GAP)
_PARTED = re.compile(rb"[0-9a-f]{8}%b[0-9a-f]{4}%b[0-9a-f]{4}%b[0-9a-f]{4}%b[0-9a-f]{12}" % ((rb"[^0-9a-z]{1,2}",) * 4))
_NUMBER = re.compile(rb"[0-9](?<![0-9A-Za-z.][0-9])[0-9]{34,38}(?![0-9A-Za-z.])")
_BASE64 = re.compile(rb"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{22}(?:==)?(?![A-Za-z0-9+/_=-])")
_BASE32 = re.compile(rb"[A-Za-z2-7](?<![A-Za-z0-9][A-Za-z2-7])[A-Za-z2-7]{25}(?:={6})?(?![A-Za-z0-9=])")
_NOT_HEX = bytes(byte for byte in range(256) if byte not in b"0123456789abcdef")
_NOT_LETTERS = bytes(byte for byte in range(256) if not (byte < 128 and chr(byte).isalnum()))


def found(data: bytes, *, alone: bool = False) -> frozenset[str]:
    """Return all UUIDs that `data` holds in any spelling that shows that it is one, as 32 digits in lower case.

    Digits may have any separators, or be a number or a coding of the 16 bytes that is a word on its own. 32 decimal
    digits are a UUID in its usual groups, or where they are all of a value; 16 bytes are one where `alone` says that
    `data` is all of a name.
    """
    if len(data) < DIGITS // 2:
        return frozenset()
    return _remembered(data, alone) if len(data) <= SHORT else _found(data, alone)


def _found(data: bytes, alone: bool) -> frozenset[str]:
    seen = views(data)
    raws = [raw for view in seen.outer for raw in _words(view)]
    raws += [int(number).to_bytes(17, "big")[1:] for view in (*seen.outer, *seen.inner) for number in _numbers_in(view)]
    raws += [raw for raw in seen.outer if alone and len(raw) == DIGITS // 2]
    written = {name for view in (*seen.outer, *seen.inner) if len(view) >= DIGITS for name in _written(view.lower())}
    return frozenset(written | {raw.hex() for raw in raws if _is_plausible(raw)})


_remembered = functools.lru_cache(maxsize=1024)(_found)


def _written(view: bytes) -> Iterator[str]:
    for match in _SPACED.finditer(view):
        digits = match[0].translate(None, _NOT_HEX)
        if not digits.isdigit() or _is_all(view, match):
            yield digits.decode()
    for match in _PARTED.finditer(view):
        yield match[0].translate(None, _NOT_HEX).decode()


def _is_all(view: bytes, match: re.Match[bytes]) -> bool:
    """Return True if a match is all of a string, of a value in a query or of a segment of a path."""
    before, after = view[: match.start()][-1:], view[match.end() :][:1]
    return before in {b"", b'"', b"=", b"/"} and after in {b"", b'"', b"&", b"/"}


def _numbers_in(view: bytes) -> Iterator[bytes]:
    yield from (number for number in _NUMBER.findall(view) if int(number) >> 128 == 0)


def _words(view: bytes) -> Iterator[bytes]:
    """What words of base64 or base32 hold that have the length of 16 bytes."""
    for match in _BASE64.findall(view):
        if match.lower() != match != match.upper():
            yield binascii.a2b_base64(match.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/")) + b"==")
    for match in _BASE32.findall(view):
        yield base64.b32decode(match.rstrip(b"=").upper() + b"======")


def _is_plausible(raw: bytes) -> bool:
    """Return True if 16 bytes have a version and the variant of RFC 9562, as one in eight do by chance."""
    return raw[6] >> 4 in range(1, 9) and raw[8] >> 6 == 2


class Spellings:
    """Finds UUIDs that are known beforehand, in any spelling."""

    def __init__(self, names: Iterable[str]) -> None:
        """Look for these `names`, and for no other UUID."""
        self._raws: dict[bytes, str] = {}
        self._digits: dict[bytes, str] = {}
        self._numbers: dict[bytes, list[tuple[bytes, str]]] = {}
        for name in names:
            raws, numbers = _forms(name)
            for raw in raws:
                self._raws[raw] = name
                self._digits[raw.hex().encode()] = self._digits[raw.hex()[::-1].encode()] = name
            for number in numbers:
                self._numbers.setdefault(number[:WINDOW], []).append((number, name))

    def first(self, data: bytes) -> str | None:
        """Return one of the UUIDs that `data` holds, or None."""
        if not self._raws or len(data) < DIGITS // 2:
            return None
        seen = views(data)
        for view in (*seen.outer, *seen.inner, *seen.raws):
            name = _window(view, DIGITS // 2, self._raws)
            if name is not None:
                return name
        for view in (*seen.outer, *seen.inner):
            name = _window(view.lower().translate(None, _NOT_HEX), DIGITS, self._digits)
            name = name or self._number(view.translate(None, _NOT_LETTERS))
            if name is not None:
                return name
        return None

    def _number(self, letters: bytes) -> str | None:
        for at in range(len(letters) - WINDOW + 1):
            for number, name in self._numbers.get(letters[at : at + WINDOW], ()):
                if letters.startswith(number, at):
                    return name
        return None


def _window(text: bytes, width: int, wanted: dict[bytes, str]) -> str | None:
    for at in range(len(text) - width + 1):
        if text[at : at + width] in wanted:
            return wanted[text[at : at + width]]
    return None


@functools.lru_cache(maxsize=4096)
def _forms(name: str) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """The 16 bytes of a UUID in each order, and the numbers that they are."""
    raws = _orders(uuid.UUID(name))
    return raws, frozenset(number for raw in raws for number in _numbers(raw))


def _orders(name: uuid.UUID) -> frozenset[bytes]:
    """The 16 bytes in each order in which systems keep them: of the RFC, of Windows, of MySQL, of Java in MongoDB."""
    raw = name.bytes
    orders = (raw, name.bytes_le, raw[6:8] + raw[4:6] + raw[:4] + raw[8:], raw[7::-1] + raw[:7:-1])
    return frozenset(each[::step] for each in orders for step in (1, -1))


def _numbers(raw: bytes) -> Iterator[bytes]:
    """16 bytes as one number in each base, and as the two numbers that Java makes of them."""
    whole = int.from_bytes(raw, "big")
    for alphabet in BASES:
        number, digits = whole, ""
        while number:
            number, digit = divmod(number, len(alphabet))
            digits = alphabet[digit] + digits
        yield from {digits.encode(), digits.upper().encode() if len(alphabet) == 36 else digits.encode()}
    for signed in (True, False):
        halves = (abs(int.from_bytes(half, "big", signed=signed)) for half in (raw[:8], raw[8:]))
        yield "".join(map(str, halves)).encode()
