"""What is counted of a clause over all cases: which findings are one, which is shown, and what could show it."""

import pytest

from contracts.endpoint.judges import HELD, Held
from contracts.judging.attempts import credential_case
from contracts.judging.availability import Intermediary
from contracts.judging.judgement import Asked, Group, Judged, Judgement
from contracts.judging.way import Reason, Way
from contracts.model.case import Case
from contracts.model.exchange import Exchange, Request, Response
from contracts.model.finding import Finding

CLAUSE = "allocation-object.sum-exceeds-ordered"
ASKED = Asked(lambda exchange: (f"body of {len(exchange.request.body)}",), lambda exchange: int(exchange.id[-5:]))


def exchange(number, status=200, body=b"{}", seconds=0.5):
    """An exchange with this number."""
    response = Response(status, (("Content-Type", "application/json"),), b"[]")
    return Exchange(f"run-{number:05d}", Request("PUT", "/a/", (), body), response, None, 100.0 + number, seconds)


def case(*steps, origin="plan", name=f"{CLAUSE}/x"):
    return Case(name, steps, origin)


def finding(of, seen, label="", field=""):
    return Finding(CLAUSE, "kind", "a refusal", "200", seen, of, label, field, seen.answer)


def added(*said):
    """What is counted of cases, each `(what is said of it, the case)`."""
    judged = Judged()
    for items, each in said:
        judged.add(items, each, ASKED)
    return judged


def one(number, body=b"{}", status=200, **changes):
    """A case of a base and a change with this number."""
    return case(("base", exchange(number - 1)), ("change", exchange(number, status, body)), **changes)


def broken(each, *place):
    """A case with a finding about its change."""
    return [finding(each, each.steps[1][1], *place)], each


def only(judged):
    """The only group of findings."""
    (group,) = judged.groups.values()
    return group


def test_findings_with_one_signature_are_one_and_the_smallest_is_shown():
    cases = [one(12, b"{} "), one(22, b"{}"), one(32, b"{}    ")]
    group = only(added(*map(broken, cases)))

    assert group.seen == 3
    assert group.smallest.exchange.id == "run-00022"
    assert group.exchanges == 1 << 12 | 1 << 22 | 1 << 32
    assert group.facts == {("body of 2",), ("body of 3",), ("body of 6",)}


def test_of_two_of_one_size_the_one_in_the_shorter_case_is_shown_and_then_the_first():
    short, long = one(22), case(("base", exchange(11)), ("change", exchange(12)), ("repeat", exchange(13)))
    first = case(("base", exchange(20)), ("change", exchange(21)))

    assert only(added(broken(long), broken(short))).smallest.case is short
    assert only(added(broken(short), broken(first))).smallest.case is first


def test_a_case_counts_once_however_often_it_shows_a_finding():
    each = case(("base", exchange(1)), ("change", exchange(2)), ("repeat", exchange(3)))
    judged = added(([finding(each, seen) for _, seen in each.steps[1:]], each), ([HELD], one(5)), ([], one(7)))

    assert (judged.cases, only(judged).seen) == (3, 1)
    assert only(judged).exchanges == 1 << 2 | 1 << 3


def test_of_a_read_back_the_requests_before_it_count():
    read = exchange(4)
    each = case(("base", exchange(1)), ("change", exchange(2, body=b"{   }")), ("repeat", exchange(3)), ("read", read))
    group = only(added(([finding(each, read)], each)))

    assert group.exchanges == 1 << 2 | 1 << 3
    assert group.facts == {("body of 2",)}


@pytest.mark.parametrize(
    ("steps", "body"),
    [
        pytest.param([("base", 2), ("change", 3)], 3, id="the-change"),
        pytest.param([("base", 2), ("change", 3), ("repeat", 4)], 4, id="the-repeat"),
        pytest.param([("base", 2), ("race", 3), ("race", 4)], 4, id="the-last-of-a-race"),
        pytest.param([("base", 2), ("change", 3), ("again", 4)], 4, id="another-change"),
        pytest.param([("base", 2), ("change", 3), ("read", 9)], 3, id="not-the-read-back"),
        pytest.param([("base", 2), ("change", 3), ("other", 9)], 3, id="not-another-order"),
        pytest.param([("base", 2)], 2, id="the-base-alone"),
        pytest.param([("read", 2)], None, id="a-read-back-alone"),
    ],
)
def test_what_kept_a_clause_is_what_was_sent_for_it_or_else_the_last_request(steps, body):
    sent = case(*((role, exchange(number, body=b" " * length)) for number, (role, length) in enumerate(steps, 1)))
    judged = added(([HELD], sent))

    assert dict(judged.passed) == ({("", ""): {((f"body of {body}",), True)}} if body else {})
    assert judged.kept == ({("", "")} if body else set())


def test_a_case_with_a_finding_keeps_nothing():
    each = one(2)

    assert added(([HELD, finding(each, each.steps[-1][1])], each)).passed == {}


def test_only_planned_cases_say_that_something_shows_sometimes():
    for origin, expected in (("plan", True), ("base", False), ("property", False)):
        judged = added(broken(one(2)), ([HELD], one(4, origin=origin)))
        assert judged.sometimes(only(judged)) is expected


def test_where_a_clause_is_kept_by_label_and_field_another_one_says_nothing():
    found = broken(one(2), "zero", "quantity")
    same, other = added(found, ([Held("zero", "quantity")], one(4))), added(found, ([Held("one", "quantity")], one(4)))
    any_of_them = added(found, ([HELD], one(4)))

    assert [judged.sometimes(only(judged)) for judged in (same, other, any_of_them)] == [True, False, True]
    assert [len(judged.could_show(only(judged))) for judged in (same, other, any_of_them)] == [1, 0, 1]


@pytest.mark.parametrize(("status", "refused_too"), [(200, True), (499, True), (500, False), (503, False)])
def test_a_failure_could_show_only_where_the_request_was_carried_out(status, refused_too):
    judged = added(broken(one(2, status=status)), ([HELD], one(4, b"1", 400)), ([HELD], one(6, b"12", 200)))

    expected = {("body of 2",)} | ({("body of 1",)} if refused_too else set())
    assert judged.could_show(only(judged)) == expected


# ---------------------------------------------------------------------------------------------- all clauses


class Run:
    """What a judgement asks of the cases of a run: what clauses say of them, and what is aside."""

    def __init__(self, bench, said=None, aside=None):
        self.endpoint = bench.endpoint
        self._said = said or {}
        self.way = Way()
        self.way.aside = lambda _case: aside
        self.way.front.intermediary = lambda _exchange: "nginx"
        self.is_aside = aside is not None

    def said(self, _case):
        """What the clauses say of a case."""
        return {} if self.is_aside else self._said

    def would_say(self, _case):
        """What they would say of it if it were not aside."""
        return self._said

    def facts(self, _case, _exchange):
        """Nothing."""
        return ()

    def number(self, _exchange):
        """The same for all."""
        return 1


OTHER = "http.no-reflection"


@pytest.fixture
def judgement(bench):
    """Nothing judged yet."""
    return Judgement({name: Judged() for name in bench.endpoint.catalogue.clauses})


def test_each_clause_counts_what_it_says_and_the_codes_that_were_answered(bench, judgement):
    judgement.add(Run(bench, {CLAUSE: [HELD], OTHER: [HELD]}), one(2, status=404))
    judgement.add(Run(bench, {OTHER: [HELD]}), one(4, status=201))

    assert (judgement.clauses[CLAUSE].cases, judgement.clauses[OTHER].cases) == (1, 2)
    assert judgement.statuses == {200, 201, 404}
    assert judgement.hidden == {}


def test_the_time_of_what_was_planned_for_a_clause_is_counted_without_its_base(bench, judgement):
    steps = [("base", 8.0), ("before", 8.0), ("change", 1.0), ("repeat", 2.0), ("again", 4.0), ("read", 0.5)]
    sent = case(*((role, exchange(number, seconds=each)) for number, (role, each) in enumerate(steps, 1)))
    judgement.add(Run(bench), sent)
    judgement.add(Run(bench), case(*sent.steps, name="made/by hand"))

    assert judgement.clauses[CLAUSE].seconds == 7.5
    assert sum(judged.seconds for judged in judgement.clauses.values()) == 7.5


def test_cases_that_show_the_way_are_not_judged(bench, judgement):
    judgement.add(Run(bench, {CLAUSE: [HELD]}), credential_case([exchange(1, 401), exchange(2)]))

    assert (judgement.clauses[CLAUSE].cases, judgement.statuses) == (0, set())


@pytest.mark.parametrize("reason", Reason)
def test_what_says_nothing_of_the_application_hides_clauses_and_an_intermediary_is_named(bench, judgement, reason):
    judgement.clauses[OTHER].cases = 1
    run = Run(bench, {CLAUSE: [HELD], OTHER: [HELD]}, reason)
    judgement.add(run, one(2, status=403))
    judgement.pool(run)

    assert judgement.clauses[CLAUSE].cases == 0
    assert judgement.statuses == set()
    assert judgement.hidden == ({} if reason is Reason.EXPIRED else {CLAUSE: reason, OTHER: reason})
    assert judgement.in_front.cases == (reason is Reason.INTERMEDIARY)
    assert judgement.in_front.hides == ([CLAUSE] if reason is Reason.INTERMEDIARY else [])


def test_of_the_answers_of_intermediaries_the_smallest_is_shown_with_all_their_names():
    front = Intermediary()
    cases = [one(2, b"12"), one(4, b"1"), one(6, b"123")]
    for each, name in zip(cases, ("nginx", "Apache", "nginx"), strict=True):
        front.add(each, {name: each.steps[0][1]})

    assert (front.cases, front.names, front.smallest) == (3, {"nginx", "Apache"}, (cases[1], cases[1].steps[0][1]))


def test_a_pooled_clause_has_all_requests_as_its_cases(bench, judgement):
    run = Run(bench)
    run.way.requests = 40
    run.way.coded_first = exchange(3)
    run.way.coded["br"] = 7
    judgement.pool(run)
    judged = judgement.clauses["http.content-coding-not-requested"]

    assert (judged.cases, only(judged).seen) == (40, 7)
    assert judgement.clauses["availability.every-request-is-answered"].groups == {}
    assert only(judged) == Group(only(judged).smallest, 7, planned=True)
