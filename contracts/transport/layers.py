"""What bytes may be taken for: every layer of encoding that a server, or what runs before it, may take off."""

from __future__ import annotations

import functools
import html
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from contracts.transport.codings import SHORT, WIDE, WIDE_TEXT, decoded

MOST = 200
"""Texts that are made of one part of a request. No honest request has more; what has more is refused."""

DEPTH = 4
"""Transfer codings (base64 and the like) that are taken off, one inside another."""

_ESCAPE = re.compile(
    r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x\{?([0-9A-Fa-f]{2})\}?|([0-3][0-7]{2})|([\\\\\"'/ntr]))"
)
_NUMBERED = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x\{?([0-9A-Fa-f]{2})\}?)()()")
"""Escapes with a number alone: Python writes bytes so, and a backslash among them as it is."""

_REFERENCE = re.compile("&#(?:[xX]([0-9A-Fa-f]{1,8})|([0-9]{1,8}));?")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_NAMED = {"n": "\n", "t": "\t", "r": "\r"}


class TooDeepError(ValueError):
    """A part of a request that is encoded in more layers than are taken off."""


class Views(NamedTuple):
    """What a part of a request may be taken for."""

    #: The texts that no transfer coding hides, as bytes.
    outer: tuple[bytes, ...]
    #: The texts that one hides.
    inner: tuple[bytes, ...]
    #: What transfer codings hold, and characters taken for bytes.
    raws: tuple[bytes, ...]


def views(data: bytes) -> Views:
    """Return all that `data` may be taken for, itself first. Raises TooDeepError."""
    return _remembered(data) if len(data) <= SHORT else _views(data)


@functools.lru_cache(maxsize=1024)
def _remembered(data: bytes) -> Views:
    return _views(data)


def _views(data: bytes) -> Views:
    outer, inner = dict.fromkeys([data]), dict[bytes, None]()
    raws = dict[bytes, None]()
    opened = set[tuple[str, ...]]()
    waiting = [(text, 0) for text in texts(data)]
    while waiting:
        text, depth = waiting.pop()
        (inner if depth else outer).update(dict.fromkeys(_shapes(text)))
        if not text.isascii():
            raws[text.encode("latin-1", "ignore")] = None
        for contents in decoded(text):
            raws.update(dict.fromkeys(contents.raws))
            for inside in contents.texts if depth < DEPTH else ():
                if inside not in opened:
                    opened.add(inside)
                    waiting += [(run, depth + 1) for run in _layers(inside)]
    return Views(tuple(outer), tuple(inner), tuple(raws))


def texts(data: bytes) -> Iterator[str]:
    """Return the texts among them that no transfer coding hides. Raises TooDeepError."""
    return _layers([data.decode("utf-8", "surrogateescape")])


def _layers(beginnings: Iterable[str]) -> Iterator[str]:
    """The texts, and all that is left of them when escapes and codings of characters are taken off in any order."""
    seen = set(beginnings)
    waiting = list(beginnings)
    while waiting:
        text = waiting.pop()
        yield text
        for bare in _uncovered(text):
            if bare not in seen:
                seen.add(bare)
                waiting.append(bare)
        if len(seen) > MOST:
            raise TooDeepError("it is encoded in more layers than this suite takes off")


def _shapes(text: str) -> Iterator[bytes]:
    """A text as bytes: in UTF-8, and as plain letters and digits."""
    yield _utf8(text)
    if not text.isascii():
        yield plain(text).encode("ascii", "ignore")


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone half of a pair, which an escape left
        return text.encode("utf-8", "surrogatepass")


def _rejoined(text: str) -> str:
    """The bytes that escapes have left in a text, where several of them are a character."""
    return _utf8(text).decode("utf-8", "surrogateescape")


def _byte(found: re.Match[str]) -> str:
    return bytes.fromhex(found[1]).decode("ascii", "surrogateescape")


def plain(text: str) -> str:
    """Return `text` with each decimal digit of any script as the one of ASCII, and without marks and widths."""
    return "".join(map(_plain, unicodedata.normalize("NFKD", text)))


@functools.lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    value = unicodedata.numeric(char, -1.0)
    return str(int(value)) if value in range(10) else char


def _uncovered(text: str) -> Iterator[str]:
    """A text with one layer less, once for each kind of layer that there is. Repetitions of a layer count as one."""
    if "%" in text:
        once = re.sub(r"%(?:25)+(?=[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})", "%", text)
        yield _rejoined(unquote(text, errors="surrogateescape"))
        yield once
        if "%u" in once:
            yield _PAIR.sub(_joined, re.sub("%u([0-9A-Fa-f]{4})", lambda found: chr(int(found[1], 16)), once))
    if "\\" in text:
        yield _PAIR.sub(_joined, _ESCAPE.sub(_unescaped, text))
        yield re.sub(r"\\+", r"\\", text)
        yield _PAIR.sub(_joined, _NUMBERED.sub(_unescaped, text))
    if "&" in text:
        bare = _PAIR.sub(_joined, _REFERENCE.sub(_referred, text))
        yield html.unescape(text) if bare == text else bare
        yield re.sub("&(?:amp;)+", "&", text)
    if "=" in text:
        joined = re.sub(r"=\r?\n", "", text)
        yield _rejoined(re.sub("=([0-9A-F]{2})", _byte, joined))
    if "+" in text:
        yield text.encode("ascii", "ignore").decode("utf-7", "ignore")
    yield from _unwidened(text)


def _unwidened(text: str) -> Iterator[str]:
    """A text without the prefixes of hexadecimal numbers, and in the characters that its own may represent."""
    if "0x" in text.lower():
        yield re.sub("0[xX]", "", text)
        yield re.sub("0[xX]", "", re.sub("0[xX](?=[0-9A-Fa-f](?![0-9A-Fa-f]))", "0", text))
    if not text.isascii():
        yield unicodedata.normalize("NFKD", text)
        if text.isprintable() or max(text) <= "\xff":
            yield text.encode("latin-1", "ignore").decode("utf-8", "surrogateescape")
    if not text.isprintable():
        yield from _narrowed(text)


def _unescaped(found: re.Match[str]) -> str:
    braced, short, long, byte, octal, other = found.groups()
    if other:
        return _NAMED.get(other, other)
    number = int(octal, 8) if octal else int(braced or short or long or byte, 16)
    return chr(number) if number <= sys.maxunicode else ""


def _referred(found: re.Match[str]) -> str:
    """The character of a number; what HTML takes it for instead, where it is a control character, is not a digit."""
    number = int(found[1], 16) if found[1] else int(found[2])
    return chr(number) if number <= sys.maxunicode else ""


def _joined(found: re.Match[str]) -> str:
    return found[0].encode("utf-16-be", "surrogatepass").decode("utf-16-be")


def _narrowed(text: str) -> Iterator[str]:
    """A text whose bytes are taken for UTF-16 or UTF-32."""
    raw = _utf8(text)
    if b"\0" in raw:
        yield raw.replace(b"\0", b"").decode("utf-8", "surrogateescape")
    if WIDE_TEXT.search(raw):
        yield from (raw[at:].decode(form, "ignore") for at in (0, 1) for form in (*WIDE, "utf-32-le", "utf-32-be"))
