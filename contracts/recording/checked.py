"""What a file that says it is ours holds, with the type of every value checked: anybody can write such a file."""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Mapping
from typing import Any

from contracts import ENDPOINT
from contracts.judging.cases import NOT_READ
from contracts.model.case import Unsent
from contracts.model.clause import Outcome
from contracts.model.exchange import Exchange, LineItem, Order
from contracts.model.unknown import Part
from contracts.recording.moments import LATEST
from contracts.recording.recorded import Facts
from contracts.transport.credentials import LABELS
from contracts.transport.journal import exchange_of

LARGEST_SEED = 2**63
CONFIRMED = re.compile("[0-9]{1,3}/[0-9]{1,3}")


def exchange(line: Mapping[str, Any]) -> Exchange:
    """Return the exchange of a line. Raises ValueError, LookupError, TypeError or AttributeError for anything else."""
    found = exchange_of(line)
    request, response = found.request, found.response
    _text("id", found.id)
    _text("request.method", request.method)
    _need(re.fullmatch(r"[A-Za-z]{1,20}", request.method), "request.method is not a method")
    _text("request.path", request.path)
    _need(request.path.startswith("/"), "request.path is not a path")
    _text("request.credential", request.credential)
    _need(request.credential in LABELS, "request.credential is not a label of credentials")
    if response is not None:
        _need(_is_whole(response.status) and 100 <= response.status <= 999, "response.status is not a status code")
        _need(isinstance(response.complete, bool), "response.complete is not true or false")
    _need(response is not None or found.trouble is not None, "response is missing")
    _need(found.trouble is None or isinstance(found.trouble, str), "trouble is not a string")
    _need(_is_time(found.started) or Part.TIME in found.lacks, "started is not a time")
    _need(_is_number(found.seconds) and 0 <= found.seconds < LATEST, "seconds is not a duration")
    _need(found.lacks <= frozenset(Part), "lacks names something that is not a part of an exchange")
    return found


def case(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the line of a case as it is. Raises as `exchange` does."""
    _text("id", line["id"])
    _text("origin", line["origin"])
    steps = line["steps"]
    _need(isinstance(steps, list) and steps, "steps is not a list")
    for step in steps:
        _need(isinstance(step, list) and len(step) == 2, "steps holds something that is not a pair")
        _text("role", step[0])
        _text("exchange", step[1])
    return line


def facts(line: Mapping[str, Any]) -> Facts:
    """Return what a run says about itself. Raises as `exchange` does."""
    plain = {key: line[key] for key in ("target", "base_url", "seed", "started", "allocates", "reads_back")}
    _text("target", plain["target"])
    _text("base_url", plain["base_url"])
    _need(_is_whole(plain["seed"]) and abs(plain["seed"]) < LARGEST_SEED, "seed is not a whole number")
    _need(_is_time(plain["started"]), "started is not a time")
    for key in ("allocates", "reads_back"):
        _need(isinstance(plain[key], bool), f"{key} is not true or false")
    skipped = line["skipped"]
    _need(isinstance(skipped, dict), "skipped is not an object")
    plain["skipped"] = {case: _unsent(why) for case, why in skipped.items()}
    _need(isinstance(line["orders"], list), "orders is not a list")
    plain["endpoint"] = line.get("endpoint", ENDPOINT)
    _text("endpoint", plain["endpoint"])
    plain["unread"] = line.get("unread", NOT_READ)
    _text("unread", plain["unread"])
    plain["unread"] = "" if plain.pop("reads_back") else plain["unread"] or NOT_READ
    plain["max_seconds"] = line.get("max_seconds")
    _need(plain["max_seconds"] is None or _is_number(plain["max_seconds"]), "max_seconds is not a number")
    plain["may_change"] = plain.pop("allocates")
    plain["confirmed"] = line.get("confirmed", {})
    _need(isinstance(plain["confirmed"], dict), "confirmed is not an object")
    for shown in plain["confirmed"].values():
        fits = shown is None or (isinstance(shown, str) and CONFIRMED.fullmatch(shown))
        _need(fits, "confirmed is not of the form k/n")
    return Facts(orders=tuple(_order(order) for order in line["orders"]), **plain)


def _unsent(why: Any) -> Unsent:
    """Return why a case was not sent; in older recordings it is a text."""
    why = {"reason": why} if isinstance(why, str) else why
    _need(isinstance(why, dict), "skipped is not of objects with a reason")
    _text("reason", why.get("reason"))
    outcome = why.get("outcome", Outcome.UNTESTED)
    _need(outcome in [*Outcome], "outcome is unknown")
    return Unsent(why["reason"], Outcome(outcome))


def _order(line: Mapping[str, Any]) -> Order:
    _need(isinstance(line["line_items"], list), "line_items is not a list")
    items = []
    for item in line["line_items"]:
        quantity = item["quantity_ordered"]
        _need(quantity is None or (_is_whole(quantity) and 0 < quantity < 2**63), "quantity_ordered is not a quantity")
        items.append(LineItem(_uuid(item["uuid"]), quantity))
    return Order(_uuid(line["uuid"]), tuple(items))


def _uuid(value: Any) -> str:
    _text("uuid", value)
    return str(uuid.UUID(value))


def _text(name: str, value: Any) -> None:
    _need(isinstance(value, str) and len(value) < 1_000_000, f"{name} is not a string")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value))


def _is_time(value: Any) -> bool:
    return _is_number(value) and 0 < value < LATEST


def _need(condition: Any, message: str) -> None:
    if not condition:
        raise ValueError(message)
