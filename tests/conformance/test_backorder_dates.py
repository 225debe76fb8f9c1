"""The backorder date against the calendar, in the form this target takes."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.allocate_order import strategies
from contracts.allocate_order.dates import write
from contracts.allocate_order.parsed import DATE
from contracts.allocate_order.requests import with_member


@given(data=st.data())
def test_every_day_ahead_is_accepted(run, attempt, date_form, data):
    date = data.draw(strategies.dates_ahead(run.kit.today), label="date")

    attempt(with_member(DATE, write(date, date_form)), base="dated")


@given(data=st.data())
def test_no_day_outside_the_calendar_is_accepted(run, attempt, date_form, data):
    text = data.draw(strategies.impossible_dates(run.kit.today.year + 1, date_form), label="date")

    attempt(with_member(DATE, text), base="dated")
