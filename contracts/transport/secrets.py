"""Secrets: values that are held so that they never print."""

from __future__ import annotations

SHORTEST = 8
"""Characters of the shortest secret: a shorter one could not be distinguished from other text, and redacted."""


class SecretError(ValueError):
    """A value that cannot be used as a secret. The message says why, and holds nothing of the value."""


class Secret:
    """A value that shows itself to `reveal()` alone: not to repr, str, format, pickle or a traceback.

    Raises SecretError where it is too short to be kept out of reports.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if len(value) < SHORTEST:
            raise SecretError(f"holds fewer than {SHORTEST} characters, too few to be kept out of reports")
        self._value = value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a Secret is not pickled")

    def reveal(self) -> str:
        """The value itself, for the one place that sends it."""
        return self._value


def sendable(value: str) -> Secret:
    """Return the secret if a header can carry it as it is. Raises SecretError where it cannot."""
    if value.splitlines() != [value]:
        raise SecretError("holds a line break, which no header can carry: export it without")
    if value != value.strip():
        raise SecretError("begins or ends with white space, which no header can carry: export it without")
    if not value.isascii():
        raise SecretError("holds a character that is not ASCII, which a header cannot carry")
    if not value.isprintable():
        raise SecretError("holds a control character, which no header can carry")
    return Secret(value)
