"""Where a run sends, with which credentials and orders, and what it may do there."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.model.exchange import Order
from contracts.target.ledger import Ledger
from contracts.transport.limits import Limits
from contracts.transport.proxy import Proxy
from contracts.transport.secrets import Secret

TARGETS = Path("targets.toml")
"""The default file of targets, in the working directory."""


class UsageError(Exception):
    """A call that cannot be carried out as asked, or is refused for safety (exit 4)."""


@dataclass(frozen=True)
class Target:
    """One deployment."""

    #: What it is called in targets.toml, or its URL.
    name: str
    #: With the path before the documented one.
    base_url: str
    #: By the labels of contracts/transport/credentials.py.
    tokens: Mapping[str, Secret]
    #: Its test orders.
    orders: tuple[Order, ...]
    #: Whether they may be changed.
    may_allocate: bool
    #: Whether huge and deep requests may be sent, and other verbs may name test orders.
    may_stress: bool
    #: How many requests, how fast, and how many concurrently.
    limits: Limits = field(default_factory=Limits)
    #: What is sent with each request.
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    #: How it is known and how it knows us; None for the system's way.
    ssl_context: ssl.SSLContext | None = None
    #: Prints the manifest of one more order.
    order_command: tuple[str, ...] = ()
    #: Whether an order can be changed again; None if that is to be found out.
    reusable_orders: bool | None = None
    #: What to know before trusting the run.
    warnings: tuple[str, ...] = ()
    #: What its table has for the ledger, which is read once the clauses are known.
    accepted: Mapping[str, Any] = field(default_factory=dict)
    #: What is accepted of it.
    ledger: Ledger = field(default_factory=Ledger)
    #: Whether http to a machine that is not this one is permitted.
    plain_http: bool = False
    #: Through which proxy it is reached.
    proxy: Proxy | None = None
    #: Prints a token.
    token_command: tuple[str, ...] = ()
    #: Further values that no artefact may hold, by name.
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    #: How long a target that is not up yet is waited for.
    wait_seconds: float = 0.0
    #: How long an answer may take; None if its table does not say.
    max_seconds: float | None = None
    #: A hint, if it does not answer.
    unreached: str = ""

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return "/".join(self.base_url.split("/")[:3])

    @property
    def base_path(self) -> str:
        """The path before the documented one; empty if the target has no such path."""
        return self.base_url.removeprefix(self.origin)

    @property
    def host(self) -> str | None:
        """The Host header that its table states; None for the origin's."""
        stated = {name.lower(): value for name, value in self.headers.items() if isinstance(value, str)}
        return stated.get("host")

    @property
    def described(self) -> str:
        """Where a run sends, what it may do there, and how much of it, in one line."""
        where = self.name if self.name == self.base_url else f"{self.name} ({self.base_url})"
        source = "the orders that a command makes" if self.order_command else f"its test orders ({len(self.orders)})"
        may = f"may allocate {source}" if self.may_allocate else "may not allocate: names invented orders only"
        stress = (
            "may stress: huge and deep requests, other verbs, the token in other places"
            if self.may_stress
            else "may not stress"
        )
        most = f"at most {self.limits.requests} requests, " if self.limits.requests else ""
        rate = f"{self.limits.rate:g} a second, " if self.limits.rate else ""
        through = f" through the proxy {self.proxy.url}" if self.proxy else ""
        return f"{where}{through}: {may}; {stress}; {most}{rate}{self.limits.concurrency} concurrently"


@dataclass(frozen=True)
class Choice:
    """What the options and the environment say of the target."""

    #: That of a table in the file, or `embedded`.
    name: str | None = None
    #: The URL of a target without a table.
    base_url: str | None = None
    #: The file of targets.
    file: Path = TARGETS
    #: Keys of a target that options state for a base URL, as its table would have them.
    given: Mapping[str, Any] = field(default_factory=dict)
    #: How the embedded provider reads, by question.
    readings: Mapping[str, str] | None = None
    #: Deviations of the embedded provider.
    faults: tuple[str, ...] = ()
    #: How many test orders the embedded provider has; None for its usual number.
    order_count: int | None = None
    #: Whether the embedded provider is used because nothing was named.
    implied: bool = False


def choice(
    *,
    target: str | None,
    base_url: str | None,
    file: str | None = None,
    given: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Choice:
    """Combine flags and variables: flags beat variables, and a named target has a table for what `given` states."""
    stated = dict(given or {})
    if target is not None:
        if base_url or "orders" in stated:
            raise UsageError("--target names its own URL and orders: leave out --base-url and --orders, or --target")
        if stated:
            key = next(iter(stated))
            raise UsageError(f"{option(key)}: goes with --base-url; write {key} in the table of the target")
        return Choice(name=target, file=Path(file) if file else TARGETS)
    if file is not None:
        raise UsageError(f"--targets-file {file}: name one of its targets with --target")
    url = base_url or environment.get("TIMP_BASE_URL")
    if url is None:
        if stated:
            raise UsageError(f"{option(next(iter(stated)))}: goes with --base-url; name one")
        return Choice(name="embedded", implied=True)
    if environment.get("TIMP_ORDERS"):
        stated.setdefault("orders", environment["TIMP_ORDERS"])
    return Choice(base_url=url, given=stated)


def option(key: str) -> str:
    """Return the option that states a key of a target for a --base-url."""
    return "--header" if key == "headers" else f"--{key.replace('_', '-')}"
