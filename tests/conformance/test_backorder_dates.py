"""The backorder date against the calendar, in the form this target takes."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.allocate_order import strategies
from contracts.allocate_order.dates import write
from contracts.allocate_order.days import WEEK
from contracts.allocate_order.parsed import DATE
from contracts.allocate_order.requests import with_member

ENDPOINT = "allocate_order"


@given(data=st.data())
def test_every_day_between_two_accepted_days_is_accepted(run, attempt, date_form, data):
    """A target may have limits, or days of the week: a day is missed if a week before and after it are accepted."""
    limits = run.kit.dialect.nearest, run.kit.dialect.farthest
    date = data.draw(strategies.dates_ahead(run.kit.today, *limits), label="date")
    at, before, after = (with_member(DATE, write(day, date_form)) for day in (date, date - WEEK, date + WEEK))

    attempt(at, base="dated", if_refused=(before, after))


@given(data=st.data())
def test_no_day_outside_the_calendar_is_accepted(run, attempt, date_form, data):
    text = data.draw(strategies.impossible_dates(run.kit.today.year + 1, date_form), label="date")

    attempt(with_member(DATE, text), base="dated")
