"""Secrets: held so that they never print, and replaced in whatever comes back from a target."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from urllib.parse import quote


class Secret:
    """A value that shows itself to `reveal()` alone: not to repr, str, format, pickle or a traceback."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a Secret is not pickled")

    def reveal(self) -> str:
        """The value itself, for the one place that sends it."""
        return self._value


class Redactor:
    """Replaces secrets by a mark that names them, so that an echo of one can still be judged."""

    def __init__(self, secrets: Mapping[str, Secret]) -> None:
        """`secrets`: a label for each secret, such as `valid` for the token of the target."""
        self._patterns = [
            (
                re.compile(b"|".join(re.escape(form) for form in _forms(secret.reveal())), re.IGNORECASE),
                mark(label),
            )
            for label, secret in secrets.items()
            if secret.reveal()
        ]
        self._longest = max((len(form) for secret in secrets.values() for form in _forms(secret.reveal())), default=0)

    def clean(self, data: bytes) -> bytes:
        """The bytes without any secret in any of the forms in which targets send them back."""
        for pattern, replacement in self._patterns:
            data = pattern.sub(replacement.encode(), data)
        return data

    def clean_cut(self, data: bytes) -> bytes:
        """The same for data that was cut, without its tail: that may be the first part of a secret."""
        cleaned = self.clean(data)
        return cleaned[: max(0, len(cleaned) - self._longest)]

    def clean_text(self, text: str) -> str:
        """The same for text, such as a header's value or an error's message."""
        return self.clean(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def mark(label: str) -> str:
    """What stands where a secret stood."""
    return f"[secret {label}]"


def _forms(value: str) -> list[bytes]:
    raw = value.encode()
    encoded = {
        raw,
        json.dumps(value)[1:-1].encode(),
        quote(value, safe="").encode(),
        base64.b64encode(raw).rstrip(b"="),
    }
    return sorted(encoded, key=len, reverse=True)
