"""What a string in `backorder_date` is: which form of a date, or none. Judges nothing."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from typing import Final

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LAST: Final = datetime.date(9999, 12, 31)
THREE_DIGITS: Final = "three-digits"
FORMS: Final = ("iso", "month-name", THREE_DIGITS)
"""The forms of a date that a target may ask for: those of the page, and the literal reading of yyyy-mmm-ddd."""


@dataclass(frozen=True)
class DateText:
    """A date as text, and what it is taken for."""

    #: date, calendar, malformed, spelling, other or unclear.
    kind: str
    #: Its form, or what is wrong with it.
    label: str
    #: The day that it means; None where it means none.
    date: datetime.date | None = None
    #: The name of its form, where it has one.
    form: str = ""
    #: Of a day that does not exist, the last one of its month.
    near: datetime.date | None = None


_FORMS = (
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII), "date", "iso"),
    (re.compile(rf"(\d{{4}})-({'|'.join(MONTHS)})-(\d{{2}})", re.ASCII), "date", "month-name"),
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})T00:00:00Z", re.ASCII), "spelling", "with-time"),
    (re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII), "spelling", "compact"),
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII), "spelling", "unpadded"),
    (re.compile(r"(\d{4})-(0\d{2})-(0\d{2})", re.ASCII), "spelling", THREE_DIGITS),
)


_MALFORMED: Final = {
    "a year alone": re.compile(r"\d{4}", re.ASCII),
    "a year and a month": re.compile(r"\d{4}-\d{2}", re.ASCII),
    "words": re.compile(r"\D+", re.DOTALL),
    "letters behind a date": re.compile(rf"\d{{4}}-(?:\d{{2,3}}|{'|'.join(MONTHS)})-\d{{2,3}}[a-z]{{3,}}", re.ASCII),
}
"""What is not a date in any form, by what it is."""

OTHER_FORMS: Final = {
    "a year of two digits": (r"\d{2}-\d{2}-\d{2}", "%y-%m-%d"),
    "slashes": (r"\d{4}/\d{2}/\d{2}", "%Y/%m/%d"),
    "the day first": (r"\d{2}[-/.]\d{2}[-/.]\d{4}", "%d/%m/%Y"),
    "seconds since 1970": (r"\d{10}", ""),
}
"""Forms of a day that parsers read, and the format of the page cannot mean: a pattern, and how one is written.

Weeks and days of the year are not among them: ISO 8601 has them.
"""

ISO_FORMS: Final = {
    "week": (re.compile(r"\d{4}-W\d{2}-\d", re.ASCII), "%G-W%V-%u"),
    "ordinal": (re.compile(r"\d{4}-\d{3}", re.ASCII), "%Y-%j"),
}
"""The other two forms of a day that ISO 8601 has, which its parsers may read: a pattern, and how one is written."""


def classify(text: str) -> DateText:
    """Say what a string is as a date."""
    if not text:
        return DateText("spelling", "empty")
    for pattern, kind, label in _FORMS:
        match = pattern.fullmatch(text)
        if match:
            return _checked(kind, label, *match.groups())
    for label, malformed in _MALFORMED.items():
        if malformed.fullmatch(text):
            return DateText("malformed", label)
    for label, (iso, written) in ISO_FORMS.items():
        if iso.fullmatch(text):
            return _of_iso(label, text, written)
    for label, (other, _) in OTHER_FORMS.items():
        if re.fullmatch(other, text, re.ASCII):
            return DateText("other", label)
    return DateText("unclear", "another form")


def _checked(kind: str, label: str, year: str, month: str, day: str) -> DateText:
    number = MONTHS.index(month) + 1 if month in MONTHS else int(month)
    wrong = _impossible(int(year), number, int(day))
    if wrong is not None:
        known = kind == "date" or label == THREE_DIGITS
        return DateText("calendar" if known else "unclear", wrong, form=label, near=_near(int(year), number))
    if int(year) == 0:
        return DateText("unclear", "year 0", form=label)  # ISO 8601 and RFC 3339 have it, many libraries do not
    return DateText(kind, label, datetime.date(int(year), number, int(day)), form=label)


def _of_iso(label: str, text: str, written: str) -> DateText:
    """Return a day in one of ISO_FORMS. Of a week or a day that its year does not have, no clause speaks."""
    try:
        day = datetime.datetime.strptime(text, written).replace(tzinfo=datetime.UTC).date()
    except ValueError:
        day = None
    if day is None or day.strftime(written) != text:  # week 53 of a year without one is read as one of the next year
        return DateText("unclear", f"{label} that does not exist", form=label)
    return DateText("spelling", label, day, form=label)


def _near(year: int, month: int) -> datetime.date | None:
    if year == 0:
        return None
    month = min(max(month, 1), 12)
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def _impossible(year: int, month: int, day: int) -> str | None:
    if not 1 <= month <= 12:
        return "month 0" if month == 0 else "month beyond 12"
    if day == 0:
        return "day 0"
    if day <= calendar.monthrange(year or 2000, month)[1]:
        return None
    if month == 2 and day == 29:
        return "29 February of a century" if year % 100 == 0 else "29 February of a common year"
    if month == 2:
        return "30 or 31 February" if day <= 31 else "day beyond 31"
    return "day 31 of a month of 30" if day == 31 else "day beyond 31"


def write(date: datetime.date, form: str) -> str:
    """A date in one of FORMS."""
    return spell(date.year, date.month, date.day, form)


def spell(year: int, month: int, day: int, form: str) -> str:
    """A year, a month and a day in one of FORMS, whether there is such a day or not; a month's name needs a month."""
    if form == "month-name":
        return f"{year:04}-{MONTHS[month - 1]}-{day:02}"
    return f"{year:04}-{month:03}-{day:03}" if form == THREE_DIGITS else f"{year:04}-{month:02}-{day:02}"


def ordinary(day: datetime.date) -> datetime.date:
    """The first day from this one on that is a working day and neither the first nor the last of a month."""
    while day.weekday() > 4 or day.day == 1 or day.day == calendar.monthrange(day.year, day.month)[1]:
        day += datetime.timedelta(days=1)
    return day


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
