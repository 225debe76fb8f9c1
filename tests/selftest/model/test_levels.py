"""What binds how much, and how reports introduce it."""

import pytest

from contracts.endpoint.discovery import discover
from contracts.model.clause import Level
from contracts.reports.words import lead

CLAUSES = discover()["allocate_order"].catalogue.clauses


@pytest.mark.parametrize(
    "clause",
    [
        "response-parameters.media-type",
        "response-parameters.json-unambiguous",
        "response-codes.refusal-fits-its-cause",
        "response-codes.sum-exceeded",
        "authentication.token-not-echoed",
        "http.error-media-type",
        "http.no-internals",
        "http.no-reflection",
    ],
)
def test_what_nothing_forbids_outright_is_a_should(clause):
    assert CLAUSES[clause].level is Level.SHOULD


@pytest.mark.parametrize(
    "clause", ["http.json-extensions", "http.invalid-utf-8", "response-codes.wrong-requester"], ids=str
)
def test_what_a_standard_leaves_to_the_server_is_a_question(clause):
    assert CLAUSES[clause].is_question


def test_what_the_page_states_on_its_own_is_not_a_should():
    weak = [c for c in CLAUSES.values() if c.level is Level.SHOULD and c.source == ("page",)]

    assert [c.id for c in weak if lead(c) == "According to the page"] == []


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("allocation-object.quantity-accepted-type", "According to the page"),
        ("allocation-object.quantity-accepted-negative", "It follows from the page"),
        ("allocation-object.sum-exceeds-ordered", "It follows from the page"),
        ("allocation-object.quantity-encoding", "The page contradicts itself"),
        ("allocation-object.all-zero", "The page leaves open"),
        ("http.no-internals", "According to CWE-209"),
        ("state.replaced", "According to RFC 9110 section 9.3.4 and order detail call"),
    ],
)
def test_the_page_says_only_what_it_states(clause, words):
    assert lead(CLAUSES[clause]) == words


def test_no_reading_is_flagged_where_the_field_list_cannot_be_followed():
    form = CLAUSES["allocation-object.backorder-date-form"]

    assert not any(reading.flagged for reading in form.readings)
