"""Codings of bytes as text, such as base64: what the runs of a text that look like one hold."""

from __future__ import annotations

import binascii
import functools
import re
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

SHORT = 4096
"""Bytes up to which what a part may be taken for is remembered; in more than that no base85 is looked for."""

BASE32 = tuple(
    str.maketrans(alphabet + alphabet.lower(), "0123456789abcdefghijklmnopqrstuv" * 2)
    for alphabet in (
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "0123456789ABCDEFGHIJKLMNOPQRSTUV",
        "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
    )
)
"""The alphabets of RFC 4648 and of Crockford, as the digits that Python reads in base 32."""

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE85 = tuple(
    bytes(alphabet.find(chr(code)) & 255 for code in range(256))
    for alphabet in (
        "".join(map(chr, range(33, 118))),
        "".join(map(chr, range(33, 118))).replace('"', " "),
        _LETTERS + "!#$%&()*+-;<=>?@^_`{|}~",
        _LETTERS[:10] + _LETTERS[36:] + _LETTERS[10:36] + ".-:+=^!/*?&<>()[]{}@%$#",
    )
)
"""Ascii85, RFC 1924 and Z85: each character as its digit, and 255 for what is none.

Ascii85 is there twice, with and without its digit `"`, which ends a string of JSON.
"""

LABEL = 200
"""Characters of a label of a host name in punycode."""

WIDE = ("utf-16-le", "utf-16-be")

_UNSEEN = bytes((*range(33), 127))
"""White space and control characters."""
_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{22,}")
_HEX = re.compile(r"[0-9A-Fa-f]{40,}")
_BYTES = re.compile(r"(?<![0-9A-Za-z])-?[0-9]{1,3}(?:[^0-9A-Za-z\"]{1,3}-?[0-9]{1,3}){15,}(?![0-9A-Za-z])")
_TEXT = re.compile(rb"(?:[\x20-\x7e\r\n\t]\x00{0,3}|[\xc2-\xf4][\x80-\xbf]{1,3}){16,}", re.DOTALL)
_RUN = re.compile(rb"[^\x7f]{16,}")
"""Between the gaps that a table makes: so many characters that look like text are read as one."""

_DIGITS = re.compile(rb"[^\xff]{20,}")
_BLOCKS = rb"[\x00-\x1c\x20-\x24\x27\x30-\x32\xa6\xa8-\xab\xd8\xdc-\xdf\xfe\xff]"
WIDE_TEXT = re.compile(rb"(?:.%b){16,}|(?:%b.){16,}" % (_BLOCKS, _BLOCKS), re.DOTALL)
"""Characters of two bytes whose first is that of a block with decimal digits."""

_NOT_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_GAP = b"\x7f"
_OF_TEXT = re.sub(rb"[^\x00\x20-\x7e\r\n\t\x80-\xbf\xc2-\xf4]", _GAP, bytes(range(256)))
_OF_BLOCKS = re.sub(rb"[^%b]" % _BLOCKS[1:-1], _GAP, bytes(range(256)))
"""Each byte as it is if it may be in such text, and a gap for any other."""


class Contents(NamedTuple):
    """What a run of a text may hold in a transfer coding."""

    #: Its bytes, in each coding and from each place at which one may begin.
    raws: tuple[bytes, ...]
    #: The parts of them that look like text: those of each that has any.
    texts: tuple[tuple[str, ...], ...]


def decoded(text: str) -> Iterator[Contents]:
    """What the runs of a text that look like a transfer coding hold."""
    squeezed = text.encode("ascii", "ignore").translate(None, _UNSEEN)
    for token in _TOKEN.findall(squeezed.decode("ascii")):
        yield _of_token(token) if len(token) <= SHORT else _contents(_base64(token))
    for run in _HEX.findall(squeezed.translate(None, _NOT_LETTERS).decode("ascii")):
        yield _contents(bytes.fromhex(run[at : at + (len(run) - at) // 2 * 2]) for at in (0, 1))
    for table in BASE85 if len(squeezed) <= SHORT else ():
        yield from map(_base85, _DIGITS.findall(squeezed.translate(table)))
    for found in _BYTES.finditer(text):
        yield _contents([bytes(int(number) & 255 for number in re.findall("-?[0-9]+", found[0]))])


def _contents(raws: Iterable[bytes]) -> Contents:
    found = tuple(raws)
    return Contents(found, tuple(filter(None, map(_texts, found))))


@functools.lru_cache(maxsize=1024)
def _of_token(token: str) -> Contents:
    raws, texts = _contents(dict.fromkeys([*_base64(token), *_base32(token)]))
    labels = dict(_punycode(token))
    return Contents((*raws, *labels), (*texts, *((word,) for word in labels.values())))


def _texts(raw: bytes) -> tuple[str, ...]:
    """The parts of bytes that look like text."""
    parts = _RUN.findall(raw.translate(_OF_TEXT))
    found = [run.decode("utf-8", "ignore") for part in parts for run in _TEXT.findall(part)]
    if any(_RUN.search(raw[at::2].translate(_OF_BLOCKS)) for at in (0, 1)):
        wide = [raw[match.start() : match.end() + 1] for match in WIDE_TEXT.finditer(raw)]
        found += [run[at:].decode(form, "ignore") for run in wide for at in (0, 1) for form in WIDE]
    return tuple(found)


def _base64(token: str) -> Iterator[bytes]:
    """Both alphabets, beginning at each of the four characters of a group."""
    for bare in {token.replace("-", "+").replace("_", "/"), re.sub("[-_]", "", token)}:
        digits = bare.replace("=", "")
        for start in range(4):
            group = digits[start:]
            yield binascii.a2b_base64(group[: len(group) - (len(group) % 4 == 1)] + "==")


def _base32(token: str) -> Iterator[bytes]:
    digits = re.sub("[-=]", "", token)
    for table in BASE32:
        run = digits.translate(table)
        for part in re.findall("[0-9a-v]{26,}", run):
            number, bits = int(part, 32), 5 * len(part)
            yield from ((number >> shift).to_bytes(bits // 8 + 1, "big") for shift in range(8))


def _punycode(token: str) -> Iterator[tuple[bytes, str]]:
    """The labels of a token, and what each of them holds."""
    for word in re.findall("[A-Za-z0-9-]{22,}", token):
        label = re.sub("^[xX][nN]--", "", word)
        if "-" in label and len(label) < LABEL:
            with suppress(UnicodeError):
                yield label.encode("ascii"), label.encode("ascii").decode("punycode")


@functools.lru_cache(maxsize=4096)
def _base85(digits: bytes) -> Contents:
    return _contents(_groups(digits[start:]) for start in range(5))


def _groups(digits: bytes) -> bytes:
    whole = digits + b"\x54\x54\x54\x54"
    places = zip(*(whole[at::5] for at in range(5)), strict=False)
    numbers = [((((a * 85 + b) * 85 + c) * 85 + d) * 85 + e) & 0xFFFFFFFF for a, b, c, d, e in places]
    return struct.pack(f">{len(numbers)}I", *numbers)[: len(digits) * 4 // 5]
