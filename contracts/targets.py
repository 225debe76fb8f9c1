"""Where a run sends, with which credentials and orders, and what it may do there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from contracts import orders as lent
from contracts.interlock import is_loopback
from contracts.model import Order
from contracts.secrets import Secret

TOKEN_VARIABLES = {
    "valid": "TIMP_TOKEN",
    "retailer": "TIMP_RETAILER_TOKEN",
    "unpermitted": "TIMP_UNPERMITTED_TOKEN",
}
"""The environment variable of each credential: the supplier's own, and those of two other users if lent."""


class UsageError(Exception):
    """A call that cannot be carried out as asked, or is refused for safety (exit 4)."""


@dataclass(frozen=True)
class Target:
    """One deployment. `tokens` by the labels of contracts/credentials.py; `base_url` is its origin."""

    name: str
    base_url: str
    tokens: Mapping[str, Secret]
    orders: tuple[Order, ...]
    may_allocate: bool
    may_stress: bool
    concurrency: int = 8


@dataclass(frozen=True)
class Choice:
    """What the options and the environment say of the target."""

    name: str | None = None
    base_url: str | None = None
    orders: Path | None = None
    readings: Mapping[str, str] | None = None
    faults: tuple[str, ...] = ()


def choice(
    *,
    target: str | None,
    base_url: str | None,
    orders: str | None,
    environment: Mapping[str, str] = os.environ,
) -> Choice:
    """Combine flags and variables: flags beat variables, and a named target takes neither URL nor orders."""
    if target is not None:
        if base_url or orders:
            raise UsageError("--target names its own URL and orders: leave out --base-url and --orders, or --target")
        if target != "embedded":
            raise UsageError(f"--target {target}: no such target; known: embedded. Use --base-url for another")
        return Choice(name="embedded")
    url = base_url or environment.get("TIMP_BASE_URL")
    if url is None:
        if orders:
            raise UsageError("--orders: lends orders to a --base-url; name one")
        return Choice(name="embedded")
    path = orders or environment.get("TIMP_ORDERS")
    return Choice(name=None, base_url=url, orders=Path(path) if path else None)


def by_url(asked: Choice, environment: Mapping[str, str] = os.environ) -> Target:
    """The target that --base-url describes. Only a loopback one may allocate, and only what it is lent."""
    origin = _origin(asked.base_url or "")
    if not is_loopback(origin):
        raise UsageError(f"{origin}: is not this machine; targets elsewhere are not let out yet")
    tokens = {
        label: Secret(environment[variable]) for label, variable in TOKEN_VARIABLES.items() if environment.get(variable)
    }
    if "valid" not in tokens:
        raise UsageError(f"{origin}: set TIMP_TOKEN to the token of this target")
    if asked.orders is None:
        raise UsageError(f"{origin}: lend it orders with --orders FILE or TIMP_ORDERS")
    try:
        orders = lent.load(asked.orders)
    except lent.OrdersError as error:
        raise UsageError(f"--orders: {error}") from None
    return Target(origin, origin, tokens, orders, may_allocate=True, may_stress=True)


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"--base-url {url}: {error}") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"--base-url {url}: write it as http://HOST:PORT or https://HOST")
    if parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError(f"--base-url {url}: give scheme, host and port only; credentials go into TIMP_TOKEN")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")
