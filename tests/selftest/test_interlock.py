"""What may leave: ten thousand attempts to get out, judged by what two servers received."""

import base64
import json
import random
import re
import uuid
from dataclasses import replace
from urllib.parse import quote

import pytest

from contracts.model.exchange import LineItem, Order, Request
from contracts.model.uuids import invented, is_invented
from contracts.transport.interlock import Interlock, Outgoing, RefusedToSendError

PREFIX = "/timp/orders/allocation/"
DETAIL = "/timp/orders/"
LENT = Order("319bba9f-71b1-4a93-8abf-67a45b8fdd5c", (LineItem("b84ccd3c-88f8-4050-accf-e049163052e3", 6),))
FOREIGN = "7a1e2b9c-3f60-4f7e-9a55-0c9d1e2f3a4b"
ATTEMPTS = 10_000


def some(numbers, text, change):
    """A text with at least one of its characters changed, and others by chance."""
    chosen = {numbers.randrange(len(text)), *(i for i in range(len(text)) if numbers.random() < 0.3)}
    return "".join(change(char) if index in chosen else char for index, char in enumerate(text))


def percent(char):
    return "".join(f"%{byte:02X}" for byte in char.encode())


def wide(char):
    return chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char


DIGITS = {
    "as it is": lambda _n, u: u,
    "upper case": lambda _n, u: u.upper(),
    "mixed case": lambda n, u: some(n, u, str.upper),
    "no hyphens": lambda _n, u: u.replace("-", ""),
    "braces": lambda _n, u: "{" + u + "}",
    "urn": lambda _n, u: f"urn:uuid:{u}",
    "percent": lambda n, u: some(n, u, percent),
    "percent twice": lambda n, u: some(n, u, percent).replace("%", "%25"),
    "other separators": lambda n, u: u.replace("-", n.choice("_:. +")),
}
IN_TEXT = {
    "escapes": lambda n, u: some(n, u, lambda char: f"\\u{ord(char):04x}"),
    "entities": lambda n, u: some(n, u, lambda char: f"&#{ord(char)};"),
    "full width": lambda n, u: some(n, u, wide),
}
ELSE = {
    "number": lambda _n, u: str(uuid.UUID(u).int),
    "base64": lambda _n, u: base64.b64encode(uuid.UUID(u).bytes).decode(),
    "base64 of text": lambda n, u: base64.b64encode(b"order:"[n.randrange(6) :] + u.encode()).decode(),
    "base64 for URLs": lambda _n, u: base64.urlsafe_b64encode(uuid.UUID(u).bytes).decode().rstrip("="),
    "bytes turned round": lambda _n, u: uuid.UUID(u).bytes_le.hex(),
}
"""Spellings that only someone who knows the UUID can recognize."""


def honest(numbers, *, may_allocate):
    """A lawful request: lent or invented order and line, and header, query and verb as may be."""
    order = LENT.uuid if may_allocate and numbers.random() < 0.5 else invented("order", numbers.random())
    line = LENT.line_items[0].uuid if may_allocate and numbers.random() < 0.5 else invented("line", numbers.random())
    segment = numbers.choice([order, order.upper(), order.replace("-", ""), "order", "0", "%2A", quote("é ü")])
    query = numbers.choice(["", "", "?page=2", "?q=%20"])
    body = json.dumps({"line_items": [{"line_item_uuid": line, "quantity": numbers.choice([5, 10**40, "5", None])}]})
    method = numbers.choice(["PUT", "PUT", "PUT", "GET", "POST", "DELETE", "PATCH"])
    path = f"{PREFIX}{segment}{numbers.choice(['/', '/', ''])}{query}"
    if may_allocate and numbers.random() < 0.1:
        method, path, body = "GET", f"{DETAIL}{order}/", ""
    return Request(method, path, (("X-Note", numbers.choice(["a", "1" * 40])),), body.encode())


def elsewhere(numbers, request, other):
    """A request that wants to go to another place."""
    host = other.removeprefix("http://")
    return numbers.choice(
        [
            lambda: replace(request, path=f"{other}{request.path}"),
            lambda: replace(request, path=f"//{host}{request.path}"),
            lambda: replace(request, path=f"@{host}{request.path}"),
            lambda: replace(request, headers=((numbers.choice(["Host", "HOST", "host"]), host),)),
            lambda: replace(request, headers=((numbers.choice(["X-Forwarded-Host", "Forwarded"]), f"host={host}"),)),
            lambda: replace(request, headers=((numbers.choice(["X-Original-URL", "X-Rewrite-URL"]), "/admin/"),)),
        ]
    )()


def other_path(numbers, request, _other):
    """A request for a path that is not the endpoint's, or might turn into one."""
    dots = numbers.choice(["..", "%2e%2e", ".%2E", "%252e%252e", ".", "..;", "..%00"])
    slash = numbers.choice(["%2F", "%2f", "%5C", "\\", "%255c", "%252F", "/"])
    path = numbers.choice(
        [
            f"{PREFIX}{dots}/",
            f"{PREFIX}{dots}{slash}users",
            f"{PREFIX}a{slash}{dots}{slash}b/",
            f"{PREFIX}a{slash}b/",
            PREFIX,
            "/",
            "/timp/orders/",
            f"/timp/users/{invented('user')}/",
            f"/TIMP/orders/allocation/{invented('order')}/",
            f"/timp//orders/allocation/{invented('order')}/",
            f"/timp/orders/allocation%2F{invented('order')}/",
            f"/{dots}/timp/orders/allocation/{invented('order')}/",
            f"{DETAIL}{invented('order')}/cancel/",
        ]
    )
    return replace(request, path=path, method="PUT" if path.startswith(DETAIL + "a") else request.method)


def other_verb(numbers, request, _other):
    """A request that some servers take for one with another verb, or for two."""
    name = numbers.choice(["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "x-http-method-OVERRIDE"])
    return numbers.choice(
        [
            lambda: replace(request, headers=((name, "DELETE"),)),
            lambda: replace(
                request, path=f"{PREFIX}{invented('order')}/?{numbers.choice(['_method', '%5Fmethod'])}=DELETE"
            ),
            lambda: replace(request, headers=(("Transfer-Encoding", "chunked"),)),
            lambda: replace(request, headers=(("Content-Length", str(numbers.randrange(3))),), body=b"GET / HTTP/1.1"),
            lambda: replace(request, headers=(("Connection", "X-Request-Id"), ("Upgrade", "h2c"))),
            lambda: replace(request, headers=(("Content-Encoding", "gzip"),)),
            lambda: replace(request, headers=(("X-Note", "a\r\nX-HTTP-Method: DELETE"),)),
        ]
    )()


def planted(numbers, request, name, spellings):
    """A request in which a UUID stands that must not leave, in one of its spellings, somewhere."""
    place = numbers.choice(["segment", "query", "header", "body", "key", "utf-16", "text"])
    pool = dict(spellings) if place in {"segment", "query"} else {**spellings, **IN_TEXT}
    if place == "segment":
        pool.pop("other separators", None)
    text = pool[numbers.choice(list(pool))](numbers, name)
    if place == "segment":
        return replace(request, path=f"{PREFIX}{quote(text, safe='%')}/")
    if place == "query":
        return replace(request, path=f"{PREFIX}{invented('order')}/?order={quote(text, safe='%')}")
    if place == "header":
        return replace(request, headers=(("X-Order", text.encode("ascii", "backslashreplace").decode()),))
    body = {"body": f'{{"line_item_uuid": "{text}"}}', "key": f'{{"{text}": 1}}', "text": f" {text} "}
    return replace(request, body=body.get(place, f'["{text}"]').encode("utf-16" if place == "utf-16" else "utf-8"))


def attempts(numbers, other):
    """Unlawful requests, each with the leave it is sent with."""
    for number in range(ATTEMPTS):
        may_allocate = numbers.random() < 0.5
        request = honest(numbers, may_allocate=False)
        kind = numbers.choice([elsewhere, other_path, other_verb, None, None, None])
        if kind is not None:
            request = kind(numbers, request, other)
        elif may_allocate:
            request = planted(numbers, request, FOREIGN, DIGITS)
        else:
            name = numbers.choice([LENT.uuid, LENT.line_items[0].uuid])
            request = planted(numbers, request, name, {**DIGITS, **ELSE})
        yield number, may_allocate, request


def marked(request, number):
    return replace(request, headers=(*request.headers, ("X-Attempt", str(number))))


def arrived(*listeners):
    """The numbers of the attempts that a server received."""
    return {int(message.headers["X-Attempt"]) for each in listeners for message in each.received}


def test_none_of_ten_thousand_attempts_to_get_out_arrives_anywhere(listening, sender):
    numbers = random.Random(20)
    there, elsewhere_ = listening(), listening()
    senders = {leave: sender(there.url, orders=(LENT,), may_allocate=leave) for leave in (True, False)}
    sent = {}
    for number, leave, request in attempts(numbers, elsewhere_.url):
        try:
            senders[leave].send(marked(request, number))
        except RefusedToSendError:
            continue
        sent[number] = (leave, request)

    assert sent == {}
    assert arrived(there, elsewhere_) == set()


def test_a_thousand_lawful_requests_all_arrive(listening, sender):
    numbers = random.Random(21)
    there = listening()
    senders = {leave: sender(there.url, orders=(LENT,), may_allocate=leave) for leave in (True, False)}
    for number in range(1_000):
        leave = number % 2 == 0
        senders[leave].send(marked(honest(numbers, may_allocate=leave), number))

    assert arrived(there) == set(range(1_000))


def test_a_redirect_is_not_followed(listening, sender):
    elsewhere_ = listening()
    there = listening(lambda message: (307, {"Location": elsewhere_.url + message.path}, b""))

    exchange = sender(there.url).send(Request("PUT", f"{PREFIX}{invented('order')}/"))

    assert exchange.status == 307
    assert (len(there.received), len(elsewhere_.received)) == (1, 0)


def test_the_token_is_sent_to_the_target_and_proxies_of_the_environment_are_not_used(listening, sender, monkeypatch):
    there, proxy = listening(), listening()
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("ALL_PROXY", proxy.url)

    sender(there.url).send(Request("PUT", f"{PREFIX}{invented('order')}/"))

    assert [message.headers["Authorization"] for message in there.received] == ["Token the-suppliers-token"]
    assert proxy.received == []


REMOTE = "https://api-dev.example.com"


def outgoing(method, path, origin=REMOTE, **more):
    return Outgoing(method, origin, path.encode(), ((b"Host", origin.partition("://")[2].encode()),), **more)


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "GET"])
def test_another_verb_names_a_lent_order_on_this_machine_only(method):
    request = outgoing(method, f"{PREFIX}{LENT.uuid}/")
    here = "http://127.0.0.1:80"

    with pytest.raises(RefusedToSendError, match="on a machine that is not this one"):
        Interlock(REMOTE, PREFIX, DETAIL, (LENT,), may_allocate=True).check(request)
    Interlock(here, PREFIX, DETAIL, (LENT,), may_allocate=True).check(outgoing(method, f"{PREFIX}{LENT.uuid}/", here))


def test_a_lent_order_is_allocated_and_read_with_leave_alone():
    for request in (outgoing("PUT", f"{PREFIX}{LENT.uuid}/"), outgoing("GET", f"{DETAIL}{LENT.uuid}/")):
        Interlock(REMOTE, PREFIX, DETAIL, (LENT,), may_allocate=True).check(request)
        with pytest.raises(RefusedToSendError):
            Interlock(REMOTE, PREFIX, DETAIL, (LENT,)).check(request)


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
