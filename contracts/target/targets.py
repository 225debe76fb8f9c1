"""Where a run sends, with which credentials and orders, and what it may do there."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts.model.exchange import Order
from contracts.target import orders as lent
from contracts.target.ledger import Ledger
from contracts.transport.interlock import is_loopback
from contracts.transport.limits import Limits
from contracts.transport.secrets import Secret, SecretError, sendable

TOKEN_VARIABLES = {
    "valid": "TIMP_TOKEN",
    "retailer": "TIMP_RETAILER_TOKEN",
    "unpermitted": "TIMP_UNPERMITTED_TOKEN",
}
"""The environment variable of each credential: the supplier's own, and those of two other users if lent."""


TARGETS = Path("targets.toml")
"""The default file of targets, in the working directory."""


PLAIN = "plain http shows the token to everybody on the network: write https"


class UsageError(Exception):
    """A call that cannot be carried out as asked, or is refused for safety (exit 4)."""


@dataclass(frozen=True)
class Target:
    """One deployment.

    `base_url` is its origin; `tokens` by the labels of contracts/transport/credentials.py. `order_command` prints the
    manifest of one more order; `reusable_orders` says whether an order can be allocated again, None if that is to be
    found out.
    `plain_http` permits http to a machine that is not this one.
    `accepted` is what stands in its table for the ledger, which is read once the clauses are known.
    """

    name: str
    base_url: str
    tokens: Mapping[str, Secret]
    orders: tuple[Order, ...]
    may_allocate: bool
    may_stress: bool
    limits: Limits = field(default_factory=Limits)
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    ssl_context: ssl.SSLContext | None = None
    order_command: tuple[str, ...] = ()
    reusable_orders: bool | None = None
    warnings: tuple[str, ...] = ()
    accepted: Mapping[str, Any] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    plain_http: bool = False

    @property
    def described(self) -> str:
        """Where a run sends, what it may do there, and how much of it, in one line."""
        where = self.name if self.name == self.base_url else f"{self.name} ({self.base_url})"
        source = "a command makes" if self.order_command else f"it lends ({len(self.orders)})"
        may = (
            f"may allocate the orders {source}" if self.may_allocate else "may not allocate: names invented orders only"
        )
        stress = "huge and deep requests too" if self.may_stress else "no huge or deep requests"
        most = f"at most {self.limits.requests} requests, " if self.limits.requests else ""
        rate = f"{self.limits.rate:g} a second, " if self.limits.rate else ""
        return f"{where}: {may}; {stress}; {most}{rate}{self.limits.concurrency} at once"


@dataclass(frozen=True)
class Choice:
    """What the options and the environment say of the target; `lent` is how many orders the embedded one lends.

    `implied` says that the embedded provider is used because nothing was named.
    """

    name: str | None = None
    base_url: str | None = None
    orders: Path | None = None
    file: Path = TARGETS
    readings: Mapping[str, str] | None = None
    faults: tuple[str, ...] = ()
    lent: int | None = None
    implied: bool = False
    plain_http: bool = False


def choice(
    *,
    target: str | None,
    base_url: str | None,
    orders: str | None,
    file: str | None = None,
    plain_http: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Choice:
    """Combine flags and variables: flags beat variables, and a named target takes neither URL nor orders."""
    if target is not None:
        if base_url or orders:
            raise UsageError("--target names its own URL and orders: leave out --base-url and --orders, or --target")
        if plain_http:
            raise UsageError("--plain-http: goes with --base-url; write plain_http = true in the table of the target")
        return Choice(name=target, file=Path(file) if file else TARGETS)
    if file is not None:
        raise UsageError(f"--targets-file {file}: name one of its targets with --target")
    url = base_url or environment.get("TIMP_BASE_URL")
    if url is None:
        if orders:
            raise UsageError("--orders: lends orders to a --base-url; name one")
        if plain_http:
            raise UsageError("--plain-http: goes with --base-url; name one")
        return Choice(name="embedded", implied=True)
    path = orders or environment.get("TIMP_ORDERS")
    return Choice(name=None, base_url=url, orders=Path(path) if path else None, plain_http=plain_http)


def by_url(asked: Choice, environment: Mapping[str, str] = os.environ) -> Target:
    """The target that --base-url describes. Only a loopback one may allocate, and only what it is lent."""
    origin = origin_of(asked.base_url or "", "--base-url")
    here = is_loopback(origin)
    if origin.startswith("http:") and not (asked.plain_http or here):
        raise UsageError(f"--base-url {origin}: {PLAIN}, or add --plain-http")
    given = {label: name for label, name in TOKEN_VARIABLES.items() if environment.get(name)}
    tokens = {label: secret_from(name, environment, origin) for label, name in given.items()}
    if "valid" not in tokens:
        raise UsageError(f"{origin}: set TIMP_TOKEN to the token of this target")
    if asked.orders is None and here:
        raise UsageError(f"{origin}: lend it orders with --orders FILE or TIMP_ORDERS")
    try:
        orders = lent.load(asked.orders) if asked.orders else ()
    except lent.OrdersError as error:
        raise UsageError(f"--orders: {error}") from None
    return Target(origin, origin, tokens, orders, may_allocate=here, may_stress=here, plain_http=asked.plain_http)


def secret_from(variable: str, environment: Mapping[str, str], place: str) -> Secret:
    """Return the secret that a variable holds. Raises UsageError, which names place and variable, not the value."""
    value = environment.get(variable)
    if not value:
        raise UsageError(f"{place}: {variable} is not set: export it with the secret")
    try:
        return sendable(value)
    except SecretError as error:
        raise UsageError(f"{place}: {variable} {error}") from None


def without_secrets(url: str) -> str:
    """Return a URL, or what was meant as one, for a message: without user and password, query and fragment."""
    scheme, separator, rest = url.rpartition("@")[2].rpartition("://")
    if "@" in url and not separator:
        scheme, separator, _ = url.partition("://")
        scheme = scheme if separator else ""
    return scheme + separator + re.split("[?#]", rest)[0]


def origin_of(url: str, place: str) -> str:
    """Scheme, host and port of a URL that has nothing else. Raises UsageError, which names the place."""
    place = f"{place} {without_secrets(url)}"
    if "@" in url:  # before anything is taken apart: errors of urlsplit repeat what may be a password
        raise UsageError(f"{place}: give scheme, host and port only; credentials go into TIMP_TOKEN")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{place}: {error}") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{place}: write it as http://HOST:PORT or https://HOST")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError(f"{place}: give scheme, host and port only; credentials go into TIMP_TOKEN")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")
