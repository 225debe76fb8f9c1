"""Days that a target takes and refuses: what of it is a limit, what a rule of its own, and what a divergence."""

import datetime
import json
from dataclasses import replace

import pytest

from contracts.allocate_order import dates
from contracts.allocate_order.calibration import calibrate
from contracts.allocate_order.days import is_left_open
from contracts.allocate_order.parsed import DATE
from contracts.allocate_order.requests import Dialect, every_line, with_member
from contracts.endpoint.discovery import discover
from contracts.endpoint.plan import Kit
from contracts.judging import questions
from contracts.model.case import Case
from contracts.model.exchange import Exchange, LineItem, Order, Response

ENDPOINT = discover()["allocate_order"]
TODAY = datetime.date(2027, 3, 15)
WEEK = datetime.timedelta(days=7)
CALENDAR = "allocation-object.backorder-date-calendar"
DOCUMENTED = "request-parameters.documented-request-accepted"
SPAN = (datetime.date(2027, 3, 16), datetime.date(2028, 3, 15))


def asked(bench, *sent):
    """A case on the dated base: each (day or text, code) is one change of it, answered so."""
    base = bench.base("dated")
    steps = [("base", bench.success(base))]
    for day, status in sent:
        text = day if isinstance(day, str) else day.isoformat()
        request = with_member(DATE, text)(base, bench.order, bench.kit)
        steps.append(("change", bench.answer(request, status)))
    return Case("made/by hand", tuple(steps))


MONTH_END, LEAP_DAY, PLAIN = datetime.date(2027, 8, 31), datetime.date(2028, 2, 29), datetime.date(2027, 9, 15)


@pytest.mark.parametrize(
    ("clause", "day"),
    [
        pytest.param("allocation-object.backorder-date-month-ends", MONTH_END, id="month-end"),
        pytest.param("allocation-object.backorder-date-leap-day", LEAP_DAY, id="leap-day"),
        pytest.param(DOCUMENTED, PLAIN, id="any-day"),
    ],
)
@pytest.mark.parametrize(
    ("around", "missed"),
    [
        pytest.param((200, 200), True, id="a-week-before-and-after-are-accepted"),
        pytest.param((200, 422), False, id="beyond-the-farthest-day"),
        pytest.param((422, 200), False, id="before-the-nearest-day"),
        pytest.param((422, 422), False, id="not-on-this-day-of-the-week"),
        pytest.param((200, 500), False, id="an-error-of-the-server"),
    ],
)
def test_the_refusal_of_an_existing_day_is_found_between_two_accepted_days(bench, clause, day, around, missed):
    case = asked(bench, (day, 422), (day - WEEK, around[0]), (day + WEEK, around[1]))

    assert clause in bench.findings(case) if missed else bench.findings(case) <= {"http.no-server-error"}


def test_the_refusal_of_an_existing_day_alone_says_nothing(bench):
    for day in (MONTH_END, LEAP_DAY, PLAIN):
        assert bench.findings(asked(bench, (day, 422))) == set()


@pytest.mark.parametrize(
    "text",
    ["2027-13-01", "2027-00-10", "2027-02-30", "2027-04-31", "2027-01-00", "2027-02-29", "2100-02-29", "0000-02-30"],
)
def test_an_impossible_date_that_is_accepted_is_found_at_any_distance(bench, text):
    context = replace(bench.context(), span=SPAN)

    assert CALENDAR in bench.findings(asked(bench, (text, 200)), context)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        pytest.param("2027-04-31", 1, id="within-the-limits"),
        pytest.param("2028-02-30", 1, id="within-the-limits-next-year"),
        pytest.param("2028-04-31", 0, id="beyond-the-farthest-day"),
        pytest.param("2100-02-29", 0, id="in-another-century"),
        pytest.param("2027-02-30", 0, id="before-the-nearest-day"),
    ],
)
def test_the_refusal_of_an_impossible_date_counts_within_the_limits_alone(bench, text, held):
    context = replace(bench.context(), span=SPAN)

    assert bench.said(CALENDAR, asked(bench, (text, 422)), context) == ([], held)


@pytest.mark.parametrize("status", [200, 400, 422])
def test_the_year_0_is_left_to_the_target(bench, status):
    assert bench.findings(asked(bench, ("0000-01-01", status), ("0000-02-29", status))) == set()


def test_the_limits_are_the_first_and_the_last_day_that_were_accepted(bench):
    case = asked(bench, (PLAIN, 200), (LEAP_DAY, 200), (datetime.date(2030, 1, 2), 422))
    shown = [questions.evidence(ENDPOINT, case, bench.context())]
    base_day = dates.ordinary(TODAY + datetime.timedelta(days=30))

    assert questions.settle(ENDPOINT, shown, bench.context()).span == (base_day, LEAP_DAY)


@pytest.mark.parametrize(
    ("numbers", "counts"), [((5, 0, 1), True), ((0, 0, 6), True), ((6, 0, 0), False), ((0, 6, 0), False)]
)
def test_a_day_counts_for_the_limits_where_something_is_backordered(bench, numbers, counts):
    edit = every_line(lambda _ordered: numbers)
    request = edit(with_member(DATE, PLAIN.isoformat())(bench.base(), bench.order, bench.kit), bench.order, bench.kit)
    case = Case("made/by hand", (("change", bench.success(request)),))
    shown = [questions.evidence(ENDPOINT, case, bench.context())]

    assert questions.settle(ENDPOINT, shown, bench.context()).span == ((PLAIN, PLAIN) if counts else None)


BASE_DAY = datetime.date(2027, 4, 14)


@pytest.mark.parametrize(
    ("day", "based", "around", "left_open"),
    [
        pytest.param(BASE_DAY, True, (), False, id="that-of-the-base"),
        pytest.param(BASE_DAY, False, (), True, id="no-base"),
        pytest.param(PLAIN, True, (), True, id="another-than-the-base"),
        pytest.param(PLAIN, True, (200, 200), False, id="between-two-that-are-taken"),
        pytest.param(PLAIN, True, (200, 422), True, id="one-that-is-taken"),
        pytest.param("soon", True, (), False, id="no-day"),
    ],
)
def test_a_request_may_be_refused_for_a_day_that_its_accepted_base_has_not(bench, day, based, around, left_open):
    sent = [(day, 422), *((day + WEEK * side, status) for side, status in zip((-1, 1), around, strict=False))]
    made = asked(bench, *sent)
    case = made if based else replace(made, steps=made.steps[1:])

    assert is_left_open(case, case.all("change")[0], bench.context()) is left_open


# --------------------------------------------------------------------------------------------------- calibration


class Target:
    """Answers an allocation: its day has to be taken by `takes`, and `once` an order is allocated once."""

    def __init__(self, takes, *, once=False):
        self.takes, self.once = takes, once
        self.allocated = {}
        self.sent = 0

    def send(self, request):
        """Answer one request."""
        self.sent += 1
        entries = json.loads(request.body)["line_items"]
        texts = {entry["allocation"].get(DATE) for entry in entries} - {None}
        new = self.allocated.get(request.path, request.body) != request.body and self.once
        status = 422 if new or not all(self.takes(text) for text in texts) else 200
        if status == 200:
            self.allocated[request.path] = request.body
        return Exchange(f"made-{self.sent}", request, Response(status, (), b"{}"))


def calibrated(takes, *, once=False):
    """The dialect found, how many requests it took, and how many orders."""
    target, orders = Target(takes, once=once), []

    def lease():
        uuid = f"00000000-0000-4000-8000-{len(orders):012}"
        orders.append(Order(uuid, (LineItem(uuid.replace("4000", "4001"), 6),)))
        return orders[-1]

    found = calibrate(target.send, lease, Kit(0, TODAY))
    return found.dialect, target.sent, len(orders)


def ahead(text, form="iso"):
    """How many days ahead a text is, in this form; a year before today if it has another form."""
    found = dates.classify(text)
    return (found.date - TODAY).days if found.date and found.form == form else -365


def test_a_target_without_limits_is_asked_four_times():
    assert calibrated(lambda text: ahead(text) > 0) == (Dialect(form="iso"), 4, 2)


def test_the_limits_of_a_target_that_takes_orders_once_are_not_looked_for_on_further_orders():
    dialect, _, orders = calibrated(lambda text: ahead(text) > 0, once=True)

    assert (dialect, orders) == (Dialect(form="iso"), 2)


@pytest.mark.parametrize(
    ("takes", "soon", "nearest", "farthest"),
    [
        pytest.param(lambda text: 0 < ahead(text) <= 370, 30, 1, 366, id="one-year"),
        pytest.param(lambda text: 0 < ahead(text) <= 740, 30, 1, 731, id="two-years"),
        pytest.param(lambda text: 0 < ahead(text) <= 95, 30, 1, 90, id="90-days"),
        pytest.param(lambda text: 0 < ahead(text) <= 14, 7, 1, 7, id="two-weeks"),
        pytest.param(lambda text: ahead(text) >= 6, 30, 7, 1826, id="not-before-a-week"),
        pytest.param(lambda text: ahead(text) >= 60, 90, 90, 1826, id="not-before-two-months"),
        pytest.param(lambda text: ahead(text) >= 366, 366, 366, 1826, id="not-before-a-year"),
        pytest.param(lambda text: ahead(text) == 1, 1, 1, 1826, id="tomorrow"),
        pytest.param(lambda text: 0 < ahead(text) <= 300 and ahead(text) % 7 == 2, 30, 2, 86, id="a-day-of-the-week"),
    ],
)
def test_the_limits_of_a_target_are_found(takes, soon, nearest, farthest):
    dialect, _, _ = calibrated(takes)

    assert (dialect.form, dialect.soon, dialect.nearest, dialect.farthest) == ("iso", soon, nearest, farthest)


@pytest.mark.parametrize("form", dates.FORMS)
def test_the_only_form_of_a_date_is_found(form):
    dialect, _, _ = calibrated(lambda text: ahead(text, form) > 0)

    assert (dialect.form, dialect.farthest) == (form, 1826)


def test_a_target_that_takes_no_date_has_no_form():
    assert calibrated(lambda _text: False)[0].form is None


@pytest.mark.parametrize("weekday", range(5))
def test_a_target_that_takes_one_day_of_the_week_has_a_form(weekday):
    takes = lambda text: ahead(text) > 0 and dates.classify(text).date.weekday() == weekday  # noqa: E731

    assert calibrated(takes)[0].form == "iso"


@pytest.mark.parametrize("start", [(2026, 11, 28), (2026, 12, 31), (2027, 2, 27), (2027, 5, 31)])
def test_an_ordinary_day_is_a_working_day_within_a_month(start):
    day = dates.ordinary(datetime.date(*start))
    around = {(day + datetime.timedelta(days=days)).month for days in (-1, 0, 1)}

    assert day >= datetime.date(*start)
    assert day.weekday() < 5
    assert len(around) == 1
