"""Every deployment the page allows is taken for what it is: its readings are found, and nothing diverges.

Together the defaults and the rows hold each reading. `make prove` runs all rows, in which every two readings occur
together, with EVERY_FAULT set, and tries each reading alone.
"""

import os

import pytest
from allpairspy import AllPairs

from contracts import SPECS
from contracts.allocate_order import page_sample
from contracts.endpoint.catalogue import load
from contracts.engine import session
from contracts.model.clause import Outcome
from contracts.target import embedded
from contracts.target.targets import Choice
from provider import server
from provider.allocate_order.readings import SWITCHES
from provider.orders import default_orders

DATE = "allocation-object.backorder-date"
CATALOGUE = load(SPECS / "allocate_order" / "clauses.toml")


def pairwise():
    """Return rows in which every two readings occur together."""
    return [dict(zip(SWITCHES, row, strict=True)) for row in AllPairs([list(values) for values in SWITCHES.values()])]


def covering():
    """Return as few rows as hold each reading: a row for each reading of the question with most of them."""
    most = max(map(len, SWITCHES.values()))
    return [{key: values[row % len(values)] for key, values in SWITCHES.items()} for row in range(most)]


DEFAULTS = {key: values[0] for key, values in SWITCHES.items()}
ROWS = [row for row in (pairwise() if os.environ.get("EVERY_FAULT") else covering()) if row != DEFAULTS]


def test_each_reading_is_in_a_row():
    every = {(key, each) for key in SWITCHES for each in SWITCHES[key]}

    assert {pair for row in (DEFAULTS, *ROWS) for pair in row.items()} == every


def test_the_provider_has_a_switch_for_each_question_and_each_reading():
    questions = {clause.id: tuple(r.name for r in clause.readings) for clause in CATALOGUE.questions}

    assert questions == dict(SWITCHES)


@pytest.mark.xdist_group("clean")
def test_a_provider_with_all_defaults_is_read_right(clean):
    run, report, _ = clean

    assert run.stopped is None
    assert [line for verdict in report.verdicts for line in complaint(verdict, DEFAULTS)] == []


@pytest.mark.parametrize("readings", ROWS, ids=[f"row-{number}" for number in range(len(ROWS))])
def test_a_provider_that_differs_in_many_readings_is_read_right(readings, tmp_path):
    assert complaints(readings, tmp_path) == []


def complaints(readings, reports):
    """What a run says of a correct provider and should not: a wrong reading, a gap, a divergence."""
    options = session.Options(Choice(name="embedded", readings=readings), reports)
    once = readings.get("state.second-allocation") in {"refused", "some"}
    settings = server.Settings(readings=readings, orders=default_orders(480 if once else 24))
    with server.running(settings) as running, session.begun(embedded.target(running), options) as run:
        session.send(run)
        assert run.stopped is None
        report = session.conclude(run, options)
    return [line for verdict in report.verdicts for line in complaint(verdict, readings)]


def takes_its_date(readings):
    """Whether a provider takes the date of the page's sample: one that is past, in ISO form."""
    past, form = (readings.get(f"{DATE}-{name}", SWITCHES[f"{DATE}-{name}"][0]) for name in ("past", "form"))
    return past == "accepted" and form in {"iso", "both"}


def complaint(verdict, readings):
    """What is wrong with one verdict, a line each."""
    clause = verdict.clause
    if clause.id == page_sample.CLAUSE and verdict.outcome is Outcome.UNTESTED and not takes_its_date(readings):
        return  # these readings say that the sample is refused
    if verdict.outcome in {Outcome.UNTESTED, Outcome.CANT_TELL}:
        yield f"{clause.id} is {verdict.outcome}: {verdict.reason}"
    elif clause.is_question and verdict.outcome is not Outcome.INAPPLICABLE:
        configured = readings.get(clause.id, SWITCHES[clause.id][0])
        if verdict.reading != configured:
            yield f"{clause.id} is read as {verdict.reading}, and is {configured}"
    for found in verdict.divergences:
        yield f"{clause.id}: expected {found.expected}, observed {found.observed}, in {found.case.id}"
