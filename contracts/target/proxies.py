"""Which forward proxy a target is reached through, as its table and the environment say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.target.places import TablePlace
from contracts.target.targets import UsageError
from contracts.target.urls import split, without_secrets
from contracts.transport.proxy import Proxy
from contracts.transport.secrets import SecretError, sendable

ENVIRONMENT = "environment"
"""What `proxy` says for the proxy that variables of the environment name."""

PASSWORD = "TIMP_PROXY_PASSWORD"  # noqa: S105 - the name of a variable
"""The usual variable of a proxy's password."""


def chosen(place: TablePlace, table: Mapping[str, Any], origin: str) -> Proxy | None:
    """Return the proxy of a target, None for none. Raises UsageError, which repeats no password."""
    said = table.get("proxy")
    if said is None:
        return None
    if said != ENVIRONMENT:
        return _proxy(place, table, said, place.key("proxy"))
    variable = of_environment(origin, place.environment)
    if variable is None:
        return None
    return _proxy(place, table, place.environment[variable], f"{place.key('proxy')}: {variable}")


def of_environment(origin: str, environment: Mapping[str, str]) -> str | None:
    """Return the variable that names a proxy for an origin; None if no variable does, or NO_PROXY names the host."""
    scheme, host = origin.partition("://")[0], urlsplit(origin).hostname or ""
    exempt = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    if any(_names(entry.strip().lower(), host) for entry in exempt.split(",")):
        return None
    usual = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    return next((name for name in usual if environment.get(name)), None)


def _names(entry: str, host: str) -> bool:
    """Return True if an entry of NO_PROXY names a host: itself, a domain above it, or all."""
    domain = (entry.partition(":")[0] if entry.count(":") == 1 else entry).lstrip("*").lstrip(".")
    return entry == "*" or (domain != "" and f".{host}".endswith(f".{domain}"))


def _proxy(place: TablePlace, table: Mapping[str, Any], url: str, where: str) -> Proxy:
    written = table["proxy"] != ENVIRONMENT
    shown = f"{where} {without_secrets(url)}"
    fix = f"{shown}: write it as http://HOST:PORT"
    credentials, _, rest = url.partition("://")[2].rpartition("@") if "://" in url else url.rpartition("@")
    scheme = url.partition("://")[0] if "://" in url else "http"
    parts = split(f"{scheme}://{rest}", shown)  # without credentials, which errors of urlsplit repeat
    if scheme.lower() != "http" or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError(fix)
    user, colon, password = credentials.partition(":")
    variable = table.get("proxy_password_env", PASSWORD)
    if colon and written:
        raise UsageError(f"{shown}: leave out the password, and export it as {variable} (proxy_password_env)")
    secret = None
    if colon:
        try:
            secret = sendable(unquote(password))
        except SecretError as error:
            raise UsageError(f"{shown}: its password {error}") from None
    elif user and ("proxy_password_env" in table or place.environment.get(variable)):
        secret = place.secret("proxy_password_env", variable)
    return Proxy(parts.hostname, parts.port or 80, unquote(user), secret)
