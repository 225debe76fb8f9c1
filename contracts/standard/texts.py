"""JSON texts, read strictly. Judges nothing."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final, TypeVar

from contracts.model.nesting import is_too_deep

BOM: Final = b"\xef\xbb\xbf"

SMALL: Final = 65_536
"""Bytes of a JSON text up to which many read ones are kept; what is larger takes much memory when read."""

LARGE: Final = 1
"""How many larger ones are kept: one after the other is judged by all oracles, and a read one may take 20 MB."""

DIGITS: Final = 500
"""Digits of an integer that are read."""

NO_END: Final = "no end: it was cut after what one answer may have of bytes or seconds"
"""What is wrong with an answer that is not complete."""

_T = TypeVar("_T")


class Missing:
    """The value of a member that is not there at all; None is JSON's null."""


MISSING: Final = Missing()


class Flaw(Enum):
    """Why a text could not be read as JSON."""

    NOT_UTF_8 = auto()
    TOO_DEEP = auto()
    MALFORMED = auto()


@dataclass(frozen=True)
class Json:
    """What a JSON text says, and what RFC 8259 warns of in it."""

    #: MISSING if it could not be read.
    value: Any
    #: Why not, in words for a reader.
    error: str | None = None
    #: Why not.
    flaw: Flaw | None = None
    #: Names that an object has more than once.
    repeated: tuple[str, ...] = ()
    #: NaN and Infinity, as they are written.
    constants: tuple[str, ...] = ()


def remembered(small: int) -> Callable[[Callable[[bytes], _T]], Callable[[bytes], _T]]:
    """Remember what a function makes of bodies: of so many small ones, and of LARGE large ones."""

    def decorate(function: Callable[[bytes], _T]) -> Callable[[bytes], _T]:
        of_small = functools.lru_cache(maxsize=small)(function)
        of_large = functools.lru_cache(maxsize=LARGE)(function)
        return functools.wraps(function)(lambda body: of_small(body) if len(body) <= SMALL else of_large(body))

    return decorate


@remembered(small=512)
def parse_json(body: bytes) -> Json:
    """Read a JSON text strictly: UTF-8, one value, and a note of repeated names, NaN and Infinity.

    What is nested too deeply (contracts/model/nesting.py) is not read; of an integer of more than DIGITS digits the
    first ones are.
    """
    repeated: set[str] = set()
    constants: list[str] = []

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        read = dict(members)
        if len(read) < len(members):
            repeated.update(name for name, count in Counter(name for name, _ in members).items() if count > 1)
        return read

    def constant(name: str) -> float:
        constants.append(name)
        return float(name)

    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return Json(MISSING, f"not UTF-8 at byte {error.start}", Flaw.NOT_UTF_8)
    if is_too_deep(text):
        return Json(MISSING, "too deep to read", Flaw.TOO_DEEP)
    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_int=_integer)
    except ValueError as error:
        return Json(MISSING, str(error), Flaw.MALFORMED)
    return Json(value, repeated=tuple(sorted(repeated)), constants=tuple(constants))


def _integer(digits: str) -> int:
    """Return the number that digits are; of very many, a number beyond any limit, as converting all takes too long."""
    return int(digits[:DIGITS])


def kind(value: Any) -> str:
    """The JSON type of a value, as labels name it."""
    if value is None:
        return "null"
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def dump(body: Any) -> bytes:
    """A body as compact JSON, non-ASCII characters as they are, lone surrogates escaped."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()
