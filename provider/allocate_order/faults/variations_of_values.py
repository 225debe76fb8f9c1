"""What another deployment may do otherwise with values: limits of quantities and of dates, days of the week."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import DATE
from provider.fault import Fault, Stage, fault
from provider.http import RefusalError


def _taking(name: str, what: str, takes: Callable[[datetime.date, int], bool]) -> Fault:
    """Days are refused unless `takes`, which gets the day and how many days ahead it is, takes them."""

    def deviation(_call: AllocateOrder, honest: Stage, day: datetime.date) -> None:
        ahead = (day - datetime.datetime.now(datetime.UTC).date()).days
        if ahead >= 0 and not takes(day, ahead):
            raise RefusalError(422, "invalid_backorder_date", "This day is not possible.", field=DATE)
        honest(day)

    return Fault(name, what, "check_day", deviation, (), needs=LIMITED)


LIMITED = {"allocation-object.backorder-date-far-future": "refused"}

DAYS = (
    _taking("takes-dates-of-one-year", "A date is within a year.", lambda _day, ahead: ahead <= 366),
    _taking("takes-dates-of-two-years", "A date is within two years.", lambda _day, ahead: ahead <= 731),
    _taking("takes-dates-of-90-days", "A date is within 90 days.", lambda _day, ahead: ahead <= 95),
    _taking("takes-dates-of-a-month", "A date is within about a month.", lambda _day, ahead: ahead <= 35),
    _taking("takes-dates-from-the-next-week-on", "A date is a week ahead or more.", lambda _day, ahead: ahead >= 7),
    _taking("takes-working-days", "A date is a working day.", lambda day, _ahead: day.weekday() < 5),
    _taking("takes-wednesdays", "A date is a Wednesday.", lambda day, _ahead: day.weekday() == 2),
    _taking(
        "takes-working-days-of-one-year",
        "A date is a working day within a year.",
        lambda day, ahead: day.weekday() < 5 and ahead <= 370,
    ),
)


@fault("check_sum")
def takes_quantities_of_nine_digits(_call: AllocateOrder, honest: Stage, *quantities: int) -> None:
    """A quantity has nine digits at most; another one is refused with 400, and not for its sum."""
    *parts, _ordered = quantities
    if max(parts) >= 10**9:
        raise RefusalError(400, "invalid_quantity", "A quantity has nine digits at most.")
    honest(*quantities)
