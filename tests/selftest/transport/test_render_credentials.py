"""The credential labels: what each sends, and what cannot be made."""

from collections.abc import Callable

import pytest

from contracts.transport.credentials import LABELS, Added, CredentialError, added, added_in_sh, available, elsewhere


def header(label, tokens):
    """The value of Authorization, None if no such header is added; nothing else may be."""
    found = added(label, tokens)
    assert found in (Added(), Added(headers=(("Authorization", dict(found.headers).get("Authorization")),)))
    return dict(found.headers).get("Authorization")


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

    assert [label for label, _ in mark.args[1]] == [label for label in LABELS if not label.startswith(ELSEWHERE)]


ELSEWHERE = ("in ", "other in ")
PATH, BODY = "/order/?x=1", b'{"a": {}}\n'


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param("query", ("/order/?x=1&token=T&access_token=T", (), BODY), id="query"),
        pytest.param("cookie", (PATH, (("Cookie", "token=T; access_token=T"),), BODY), id="cookie"),
        pytest.param("header", (PATH, (("X-Auth-Token", "T"), ("X-Api-Key", "T")), BODY), id="header"),
        pytest.param("body", (PATH, (), b'{"a": {}, "token": "T", "access_token": "T"}\n'), id="body"),
    ],
)
def test_a_token_is_put_into_its_place_and_nowhere_else(place, expected):
    for label, token in ((f"in {place}", "a1b2x"), (f"other in {place}", "never-given-out")):
        found = added(label, TOKENS)
        written = repr((found.path(PATH), found.headers, found.body(BODY)))

        assert written.replace(token, "T") == repr(expected)


def test_the_token_is_elsewhere_for_some_labels_and_an_invented_one_never_is():
    assert {label for label in LABELS if elsewhere(label)} == {
        f"in {each}" for each in ("query", "cookie", "header", "body")
    }
    assert elsewhere("in query") == "the query"


def test_a_path_without_a_query_gets_one_and_what_the_token_has_is_percent_encoded():
    assert added("in query", {"valid": "a/b+c"}).path("/order/") == "/order/?token=a%2Fb%2Bc&access_token=a%2Fb%2Bc"


@pytest.mark.parametrize("token", ['a"b', "a;b", "a,b", "a b", "a\\b"])
def test_a_token_that_a_place_cannot_carry_is_not_put_there(token):
    for place in ("query", "cookie", "header", "body"):
        assert not available(f"in {place}", {"valid": token})


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"{", b'"a"'])
def test_a_body_that_is_not_an_object_with_members_carries_no_token(body):
    with pytest.raises(CredentialError, match="not an object with members"):
        added("in body", TOKENS).body(body)


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
    with pytest.raises(CredentialError, match="'valid' needs a token of its own: token_env names"):
        header("valid", tokens)


@pytest.mark.parametrize(
    "use",
    [lambda label: added(label, TOKENS), lambda label: available(label, TOKENS), added_in_sh],
    ids=["added", "available", "in-sh"],
)
def test_unknown_label_is_refused(use: Callable[[str], object]) -> None:
    with pytest.raises(CredentialError, match="'near: mis' is none of: valid, absent"):
        use("near: mis")


def test_message_of_an_error_holds_no_token() -> None:
    with pytest.raises(CredentialError) as caught:
        header("near: case", {"valid": "31337"})

    assert "31337" not in str(caught.value)
