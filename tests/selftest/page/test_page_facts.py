"""What clauses cite of a page: each fact is found, is lost with a change, and what no clause cites is listed."""

from pathlib import Path

import pytest

from contracts import ROOT
from contracts.endpoint import catalogue
from contracts.model.clause import Clause, Level, Status
from contracts.page.facts import Cite, check, statements, uncovered
from contracts.page.reader import read

TEXT = (Path(__file__).parents[1] / "pages" / "clean.md").read_text("utf-8")
PAGE = read(TEXT)
POINTER = "/books/0/placement/copies"


def clause(*cites: Cite) -> Clause:
    return Clause("shelf.clause", Level.MUST, Status.CLEAR, "", "", ("page",), "", cites=cites, line=7)


FOUND = [
    pytest.param({"method": "put"}, "method: put", "method: post", id="method"),
    pytest.param({"path": "/shop/shelves/{uuid}/"}, "{shelf_uuid}/\nname", "{shelf_uuid}/more/\nname", id="path"),
    pytest.param(
        {"field": "copies", "section": "Placement Object", "type": "integer"}, "(integer)", "(string)", id="type"
    ),
    pytest.param(
        {"field": "copies", "section": "Placement Object", "required": True},
        "(integer) ***Required***",
        "(integer)",
        id="required",
    ),
    pytest.param(
        {"field": "price", "section": "Placement Object", "required": False},
        "(decimal)",
        "(decimal) ***Required***",
        id="optional",
    ),
    pytest.param(
        {"field": "since", "section": "Placement Object", "format": "yyyy-mm-dd"},
        "yyyy-mm-dd",
        "yyyy-mmm-ddd",
        id="format",
    ),
    pytest.param({"field": "shown", "section": "Book Object"}, "shown\n:", "seen\n:", id="field"),
    pytest.param(
        {"field": "shown", "section": "Book Object"},
        "#### Book Object\n\nbook_uuid\n: (string) Names",
        "#### Title\n\nbook_uuid\n: (string) Names",
        id="section",
    ),
    pytest.param({"sample": "Curl"}, 'title="Curl"', 'title="cURL"', id="sample"),
    pytest.param({"sample": "Request", "pointer": POINTER}, '"copies": 3', '"count": 3', id="pointer"),
    pytest.param({"sample": "Request", "pointer": POINTER, "value": 3}, '"copies": 3', '"copies": "3"', id="value"),
    pytest.param(
        {"sample": "Request", "pointer": POINTER, "type": "integer"}, '"copies": 3', '"copies": "3"', id="json-type"
    ),
    pytest.param(
        {"sample": "Response", "pointer": "/books/0/shown", "value": True}, 'shown": true', 'shown": 1', id="true"
    ),
    pytest.param({"header": "authorization", "starts": "Token "}, "Token <", "Bearer <", id="header"),
    pytest.param({"include": "shop/codes.md"}, "shop/codes.md", "shop/code.md", id="include"),
    pytest.param({"heading": "Expected Response Codes"}, "### Expected Response", "### Response", id="heading"),
    pytest.param(
        {"term": "each book_uuid  serves", "section": "Description"}, "Each book_uuid", "One book_uuid", id="term"
    ),
    pytest.param({"term": "one copy", "section": "Placement Object"}, "of one copy", "of a copy", id="term-of-a-list"),
]
"""A cite that is found on the clean page, and the change with which it falls."""


@pytest.mark.parametrize(("cite", "old", "new"), FOUND)
def test_cited_fact_is_found_until_the_page_changes(cite: Cite, old: str, new: str):
    changed = TEXT.replace(old, new)
    assert changed != TEXT

    assert check(PAGE, [clause(cite)]) == ()
    assert [(each.clause, each.cite, each.line) for each in check(read(changed), [clause(cite)])] == [
        ("shelf.clause", cite, 7)
    ]


@pytest.mark.parametrize(
    "cite",
    [
        pytest.param({"feild": "shown", "section": "Book Object"}, id="key-misspelt"),
        pytest.param({"field": "shown"}, id="key-missing"),
        pytest.param({"field": "shown", "section": "Book Object", "kind": "boolean"}, id="key-unknown"),
        pytest.param({"sample": "Request", "value": 3}, id="value-without-a-pointer"),
        pytest.param({"sample": "Request", "pointer": POINTER, "value": True}, id="value-of-another-type"),
        pytest.param({"sample": "Request", "pointer": "/books/1"}, id="pointer-beyond-the-end"),
        pytest.param({"sample": "Request", "pointer": "/books/first"}, id="pointer-by-name-into-an-array"),
        pytest.param({"path": "/shop/{any}/{shelf_uuid}/"}, id="placeholder-for-a-word"),
        pytest.param({}, id="empty"),
    ],
)
def test_cite_that_says_nothing_true_is_not_found(cite: Cite):
    assert len(check(PAGE, [clause(cite)])) == 1


def test_cited_path_means_a_title_with_a_uuid_in_it():
    page = read(TEXT.replace("{shelf_uuid}/\n", "319bba9f-71b1-4a93-8abf-67a45b8fdd5c/\n", 1))

    assert check(page, [clause({"path": "/shop/shelves/{shelf_uuid}/"})]) == ()


def test_json_pointer_is_read_as_rfc_6901_has_it():
    page = read('~~~ json\n{"a/b": {"c~d": [[], 7]}, "": null}\n~~~\n{: title="Request" }\n')

    assert check(page, [clause({"sample": "Request", "pointer": "/a~1b/c~0d/1", "value": 7})]) == ()
    assert check(page, [clause({"sample": "Request", "pointer": "/", "type": "null"})]) == ()


@pytest.mark.parametrize("segment", ["{shelf_uuid}", ":shelf_uuid", "319bba9f-71b1-4a93-8abf-67a45b8fdd5c"])
def test_every_statement_is_found_as_its_own_cite_and_covers_itself(segment: str):
    page = read(TEXT.replace("{shelf_uuid}", segment, 1))
    clauses = [clause(each.cite) for each in statements(page)]

    assert check(page, clauses) == ()
    assert uncovered(page, clauses) == ()


def test_statements_are_all_that_the_page_says():
    said = [each.cite for each in statements(PAGE)]

    assert {"method": "put"} in said
    assert {"field": "copies", "section": "Placement Object", "type": "integer"} in said
    assert {"field": "price", "section": "Placement Object", "required": False} in said
    assert {"field": "shown", "section": "Book Object", "required": False} not in said
    assert {"header": "Content-Type", "starts": "application/json"} in said
    assert {next(iter(cite)) for cite in said} == {"method", "path", "heading", "field", "sample", "header", "include"}
    assert len(said) == 36


def covered_by_its_section(cite: Cite) -> bool:
    return cite.get("heading") in {field.section for field in PAGE.fields}


@pytest.mark.parametrize("left_out", statements(PAGE), ids=lambda each: "-".join(map(str, each.cite.values())))
def test_statement_no_clause_cites_is_listed(left_out):
    others = [clause(each.cite) for each in statements(PAGE) if each != left_out]
    uncited = uncovered(PAGE, others)

    assert uncited == (() if covered_by_its_section(left_out.cite) else (left_out,))


def test_statement_of_a_drifted_copy_is_listed():
    copy = TEXT.partition("#### Placement Object")[2].partition("### Response")[0].replace("(integer)", "(string)")
    drifted = read(
        TEXT.replace(
            "~~~ bash", f"# Long Description\n\n### Request Parameters\n\n#### Placement Object{copy}~~~ bash", 1
        )
    )
    uncited = uncovered(drifted, [clause(each.cite) for each in statements(PAGE)])

    assert [each.cite for each in uncited] == [{"field": "copies", "section": "Placement Object", "type": "string"}]


def test_clauses_of_allocate_order_cite_facts_of_known_kinds():
    clauses = catalogue.load(ROOT / "specs/allocate_order/clauses.toml").clauses.values()
    fields = {(cite["field"], cite["section"]) for each in clauses for cite in each.cites if "field" in cite}

    assert ("quantity_accepted", "Allocation Object") in fields
    assert uncovered(PAGE, clauses) != ()
    assert check(PAGE, clauses) != ()
