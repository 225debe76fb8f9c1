"""Finds one request this target accepts, in whichever dialect, and how it writes dates."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace

from contracts.allocate_order.requests import Dialect, all_accepted, documented, one_backordered
from contracts.endpoint.discovery import Calibration
from contracts.endpoint.plan import Kit
from contracts.model.case import Case
from contracts.model.exchange import Exchange, Order, Request

ASSUMED = Dialect(digits=False, form="iso")
"""What a target is taken for before anything was sent: the field list's integers, dates as in the samples."""

FORMS = ("iso", "month-name")


NOT_FOUND = 404


def calibrate(send: Callable[[Request], Exchange], lease: Callable[[], Order], kit: Kit) -> Calibration:
    """Try the least that can be wrong first: the whole sum accepted without a date; then one thing at a time.

    Where nothing may be allocated, what is answered 404 was well formed: only the order is missing. What is refused
    otherwise may have several reasons, and no oracle looks at it.
    """
    cases: list[Case] = []
    order = lease()

    def passes(exchange: Exchange) -> bool:
        return exchange.accepted or (not kit.allocates and exchange.status == NOT_FOUND)

    def accepted(name: str, request: Request) -> bool:
        exchange = send(request)
        base = next((e for c in cases for e in c.all() if passes(e)), None)
        role = "change" if kit.allocates or passes(exchange) else "tried"
        steps = (("base", base), (role, exchange)) if base is not None else ((role, exchange),)
        cases.append(Case(f"calibration/{name}", steps, "calibration"))
        return passes(exchange)

    found = next((dialect for name, request, dialect in _first(order, kit) if accepted(name, request)), None)
    if found is None:
        understood = not kit.allocates and any(e.refused and e.status != 401 for c in cases for e in c.all())
        return Calibration(ASSUMED if understood else None, tuple(cases))
    if found.form is None:
        order = lease()
        form = next((f for f in FORMS if accepted(f"date {f}", _dated(order, replace(found, form=f), kit))), None)
        found = replace(found, form=form)
    return Calibration(found, tuple(cases))


def _first(order: Order, kit: Kit) -> Iterator[tuple[str, Request, Dialect]]:
    for digits in (False, True):
        name = "digit strings" if digits else "integers"
        yield name, documented(order, all_accepted, Dialect(digits), None), Dialect(digits)
    for digits in (False, True):
        for form in FORMS:
            dialect = Dialect(digits, form, always_dated=True)
            name = f"{'digit strings' if digits else 'integers'}, date {form}"
            yield name, _dated(order, dialect, kit), dialect


def _dated(order: Order, dialect: Dialect, kit: Kit) -> Request:
    return documented(order, one_backordered, dialect, kit.today + datetime.timedelta(days=30))
