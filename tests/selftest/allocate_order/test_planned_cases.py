"""Planned cases send what their names say, and differ from an accepted request in what their clause is about alone."""

import calendar
import datetime
import json
from dataclasses import replace

import pytest

from contracts.allocate_order.dates import classify
from contracts.allocate_order.requests import Dialect
from contracts.model.case import Case
from tests.selftest.conftest import PARTNER, TODAY, order

FULL = order(6, 2000)
SECTION, DATES = "allocation-object", "allocation-object.backorder-date"
MONTHS = [*calendar.month_name][1:]


@pytest.fixture(scope="module", params=["integers", "digit strings and names of months"])
def planned(bench, request):
    """The planned cases for a target of either dialect, its kit, and what is known of it."""
    other = request.param != "integers"
    dialect = Dialect(digits=other, form="month-name" if other else "iso")
    kit = replace(bench.kit, dialect=dialect, partner=PARTNER)
    readings = {"allocation-object.quantity-encoding": "digit-strings" if other else "integers"}
    context = bench.endpoint.context((FULL, PARTNER), bench.defaults | readings)
    return {case.id: case for case in bench.endpoint.planned(kit)}, kit, context


def bodies(bench, planned, name):
    """The line items that a planned case sends, as `(accepted, rejected, backordered)` and date, on a given order."""
    cases, kit, _ = planned
    case = cases[name]
    sent = order(max(case.need.lines, 2), 10)
    ((_, edit), *_) = case.steps
    base = bench.endpoint.definition.bases[case.base](sent, kit)
    lines = json.loads(edit(base, sent, kit).body)["line_items"]
    return [(_numbers(line["allocation"]), line["allocation"].get("backorder_date")) for line in lines]


def _numbers(allocation):
    names = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
    return tuple(int(allocation[name]) for name in names)


# What one line of ten units gets, in the words of the name.
EQUAL = {
    "all accepted": (10, 0, 0),
    "all rejected": (0, 10, 0),
    "one rejected": (9, 1, 0),
    "one accepted": (1, 9, 0),
    "all backordered": (0, 0, 10),
    "one backordered": (9, 0, 1),
    "rejected and backordered": (0, 1, 9),
    "all three": (8, 1, 1),
}
OVER = {
    "accepted one over": (11, 0, 0),
    "rejected one over": (0, 11, 0),
    "backordered one over": (0, 0, 11),
    "accepted and rejected": (10, 1, 0),
    "accepted and backordered": (10, 0, 1),
    "each at most the ordered quantity": (9, 2, 0),
    "twice the ordered quantity": (10, 10, 0),
    "a sum that is the ordered quantity in 32 bits": (2**31 - 1, 2**31 - 1, 2**32 + 10 - 2 * (2**31 - 1)),
    "accepted far over": (1010, 0, 0),
    "a byte over": (10 + 2**8, 0, 0),
    "two bytes over": (10 + 2**16, 0, 0),
}
BELOW = {
    "one below": (9, 0, 0),
    "one rejected": (0, 1, 0),
    "two accepted, every line": (2, 0, 0),
    "one rejected, every line": (0, 1, 0),
    "one backordered, every line": (0, 0, 1),
    "what a byte holds, every line": (200, 0, 0),
}


@pytest.mark.parametrize(("name", "expected"), EQUAL.items(), ids=list(EQUAL))
def test_a_sum_that_equals_what_was_ordered_is_split_as_its_name_says(bench, planned, name, expected):
    first, *_ = bodies(bench, planned, f"{SECTION}.sum-equals-ordered/{name}")

    assert first[0] == expected
    assert bool(first[1]) == bool(expected[2])
    several = f"{SECTION}.sum-equals-ordered/{name}, several lines"
    if several in planned[0]:
        assert {line[0] for line in bodies(bench, planned, several)} == {expected}


@pytest.mark.parametrize(("name", "expected"), OVER.items(), ids=list(OVER))
def test_a_sum_over_what_was_ordered_is_split_as_its_name_says_in_every_line_and_in_one_of_several(
    bench, planned, name, expected
):
    every = bodies(bench, planned, f"{SECTION}.sum-exceeds-ordered/{name}")
    (case,) = (each for each in planned[0] if each.startswith(f"{SECTION}.sum-checked-per-line-item/{name} in the "))
    lines = [line[0] for line in bodies(bench, planned, case)]
    place = {"middle": 1, "last": len(lines) - 1}[case.rpartition(" ")[2]]

    assert {line[0] for line in every} == {expected}
    assert lines.pop(place) == expected
    assert all(sum(line) == 10 for line in lines)


@pytest.mark.parametrize(("name", "expected"), BELOW.items(), ids=list(BELOW))
def test_a_sum_below_what_was_ordered_is_split_as_its_name_says(bench, planned, name, expected):
    label = "what a byte holds" if name.startswith("what") else name
    first, *rest = bodies(bench, planned, f"{SECTION}.sum-below-ordered/{label}")

    assert first[0] == expected
    assert {line[0] for line in rest} == ({expected} if name.endswith("every line") else {(10, 0, 0)})


def test_one_line_over_and_another_below_is_over_though_the_whole_is_not(bench, planned):
    per_line = f"{SECTION}.sum-checked-per-line-item"
    both = bodies(bench, planned, f"{per_line}/last over, first below")
    first = bodies(bench, planned, f"{per_line}/first over")

    assert [line[0] for line in both] == [(9, 0, 0), (11, 0, 0)]
    assert [line[0] for line in first] == [(11, 0, 0), (10, 0, 0), (10, 0, 0)]
    assert bodies(bench, planned, f"{SECTION}.all-zero/first line")[0][0] == (0, 0, 0)


@pytest.mark.parametrize(
    ("field", "breach", "value"),
    [
        ("accepted", "type", "five"),
        ("backordered", "type", "five"),
        *((field, "negative", -1) for field in ("accepted", "rejected", "backordered")),
    ],
)
def test_one_line_of_several_is_the_last_and_the_others_are_as_they_were(bench, planned, field, breach, value):
    cases, kit, _ = planned
    sent, quantity = order(4, 10), f"quantity_{field}"
    base = bench.endpoint.definition.bases["plain"](sent, kit)
    ((_, edit), *_) = cases[f"{SECTION}.quantity-{field}-{breach}/one line of several"].steps
    before, after = (json.loads(body)["line_items"] for body in (base.body, edit(base, sent, kit).body))

    assert after[:3] == before[:3]
    assert after[3]["allocation"][quantity] == value


@pytest.mark.parametrize("name", ["more accepted than a byte holds", "what a byte holds"])
def test_a_case_about_a_byte_needs_an_order_of_more_than_one_holds(planned, name):
    (case,) = (case for case in planned[0].values() if case.label == name)

    assert case.need.units == 2**8


def test_a_case_about_several_lines_needs_them(planned):
    needed = {case.label: case.need.lines for case in planned[0].values()}
    several = {label: lines for label, lines in needed.items() if "several lines" in label or "in the last" in label}

    assert len(several) > 10
    assert set(several.values()) == {2}
    assert {lines for label, lines in needed.items() if "middle" in label} == {3}


# ---------------------------------------------------------------------------------------------------- dates


def dates(bench, planned, clause):
    """The date that each case of a clause sends in its first line, by the label of the case."""
    return {
        name.partition("/")[2]: bodies(bench, planned, name)[0][1]
        for name in planned[0]
        if name.startswith(f"{clause}/")
    }


def written(year, month, day, kit):
    """A date in the form of a target: 2027-06-05, or 2027-Jun-05."""
    return (
        f"{year:04}-{month:02}-{day:02}" if kit.dialect.form == "iso" else f"{year:04}-{MONTHS[month - 1][:3]}-{day:02}"
    )


def test_dates_that_no_calendar_has_are_those_of_their_names(bench, planned):
    kit = planned[1]
    found = dates(bench, planned, f"{DATES}-calendar")
    named = {label: text for label, text in found.items() if label.split(" ")[-1] in MONTHS}

    assert {"30 February", "31 February", "31 April", "31 June", "31 September", "31 November"} <= named.keys()
    for label, text in named.items():
        day, month = int(label.split(" ")[0]), MONTHS.index(label.split(" ")[1]) + 1
        assert text in {written(year, month, day, kit) for year in (TODAY.year, TODAY.year + 1)}
    assert found["day 0"] in {written(year, 1, 0, kit) for year in (TODAY.year, TODAY.year + 1)}
    assert found["day 99"] in {written(year, 12, 99, kit) for year in (TODAY.year, TODAY.year + 1)}
    assert found["29 February 2100"] == written(2100, 2, 29, kit)
    assert found["29 February 2029"] == written(2029, 2, 29, kit)
    if kit.dialect.form == "iso":
        assert (found["month 13"], found["month 0"]) == ("2027-13-01", "2028-00-10")


def test_the_ends_of_months_are_the_next_ones_more_than_a_week_ahead(bench, planned):
    found = dates(bench, planned, f"{DATES}-month-ends")
    expected = {}
    for month in range(1, 13):
        days = [datetime.date(year, month, calendar.monthrange(year, month)[1]) for year in (2027, 2028)]
        day = next(each for each in days if each > TODAY + datetime.timedelta(days=7))
        if (day.month, day.day) != (2, 29):
            expected[f"{MONTHS[month - 1][:3]} {day.day}"] = written(day.year, day.month, day.day, planned[1])

    assert found == {**expected, "Jan 1": written(2028, 1, 1, planned[1])}
    assert dates(bench, planned, f"{DATES}-leap-day") == {"2028": written(2028, 2, 29, planned[1])}


def test_if_an_existing_day_is_refused_the_days_a_week_before_and_after_it_are_sent(bench, planned):
    cases, kit, _ = planned
    existing = [case for case in cases.values() if case.clause in {f"{DATES}-month-ends", f"{DATES}-leap-day"}]
    base = bench.endpoint.definition.bases["dated"](FULL, kit)

    assert len(existing) > 10
    for case in existing:
        made = [edit(base, FULL, kit) for _, edit in (*case.steps, *case.if_refused)]
        texts = [json.loads(each.body)["line_items"][0]["allocation"]["backorder_date"] for each in made]
        day, *around = (classify(text).date for text in texts)
        assert [(each - day).days for each in around] == [-7, 7]


def test_past_dates_and_the_end_of_time_are_those_of_their_names(bench, planned):
    kit, ago = planned[1], [TODAY - datetime.timedelta(days=days) for days in (3, 365)]

    assert dates(bench, planned, f"{DATES}-past") == {
        "three days ago": written(ago[0].year, ago[0].month, ago[0].day, kit),
        "a year ago": written(ago[1].year, ago[1].month, ago[1].day, kit),
        "the page's sample": written(2019, 1, 1, kit),
    }
    assert dates(bench, planned, f"{DATES}-far-future") == {"9999": written(9999, 12, 31, kit)}


def test_of_several_lines_the_last_has_a_date_that_no_calendar_has(bench, planned):
    kit = planned[1]
    *others, last = bodies(bench, planned, f"{DATES}-calendar/one line of several")

    assert last == ((9, 0, 1), written(2029, 2, 30, kit))
    assert {numbers for numbers, _ in others} == {(9, 0, 1)}
    assert last[1] not in {date for _, date in others}


def test_the_other_form_of_the_page_is_sent_with_one_unit_of_the_first_line(bench, planned):
    other = "month-name" if planned[1].dialect.form == "iso" else "iso"
    (numbers, date), *others = bodies(bench, planned, f"{DATES}-form/{other}")

    assert numbers == (9, 0, 1)
    assert date in {"2027-04-14", "2027-Apr-14"}
    assert set(others) == {((10, 0, 0), None)}


def test_what_is_not_a_string_would_be_a_day_of_2030(bench, planned):
    found = dates(bench, planned, f"{DATES}-type")
    day = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)

    assert found["number"] == int(day.strftime("%Y%m%d"))
    assert found["seconds since 1970"] == day.timestamp()
    assert found["array of numbers"] == [day.year, day.month, day.day]
    assert (found["true"], found["array"], found["object"]) == (True, [], {})


# ----------------------------------------------------------------------------------------------- all of them

BLURRED = {
    # A name that is written otherwise is missing as the listed one, and is an unlisted one; so is a token in the body.
    "allocation-object.quantity-accepted-required/with a space",
    "allocation-object.quantity-rejected-required/in camel case",
    "allocation-object.sum-checked-per-line-item/last over, first below",
    "authentication.invented-token-elsewhere/other in body",
    "request-parameters.line-item-uuid-required/in camel case",
    "request-parameters.line-items-required/in another object",
}


def test_what_a_case_changes_is_what_its_clause_is_about_and_nothing_else(bench, planned):
    cases, kit, context = planned
    about = {
        name: case
        for name, case in cases.items()
        if bench.clauses[case.clause].expects == "refused" and case.clause not in bench.endpoint.judges
    }
    blurred = set()
    for name, case in about.items():
        units = case.need.units if case.need.exactly else 2000
        sent = FULL if units == 2000 else order(6, units)
        base = bench.endpoint.definition.bases[case.base](sent, kit)
        steps = [(role, bench.refusal(edit(base, sent, kit), 400)) for role, edit in case.steps if role == "change"]
        made = Case(name, (("base", bench.success(base)), *steps))
        blurred |= {name for _, each in steps if not context.isolates(made, each, case.clause)}

    assert len(about) > 100
    assert blurred == BLURRED & about.keys()
