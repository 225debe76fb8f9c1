"""Large bodies of answers, kept in a temporary file: a run holds all of its exchanges, and memory not all of them."""

from __future__ import annotations

import functools
import tempfile
import threading
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Final

from contracts.model.exchange import Exchange, Response

LARGE: Final = 16_384
"""Bytes of a body from which it is kept in the file."""

AT_HAND: Final = 4
"""Bodies that were read last, and are kept in memory: many oracles look at one exchange after the other."""


class Shelf:
    """Keeps large bodies, and reads them back. The file has no name, so it ends with the process."""

    def __init__(self, folder: Path) -> None:
        """Make the file in this folder."""
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - open as long as exchanges refer to it
        weakref.finalize(self, self._file.close)
        self._lock = threading.Lock()
        self._read = functools.lru_cache(AT_HAND)(self._from_file)

    def keep(self, exchange: Exchange) -> Exchange:
        """Return the exchange, with its response read from the file each time if its body is large."""
        response = exchange.response
        if response is None or len(response.body) < LARGE:
            return exchange
        with self._lock:
            start = self._file.seek(0, 2)
            self._file.write(response.body)
        return replace(exchange, response=_Shelved(response, self, (start, len(response.body))))

    def read(self, place: tuple[int, int]) -> bytes:
        """Return the bytes at a place, which is a start and a length."""
        return self._read(place)

    def _from_file(self, place: tuple[int, int]) -> bytes:
        start, length = place
        with self._lock:
            self._file.seek(start)
            return self._file.read(length)


class _Shelved(Response):
    """A response whose body is in a file."""

    __slots__ = ("_place", "_shelf")

    def __init__(self, response: Response, shelf: Shelf, place: tuple[int, int]) -> None:
        for name, value in (
            ("status", response.status),
            ("headers", response.headers),
            ("complete", response.complete),
        ):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_shelf", shelf)
        object.__setattr__(self, "_place", place)

    @property
    def body(self) -> bytes:
        """Read from the file."""
        shelf: Shelf = self._shelf  # type: ignore[attr-defined]
        return shelf.read(self._place)  # type: ignore[attr-defined]
