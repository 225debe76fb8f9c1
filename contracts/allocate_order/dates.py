"""What a string in `backorder_date` is: which form of a date, or none. Judges nothing."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from typing import Final

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LAST: Final = datetime.date(9999, 12, 31)


@dataclass(frozen=True)
class DateText:
    """`kind` is date, calendar, malformed, spelling or unclear; `label` the form, or what is wrong with it."""

    kind: str
    label: str
    date: datetime.date | None = None


_FORMS = (
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII), "date", "iso"),
    (re.compile(rf"(\d{{4}})-({'|'.join(MONTHS)})-(\d{{2}})", re.ASCII), "date", "month-name"),
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})T00:00:00Z", re.ASCII), "spelling", "with-time"),
    (re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII), "spelling", "compact"),
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII), "spelling", "unpadded"),
    (re.compile(r"(\d{4})-(0\d{2})-(0\d{2})", re.ASCII), "spelling", "three-digits"),
)


def classify(text: str) -> DateText:
    """Say what a string is as a date."""
    for pattern, kind, label in _FORMS:
        match = pattern.fullmatch(text)
        if match:
            return _checked(kind, label, *match.groups())
    if text == "":
        return DateText("malformed", "empty string")
    if re.fullmatch(r"\d{4}", text, re.ASCII):
        return DateText("malformed", "a year alone")
    if re.fullmatch(r"\d{4}-\d{2}", text, re.ASCII):
        return DateText("malformed", "a year and a month")
    if not re.search(r"\d", text):
        return DateText("malformed", "words")
    return DateText("unclear", "another form")


def _checked(kind: str, label: str, year: str, month: str, day: str) -> DateText:
    number = MONTHS.index(month) + 1 if month in MONTHS else int(month)
    wrong = _impossible(int(year), number, int(day))
    if wrong is None:
        return DateText(kind, label, datetime.date(int(year), number, int(day)))
    return DateText("calendar" if kind == "date" else "unclear", wrong)


def _impossible(year: int, month: int, day: int) -> str | None:
    if year == 0:
        return "year 0"
    if not 1 <= month <= 12:
        return "month 0" if month == 0 else "month beyond 12"
    if day == 0:
        return "day 0"
    if day <= calendar.monthrange(year, month)[1]:
        return None
    if month == 2 and day == 29:
        return "29 February of a century" if year % 100 == 0 else "29 February of a common year"
    if month == 2:
        return "30 or 31 February" if day <= 31 else "day beyond 31"
    return "day 31 of a month of 30" if day == 31 else "day beyond 31"


def write(date: datetime.date, form: str) -> str:
    """A date in one of the two forms the page gives: `iso` or `month-name`."""
    if form == "iso":
        return date.isoformat()
    return f"{date.year:04}-{MONTHS[date.month - 1]}-{date.day:02}"


def next_leap_day(today: datetime.date) -> datetime.date:
    """The first 29 February more than a week away."""
    year = next(y for y in range(today.year, today.year + 9) if calendar.isleap(y) and leap(y) > soon(today))
    return leap(year)


def leap(year: int) -> datetime.date:
    """29 February of a leap year."""
    return datetime.date(year, 2, 29)


def soon(today: datetime.date) -> datetime.date:
    """A week from today."""
    return today + datetime.timedelta(days=7)
