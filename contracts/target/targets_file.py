"""Targets: the tables of `targets.toml` and the options for a --base-url, read and checked before anything is sent."""

from __future__ import annotations

import json
import ssl
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.model.exchange import Order
from contracts.model.spelling import meant
from contracts.target import orders as lent
from contracts.target.places import Place, origin_of
from contracts.target.targets import Choice, Target, UsageError
from contracts.target.texts import text_of
from contracts.transport.interlock import FRAMING, REROUTING, is_loopback
from contracts.transport.limits import Limits
from contracts.transport.secrets import Secret

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

TOKENS = {
    "valid": ("token_env", "TIMP_TOKEN"),
    "retailer": ("retailer_token_env", "TIMP_RETAILER_TOKEN"),
    "unpermitted": ("unpermitted_token_env", "TIMP_UNPERMITTED_TOKEN"),
}
"""The key and the usual variable of each credential: the supplier's own, and those of two other users if lent."""

TAKEN = frozenset({"authorization", "host", "content-length", "content-type", "accept", "user-agent", "x-request-id"})
"""Headers that are the suite's own to set."""

PLAIN = "plain http shows the token to everybody on the network: write https"

WITHOUT_VERIFICATION = "certificates are not verified (verify = false): whoever sits on the way can read the token"


def named(name: str, path: Path, environment: Mapping[str, str]) -> Target:
    """The target of a name. Raises UsageError, with file, key, value and what to write, before anything is sent."""
    return _target(name, _table(name, path), Place(f"{path}: [{name}]", path.parent, environment))


def by_url(asked: Choice, environment: Mapping[str, str]) -> Target:
    """The target that --base-url and the options beside it describe. Raises UsageError."""
    place = Place("", Path(), environment)
    table = {"base_url": asked.base_url or "", **asked.given}
    others = (TOKENS[label] for label in ("retailer", "unpermitted"))
    table |= {key: variable for key, variable in others if environment.get(variable)}
    origin = origin_of(table["base_url"], place.key("base_url"))
    return _target(origin, table, place)


def _target(name: str, table: Mapping[str, Any], place: Place) -> Target:
    wrong = list(_complaints(place, table))
    if wrong:
        raise UsageError("\n".join(wrong))
    origin = origin_of(table["base_url"], place.key("base_url"))
    plain_http = table.get("plain_http", False)
    if origin.startswith("http:") and not (plain_http or is_loopback(origin)):
        raise UsageError(f"{place.key('base_url')}: {origin}: {PLAIN}, or {place.permit('plain_http')}")
    may_allocate = table.get("may_allocate", False)
    return Target(
        name=name,
        base_url=origin,
        tokens=_tokens(place, table),
        orders=_orders(place, table, may_allocate=may_allocate),
        may_allocate=may_allocate,
        may_stress=table.get("may_stress", False),
        plain_http=plain_http,
        limits=_limits(table),
        headers=_headers(place, table.get("headers", {})),
        ssl_context=_ssl_context(place, table),
        order_command=tuple(_command(table["order_command"], place.folder)) if "order_command" in table else (),
        reusable_orders=table.get("reusable_orders"),
        accepted={key: table[key] for key in ("pinned", "covered", "known") if key in table},
        warnings=() if table.get("verify", True) else (WITHOUT_VERIFICATION,),
    )


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


def _complaints(place: Place, table: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a table by the schema, one line each."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - heavy, and only some targets need it

    schema = json.loads(Path(__file__).with_name("targets.schema.json").read_text("utf-8"))
    for error in Draft202012Validator(schema).iter_errors(table):
        yield from _complaint(place, table, error, list(schema["properties"]))


def _complaint(place: Place, table: Mapping[str, Any], error: ValidationError, keys: list[str]) -> Iterator[str]:
    where = place.key(".".join(map(str, error.absolute_path))).rstrip()
    if error.validator == "required":
        yield f'{where}: base_url is missing: write base_url = "https://…"'
    elif error.validator == "additionalProperties":
        for key in sorted(table.keys() - set(keys)):
            yield f"{where} {key}: no such key; there are: {', '.join(keys)}{meant(key, keys)}"
    else:
        schema = error.schema if isinstance(error.schema, Mapping) else {}
        hidden = schema.get("writeOnly", False) and isinstance(error.instance, str)
        value = "" if hidden else f" {error.instance!r}:"
        yield f"{where}:{value} {schema.get('description', error.message)}"


def _tokens(place: Place, table: Mapping[str, Any]) -> dict[str, Secret]:
    """The tokens by label. The target's own has to be there; another user's, if it is named."""
    return {
        label: place.secret(key, table.get(key, variable))
        for label, (key, variable) in TOKENS.items()
        if label == "valid" or key in table
    }


def _orders(place: Place, table: Mapping[str, Any], *, may_allocate: bool) -> tuple[Order, ...]:
    if "orders" in table:
        try:
            return lent.load(place.folder / table["orders"])
        except lent.OrdersError as error:
            raise UsageError(f"{place.key('orders')}: {error}") from None
    if may_allocate and "order_command" not in table:
        need = "write orders = FILE, or order_command" if place.table else "name them with --orders FILE or TIMP_ORDERS"
        stated = f"{place.key('may_allocate')}: true, and" if place.table else "--may-allocate:"
        raise UsageError(f"{stated} no orders: {need}")
    return ()


def _limits(table: Mapping[str, Any]) -> Limits:
    given = {key: table[key] for key in ("rate", "concurrency", "step_seconds", "total_seconds") if key in table}
    return Limits(requests=table.get("max_requests"), **given)


def _headers(place: Place, table: Mapping[str, Any]) -> dict[str, str | Secret]:
    headers: dict[str, str | Secret] = {}
    for name, value in table.items():
        lower, key = name.lower(), f"headers.{name}"
        if lower in TAKEN | FRAMING | REROUTING or lower.startswith(("proxy-", "x-forwarded-")):
            raise UsageError(f"{place.key(key)}: this header cannot be added: leave it out")
        headers[name] = value if isinstance(value, str) else place.secret(key, value["env"])
    return headers


def _ssl_context(place: Place, table: Mapping[str, Any]) -> ssl.SSLContext | None:
    """None for the usual roots."""
    if "ca_bundle" in table and not table.get("verify", True):
        raise UsageError(f"{place.key('verify')}: false, and a ca_bundle: leave out one of them")
    if not table.get("verify", True):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if "ca_bundle" not in table:
        return None
    path = place.folder / table["ca_bundle"]
    try:
        return ssl.create_default_context(cafile=str(path))
    except OSError as error:  # ssl.SSLError is one
        raise UsageError(f"{place.key('ca_bundle')}: {path}: {error.strerror or error}: no PEM certificates") from None


def _command(words: list[str], folder: Path) -> Iterator[str]:
    """A command whose program is a path is looked for beside the file."""
    program, *rest = words
    yield str((folder / program).resolve()) if "/" in program else program
    yield from rest
