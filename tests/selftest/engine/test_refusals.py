"""Refused requests on unused orders: what the state of an order explains is a reading, and nothing else is excused."""

from dataclasses import replace

import pytest

from contracts.engine import session
from contracts.judging.questions import evidence, settle
from contracts.model.case import BASE, ELSEWHERE, Case
from contracts.model.clause import Outcome
from contracts.target.targets import Choice
from provider.allocate_order.faults.variations_of_values import LIMITED
from tests.selftest.conftest import PARTNER

ACCEPTED = "request-parameters.documented-request-accepted"
FURTHER = "state.second-allocation"
REFUSES = "refuses-another-order-of-line-items"


def settled(bench, *cases):
    """The context after these cases."""
    context = bench.endpoint.context((bench.order, PARTNER), {})
    return settle(bench.endpoint, [evidence(bench.endpoint, case, context) for case in cases], context)


def excusing(bench, *cases):
    """Default readings, and the refusals that these cases excuse."""
    return replace(bench.context(), elsewhere=settled(bench, *cases).elsewhere)


def elsewhere(bench, refused, sent, again=(409, 409)):
    """The case of a refused exchange: sent again to its order, with these answers, and once to another."""
    repeated = (("tried", bench.refusal(refused.request, status)) for status in again)
    return Case(f"made/{ELSEWHERE}", (("tried", refused), *repeated, *((("change", sent),) if sent else ())), ELSEWHERE)


def test_a_refusal_that_an_unused_order_does_not_share_is_a_state_rule(bench):
    refused = bench.refusal(bench.base(), 409)
    made = Case("made/by hand", (("change", refused),))
    case = elsewhere(bench, refused, bench.success(bench.base()))

    assert bench.said(ACCEPTED, made)[0]
    assert bench.said(ACCEPTED, made, excusing(bench, case)) == ([], 0)
    assert settled(bench, case).readings[FURTHER] == "refused"


def test_a_refusal_that_an_unused_order_shares_is_reported(bench):
    refused = bench.refusal(bench.base(), 409)
    made = Case("made/by hand", (("change", refused),))
    case = elsewhere(bench, refused, bench.refusal(bench.base(), 409))

    assert bench.said(ACCEPTED, made, excusing(bench, case))[0]
    assert FURTHER not in settled(bench, case).readings


def test_a_refusal_is_excused_where_no_order_is_left(bench):
    refused = bench.refusal(bench.base(), 409)
    made = Case("made/by hand", (("change", refused),))

    assert bench.said(ACCEPTED, made, excusing(bench, elsewhere(bench, refused, None))) == ([], 0)


@pytest.mark.parametrize("again", [(422,), (409, 422)], ids=["once", "twice"])
def test_a_refusal_that_is_another_one_when_it_is_sent_again_is_reported(bench, again):
    refused = bench.refusal(bench.base(), 409)
    made = Case("made/by hand", (("change", refused),))
    case = elsewhere(bench, refused, bench.success(bench.base()), again)

    assert bench.said(ACCEPTED, made, excusing(bench, case))[0]


def test_a_base_that_is_refused_after_it_was_accepted_shows_that_some_allocations_are_refused(bench):
    request = bench.base()
    first, refused = bench.success(request), bench.refusal(request, 409)
    again = Case("calibration/changed again", (("change", first), ("again", first)))
    context = settled(bench, again, Case("base/plain", (("base", first), ("change", refused)), BASE))

    assert context.elsewhere.state_rule
    assert context.readings[FURTHER] == "some"


def on(tmp_path, **choice):
    options = session.Options(Choice(name="embedded", **choice), tmp_path)
    with session.started(options) as run:
        return session.conclude(run, options), run


def test_a_target_that_closes_lines_is_read_so_and_nothing_of_it_is_reported(tmp_path):
    report, run = on(tmp_path, readings={FURTHER: "some"})

    assert report.divergences == ()
    assert run.context.readings[FURTHER] == "some"
    assert sum(verdict.outcome is Outcome.PASSED for verdict in report.verdicts) > 140


def test_a_target_that_takes_orders_once_and_some_days_only_is_read_so_and_nothing_of_it_is_reported(tmp_path):
    report, _ = on(tmp_path, readings={FURTHER: "refused", **LIMITED}, faults=("takes-working-days",), order_count=40)

    assert report.divergences == ()


def test_a_target_that_refuses_documented_requests_is_found_on_unused_orders_too(tmp_path, few_cases):
    few_cases("request-parameters.", "state.second-allocation")
    report, run = on(tmp_path, faults=(REFUSES,))
    shared = [case for case in run.cases if case.origin == ELSEWHERE]

    assert "request-parameters.several-line-items" in {each.clause for each in report.divergences}
    assert any(case.all("change")[0].answer == case.all("tried")[0].answer for case in shared)
    assert not run.context.elsewhere.state_rule


def test_what_unused_orders_refuse_too_is_found_where_a_repeat_shows_a_state_rule_before(tmp_path, few_cases):
    few_cases("state.", "url-parameters.", "request-parameters.", "allocation-object.sum-")
    faults = ("refuses-a-repeat", "does-not-decode-the-path")
    report, run = on(tmp_path, faults=faults, readings={"allocation-object.quantity-encoding": "digit-strings"})

    assert run.context.elsewhere.state_rule
    assert {each.clause for each in report.divergences} == {"url-parameters.percent-encoded-uuid"}
