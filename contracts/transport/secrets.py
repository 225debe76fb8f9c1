"""Secrets: held so that they never print, and replaced in whatever comes back from a target."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from contracts.model.uuids import in_base64
from contracts.transport.credentials import near_misses

SHORTEST = 8
"""Characters of the shortest secret: a shorter one could not be told from other text, and redacted."""


class TooShortError(ValueError):
    """A secret that is too short to be kept out of reports."""


class Secret:
    """A value that shows itself to `reveal()` alone: not to repr, str, format, pickle or a traceback.

    Raises TooShortError.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if len(value) < SHORTEST:
            raise TooShortError(f"holds fewer than {SHORTEST} characters, too few to be kept out of reports")
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
        """`secrets`: a label for each secret, such as `valid` for the token of the target.

        What credentials make of it goes with it: the token without its last character, or with another one.
        """
        self._forms = [_Forms(secret.reveal(), mark(label).encode()) for label, secret in secrets.items()]
        self.slack = max((len(forms.source) for forms in self._forms), default=0)

    def clean(self, data: bytes) -> bytes:
        """The bytes without any secret in any of the forms in which targets send them back."""
        for forms in self._forms:
            data = forms.replaced(data)
        return data

    def clean_cut(self, data: bytes) -> bytes:
        """The same for the beginning of something longer, without the end, in which a part of a secret might stand."""
        whole = self.clean(data)
        return whole[: max(0, len(whole) - self.slack)]

    def clean_text(self, text: str) -> str:
        """The same for text, such as a header's value or an error's message."""
        return self.clean(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def mark(label: str) -> str:
    """What stands where a secret stood."""
    return f"[secret {label}]"


ESCAPES = (b"%", b"\\", b"&")
"""What every spelling of a character begins with, but for the character itself."""

HEAD = 6
"""Bytes of a form that are looked for first. Of a near miss those are the secret's own, and of base64 mostly, too."""


class _Forms:
    """All forms of a secret: each character as it is, percent-encoded, or escaped as in JSON and HTML; and base64.

    The case does not matter, and the last character may be missing or another one: near misses are as secret.
    """

    def __init__(self, secret: str, replacement: bytes) -> None:
        spelled = [_spellings(character) for character in secret]
        plain = b"".join(spelled[:-1]) + b"(?:" + spelled[-1] + b"|[A-Za-z0-9])?"
        near = {secret[:-1], *(near_miss[:-1] for near_miss in near_misses(secret)), secret.upper(), secret.lower()}
        encoded = sorted({form.encode() for text in near for form in in_base64(text.encode())})
        self.source = b"|".join([plain, *map(re.escape, encoded)])
        self._replacement = replacement
        self._heads = {form[:HEAD].lower() for form in (secret[:-1].encode(), *encoded)} if secret.isascii() else {b""}

    def replaced(self, data: bytes) -> bytes:
        """The bytes with the replacement wherever a form stands. What can hold none is told so fast."""
        lower = data.lower()
        if any(head in lower for head in self._heads) or any(escape in data for escape in ESCAPES):
            return self._pattern.sub(self._replacement, data)
        return data

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        return re.compile(self.source, re.IGNORECASE)


def _spellings(character: str) -> bytes:
    forms = {form for either in (character, character.swapcase()) for form in _spelt(either)}
    longest_first = sorted(forms, key=len, reverse=True)
    return b"(?:" + b"|".join(re.escape(form) for form in longest_first) + b")"


def _spelt(character: str) -> Iterator[bytes]:
    raw = character.encode()
    yield raw
    yield "".join(f"%{byte:02X}" for byte in raw).encode()
    yield json.dumps(character)[1:-1].encode()
    yield b"".join(rb"\u%04x" % unit for unit in _utf_16(character))
    yield from (b"&#%d;" % ord(each) for each in character)
    yield from (b"&#x%x;" % ord(each) for each in character)
    yield html.escape(character).encode()
    if character == "/":
        yield rb"\/"


def _utf_16(character: str) -> Iterator[int]:
    raw = character.encode("utf-16-be")
    yield from (int.from_bytes(raw[index : index + 2], "big") for index in range(0, len(raw), 2))
