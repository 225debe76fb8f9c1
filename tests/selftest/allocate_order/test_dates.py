"""What a text in the place of a date is, and on which days a clause speaks of it: as tables."""

import datetime

import pytest

from contracts.allocate_order.dates import classify, spell, write
from tests.selftest.conftest import TODAY

LAST = datetime.date(9999, 12, 31)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2027-00-10", "month 0"),
        ("2027-13-10", "month beyond 12"),
        ("2027-12-00", "day 0"),
        ("2027-02-29", "29 February of a common year"),
        ("2100-02-29", "29 February of a century"),
        ("2027-02-30", "30 or 31 February"),
        ("2028-02-31", "30 or 31 February"),
        ("2027-02-32", "day beyond 31"),
        ("2027-04-31", "day 31 of a month of 30"),
        ("2027-04-32", "day beyond 31"),
        ("2027-01-32", "day beyond 31"),
        ("2027-12-99", "day beyond 31"),
        ("2027-Feb-29", "29 February of a common year"),
        ("2027-Apr-31", "day 31 of a month of 30"),
        ("2027-013-001", "month beyond 12"),
        ("2027-002-030", "30 or 31 February"),
    ],
)
def test_a_day_that_no_calendar_has_is_named_by_what_is_wrong(text, label):
    found = classify(text)

    assert (found.kind, found.label, found.date) == ("calendar", label, None)
    assert found.near is not None


@pytest.mark.parametrize("text", ["2028-02-29", "2000-02-29", "2027-01-31", "2027-04-30", "2027-12-31", "0001-01-01"])
def test_a_day_of_the_calendar_is_a_date(text):
    found = classify(text)

    assert (found.kind, found.date) == ("date", datetime.date.fromisoformat(text))


@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        ("2027-W24-2", "spelling", datetime.date(2027, 6, 15)),
        ("2026-W53-5", "spelling", datetime.date(2027, 1, 1)),
        ("2027-W53-1", "unclear", None),
        ("2027-166", "spelling", datetime.date(2027, 6, 15)),
        ("2028-366", "spelling", datetime.date(2028, 12, 31)),
        ("2027-366", "unclear", None),
        ("0000-06-15", "unclear", None),
    ],
)
def test_weeks_and_days_of_a_year_are_dates_if_the_year_has_them(text, kind, day):
    found = classify(text)

    assert (found.kind, found.date) == (kind, day)


@pytest.mark.parametrize(
    ("form", "expected"),
    [("iso", "0987-06-05"), ("month-name", "0987-Jun-05"), ("three-digits", "0987-006-005")],
)
def test_a_date_is_written_in_a_form(form, expected):
    assert write(datetime.date(987, 6, 5), form) == expected
    assert spell(987, 6, 5, form) == expected
    assert classify(write(datetime.date(2027, 6, 5), form)).date == datetime.date(2027, 6, 5)


@pytest.fixture
def seen(bench):
    """Makes the traits of a request with this date and one unit backordered, and whether no clause speaks of it."""

    def make(day):
        base = bench.base("dated")
        old = base.body.decode().partition('"backorder_date":"')[2][:10]
        request = bench.variant(base, body=base.body.replace(old.encode(), str(day).encode()))
        view = bench.context().view(bench.exchange(request, 200, {}))
        return {t.clause.rpartition(".")[2].removeprefix("backorder-date-") for t in view.traits}, view.unjudged

    return make


def days(number):
    return TODAY + datetime.timedelta(days=number)


@pytest.mark.parametrize(
    ("day", "special", "unjudged"),
    [
        (days(-365), {"past"}, False),
        (days(-2), {"past"}, False),
        (days(-1), set(), True),
        (days(0), set(), True),
        (days(1), set(), True),
        (days(2), set(), False),
        (datetime.date(2028, 2, 29), {"leap-day"}, False),
        (datetime.date(2027, 5, 1), {"month-ends"}, False),
        (datetime.date(2027, 5, 2), set(), False),
        (datetime.date(2027, 5, 30), set(), False),
        (datetime.date(2027, 5, 31), {"month-ends"}, False),
        (datetime.date(2028, 2, 28), set(), False),
        (datetime.date(2029, 2, 28), {"month-ends"}, False),
        (datetime.date(2032, 12, 15), set(), False),
        (datetime.date(2033, 1, 15), set(), True),
        (datetime.date(9998, 12, 15), set(), True),
        (LAST, {"far-future"}, False),
    ],
)
def test_a_clause_speaks_of_past_days_leap_days_and_ends_of_months_within_five_years(seen, day, special, unjudged):
    named = {"past", "leap-day", "month-ends", "far-future"}
    traits, is_unjudged = seen(day)

    assert (traits & named, is_unjudged) == (special, unjudged)
