"""The credentials of one run; the target's own may be renewed while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from contracts.transport.secrets import Secret

Renew = Callable[[], Secret]
"""Returns a new token of the target."""


class Tokens:
    """Secrets by the labels of contracts/transport/credentials.py; `generation` counts the tokens that were made."""

    def __init__(self, secrets: Mapping[str, Secret], renew: Renew | None, learn: Callable[[Secret], None]) -> None:
        """Begin with what is given.

        Args:
            secrets: by label; without `valid` if that is made.
            renew: makes the next `valid` one, if it can be made.
            learn: is called with each new token before it is used.
        """
        self.generation = 0
        self._secrets = dict(secrets)
        self._renew = renew
        self._learn = learn
        self._lock = threading.Lock()

    @property
    def renewable(self) -> bool:
        """Return whether another token can be made."""
        return self._renew is not None

    def revealed(self) -> dict[str, str]:
        """Return the secrets themselves, for the one place that sends them."""
        return {label: secret.reveal() for label, secret in self._secrets.items()}

    def renew(self) -> None:
        """Have a new token made, if one can be."""
        if self._renew is None:
            return
        with self._lock:
            token = self._renew()
            self._learn(token)
            self._secrets = {**self._secrets, "valid": token}
            self.generation += 1
