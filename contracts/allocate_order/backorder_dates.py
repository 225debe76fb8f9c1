"""The backorder date: presence, type, form, and every edge of the calendar."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from typing import Any

from contracts.allocate_order.allocation_object import SECTION
from contracts.allocate_order.dates import LAST, MONTHS, DateText, classify, next_leap_day, write
from contracts.allocate_order.parsed import ALLOCATION_PATH, DATE, MISSING, Line
from contracts.allocate_order.requests import (
    all_accepted,
    allocation_edit,
    chained,
    every_line,
    with_member,
    with_quantities,
    without_member,
)
from contracts.endpoint.oracle import planner
from contracts.endpoint.plan import Change, Kit, PlannedCase, change
from contracts.model.case import Trait
from contracts.model.exchange import Order, Request

PATH = f"{ALLOCATION_PATH}.{DATE}"
AT = f"{SECTION}.backorder-date"
NEAR_YEARS = 5
"""Beyond so many years the page's silence is taken for what it is: no clause speaks of such a date."""


def traits(line: Line, today: datetime.date) -> Iterator[Trait]:
    """What one allocation says of its date; `today` is the day on which it was sent (UTC)."""
    value = line.value(DATE)
    backordered = line.quantities.get("quantity_backordered")
    units = backordered.number if backordered is not None else None
    if value is MISSING or value is None:
        if value is None:
            yield Trait(f"{AT}-null", "null", PATH)
        if units:
            yield Trait(f"{SECTION}.backorder-without-date", "no date", PATH)
        elif units == 0 and value is MISSING:
            yield Trait(f"{AT}-optional", "no date, no backorder", PATH)
        return
    if units == 0:
        yield Trait(f"{SECTION}.date-without-backorder", "a date, no backorder", PATH)
    if not isinstance(value, str):
        names = {bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
        yield Trait(f"{AT}-type", names[type(value)], PATH)
        return
    yield from _text_traits(classify(value), today)


def _text_traits(found: DateText, today: datetime.date) -> Iterator[Trait]:
    if found.kind in {"calendar", "malformed"}:
        yield Trait(f"{AT}-{found.kind}", found.label, PATH)
    elif found.kind == "spelling":
        yield Trait(f"{AT}-{found.label}", found.label, PATH)
    elif found.kind == "date" and found.date is not None:
        yield Trait(f"{AT}-form", found.label, PATH)
        yield from _calendar_traits(found.date, today)


def _calendar_traits(date: datetime.date, today: datetime.date) -> Iterator[Trait]:
    if date <= today - datetime.timedelta(days=2):
        yield Trait(f"{AT}-past", "in the past", PATH)
    elif date == LAST:
        yield Trait(f"{AT}-far-future", "the last day there is", PATH)
    elif (date.month, date.day) == (2, 29):
        yield Trait(f"{AT}-leap-day", "29 February of a leap year", PATH)
    elif date.day == 1:
        yield Trait(f"{AT}-month-ends", "the first of a month", PATH)
    elif date.day == calendar.monthrange(date.year, date.month)[1]:
        yield Trait(f"{AT}-month-ends", f"the last of {MONTHS[date.month - 1]}", PATH)


def unjudged(line: Line, today: datetime.date) -> bool:
    """Whether the date is one on which no clause speaks: a rare form, about today, or years away."""
    value = line.value(DATE)
    if not isinstance(value, str):
        return False
    found = classify(value)
    if found.date is None:
        return found.kind == "unclear"
    about_today = abs((found.date - today).days) < 2
    far = found.date.year > today.year + NEAR_YEARS and found.date != LAST
    return about_today or far


# ------------------------------------------------------------------------------------------------- cases

IMPOSSIBLE = {
    "30 February": (2, 30),
    "31 February": (2, 31),
    "31 April": (4, 31),
    "31 June": (6, 31),
    "31 September": (9, 31),
    "31 November": (11, 31),
    "32 January": (1, 32),
    "day 0": (1, 0),
    "day 99": (12, 99),
}
NO_STRINGS: dict[str, Any] = {
    "number": 20300101,
    "seconds since 1970": 1893456000,
    "true": True,
    "array": [],
    "array of numbers": [2030, 1, 1],
    "object": {},
}
MALFORMED = ("", "tomorrow", "2030", "2030-06", "yyyy-mmm-ddd", "-", "null")


@planner
def calendar_cases(kit: Kit) -> Iterator[PlannedCase]:
    """Dates no calendar has, and dates every calendar has, in the form this target takes."""
    year = kit.today.year + 1
    common = year if not calendar.isleap(year) else year + 1
    for name, (month, day) in IMPOSSIBLE.items():
        yield _dated(f"{AT}-calendar/{name}", _text(kit, common, month, day))
    yield _dated(f"{AT}-calendar/29 February {common}", _text(kit, common, 2, 29))
    yield _dated(f"{AT}-calendar/29 February 2100", _text(kit, 2100, 2, 29))
    if kit.dialect.form == "iso":
        yield _dated(f"{AT}-calendar/month 13", f"{year}-13-01")
        yield _dated(f"{AT}-calendar/month 0", f"{year}-00-10")
        yield _dated(f"{AT}-calendar/year 0", "0000-01-01")
    edit = with_member(DATE, _text(kit, common, 2, 30), -1)
    yield change(f"{AT}-calendar/one line of several", edit, base="dated", lines=2)
    leap = next_leap_day(kit.today)
    yield _dated(f"{AT}-leap-day/{leap.year}", write(leap, kit.dialect.form or "iso"))
    for month in range(1, 13):
        last = calendar.monthrange(year, month)[1]
        # One first of a month is like another, but for that of the year and that behind February.
        for day in {1, last} - ({29} if month == 2 else set()) - ({1} if month not in {1, 3} else set()):
            yield _dated(f"{AT}-month-ends/{MONTHS[month - 1]} {day}", _text(kit, year, month, day))


@planner
def form_cases(kit: Kit) -> Iterator[PlannedCase]:
    """The two forms of the page, what else one can read in its format, and what is no date at all."""
    soon = kit.today + datetime.timedelta(days=40)
    if (soon.month, soon.day) == (2, 29) or soon.day in {1, 28, 30, 31}:
        soon += datetime.timedelta(days=5)
    for form in ("iso", "month-name"):
        yield change(f"{AT}-form/{form}", _first_backorder(write(soon, form)))
    y, m, d = soon.year, soon.month, soon.day
    yield _dated(f"{AT}-with-time/midnight UTC", f"{soon.isoformat()}T00:00:00Z")
    yield _dated(f"{AT}-compact/eight digits", soon.strftime("%Y%m%d"))
    yield _dated(f"{AT}-unpadded/one digit", f"{y + 1}-6-5")
    yield _dated(f"{AT}-three-digits/padded", f"{y}-{m:03}-{d:03}")
    for text in MALFORMED:
        yield _dated(f"{AT}-malformed/{text or 'empty'}", text)
    for name, value in NO_STRINGS.items():
        yield _dated(f"{AT}-type/{name}", value)


@planner
def presence_cases(kit: Kit) -> Iterator[PlannedCase]:
    """A date without a backorder, a backorder without a date, null, the past and the end of time."""
    form = kit.dialect.form or "iso"
    yield change(f"{AT}-null/no backorder", with_member(DATE, None))
    yield change(f"{SECTION}.backorder-without-date/no date", without_member(DATE), base="dated")
    if kit.dialect.always_dated:  # elsewhere every case on the plain base shows it
        yield change(f"{AT}-optional/no backorder", chained(every_line(all_accepted), _dateless), base="dated")
    kept = with_quantities(all_accepted)
    yield change(f"{SECTION}.date-without-backorder/a date", kept, base="dated")
    for name, days in {"three days ago": 3, "a year ago": 365}.items():
        yield _dated(f"{AT}-past/{name}", write(kit.today - datetime.timedelta(days=days), form))
    yield _dated(f"{AT}-past/the page's sample", write(datetime.date(2019, 1, 1), form))
    yield _dated(f"{AT}-far-future/9999", write(LAST, form))


def _dateless(base: Request, order: Order, kit: Kit) -> Request:
    """The request without any date."""
    edits = (without_member(DATE, index) for index in range(len(order.line_items)))
    return chained(*edits)(base, order, kit)


def impossible(base: Request, order: Order, kit: Kit) -> Request:
    """Return the request with 30 February in its first line."""
    return with_member(DATE, _text(kit, kit.today.year + 1, 2, 30))(base, order, kit)


def _text(kit: Kit, year: int, month: int, day: int) -> str:
    if kit.dialect.form == "month-name":
        return f"{year:04}-{MONTHS[month - 1]}-{day:02}"
    return f"{year:04}-{month:02}-{day:02}"


def _dated(name: str, value: Any) -> PlannedCase:
    return change(name, with_member(DATE, value), base="dated")


def _first_backorder(text: str) -> Change:
    """One unit of the first line moved to the backorder, with this date: the base has no date at all."""

    def edit(allocation: dict[str, Any], _ordered: int, _kit: Kit) -> None:
        accepted, backordered = allocation["quantity_accepted"], allocation["quantity_backordered"]
        as_before = type(accepted)
        allocation["quantity_accepted"] = as_before(int(accepted) - 1)
        allocation["quantity_backordered"] = as_before(int(backordered) + 1)
        allocation[DATE] = text

    return allocation_edit(edit)
