"""Readings of a text: as it is, and with layers of encoding taken off, each with the way back to the source.

Everything here takes a time that grows with the text and no faster: patterns whose parts cannot match the same
character in two ways, and a fixed number of layers.
"""

from __future__ import annotations

import binascii
import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from html.entities import html5
from itertools import accumulate

LAYERS = 4
"""How many layers of escapes are taken off, one after another."""

PACKS = 2
"""How many layers of base64, hexadecimal digits or numbers are taken off, before, between and after them."""

BASE64_RUN = re.compile(rb"[A-Za-z0-9+/]{10,}")
URL_SAFE = bytes.maketrans(b"-_", b"+/")
HEX_RUN = re.compile(rb"[0-9A-Fa-f]{14,}")
TEXT = re.compile(rb"[\x20-\x7e\0\t\r\n]{7,}")
"""Bytes that may be text with a secret in it, in ASCII or UTF-16; other bytes are no base64 of one."""

WIDE_TEXT = re.compile(rb"(?:[\x20-\x7e\0\t\r\n]|\xef[\xbc\xbd][\x80-\xbf]|\xe3\x80\x80){7,}")
"""The same, also with characters of full width. It takes ten times as long."""

WIDE = re.compile(rb"[\xef\xe3][\x80\xbc\xbd][\x80-\xbf][\xef\xe3][\x80\xbc\xbd]")
"""Two characters of full width."""

SPACE = re.compile(r"\s+")
NUMBER = re.compile(r"(?:0[xo])?([0-9A-Fa-f]{1,3})(?![0-9A-Za-z])|[^0-9A-Za-z]+")
SOME_NUMBERS = re.compile(r"(?:[0-9A-Fa-f]{1,3}[^0-9A-Za-z]{1,20}(?:0[xo])?){7}")
END_OF_NUMBER = re.compile("[0-9A-Fa-f][^0-9A-Za-z]")
"""What every number ends with that another follows: a text without it is known to have none ten times faster."""

NAMED = {name.rstrip(";").lower(): value for name, value in html5.items() if value.isascii()}
"""What represents ASCII characters in HTML, by its name in lower case."""


class MappedText:
    """A text; `span` says which stretch of the source a stretch of it was read from. This one is the source."""

    def __init__(self, text: str) -> None:
        self.text = text

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the source, as its start and its end."""
        return start, end


class Rewritten(MappedText):
    """A reading in which each match of a pattern is replaced by its meaning."""

    def __init__(
        self,
        above: MappedText,
        pattern: re.Pattern[str],
        meaning: Callable[[re.Match[str]], str],
        text: str | None = None,
    ) -> None:
        """Rewrite the reading `above`; `text` is the result, where there is a faster way to it."""
        super().__init__(pattern.sub(meaning, above.text) if text is None else text)
        self._above, self._pattern, self._meaning = above, pattern, meaning
        self._here = array("q")
        self._there = array("q")

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the source; a character of an escape represents the whole escape."""
        if not self._here:
            self._locate()
        first, last = bisect_right(self._here, start) - 1, bisect_right(self._here, end - 1) - 1
        begins = self._there[first] + (0 if _is_escape(first) else start - self._here[first])
        ends = self._there[last + 1] if _is_escape(last) else self._there[last] + end - self._here[last]
        return self._above.span(begins, ends)

    def _locate(self) -> None:
        """Find where stretches begin, here and in the reading above: in turns, one between escapes and one escape."""
        here = there = 0
        for found in self._pattern.finditer(self._above.text):
            escape = here + found.start() - there
            self._here.extend((here, escape))
            self._there.extend((there, found.start()))
            here, there = escape + len(self._meaning(found)), found.end()
        self._here.append(here)
        self._there.append(there)


def _is_escape(stretch: int) -> bool:
    return stretch % 2 == 1


class Unpacked(MappedText):
    """A reading of the bytes that runs of digits encode, as far as they are text.

    Of base64, four digits encode three bytes; of hexadecimal digits, two for one.
    """

    def __init__(self, above: MappedText, runs: list[tuple[int, bytes]], digits: int) -> None:
        """Read each run, given by its place in the reading above and its digits."""
        self._above, self._runs, self._digits = above, runs, digits
        self._bytes = 3 if digits == 4 else 1
        filler, end = (b"A", b"////") if digits == 4 else (b"0", b"ff")  # the end is of no text: runs stay apart
        parts = [run + filler * (-len(run) % digits) + end for _, run in runs]
        self._begins = [0, *accumulate(map(len, parts))]
        decode = binascii.a2b_base64 if digits == 4 else binascii.a2b_hex
        decoded = decode(b"".join(parts))
        text = WIDE_TEXT if WIDE.search(decoded) else TEXT
        stretches = [(found.start(), found[0]) for found in text.finditer(decoded)]
        self._from = [start for start, _ in stretches]
        self._here = [0, *accumulate(len(stretch) + 1 for _, stretch in stretches)]
        super().__init__(b"\x01".join(stretch for _, stretch in stretches).decode("latin-1"))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the source, with digits that encode a part of a byte only."""
        first = self._back(self._byte(start) * self._digits // self._bytes)
        last = self._back(-(-(self._byte(end - 1) + 1) * self._digits // self._bytes) - 1)
        return self._above.span(first, last + 1)

    def _byte(self, at: int) -> int:
        stretch = bisect_right(self._here, at) - 1
        return self._from[stretch] + at - self._here[stretch]

    def _back(self, digit: int) -> int:
        number = bisect_right(self._begins, digit) - 1
        at, run = self._runs[number]
        return at + min(digit - self._begins[number], len(run) - 1)


def readings(text: str) -> Iterator[MappedText]:
    """Every reading of a text, the text itself first. Only those on the way to the current one are in memory."""
    yield from _readings(MappedText(text), LAYERS, PACKS)


def unescaped(text: str) -> Iterator[str]:
    """Every reading of a text with one layer of escapes after another taken off, without the text itself."""
    reading = MappedText(text)
    for _ in range(LAYERS):
        if not _ESCAPE.search(reading.text):
            return
        reading = Rewritten(reading, _ESCAPE, _meaning)
        yield reading.text


def _readings(reading: MappedText, layers: int, packs: int) -> Iterator[MappedText]:
    yield reading
    if layers and _ESCAPE.search(reading.text):
        yield from _readings(Rewritten(reading, _ESCAPE, _meaning), layers - 1, packs)
    if not packs:
        return
    if END_OF_NUMBER.search(reading.text) and SOME_NUMBERS.search(reading.text):
        for base in (8, 10, 16):
            yield from _readings(Rewritten(reading, NUMBER, _number_in(base)), layers, 0)
    compact = reading
    if SPACE.search(reading.text):
        compact = Rewritten(reading, SPACE, lambda _found: "", "".join(reading.text.split()))
        yield compact
    for unpacked in _unpacked(compact):
        yield from _readings(unpacked, layers, packs - 1)


def _unpacked(reading: MappedText) -> Iterator[MappedText]:
    """What runs of digits encode, read from each of their first digits on: nothing says which one is the first."""
    digits = reading.text.encode("ascii", "replace")
    for pattern, count, data in (
        (BASE64_RUN, 4, digits.translate(URL_SAFE)),
        (HEX_RUN, 2, digits),
    ):
        found = [(run.start(), run[0]) for run in pattern.finditer(data)]
        runs = [(start + skip, run[skip:]) for start, run in found for skip in range(count)]
        unpacked = Unpacked(reading, runs, count) if runs else None
        if unpacked is not None and unpacked.text:
            yield unpacked


def _number_in(base: int) -> Callable[[re.Match[str]], str]:
    def meaning(found: re.Match[str]) -> str:
        if found[1] is None:
            return ""
        try:
            return chr(int(found[1], base))
        except ValueError:
            return found[0]

    return meaning


# ---------------------------------------------------------------------------------------------- escapes


def _hexadecimal(digits: str, _whole: str) -> str:
    return _character(int(digits, 16))


def _octal(digits: str, _whole: str) -> str:
    return _character(int(digits, 8))


def _character(number: int) -> str:
    return chr(number) if number <= 0x10FFFF else "\ufffd"


def _entity(digits: str, whole: str, base: int) -> str:
    """The character of a number; without a semicolon, digits behind it may be text of their own."""
    number = int(digits, base)
    if not whole.endswith(";") and not 32 <= number < 127:
        for length in range(len(digits) - 1, 1, -1):
            if 32 <= int(digits[:length], base) < 127:
                return chr(int(digits[:length], base)) + digits[length:]
    return _character(number)


def _decimal_entity(digits: str, whole: str) -> str:
    return _entity(digits, whole, 10)


def _hexadecimal_entity(digits: str, whole: str) -> str:
    return _entity(digits, whole, 16)


def _named(name: str, whole: str) -> str:
    """The character of a name; without a semicolon, letters behind it may be text of their own."""
    if whole.endswith(";"):
        return NAMED.get(name.lower(), whole)
    for length in range(len(name), 1, -1):
        if (character := NAMED.get(name[:length].lower())) is not None:
            return character + name[length:]
    return whole


def _utf_8(_data: str, whole: str) -> str:
    try:
        return whole.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return whole


def _itself(character: str, _whole: str) -> str:
    return character


def _space(_character: str, _whole: str) -> str:
    return " "


def _nothing(_characters: str, _whole: str) -> str:
    return ""


_NOTHING = "\0\xad\u200b-\u200d\u2060\ufeff"
"""The half of UTF-16, and characters that are not visible."""

_ESCAPES: tuple[tuple[str, str, Callable[[str, str], str]], ...] = (
    ("%", r"u([0-9A-Fa-f]{4})", _hexadecimal),
    ("[%=]", r"([0-9A-Fa-f]{2})", _hexadecimal),
    ("=", r"(\r?\n)", _nothing),
    (r"\\", r"[xu]\{0*([0-9A-Fa-f]{1,6})\}", _hexadecimal),
    (r"\\", r"[xX]([0-9A-Fa-f]{2})", _hexadecimal),
    (r"\\", r"U([0-9A-Fa-f]{8})", _hexadecimal),
    (r"\\", r"[uU]([0-9A-Fa-f]{4})", _hexadecimal),
    (r"\\", r"0?([0-3][0-7]{2})", _octal),
    (r"\\", r"([0-7]{1,2})", _octal),
    (r"\\", r"([abfnrtv])", _space),
    (r"\\", r"([^0-9A-Za-z\0])", _itself),
    ("&", r"#[xX]0*([0-9A-Fa-f]{1,6});?", _hexadecimal_entity),
    ("&", r"#0*([0-9]{1,7});?", _decimal_entity),
    ("&", r"([A-Za-z][A-Za-z0-9]{1,31});?", _named),
    (r"[\xc2-\xf4]", r"([\x80-\xbf]{1,3})", _utf_8),  # where bytes were read as characters
    (f"[{_NOTHING}]", f"([{_NOTHING}]*)", _nothing),
)
"""How one character is written as several: what begins it, what follows, and what the group of the pattern means."""

_ESCAPE = re.compile(rf"[%=\\&\xc2-\xf4{_NOTHING}](?:{'|'.join(f'(?<={begin}){rest}' for begin, rest, _ in _ESCAPES)})")
"""It begins with a set of characters, since other text is passed over twenty times faster than with alternatives."""


def _meaning(found: re.Match[str]) -> str:
    index = found.lastindex or 0
    return _ESCAPES[index - 1][2](found[index], found[0])
