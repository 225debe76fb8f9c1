"""The dates that producers of recordings write. Reads a date; judges nothing."""

from __future__ import annotations

import datetime
import email.utils
import math
import re
from typing import Any

LATEST = 7_258_118_400.0
"""The year 2200, in seconds since the epoch; a recording is not from later, nor from before 1970."""

FORMATS = (
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S.%f %z",
    "%a %b %d %Y %H:%M:%S GMT%z",
    "%a %b %d %H:%M:%S %Y",
    "%d %b %Y %H:%M:%S",
    "%d/%b/%Y:%H:%M:%S %z",
    "%Y/%m/%d %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
)
"""Forms other than RFC 3339 and RFC 1123: of Ruby, JavaScript, C, Apache, and of spreadsheets."""

_NUMBER = re.compile(r"\s*(?:/Date\()?(\d{1,20}(?:\.\d{0,20})?)(?:[+-]\d{4})?(?:\)/)?\s*", re.ASCII)
_ZONE_NAME = re.compile(r"\s*\([^()]{0,60}\)$|\s+(?:UTC|GMT|Z)$")
_LONGEST = 80


def moment(value: Any) -> float | None:
    """Return seconds since the epoch of a date in any of the forms that producers write, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _since_epoch(value)
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    number = _NUMBER.fullmatch(value)
    if number:
        return _since_epoch(float(number[1]))
    for read in (datetime.datetime.fromisoformat, _in_other_form, email.utils.parsedate_to_datetime):
        try:
            found = read(value.strip())
            zoned = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
            return _plausible(zoned.timestamp())
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None


def milliseconds(value: Any) -> float:
    """Return a duration in seconds from one in milliseconds; 0 if it is missing, null, negative, or not a number."""
    try:
        found = float(value) / 1000 if isinstance(value, int | float | str) and not isinstance(value, bool) else 0.0
    except (ValueError, OverflowError):
        return 0.0
    return found if math.isfinite(found) and 0 < found < LATEST else 0.0


def _in_other_form(text: str) -> datetime.datetime:
    plain = _ZONE_NAME.sub("", text)
    for form in FORMATS:
        try:
            return datetime.datetime.strptime(plain, form)  # noqa: DTZ007 - a zone is added where it is missing
        except ValueError:
            continue
    return datetime.datetime.fromisoformat(plain)


def _since_epoch(number: float) -> float | None:
    """Return seconds from a number of seconds, milliseconds, microseconds or nanoseconds since the epoch."""
    try:
        seconds = float(number)
    except OverflowError:
        return None
    for _ in range(3):
        if seconds < LATEST:
            break
        seconds /= 1000
    return _plausible(seconds)


def _plausible(seconds: float) -> float | None:
    return seconds if math.isfinite(seconds) and 0 < seconds < LATEST else None
