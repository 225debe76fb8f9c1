"""Quantities and dates as requests write them: what each reading takes, and what each text means."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from provider.readings import Readings

MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], start=1
    )
}
FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}

_DIGITS = "(?:0|[1-9][0-9]*)"
_STRINGS = (
    ("leading-zero", re.compile("0[0-9]+")),
    ("plus-sign", re.compile(rf"\+{_DIGITS}")),
    ("spaces", re.compile(rf" *{_DIGITS} *")),
    ("decimal-string", re.compile(rf"{_DIGITS}\.0+")),
    ("exponent-string", re.compile(rf"{_DIGITS}[eE]\+?0+")),
    ("full-width", re.compile("[\uff10-\uff19]+")),
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
_DATES = (
    ("iso", re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")),
    ("month-name", re.compile(rf"([0-9]{{4}})-({'|'.join(MONTHS)})-([0-9]{{2}})")),
    ("backorder-date-with-time", re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})T{_TIME}")),
    ("backorder-date-compact", re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")),
    ("backorder-date-unpadded", re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")),
    ("backorder-date-week", re.compile(r"([0-9]{4})-W([0-9]{2})-([1-7])")),
    ("backorder-date-ordinal", re.compile(r"([0-9]{4})-([0-9]{3})")),
    ("backorder-date-three-digits", re.compile(r"([0-9]{4})-(0[0-9]{2})-(0[0-9]{2})")),
)


class ImpossibleDateError(ValueError):
    """The text has the form of a date that no calendar has."""


def integer(value: Any, readings: Readings) -> int | None:
    """The integer a JSON value is taken for; None where it is taken for none."""
    encoding = readings["allocation-object.quantity-encoding"]
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if encoding != "digit-strings" else None
    if isinstance(value, float):
        taken = readings.accepts("allocation-object.spelling-integral-number") and value.is_integer()
        return int(value) if taken else None
    if not isinstance(value, str) or len(value) > 30:
        return None
    if re.fullmatch(_DIGITS, value):
        return int(value) if encoding != "integers" else None
    for name, pattern in _STRINGS:
        if pattern.fullmatch(value):
            taken = readings.accepts(f"allocation-object.spelling-{name}")
            return int(re.split("[.eE]", value.translate(FULL_WIDTH).strip())[0]) if taken else None
    return None


def date(text: str, readings: Readings) -> datetime.date | None:
    """The day a text is taken for; None where it is taken for none. Raises ImpossibleDateError."""
    form = readings["allocation-object.backorder-date-form"]
    for name, pattern in _DATES:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        if name in {"iso", "month-name"}:
            taken = form in {name, "both"}
        elif name.endswith(form):
            taken = True
        else:
            taken = readings.accepts(f"allocation-object.{name}")
        return _READ.get(name, _day)(*match.groups()) if taken else None
    return None


def _in_a_week(year: str, week: str, day: str) -> datetime.date:
    try:
        return datetime.date.fromisocalendar(int(year), int(week), int(day))
    except ValueError as error:
        raise ImpossibleDateError(str(error)) from None


def _in_a_year(year: str, number: str) -> datetime.date:
    first = _day(year, "1", "1")
    day = first + datetime.timedelta(int(number) - 1)
    if day.year != first.year:
        raise ImpossibleDateError(f"{year} has no day {number}")
    return day


_READ: Mapping[str, Callable[..., datetime.date]] = {
    "backorder-date-week": _in_a_week,
    "backorder-date-ordinal": _in_a_year,
}
"""How days are read that are not given by year, month and day."""


def _day(year: str, month: str, day: str) -> datetime.date:
    try:
        return datetime.date(int(year), MONTHS.get(month) or int(month), int(day))
    except ValueError as error:
        raise ImpossibleDateError(str(error)) from None
