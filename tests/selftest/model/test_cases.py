"""The exchanges of a case: which were sent for it, what led to a read-back, and which repeat an accepted request."""

import pytest

from contracts.model.case import Case, clause_of, led_to
from contracts.model.exchange import Exchange, Request, Response


def exchange(number, status=200, body=b""):
    """An exchange with this number."""
    return Exchange(f"run-{number:05d}", Request("PUT", "/a/", (), body or b"%d" % number), Response(status, (), b""))


def case(*roles):
    """A case of exchanges with these roles, numbered from 1."""
    return Case("a.b/c, d/e", tuple((role, exchange(number)) for number, role in enumerate(roles, 1)))


def numbers(exchanges):
    return [int(each.id[-5:]) for each in exchanges]


@pytest.mark.parametrize(
    ("roles", "shown", "expected"),
    [
        pytest.param(("base", "change"), 2, [2], id="a-change"),
        pytest.param(("base", "change"), 1, [1], id="the-base"),
        pytest.param(("base", "change", "repeat"), 3, [3], id="a-repeat"),
        pytest.param(("base", "change", "read"), 3, [2], id="a-read-back-after-a-change"),
        pytest.param(("base", "change", "repeat", "read"), 4, [2, 3], id="a-read-back-after-two"),
        pytest.param(("base", "race", "race", "read"), 4, [2, 3], id="a-read-back-after-a-race"),
        pytest.param(("base", "before"), 2, [1], id="a-read-back-of-the-base"),
        pytest.param(("base", "before", "change", "read"), 2, [1], id="the-first-of-two"),
        pytest.param(("base", "before", "change", "read"), 4, [3], id="the-second-of-two"),
        pytest.param(("base", "base", "read"), 3, [2], id="after-two-bases"),
        pytest.param(("read", "change"), 1, [1], id="before-anything-was-sent"),
    ],
)
def test_a_read_back_is_shown_with_the_requests_since_the_base(roles, shown, expected):
    made = case(*roles)

    assert numbers(led_to(made, made.steps[shown - 1][1])) == expected


def test_an_exchange_of_another_case_is_shown_alone():
    assert numbers(led_to(case("base", "read"), exchange(9))) == [9]


def test_the_exchanges_of_a_case_are_named_by_role_and_else_all_but_the_read_backs():
    made = case("base", "before", "change", "repeat", "again", "race", "other", "tried", "read")

    assert numbers(made.all()) == [1, 3, 4, 5, 6, 7, 8]
    assert numbers(made.all("change", "race")) == [3, 6]
    assert numbers(made.all("read")) == [9]
    assert numbers([made.base]) == [1]
    assert case("change").base is None
    assert made.key == ("a.b/c, d/e", "run-00009")


def test_the_id_of_a_case_is_its_clause_and_what_is_special_in_it():
    assert (clause_of("a.b/c, d/e"), case("base").clause, case("base").label) == ("a.b", "a.b", "c, d/e")
    assert (clause_of("a.b"), Case("a.b", ()).label) == ("a.b", "")


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ([(200, b"x")], True),
        ([(201, b"x")], True),
        ([(400, b"x")], False),
        ([(200, b"y")], False),
        ([(400, b"x"), (200, b"x")], True),
        ([(200, b"x"), (400, b"y")], True),
        ([], False),
    ],
)
def test_a_request_repeats_an_accepted_one_if_the_same_content_was_accepted_before_it(earlier, expected):
    before = [("base", exchange(number, *each)) for number, each in enumerate(earlier, 1)]
    shown = exchange(8, 409, b"x")
    made = Case("a.b/c", (*before, ("change", shown), ("repeat", exchange(9, 200, b"x"))))

    assert made.repeats_an_accepted_one(shown) is expected
