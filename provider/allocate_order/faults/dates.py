"""What is taken for a date and is none, and days that are refused."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import DATE
from provider.allocate_order.values import MONTHS
from provider.fault import Deviation, Fault, Stage, fault
from provider.http import RefusalError

AT = "allocation-object.backorder-date"
CALENDAR = f"{AT}-calendar"

DAYS = {
    "-02-30": (3, 1),
    "-02-31": (3, 3),
    "-04-31": (5, 1),
    "-06-31": (7, 1),
    "-09-31": (10, 1),
    "-11-31": (12, 1),
    "-01-32": (2, 1),
    "-01-00": (1, 1),
    "-13-01": (1, 13),
    "-00-10": (1, 10),
}
"""Ends of dates that no calendar has, and the month and day they are taken for."""

MONTH_ENDS, LEAP_DAY = f"{AT}-month-ends", f"{AT}-leap-day"
REFUSED_DAYS = {
    "-02-29": LEAP_DAY,
    "-01-31": MONTH_ENDS,
    "-04-30": MONTH_ENDS,
    "-08-31": MONTH_ENDS,
    "-12-31": MONTH_ENDS,
}
"""Days that are refused, and the clause that breaks."""


def _take_day(text: str, day: tuple[int, int]) -> Deviation:
    """Takes an end of a date that no calendar has for another month and day of its year."""

    def deviation(_call: AllocateOrder, honest: Stage, given: str) -> Any:
        return datetime.date(int(given[:4]), *day) if given[4:] == text else honest(given)

    return deviation


def _refuse_day(condition: Callable[[datetime.date], bool]) -> Deviation:
    """Refuses days that every year, or a leap year, has."""

    def deviation(_call: AllocateOrder, honest: Stage, given: str) -> Any:
        day = honest(given)
        if day is not None and condition(day):
            raise RefusalError(400, "invalid_backorder_date", "No calendar has this day.", field=DATE)
        return day

    return deviation


def _ends_in(text: str) -> Callable[[datetime.date], bool]:
    return lambda day: day.isoformat().endswith(text)


ACCEPTED = tuple(
    Fault(
        f"accepts-date{text}",
        f"A date that ends in {text} is taken for another day.",
        "day",
        _take_day(text, day),
        (CALENDAR,),
    )
    for text, day in DAYS.items()
)
REFUSED = tuple(
    Fault(
        f"refuses-date{text}",
        f"A date that ends in {text} is refused.",
        "day",
        _refuse_day(_ends_in(text)),
        (clause,),
        hidden_by=("takes-working-days",),  # if the day is one of a weekend
    )
    for text, clause in REFUSED_DAYS.items()
)
REFUSED_FIRSTS = (
    Fault(
        "refuses-first-of-month",
        "The first of a month is refused.",
        "day",
        _refuse_day(lambda day: day.day == 1),
        (MONTH_ENDS,),
        (f"{AT}-past",),
        causes="some days of the past are refused too, which is a question",
    ),
    Fault(
        "refuses-years-beyond-2037",
        "A date beyond 2037 is refused.",
        "day",
        _refuse_day(lambda day: day.year > 2037),
        (),
        invisible="The page leaves dates far ahead open: it is a reading.",
    ),
)


@fault("day", CALENDAR)
def rolls_days_over(_call: AllocateOrder, honest: Stage, given: str) -> Any:
    """A day beyond the end of its month is counted on into the next, as lenient calendars do."""
    parts = re.fullmatch("([0-9]{4})-([0-9]{2}|[A-Z][a-z]{2})-(29|30|31)", given)
    month = MONTHS.get(parts[2]) or int(parts[2]) if parts else 0
    if parts is None or parts[1] == "0000" or not 1 <= month <= 12:
        return honest(given)
    return datetime.date(int(parts[1]), month, 1) + datetime.timedelta(days=int(parts[3]) - 1)


@fault("day", CALENDAR)
def every_fourth_year_is_a_leap_year(_call: AllocateOrder, honest: Stage, given: str) -> Any:
    """29 February is taken in every fourth year, centuries among them."""
    century = given[:4] in {"2100", "2200", "2300"} and given[4:] in {"-02-29", "-Feb-29"}
    return datetime.date(int(given[:4]), 3, 1) if century else honest(given)


@fault("day", CALENDAR)
def every_february_has_29_days(_call: AllocateOrder, honest: Stage, given: str) -> Any:
    """29 February is taken in every year of this century."""
    february = given[4:] in {"-02-29", "-Feb-29"} and given[:2] == "20" and not calendar.isleap(int(given[:4]))
    return datetime.date(int(given[:4]), 3, 1) if february else honest(given)


@fault("day", CALENDAR)
def accepts_30_february_of_the_year_0_and_after(_call: AllocateOrder, honest: Stage, given: str) -> Any:
    """30 February is taken for the 28th, whatever the year."""
    return datetime.date(2028, 2, 28) if given[4:] in {"-02-30", "-Feb-30", "-002-030"} else honest(given)


def _text_for_a_day(text: str) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, given: str) -> Any:
        return datetime.date.today() if given == text else honest(given)  # noqa: DTZ011 - as such a provider would

    what = f"The text {text!r} is taken for today."
    return Fault(f"accepts-{text}-as-a-date", what, "day", deviation, (f"{AT}-malformed",))


TEXTS = tuple(_text_for_a_day(text) for text in ("tomorrow", "2030", "2030-06", "null"))


def _value_for_a_day(name: str, matches: Callable[[Any], bool]) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], backordered: int) -> Any:
        if DATE in allocation and matches(allocation[DATE]):
            return datetime.datetime.now(datetime.UTC).date()
        return honest(allocation, backordered)

    return Fault(f"accepts-{name}-as-a-date", f"A {name} is taken for a date.", "date", deviation, (f"{AT}-type",))


VALUES = (
    _value_for_a_day("number-of-digits", lambda value: value == 20300101),
    _value_for_a_day("timestamp", lambda value: type(value) is int and value > 10**9),
    _value_for_a_day("true", lambda value: value is True),
    _value_for_a_day("empty-array", lambda value: value == []),
    _value_for_a_day("triple-of-numbers", lambda value: isinstance(value, list) and len(value) == 3),
    _value_for_a_day("empty-object", lambda value: value == {}),
)


FORMS = {
    "years-of-two-digits": "%y-%m-%d",
    "slashes": "%Y/%m/%d",
    "days-first": "%d/%m/%Y",
}


def _reads(name: str, form: str) -> Fault:
    """A date may come in another form."""

    def deviation(_call: AllocateOrder, honest: Stage, given: str) -> Any:
        try:
            day = datetime.datetime.strptime(given, form).replace(tzinfo=datetime.UTC).date()
        except ValueError:
            return honest(given)
        return day if day.strftime(form) == given else honest(given)

    return Fault(
        f"reads-{name}", f"A date may come as {form}.", "day", deviation, (f"{AT}-other-form",), severity="minor"
    )


IN_OTHER_FORMS = tuple(_reads(name, form) for name, form in FORMS.items())


@fault("day", f"{AT}-other-form", severity="minor")
def reads_seconds_since_1970(_call: AllocateOrder, honest: Stage, given: str) -> Any:
    """A date may come as seconds since 1970 in a string."""
    if not re.fullmatch("[0-9]{10}", given):
        return honest(given)
    return datetime.datetime.fromtimestamp(int(given), datetime.UTC).date()


@fault("date", f"{AT}-optional", also=("request-parameters.documented-request-accepted", "state.second-allocation"))
def date_always_required(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], backordered: int) -> Any:
    """A date has to be there, whether something is backordered or not."""
    if DATE not in allocation and not backordered:
        raise RefusalError(400, "invalid_backorder_date", "backorder_date is required.", field=DATE)
    return honest(allocation, backordered)


@fault("check_day", f"{AT}-past")
def only_days_of_last_week_have_passed(_call: AllocateOrder, honest: Stage, day: datetime.date) -> None:
    """Days of last week are refused, earlier ones are taken."""
    today = datetime.datetime.now(datetime.UTC).date()
    if 0 < (today - day).days < 7:
        raise RefusalError(422, "invalid_backorder_date", "The day has passed.", field=DATE)
    honest(day)


@fault("line", CALENDAR)
def dates_checked_in_the_first_line_only(call: AllocateOrder, honest: Stage, entry: Any, order: Any) -> Any:
    """From the second line item on, a day that no calendar has is taken for today."""
    if isinstance(entry, dict) and entry.get("line_item_uuid") == order.line_items[0].uuid:
        return honest(entry, order)
    kept = call.day
    call.__dict__["day"] = lambda given: _or_today(kept, given)
    try:
        return honest(entry, order)
    finally:
        del call.__dict__["day"]


def _or_today(read: Stage, given: str) -> Any:
    try:
        return read(given)
    except RefusalError:
        return datetime.datetime.now(datetime.UTC).date()


@fault("day", "state.read-back", needs={f"{AT}-week": "accepted"})
def counts_days_of_a_week_from_sunday(_call: AllocateOrder, honest: Stage, given: str) -> Any:
    """Of a day that is given by its week, the day before it is stored: the first one is taken for a Sunday."""
    day = honest(given)
    return day - datetime.timedelta(1) if day and "W" in given else day


@fault("day", "state.read-back", needs={f"{AT}-ordinal": "accepted"})
def counts_days_of_the_year_from_zero(_call: AllocateOrder, honest: Stage, given: str) -> Any:
    """Of a day that is given by its number in the year, the next one is stored."""
    day = honest(given)
    return day + datetime.timedelta(1) if day and re.fullmatch("[0-9]{4}-[0-9]{3}", given) else day


@fault("day", f"{AT}-malformed")
def cuts_dates_to_ten_letters(_call: AllocateOrder, honest: Stage, given: str) -> Any:
    """What follows the first ten characters of a date is ignored."""
    return honest(given[:10])
