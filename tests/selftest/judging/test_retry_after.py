"""Any value of Retry-After leads to a bounded wait or to none."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.judging.attempts import retry_after
from contracts.model.exchange import Exchange, Request, Response

NOON = 1_790_000_000.0


def asked(value):
    """The seconds that an answer with this header asks for."""
    response = Response(429, (("Retry-After", value),), b"")
    return retry_after(Exchange("a-1", Request("PUT", "/"), response, None, NOON, 0.0))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("1.5", 1.5),
        ("1.2.3", None),
        (" 7 ", 7.0),
        ("Mon, 21 Sep 2026 14:13:30 GMT", 10.0),
        ("-1", None),
        ("", None),
        ("soon", None),
        ("9" * 400, math.inf),
        ("Fri, 31 Dec 99999999999999999999 00:00:00 GMT", None),
        ("Fri, 31 Dec 99999 00:00:00 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +1400", 0.0),
        ("Mon, 01 Jan 2001 00:00:00 +99999999999999999999", None),
        ("Mon, 99999999999999999999 Jan 2001 00:00:00 GMT", None),
    ],
)
def test_a_value_is_read_as_it_is_meant_or_not_at_all(value, seconds):
    assert asked(value) == seconds


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,30} Jan \d{1,30} \d+:\d+:\d+ [+-]\d{1,9}"))
def test_no_value_raises(value):
    found = asked(value)

    assert found is None or found >= 0
