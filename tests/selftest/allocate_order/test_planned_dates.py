"""Planned cases about dates send those of their names, in the form that a target takes."""

import calendar
import datetime
import json

from contracts.allocate_order.dates import classify
from tests.selftest.allocate_order.conftest import FULL, bodies
from tests.selftest.conftest import TODAY

DATES = "allocation-object.backorder-date"
MONTHS = [*calendar.month_name][1:]


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
    kit, ago = planned[1], TODAY - datetime.timedelta(days=3)

    assert dates(bench, planned, f"{DATES}-past") == {
        "three days ago": written(ago.year, ago.month, ago.day, kit),
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
