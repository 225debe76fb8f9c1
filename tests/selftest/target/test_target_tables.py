"""Each constant of what a table of a target may say: headers, ledgers, URLs, durations, orders, as tables."""

import pytest

from contracts.target.ledger import TABLES
from contracts.target.orders import OrdersError, load, parse
from contracts.target.targets import UsageError
from contracts.target.urls import base_of, without_secrets
from contracts.transport.interlock import FRAMING, OVERRIDING, REROUTING

OWN = ("content-length", "content-type", "accept", "accept-encoding", "user-agent", "x-request-id")
ORDER = "319bba9f-71b1-4a93-8abf-67a45b8fdd5c"
LINE = "b84ccd3c-88f8-4050-accf-e049163052e3"
OTHER = "7a1e2b9c-3f60-4f7e-9a55-0c9d1e2d3a4b"


# --------------------------------------------------------------------------------------------------- headers


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("authorization",), "it is made of token_env or token_command"),
        (("proxy-authorization",), "it is made of proxy"),
        (OWN, "the suite has its own"),
        (FRAMING, "it changes where a request ends, or what it is"),
        (REROUTING, "a server may take the request for another one"),
        (
            ("proxy-connection", "x-forwarded-for", "x-http-method-override", *OVERRIDING),
            "a server may take the request for another one",
        ),
    ],
    ids=["authorization", "proxy-authorization", "own", "framing", "rerouting", "beginnings"],
)
def test_a_header_that_a_target_may_not_add_is_refused_with_the_reason(target, names, why):
    for name in names:
        for written in (name, name.upper()):
            with pytest.raises(UsageError, match=f"headers.{written}: this header cannot be added, as {why}: leave"):
                target(f'headers = {{ {written} = "a" }}\n')


def test_another_header_is_added(target):
    names = ("X-Api-Key", "Cookie", "Referer", "X-Forwarded", "Accept-Language", "Proxy", "Host")
    text = ", ".join(f'{name} = "a{number}"' for number, name in enumerate(names))

    assert target(f"headers = {{ {text} }}\n").headers == {name: f"a{number}" for number, name in enumerate(names)}


def test_a_header_that_is_there_twice_is_refused(target):
    with pytest.raises(UsageError, match=r"headers.x-a: this header is there in another letter case"):
        target('headers = { X-A = "1", x-a = "1" }\n')


@pytest.mark.parametrize("value", ["a b", "a/b", "a:", "a:123456", "[::1", "a_b"])
def test_a_host_is_a_name_and_a_port(target, value):
    with pytest.raises(UsageError, match="write it as HOST or HOST:PORT"):
        target(f'headers = {{ Host = "{value}" }}\n')


@pytest.mark.parametrize("value", ["a", "a.example:1", "a.example:65535", "127.0.0.1", "[::1]", "[::1]:8443"])
def test_a_host_that_is_one_is_taken(target, value):
    assert target(f'headers = {{ Host = "{value}" }}\n').headers == {"Host": value}


# --------------------------------------------------------------------------------------------------- ledgers

LEDGERS = {"pinned": {"a.b": "c"}, "covered": ["a.b"], "known": []}


def lines(keys):
    written = {"pinned": 'pinned = { "a.b" = "c" }', "covered": 'covered = ["a.b"]', "known": "known = []"}
    return "".join(f"{written[key]}\n" for key in keys)


def test_the_tables_of_a_ledger_are_three():
    assert set(TABLES) == set(LEDGERS)


@pytest.mark.parametrize("keys", [("pinned",), ("covered",), ("known",), ("pinned", "covered"), tuple(LEDGERS), ()])
def test_a_table_of_an_endpoint_is_a_ledger_if_it_has_parts_of_one_and_nothing_else(target, keys):
    ledger = {key: LEDGERS[key] for key in keys}

    assert target(lines(keys)).accepted == ledger
    assert target(f"[dev.another]\n{lines(keys)}").accepted == {"another": ledger}
    with pytest.raises(UsageError, match="another: no such key"):
        target(f"[dev.another]\n{lines(keys)}colour = 1\n")


# ------------------------------------------------------------------------------------------------------ URLs


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example", ("https://a.example", "")),
        ("https://A.Example/", ("https://a.example", "")),
        ("https://a.example:443", ("https://a.example", "")),
        ("http://a.example:80/", ("http://a.example", "")),
        ("https://a.example:80", ("https://a.example:80", "")),
        ("http://a.example:443", ("http://a.example:443", "")),
        ("https://[::1]:8443/v1/", ("https://[::1]:8443", "/v1")),
        ("https://a.example/gateway/v1//", ("https://a.example", "/gateway/v1")),
        ("https://a.example/a.b/~c/d-e_f/...", ("https://a.example", "/a.b/~c/d-e_f/...")),
    ],
)
def test_a_base_url_is_an_origin_and_a_path(url, expected):
    assert base_of(url, "base_url") == expected


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "write it as http://HOST:PORT or https://HOST"),
        ("a.example", "write it as http://HOST:PORT or https://HOST"),
        ("ftp://a.example", "write it as http://HOST:PORT or https://HOST"),
        ("https:///path", "write it as http://HOST:PORT or https://HOST"),
        ("https://a.example?x=1", "give scheme, host, port and path only"),
        ("https://a.example#x", "give scheme, host, port and path only"),
        ("https://u@a.example", "give scheme, host, port and path only"),
        ("https://a.example:99999", "out of range"),
        ("https://a.example/a//b", "its path may have letters"),
        ("https://a.example/a/../b", "its path may have letters"),
        ("https://a.example/a/..", "its path may have letters"),
        ("https://a.example/./b", "its path may have letters"),
        ("https://a.example/a%2Fb", "its path may have letters"),
        ("https://a.example/a b", "its path may have letters"),
        ("https://a.example/a\\b", "its path may have letters"),
    ],
)
def test_another_text_than_a_base_url_is_refused_with_its_place(url, said):
    with pytest.raises(UsageError) as caught:
        base_of(url, "[dev] base_url")

    assert str(caught.value).startswith("[dev] base_url ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/b", "https://a.example/b"),
        ("https://a.example/b?key=s3cret", "https://a.example/b"),
        ("https://a.example/b#s3cret", "https://a.example/b"),
        ("https://user:s3cret@a.example/b", "https://a.example/b"),
        ("user:s3cret@a.example", "a.example"),
        ("s3cret@https://a.example", "https://a.example"),
        ("https://a@s3cret@a.example?b", "https://a.example"),
        ("a.example", "a.example"),
    ],
)
def test_a_url_is_shown_without_what_may_be_secret(url, shown):
    assert without_secrets(url).rpartition("://")[2] == shown.rpartition("://")[2]
    assert "s3cret" not in without_secrets(url)


@pytest.mark.parametrize(("text", "seconds"), [("1s", 1), ("90s", 90), ("1m", 60), ("5m", 300)])
def test_a_wait_is_in_seconds_or_minutes(target, text, seconds):
    assert target(f'wait = "{text}"\n').wait_seconds == seconds
    assert target("").wait_seconds == 0


def test_a_command_that_is_a_path_is_next_to_the_file(target, tmp_path):
    assert target('order_command = ["./new", "a/b"]\n').order_command == (str(tmp_path / "new"), "a/b")
    assert target('order_command = ["new", "a/b"]\n').order_command == ("new", "a/b")
    assert target('token_command = ["./token"]\n').token_command == (str(tmp_path / "token"),)


# ---------------------------------------------------------------------------------------------------- orders


def manifest(quantity="quantity_ordered = 6", uuid=ORDER, line=LINE, more=""):
    text = f'[[orders]]\nuuid = "{uuid}"\n[[orders.line_items]]\nuuid = "{line}"\n{quantity}\n{more}'
    return text.encode()


@pytest.mark.parametrize(
    ("quantity", "ordered"), [("quantity_ordered = 1", 1), ("quantity_ordered = 600", 600), ("", None)]
)
def test_an_order_has_line_items_with_what_was_ordered_or_nothing_is_known_of_it(quantity, ordered):
    (order,) = parse(manifest(quantity, ORDER.upper()), "orders.toml")

    assert (order.uuid, [(line.uuid, line.quantity_ordered) for line in order.line_items]) == (ORDER, [(LINE, ordered)])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "orders: name at least one order"),
        (b"orders = []\n", "orders: name at least one order"),
        (b"orders = 3\n", "orders: name at least one order"),
        (b"orders = [3]\n", "orders[0]: is not a table"),
        (b"[[orders]]\n", "orders[0]: line_items: name at least one"),
        (b"[[orders]]\nline_items = []\n", "orders[0]: line_items: name at least one"),
        (b"[[orders]]\nline_items = [3]\n", "orders[0].line_items[0]: is not a table"),
        (manifest("quantity_ordered = 0"), "quantity_ordered: 0 is not a whole number of at least 1"),
        (manifest("quantity_ordered = -1"), "quantity_ordered: -1 is not"),
        (manifest("quantity_ordered = true"), "quantity_ordered: True is not"),
        (manifest("quantity_ordered = 1.0"), "quantity_ordered: 1.0 is not"),
        (manifest('quantity_ordered = "6"'), "quantity_ordered: '6' is not"),
        (
            manifest("quantity = 6"),
            "orders[0].line_items[0]: quantity: no such key; write uuid and quantity_ordered",
        ),
        (b"[[orders]]\norder_uuid = 'x'\n", "orders[0]: order_uuid: no such key; write uuid and line_items"),
        (manifest(uuid="x"), "orders[0]: uuid: 'x' is not a UUID"),
        (manifest(line="x"), "orders[0].line_items[0]: uuid: 'x' is not a UUID"),
        (b"[[orders]]\nuuid = 3\n[[orders.line_items]]\nuuid = 3\n", "uuid: 3 is not a UUID"),
        (manifest(line=ORDER), f"{ORDER} is there twice"),
        (manifest() + manifest(uuid=LINE.upper(), line=OTHER), f"{LINE} is there twice"),
        (b"[[orders]\n", "invalid TOML"),
        (b"\xff", "is not UTF-8"),
    ],
)
def test_another_text_than_a_manifest_is_refused_with_its_place(text, said):
    with pytest.raises(OrdersError) as caught:
        parse(text, "orders.toml")

    assert str(caught.value).startswith("orders.toml: ")
    assert said in str(caught.value)


def test_a_manifest_that_is_not_there_is_named(tmp_path):
    with pytest.raises(OrdersError, match=r"none\.toml: cannot be read: No such file"):
        load(tmp_path / "none.toml")
