"""What each credential label means: one table for what is sent and for the curl that replays it.

A `Request` carries a label and never a secret. `added` turns it into what comes with the request at the last moment,
`added_in_sh` into the same with the tokens as variables of sh. Imports nothing but the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple
from urllib.parse import quote


class CredentialError(ValueError):
    """An unknown label, or one that these tokens cannot be turned into; the message holds no token."""


class CredentialPlace(Enum):
    """Where in a request credentials are; the value says it in words."""

    AUTHORIZATION = "the Authorization header"
    QUERY = "the query"
    COOKIE = "a cookie"
    HEADER = "another header"
    BODY = "the body"


NAMES: Mapping[CredentialPlace, tuple[str, ...]] = {
    CredentialPlace.AUTHORIZATION: ("Authorization",),
    CredentialPlace.QUERY: ("token", "access_token"),
    CredentialPlace.COOKIE: ("token", "access_token"),
    CredentialPlace.HEADER: ("X-Auth-Token", "X-Api-Key"),
    CredentialPlace.BODY: ("token", "access_token"),
}
"""What servers call credentials in each place; all of these names are used together."""

PLAIN = re.compile(r"[!#-+\--:<-[\]-~]+")
"""What a cookie and a JSON text can carry as it is: cookie-octets (RFC 6265 section 4.1.1)."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Added:
    """What credentials add to a request."""

    #: Pairs of the query, before they are percent-encoded.
    query: Pairs = ()
    #: Headers.
    headers: Pairs = ()
    #: Members of the JSON object in the body.
    members: Pairs = ()

    @property
    def in_query(self) -> str:
        """The text that is added to the query, percent-encoded."""
        return "&".join(f"{name}={quote(value, safe='')}" for name, value in self.query)

    @property
    def in_body(self) -> str:
        """The text that is added to a JSON object, before its end."""
        return "".join(f', "{name}": "{value}"' for name, value in self.members)

    def path(self, path: str) -> str:
        """Return a path with its query and what is added to that."""
        return f"{path}{'&' if '?' in path else '?'}{self.in_query}" if self.query else path

    def body(self, body: bytes) -> bytes:
        """Return a body with what is added to it. Raises CredentialError unless it is an object with members."""
        if not self.members:
            return body
        before, end = halves(body)
        return before + self.in_body.encode() + end


NOTHING = Added()
"""What is added where there are no credentials."""


def halves(body: bytes) -> tuple[bytes, bytes]:
    """Return a JSON object in two parts, between which a member can be added. Raises CredentialError."""
    whole = body.strip()
    if not (whole.startswith(b"{") and whole.endswith(b"}")) or not whole[1:-1].strip():
        raise CredentialError("a token cannot be put into this body, which is not an object with members")
    at = body.rindex(b"}")
    return body[:at], body[at:]


class Label(NamedTuple):
    """How a label becomes a part of a request."""

    #: The text of the credentials, with `{token}` in it; None where nothing is added.
    template: str | None
    #: The same, for double quotes in sh.
    shell: str | None
    #: The name of the token that is meant.
    whose: str | None = "valid"
    #: Makes the near miss of the token.
    derive: Callable[[str], str] | None = None
    #: Where it is put.
    place: CredentialPlace = CredentialPlace.AUTHORIZATION


def _other_last(token: str) -> str:
    return token[:-1] + ("y" if token.endswith("x") else "x")


def _other_case(token: str) -> str:
    return re.sub("[A-Za-z]", lambda letter: letter[0].swapcase(), token, count=1)


HOME = CredentialPlace.AUTHORIZATION
"""Where credentials belong."""

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
    **{f"in {place.name.lower()}": Label("{token}", "$TIMP_TOKEN", place=place) for place in NAMES if place != HOME},
    **{
        f"other in {place.name.lower()}": Label("never-given-out", "never-given-out", None, place=place)
        for place in NAMES
        if place != HOME
    },
    "given": Label(None, None, None),  # the header is among the request's own
    "unknown": Label("Token {token}", "Token $TIMP_TOKEN"),  # of a foreign recording: replayed with the right one
}
"""Every credential label there is."""


def added(label: str, tokens: Mapping[str, str]) -> Added:
    """Return what the credentials of a label add to a request.

    `tokens` holds the secrets by whose they are: `valid`, `retailer`, `unpermitted`. Raises CredentialError for a label
    not in LABELS, for a token that is not there or that its place cannot carry, and for a near miss that would be no
    miss.
    """
    return _placed(_known(label).place, _text(label, tokens))


def added_in_sh(label: str) -> Added:
    """Return the same for double quotes in sh: the tokens stay variables of the environment.

    Raises CredentialError for a label not in LABELS.
    """
    form = _known(label)
    return _placed(form.place, form.shell)


def elsewhere(label: str) -> str:
    """Return in words where a token is put that belongs into Authorization; nothing if it is there, or invented."""
    form = _known(label)
    return form.place.value if form.whose is not None and form.place is not HOME else ""


def _placed(place: CredentialPlace, text: str | None) -> Added:
    if text is None:
        return NOTHING
    pairs = tuple((name, text) for name in NAMES[place])
    if place is CredentialPlace.QUERY:
        return Added(query=pairs)
    if place is CredentialPlace.BODY:
        return Added(members=pairs)
    if place is CredentialPlace.COOKIE:
        pairs = (("Cookie", "; ".join(map("=".join, pairs))),)
    return Added(headers=pairs)


def key_of(whose: str) -> str:
    """Return the key of a target's table that names the variable with somebody's token."""
    return "token_env" if whose == "valid" else f"{whose}_token_env"


def _text(label: str, tokens: Mapping[str, str]) -> str | None:
    """Return the text of the credentials of a label; None where there are none. Raises CredentialError."""
    form = _known(label)
    if form.template is None or form.whose is None:
        return form.template
    token = tokens.get(form.whose)
    if not token:
        raise CredentialError(f"credential {label!r} needs a token of its own: {key_of(form.whose)} names its variable")
    meant = form.derive(token) if form.derive else token
    if form.derive and meant == token:
        raise CredentialError(f"credential {label!r} cannot be made of this token: it would be the token itself")
    if meant != meant.strip():
        raise CredentialError(f"credential {label!r} cannot be made of this token: no header ends with white space")
    if form.place is not HOME and not PLAIN.fullmatch(meant):
        raise CredentialError(f"credential {label!r} cannot be made of this token: {form.place.value} cannot carry it")
    return form.template.format(token=meant)


def available(label: str, tokens: Mapping[str, str]) -> bool:
    """Return whether `added` can make this label of these tokens. CredentialError for a label not in LABELS."""
    _known(label)
    try:
        added(label, tokens)
    except CredentialError:
        return False
    return True


def _known(label: str) -> Label:
    try:
        return LABELS[label]
    except KeyError:
        raise CredentialError(f"credential {label!r} is none of: {', '.join(LABELS)}") from None
