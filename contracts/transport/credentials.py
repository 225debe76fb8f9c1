"""What each credential label means: one table for the header that is sent and for the curl that replays it.

A `Request` carries a label and never a secret. `header` turns it into the value of `Authorization` at the
last moment, `shell` into the same value as an expression of sh. Imports nothing but the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple


class CredentialError(ValueError):
    """An unknown label, or one that these tokens cannot be turned into; the message holds no token."""


class Label(NamedTuple):
    """How a label becomes a header.

    `template` is the header's value with `{token}` in it, None where no header is added; `shell` is the same
    for double quotes in sh; `whose` names the token that is meant, `derive` makes the near miss of it.
    """

    template: str | None
    shell: str | None
    whose: str | None = "valid"
    derive: Callable[[str], str] | None = None


def _other_last(token: str) -> str:
    return token[:-1] + ("y" if token.endswith("x") else "x")


def _other_case(token: str) -> str:
    return re.sub("[A-Za-z]", lambda letter: letter[0].swapcase(), token, count=1)


# `case` in both: awk and the parentheses before the patterns are what every sh understands.
_SHELL_LAST = "${TIMP_TOKEN%?}$(case $TIMP_TOKEN in (*x) echo y;; (*) echo x;; esac)"
_SHELL_CASE = (
    '$(printf %s "$TIMP_TOKEN" | awk \'{i = match($0, /[A-Za-z]/); c = substr($0, i, 1);'
    " print substr($0, 1, i - 1) (c == toupper(c) ? tolower(c) : toupper(c)) substr($0, i + 1)}')"
)

LABELS: Mapping[str, Label] = {
    "valid": Label("Token {token}", "Token $TIMP_TOKEN"),
    "absent": Label(None, None, None),
    "empty": Label("", "", None),
    "other": Label("Token never-given-out", "Token never-given-out", None),
    "scheme-only": Label("Token", "Token", None),
    "bare": Label("{token}", "$TIMP_TOKEN"),
    "scheme: Bearer": Label("Bearer {token}", "Bearer $TIMP_TOKEN"),
    "scheme: Basic": Label("Basic {token}", "Basic $TIMP_TOKEN"),
    "scheme: Digest": Label("Digest {token}", "Digest $TIMP_TOKEN"),
    "scheme: token": Label("token {token}", "token $TIMP_TOKEN"),
    "near: prefix": Label("Token {token}", "Token ${TIMP_TOKEN%?}", derive=lambda token: token[:-1]),
    "near: extended": Label("Token {token}", "Token ${TIMP_TOKEN}0", derive=lambda token: f"{token}0"),
    "near: last": Label("Token {token}", f"Token {_SHELL_LAST}", derive=_other_last),
    "near: case": Label("Token {token}", f"Token {_SHELL_CASE}", derive=_other_case),
    "retailer": Label("Token {token}", "Token $TIMP_RETAILER_TOKEN", "retailer"),
    "unpermitted": Label("Token {token}", "Token $TIMP_UNPERMITTED_TOKEN", "unpermitted"),
    "given": Label(None, None, None),  # the header is among the request's own
    "unknown": Label("Token {token}", "Token $TIMP_TOKEN"),  # of a foreign recording: replayed with the right one
}
"""Every credential label there is."""


def header(label: str, tokens: Mapping[str, str]) -> str | None:
    """The value of `Authorization` for a label; None where no such header is added.

    `tokens` holds the secrets by whose they are: `valid`, `retailer`, `unpermitted`. Raises CredentialError
    for a label not in LABELS, for a token that is not there, and for a near miss that would be no miss.
    """
    form = _known(label)
    if form.template is None or form.whose is None:
        return form.template
    token = tokens.get(form.whose)
    if not token:
        raise CredentialError(f"credential {label!r} needs the token {form.whose!r}, which was not given")
    meant = form.derive(token) if form.derive else token
    if form.derive and meant == token:
        raise CredentialError(f"credential {label!r} cannot be made of this token: it would be the token itself")
    if meant != meant.strip():
        raise CredentialError(f"credential {label!r} cannot be made of this token: no header ends with white space")
    return form.template.format(token=meant)


def available(label: str, tokens: Mapping[str, str]) -> bool:
    """Return whether `header` can make this label of these tokens. CredentialError for a label not in LABELS."""
    _known(label)
    try:
        header(label, tokens)
    except CredentialError:
        return False
    return True


def shell(label: str) -> str | None:
    """The value of `Authorization` for double quotes in sh; None where no such header is added.

    The tokens stay variables of the environment. Raises CredentialError for a label not in LABELS.
    """
    return _known(label).shell


def _known(label: str) -> Label:
    try:
        return LABELS[label]
    except KeyError:
        raise CredentialError(f"credential {label!r} is none of: {', '.join(LABELS)}") from None
