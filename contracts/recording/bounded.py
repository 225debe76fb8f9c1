"""JSON of unknown origin, read within bounds on memory: nesting, digits, and the size of one value.

A file may have any length: its contents are read value by value, and a value beyond a bound is passed over without
being kept. Knows no format.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any, Final, TextIO

DEEPEST: Final = 300
"""How deeply arrays and objects of one value may be nested."""

DIGITS: Final = 400
"""Digits of an integer."""

LARGEST: Final = 8_000_000
"""Characters of one value."""

PARTS: Final = 400_000
"""Arrays and objects in one value: an empty one takes twenty times the memory of its text."""

PIECE: Final = 65_536
"""Characters that are read at a time."""

_SPACE = re.compile(r"[ \t\n\r]*")
_MARK = re.compile(r'["\[\]{}]')
_STRING = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_PLAIN = re.compile(r'[^\s,\[\]{}":]*+')
_NESTING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)


class BrokenJsonError(ValueError):
    """The text is not JSON from here on; nothing behind this place can be read."""


class BeyondBoundsError(ValueError):
    """One value exceeds a bound, or cannot be read. It was passed over; what follows can be read."""


def loads(text: str) -> Any:
    """Return the value of a JSON text. Raises BrokenJsonError or BeyondBoundsError."""
    if len(text) > LARGEST:
        raise BeyondBoundsError(f"has more than {LARGEST:,} characters")
    _count_parts(text)
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise BeyondBoundsError("is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise BrokenJsonError(f"is not JSON: {error.msg} at character {error.pos}") from None


def _count_parts(text: str) -> None:
    """Raise BeyondBoundsError if a text has too many arrays and objects, or they are nested too deeply."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    depth = parts = 0
    for found in _NESTING.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth, parts = depth + 1, parts + 1
            if depth > DEEPEST:
                raise BeyondBoundsError("is nested too deeply")
        elif mark in "]}":
            depth -= 1
    if parts > PARTS:
        raise BeyondBoundsError(f"has more than {PARTS:,} arrays and objects")


def _integer(digits: str) -> int:
    if len(digits) > DIGITS:
        raise BeyondBoundsError(f"has a number of {len(digits):,} digits")
    return int(digits)


_DECODER = json.JSONDecoder(parse_int=_integer)


class JsonReader:
    """Reads one JSON text from a file, forwards only, and keeps no more of it than one value."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._begin = 0
        self._kept: list[str] = []
        self._size = 0

    # ------------------------------------------------------------------------------------------ structure

    def peek(self) -> str:
        """Return the next character that is not white space; empty at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def members(self) -> Iterator[str]:
        """Yield the name of each member of an object. Each value has to be read or skipped before the next name."""
        self._take("{")
        if self.peek() == "}":
            self._take("}")
            return
        while True:
            if self.peek() != '"':
                raise BrokenJsonError("is not JSON: a member without a name" if self.peek() else "ends early")
            name = self._name()
            self._take(":")
            yield name
            if self._take(",", "}") == "}":
                return

    def _name(self) -> str:
        try:
            return str(self.value())
        except BeyondBoundsError:
            return ""

    def elements(self) -> Iterator[int]:
        """Yield the position of each element of an array. Each has to be read or skipped before the next."""
        self._take("[")
        if self.peek() == "]":
            self._take("]")
            return
        for position in itertools.count():
            yield position
            if self._take(",", "]") == "]":
                return

    def _take(self, *wanted: str) -> str:
        mark = self.peek()
        if not mark:
            raise BrokenJsonError("ends early")
        if mark not in wanted:
            raise BrokenJsonError(f"is not JSON: {mark!r} where {' or '.join(wanted)} is due")
        self._at += 1
        return mark

    # --------------------------------------------------------------------------------------------- values

    def value(self) -> Any:
        """Return the next value. Raises BeyondBoundsError if it was passed over, and BrokenJsonError."""
        self._pass()
        if self._size > LARGEST:
            raise BeyondBoundsError(f"has more than {LARGEST:,} characters")
        text = "".join(self._kept)
        self._kept.clear()
        try:
            return loads(text)
        except BrokenJsonError as error:
            raise BeyondBoundsError(str(error)) from None

    def skip(self) -> None:
        """Pass over the next value, whatever its size."""
        self._pass()
        self._kept.clear()

    def _pass(self) -> None:
        """Move behind the next value, and keep its text if it is not too large."""
        begin = self.peek()
        self._kept, self._size, self._begin = [], 0, self._at
        if begin == '"':
            self._pass_string()
        elif begin and begin in "[{":
            self._pass_nested()
        else:
            self._pass_plain()
        self._keep()

    def _pass_string(self) -> None:
        self._at += 1
        while True:
            found = _STRING.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._text.startswith('"', self._at):
                self._at += 1
                return
            if not self._more():
                raise BrokenJsonError("ends early")

    def _pass_nested(self) -> None:
        depth = 0
        while True:
            found = _MARK.search(self._text, self._at)
            if found is None:
                self._at = len(self._text)
                if not self._more():
                    raise BrokenJsonError("ends early")
                continue
            self._at = found.start()
            if found[0] == '"':
                self._pass_string()
                continue
            self._at += 1
            depth += 1 if found[0] in "[{" else -1
            if depth == 0:
                return

    def _pass_plain(self) -> None:
        begin = self._at
        while True:
            found = _PLAIN.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or not self._more():
                break
            begin = -1
        if self._at == begin:
            raise BrokenJsonError(f"is not JSON: {self._text[begin]!r}" if self._text[begin:] else "ends early")

    def _more(self) -> bool:
        """Read on; False at the end of the file."""
        self._keep()
        piece = self._file.read(PIECE)
        self._text = self._text[self._at :] + piece
        self._at = self._begin = 0
        return bool(piece)

    def _keep(self) -> None:
        piece = self._text[self._begin : self._at]
        self._begin = self._at
        self._size += len(piece)
        if self._size <= LARGEST:
            self._kept.append(piece)
        else:
            self._kept.clear()
