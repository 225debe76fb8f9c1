"""UUIDs in what is sent: invented ones, which can be told from all others, and all that stand in a text."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import unicodedata
import uuid
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote

ROUNDS = 4
"""How many layers of encoding are taken off."""

DIGITS = 32
"""Hexadecimal digits of a UUID."""

_GAP = r"[^0-9a-z]{1,2}"
_WHOLE = r"(?<![0-9a-f]){}(?![0-9a-f])"
_PARTED = re.compile(_WHOLE.format(_GAP.join(f"[0-9a-f]{{{count}}}" for count in (8, 4, 4, 4, 12))))
_COMPACT = re.compile(_WHOLE.format("[0-9a-f]{32}"))
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")


def invented(*names: object) -> str:
    """A UUID of nothing that exists: of version 4, the same for the same names.

    Its last 48 bits are a digest of the others, so that `is_invented` knows it again without a list; of a
    deployment's own UUIDs one in 2^48 looks the same.
    """
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    head = uuid.UUID(bytes=digest[:10] + bytes(6), version=4).bytes[:10]
    return str(uuid.UUID(bytes=head + _tail(head)))


def is_invented(name: str) -> bool:
    """Whether a UUID, as 32 hexadecimal digits with or without hyphens, was made by `invented`."""
    raw = uuid.UUID(name).bytes
    return raw[10:] == _tail(raw[:10])


def _tail(head: bytes) -> bytes:
    return hashlib.sha256(b"timp-conformance invented" + head).digest()[:6]


def compact(name: str) -> str:
    """A UUID as 32 hexadecimal digits in lower case. ValueError where it is none."""
    return uuid.UUID(name).hex


def texts(data: bytes) -> Iterator[str]:
    """What bytes may be taken for: as they stand, and after each layer of encoding that can be taken off.

    UTF-8, UTF-16 or UTF-32; percent signs, JSON and HTML escapes, letters and digits of other widths.
    """
    wide = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be") if b"\0" in data else ()
    for encoding in ("utf-8", *wide):
        text = data.decode(encoding, "replace")
        yield text
        for _ in range(ROUNDS):
            bare = _uncovered(text)
            if bare == text:
                break
            yield bare
            text = bare


def _uncovered(text: str) -> str:
    if "%" in text:
        text = unquote(text, errors="replace")
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
    if "&" in text:
        text = html.unescape(text)
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def found(data: bytes) -> set[str]:
    """All UUIDs in bytes, as 32 digits in lower case: with separators, or 32 digits in a row with a letter in them."""
    names: set[str] = set()
    if len(data) < DIGITS:  # no encoding gets more digits out of bytes than there are bytes
        return names
    for text in texts(data):
        lower = text.lower()
        names |= {re.sub(r"[^0-9a-f]", "", match) for match in _PARTED.findall(lower)}
        names |= {match for match in _COMPACT.findall(lower) if not match.isdecimal()}
    return names


class Spellings(NamedTuple):
    """How one UUID may be written: `digits` whatever stands between them, `texts` as they stand."""

    digits: frozenset[str]
    texts: frozenset[str]


def spellings(name: str) -> Spellings:
    """The digits of a UUID in both orders of bytes there are, and it as a number and in base64."""
    value = uuid.UUID(name)
    raws = (value.bytes, value.bytes_le, str(value).encode(), str(value).upper().encode(), value.hex.encode())
    encoded = {form for raw in raws for form in in_base64(raw)}
    return Spellings(frozenset({value.hex, value.bytes_le.hex()}), frozenset({str(value.int), *encoded}))


def in_base64(raw: bytes) -> Iterator[str]:
    """What of a base64 text depends on these bytes alone, wherever in it they begin; in both alphabets."""
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + raw).decode()
        core = text[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]
        yield core
        yield core.translate(str.maketrans("+/", "-_"))


def first_named(data: bytes, wanted: Mapping[str, Spellings]) -> str | None:
    """The first of the wanted UUIDs that stands in bytes in any of its spellings, or None."""
    for text in texts(data):
        digits = re.sub(r"[^0-9a-f]+", "", text.lower())
        for name, forms in wanted.items():
            if any(form in digits for form in forms.digits) or any(form in text for form in forms.texts):
                return name
    return None
