"""The oracles of state on hand-made read-backs: each finds its fault, and none reports what is allowed."""

import datetime

import pytest

from contracts.allocate_order.requests import every_line, plain, with_quantities, without_member
from contracts.model.case import Case
from contracts.model.exchange import Request
from contracts.standard.requests import body_edit, chained, unchanged
from tests.selftest.conftest import PARTNER

REJECT = every_line(lambda ordered: (0, ordered, 0))
FIRST, LAST = (chained(REJECT, body_edit(lambda body, _o, _k, at=at: body["line_items"].pop(at))) for at in (-1, 0))
"""One line item of two, rejected."""

DUE = (datetime.date(2027, 3, 15) + datetime.timedelta(days=30)).isoformat()


def of_another_order(_base, _order, kit):
    """The accepted request of another order."""
    return plain(PARTNER, kit)


def shown(bench, *allocations, date=None):
    """An order detail: (accepted, rejected, backordered) of each line, None where nothing is stored."""
    fields = ("quantity_allocated", "quantity_rejected", "quantity_backordered")
    entries = []
    for item, numbers in zip(bench.order.line_items, allocations, strict=True):
        there = numbers and dict(zip(fields, numbers, strict=True)) | {
            "quantity_ordered": item.quantity_ordered,
            "backorder_date": date,
        }
        entries.append({"line_item_uuid": item.uuid, "status": "Allocated", "allocation": there})
    return bench.exchange(Request("GET", f"/timp/orders/{bench.order.uuid}/"), 200, {"line_items": entries})


PLAIN = ((6, 0, 0), (4, 0, 0))
REJECTED = ((0, 6, 0), (0, 4, 0))


def case(bench, steps, after, *, name="made/by hand", before=PLAIN, base="plain", date=None):
    """Steps (role, change, accepted) on a base, with the order read back before and after."""
    base_request = bench.base(base)
    made = [(role, edit(base_request, bench.order, bench.kit), accepted) for role, edit, accepted in steps]
    sent = [(role, bench.success(r) if accepted else bench.refusal(r, 422)) for role, r, accepted in made]
    reads = (("before", shown(bench, *before)), *sent, ("read", shown(bench, *after, date=date)))
    return Case(name, (("base", bench.success(base_request)), *reads))


BAD = with_quantities(lambda ordered: (ordered + 1, 0, 0), -1)
ABOUT_ANOTHER = "state.other-order-untouched/made by hand"
MIXED = ((6, 0, 0), (0, 4, 0))


@pytest.mark.parametrize(
    ("clause", "steps", "after", "options"),
    [
        pytest.param("state.read-back", [("change", REJECT, True)], PLAIN, {}, id="accepted-and-not-stored"),
        pytest.param("state.read-back", [("change", REJECT, True)], MIXED, {}, id="accepted-and-stored-in-part"),
        pytest.param("state.read-back", [("change", REJECT, True)], (None, None), {}, id="accepted-and-lost"),
        pytest.param(
            "state.read-back",
            [("change", unchanged, True)],
            ((5, 0, 1), (3, 0, 1)),
            {"base": "dated", "date": "2027-01-01"},
            id="stored-with-another-date",
        ),
        pytest.param(
            "state.replaced", [("change", unchanged, True), ("change", REJECT, True)], MIXED, {}, id="half-replaced"
        ),
        pytest.param(
            "state.replaced",
            [("change", unchanged, True), ("change", REJECT, True)],
            ((6, 6, 0), (4, 4, 0)),
            {},
            id="added-instead-of-replaced",
        ),
        pytest.param("state.all-or-nothing", [("change", BAD, False)], ((0, 6, 0), (4, 0, 0)), {}, id="half-stored"),
        pytest.param("state.all-or-nothing", [("change", BAD, False)], (None, None), {}, id="wiped-by-a-refusal"),
        pytest.param(
            "state.concurrent", [("race", unchanged, True), ("race", REJECT, True)], MIXED, {}, id="half-of-each"
        ),
        pytest.param(
            "state.concurrent", [("race", FIRST, True), ("race", LAST, True)], MIXED, {}, id="one-of-two-lines-undone"
        ),
        pytest.param(
            "state.concurrent",
            [("race", REJECT, True), ("race", of_another_order, True)],
            PLAIN,
            {},
            id="lost-to-another-order",
        ),
        pytest.param(
            "state.other-order-untouched",
            [],
            REJECTED,
            {"name": ABOUT_ANOTHER},
            id="another-order-changed",
        ),
        pytest.param(
            "state.repeat",
            [("change", unchanged, True), ("repeat", unchanged, False)],
            (None, None),
            {},
            id="wiped-by-a-refused-repeat",
        ),
        pytest.param(
            "state.repeat",
            [("change", unchanged, True), ("repeat", unchanged, True)],
            ((12, 0, 0), (8, 0, 0)),
            {},
            id="doubled-by-the-repeat",
        ),
    ],
)
def test_a_faulty_state_is_found_by_its_clause(bench, clause, steps, after, options):
    assert bench.said(clause, case(bench, steps, after, **options))[0]


@pytest.mark.parametrize(
    ("clause", "steps", "after", "options"),
    [
        pytest.param("state.read-back", [("change", REJECT, True)], REJECTED, {}, id="stored-as-sent"),
        pytest.param(
            "state.read-back",
            [("change", unchanged, True)],
            ((5, 0, 1), (3, 0, 1)),
            {"base": "dated", "date": DUE},
            id="stored-with-its-date",
        ),
        pytest.param(
            "state.read-back",
            [("change", unchanged, True)],
            ((5, 0, 1), (3, 0, 1)),
            {"base": "dated", "date": f"{DUE}T00:00:00Z"},
            id="stored-with-its-date-and-a-time",
        ),
        pytest.param(
            "state.replaced", [("change", unchanged, True), ("change", REJECT, True)], REJECTED, {}, id="replaced"
        ),
        pytest.param("state.all-or-nothing", [("change", BAD, False)], PLAIN, {}, id="refused-and-unchanged"),
        pytest.param(
            "state.concurrent", [("race", unchanged, True), ("race", REJECT, True)], PLAIN, {}, id="the-first-won"
        ),
        pytest.param(
            "state.concurrent", [("race", unchanged, True), ("race", REJECT, True)], REJECTED, {}, id="the-second-won"
        ),
        pytest.param(
            "state.concurrent", [("race", unchanged, True), ("race", REJECT, False)], PLAIN, {}, id="one-was-refused"
        ),
        pytest.param(
            "state.concurrent", [("race", FIRST, True), ("race", LAST, True)], REJECTED, {}, id="both-lines-stored"
        ),
        pytest.param(
            "state.concurrent",
            [("race", FIRST, True), ("race", LAST, True)],
            (None, (0, 4, 0)),
            {},
            id="the-later-line-alone",
        ),
        pytest.param(
            "state.concurrent", [("race", FIRST, False), ("race", LAST, True)], MIXED, {}, id="one-of-two-lines-refused"
        ),
        pytest.param(
            "state.concurrent",
            [("race", REJECT, True), ("race", of_another_order, True)],
            REJECTED,
            {},
            id="next-to-another-order",
        ),
        pytest.param(
            "state.other-order-untouched",
            [],
            PLAIN,
            {"name": ABOUT_ANOTHER},
            id="another-order-unchanged",
        ),
        pytest.param(
            "state.repeat", [("change", unchanged, True), ("repeat", unchanged, True)], PLAIN, {}, id="the-same-again"
        ),
        pytest.param(
            "state.repeat", [("change", BAD, False), ("repeat", BAD, False)], PLAIN, {}, id="refused-both-times"
        ),
        pytest.param(
            "state.repeat",
            [("change", unchanged, True), ("repeat", unchanged, False)],
            PLAIN,
            {},
            id="refused-the-second-time-and-the-same",
        ),
    ],
)
def test_an_allowed_state_is_reported_by_no_oracle(bench, clause, steps, after, options):
    made = case(bench, steps, after, **options)

    assert bench.said(clause, made)[1]
    assert {found for found in bench.findings(made) if found.startswith("state.")} == set()


def test_a_repeat_that_is_answered_otherwise_is_found(bench):
    request = bench.base()
    first, again = bench.success(request), bench.success(request, quantity_shipped=1)
    made = Case("made/by hand", (("base", first), ("change", first), ("repeat", again)))

    assert bench.said("state.repeat", made)[0]


def test_a_created_answer_and_then_a_plain_one_are_the_same(bench):
    request = bench.base()
    lines = {"line_items": bench.lines(request)}
    created, again = bench.exchange(request, 201, lines), bench.exchange(request, 200, lines)
    made = Case("made/by hand", (("base", created), ("change", created), ("repeat", again)))

    assert bench.said("state.repeat", made) == ([], 2)


def test_a_repeat_may_differ_in_members_that_the_page_does_not_list(bench):
    request = bench.base()
    first, again = bench.success(request, status_changed=1), bench.success(request, status_changed=2)
    made = Case("made/by hand", (("base", first), ("change", first), ("repeat", again)))

    assert bench.said("state.repeat", made) == ([], 2)


def test_a_refused_repeat_without_a_read_back_says_nothing(bench):
    request = bench.base()
    made = Case("made/by hand", (("base", bench.success(request)), ("repeat", bench.refusal(request, 409))))

    assert bench.said("state.repeat", made) == ([], 0)
    assert bench.findings(made) == set()


UNDATED = every_line(lambda ordered: (ordered, 0, 0))


def without_a_date(base, order, kit):
    """Everything accepted, and no date."""
    return without_member("backorder_date", 0)(
        without_member("backorder_date", 1)(UNDATED(base, order, kit), order, kit), order, kit
    )


@pytest.mark.parametrize(
    ("date", "findings"),
    [
        pytest.param(DUE, {"backorder_date"}, id="that-of-the-first-allocation"),
        pytest.param(None, set(), id="none"),
        pytest.param("2020-01-01", set(), id="one-of-the-targets-own"),
    ],
)
def test_a_date_that_only_the_first_allocation_had_does_not_stay(bench, date, findings):
    steps = [("change", unchanged, True), ("change", without_a_date, True)]
    found, _ = bench.said("state.replaced", case(bench, steps, PLAIN, base="dated", date=date))

    assert {finding.field for finding in found} == findings


@pytest.mark.parametrize(("after", "count"), [(((0, 1, 0),) * 2, 0), (((1, 1, 0),) * 2, 1)], ids=["replaced", "added"])
def test_a_part_takes_the_place_of_another_part(bench, after, count):
    one, other = every_line(lambda _ordered: (1, 0, 0)), every_line(lambda _ordered: (0, 1, 0))
    made = case(bench, [("change", one, True), ("again", other, True)], after)

    assert len(bench.said("state.replaced", made)[0]) == count
    assert not bench.said("state.read-back", made)[0]


@pytest.mark.parametrize(("after", "is_left"), [(REJECTED, True), (PLAIN, False)], ids=["changed", "as-before"])
@pytest.mark.parametrize(("lines", "clause"), [(1, "refused-leaves-nothing"), (2, "all-or-nothing")])
def test_what_a_refusal_leaves_is_of_one_clause_for_one_line_and_of_another_for_several(
    bench, lines, clause, after, is_left
):
    def first(base, order, kit):
        over = with_quantities(lambda ordered: (ordered + 1, 0, 0))(base, order, kit)
        return body_edit(lambda body, _order, _kit: body.update(line_items=body["line_items"][:lines]))(
            over, order, kit
        )

    made = case(bench, [("change", first, False)], after, before=PLAIN)
    other = {"refused-leaves-nothing": "all-or-nothing", "all-or-nothing": "refused-leaves-nothing"}[clause]
    found, held = bench.said(f"state.{clause}", made)

    assert (len(found), held) == ((1, 0) if is_left else (0, 1))
    assert bench.said(f"state.{other}", made) == ([], 0)
