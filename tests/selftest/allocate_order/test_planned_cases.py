"""Planned cases send what their names say, and differ from an accepted request in what their clause is about alone."""

import json

import pytest

from contracts.model.case import Case
from tests.selftest.allocate_order.conftest import FULL, bodies
from tests.selftest.conftest import PARTNER, order

SECTION = "allocation-object"


# What one line of ten units gets, in the words of the name.
EQUAL = {
    "all accepted": (10, 0, 0),
    "all rejected": (0, 10, 0),
    "one rejected": (9, 1, 0),
    "one accepted": (1, 9, 0),
    "all backordered": (0, 0, 10),
    "one backordered": (9, 0, 1),
    "rejected and backordered": (0, 1, 9),
    "all three": (8, 1, 1),
}
OVER = {
    "accepted one over": (11, 0, 0),
    "rejected one over": (0, 11, 0),
    "backordered one over": (0, 0, 11),
    "accepted and rejected": (10, 1, 0),
    "accepted and backordered": (10, 0, 1),
    "each at most the ordered quantity": (9, 2, 0),
    "twice the ordered quantity": (10, 10, 0),
    "a sum that is the ordered quantity in 32 bits": (2**31 - 1, 2**31 - 1, 2**32 + 10 - 2 * (2**31 - 1)),
    "accepted far over": (1010, 0, 0),
    "a byte over": (10 + 2**8, 0, 0),
    "two bytes over": (10 + 2**16, 0, 0),
}
BELOW = {
    "one below": (9, 0, 0),
    "one rejected": (0, 1, 0),
    "two accepted, every line": (2, 0, 0),
    "one rejected, every line": (0, 1, 0),
    "one backordered, every line": (0, 0, 1),
    "what a byte holds, every line": (200, 0, 0),
}


@pytest.mark.parametrize(("name", "expected"), EQUAL.items(), ids=list(EQUAL))
def test_a_sum_that_equals_what_was_ordered_is_split_as_its_name_says(bench, planned, name, expected):
    first, *_ = bodies(bench, planned, f"{SECTION}.sum-equals-ordered/{name}")

    assert first[0] == expected
    assert bool(first[1]) == bool(expected[2])
    several = f"{SECTION}.sum-equals-ordered/{name}, several lines"
    if several in planned[0]:
        assert {line[0] for line in bodies(bench, planned, several)} == {expected}


@pytest.mark.parametrize(("name", "expected"), OVER.items(), ids=list(OVER))
def test_a_sum_over_what_was_ordered_is_split_as_its_name_says_in_every_line_and_in_one_of_several(
    bench, planned, name, expected
):
    every = bodies(bench, planned, f"{SECTION}.sum-exceeds-ordered/{name}")
    (case,) = (each for each in planned[0] if each.startswith(f"{SECTION}.sum-checked-per-line-item/{name} in the "))
    lines = [line[0] for line in bodies(bench, planned, case)]
    place = {"middle": 1, "last": len(lines) - 1}[case.rpartition(" ")[2]]

    assert {line[0] for line in every} == {expected}
    assert lines.pop(place) == expected
    assert all(sum(line) == 10 for line in lines)


@pytest.mark.parametrize(("name", "expected"), BELOW.items(), ids=list(BELOW))
def test_a_sum_below_what_was_ordered_is_split_as_its_name_says(bench, planned, name, expected):
    label = "what a byte holds" if name.startswith("what") else name
    first, *rest = bodies(bench, planned, f"{SECTION}.sum-below-ordered/{label}")

    assert first[0] == expected
    assert {line[0] for line in rest} == ({expected} if name.endswith("every line") else {(10, 0, 0)})


def test_one_line_over_and_another_below_is_over_though_the_whole_is_not(bench, planned):
    per_line = f"{SECTION}.sum-checked-per-line-item"
    both = bodies(bench, planned, f"{per_line}/last over, first below")
    first = bodies(bench, planned, f"{per_line}/first over")

    assert [line[0] for line in both] == [(9, 0, 0), (11, 0, 0)]
    assert [line[0] for line in first] == [(11, 0, 0), (10, 0, 0), (10, 0, 0)]
    assert bodies(bench, planned, f"{SECTION}.all-zero/first line")[0][0] == (0, 0, 0)


@pytest.mark.parametrize(
    ("field", "breach", "value"),
    [
        ("accepted", "type", "five"),
        ("backordered", "type", "five"),
        *((field, "negative", -1) for field in ("accepted", "rejected", "backordered")),
    ],
)
def test_one_line_of_several_is_the_last_and_the_others_are_as_they_were(bench, planned, field, breach, value):
    cases, kit, _ = planned
    sent, quantity = order(4, 10), f"quantity_{field}"
    base = bench.endpoint.definition.bases["plain"](sent, kit)
    ((_, edit), *_) = cases[f"{SECTION}.quantity-{field}-{breach}/one line of several"].steps
    before, after = (json.loads(body)["line_items"] for body in (base.body, edit(base, sent, kit).body))

    assert after[:3] == before[:3]
    assert after[3]["allocation"][quantity] == (str(value) if kit.dialect.digits else value)


@pytest.mark.parametrize("field", ["accepted", "rejected", "backordered"])
def test_numbers_beyond_machine_integers_are_written_as_the_target_takes_numbers_and_one_is_not(bench, planned, field):
    cases, kit, _ = planned
    base = bench.base("plain")
    own = str if kit.dialect.digits else int
    sent = {}
    for name, planned_case in cases.items():
        if name.startswith(f"{SECTION}.quantity-{field}-overflow/"):
            ((_, edit),) = planned_case.steps
            body = json.loads(edit(base, bench.order, kit).body)
            sent[name.partition("/")[2]] = body["line_items"][0]["allocation"][f"quantity_{field}"]

    assert {int(value) for value in sent.values()} == {2**31, 2**32, 2**53, 2**63, 2**64}
    assert {name for name, value in sent.items() if not isinstance(value, own)} == {"2^31 in the other encoding"}


def test_a_line_named_in_upper_case_is_to_be_allocated_otherwise_than_it_is(bench, planned):
    sent = bodies(bench, planned, "request-parameters.upper-case-line-item-uuid/upper case")

    assert [line[0] for line in sent] == [(0, 10, 0), (0, 10, 0)]


def test_two_orders_are_allocated_at_the_same_time_the_other_one_as_it_is(bench, planned):
    cases, kit, _ = planned
    case = cases["state.concurrent/with another order"]
    base = bench.base("plain")
    own, other = (edit(base, bench.order, kit) for _, edit in case.steps)

    assert case.together
    assert own.path == base.path
    assert (other.path, other.body) == (
        f"/timp/orders/allocation/{PARTNER.uuid}/",
        bench.endpoint.definition.bases["plain"](PARTNER, kit).body,
    )


@pytest.mark.parametrize("name", ["more accepted than a byte holds", "what a byte holds"])
def test_a_case_about_a_byte_needs_an_order_of_more_than_one_holds(planned, name):
    (case,) = (case for case in planned[0].values() if case.label == name)

    assert case.need.units == 2**8


def test_a_case_about_several_lines_needs_them(planned):
    needed = {case.label: case.need.lines for case in planned[0].values()}
    several = {label: lines for label, lines in needed.items() if "several lines" in label or "in the last" in label}

    assert len(several) > 10
    assert set(several.values()) == {2}
    assert {lines for label, lines in needed.items() if "middle" in label} == {3}


# ----------------------------------------------------------------------------------------------- all of them

BLURRED = {
    # A name that is written otherwise is missing as the listed one, and is an unlisted one; so is a token in the body.
    "allocation-object.quantity-accepted-required/with a space",
    "allocation-object.quantity-rejected-required/in camel case",
    "allocation-object.sum-checked-per-line-item/last over, first below",
    "authentication.invented-token-elsewhere/other in body",
    "request-parameters.line-item-uuid-required/in camel case",
    "request-parameters.line-items-required/in another object",
}


def test_what_a_case_changes_is_what_its_clause_is_about_and_nothing_else(bench, planned):
    cases, kit, context = planned
    about = {
        name: case
        for name, case in cases.items()
        if bench.clauses[case.clause].expects == "refused" and case.clause not in bench.endpoint.judges
    }
    blurred = set()
    for name, case in about.items():
        units = case.need.units if case.need.exactly else 2000
        sent = FULL if units == 2000 else order(6, units)
        base = bench.endpoint.definition.bases[case.base](sent, kit)
        steps = [(role, bench.refusal(edit(base, sent, kit), 400)) for role, edit in case.steps if role == "change"]
        made = Case(name, (("base", bench.success(base)), *steps))
        blurred |= {name for _, each in steps if not context.isolates(made, each, case.clause)}

    assert len(about) > 100
    assert blurred == BLURRED & about.keys()
