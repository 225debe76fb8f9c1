"""Deep JSON is recognised before it is parsed: while a parser recurses, a collection of garbage may end the process."""

import pytest

from contracts.judging.backends import form_of
from contracts.judging.failures import error_text
from contracts.model.nesting import DEEPEST, is_too_deep, readable
from contracts.standard.texts import Flaw, parse_json


@pytest.mark.parametrize(
    "text",
    ["[" * (DEEPEST + 1), '{"a":' * (DEEPEST + 1), "[" * DEEPEST + "{" + "}" + "]" * DEEPEST, '"]]", ' + "[" * 100_000],
    ids=["arrays", "objects", "both", "behind a string"],
)
def test_what_is_nested_deeper_is_too_deep(text):
    assert is_too_deep(text)


@pytest.mark.parametrize(
    "text",
    ["[" * DEEPEST + "]" * DEEPEST, "[]," * 1_000, '"' + "[" * 1_000 + '"', '"\\"' + "[" * 1_000 + '"', ""],
    ids=["at the bound", "side by side", "in a string", "behind an escaped quote", "empty"],
)
def test_what_is_not_nested_deeper_is_read(text):
    assert not is_too_deep(text)


def test_deep_json_is_given_to_no_parser():
    deep = "[" * 100_000 + "]" * 100_000

    assert form_of(deep.encode()) == "too deep"
    assert parse_json(deep.encode()).flaw is Flaw.TOO_DEEP
    assert error_text(deep) == ""
    assert readable(deep.encode()) == b"["
    assert readable(b"[[]]") == b"[[]]"
