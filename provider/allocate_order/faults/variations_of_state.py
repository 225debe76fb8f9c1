"""What another correct deployment stores, shows and refuses later: nothing of it breaks a clause."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.fault import Fault, Stage, fault
from provider.http import Answer, Message, RefusalError

LATER = 0.4
"""Seconds after which a slow store shows what was written."""

# ------------------------------------------------------------------------------------- dates in the order detail


def _showing_dates(name: str, what: str, write: Callable[[datetime.date], Any]) -> Fault:
    """The order detail writes the stored date in another form."""

    def deviation(_call: AllocateOrder, honest: Stage, *seen: Any) -> Any:
        shown = honest(*seen)
        allocation = shown["allocation"]
        if not allocation or not allocation["backorder_date"]:
            return shown
        day = datetime.date.fromisoformat(allocation["backorder_date"])
        return {**shown, "allocation": {**allocation, "backorder_date": write(day)}}

    return Fault(name, what, "shown", deviation, ())


def _the_midnight_before(day: datetime.date) -> str:
    """The midnight at which a day begins one hour east of Greenwich, in UTC."""
    try:
        return f"{day - datetime.timedelta(days=1)}T23:00:00Z"
    except OverflowError:
        return f"{day}T00:00:00Z"


DATES = (
    _showing_dates("shows-month-names", "The order detail has 2026-Dec-26.", lambda d: d.strftime("%Y-%b-%d")),
    _showing_dates("shows-three-digits", "The order detail has 2027-001-005.", lambda d: d.strftime("%Y-0%m-0%d")),
    _showing_dates("shows-compact-dates", "The order detail has 20270105.", lambda d: d.strftime("%Y%m%d")),
    _showing_dates("shows-midnight", "The order detail has 2027-01-05 00:00:00.", lambda d: f"{d} 00:00:00"),
    _showing_dates("shows-another-zone", "The order detail has the midnight of Berlin.", _the_midnight_before),
    _showing_dates("shows-the-day-first", "The order detail has 05/01/2027.", lambda d: d.strftime("%d/%m/%Y")),
    _showing_dates("shows-day-numbers", "The order detail counts days.", lambda d: d.toordinal()),
)


# --------------------------------------------------------------------------------------- other order details


READ_BACK = "order detail call"
"""The source of clauses that need an order read back."""


def _detail(name: str, what: str, edit: Callable[[Any], Any], status: int = 200, *, hides: str = READ_BACK) -> Fault:
    """The order detail is not the published one."""

    def deviation(_call: AllocateOrder, honest: Stage, *seen: Any) -> Answer:
        answer: Answer = honest(*seen)
        if answer.status != 200:
            return answer
        return replace(answer, status=status, body=json.dumps(edit(json.loads(answer.body))).encode())

    return Fault(name, what, "detail", deviation, (), hides=hides)


def _allocations(edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Any], Any]:
    def edited(value: Any) -> Any:
        lines = [{**e, "allocation": e["allocation"] and edit(e["allocation"])} for e in value["line_items"]]
        return {**value, "line_items": lines}

    return edited


def _without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda members: {key: value for key, value in members.items() if key != name}


def _renamed(members: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("allocated", "accepted"): value for name, value in members.items()}


def _without_allocations(value: Any) -> Any:
    return {**value, "line_items": [_without("allocation")(entry) for entry in value["line_items"]]}


DETAILS = (
    _detail("detail-is-forbidden", "The order detail is 403.", lambda _v: {"error": "no"}, 403),
    _detail("detail-is-not-found", "The order detail is 404.", lambda _v: {"error": "no"}, 404),
    _detail("detail-without-allocations", "The order detail has no allocations.", _without_allocations),
    _detail("detail-without-rejected", "A quantity is missing.", _allocations(_without("quantity_rejected"))),
    _detail("detail-without-dates", "The date is missing.", _allocations(_without("backorder_date"))),
    _detail("detail-with-other-names", "A quantity has another name.", _allocations(_renamed)),
    _detail(
        "detail-without-nulls",
        "Members that are null are left out.",
        _allocations(lambda members: {key: value for key, value in members.items() if value is not None}),
        hides="",
    ),
    _detail("detail-in-an-envelope", "The order detail is in a member.", lambda value: {"order": value}),
)


@fault("detail")
def shows_some_writes_later(call: AllocateOrder, honest: Stage, message: Message, uuid: str) -> Answer:
    """Of every third write the order detail shows nothing for a moment."""
    shown = call.__dict__.setdefault("shown_before", {})
    answer: Answer = honest(message, uuid)
    before, since, seen = shown.get(uuid, (None, 0.0, 0))
    if before is None or answer.body == before.body:
        shown[uuid] = (answer, 0.0, seen)
        return answer
    now = time.monotonic()
    if not since:
        seen += 1
        since = now if seen % 3 == 0 else now - LATER
    shown[uuid] = (before, since, seen) if now - since < LATER else (answer, 0.0, seen)
    return before if now - since < LATER else answer


# ------------------------------------------------------------------------------------------------ repeats


@fault("call")
def refuses_a_repeat(call: AllocateOrder, honest: Stage, message: Message, name: str, *, slash: bool) -> Any:
    """The request that was carried out last on an order is refused when it comes again."""
    last = call.__dict__.setdefault("last", {})
    named = [message.headers.get(name) for name in ("authorization", "content-type")]
    said = (message.path, named, message.body)
    if message.method == "PUT" and last.get(name) == said:
        call.authenticate(message)
        raise RefusalError(409, "already_allocated", "This was said before.")
    answer = honest(message, name, slash=slash)
    if message.method == "PUT" and answer.status == 200:
        last[name] = said
    return answer


@fault("carried_out")
def counts_what_was_answered(call: AllocateOrder, honest: Stage, *seen: Any) -> Answer:
    """A member of each line, whose name has status in it, says how many requests were answered."""
    answer: Answer = honest(*seen)
    count = call.__dict__["successes"] = call.__dict__.get("successes", 0) + 1
    value = json.loads(answer.body)
    lines = [{**entry, "status_changed": count} for entry in value["line_items"]]
    return replace(answer, body=json.dumps({**value, "line_items": lines}).encode())
