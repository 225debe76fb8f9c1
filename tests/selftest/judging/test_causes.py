"""Causes: which divergences one fault explains, by each rule, and which it does not."""

from dataclasses import replace

import pytest

from contracts.endpoint.catalogue import load
from contracts.judging.causes import causes_of
from contracts.model.clause import Outcome
from contracts.model.report import Known, Verdict
from tests.selftest.report_sample import CATALOGUE, ENTRY, divergence, exchange, said

TYPE = "allocation-object.quantity-{}-type"
ACCEPTED, REJECTED = TYPE.format("accepted"), TYPE.format("rejected")
SUM = "allocation-object.sum-exceeds-ordered"
PARSES, STATUS = "response-parameters.json-parses", "response-parameters.status-known"
SHIPPED, BODY = "response-parameters.quantity-shipped-type", "openapi.body"
READ_BACK, FAILS = "state.read-back", "http.no-server-error"
VERBS, PRESENCE = "http.other-verbs", "response-parameters.quantity-shipped-presence"


def shown(clause, *numbers, status=200, body=b"{}", **changes):
    """A divergence that these exchanges show."""
    seen = exchange(numbers[0], body, status)
    found = divergence(clause, "a refusal", f"{status} in {clause}", seen, **changes)
    return replace(found, exchanges=sum(1 << number for number in numbers))


def causes(*found, cases=12, passed=()):
    """The causes of divergences, each as the clauses on which it shows."""
    names = dict.fromkeys(each.clause for each in found)
    verdicts = [
        Verdict(CATALOGUE.clauses[name], Outcome.FAILED, cases, divergences=tuple(d for d in found if d.clause == name))
        for name in names
    ]
    verdicts += [Verdict(CATALOGUE.clauses[name], Outcome.PASSED, cases) for name in passed]
    return causes_of(verdicts, said)


def clauses(found):
    return [cause.clauses for cause in found]


def test_divergences_of_one_kind_with_one_class_of_answer_have_one_cause():
    assert clauses(causes(shown(ACCEPTED, 1), shown(REJECTED, 2))) == [(ACCEPTED, REJECTED)]


def test_another_class_of_answer_is_another_cause():
    assert len(causes(shown(ACCEPTED, 1), shown(REJECTED, 2, status=409))) == 2


def test_another_kind_is_another_cause():
    assert len(causes(shown(ACCEPTED, 1), shown(SUM, 2))) == 2


def test_server_errors_with_one_text_are_one_cause_whatever_was_sent():
    same = [
        shown(clause, number, status=500, body=b'{"detail": "KeyError at line %d"}' % number)
        for number, clause in enumerate((FAILS, ACCEPTED, SUM), 1)
    ]
    other = shown(REJECTED, 9, status=500, body=b'{"detail": "database is locked"}')

    assert clauses(causes(*same, other)) == [(FAILS, ACCEPTED, SUM), (REJECTED,)]


def test_what_the_specification_says_again_belongs_to_the_named_clause():
    assert clauses(causes(shown(BODY, 1, 2), shown(SHIPPED, 1, 2))) == [(SHIPPED, BODY)]


def test_it_belongs_to_the_named_clause_that_shows_on_the_fewest_other_answers():
    assert clauses(causes(shown(SHIPPED, 1, 2, 3), shown(STATUS, 1, 2), shown(BODY, 1, 2))) == [
        (SHIPPED,),
        (STATUS, BODY),
    ]


def test_what_only_the_specification_says_is_a_cause_of_its_own():
    assert clauses(causes(shown(BODY, 1), shown(SHIPPED, 2))) == [(BODY,), (SHIPPED,)]


def test_what_follows_from_an_answer_that_is_not_json_belongs_to_that():
    assert clauses(causes(shown(STATUS, 1), shown(PARSES, 1), shown(SHIPPED, 2))) == [(PARSES, STATUS), (SHIPPED,)]


@pytest.mark.parametrize(
    "clause",
    [SUM, READ_BACK, "allocation-object.spelling-exponent-string"],
    ids=["it was accepted", "it was stored", "it is accepted once and refused then"],
)
def test_an_answer_that_is_not_json_does_not_explain_what_a_target_did(clause):
    elsewhere = shown(PARSES, 1, 2)

    assert clauses(causes(elsewhere, shown(clause, 1))) == [(PARSES,), (clause,)]


def test_a_clause_explains_those_that_its_entry_names():
    assert clauses(causes(shown(PRESENCE, 1), shown(VERBS, 1))) == [(VERBS, PRESENCE)]


@pytest.mark.parametrize(("numbers", "one"), [((1,), True), ((1, 2), False)], ids=["only there", "elsewhere too"])
def test_what_shows_only_where_something_wrong_was_accepted_comes_of_that(numbers, one):
    assert (len(causes(shown(SUM, 1), shown(READ_BACK, *numbers))) == 1) == one


REFUSED = [name for name, clause in CATALOGUE.clauses.items() if clause.expects == "refused"][:20]


def test_a_target_that_refuses_nothing_is_one_cause():
    assert clauses(causes(*(shown(name, number) for number, name in enumerate(REFUSED)))) == [tuple(REFUSED)]


def test_a_target_that_refuses_half_of_it_has_several_causes():
    taken = [shown(name, number) for number, name in enumerate(REFUSED[:10])]

    assert len(causes(*taken, passed=REFUSED[10:])) > 3


def test_a_failure_that_comes_and_goes_is_one_cause_at_its_own_level():
    name = "availability.every-request-is-answered"
    (cause,) = causes(shown(name, 1, status=502))

    assert (cause.intermittent, cause.intermediary, cause.level) == (True, False, "should")


def test_what_is_new_and_binding_comes_first_and_has_the_first_name():
    known = Known(**{field: getattr(ENTRY, field) for field in ("signature", "clause", "reason", "expires")})
    found = causes(shown(SUM, 1, known_as=known), shown(STATUS, 2), shown(ACCEPTED, 3))

    assert [(cause.id, cause.known, cause.level.value) for cause in found] == [
        ("c1", False, "must"),
        ("c2", False, "should"),
        ("c3", True, "must"),
    ]


def test_a_cause_is_known_only_if_all_of_it_is():
    (cause,) = causes(shown(ACCEPTED, 1, known_as=ENTRY), shown(REJECTED, 2))

    assert not cause.known


def test_a_cause_counts_the_cases_of_its_first_clause():
    (cause,) = causes(replace(shown(SHIPPED, 1), seen=7), replace(shown(BODY, 1), seen=9, of=400))

    assert (cause.seen, cause.of) == (7, 12)


def test_a_cause_says_what_was_sent_and_what_the_server_said():
    (cause,) = causes(shown(ACCEPTED, 1, status=500, body=b'{"error": {"message": "list index out of range"}}'))

    assert cause.sent.startswith("PUT /timp/orders/allocation/")
    assert cause.answered == "500 list index out of range"


def test_the_condition_is_that_of_all_divergences_of_the_first_clause():
    def seen(label, *facts):
        failed = frozenset((fact, "there is one line", str(number)) for number, fact in enumerate(facts))
        passed = frozenset(("nothing is rejected", "there is one line", str(number)) for number in range(3))
        return shown(SHIPPED, 1, label=label, failed=failed, passed=passed)

    one = "something is rejected"
    (cause,) = causes(seen("a", one, one), seen("b", one, one, one))

    assert cause.when == one


def test_a_wrong_name_in_explains_is_an_error_of_the_file(tmp_path):
    text = '[sections]\na = {title = "A", category = "x"}\n[a.b]\nmeans = "m"\nwhere = "w"\nexplains = ["a.c"]\n'
    (tmp_path / "clauses.toml").write_text(text)

    with pytest.raises(ValueError, match=r"a\.b: explains: a\.c is not a clause"):
        load(tmp_path / "clauses.toml")
