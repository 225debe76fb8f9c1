"""The backorder date: presence, type, form, and every edge of the calendar."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from itertools import count
from typing import Any

from contracts.allocate_order.allocation_object import SECTION
from contracts.allocate_order.dates import LAST, MONTHS, THREE_DIGITS, DateText, classify, next_leap_day, spell, write
from contracts.allocate_order.days import WEEK, is_missed, texts, within_limits
from contracts.allocate_order.parsed import ALLOCATION_PATH, DATE, Line
from contracts.allocate_order.requests import (
    all_accepted,
    allocation_edit,
    backorder_day,
    every_line,
    with_member,
    without_member,
)
from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, Observation, observer, oracle, planner
from contracts.endpoint.oracle import accepted, accepted_or_refused, observed_answer
from contracts.endpoint.plan import Change, Kit, PlannedCase, change
from contracts.model.case import VARYING, Case, Role, Trait
from contracts.model.exchange import Exchange, Order, Request
from contracts.standard.requests import chained
from contracts.standard.texts import MISSING

PATH = f"{ALLOCATION_PATH}.{DATE}"
AT = f"{SECTION}.backorder-date"
NO_DATE = (MISSING, None, "")
"""What gives no date, in requests of targets that take it."""
NEAR_YEARS = 5
"""Beyond so many years the page's silence is taken for what it is: no clause speaks of such a date."""


def traits(line: Line, today: datetime.date) -> Iterator[Trait]:
    """Yield the traits of one allocation's date; `today` is the day on which it was sent (UTC)."""
    value = line.value(DATE)
    backordered = line.quantities.get("quantity_backordered")
    units = backordered.number if backordered is not None else None
    if value in NO_DATE:
        if units:
            yield Trait(f"{SECTION}.backorder-without-date", "no date", PATH)
        elif units == 0 and value is MISSING:
            yield Trait(f"{AT}-optional", "no date, no backorder", PATH)
    elif units == 0:
        yield Trait(f"{SECTION}.date-without-backorder", "a date, no backorder", PATH)
    if isinstance(value, str):
        yield from _text_traits(classify(value), today)


def _text_traits(found: DateText, today: datetime.date) -> Iterator[Trait]:
    if found.kind in {"calendar", "malformed"}:
        yield Trait(f"{AT}-{found.kind}", found.label, PATH)
    elif found.kind == "other":
        yield Trait(f"{AT}-other-form", found.label, PATH)
    elif found.kind == "spelling":
        yield Trait(f"{AT}-{found.label}", found.label, PATH)
        if found.label == THREE_DIGITS and found.date is not None:
            yield from _calendar_traits(found.date, today)
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
    """Return whether the date is one on which no clause speaks: a rare form, about today, or years away."""
    value = line.value(DATE)
    if not isinstance(value, str):
        return False
    found = classify(value)
    if found.date is None:
        return found.kind == "unclear"
    about_today = abs((found.date - today).days) < 2
    far = found.date.year > today.year + NEAR_YEARS and found.date != LAST
    return about_today or far


# ----------------------------------------------------------------------------------------------- oracles


@oracle(f"{AT}-leap-day", f"{AT}-month-ends")
def existing_day(clause: str, case: Case, context: Context) -> Iterator[Breach | Held]:
    """An existing day is accepted, unless this target does not accept the days a week before and after it either."""
    for said in accepted(context.catalogue.clauses[clause], case, context):
        if isinstance(said, Held) or is_missed(case, said.exchange, context):
            yield said


@oracle(f"{AT}-calendar")
def impossible_day(case: Case, context: Context) -> Iterator[Breach | Held]:
    """A day that no calendar has is refused; beyond the limits of this target its refusal may be for them."""
    clause = f"{AT}-calendar"
    for exchange in case.all(*VARYING):
        labels = sorted(trait.label for trait in context.view(exchange).traits if trait.clause == clause)
        for label in labels:
            if exchange.accepted:
                yield Breach(exchange, "a refusal", f"{accepted_or_refused(exchange)}: {label} in {PATH}", label, PATH)
            elif exchange.refused and context.isolates(case, exchange, clause):
                found = [text for text in texts(exchange, context) if text.kind == "calendar"]
                if all(within_limits(text, context) for text in found):
                    yield HELD


@observer(f"{AT}-form")
def form(case: Case, context: Context) -> Iterator[Observation]:
    """The forms that are accepted. A refusal counts if the case is for it: its day is one that this target takes."""
    clause = context.catalogue.clauses[f"{AT}-form"]
    for exchange in case.all(*VARYING):
        if exchange.accepted or case.clause == clause.id:
            yield from observed_answer(clause, case, exchange, context)
    # Without a change, the base may be any request that was accepted last.
    if case.all(Role.CHANGE) and case.base and case.base.accepted and _in_three_digits(case.base, context):
        yield Observation(f"{THREE_DIGITS} accepted", case.base)


@observer(f"{AT}-{THREE_DIGITS}")
def three_digits(case: Case, context: Context) -> Iterator[Observation]:
    """Whether three digits are taken too, by a target that takes another form."""
    if case.base is None or not _in_three_digits(case.base, context):
        clause = context.catalogue.clauses[f"{AT}-{THREE_DIGITS}"]
        for exchange in case.all(*VARYING):
            yield from observed_answer(clause, case, exchange, context)


def _in_three_digits(exchange: Exchange, context: Context) -> bool:
    return any(text.form == THREE_DIGITS for text in texts(exchange, context))


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
MALFORMED = ("tomorrow", "2030", "2030-06", "yyyy-mmm-ddd", "null")


@planner
def calendar_cases(kit: Kit) -> Iterator[PlannedCase]:
    """Dates that no calendar has, and dates that every calendar has, in the form that this target takes.

    Each is the next one of its kind: a target may limit how far ahead a date is.
    """
    form = kit.dialect.form or "iso"
    common = next(year for year in count(kit.today.year + 1) if not calendar.isleap(year))
    for name, (month, day) in IMPOSSIBLE.items():
        yield _dated(f"{AT}-calendar/{name}", spell(_year(kit, month), month, day, form))
    yield _dated(f"{AT}-calendar/29 February {common}", spell(common, 2, 29, form))
    yield _dated(f"{AT}-calendar/29 February 2100", spell(2100, 2, 29, form))
    if form != "month-name":
        yield _dated(f"{AT}-calendar/month 13", spell(kit.today.year, 13, 1, form))
        yield _dated(f"{AT}-calendar/month 0", spell(kit.today.year + 1, 0, 10, form))
    edit = with_member(DATE, spell(common, 2, 30, form), -1)
    yield change(f"{AT}-calendar/one line of several", edit, base="dated", lines=2)
    leap = next_leap_day(kit.today)
    yield _existing(f"{AT}-leap-day/{leap.year}", leap, form)
    for month in range(1, 13):
        year = _year(kit, month)
        last = calendar.monthrange(year, month)[1]
        if (month, last) != (2, 29):
            yield _existing(f"{AT}-month-ends/{MONTHS[month - 1]} {last}", datetime.date(year, month, last), form)
    # One first of a month is like another, except that of the year.
    yield _existing(f"{AT}-month-ends/Jan 1", datetime.date(kit.today.year + 1, 1, 1), form)


def _year(kit: Kit, month: int) -> int:
    """The year of the next end of a month that is more than a week ahead."""
    year = kit.today.year
    end = datetime.date(year, month, calendar.monthrange(year, month)[1])
    return year if end > kit.today + WEEK else year + 1


RULE = "the target refuses the day, and one a week before or after it: that may be a limit, or a rule of its own"


def _existing(name: str, day: datetime.date, form: str) -> PlannedCase:
    """A case for a day of the calendar; if it is refused, the days a week before and after it show what that means."""
    edits = [with_member(DATE, write(each, form)) for each in (day, day - WEEK, day + WEEK)]
    return change(name, edits[0], base="dated", if_refused=tuple(edits[1:]), otherwise=RULE)


@planner
def form_cases(kit: Kit) -> Iterator[PlannedCase]:
    """The forms of the page, what else one can read in its format, and what is not a date at all."""
    day = backorder_day(kit)
    for form in ("iso", "month-name"):
        if form != kit.dialect.form:  # that one was accepted when it was looked for
            yield change(f"{AT}-form/{form}", _first_backorder(write(day, form)))
    yield _dated(f"{AT}-with-time/midnight UTC", f"{day.isoformat()}T00:00:00Z")
    yield _dated(f"{AT}-compact/eight digits", day.strftime("%Y%m%d"))
    short = _short_day(kit)
    if short is not None:
        yield _dated(f"{AT}-unpadded/one digit", f"{short.year}-{short.month}-{short.day}")
    yield _dated(f"{AT}-three-digits/padded", write(day, THREE_DIGITS))
    for text in MALFORMED:
        yield _dated(f"{AT}-malformed/{text}", text)
    text = write(day, kit.dialect.form or "iso")
    yield _dated(f"{AT}-malformed/letters behind a date", f"{text}xyz")
    for name, value in {**NO_STRINGS, "in an array": [text], "in an object": {"date": text}}.items():
        yield _dated(f"{AT}-type/{name}", value)


def on_a_short_day(base: Request, order: Order, kit: Kit) -> Request:
    """Return the request with its dates on a day that can be read as a month, if the limits of the target have one."""
    day = _short_day(kit)
    if day is None or day.day == day.month:
        return base
    text = write(day, kit.dialect.form or "iso")
    edits = (with_member(DATE, text, index) for index in range(len(order.line_items)))
    return chained(*edits)(base, order, kit)


def _short_day(kit: Kit) -> datetime.date | None:
    """A day within the limits of this target whose month and day have one digit each, or one of them; else None.

    It has the day of the week of one that this target takes.
    """
    weeks = (backorder_day(kit) + WEEK * number for number in range(-5, 60))
    limits = range(kit.dialect.nearest, kit.dialect.farthest + 7)
    ahead = [day for day in weeks if (day - kit.today).days in limits]
    both = [day for day in ahead if day.month < 10 and day.day < 10]
    return next(iter(both or [day for day in ahead if day.month < 10 or day.day < 10]), None)


@planner
def presence_cases(kit: Kit) -> Iterator[PlannedCase]:
    """A date without a backorder, a backorder without a date, null, an empty text, the past and the end of time."""
    form = kit.dialect.form or "iso"
    yield change(f"{AT}-null/no backorder", with_member(DATE, None))
    yield change(f"{AT}-empty/no backorder", with_member(DATE, ""))
    # In every line: that one line has a date, or a backorder, would hide what the others have not.
    yield change(f"{SECTION}.backorder-without-date/no date", _dateless, base="dated")
    if kit.dialect.always_dated:  # elsewhere every case on the plain base shows it
        yield change(f"{AT}-optional/no backorder", chained(every_line(all_accepted), _dateless), base="dated")
    yield change(f"{SECTION}.date-without-backorder/a date", every_line(all_accepted), base="dated")
    yield _dated(f"{AT}-past/three days ago", write(kit.today - datetime.timedelta(days=3), form))
    yield _dated(f"{AT}-past/the page's sample", write(datetime.date(2019, 1, 1), form))
    yield _dated(f"{AT}-far-future/9999", write(LAST, form))


def _dateless(base: Request, order: Order, kit: Kit) -> Request:
    """The request without any date."""
    edits = (without_member(DATE, index) for index in range(len(order.line_items)))
    return chained(*edits)(base, order, kit)


def impossible(base: Request, order: Order, kit: Kit) -> Request:
    """Return the request with 30 February in its first line."""
    return with_member(DATE, spell(kit.today.year + 1, 2, 30, kit.dialect.form or "iso"))(base, order, kit)


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
