"""What a request says, in one line of a report."""

import json

import pytest

from tests.selftest.conftest import ORDER


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param("true", "true", id="a-boolean"),
        pytest.param("null", "null", id="null"),
        pytest.param("NaN", "NaN", id="not-a-number"),
        pytest.param("5.50", "5.5", id="a-fraction"),
        pytest.param('"5"', '"5"', id="a-string"),
        pytest.param(r'"\""', r'"\""', id="a-string-with-a-quote"),
        pytest.param(r'"\ud800"', '"\ud800"', id="half-a-character"),
        pytest.param('[{"a": null}]', '[{"a": null}]', id="an-array"),
        pytest.param("9" * 50, "9" * 39 + "…", id="too-long"),
    ],
)
def test_a_value_is_shown_as_it_is_in_json(bench, value, shown):
    entry = {"line_item_uuid": ORDER.line_items[0].uuid, "allocation": {"quantity_accepted": 0}}
    body = json.dumps({"line_items": [entry]}).replace("0}", f"{value}}}").encode()
    exchange = bench.refusal(bench.variant(bench.base(), body=body), 400)

    assert f"accepted {shown}" in bench.endpoint.definition.said(exchange, bench.context())
