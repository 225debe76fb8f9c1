"""`page-suggestions.md`: each defect and each question has its place and words, for the reading this target follows."""

import re

import pytest

from contracts.endpoint.discovery import discover
from contracts.engine import session
from contracts.page.kept import load_defects
from contracts.reports import suggestions
from contracts.target.targets import Choice

pytestmark = pytest.mark.xdist_group("suggestions")

SHAPE = "response-parameters.shape"
ENDPOINT = discover()["allocate_order"]


@pytest.fixture(scope="module")
def suggested(tmp_path_factory):
    """What is suggested after a run against a provider that answers in the array form."""
    folder = tmp_path_factory.mktemp("suggested")
    options = session.Options(Choice(name="embedded", readings={SHAPE: "array"}), folder)
    with session.started(options) as run:
        report = session.conclude(run, options)
    return suggestions.render(report)


def test_every_defect_of_the_page_has_its_place_and_words(suggested):
    defects = load_defects(ENDPOINT.specs / "defects.toml")

    assert len(re.findall(r"^### Line \d+,", suggested, re.MULTILINE)) == len(defects)
    assert suggested.count("- Such as: ") == len(defects)


def test_every_question_is_there_once(suggested):
    for clause in ENDPOINT.catalogue.questions:
        assert suggested.count(f"(`{clause.id}`") == 1, clause.id


def test_what_is_suggested_is_what_this_target_does(suggested):
    shape = ENDPOINT.catalogue.clauses[SHAPE]

    assert shape.reading("array").says in suggested
    assert shape.reading("object").says not in suggested
