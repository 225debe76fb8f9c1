"""Each rule of the interlock: headers, paths, verbs, UUIDs in any spelling, permissions, and tokens."""

import base64
import random
import re
import uuid
from dataclasses import replace
from urllib.parse import quote

import pytest

from contracts.model.exchange import Order
from contracts.model.uuids import invented, is_invented
from contracts.transport.credentials import added
from contracts.transport.credentials import elsewhere as credentials_elsewhere
from contracts.transport.interlock import FRAMING, OVERRIDING, REROUTING, Interlock, Outgoing, RefusedToSendError
from tests.selftest.conftest import ORDER

PREFIX = "/timp/orders/allocation/"
DETAIL = "/timp/orders/"
FOREIGN = "7a1e2b9c-3f60-4f7e-9a55-0c9d1e2d3a4b"
BASE, HOST = "/gateway/v1", "api.example.com:8443"

STARTS = ("proxy-authorization", "x-forwarded-proto", *OVERRIDING)
SEGMENTS = [
    pytest.param(lambda u: u.replace("-", ""), id="no hyphens"),
    pytest.param(lambda u: "-".join(re.findall("....", u.replace("-", ""))), id="moved hyphens"),
    pytest.param(lambda u: f"{{{u}}}", id="braces"),
    pytest.param(lambda u: f"urn:uuid:{u}", id="urn"),
    pytest.param(lambda u: u.translate({ord("0") + n: 0x660 + n for n in range(10)}), id="Arabic-Indic digits"),
    pytest.param(lambda u: str(uuid.UUID(u).int), id="number"),
    pytest.param(lambda u: base64.urlsafe_b64encode(uuid.UUID(u).bytes).decode().rstrip("="), id="base64"),
    pytest.param(lambda u: base64.b32encode(uuid.UUID(u).bytes).decode().rstrip("="), id="base32"),
]

REMOTE = "https://api-dev.example.com"


def outgoing(method, path, origin=REMOTE, headers=(), **more):
    given = ((b"Host", origin.partition("://")[2].encode()), *headers)
    return Outgoing(method, origin, path.encode(), given, **more)


def refused(request, *, may_allocate=True, **settings):
    """Why the interlock of a target on another machine does not let a request out; None where it does."""
    try:
        Interlock(REMOTE, PREFIX, DETAIL, (ORDER,), may_allocate=may_allocate, **settings).check(request)
    except RefusedToSendError as error:
        return str(error)
    return None


PLAIN = f"{PREFIX}{ORDER.uuid}/"


@pytest.mark.parametrize(
    "name", [*sorted(FRAMING), *sorted(REROUTING), *STARTS, "Te", "UPGRADE", "x-forwarded-host", "Proxy-Connection"]
)
def test_a_header_that_changes_where_a_request_goes_or_what_it_is_does_not_leave(name):
    assert refused(outgoing("PUT", PLAIN, headers=((b"X-Note", b"1"),))) is None
    assert "it may change where" in refused(outgoing("PUT", PLAIN, headers=((name.encode(), b"1"),)))


def test_the_headers_that_do_not_leave_are_these():
    assert {"transfer-encoding", "content-encoding", "connection", "upgrade", "te", "trailer", "expect"} == FRAMING
    assert {
        "forwarded", "x-host", "x-original-host", "x-original-uri", "x-original-url", "x-rewrite-url", "via",
    } == REROUTING  # fmt: skip


@pytest.mark.parametrize("name", [b"Host", b"Content-Length", b"Authorization", b"authorization"])
def test_a_header_that_a_request_has_once_does_not_leave_twice(name):
    value = b"api-dev.example.com" if name == b"Host" else b"0"
    headers = ((name, value),) if name == b"Host" else ((name, value), (name, value))

    assert refused(outgoing("PUT", PLAIN, headers=headers[:1] if name != b"Host" else ())) is None
    assert refused(outgoing("PUT", PLAIN, headers=headers)) == f"the header {name.decode().lower()} more than once"


@pytest.mark.parametrize("byte", [*range(9), *range(10, 32)])
def test_a_control_byte_in_a_header_does_not_leave(byte):
    assert "control character" in refused(outgoing("PUT", PLAIN, headers=((b"X-Note", b"a" + bytes([byte]) + b"b"),)))
    assert refused(outgoing("PUT", PLAIN, headers=((b"X-Note", b"a\tb"),))) is None


@pytest.mark.parametrize(
    "query", ["_method=DELETE", "?_METHOD=delete", "a=1&%5FMethod=PUT", "%255fmethod", "X-HTTP-Method-Override=DELETE"]
)
def test_a_query_that_names_another_verb_does_not_leave(query):
    assert refused(outgoing("PUT", f"{PLAIN}?{query}")) == "a query that names another verb"
    assert refused(outgoing("PUT", f"{PLAIN}?method=DELETE")) is None


@pytest.mark.parametrize("segment", SEGMENTS)
def test_what_a_lenient_server_takes_for_a_uuid_is_one(segment):
    assert "neither a test order's nor invented" in refused(outgoing("PUT", f"{PREFIX}{quote(segment(FOREIGN))}/"))
    assert refused(outgoing("PUT", f"{PREFIX}{quote(segment(ORDER.uuid))}/")) is None
    assert refused(outgoing("PUT", f"{PREFIX}{quote(segment(invented('order')))}/")) is None


def test_16_bytes_are_a_uuid_where_they_are_all_of_the_segment():
    assert "neither a test order's" in refused(outgoing("PUT", f"{PREFIX}{quote(uuid.UUID(FOREIGN).bytes)}/"))
    assert refused(outgoing("PUT", PLAIN, body=uuid.UUID(FOREIGN).bytes)) is None


def test_32_decimal_digits_are_a_uuid_where_they_are_all_of_a_value():
    digits = "12345678123442348234123456789012"

    assert "neither a test order's" in refused(outgoing("PUT", f"{PREFIX}{digits}/"))
    assert "neither a test order's" in refused(outgoing("PUT", f"{PLAIN}?order={digits}"))
    assert "neither a test order's" in refused(
        outgoing("PUT", PLAIN, body=f'{{"line_item_uuid": "{digits}"}}'.encode())
    )
    assert refused(outgoing("PUT", PLAIN, body=f'{{"quantity_accepted": {digits}}}'.encode())) is None


@pytest.mark.parametrize("following", ["dd", "6e", "22", "78"])
def test_bytes_one_of_which_is_a_backslash_are_read_as_python_writes_them(following):
    order = Order(str(uuid.UUID(f"5c{following}{ORDER.uuid.replace('-', '')[4:]}")), ())
    written = uuid.UUID(order.uuid).bytes.decode("latin-1").encode("ascii", "backslashreplace")
    lock = Interlock(REMOTE, PREFIX, DETAIL, (order,))

    with pytest.raises(RefusedToSendError, match="no permission to allocate"):
        lock.check(outgoing("PUT", f"{PREFIX}a/", headers=((b"X-Note", written),)))


def test_more_layers_than_are_read_do_not_leave():
    knots = "".join(f"%26%23{number};%3D4{number % 10}%5Cu00{number}0x{number}+A{number}-" for number in range(10, 99))
    deep = knots
    for _ in range(40):
        deep = deep.replace("%", "=25").replace("=", "&#61;") + "%3D=26"

    assert "cannot be seen" in refused(outgoing("PUT", PLAIN, body=deep.encode()))


def test_a_header_of_the_target_itself_names_no_order_and_yet_no_test_order_without_permission():
    key = outgoing("PUT", f"{PREFIX}a/", headers=((b"X-Api-Key", FOREIGN.encode()),))
    named = outgoing("PUT", f"{PREFIX}a/", headers=((b"X-Api-Key", ORDER.uuid.encode()),))

    assert "neither a test order's" in refused(key)
    assert refused(key, own_headers=frozenset({"x-api-key"})) is None
    assert "no permission to allocate" in refused(named, own_headers=frozenset({"x-api-key"}), may_allocate=False)


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH"])
def test_another_verb_on_a_test_order_does_not_leave_however_it_is_written(method):
    written = base64.b64encode(uuid.UUID(ORDER.uuid).bytes)
    request = outgoing(method, f"{PREFIX}{invented('order')}/", body=b'{"order": "%b"}' % written)

    assert refused(request) == f"{method} on a test order: no permission for other verbs than PUT and GET (may_stress)"
    assert refused(request, may_stress=True) is None
    assert refused(replace(request, method="PUT")) is None


@pytest.mark.parametrize("origin", [REMOTE, "http://127.0.0.1:80", "http://localhost", "https://[::1]:8443"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PURGE", "put", "get"])
def test_another_verb_names_a_test_order_only_if_that_is_permitted_wherever_the_target_is(method, origin):
    request = outgoing(method, f"{PREFIX}{ORDER.uuid}/", origin)
    permitted = Interlock(origin, PREFIX, DETAIL, (ORDER,), may_allocate=True, may_stress=True)

    permitted.check(request)
    with pytest.raises(RefusedToSendError, match=r"\(may_stress\)"):
        replace(permitted, may_stress=False).check(request)
    with pytest.raises(RefusedToSendError, match="no permission to allocate"):
        replace(permitted, may_allocate=False).check(request)
    permitted.check(outgoing("GET", f"{PREFIX}{ORDER.uuid}/", origin))


def test_a_test_order_is_allocated_and_read_with_permission_alone():
    for request in (outgoing("PUT", f"{PREFIX}{ORDER.uuid}/"), outgoing("GET", f"{DETAIL}{ORDER.uuid}/")):
        Interlock(REMOTE, PREFIX, DETAIL, (ORDER,), may_allocate=True).check(request)
        with pytest.raises(RefusedToSendError):
            Interlock(REMOTE, PREFIX, DETAIL, (ORDER,)).check(request)


def behind(path, **settings):
    """Why the interlock of a target with a path before the documented one does not let a path out."""
    return refused(outgoing("PUT", path), base_path=BASE, **settings)


def test_a_request_has_the_path_before_the_documented_one_and_no_other():
    assert behind(f"{BASE}{PLAIN}") is None
    assert behind(f"{BASE}{DETAIL}{ORDER.uuid}/") is not None
    for path in (
        PLAIN,
        f"/gateway{PLAIN}",
        f"/gateway/v2{PLAIN}",
        f"{BASE}/x{PLAIN}",
        f"{BASE}/{PLAIN}",
        f"{BASE}x{PLAIN}",
    ):
        assert "is not /gateway/v1/timp/orders/allocation/ and one segment" in behind(path)
    assert "and one segment" in refused(outgoing("PUT", f"{BASE}{PLAIN}"))


def test_a_uuid_in_the_path_before_the_documented_one_is_not_an_order():
    tenant = f"/t/{FOREIGN}"

    assert refused(outgoing("PUT", f"{tenant}{PLAIN}"), base_path=tenant) is None
    assert "neither a test order's nor invented" in refused(
        outgoing("PUT", f"{tenant}{PREFIX}{FOREIGN}/"), base_path=tenant
    )
    assert "neither a test order's nor invented" in refused(
        outgoing("PUT", f"{tenant}{PLAIN}?a={FOREIGN}"), base_path=tenant
    )


def test_the_host_that_a_target_states_is_the_only_one():
    own = Outgoing("PUT", REMOTE, PLAIN.encode(), ((b"Host", HOST.encode()),))

    assert "a Host header that is not api-dev.example.com" in refused(own)
    assert refused(own, host=HOST) is None
    assert f"a Host header that is not {HOST}" in refused(outgoing("PUT", PLAIN), host=HOST)
    assert "the header host more than once" in refused(replace(own, headers=own.headers * 2), host=HOST)


def test_plain_http_is_for_this_machine_only():
    with pytest.raises(RefusedToSendError, match="plain http"):
        Interlock("http://api-dev.example.com", PREFIX, DETAIL).check(outgoing("PUT", f"{PREFIX}a/"))


def test_plain_http_to_another_machine_needs_a_permission():
    there = "http://api:8080"
    request = outgoing("PUT", f"{PREFIX}{invented(1)}/", there)

    Interlock(there, PREFIX, DETAIL, plain_http=True).check(request)
    with pytest.raises(RefusedToSendError, match="plain http"):
        Interlock(there, PREFIX, DETAIL).check(request)


def test_what_is_invented_is_known_again_and_nothing_else_is():
    numbers = random.Random(1)
    others = [str(uuid.UUID(int=numbers.getrandbits(128), version=4)) for _ in range(10_000)]

    assert all(is_invented(invented("a", number)) for number in range(1_000))
    assert not any(is_invented(other) for other in others)
    assert re.fullmatch("[0-9a-f-]{14}4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", invented("a"))


SECRET = "71e3c2a9-0d52-4f1c-8a64-5b9d7f2e6c30"  # noqa: S105 - no one's; it is a UUID, and of none of the orders
IN_PLACES = ("query", "cookie", "header", "body")
OBJECT = b'{"line_items": []}'


OWN = f"{PREFIX}{invented('order')}/"


def with_token(label, path=OWN, token=SECRET):
    """A request with a token in the place of a label."""
    credentials = added(label, {"valid": token})
    headers = tuple((name.encode(), value.encode()) for name, value in credentials.headers)
    target, body = credentials.path(path).encode(), credentials.body(OBJECT)
    where = credentials_elsewhere(label)
    return Outgoing("PUT", REMOTE, target, headers, body, credentials, where, (token,))


@pytest.mark.parametrize("place", IN_PLACES)
def test_the_token_is_outside_of_its_header_with_a_permission_only_and_names_no_order_there(place):
    assert refused(with_token(f"in {place}"), may_stress=True) is None
    assert "no permission for that (may_stress)" in refused(with_token(f"in {place}"))
    assert refused(with_token(f"other in {place}")) is None


@pytest.mark.parametrize("place", IN_PLACES)
def test_what_a_request_has_next_to_its_credentials_is_looked_at(place):
    foreign = with_token(f"in {place}", f"{OWN}?a={FOREIGN}")

    assert "neither a test order's nor invented" in refused(foreign, may_stress=True)


@pytest.mark.parametrize("label", ["valid", *(f"in {place}" for place in IN_PLACES), "absent"])
@pytest.mark.parametrize(
    "spill",
    [
        pytest.param(lambda sent: replace(sent, target=sent.target + b"&b=" + SECRET.encode()), id="query"),
        pytest.param(lambda sent: replace(sent, headers=(*sent.headers, (b"X-Note", SECRET.encode()))), id="header"),
        pytest.param(lambda sent: replace(sent, body=sent.body + SECRET.encode()), id="body"),
    ],
)
def test_a_token_leaves_in_the_place_of_its_label_and_nowhere_else(label, spill):
    sent = with_token(label, f"{OWN}?a=1")

    assert refused(sent, may_stress=True) is None
    assert "a token outside of the place that is meant for it" in refused(spill(sent), may_stress=True)


@pytest.mark.parametrize(("length", "by_chance"), [(8, True), (15, True), (16, False), (17, False)])
def test_a_token_of_less_than_sixteen_characters_may_be_in_a_request_by_chance(length, by_chance):
    token = "zyxwvutsrqponmlkj"[:length]

    assert (refused(with_token("valid", f"{OWN}?a={token}", token=token)) is None) is by_chance
