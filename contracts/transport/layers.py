"""What bytes may be taken for: every layer of encoding that a server, or what runs before it, may take off."""

from __future__ import annotations

import binascii
import functools
import html
import re
import struct
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import unquote

MOST = 200
"""Texts that are made of one part of a request. No honest request has more; what has more is refused."""

DEPTH = 4
"""Transfer codings (base64 and the like) that are taken off, one inside another."""

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
    {code: chr(alphabet.find(chr(code)) & 255) for code in range(33, 127)}
    for alphabet in (
        "".join(map(chr, range(33, 118))),
        _LETTERS + "!#$%&()*+-;<=>?@^_`{|}~",
        _LETTERS[:10] + _LETTERS[36:] + _LETTERS[10:36] + ".-:+=^!/*?&<>()[]{}@%$#",
    )
)
"""Ascii85, RFC 1924 and Z85: each character as its digit, and 255 for what is none."""

WIDE = ("utf-16-le", "utf-16-be")

_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f]+|[^\x00-\x7f]+")
_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{22,}")
_HEX = re.compile(r"[0-9A-Fa-f]{40,}")
_BYTES = re.compile(r"(?<![0-9A-Za-z])-?[0-9]{1,3}(?:[^0-9A-Za-z\"]{1,3}-?[0-9]{1,3}){15,}(?![0-9A-Za-z])")
_TEXT = re.compile(rb"(?:[\x20-\x7e\r\n\t]\x00{0,3}|[\xc2-\xf4][\x80-\xbf]{1,3}){16,}", re.DOTALL)
FEW = 16
"""Characters that look like text from which on they are read as one."""

_BLOCKS = rb"[\x00-\x1c\x20-\x24\x27\x30-\x32\xa6\xa8-\xab\xd8\xdc-\xdf\xfe\xff]"
_WIDE = re.compile(rb"(?:.%b){16,}|(?:%b.){16,}" % (_BLOCKS, _BLOCKS), re.DOTALL)
"""Characters of two bytes whose first is that of a block with decimal digits."""

_NOT_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_NOT_TEXT = bytes(byte for byte in range(256) if not 32 <= byte < 127)
_NOT_CONTINUED = bytes(byte for byte in range(256) if byte >> 6 != 2)
_NOT_BLOCKS = re.sub(_BLOCKS, b"", bytes(range(256)))

_ESCAPE = re.compile(
    r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x\{?([0-9A-Fa-f]{2})\}?|([0-3][0-7]{2})|([\\\\\"'/ntr]))"
)
_REFERENCE = re.compile("&#(?:[xX]([0-9A-Fa-f]{1,8})|([0-9]{1,8}));?")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_NAMED = {"n": "\n", "t": "\t", "r": "\r"}


class TooDeepError(ValueError):
    """A part of a request that is encoded in more layers than are taken off."""


class Views(NamedTuple):
    """What a part of a request may be taken for.

    `outer` are the texts that no transfer coding hides, as bytes; `inner` those that one does; `raws` are what transfer
    codings hold, and characters taken for bytes.
    """

    outer: tuple[bytes, ...]
    inner: tuple[bytes, ...]
    raws: tuple[bytes, ...]


class Blob(NamedTuple):
    """What a transfer coding holds, and what of it looks like text."""

    raw: bytes
    runs: tuple[str, ...]


def views(data: bytes) -> Views:
    """Return all that `data` may be taken for, itself first. Raises TooDeepError."""
    return _remembered(data) if len(data) <= SHORT else _views(data)


@functools.lru_cache(maxsize=1024)
def _remembered(data: bytes) -> Views:
    return _views(data)


def _views(data: bytes) -> Views:
    outer, inner = dict.fromkeys([data]), dict[bytes, None]()
    raws = dict[bytes, None]()
    blobs: dict[Blob, None] = {}
    waiting = [(text, 0) for text in texts(data)]
    while waiting:
        text, depth = waiting.pop()
        (inner if depth else outer).update(dict.fromkeys(_shapes(text)))
        if not text.isascii():
            raws[text.encode("latin-1", "ignore")] = None
        for blob in _decoded(text):
            if depth < DEPTH and blob.runs and blob not in blobs:
                waiting += [(run, depth + 1) for run in _layers(blob.runs)]
            blobs[blob] = None
            raws[blob.raw] = None
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
    """A text without the prefixes of hexadecimal numbers, and in the characters that its own may stand for."""
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
    """The character of a number; what HTML takes it for instead, where it is a control character, is no digit."""
    number = int(found[1], 16) if found[1] else int(found[2])
    return chr(number) if number <= sys.maxunicode else ""


def _joined(found: re.Match[str]) -> str:
    return found[0].encode("utf-16-be", "surrogatepass").decode("utf-16-be")


def _narrowed(text: str) -> Iterator[str]:
    """A text whose bytes are taken for UTF-16 or UTF-32."""
    raw = _utf8(text)
    if b"\0" in raw:
        yield raw.replace(b"\0", b"").decode("utf-8", "surrogateescape")
    if _WIDE.search(raw):
        yield from (raw[at:].decode(form, "ignore") for at in (0, 1) for form in (*WIDE, "utf-32-le", "utf-32-be"))


def _decoded(text: str) -> Iterator[Blob]:
    """What the runs of a text that look like a transfer coding hold."""
    squeezed = _UNSEEN.sub("", text)
    for token in _TOKEN.findall(squeezed):
        yield from _of_token(token) if len(token) <= SHORT else map(_blob, _base64(token))
    letters = squeezed.encode("ascii").translate(None, _NOT_LETTERS).decode("ascii")
    for run in _HEX.findall(letters):
        yield from (_blob(bytes.fromhex(run[at : at + (len(run) - at) // 2 * 2])) for at in (0, 1))
    for table in BASE85 if len(squeezed) <= SHORT else ():
        parts = squeezed.translate(table).split("\xff")
        quote = table[ord('"')]  # it ends a string of JSON, or is a digit
        for run in dict.fromkeys([*parts, *(piece for part in parts for piece in part.split(quote))]):
            if len(run) >= 20:
                yield from _base85(run)
    for found in _BYTES.finditer(text):
        yield _blob(bytes(int(number) & 255 for number in re.findall("-?[0-9]+", found[0])))


@functools.lru_cache(maxsize=1024)
def _of_token(token: str) -> tuple[Blob, ...]:
    return (*map(_blob, dict.fromkeys([*_base64(token), *_base32(token)])), *_punycode(token))


def _blob(raw: bytes) -> Blob:
    """Bytes, with the runs of them that look like text."""
    runs = []
    if len(raw.translate(None, _NOT_TEXT)) >= FEW or len(raw.translate(None, _NOT_CONTINUED)) >= FEW:
        runs += [run.decode("utf-8", "ignore") for run in _TEXT.findall(raw)]
    if len(raw.translate(None, _NOT_BLOCKS)) >= FEW:
        wide = [raw[found.start() : found.end() + 1] for found in _WIDE.finditer(raw)]
        runs += [run[at:].decode(form, "ignore") for run in wide for at in (0, 1) for form in WIDE]
    return Blob(raw, tuple(runs))


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


def _punycode(token: str) -> Iterator[Blob]:
    for word in re.findall("[A-Za-z0-9-]{22,}", token):
        label = re.sub("^[xX][nN]--", "", word)
        if "-" in label and len(label) < MOST:
            with suppress(UnicodeError):
                yield Blob(label.encode("ascii"), (label.encode("ascii").decode("punycode"),))


@functools.lru_cache(maxsize=4096)
def _base85(part: str) -> tuple[Blob, ...]:
    return tuple(_blob(_groups(part.encode("latin-1")[start:])) for start in range(5))


def _groups(digits: bytes) -> bytes:
    whole = digits + b"\x54\x54\x54\x54"
    places = zip(*(whole[at::5] for at in range(5)), strict=False)
    numbers = [((((a * 85 + b) * 85 + c) * 85 + d) * 85 + e) & 0xFFFFFFFF for a, b, c, d, e in places]
    return struct.pack(f">{len(numbers)}I", *numbers)[: len(digits) * 4 // 5]
