"""Texts in the place of a date, days that can be read in two ways, and targets that always need a date."""

import datetime
import json
from dataclasses import replace

import pytest

from contracts.allocate_order import dates
from contracts.allocate_order.backorder_dates import on_a_short_day
from contracts.allocate_order.parsed import DATE
from contracts.allocate_order.requests import Dialect, all_rejected
from contracts.model.case import Case

TODAY = datetime.date(2027, 3, 15)
DOCUMENTED = "request-parameters.documented-request-accepted"
OPTIONAL, EQUAL = "allocation-object.backorder-date-optional", "allocation-object.sum-equals-ordered"


@pytest.mark.parametrize("text", ["2027-03-15xyz", "2027-Mar-15xyz", "2027-003-015xyz"])
def test_letters_behind_a_date_are_malformed(text):
    assert dates.classify(text).kind == "malformed"


@pytest.mark.parametrize(
    "text", ["2027-03-15Z", "2027-03-15z", "2027-03-15T10:00", "2027-03-15 10:00", "2027-03-15+01:00", "2027-03-15 "]
)
def test_what_standards_have_behind_a_date_is_left_open(text):
    assert dates.classify(text).kind == "unclear"


def sent_dates(request):
    """The dates of a request."""
    return [line["allocation"].get(DATE) for line in json.loads(request.body)["line_items"]]


@pytest.mark.parametrize("form", dates.FORMS)
def test_a_short_day_can_be_read_as_another_month(bench, form):
    kit = replace(bench.kit, today=TODAY, dialect=Dialect(form=form))
    base = bench.endpoint.definition.bases["dated"](bench.order, kit)
    day = dates.classify(sent_dates(on_a_short_day(base, bench.order, kit))[0]).date

    assert day.day <= 12
    assert day.day != day.month


@pytest.mark.parametrize(
    ("today", "written"),
    [
        pytest.param(datetime.date(2027, 3, 8), "2027-4-7", id="the-tenth-has-two-digits"),
        pytest.param(datetime.date(2027, 3, 15), "2027-4-7", id="both-before-one-of-them"),
        pytest.param(datetime.date(2027, 9, 20), "2028-1-5", id="october-has-two-digits"),
    ],
)
def test_a_date_without_padding_has_a_day_and_a_month_of_one_digit(bench, today, written):
    kit = replace(bench.kit, today=today, dialect=Dialect(form="iso"))
    (case,) = (each for each in bench.endpoint.planned(kit) if each.id.endswith("date-unpadded/one digit"))
    base = bench.endpoint.definition.bases["dated"](bench.order, kit)

    assert sent_dates(case.steps[0][1](base, bench.order, kit))[0] == written


def test_without_a_short_day_in_the_limits_the_request_stays_as_it_is(bench):
    kit = replace(bench.kit, today=TODAY, dialect=Dialect(form="iso", soon=3, nearest=2, farthest=4))
    base = bench.endpoint.definition.bases["dated"](bench.order, kit)

    assert on_a_short_day(base, bench.order, kit) == base


@pytest.mark.parametrize(("always_dated", "units"), [(False, [0]), (True, [1])])
def test_where_a_date_is_always_needed_a_unit_is_backordered_for_it(bench, always_dated, units):
    kit = replace(bench.kit, dialect=Dialect(form="iso", always_dated=always_dated))
    base = bench.endpoint.definition.bases["plain"](bench.order, kit)
    lines = json.loads(all_rejected(base, bench.order, kit).body)["line_items"]

    assert {line["allocation"]["quantity_backordered"] for line in lines} == set(units)


@pytest.fixture
def undated(bench):
    """A request without a date and a backorder that is refused, on an accepted one with both; and its two traits."""
    case = Case(
        "made/by hand", (("base", bench.success(bench.base("dated"))), ("change", bench.refusal(bench.base(), 400)))
    )
    return case, bench.context().fresh(case, case.all("change")[0])


def test_a_request_in_which_all_has_to_be_accepted_is_found_if_nothing_in_it_ever_is(bench, undated):
    case, apart = undated

    assert {trait.clause for trait in apart} == {OPTIONAL, EQUAL}
    assert bench.said(DOCUMENTED, case, replace(bench.context(), denied=apart))[0]


@pytest.mark.parametrize("clause", [OPTIONAL, EQUAL])
def test_its_own_clause_speaks_of_it_if_the_rest_is_accepted_elsewhere(bench, undated, clause):
    case, apart = undated
    context = replace(bench.context(), denied=frozenset(trait for trait in apart if trait.clause == clause))

    assert bench.said(DOCUMENTED, case, context)[0] == []
    assert bench.said(clause, case, context)[0]
