"""Texts that were searched for secrets and have none: of a text that is mostly like one, little has to be searched."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from typing import Final

SMALL: Final = 1000
"""Characters of the longest text that is compared as a whole only."""

OF_SMALL: Final = 4096
"""How many such texts are remembered: most answers of a run repeat some headers and bodies."""

OF_LARGE: Final = 4
"""How many longer ones are remembered, the last ones."""

LARGEST: Final = 2_000_000
"""Characters of the longest text that is remembered."""

SEAM: Final = 65_536
"""Characters around a difference that are searched again: no spelling of a secret is that long."""


class KnownTexts:
    """Remembers texts without a secret. Several threads may use it."""

    def __init__(self) -> None:
        self._small: set[str] = set()
        self._large: tuple[str, ...] = ()

    def add(self, text: str) -> None:
        """Remember a text without a secret."""
        if len(text) <= SMALL:
            self._small = {text} if len(self._small) >= OF_SMALL else self._small
            self._small.add(text)
        elif len(text) <= LARGEST:
            self._large = (text, *self._large[: OF_LARGE - 1])

    def rest(self, text: str) -> str:
        """Return the shortest part of a text outside of which it is as in a text that is remembered."""
        if text in self._small:
            return ""
        if len(text) <= SMALL:
            return text
        return min((_difference(text, known) for known in self._large), key=len, default=text)


def _difference(text: str, known: str) -> str:
    """Return the part in which a text differs from a known one, with a seam at both sides; empty if it is equal."""
    if text == known:
        return ""
    most = min(len(text), len(known))
    begins = _largest(most, lambda length: text.startswith(known[:length]))
    ends = _largest(most - begins, lambda length: text.endswith(known[len(known) - length :]))
    return text[max(0, begins - SEAM) : len(text) - max(0, ends - SEAM)]


def _largest(most: int, holds: Callable[[int], bool]) -> int:
    """Return the largest number up to `most` for which something holds that holds for all smaller ones."""
    return bisect(range(1, most + 1), x=False, key=lambda number: not holds(number))
