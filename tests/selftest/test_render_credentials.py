"""The credential labels: what each sends, and what cannot be made."""

from collections.abc import Callable

import pytest

from contracts.transport.credentials import LABELS, CredentialError, available, header, shell

TOKENS = {"valid": "a1b2x", "retailer": "shop", "unpermitted": "no-one"}


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("valid", "Token a1b2x"),
        ("absent", None),
        ("empty", ""),
        ("other", "Token never-given-out"),
        ("scheme-only", "Token"),
        ("bare", "a1b2x"),
        ("scheme: Bearer", "Bearer a1b2x"),
        ("scheme: Basic", "Basic a1b2x"),
        ("scheme: Digest", "Digest a1b2x"),
        ("scheme: token", "token a1b2x"),
        ("near: prefix", "Token a1b2"),
        ("near: extended", "Token a1b2x0"),
        ("near: last", "Token a1b2y"),
        ("near: case", "Token A1b2x"),
        ("retailer", "Token shop"),
        ("unpermitted", "Token no-one"),
        ("given", None),
        ("unknown", "Token a1b2x"),
    ],
)
def test_label_becomes_its_header(label: str, value: str | None) -> None:
    assert header(label, TOKENS) == value
    assert available(label, TOKENS)


def test_table_of_headers_above_is_whole() -> None:
    (mark,) = test_label_becomes_its_header.pytestmark

    assert [label for label, _ in mark.args[1]] == list(LABELS)


@pytest.mark.parametrize("token", ["x", "ax", "aX", "7", "a b", "*"])
@pytest.mark.parametrize("label", [label for label in LABELS if label.startswith("near: ")])
def test_near_miss_is_never_the_token(label: str, token: str) -> None:
    if available(label, {"valid": token}):
        assert header(label, {"valid": token}) != f"Token {token}"


def test_case_of_a_token_without_letters_cannot_be_swapped() -> None:
    assert not available("near: case", {"valid": "123-456"})
    with pytest.raises(CredentialError, match="would be the token itself"):
        header("near: case", {"valid": "123-456"})


@pytest.mark.parametrize("tokens", [{}, {"valid": ""}], ids=["missing", "empty"])
def test_token_that_was_not_given_is_named(tokens: dict[str, str]) -> None:
    assert not available("retailer", tokens)
    assert not available("bare", tokens)
    assert available("absent", tokens)
    with pytest.raises(CredentialError, match="'valid', which was not given"):
        header("valid", tokens)


@pytest.mark.parametrize(
    "use",
    [lambda label: header(label, TOKENS), lambda label: available(label, TOKENS), shell],
    ids=["header", "available", "shell"],
)
def test_unknown_label_is_refused(use: Callable[[str], object]) -> None:
    with pytest.raises(CredentialError, match="'near: mis' is none of: valid, absent"):
        use("near: mis")


def test_message_of_an_error_holds_no_token() -> None:
    with pytest.raises(CredentialError) as caught:
        header("near: case", {"valid": "31337"})

    assert "31337" not in str(caught.value)
