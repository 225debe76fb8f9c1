"""What a value in the place of an integer is, as a table."""

import pytest

from contracts.standard.numbers import classify


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, ("integer", "integer", 0)),
        (2**31 - 1, ("integer", "integer", 2**31 - 1)),
        (2**31, ("overflow", "2^31 and more", None)),
        (2**53 - 1, ("overflow", "2^31 and more", None)),
        (2**53, ("overflow", "2^53 and more", None)),
        (2**63 - 1, ("overflow", "2^53 and more", None)),
        (2**63, ("overflow", "2^63 and more", None)),
        (10**309 - 1, ("overflow", "2^63 and more", None)),
        (10**309, ("overflow", "beyond any number", None)),
        (-1, ("negative", "negative integer", None)),
        (5.0, ("spelling", "integral-number", 5)),
        (5.5, ("type", "fraction", None)),
        (-1.0, ("negative", "negative integral number", None)),
        (2.0**31, ("overflow", "integral number of 2^31 and more", None)),
        (float("inf"), ("overflow", "beyond any number", None)),
        (float("-inf"), ("overflow", "beyond any number", None)),
        (float("nan"), ("overflow", "beyond any number", None)),
        ("0", ("digit string", "digit string", 0)),
        ("5", ("digit string", "digit string", 5)),
        ("2147483648", ("overflow", "digit string of 2^31 and more", None)),
        ("9" * 400, ("overflow", "digit string of 2^63 and more", None)),
        ("-1", ("negative", "negative digit string", None)),
        ("05", ("spelling", "leading-zero", 5)),
        ("+5", ("spelling", "plus-sign", 5)),
        ("+0", ("spelling", "plus-sign", 0)),
        (" 5", ("spelling", "spaces", 5)),
        ("5  ", ("spelling", "spaces", 5)),
        ("5.0", ("spelling", "decimal-string", 5)),
        ("5e0", ("spelling", "exponent-string", 5)),
        ("5E+00", ("spelling", "exponent-string", 5)),
        ("\uff15", ("spelling", "full-width", 5)),
        ("0" * 38 + "5", ("spelling", "leading-zero", 5)),
        ("0" * 39 + "5", ("unclear", "unclear spelling", None)),
        ("+05", ("unclear", "unclear spelling", None)),
        (" 5 ", ("unclear", "unclear spelling", None)),
        ("5.", ("unclear", "unclear spelling", None)),
        ("\u0665", ("unclear", "unclear spelling", None)),
        ("", ("type", "empty string", None)),
        ("5.5", ("type", "other string", None)),
        ("5x", ("type", "other string", None)),
        ("1_2", ("type", "other string", None)),
        ("0x5", ("type", "other string", None)),
        ("1,000", ("type", "other string", None)),
        ("5\n", ("unclear", "unclear spelling", None)),
        (True, ("type", "boolean", None)),
        (None, ("type", "null", None)),
        ([5], ("type", "array", None)),
        ({"value": 5}, ("type", "object", None)),
    ],
    ids=lambda value: repr(value)[:40] if not isinstance(value, tuple) else value[1],
)
def test_a_value_is_an_integer_another_spelling_of_one_or_none(value, expected):
    found = classify(value)

    assert (found.kind, found.label, found.number) == expected
