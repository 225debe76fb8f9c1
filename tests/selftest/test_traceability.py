"""Every clause has an oracle and a case, and on the embedded provider every one of them gets a verdict."""

import pytest

from contracts.endpoint.discovery import discover
from contracts.endpoint.oracle import has_oracle
from contracts.model.clause import Outcome

pytestmark = pytest.mark.xdist_group("clean")
ENDPOINT = discover()["allocate_order"]
CLAUSES = ENDPOINT.catalogue.clauses


@pytest.fixture
def embedded(clean):
    """A run against the embedded provider and its report."""
    return clean[:2]


def test_there_are_at_least_80_clauses():
    assert len(CLAUSES) >= 80


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=list(CLAUSES))
def test_a_clause_has_an_oracle(clause):
    assert has_oracle(clause, ENDPOINT.judges, ENDPOINT.observers)


def test_a_clause_of_no_kind_has_no_oracle():
    clause = CLAUSES["state.repeat"]

    assert not has_oracle(clause, {}, {})


@pytest.mark.parametrize("clause", CLAUSES, ids=list(CLAUSES))
def test_a_clause_gets_a_verdict_and_keeps_it_on_the_embedded_provider(embedded, clause):
    verdict = next(verdict for verdict in embedded[1].verdicts if verdict.clause.id == clause)

    assert verdict.outcome in {Outcome.PASSED, Outcome.INAPPLICABLE}
    assert (verdict.cases > 0) == (verdict.outcome is Outcome.PASSED)


def test_every_planned_case_is_sent_once_and_kept_under_its_own_id(embedded):
    planned = [case.id for case in embedded[0].planned()]
    kept = {case.id for case in embedded[0].cases}

    assert len(planned) == len(set(planned))
    assert set(planned) <= kept
    assert embedded[0].skipped == {}


def test_every_planned_case_is_named_after_the_clause_it_is_sent_for(embedded):
    assert {case.clause for case in embedded[0].planned()} <= set(CLAUSES)


def test_what_a_planned_case_sends_is_understood_as_its_clause(embedded):
    run, _ = embedded
    by_id = {case.id: case for case in run.cases}
    strangers = []
    for planned in run.planned():
        clause = CLAUSES[planned.clause]
        if clause.id in ENDPOINT.judges or clause.id in ENDPOINT.observers:
            continue  # its own oracle looks at more than traits
        views = [run.context.view(exchange) for exchange in by_id[planned.id].all("change", "repeat", "race")]
        spoken_of = {clause.id, *clause.refusals_of}
        if not any(trait.clause in spoken_of for view in views for trait in view.traits):
            strangers.append(planned.id)

    assert strangers == []


def test_every_trait_a_request_can_have_belongs_to_a_clause(embedded):
    run, _ = embedded
    views = [run.context.view(exchange) for case in run.cases for exchange in case.all()]

    assert {trait.clause for view in views for trait in view.traits | view.masked} <= set(CLAUSES)


def test_a_refusal_planned_for_a_clause_differs_from_an_accepted_request_in_that_clause_alone(embedded):
    run, _ = embedded
    blurred = []
    for case in run.cases:
        clause = CLAUSES.get(case.clause)
        if clause is None or clause.expects != "refused":
            continue
        blurred += [case.id for exchange in case.all("change") if not run.context.isolates(case, exchange, clause.id)]

    # A name that is written otherwise is missing as the listed one, and is an unlisted one; so is a token in the body.
    # A wrong token is sent on paths in other spellings, which a target may refuse for them.
    assert sorted(blurred) == [
        "allocation-object.quantity-accepted-required/with a space",
        "allocation-object.quantity-rejected-required/in camel case",
        "allocation-object.sum-checked-per-line-item/last over, first below",
        "authentication.invented-token-elsewhere/other in body",
        "authentication.wrong-token/no final slash",
        "authentication.wrong-token/no hyphens",
        "authentication.wrong-token/upper case",
        "request-parameters.line-item-uuid-required/in camel case",
        "request-parameters.line-items-required/in another object",
    ]
