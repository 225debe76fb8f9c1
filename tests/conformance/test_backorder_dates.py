"""The backorder date against the calendar, in the form this target takes."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.allocate_order import strategies
from contracts.allocate_order.dates import write
from contracts.allocate_order.days import WEEK
from contracts.allocate_order.parsed import DATE
from contracts.allocate_order.requests import with_member
from contracts.generation.batches import batches

ENDPOINT = "allocate_order"


@given(data=st.data())
def test_every_day_between_two_accepted_days_is_accepted(run, answers, date_form, data):
    """A target may have limits, or days of the week: a refusal is excused unless a week before and after are taken."""
    limits = run.kit.dialect.nearest, run.kit.dialect.farthest
    dates = data.draw(batches(strategies.dates_ahead(run.kit.today, *limits)), label="dates")
    asked = [[with_member(DATE, write(day, date_form)) for day in (date, date - WEEK, date + WEEK)] for date in dates]

    for answer in answers(map(tuple, asked), base="dated"):
        assert answer.accepted or answer.excused, answer


@given(data=st.data())
def test_no_day_outside_the_calendar_is_accepted(run, answers, date_form, data):
    texts = data.draw(batches(strategies.impossible_dates(run.kit.today.year + 1, date_form)), label="dates")

    for answer in answers([with_member(DATE, text) for text in texts], base="dated"):
        assert answer.refused, answer
