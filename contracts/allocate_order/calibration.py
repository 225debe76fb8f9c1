"""Finds one request this target accepts, in whichever dialect, and how it writes dates."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace

from contracts.allocate_order.requests import Dialect, all_accepted, documented, one_backordered
from contracts.endpoint import Calibration
from contracts.model import Case, Exchange, Order, Request
from contracts.plan import Kit

FORMS = ("iso", "month-name")


def calibrate(send: Callable[[Request], Exchange], order: Order, kit: Kit) -> Calibration:
    """Try the least that can be wrong first: the whole sum accepted without a date; then one thing at a time."""
    cases: list[Case] = []

    def accepted(name: str, request: Request) -> bool:
        exchange = send(request)
        base = next((e for c in cases for e in c.all() if e.accepted), None)
        steps = (("base", base), ("change", exchange)) if base is not None else (("change", exchange),)
        cases.append(Case(f"calibration/{name}", steps, "calibration"))
        return exchange.accepted

    found = next((dialect for name, request, dialect in _first(order, kit) if accepted(name, request)), None)
    if found is None:
        return Calibration(None, tuple(cases))
    if found.form is None:
        form = next((f for f in FORMS if accepted(f"date {f}", _dated(order, replace(found, form=f), kit))), None)
        found = replace(found, form=form)
    return Calibration(found, tuple(cases))


def _first(order: Order, kit: Kit) -> Iterator[tuple[str, Request, Dialect]]:
    for digits in (False, True):
        name = "digit strings" if digits else "integers"
        yield name, documented(order, all_accepted, Dialect(digits), None), Dialect(digits)
    for digits in (False, True):
        for form in FORMS:
            dialect = Dialect(digits, form)
            name = f"{'digit strings' if digits else 'integers'}, date {form}"
            yield name, _dated(order, dialect, kit), dialect


def _dated(order: Order, dialect: Dialect, kit: Kit) -> Request:
    return documented(order, one_backordered, dialect, kit.today + datetime.timedelta(days=30))
