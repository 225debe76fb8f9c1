"""Questions of a page as switches: the provider can be any deployment that the page allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from provider.names import spelled_like

Switches = Mapping[str, tuple[str, ...]]
"""The readings of each question, the default first."""

CODES: Final = {"bad-request": 400, "forbidden": 403, "not-found": 404, "conflict": 409, "unprocessable": 422}


class Readings:
    """A choice for every switch; the first value is the default.

    Raises ValueError for a switch or a value that does not exist.
    """

    def __init__(self, chosen: Mapping[str, str], switches: Switches) -> None:
        for key, value in chosen.items():
            if key not in switches:
                raise ValueError(f"reading {key}: no such question{spelled_like(key, switches)}")
            if value not in switches[key]:
                raise ValueError(f"reading {key}={value}: choose one of {', '.join(switches[key])}")
        self._chosen = {key: chosen.get(key, values[0]) for key, values in switches.items()}

    def __getitem__(self, key: str) -> str:
        return self._chosen[key]

    def accepts(self, key: str) -> bool:
        """Return whether the chosen value lets something through."""
        return self[key] in {"accepted", "served", "ignored", "passed-over", "any-case", "matched", "either"}

    def code(self, key: str, *, first: bool = True) -> int:
        """The status code that a switch about codes means; of `mixed` ones `first` chooses."""
        chosen = self[key]
        if chosen == "mixed":
            chosen = "bad-request" if first else "unprocessable"
        return CODES[chosen]
