"""Finds one request this target accepts, in whichever dialect, and how it writes dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from contracts.allocate_order.dates import FORMS
from contracts.allocate_order.requests import Dialect, all_accepted, backorder_day, documented, one_backordered
from contracts.endpoint.discovery import Calibration
from contracts.endpoint.plan import Kit
from contracts.model.case import Case, Role
from contracts.model.exchange import Exchange, Order, Request
from contracts.standard.calibration import passes

ASSUMED = Dialect(digits=False, form="iso")
"""What a target is taken for before anything was sent: the field list's integers, dates as in the samples."""

SOON = (30, 7, 90, 1, 366, *range(31, 37))
"""Days ahead for which a first date is looked for; the last ones are the other days of a week."""

FAR = (1826, 731, 366, 90)
NEAR = (1, 7)
"""Days ahead at which the limits of a target are looked for, those of most targets first."""


@dataclass
class Search:
    """Requests sent to find the dialect."""

    #: Sends a request, and returns it with its answer.
    send: Callable[[Request], Exchange]
    #: What the endpoint's requests are made of.
    kit: Kit
    #: The order that the requests name.
    order: Order
    #: What was sent so far.
    cases: list[Case] = field(default_factory=list)

    def accepts(self, name: str, request: Request, *, tells: bool = True) -> bool:
        """Send a request, and keep it as a case; a refusal that may have several reasons `tells` nothing."""
        exchange = self.send(request)
        base = next((e for case in self.cases for e in case.all() if passes(e, self.kit)), None)
        passed = passes(exchange, self.kit)
        role = Role.CHANGE if passed or (tells and self.kit.may_change) else Role.TRIED
        steps = ((Role.BASE, base), (role, exchange)) if base is not None else ((role, exchange),)
        self.cases.append(Case(f"calibration/{name}", steps, "calibration"))
        return passed

    def takes_date(self, dialect: Dialect) -> bool:
        """Send the dialect's date."""
        return self.accepts(f"date {dialect.form}, {dialect.soon} days ahead", self.dated(dialect), tells=False)

    def dated(self, dialect: Dialect) -> Request:
        """A request with one unit of each line backordered."""
        kit = replace(self.kit, dialect=dialect)
        return documented(self.order, one_backordered, dialect, backorder_day(kit))


def calibrate(send: Callable[[Request], Exchange], lease: Callable[[], Order], kit: Kit) -> Calibration:
    """Try the least that can be wrong first: the whole sum accepted without a date; then one thing at a time.

    Where nothing may be allocated, what is answered 404 was well formed: only the order is missing. What is refused
    otherwise may have several reasons, and no oracle looks at it.
    """
    search = Search(send, kit, lease())
    found = next((dialect for name, request, dialect in _first(search) if search.accepts(name, request)), None)
    if found is None:
        understood = not kit.may_change and any(e.refused and e.status != 401 for c in search.cases for e in c.all())
        return Calibration(ASSUMED if understood else None, tuple(search.cases))
    if found.form is None:
        search.order = lease()
        found = _with_form(search, found)
    if found.form is not None:
        found = _with_limits(search, found)
    return Calibration(found, tuple(search.cases))


def _with_form(search: Search, found: Dialect) -> Dialect:
    """The dialect with a form of dates that is accepted, and a number of days ahead for which it is."""
    dialects = (replace(found, form=form, soon=days) for days in SOON for form in FORMS)
    return next((dialect for dialect in dialects if search.takes_date(dialect)), found)


def _with_limits(search: Search, found: Dialect) -> Dialect:
    """The dialect with the nearest and the farthest of some days that are accepted on the order of the first date.

    Where none is, some of the same day of the week are tried. If all are refused, the order may be allocated once, and
    the limits are not known.
    """
    first = (backorder_day(replace(search.kit, dialect=found)) - search.kit.today).days
    far = (*FAR, *(days - (days - first) % 7 for days in FAR))
    near = (*NEAR, *(days + (first - days) % 7 for days in NEAR))
    accepted = (days for days in far if days > first and search.takes_date(replace(found, soon=days)))
    farthest = next(accepted, None)
    accepted = (days for days in near if days < found.soon and search.takes_date(replace(found, soon=days)))
    nearest = next(accepted, None)
    if farthest is None and nearest is None:
        return found
    return replace(found, nearest=nearest or found.soon, farthest=farthest or found.soon)


def _first(search: Search) -> Iterator[tuple[str, Request, Dialect]]:
    for digits in (False, True):
        name = "digit strings" if digits else "integers"
        yield name, documented(search.order, all_accepted, Dialect(digits), None), Dialect(digits)
    for digits in (False, True):
        for form in FORMS:
            dialect = Dialect(digits, form, always_dated=True)
            name = f"{'digit strings' if digits else 'integers'}, date {form}"
            yield name, search.dated(dialect), dialect
