"""The oracles of lines in an answer: lines named twice, other lines of the order, and lines of none."""

import json
from dataclasses import replace

import pytest

from contracts.allocate_order.parsed import QUANTITIES
from contracts.endpoint.oracle import observe

ROOT = "response-parameters"
ARRAY = {"response_parameters__shape": "array"}


def requested(bench, *entries):
    """The base request for these (line, quantities accepted, rejected and backordered) entries."""
    names = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
    items = bench.order.line_items
    lines = [
        {"line_item_uuid": items[index].uuid, "allocation": dict(zip(names, numbers, strict=True))}
        for index, numbers in entries
    ]
    return replace(bench.base(), body=json.dumps({"line_items": lines}).encode())


SEVERAL, SOME, REPEATED = (
    f"request-parameters.{name}" for name in ("several-line-items", "some-line-items-only", "repeated-line-item")
)


@pytest.mark.parametrize("turned", [False, True], ids=["as-provided", "the-other-way-round"])
@pytest.mark.parametrize(
    ("indexes", "traits"),
    [
        ((0, 1), {SEVERAL: "in the order's order"}),
        ((1, 0), {SEVERAL: "in another order"}),
        ((0,), {SOME: "not all line items"}),
        ((0, 0), {SOME: "not all line items", REPEATED: "a line item twice"}),
        ((0, 1, 0), {SEVERAL: "in another order", REPEATED: "a line item twice"}),
    ],
)
def test_the_lines_of_a_request_are_compared_with_those_of_the_order(bench, indexes, traits, turned):
    items = bench.order.line_items[:: -1 if turned else 1]
    order = replace(bench.order, line_items=items)
    chosen = [index if not turned else len(items) - 1 - index for index in indexes]
    request = requested(bench, *((index, (number, 0, 0)) for number, index in enumerate(chosen)))
    view = bench.endpoint.context((order,), bench.defaults).view(bench.exchange(request))

    assert {trait.clause: trait.label for trait in view.traits if trait.clause in {SEVERAL, SOME, REPEATED}} == traits


TWICE = ((0, (6, 0, 0)), (0, (0, 6, 0)))
REPEATS = {"request_parameters__repeated_line_item": "last-counts"}


@pytest.mark.parametrize(("times", "found"), [(1, False), (2, False), (3, True)])
def test_a_line_is_answered_at_most_as_often_as_the_request_names_it(bench, times, found):
    request = requested(bench, *TWICE)
    case = bench.one(bench.exchange(request, 200, {"line_items": bench.lines(request) * times}))

    assert (f"{ROOT}.no-line-item-answered-twice" in bench.findings(case, bench.context(**REPEATS))) == found


@pytest.mark.parametrize(
    ("statuses", "found"),
    [
        pytest.param(("Rejected",), False, id="the-last"),
        pytest.param(("Allocated", "Rejected"), False, id="each-its-own"),
        pytest.param(("Rejected", "Rejected"), False, id="twice-the-last"),
        pytest.param(("Backordered",), True, id="neither"),
    ],
)
def test_the_status_of_a_line_named_twice_agrees_with_one_of_its_entries(bench, statuses, found):
    line = bench.order.line_items[0].uuid
    case = bench.one(bench.exchange(requested(bench, *TWICE), 200, [{line: status} for status in statuses]))

    assert (f"{ROOT}.status-agrees" in bench.findings(case, bench.context(**ARRAY, **REPEATS))) == found


ALIKE = ((0, (6, 0, 0)), (1, (4, 0, 0)), (0, (6, 0, 0)))


@pytest.mark.parametrize("reading", ["refused", "last-counts"])
@pytest.mark.parametrize("status", [200, 409])
def test_a_line_named_again_in_the_same_words_may_be_taken_or_refused(bench, reading, status):
    context = bench.context(request_parameters__repeated_line_item=reading)

    assert bench.findings(bench.one(bench.answer(requested(bench, *ALIKE), status)), context) == set()


def test_a_line_named_again_in_other_words_is_answered_in_one_way(bench):
    case = bench.one(bench.answer(requested(bench, *TWICE, (1, (4, 0, 0))), 200))
    refusing = bench.context(request_parameters__repeated_line_item="refused")

    assert "request-parameters.repeated-line-item" in bench.findings(case, refusing)


@pytest.mark.parametrize("status", [200, 422])
def test_a_target_may_validate_the_entry_that_does_not_count_or_not(bench, status):
    request = requested(bench, (0, (9, 0, 0)), (0, (0, 6, 0)), (1, (4, 0, 0)))
    answer = bench.success(request) if status == 200 else bench.refusal(request, status)

    assert bench.findings(bench.one(answer), bench.context(**REPEATS)) == set()


def test_other_lines_of_the_order_in_an_answer_are_a_question_and_lines_of_another_order_a_breach(bench):
    request = requested(bench, (0, (6, 0, 0)))
    lines = bench.lines(bench.base())
    both = bench.one(bench.exchange(request, 200, {"line_items": lines}))
    answered = {"response_parameters__other_line_items": "answered"}

    assert bench.findings(both) == {f"{ROOT}.other-line-items"}
    assert bench.findings(both, bench.context(**answered)) == set()

    foreign = lines[0] | {"line_item_uuid": "00000000-0000-4000-8000-000000000000"}
    foreign = bench.exchange(request, 200, {"line_items": [*lines, foreign]})
    assert bench.findings(bench.one(foreign), bench.context(**answered)) == {f"{ROOT}.no-foreign-line-item-answered"}


STATUS = "Allocated"


@pytest.mark.parametrize(
    ("elements", "found"),
    [
        pytest.param(lambda one, two: [{one: STATUS}, {two: STATUS}], set(), id="an-object-each"),
        pytest.param(lambda one, two: [{one: STATUS, two: STATUS}], set(), id="one-object-for-all"),
        pytest.param(lambda one, _two: [{one: STATUS}], {"every-line-item-answered"}, id="one-left-out"),
        pytest.param(
            lambda one, two: [{"name": name, "status": STATUS} for name in (one, two)],
            {"line-items-are-objects", "every-line-item-answered"},
            id="other-names",
        ),
    ],
)
def test_the_array_has_the_statuses_of_all_lines_in_one_object_or_in_several(bench, elements, found):
    answer = bench.exchange(requested(bench, (0, (6, 0, 0)), (1, (4, 0, 0))), 200, elements(*(bench.order.uuids[1:])))

    assert bench.findings(bench.one(answer), bench.context(**ARRAY)) == {f"{ROOT}.{clause}" for clause in found}


@pytest.mark.parametrize(
    ("answer", "shape"),
    [
        pytest.param(lambda line: {"line_items": [{"line_item_uuid": line}]}, "object", id="object"),
        pytest.param(lambda _line: {"line_items": []}, "object", id="object-of-no-line"),
        pytest.param(lambda line: [{line: STATUS}], "array", id="array"),
        pytest.param(lambda _line: [], "array", id="array-of-no-line"),
        pytest.param(lambda line: [{"line_item_uuid": line}], "objects in array", id="objects-in-array"),
        pytest.param(lambda line: {"line_items": [{line: STATUS}]}, "statuses in object", id="statuses-in-object"),
        pytest.param(lambda line: {line: STATUS}, "other", id="neither"),
    ],
)
def test_an_answer_is_of_one_form_of_the_page_or_a_mixture_of_both(bench, answer, shape):
    case = bench.one(bench.exchange(bench.base(), 200, answer(bench.order.uuids[1])))
    seen = observe(bench.clauses[f"{ROOT}.shape"], case, bench.context(), bench.endpoint.observers)

    assert [each.evidence for each in seen][-1] == shape
    assert "openapi.body" not in bench.findings(case) or shape == "other"


# ------------------------------------------------------------------------------------- lines that are not the order's

FOREIGN = "request-parameters.foreign-line-item"


def observed(bench, edit):
    """What the answer to a foreign line shows; `edit` gets its honest entry. The order's own entries are honest."""
    ((_, request),) = bench.made(f"{FOREIGN}/invented")
    *own, foreign = bench.lines(request)
    case = bench.one(bench.exchange(request, 200, {"line_items": [*own, edit(foreign)]}))
    return [seen.evidence for seen in bench.endpoint.observers[FOREIGN](case, bench.context())]


@pytest.mark.parametrize(
    ("edit", "evidence"),
    [
        pytest.param(lambda e: e, "carried out", id="as-any-other"),
        pytest.param(lambda e: e | {"line_item_status": "Allocated"}, "carried out", id="allocated"),
        pytest.param(lambda e: e | {"line_item_status": "Rejected"}, "carried out", id="rejected"),
        pytest.param(lambda e: e | {"error": None}, "carried out", id="an-error-that-is-null"),
        pytest.param(lambda e: e | {"quantity_rejected": 6}, "carried out", id="a-documented-member-more"),
        pytest.param(lambda e: e | {"line_item_status": "Item Not Found"}, "reported", id="not-found"),
        pytest.param(lambda e: e | {"status": "NOT_FOUND"}, "reported", id="a-code"),
        pytest.param(lambda e: e | {"status": "ignored"}, "reported", id="a-status-that-others-never-have"),
        pytest.param(
            lambda e: {"line_item_uuid": e["line_item_uuid"], "error": {"code": 7}}, "reported", id="an-error"
        ),
    ],
)
def test_a_foreign_line_is_reported_by_what_other_lines_never_have(bench, edit, evidence):
    assert observed(bench, edit) == [evidence]


@pytest.mark.parametrize(("status", "evidence"), [("Item Not Found", "not matched"), ("Allocated", "accepted")])
def test_whether_an_upper_case_uuid_is_matched_is_seen_at_its_own_line(bench, status, evidence):
    clause = "request-parameters.upper-case-line-item-uuid"
    ((_, request),) = bench.made(f"{clause}/upper case")
    first, *others = bench.lines(request)
    lines = [first | {"line_item_status": status}, *others]
    case = bench.one(bench.exchange(request, 200, {"line_items": lines}))

    assert [seen.evidence for seen in bench.endpoint.observers[clause](case, bench.context())] == [evidence]


@pytest.mark.parametrize("name", ["of line_item_uuid", "of allocation"])
def test_a_line_item_with_a_name_in_other_letter_case_need_not_be_answered(bench, name):
    case_id = f"request-parameters.member-name-case/{name}"
    case = bench.case(case_id, lambda request: bench.exchange(request, 200, {"line_items": []}))

    assert bench.said(f"{ROOT}.every-line-item-answered", case)[0] == []


@pytest.mark.parametrize("name", ["", " ", "line", "None", "319BBA9F-71B1"])
def test_a_name_that_is_not_a_uuid_may_be_reported_where_foreign_lines_are(bench, name):
    clause = "request-parameters.line-item-uuid-malformed"
    request = bench.base()
    line = {"line_item_uuid": name, "allocation": dict.fromkeys(QUANTITIES, 0)}
    answer = {"line_items": [{"line_item_uuid": name, "error": "unknown"}]}
    asked = bench.variant(request, body=json.dumps({"line_items": [line]}).encode())
    case = bench.one(bench.exchange(asked, 200, answer))

    found, held = bench.said(clause, case, bench.context(request_parameters__foreign_line_item="reported"))
    assert (found, held) == ([], 1)
    assert bench.said(clause, case)[0] != []
