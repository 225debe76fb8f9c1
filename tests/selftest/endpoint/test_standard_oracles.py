"""The standard oracles: what each says of an answer, and that the state of an order excuses refusals alone."""

from dataclasses import replace

import pytest

from contracts.endpoint.context import Elsewhere
from contracts.endpoint.judges import HELD, Breach, Held
from contracts.endpoint.oracle import accepted_or_refused, has_oracle, judge, judged, standard_of
from contracts.model.case import Case

CODE = "response-codes.wrong-type"
SUM = "allocation-object.sum-exceeds-ordered"


def standing(bench, kind, found):
    """What a clause says of a refused request whose oracle yields a breach of this kind."""
    exchange = replace(bench.refusal(bench.base(), 409), id="made-x")
    case = Case("made/by hand", (("change", exchange),))
    clause = bench.clauses[SUM]
    context = replace(bench.context(), elsewhere=found)
    oracle = {SUM: lambda _case, _context: [Breach(exchange, "200", "409", refusal=kind), HELD]}
    return list(judge(clause, case, context, oracle, {}))


@pytest.mark.parametrize(
    ("refusal", "found", "findings"),
    [
        (True, Elsewhere(), 1),
        (True, Elsewhere(state_rule=True), 0),
        (True, Elsewhere(unknown=frozenset({"made-x"})), 0),
        (True, Elsewhere(state_rule=True, confirmed=frozenset({"made-x"})), 1),
        (False, Elsewhere(state_rule=True), 1),
    ],
)
def test_the_state_of_an_order_excuses_a_breach_by_refusal_and_no_other(bench, refusal, found, findings):
    said = standing(bench, refusal, found)

    assert [type(item).__name__ for item in said] == [*["Finding"] * findings, "Held"]


def breaches(bench, clause, case, context=None):
    """The breaches that the standard oracle of a clause yields, and how often it held."""
    context = context or bench.context()
    arguments = (bench.endpoint.observers,) if bench.clauses[clause].is_question else ()
    said = list(standard_of(bench.clauses[clause])(bench.clauses[clause], case, context, *arguments))
    return [item for item in said if isinstance(item, Breach)], [item for item in said if isinstance(item, Held)]


def planned(bench, clause, status):
    """The first planned case of a clause, of which every request is answered so."""
    name = next(case_id for case_id in bench.planned if case_id.startswith(f"{clause}/"))
    return bench.case(name, lambda request: bench.answer(request, status))


def clauses_with_cases(bench, **facts):
    return [
        clause.id
        for clause in bench.clauses.values()
        if all(getattr(clause, key) == value for key, value in facts.items())
        and clause.id not in bench.endpoint.judges
        and any(case_id.startswith(f"{clause.id}/") for case_id in bench.planned)
    ]


def test_what_has_to_be_accepted_and_is_refused_is_a_breach_by_refusal(bench):
    names = clauses_with_cases(bench, expects="accepted", readings=())
    seen = {name: breaches(bench, name, planned(bench, name, 400))[0] for name in names}
    found = [breach for each in seen.values() for breach in each]

    assert found
    assert {(breach.refusal, breach.expected) for breach in found} == {(True, "200 or 201")}
    assert all(breach.observed.startswith("refused (400): ") for breach in found)
    assert not any(breaches(bench, name, planned(bench, name, 200))[0] for name in names)


def test_what_has_to_be_accepted_may_be_refused_for_a_limit_of_the_target(bench):
    names = clauses_with_cases(bench, expects="accepted", readings=())
    known = bench.context()
    limited = replace(known, call=replace(known.call, left_open=lambda *_: True))

    assert [breach for name in names for breach in breaches(bench, name, planned(bench, name, 400), limited)[0]] == []
    assert all(breaches(bench, name, planned(bench, name, 200), limited)[1] for name in names)


def test_what_has_to_be_refused_and_is_accepted_is_a_breach_of_another_kind(bench):
    names = clauses_with_cases(bench, expects="refused", readings=())
    found = [breach for name in names for breach in breaches(bench, name, planned(bench, name, 200))[0]]

    assert len(found) >= len(names) > 10
    assert {(breach.refusal, breach.expected) for breach in found} == {(False, "a refusal")}
    assert all(breach.observed.startswith("accepted (200): ") for breach in found)
    assert not any(breaches(bench, name, planned(bench, name, 400))[0] for name in names)


def test_a_question_that_a_target_answers_in_another_way_is_a_breach_by_refusal_if_it_refuses(bench):
    context = bench.context(**{CODE.replace(".", "__").replace("-", "_"): "bad-request"})
    case = bench.case("allocation-object.quantity-accepted-type/word", lambda request: bench.refusal(request, 422))
    (breach,), held = breaches(bench, CODE, case, context)

    assert (breach.refusal, held) == (True, [])
    assert breach.observed == "422"
    assert breach.expected.startswith("one reading in all answers: bad-request (400) or unprocessable (422)")


@pytest.mark.parametrize(
    ("status", "said"),
    [(200, "accepted (200)"), (201, "accepted (201)"), (400, "refused (400)"), (302, "302"), (500, "500")],
)
def test_an_answer_is_named_accepted_or_refused_with_its_code(bench, status, said):
    assert accepted_or_refused(bench.exchange(bench.base(), status, {})) == said


def test_of_a_race_a_refusal_may_be_about_the_other_request(bench):
    steps = [("base", 200), ("change", 400), ("race", 200), ("race", 409), ("repeat", 409), ("read", 200)]
    case = Case("made/by hand", tuple((role, bench.exchange(bench.base(), status, {})) for role, status in steps))

    assert [each.status for each in judged(case)] == [400, 409, 200]


def test_a_clause_has_an_oracle_if_its_entry_or_a_function_says_so(bench):
    bare = replace(
        bench.clauses[SUM], id="a.b", expects=None, decided_by=None, refusals_of=(), pooled=False, readings=()
    )

    assert not has_oracle(bare, {}, {})
    assert has_oracle(bare, {"a.b": list}, {})
    assert has_oracle(bare, {}, {"a.b": list})
    for changed in ({"expects": "refused"}, {"decided_by": "code"}, {"refusals_of": ("c.d",)}, {"pooled": True}):
        assert has_oracle(replace(bare, **changed), {}, {})
