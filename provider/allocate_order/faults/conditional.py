"""What goes wrong under a condition on the request, and is right otherwise; and what goes wrong by chance."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import Line
from provider.fault import Fault, Stage
from provider.http import Answer, RefusalError
from provider.orders import Order

SHIPPED = "response-parameters.quantity-shipped-type"
FAILS = "http.no-server-error"

Holds = Callable[[Sequence[Line]], bool]


def _all(lines: Sequence[Line], part: str, *, zero: bool) -> bool:
    values = [getattr(line.allocation, part) for line in lines if line.allocation]
    return bool(values) and (not any(values) if zero else any(values))


def _sums(lines: Sequence[Line]) -> list[tuple[int, int]]:
    return [(line.allocation.total, line.item.quantity_ordered) for line in lines if line.item and line.allocation]


def _largest(lines: Sequence[Line]) -> int:
    parts = [line.allocation for line in lines if line.allocation]
    return max((max(each.accepted, each.rejected, each.backordered) for each in parts), default=0)


def _days(lines: Sequence[Line]) -> list[datetime.date]:
    texts = [line.allocation.backorder_date for line in lines if line.allocation and line.allocation.backorder_date]
    return [datetime.date.fromisoformat(str(text)[:10]) for text in texts]


def _year(lines: Sequence[Line], ahead: int) -> bool:
    return any(day.year - datetime.datetime.now(datetime.UTC).year == ahead for day in _days(lines))


CONDITIONS: tuple[tuple[str, str, Holds], ...] = (
    ("nothing-accepted", "nothing is accepted", lambda ls: _all(ls, "accepted", zero=True)),
    ("something-rejected", "something is rejected", lambda ls: _all(ls, "rejected", zero=False)),
    ("no-date", "no date is given", lambda ls: not _days(ls)),
    (
        "nothing-accepted-and-something-backordered",
        "nothing is accepted and something is backordered",
        lambda ls: _all(ls, "accepted", zero=True) and _all(ls, "backordered", zero=False),
    ),
    (
        "something-accepted-and-something-rejected",
        "something is accepted and something is rejected",
        lambda ls: _all(ls, "accepted", zero=False) and _all(ls, "rejected", zero=False),
    ),
    (
        "sum-below",
        "the sum is below what was ordered",
        lambda ls: any(total < ordered for total, ordered in _sums(ls)),
    ),
    ("several-lines", "there are several lines", lambda ls: len(ls) > 1),
    ("more-than-two-lines", "there are more than two lines", lambda ls: len(ls) > 2),
    ("above-127", "a quantity is above 127", lambda ls: _largest(ls) > 127),
    ("above-255", "a quantity is above 255", lambda ls: _largest(ls) > 255),
    ("date", "a date is given", lambda ls: bool(_days(ls))),
    ("date-in-the-next-year", "the date is in the next year", lambda ls: _year(ls, 1)),
)
"""The name of a condition, how a report has to state it, and whether it holds of the lines of a request."""


def _fails(name: str, when: str, holds: Holds) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> None:
        if holds(lines):
            raise RefusalError(500, "internal", "Something went wrong.")
        honest(order, lines)

    return Fault(f"fails-if-{name}", f"Answered 500 if {when}.", "store", deviation, (FAILS,), ANY, when=when)


def _says_text(name: str, when: str, holds: Holds) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> Answer:
        answer: Answer = honest(order, lines)
        if not holds(lines):
            return answer
        body = json.loads(answer.body)
        for entry in body["line_items"]:
            entry["quantity_shipped"] = str(entry["quantity_shipped"])
        return replace(answer, body=json.dumps(body).encode())

    what = f"quantity_shipped is a string of digits if {when}."
    return Fault(f"text-if-{name}", what, "carried_out", deviation, (SHIPPED,), ("openapi.body",), when=when)


FAILS_IF = (
    "nothing-accepted",
    "something-rejected",
    "nothing-accepted-and-something-backordered",
    "something-accepted-and-something-rejected",
    "sum-below",
)
"""The conditions under which requests fail: others would leave no accepted request to vary."""

ANY = ("state.concurrent", "state.replaced", "robustness.many-line-items")
FAILING = tuple(_fails(*each) for each in CONDITIONS if each[0] in FAILS_IF)
SAYING = tuple(_says_text(*each) for each in CONDITIONS if each[0] not in {"nothing-accepted", "something-rejected"})


def _by_chance(share: float, seed: int) -> Fault:
    drawn = random.Random(seed)

    def deviation(_call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> Answer:
        answer: Answer = _says_text("", "", lambda _: drawn.random() < share).deviation(_call, honest, order, lines)
        return answer

    what = f"quantity_shipped is a string of digits in {share:.0%} of the answers."
    name = f"text-in-{share * 100:.0f}-of-100-answers"
    return Fault(name, what, "carried_out", deviation, (SHIPPED,), ("openapi.body", "state.repeat"))


BY_CHANCE = tuple(_by_chance(share / 100, share) for share in (15, 30, 45, 60, 75))
