"""Targets: the tables of `targets.toml` and the options for a --base-url, read and checked before anything is sent."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.model.exchange import Order
from contracts.model.spelling import meant
from contracts.target import certificates, proxies
from contracts.target import orders as manifests
from contracts.target.ledger import TABLES
from contracts.target.places import TablePlace
from contracts.target.targets import Choice, Target, UsageError
from contracts.target.texts import text_of
from contracts.target.urls import base_of
from contracts.transport.credentials import key_of
from contracts.transport.interlock import FRAMING, OVERRIDING, REROUTING, is_loopback
from contracts.transport.limits import Limits
from contracts.transport.secrets import Secret

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

TOKENS = {
    "valid": (key_of("valid"), "TIMP_TOKEN"),
    "retailer": (key_of("retailer"), "TIMP_RETAILER_TOKEN"),
    "unpermitted": (key_of("unpermitted"), "TIMP_UNPERMITTED_TOKEN"),
}
"""The key and the usual variable of each credential: the supplier's own, and those of two other users if provided."""

TAKEN = {
    "authorization": "it is made of token_env or token_command",
    "proxy-authorization": "it is made of proxy",
} | dict.fromkeys(
    ("content-length", "content-type", "accept", "accept-encoding", "user-agent", "x-request-id"),
    "the suite has its own",
)
"""Headers that are the suite's own to set, and why."""

HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
"""The value of a Host header (RFC 9110 section 7.2)."""

PLAIN = "plain http shows the token to everybody on the network: write https"

WITHOUT_VERIFICATION = "certificates are not verified (verify = false): anyone on the way can read the token"


def named(name: str, path: Path, environment: Mapping[str, str]) -> Target:
    """The target of a name. Raises UsageError, with file, key, value and what to write, before anything is sent."""
    return _target(name, _table(name, path), TablePlace(f"{path}: [{name}]", path.parent, environment))


def by_url(asked: Choice, environment: Mapping[str, str]) -> Target:
    """The target that --base-url and the options with it describe. Raises UsageError."""
    place = TablePlace("", Path(), environment)
    table = {"base_url": asked.base_url or "", **asked.given}
    others = (TOKENS[label] for label in ("retailer", "unpermitted"))
    table |= {key: variable for key, variable in others if environment.get(variable)}
    return _target("".join(base_of(table["base_url"], place.key("base_url"))), table, place)


def _target(name: str, table: Mapping[str, Any], place: TablePlace) -> Target:
    wrong = list(_complaints(place, table))
    if wrong:
        raise UsageError("\n".join(wrong))
    origin, path = base_of(table["base_url"], place.key("base_url"))
    https = origin.startswith("https:")
    proxy = proxies.chosen(place, table, origin)
    plain_http = table.get("plain_http", False)
    if not (https or plain_http or (is_loopback(origin) and (proxy is None or is_loopback(proxy.url)))):
        raise UsageError(f"{place.key('base_url')}: {origin}: {PLAIN}, or state {place.state('plain_http')}")
    may_allocate = table.get("may_allocate", False)
    context, password = certificates.context_of(place, table, https=https)
    secrets = {"password of the client key": password, "password of the proxy": proxy.password if proxy else None}
    return Target(
        name=name,
        base_url=origin + path,
        tokens=_tokens(place, table),
        token_command=_command(table["token_command"], place.folder) if "token_command" in table else (),
        secrets={what: secret for what, secret in secrets.items() if secret is not None},
        orders=_orders(place, table, may_allocate=may_allocate),
        may_allocate=may_allocate,
        may_stress=table.get("may_stress", False),
        plain_http=plain_http,
        limits=_limits(table),
        headers=_headers(place, table.get("headers", {}), forwarded=proxy is not None and not https),
        ssl_context=context,
        proxy=proxy,
        max_seconds=table.get("max_seconds"),
        wait_seconds=_seconds(table.get("wait", "0s")),
        order_command=_command(table["order_command"], place.folder) if "order_command" in table else (),
        reusable_orders=table.get("reusable_orders"),
        accepted={key: table[key] for key in table if key in TABLES or key in _ledgers(table)},
        warnings=() if table.get("verify", True) else (WITHOUT_VERIFICATION,),
        unreached=_unreached(place, table, origin),
    )


def _unreached(place: TablePlace, table: Mapping[str, Any], origin: str) -> str:
    """What to say if the target does not answer: its proxy may be down, or one be needed that the environment names."""
    if "proxy" in table:
        return f"all requests go through the proxy that {place.key('proxy')} names: is that up?"
    variable = None if "proxy" in table else proxies.of_environment(origin, place.environment)
    value = '"environment"' if place.table else "environment"
    return f"{variable} is set and not used: {place.state('proxy', value)} uses it" if variable else ""


def _table(name: str, path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(text_of(path.read_bytes()))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; write [{name}] with a base_url there") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: invalid TOML: {error}") from None
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None
    table = data.get(name)
    if isinstance(table, dict):
        return table
    known = ["embedded", *(key for key, value in data.items() if isinstance(value, dict))]
    raise UsageError(f"{path}: [{name}]: no such target; there are: {', '.join(known)}{meant(name, known)}")


def _complaints(place: TablePlace, table: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a table by the schema, one line each."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - heavy, and only some targets need it

    schema = json.loads(Path(__file__).with_name("targets.schema.json").read_text("utf-8"))
    keys, ledgers = list(schema["properties"]), _ledgers(table)
    own = {key: value for key, value in table.items() if key not in ledgers}
    for error in Draft202012Validator(schema).iter_errors(own):
        yield from _complaint(place, own, error, keys)
    parts = {key: schema["properties"][key] for key in TABLES}
    for name, ledger in ledgers.items():
        for error in Draft202012Validator({"properties": parts}).iter_errors(ledger):
            error.path.appendleft(name)
            yield from _complaint(place, table, error, keys)


def _ledgers(table: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the tables in a target's table that can only be the ledger of an endpoint, by its name."""
    found = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    return {key: value for key, value in found.items() if key not in {*TABLES, "headers"} and value.keys() <= TABLES}


def _complaint(place: TablePlace, table: Mapping[str, Any], error: ValidationError, keys: list[str]) -> Iterator[str]:
    where = place.key(".".join(map(str, error.absolute_path))).rstrip()
    if error.validator == "required":
        yield f'{where}: base_url is missing: write base_url = "https://…"'
    elif error.validator == "additionalProperties":
        for key in sorted(table.keys() - set(keys)):
            yield f"{where} {key}: no such key{meant(key, keys)}; there are: {', '.join(keys)}"
    else:
        schema = error.schema if isinstance(error.schema, Mapping) else {}
        hidden = schema.get("writeOnly", False) and isinstance(error.instance, str)
        value = "" if hidden else f" {error.instance!r}:"
        yield f"{where}:{value} {schema.get('description', error.message)}"


def _tokens(place: TablePlace, table: Mapping[str, Any]) -> dict[str, Secret]:
    """The tokens by label. The target's own has to be there, unless it is made; another user's, if it is named."""
    if "token_command" in table and "token_env" in table:
        raise UsageError(f"{place.key('token_command')}: and a token_env: leave out one of them")
    return {
        label: place.secret(key, table.get(key, variable))
        for label, (key, variable) in TOKENS.items()
        if key in table or (label == "valid" and "token_command" not in table)
    }


def _orders(place: TablePlace, table: Mapping[str, Any], *, may_allocate: bool) -> tuple[Order, ...]:
    if "orders" in table:
        try:
            return manifests.load(place.folder / table["orders"])
        except manifests.OrdersError as error:
            raise UsageError(f"{place.key('orders')}: {error}") from None
    if may_allocate and "order_command" not in table:
        need = "write orders = FILE, or order_command" if place.table else "name them with --orders FILE or TIMP_ORDERS"
        stated = f"{place.key('may_allocate')}: true, and" if place.table else "--may-allocate:"
        raise UsageError(f"{stated} no orders: {need}")
    return ()


def _limits(table: Mapping[str, Any]) -> Limits:
    given = {key: table[key] for key in ("rate", "concurrency", "step_seconds", "total_seconds") if key in table}
    return Limits(requests=table.get("max_requests"), **given)


def _headers(place: TablePlace, table: Mapping[str, Any], *, forwarded: bool) -> dict[str, str | Secret]:
    headers: dict[str, str | Secret] = {}
    for name, value in table.items():
        lower, key = name.lower(), place.key(f"headers.{name}")
        if lower in (other.lower() for other in headers):
            raise UsageError(f"{key}: this header is there in another letter case: leave one of them out")
        why = _why_not(lower)
        if why:
            raise UsageError(f"{key}: this header cannot be added, as {why}: leave it out")
        if lower == "host" and not (isinstance(value, str) and HOST.fullmatch(value)):
            raise UsageError(f"{key}: write it as HOST or HOST:PORT, without a variable")
        if lower == "host" and forwarded:
            raise UsageError(
                f"{key}: a proxy replaces it by the host of a base_url in plain http: leave one of them out"
            )
        headers[name] = value if isinstance(value, str) else place.secret(f"headers.{name}", value["env"])
    return headers


def _why_not(name: str) -> str:
    """Return why a target may not add the header of this name in lower case; nothing if it may."""
    if name in TAKEN:
        return TAKEN[name]
    if name in FRAMING:
        return "it changes where a request ends, or what it is"
    if name in REROUTING or name.startswith(("proxy-", "x-forwarded-", *OVERRIDING)):
        return "a server may take the request for another one"
    return ""


def _command(words: list[str], folder: Path) -> tuple[str, ...]:
    """A command whose program is a path is looked for next to the file."""
    program, *rest = words
    return (str((folder / program).resolve()) if "/" in program else program, *rest)


def _seconds(text: str) -> float:
    """The seconds of a text such as 60s or 5m."""
    return int(text[:-1]) * {"s": 1.0, "m": 60.0}[text[-1]]
