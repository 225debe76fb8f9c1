"""How planned cases are sent: refusals in a row with one read-back, and what is accepted without its base standing."""

import json
from collections import Counter

import pytest

from contracts.allocate_order.parsed import DATE
from contracts.endpoint.plan import IN_A_ROW
from contracts.engine import session
from contracts.engine.calibrate import calibrate
from contracts.engine.rereads import REREADS
from contracts.engine.reusable import FAILURES
from contracts.model.case import BASE
from contracts.model.clause import Outcome
from contracts.target.targets import Choice
from provider.allocate_order import faults
from provider.fault import fault
from provider.http import RefusalError

pytestmark = pytest.mark.xdist_group("clean")
DATES = [f"allocation-object.backorder-date-month-ends/{day}" for day in ("Jan 1", "Jan 31", "Mar 31", "May 31")]
TRACES = "stores-before-the-sum-is-checked"


@fault("call")
def a_date_is_set_once(call, honest, message, name, *, slash):
    """Where an order has been given another date than it had at first, that one has to come again before any other."""
    day = json.loads(message.body)["line_items"][0]["allocation"].get(DATE) if message.method == "PUT" else None
    first, last = call.__dict__.setdefault("days", {}).get(name, (day, day))
    if day is None:
        return honest(message, name, slash=slash)
    if day != first != last:
        raise RefusalError(422, "another_date_first", "Another date first.")
    call.days[name] = (first, day)
    return honest(message, name, slash=slash)


@pytest.fixture
def honest(clean):
    """The planned cases of a run, each with its exchanges."""
    return clean[0].cases


def test_what_is_planned_leaves_of_1300_requests_as_many_as_are_generated(clean):
    run, _, _ = clean

    assert 700 < run.transport.requests <= 1300 - 430


def test_refusals_in_a_row_share_one_read_back(honest):
    reads = Counter(case.all("read")[0].id for case in honest if case.all("read"))
    shared = [case for case in honest if case.all("read") and reads[case.all("read")[0].id] > 1]

    assert max(reads.values()) == IN_A_ROW
    assert len(shared) > 150
    assert all(len(case.all("change")) == 1 and case.all("change")[0].refused for case in shared)
    assert all(case.base.accepted and case.all("before") for case in shared)


def test_what_leaves_a_trace_is_found_out_on_its_own(tmp_path, few_cases):
    few_cases("allocation-object.sum-", "state.")
    options = session.Options(Choice(name="embedded", faults=(TRACES,)), tmp_path)
    with session.started(options) as run:
        report = session.conclude(run, options)
    traces = [each for each in report.divergences if each.clause.startswith("state.")]

    assert {each.clause for each in traces} == {"state.refused-leaves-nothing", "state.all-or-nothing"}
    assert {(each.reproducible, len(each.case.all("change"))) for each in traces} == {("3/3", 1)}
    assert any(case.id.endswith("/in a row") for case in run.cases)


def test_what_is_refused_in_a_state_that_a_case_left_is_sent_with_its_base_standing(tmp_path, monkeypatch):
    monkeypatch.setitem(faults.FAULTS, a_date_is_set_once.name, a_date_is_set_once)
    options = session.Options(Choice(name="embedded", faults=(a_date_is_set_once.name,), order_count=1), tmp_path)
    with session.prepared(options) as target, session.begun(target, options) as run:
        run.adopt(calibrate(run))
        run.execute([case for case in run.planned() if case.id in DATES])
    sent = [json.loads(line) for line in (tmp_path / "exchanges.jsonl").read_text("utf-8").splitlines()]
    cases = [case for case in run.cases if case.id in DATES]

    assert [case.all("change")[0].status for case in cases] == [200] * len(DATES)
    # Calibration looks for the limits of dates on the same order.
    before = sum(each.status == 422 for case in run.cases if case.origin == "calibration" for each in case.all())
    refused = [line for line in sent if line["kind"] == "exchange" and line["response"]["status"] == 422]
    assert len(refused) - before == len(DATES) - 1


def _sent(tmp_path, name):
    """The cases of DATES, sent to one order of a deviating provider: those that were read twice, and all signatures."""
    options = session.Options(Choice(name="embedded", faults=(name,), order_count=1), tmp_path)
    with session.prepared(options) as target, session.begun(target, options) as run:
        run.adopt(calibrate(run))
        run.execute([case for case in run.planned() if case.id in DATES])
        found = Counter(finding.signature for case in run.cases for finding in run.judge(case))
    return [case for case in run.cases if len(case.all("read")) > 1], found


def test_a_difference_is_read_again_a_few_times_and_then_reported(tmp_path):
    twice, found = _sent(tmp_path, "stores-nothing")

    assert max(found.values()) > REREADS
    assert len(twice) == REREADS


def test_a_store_that_shows_writes_later_differs_in_nothing(tmp_path):
    twice, found = _sent(tmp_path, "shows-some-writes-later")

    assert len(twice) > 0
    assert found == {}


def test_an_order_on_which_everything_fails_serves_no_more_cases(tmp_path):
    options = session.Options(Choice(name="embedded", faults=("fails-for-good-after-the-last-date",)), tmp_path)
    with session.started(options) as run:
        report = session.conclude(run, options)
    failed = [case for case in run.cases if case.origin == BASE and case.all("change")[-1].status == 500]

    assert len(failed) == FAILURES
    assert report.verdict("http.no-server-error").outcome is Outcome.FAILED
    assert sum(verdict.outcome is Outcome.UNTESTED for verdict in report.verdicts) <= 1
