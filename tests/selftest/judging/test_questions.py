"""Which reading follows from what was seen, as a table; and what all cases together say of a target."""

from collections import Counter
from dataclasses import replace

import pytest

from contracts.endpoint.context import Elsewhere
from contracts.judging.questions import Conclusion, Evidence, Word, conclude, settle
from contracts.model.case import Trait
from contracts.model.clause import Reading

ENCODING, SHAPE = "allocation-object.quantity-encoding", "response-parameters.shape"
CODE, LEFT_OUT = "response-codes.wrong-type", "response-parameters.other-line-items"
ACCEPTED, REFUSED = "request-parameters.documented-request-accepted", "allocation-object.sum-exceeds-ordered"
INTEGERS, STRINGS, BOTH = "integers", "strings", "both"


@pytest.fixture
def question(bench):
    """A question with three readings, of which the third is followed by what does both."""
    readings = (
        Reading(INTEGERS, "integers only", frozenset({"integer accepted", "string refused"})),
        Reading(STRINGS, "strings only", frozenset({"integer refused", "string accepted"})),
        Reading(BOTH, "both", frozenset({"integer accepted", "string accepted"})),
    )
    return replace(bench.clauses[ENCODING], readings=readings, mixed=None)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"integer accepted": 9}, None, id="a-part-of-two"),
        pytest.param({"string refused": 9}, None, id="a-part-of-one"),
        pytest.param({"integer accepted": 9, "string refused": 1}, Conclusion(INTEGERS, True), id="all-of-one"),
        pytest.param({"integer refused": 1, "string accepted": 9}, Conclusion(STRINGS, True), id="all-of-another"),
        pytest.param({"integer accepted": 1, "string accepted": 1}, Conclusion(BOTH, True), id="all-of-the-third"),
        pytest.param(
            {"integer accepted": 5, "string refused": 5, "string accepted": 1},
            Conclusion(INTEGERS, False),
            id="mostly-one",
        ),
        pytest.param(
            {"integer accepted": 5, "string refused": 1, "string accepted": 5},
            Conclusion(BOTH, False),
            id="mostly-both",
        ),
        pytest.param({"string refused": 1, "integer refused": 1}, Conclusion(INTEGERS, False), id="as-much-of-two"),
        pytest.param({"teapot": 3}, Conclusion(None, False), id="what-no-reading-has"),
        pytest.param({"teapot": 30, "string accepted": 1}, Conclusion(STRINGS, False), id="mostly-what-no-reading-has"),
    ],
)
def test_a_reading_is_followed_if_exactly_its_evidence_was_seen(question, seen, expected):
    assert conclude(question, Counter(seen)) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({"integer accepted": 9, "string refused": 1}, Conclusion(INTEGERS, False)),
        ({"integer accepted": 9}, Conclusion(INTEGERS, False)),
        ({}, None),
    ],
)
def test_what_answers_one_request_in_two_ways_follows_none(question, seen, expected):
    assert conclude(question, Counter(seen), wavers=True) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({"400": 3}, Conclusion("bad-request", True)),
        ({"422": 3}, Conclusion("unprocessable", True)),
        ({"400": 3, "422": 1}, Conclusion("mixed", True)),
        ({"400": 3, "409": 1}, Conclusion("bad-request", False)),
        ({"409": 1}, Conclusion(None, False)),
    ],
)
def test_a_target_that_does_both_follows_the_mixed_reading_if_there_is_one(bench, seen, expected):
    assert conclude(bench.clauses[CODE], Counter(seen)) == expected


# ----------------------------------------------------------------------------------------------- all cases

NOTHING = Evidence(None, False, (), (), frozenset())


def word(evidence, question=CODE, *, causes=(), request=0, refused=True):
    return Word(question, evidence, frozenset(causes), request, refused)


def words(*seen, question=CODE, **more):
    """Evidence of a case in which these things were seen of a question."""
    return replace(NOTHING, words=tuple(word(each, question, **more) for each in seen))


def settled(bench, *shown, may_change=True):
    context = bench.endpoint.context((bench.order,), {}, may_change=may_change)
    return settle(bench.endpoint, shown, context)


def test_the_readings_are_those_of_all_cases_together(bench):
    found = settled(bench, words("422"), words("422"))
    both = settled(bench, words("422"), words("400"))
    other = settled(bench, words("422"), words("422"), words("409"))

    assert (found.readings, found.undecided) == ({CODE: "unprocessable"}, frozenset())
    assert (both.readings, both.undecided) == ({CODE: "mixed"}, frozenset())
    assert (other.readings, other.undecided) == ({CODE: "unprocessable"}, {CODE})
    assert (settled(bench).readings, settled(bench).undecided) == ({}, frozenset())


def test_what_no_reading_has_leaves_a_question_undecided_without_a_reading(bench):
    found = settled(bench, words("409"))

    assert (found.readings, found.undecided) == ({}, {CODE})


def test_a_request_that_is_answered_with_two_codes_follows_none_and_two_requests_may_have_two(bench):
    same = settled(bench, words("400", request=7), words("422", request=7))
    others = settled(bench, words("400", request=7), words("422", request=8))

    assert same.undecided == {CODE}
    assert (others.readings, others.undecided) == ({CODE: "mixed"}, frozenset())


TAKEN = Trait(REFUSED, "5.5", "quantity_accepted")
ALLOWED = Trait(ACCEPTED, "no date")


def test_a_code_of_a_refusal_for_what_a_target_takes_for_another_value_says_nothing(bench):
    found = settled(bench, replace(NOTHING, taken=frozenset({TAKEN, ALLOWED})), words("422", causes=[TAKEN]))

    assert found.readings == {}
    assert found.taken == {TAKEN}
    assert settled(bench, words("422", causes=[TAKEN])).readings == {CODE: "unprocessable"}


def test_what_is_allowed_and_was_refused_on_its_own_is_denied_and_not_what_was_accepted_as_well(bench):
    other = Trait(ACCEPTED, "another order of members")
    refused = replace(NOTHING, denied=((frozenset({ALLOWED, other}), False),))

    assert settled(bench, refused).denied == {ALLOWED, other}
    assert settled(bench, refused, replace(NOTHING, taken=frozenset({other}))).denied == {ALLOWED}
    assert settled(bench, refused, replace(NOTHING, taken=frozenset({ALLOWED, other}))).denied == {ALLOWED, other}
    assert settled(bench).denied == frozenset()


def test_where_a_limit_of_the_target_may_be_why_what_was_accepted_as_well_is_not_denied(bench):
    other = Trait(ACCEPTED, "another order of members")
    limited = replace(NOTHING, denied=((frozenset({ALLOWED, other}), True),))

    assert settled(bench, limited).denied == {ALLOWED, other}
    assert settled(bench, limited, replace(NOTHING, taken=frozenset({other}))).denied == {ALLOWED}
    assert settled(bench, limited, replace(NOTHING, taken=frozenset({ALLOWED, other}))).denied == frozenset()


def test_what_is_measured_is_known_from_the_smallest_to_the_largest(bench):
    found = settled(bench, *(replace(NOTHING, measured=each) for each in ((5, 7), (), (3, 6), (4, 4))))

    assert found.span == (3, 7)
    assert settled(bench, NOTHING).span is None


def test_what_came_of_refusals_elsewhere_is_kept_by_exchange(bench):
    found = settled(
        bench,
        replace(NOTHING, elsewhere=("a-1", "same")),
        replace(NOTHING, elsewhere=("a-2", "unknown")),
        replace(NOTHING, elsewhere=("a-3", "other")),
    )

    assert found.elsewhere == Elsewhere(True, frozenset({"a-1"}), frozenset({"a-2"}))
    assert settled(bench, replace(NOTHING, elsewhere=("a-1", "same"))).elsewhere.state_rule is False
    assert settled(bench, replace(NOTHING, closed=True)).elsewhere.state_rule is True


@pytest.mark.parametrize("rule", [replace(NOTHING, closed=True), replace(NOTHING, elsewhere=("a-3", "other"))])
def test_where_the_state_of_an_order_explains_refusals_what_was_accepted_says_what_is_read(bench, rule):
    name = next(
        clause.id
        for clause in bench.endpoint.catalogue.questions
        if clause.decided_by == "answer" and not clause.mixed and not clause.under
    )
    (taken,) = (r.name for r in bench.clauses[name].readings if r.evidence == {"accepted"})
    shown = [words("accepted", question=name, refused=False), words("refused", question=name)]

    assert settled(bench, *shown).undecided == {name}
    found = settled(bench, rule, *shown)
    assert (found.readings[name], found.undecided) == (taken, frozenset())


def test_a_question_that_does_not_arise_under_another_reading_has_none(bench):
    seen = words("left out", question=LEFT_OUT, refused=False)
    under = bench.clauses[LEFT_OUT].under
    (asked,) = under
    readings = {r.name: r.evidence for r in bench.clauses[asked].readings}
    other = next(name for name in readings if name not in under[asked])

    def with_reading(name):
        return settled(bench, seen, words(*readings[name], question=asked))

    assert with_reading(under[asked][0]).readings[LEFT_OUT] == "left-out"
    assert LEFT_OUT not in with_reading(other).readings
    assert settled(bench, seen).readings == {LEFT_OUT: "left-out"}
    unclear = [seen, words("something else", question=LEFT_OUT), words("409"), words(*readings[other], question=asked)]
    assert settled(bench, *unclear).undecided == {CODE}


def test_without_permission_nothing_says_whether_all_or_some_are_refused(bench):
    (name, *_) = (c.id for c in bench.endpoint.catalogue.questions if c.mixed and c.decided_by == "answer")
    shown = words("refused", question=name)

    assert name in settled(bench, shown).readings
    assert settled(bench, shown, may_change=False).readings == {}
