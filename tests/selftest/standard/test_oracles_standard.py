"""The standard oracles on hand-made cases: each clause finds what it forbids, and nothing finds what is honest."""

import datetime
from collections import Counter

import pytest

from contracts.allocate_order.requests import Dialect
from contracts.endpoint.context import Demand
from contracts.endpoint.discovery import discover
from contracts.endpoint.oracle import observe
from contracts.endpoint.plan import Kit
from contracts.judging import questions
from contracts.judging.questions import conclude, settle

ENDPOINT = discover()["allocate_order"]
CLAUSES = ENDPOINT.catalogue.clauses
KIT = Kit(0, datetime.date(2027, 3, 15), Dialect(digits=False, form="iso"))
PLANNED = [case for case in ENDPOINT.planned(KIT) if not case.need.partner]


def of(*kinds):
    """The planned cases of clauses that a standard oracle judges, by kind."""
    found = []
    for case in PLANNED:
        clause = CLAUSES[case.clause]
        kind = "question" if clause.decided_by else clause.expects
        if clause.id not in ENDPOINT.judges and kind in kinds and len(case.steps) == 1:
            found.append(pytest.param(case.id, clause, id=case.id))
    return found


@pytest.mark.parametrize(("case_id", "clause"), of("refused"))
def test_what_must_be_refused_and_is_accepted_is_found_by_its_clause(bench, case_id, clause):
    findings, _ = bench.said(clause.id, bench.case(case_id, bench.success))

    assert findings
    assert {finding.answer for finding in findings} == {"accepted"}


@pytest.mark.parametrize(("case_id", "clause"), of("refused"))
def test_what_must_be_refused_and_is_says_nothing_against_the_target(bench, case_id, clause):
    case = bench.case(case_id, lambda request: bench.refusal(request, bench.code(clause)))

    assert bench.findings(case) == set()


@pytest.mark.parametrize(("case_id", "clause"), of("accepted"))
def test_what_must_be_accepted_and_is_refused_is_found_by_its_clause_alone(bench, case_id, clause):
    case = bench.case(case_id, lambda request: bench.refusal(request, 422))
    fresh = bench.context().fresh(case, case.all("change")[0])

    assert bench.findings(case) == ({clause.id} if fresh else set())  # a repeat of the base may be refused


@pytest.mark.parametrize(("case_id", "clause"), of("accepted"))
def test_what_must_be_accepted_and_is_says_nothing_against_the_target(bench, case_id, clause):
    case = bench.case(case_id, bench.success)

    assert bench.findings(case) == set()
    assert bench.said(clause.id, case)[1]


@pytest.mark.parametrize(("case_id", "clause"), of("question"))
def test_either_answer_to_a_question_is_allowed_under_the_reading_it_is_evidence_of(bench, case_id, clause):
    for answer in (bench.success, lambda request: bench.refusal(request, bench.code(clause))):
        case = bench.case(case_id, answer)
        seen = {o.evidence for o in observe(clause, case, bench.context(), ENDPOINT.observers)}
        for reading in clause.readings:
            if seen and seen <= reading.evidence:
                chosen = {clause.id.replace(".", "__").replace("-", "_"): reading.name}
                assert bench.said(clause.id, case, bench.context(**chosen))[0] == []


@pytest.mark.parametrize("clause", [c for c in CLAUSES.values() if c.decided_by == "answer"], ids=lambda c: c.id)
def test_an_answer_that_contradicts_the_reading_found_is_a_finding(bench, clause):
    case_id = next(case.id for case in PLANNED if case.clause == clause.id)
    refusing = next(r.name for r in clause.readings if "refused" in r.evidence)
    key = clause.id.replace(".", "__").replace("-", "_")

    findings, _ = bench.said(clause.id, bench.case(case_id, bench.success), bench.context(**{key: refusing}))

    assert findings


@pytest.mark.parametrize("clause", [c for c in CLAUSES.values() if c.refusals_of and c.codes], ids=lambda c: c.id)
def test_a_refusal_with_another_code_is_found_by_the_clause_about_it(bench, clause):
    case_id = next(case.id for case in PLANNED if case.clause in clause.refusals_of)
    wrong = bench.case(case_id, lambda request: bench.refusal(request, 400))
    right = bench.case(case_id, lambda request: bench.refusal(request, clause.codes[0]))

    assert clause.id in bench.findings(wrong)
    assert bench.said(clause.id, right) == ([], 1)


@pytest.mark.parametrize(
    ("evidence", "answer"),
    [
        pytest.param(["integer accepted", "digit string refused"], ("integers", True), id="integers"),
        pytest.param(["integer accepted", "digit string accepted"], ("both", True), id="both"),
        pytest.param(["integer accepted"], None, id="only-half-of-it-is-known"),
        pytest.param([], None, id="nothing-is-known"),
        pytest.param(["integer refused", "digit string refused"], ("integers", False), id="neither-is-taken"),
        pytest.param(
            ["integer accepted"] * 9 + ["digit string accepted"] * 3 + ["digit string refused"],
            ("both", False),
            id="one-field-of-several-differs",
        ),
    ],
)
def test_a_question_is_settled_by_all_its_evidence_or_not_at_all(evidence, answer):
    found = conclude(CLAUSES["allocation-object.quantity-encoding"], Counter(evidence))

    assert (found and (found.reading, found.consistent)) == answer


def settled(cases, context):
    return settle(ENDPOINT, [questions.evidence(ENDPOINT, case, context) for case in cases], context)


def test_a_target_that_changes_its_reading_follows_none_and_is_found_out(bench):
    name = "request-parameters.unknown-field-in-body"
    ignored = bench.case(f"{name}/note", bench.success)
    refused = bench.case(f"{name}/note", lambda request: bench.refusal(request, 400))
    context = settled([ignored, ignored, refused], ENDPOINT.context((bench.order,), {}))

    assert name in context.undecided
    assert bench.said(name, refused, context)[0]
    assert bench.said(name, ignored, context)[0] == []


WRONG_TYPE = "response-codes.wrong-type"


def refusals(bench, *sent):
    """A case for each (planned case, code): a value that is not an integer, and how it is answered."""
    return [
        bench.case(f"allocation-object.quantity-accepted-type/{name}", lambda request, c=code: bench.answer(request, c))
        for name, code in sent
    ]


def test_different_codes_for_different_wrong_values_are_a_reading_of_their_own(bench):
    cases = refusals(bench, ("null", 400), ("word", 422), ("true", 422))
    context = settled(cases, ENDPOINT.context((bench.order,), {}))

    assert context.readings[WRONG_TYPE] == "mixed"
    assert [bench.said(WRONG_TYPE, case, context) for case in cases] == [([], 1)] * 3


def test_two_codes_for_the_identical_request_are_no_reading(bench):
    cases = refusals(bench, ("null", 400), ("word", 400), ("word", 422))
    context = settled(cases, ENDPOINT.context((bench.order,), {}))

    assert WRONG_TYPE in context.undecided
    assert [len(bench.said(WRONG_TYPE, case, context)[0]) for case in cases] == [0, 0, 1]


def test_the_code_for_a_value_that_is_taken_for_another_says_nothing_of_its_type(bench):
    taken = bench.case("allocation-object.quantity-accepted-type/small fraction", bench.success)
    cases = [taken, *refusals(bench, ("null", 400), ("word", 400), ("fraction", 422))]
    context = settled(cases, ENDPOINT.context((bench.order,), {}))

    assert context.readings[WRONG_TYPE] == "bad-request"
    assert [bench.said(WRONG_TYPE, case, context) for case in cases] == [([], 0), ([], 1), ([], 1), ([], 0)]
    assert bench.said("allocation-object.quantity-accepted-type", taken, context)[0]


def test_a_code_no_reading_has_is_a_finding_and_no_reading(bench):
    name = "url-parameters.unknown-order"
    case = bench.case(f"{name}/invented", lambda request: bench.refusal(request, 410))
    context = settled([case], ENDPOINT.context((bench.order,), {}))

    assert name not in context.readings
    assert [finding.observed for finding in bench.said(name, case, context)[0]] == ["410"]


def test_a_refusal_without_an_accepted_base_says_nothing(bench):
    case = bench.case("allocation-object.quantity-accepted-type/true", lambda request: bench.refusal(request, 400))
    alone = type(case)(case.id, tuple(step for step in case.steps if step[0] != "base"))

    assert bench.said("allocation-object.quantity-accepted-type", alone) == ([], 0)


def test_a_signature_holds_no_values_and_differs_for_another_answer(bench):
    name = "allocation-object.quantity-accepted-type"
    first, second = (
        bench.said(name, bench.case(f"{name}/{value}", bench.success))[0][0] for value in ("true", "false")
    )
    other = bench.said(name, bench.case(f"{name}/word", bench.success))[0][0]

    assert first.signature == second.signature
    assert first.signature != other.signature
    assert (first.clause, first.category, first.field) == (
        name,
        "quantity",
        "line_items[].allocation.quantity_accepted",
    )


def test_a_demand_is_open_where_a_question_is(bench):
    context = ENDPOINT.context((bench.order,), {})
    case = bench.case("allocation-object.all-zero/first line", bench.success)
    trait = next(t for t in context.view(case.all("change")[0]).traits if t.clause == "allocation-object.all-zero")

    assert context.demand(trait) is Demand.OPEN


@pytest.mark.parametrize("code", [409, 422, 429])
def test_a_refusal_in_a_race_says_nothing_of_its_own_request(bench, code):
    case = bench.case("state.concurrent/0", lambda request: bench.refusal(request, code))

    assert bench.findings(case) == set()


def test_what_get_shows_is_not_judged_as_an_answer_to_an_allocation(bench):
    html = (("Content-Type", "text/html"),)
    case = bench.case(
        "http.get/on the documented path", lambda request: bench.exchange(request, 200, b"<p>orders</p>", html)
    )

    assert not {clause for clause in bench.findings(case) if clause.startswith("response-")}


def test_a_clause_about_a_trait_is_asked_of_requests_with_that_trait_alone(bench):
    """Also if it has an oracle of its own, as those of authentication. What is said of any answer needs no trait."""
    concerned = {clause.id for clause in bench.endpoint.concerned(frozenset({"authentication.absent"}))}

    assert {"authentication.absent", "http.no-server-error"} <= concerned
    assert "authentication.empty" not in concerned


def test_the_observer_of_a_question_is_asked_of_all_requests(bench):
    """It may see more than a trait: that of the form of dates looks at the base."""
    assert "allocation-object.backorder-date-form" in {clause.id for clause in bench.endpoint.concerned(frozenset())}
