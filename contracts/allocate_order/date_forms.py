"""Days written in forms that parsers of real runtimes read, and that the format of the page cannot mean.

Those that ISO 8601 has are questions of their own.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator

from contracts.allocate_order.dates import ISO_FORMS, OTHER_FORMS
from contracts.allocate_order.parsed import DATE
from contracts.allocate_order.requests import backorder_day, with_member
from contracts.endpoint.judges import planner
from contracts.endpoint.plan import Kit, PlannedCase, change

NAMES = {"week": "day of a week", "ordinal": "day of the year"}


@planner
def cases(kit: Kit) -> Iterator[PlannedCase]:
    """A day that this target takes, in each of the forms."""
    day = backorder_day(kit)
    for label, (_, form) in OTHER_FORMS.items():
        text = day.strftime(form) or str(calendar.timegm(day.timetuple()))
        yield change(f"allocation-object.backorder-date-other-form/{label}", with_member(DATE, text), base="dated")
    for label, (_, form) in ISO_FORMS.items():
        name = f"allocation-object.backorder-date-{label}/{NAMES[label]}"
        yield change(name, with_member(DATE, day.strftime(form)), base="dated")
