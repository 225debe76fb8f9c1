"""`targets.toml`: one table for each deployment, read and checked before anything is sent."""

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
from contracts.target.targets import PLAIN, TOKEN_VARIABLES, Target, UsageError, origin_of, secret_from
from contracts.target.texts import text_of
from contracts.transport.interlock import FRAMING, REROUTING, is_loopback
from contracts.transport.limits import Limits
from contracts.transport.secrets import Secret

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

TAKEN = frozenset({"authorization", "host", "content-length", "content-type", "accept", "user-agent", "x-request-id"})
"""Headers that are the suite's own to set."""

WITHOUT_VERIFICATION = "certificates are not verified (verify = false): whoever sits on the way can read the token"


def named(name: str, path: Path, environment: Mapping[str, str]) -> Target:
    """The target of a name. Raises UsageError, with file, key, value and what to write, before anything is sent."""
    table = _table(name, path)
    place = f"{path}: [{name}]"
    wrong = list(_complaints(place, table))
    if wrong:
        raise UsageError("\n".join(wrong))
    origin = origin_of(table["base_url"], f"{place} base_url")
    plain_http = table.get("plain_http", False)
    if origin.startswith("http:") and not (plain_http or is_loopback(origin)):
        raise UsageError(f"{place} base_url: {origin}: {PLAIN}, or plain_http = true")
    may_allocate = table.get("may_allocate", False)
    return Target(
        name=name,
        base_url=origin,
        tokens=_tokens(place, table, environment),
        orders=_orders(place, table, path.parent, may_allocate=may_allocate),
        may_allocate=may_allocate,
        may_stress=table.get("may_stress", is_loopback(origin)),
        plain_http=plain_http,
        limits=_limits(table),
        headers=_headers(place, table.get("headers", {}), environment),
        ssl_context=_ssl_context(place, table, path.parent),
        order_command=tuple(_command(table["order_command"], path.parent)) if "order_command" in table else (),
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


def _complaints(place: str, table: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a table by the schema, one line each."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - heavy, and only a named target needs it

    schema = json.loads(Path(__file__).with_name("targets.schema.json").read_text("utf-8"))
    for error in Draft202012Validator(schema).iter_errors(table):
        yield from _complaint(place, table, error, list(schema["properties"]))


def _complaint(place: str, table: Mapping[str, Any], error: ValidationError, keys: list[str]) -> Iterator[str]:
    where = " ".join([place, ".".join(str(part) for part in error.absolute_path)]).rstrip()
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


def _tokens(place: str, table: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Secret]:
    """The tokens by label. The target's own has to be there; another user's, if it is named."""
    keys = {"valid": "token_env", "retailer": "retailer_token_env", "unpermitted": "unpermitted_token_env"}
    tokens = {}
    for label, key in keys.items():
        if label == "valid" or key in table:
            tokens[label] = secret_from(table.get(key, TOKEN_VARIABLES[label]), environment, f"{place} {key}")
    return tokens


def _orders(place: str, table: Mapping[str, Any], folder: Path, *, may_allocate: bool) -> tuple[Order, ...]:
    if "orders" in table:
        try:
            return lent.load(folder / table["orders"])
        except lent.OrdersError as error:
            raise UsageError(f"{place} orders: {error}") from None
    if may_allocate and "order_command" not in table:
        raise UsageError(f"{place} may_allocate: true, and no orders: write orders = FILE, or order_command")
    return ()


def _limits(table: Mapping[str, Any]) -> Limits:
    given = {key: table[key] for key in ("rate", "concurrency", "step_seconds", "total_seconds") if key in table}
    return Limits(requests=table.get("max_requests"), **given)


def _headers(place: str, table: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, str | Secret]:
    headers: dict[str, str | Secret] = {}
    for name, value in table.items():
        lower = name.lower()
        if lower in TAKEN | FRAMING | REROUTING or lower.startswith(("proxy-", "x-forwarded-")):
            raise UsageError(f"{place} headers.{name}: this header cannot be added: leave it out")
        where = f"{place} headers.{name}"
        headers[name] = value if isinstance(value, str) else secret_from(value["env"], environment, where)
    return headers


def _ssl_context(place: str, table: Mapping[str, Any], folder: Path) -> ssl.SSLContext | None:
    """None for the usual roots."""
    if "ca_bundle" in table and not table.get("verify", True):
        raise UsageError(f"{place} verify: false, and a ca_bundle: leave out one of them")
    if not table.get("verify", True):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if "ca_bundle" not in table:
        return None
    path = folder / table["ca_bundle"]
    try:
        return ssl.create_default_context(cafile=str(path))
    except OSError as error:  # ssl.SSLError is one
        raise UsageError(f"{place} ca_bundle: {path}: {error.strerror or error}: no PEM certificates") from None


def _command(words: list[str], folder: Path) -> Iterator[str]:
    """A command whose program is a path is looked for beside the file."""
    program, *rest = words
    yield str((folder / program).resolve()) if "/" in program else program
    yield from rest
