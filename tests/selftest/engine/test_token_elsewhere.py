"""Credentials outside of the Authorization header: what is sent with a permission alone, and what is always sent."""

import json
from dataclasses import replace

import pytest

from contracts.endpoint.oracle import observe
from contracts.engine import session, verdicts
from contracts.model.clause import Outcome
from contracts.target.embedded import target
from contracts.target.targets import Choice
from provider import server
from provider.server import Settings
from tests.selftest import few

pytestmark = pytest.mark.xdist_group("token elsewhere")
REAL, INVENTED = "authentication.token-elsewhere", "authentication.invented-token-elsewhere"
LABELS = ("in query", "in cookie", "in header", "in body")


@pytest.fixture(scope="module", params=[True, False], ids=["may-allocate", "may-not-allocate"])
def ran(request, tmp_path_factory):
    """A run without the permission `may_stress`: its verdicts, the labels of all that it sent, and its journal."""
    folder = tmp_path_factory.mktemp("ran")
    with pytest.MonkeyPatch.context() as patch, server.running(Settings(readings={REAL: "accepted"})) as running:
        few.apply(patch, "authentication.")
        known = replace(target(running), may_stress=False, may_allocate=request.param)
        with session.begun(known, session.Options(Choice(), folder)) as run:
            session.send(run)
            report = verdicts.report(run, defects=(), complete=True, pedantic=False, confirmed=False)
    lines = list(map(json.loads, (folder / "exchanges.jsonl").read_text("utf-8").splitlines()))
    sent = {line["request"]["credential"] for line in lines if line["kind"] == "exchange"}
    return report, sent


def test_the_token_stays_in_its_header_and_the_question_is_untested_with_the_reason(ran):
    report, sent = ran
    verdict = report.verdict(REAL)

    assert sent.isdisjoint(LABELS)
    assert verdict.outcome is Outcome.UNTESTED
    assert "may_stress" in verdict.reason


def test_an_invented_one_is_sent_to_each_place_and_refused(ran):
    report, sent = ran

    assert sent >= {f"other {label}" for label in LABELS}
    assert report.verdict(INVENTED).outcome is Outcome.PASSED


@pytest.mark.parametrize(("status", "seen"), [(401, ["refused"]), (403, ["refused"]), (422, []), (200, ["accepted"])])
def test_a_code_of_credentials_says_that_the_token_is_not_taken_from_the_body(bench, status, seen):
    case = bench.case(f"{REAL}/in body", lambda request: bench.answer(request, status))
    context = bench.context(request_parameters__unknown_field_in_body="ignored")
    observed = observe(bench.clauses[REAL], case, context, bench.endpoint.observers)

    assert [each.evidence for each in observed] == seen
