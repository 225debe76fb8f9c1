"""What may leave: thousands of attempts to get out, judged by what two servers received."""

import json
import os
import random
import re
import uuid
from dataclasses import replace
from urllib.parse import quote, urlsplit

import pytest

from contracts.model.exchange import LineItem, Order, Request
from contracts.model.uuids import invented
from contracts.transport.interlock import RefusedToSendError
from contracts.transport.proxy import Proxy
from tests.field.proxies.forward import ForwardProxy
from tests.selftest.transport.uuid_spellings import FORMS, KNOWN_FORMS, spelled

PREFIX = "/timp/orders/allocation/"
DETAIL = "/timp/orders/"
ORDER = Order("319bba9f-71b1-4a93-8abf-67a45b8fdd5c", (LineItem("b84ccd3c-88f8-4050-accf-e049163052e3", 6),))
ATTEMPTS = int(os.environ.get("TIMP_ATTEMPTS", "200"))
"""`make attempts` tries 10,000 in each situation, which takes minutes."""

BASE, HOST = "/gateway/v1", "api.example.com:8443"
SITUATIONS = ("directly", "with base path, Host and proxy")


@pytest.fixture(params=SITUATIONS)
def situated(request, sender):
    """Makes transports as `sender` does, in each situation; `asked` is what a proxy was asked for."""
    with ForwardProxy() as proxy:

        def make(url, **rules):
            if request.param == "directly":
                return sender(url, orders=(ORDER,), rules=rules)
            there = urlsplit(proxy.url)
            more = {"headers": {"Host": HOST}, "proxy": Proxy(there.hostname, there.port)}
            return sender(url, orders=(ORDER,), rules=rules | {"base_path": BASE, "host": HOST}, **more)

        make.asked = proxy.asked
        yield make


def honest(numbers, *, may_allocate):
    """An allowed request: test or invented order and line, and header, query and verb as may be."""
    order = ORDER.uuid if may_allocate and numbers.random() < 0.5 else invented("order", numbers.random())
    line = ORDER.line_items[0].uuid if may_allocate and numbers.random() < 0.5 else invented("line", numbers.random())
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
            lambda: replace(request, path=f"/..{request.path}"),
            lambda: replace(request, path=f"/../..{request.path}"),
            lambda: replace(request, path=f".{host}{request.path}"),
            lambda: replace(request, headers=((numbers.choice(["Proxy-Authorization", "proxy-connection"]), "a"),)),
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


def planted(numbers, request, name, forms):
    """A request in which a UUID is that must not leave, in one of its spellings, somewhere."""
    _, data = spelled(numbers, name, forms)
    raw = data if isinstance(data, bytes) else data.encode()
    shown = data if isinstance(data, str) else data.decode("latin-1")
    place = numbers.choice(["segment", "query", "query name", "header", "header name", "body", "key", "utf-16", "all"])
    line = shown.encode("ascii", "backslashreplace").decode().replace("\r\n", "")
    if place == "segment" and not set(shown) & {"/", "\\", "%"}:
        return replace(request, path=f"{PREFIX}{quote(raw, safe='')}/")
    if place == "query":
        return replace(request, path=f"{PREFIX}{invented('order')}/?order={quote(raw, safe='')}&page=2")
    if place == "query name":
        return replace(request, path=f"{PREFIX}{invented('order')}/?{quote(raw, safe='')}")
    if place == "header" and line.isprintable():
        return replace(request, headers=(("X-Order", line),))
    if place == "header name" and re.fullmatch("[A-Za-z0-9-]+", line):
        return replace(request, headers=((line, "1"),))
    if place == "all":
        return replace(request, body=raw)
    text = json.dumps(shown, ensure_ascii=numbers.random() < 0.5)
    body = f"{{{text}: 1}}" if place == "key" else f'{{"line_items": [{{"line_item_uuid": {text}, "quantity": 5}}]}}'
    return replace(request, body=body.encode("utf-16" if place == "utf-16" else "utf-8"))


def attempts(numbers, other):
    """Unlawful requests, each with the leave it is sent with."""
    for number in range(ATTEMPTS):
        may_allocate = numbers.random() < 0.5
        request = honest(numbers, may_allocate=False)
        kind = numbers.choice([elsewhere, other_path, other_verb, None, None, None])
        if kind is not None:
            request = kind(numbers, request, other)
        elif may_allocate:
            foreign = str(uuid.UUID(int=numbers.getrandbits(128), version=4))
            request = planted(numbers, request, foreign, FORMS)
        else:
            name = numbers.choice([ORDER.uuid, ORDER.line_items[0].uuid])
            request = planted(numbers, request, name, FORMS | KNOWN_FORMS)
        yield number, may_allocate, request


def marked(request, number):
    return replace(request, headers=(*request.headers, ("X-Attempt", str(number))))


def arrived(*listeners):
    """The numbers of the attempts that a server received."""
    return {int(message.headers["X-Attempt"]) for each in listeners for message in each.received}


def test_none_of_thousands_of_attempts_to_get_out_arrives_anywhere(listening, situated):
    numbers = random.Random(20)
    there, elsewhere_ = listening(), listening()
    senders = {leave: situated(there.url, may_allocate=leave) for leave in (True, False)}
    sent = {}
    for number, leave, request in attempts(numbers, elsewhere_.url):
        try:
            senders[leave].send(marked(request, number))
        except RefusedToSendError:
            continue
        sent[number] = (leave, request)

    assert sent == {}
    assert arrived(there, elsewhere_) == set()
    assert situated.asked == []


def test_hundreds_of_requests_that_may_leave_all_arrive(listening, situated):
    numbers = random.Random(21)
    there = listening()
    rules = {leave: {"may_allocate": leave, "may_stress": leave} for leave in (True, False)}
    senders = {leave: situated(there.url, **rules[leave]) for leave in rules}
    for number in range(300):
        leave = number % 2 == 0
        senders[leave].send(marked(honest(numbers, may_allocate=leave), number))

    assert arrived(there) == set(range(300))
    assert len(situated.asked) in {0, 300}


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
