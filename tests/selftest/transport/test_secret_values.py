"""A secret does not print, and one that cannot be kept secret or sent is refused without its value."""

import pickle

import pytest

from contracts.transport.secrets import Secret, SecretError, sendable

VALUE = "the-suppliers-token"


@pytest.mark.parametrize("form", ["{0}", "{0!r}", "{0!s:>40}", "{0!a}", "{1}"])
def test_a_secret_shows_itself_to_reveal_alone(form):
    assert "supplier" not in form.format(Secret(VALUE), [Secret(VALUE)])
    assert Secret(VALUE).reveal() == VALUE


def test_a_secret_is_not_pickled_and_has_no_dictionary():
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret(VALUE))
    assert not hasattr(Secret(VALUE), "__dict__")


def test_a_secret_has_eight_characters_at_least():
    assert Secret("12345678").reveal() == "12345678"
    with pytest.raises(SecretError, match="fewer than 8 characters"):
        Secret("1234567")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "a line break"),
        ("a-token\nmore", "a line break"),
        ("a-token-1\n", "a line break"),
        ("a-token\rmore", "a line break"),
        ("a-token\x0cmore", "a line break"),
        (" a-token-1", "white space"),
        ("a-token-1 ", "white space"),
        ("a-token-1\t", "white space"),
        ("a-tokén-1", "not ASCII"),
        ("a-token\x00more", "a control character"),
        ("a-token\tmore", "a control character"),
        ("a-token\x7fmore", "a control character"),
        ("a-token", "fewer than 8 characters"),
    ],
)
def test_what_a_header_cannot_carry_is_refused_without_the_value(value, said):
    with pytest.raises(SecretError) as caught:
        sendable(value)

    assert said in str(caught.value)
    assert "token" not in str(caught.value)


@pytest.mark.parametrize("value", ["12345678", "two words", "~!@#$%^&*()_+", VALUE])
def test_what_a_header_can_carry_is_taken_as_it_is(value):
    assert sendable(value).reveal() == value
