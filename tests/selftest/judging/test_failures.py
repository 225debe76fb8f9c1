"""Failures are alike if the status and the text of the error are, whatever values are in it."""

import pytest

from contracts.judging.failures import error_text, failure
from contracts.model.exchange import Exchange, Request, Response


def of(body, status=500):
    response = None if status is None else Response(status, (), body)
    return failure(Exchange("run-1", Request("PUT", "/a/"), response))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"line 17", b"line 180"),
        (b"at 0x7fe1", b"at 0xABCDEF01"),
        (b"order 319bba9f-71b1-4a93-8abf-67a45b8fdd5c", b"order 7A1E2B9C3F604F7E9A550C9D1E2D3A4B"),
        (b"trace 0123456789ab", b"trace fedcba9876543210"),
        (b'key "a" is missing', b'key "quantity" is missing'),
        (b"key 'a' is missing", b"key 'quantity' is missing"),
        (b'{"detail": "no 5", "code": 7}', b'{"code": 8, "detail": "no 6"}'),
        (b"<p>oops</p><style>a {}</style>", b"<h1 class='x'>oops</h1>\n<script>b()</script >"),
        (b"z" * 120 + b"b", b"z" * 120 + b"c"),
        (b"<" + b"a" * 65_534 + b">x", b"<" + b"a" * 65_534 + b">y"),
    ],
)
def test_errors_that_differ_in_values_are_of_one_kind(one, other):
    assert of(one) == of(other)
    assert of(one) != of(one, 501)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"locked", b"out of range"),
        (b"trace abcdef", b"trace fedcba"),
        (b'{"a": "no"}', b'{"a": "yes"}'),
        (b'["no"]', b'["yes"]'),
        (b'{"a": {"b": ["no"]}}', b'{"a": {"b": ["yes"]}}'),
        (b"z" * 119 + b"b", b"z" * 119 + b"c"),
        (b"<" + b"a" * 65_533 + b">x", b"<" + b"a" * 65_533 + b">y"),
        (b"", b"x"),
    ],
)
def test_errors_with_other_words_are_of_other_kinds(one, other):
    assert of(one) != of(other)


def test_no_answer_is_a_kind_of_its_own():
    assert of(b"", None) == (0, "no answer")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"error": {"message": "no  stock", "code": 5}, "at": ["here", null]}', "no stock here"),
        ('"no"', "no"),
        ("5", ""),
        ("<html><title>No</title><script>x()</script><p>stock</p>", "No stock"),
        ("<STYLE>a</STYLE >b", "b"),
        ("  no\n stock ", "no stock"),
        ("[" * 100_000, ""),
    ],
)
def test_the_text_of_an_error_is_what_a_reader_sees(body, text):
    assert error_text(body) == text
