"""Credentials: who is let through, and what an answer says before they are checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, Observation, observer, oracle, planner
from contracts.endpoint.oracle import accepted, refused
from contracts.endpoint.plan import Change, Kit, PlannedCase, change
from contracts.model.case import Case, Role, Trait
from contracts.model.exchange import Exchange, Request
from contracts.model.marks import ECHO
from contracts.standard.requests import chained, raw_body, with_another, with_credential, with_segment
from contracts.standard.texts import remembered
from contracts.transport.credentials import CredentialError, added

SECTION = "authentication"
REFUSED = {
    "absent": "absent",
    "empty": "empty",
    "scheme-only": "scheme-only",
    "other": "wrong-token",
    "given": "wrong-token",
    "bare": "bare-token",
    "scheme: Basic": "other-scheme",
    "scheme: Digest": "other-scheme",
    "near: prefix": "near-miss",
    "near: extended": "near-miss",
    "near: last": "near-miss",
    "near: case": "near-miss",
    "other in query": "invented-token-elsewhere",
    "other in cookie": "invented-token-elsewhere",
    "other in header": "invented-token-elsewhere",
    "other in body": "invented-token-elsewhere",
    "retailer": "wrong-requester",
    "unpermitted": "without-permission",
}
OTHER_USERS = frozenset({"retailer", "unpermitted"})
OF_CREDENTIALS = frozenset({401, 403})
"""The codes that say that a refusal is for the credentials, whatever else is new in a request."""
ELSEWHERE = ("in query", "in cookie", "in header", "in body")
ASKED = {"scheme: Bearer": "bearer-scheme", "scheme: token": "scheme-case"} | dict.fromkeys(
    ELSEWHERE, "token-elsewhere"
)
OTHER_PATHS = (
    ("no final slash", str, False),
    ("upper case", str.upper, True),
    ("no hyphens", lambda uuid: uuid.replace("-", ""), True),
)
"""Paths that some targets serve as well: a name, what becomes of the order's UUID, and whether a slash ends it."""

UNKNOWN = "unknown"
"""The label in recordings of others, where it is unknown whether a token was right."""


def traits(credential: str) -> Iterator[Trait]:
    """Yield the trait of a credential label; none where the credentials are unknown."""
    if credential == "valid":
        yield Trait(f"{SECTION}.token", "the target's token")
    elif credential != UNKNOWN:
        yield Trait(f"{SECTION}.{(REFUSED | ASKED)[credential]}", credential)


def shuts_out(credential: str) -> bool:
    """Return whether nothing behind these credentials counts, since no one is let through with them."""
    return credential in REFUSED


IN_BODY = frozenset({"in body", "other in body"})
WORD = {"valid": "token"}
"""What takes the place of the token where only its being there matters."""


def as_sent(request: Request) -> Request:
    """Return a request with the members that its credentials add to the body, which the page does not list."""
    if request.credential not in IN_BODY:
        return request
    try:
        return replace(request, body=added(request.credential, WORD).body(request.body))
    except CredentialError:  # a recording says so, and it cannot be sent
        return request


@oracle(*dict.fromkeys(f"{SECTION}.{slug}" for slug in REFUSED.values()))
def others_are_refused(clause: str, case: Case, context: Context) -> Iterator[Breach | Held]:
    """Other credentials are refused. Without permission to allocate, the answer is not that the order is unknown.

    Another user may get that answer, whose permission is looked up after the order.
    """
    yield from refused(context.catalogue.clauses[clause], case, context)
    for exchange in case.all(Role.CHANGE):
        label = exchange.request.credential
        mine = f"{SECTION}.{REFUSED.get(label)}" == clause and label not in OTHER_USERS
        if mine and context.as_base(case, exchange) and _differs_in_credentials_alone(case, exchange, context):
            seen = f"{exchange.status} for an order that is not there, as with the right token"
            yield Breach(exchange, "a refusal of the credentials", seen, label)


def _differs_in_credentials_alone(case: Case, exchange: Exchange, context: Context) -> bool:
    """Return True unless the request has something else that its base has not, for which it may be refused first."""
    if case.base is None:
        return False
    base = context.view(case.base)
    return not context.view(exchange).masked - base.traits - base.masked


@oracle("authentication.token")
def lets_the_supplier_in(case: Case, context: Context) -> Iterator[Breach | Held]:
    """The target's token is taken. Without permission to allocate, the answer is that the order is unknown."""
    yield from accepted(context.catalogue.clauses[f"{SECTION}.token"], case, context)
    if case.base and context.as_base(case, case.base) and case.base.status == 404:
        yield HELD


@observer(*dict.fromkeys(f"{SECTION}.{slug}" for slug in ASKED.values()))
def scheme(clause: str, case: Case, context: Context) -> Iterator[Observation]:
    """Whether another way to give the token, or another place for it, lets one in."""
    for exchange in case.all(Role.CHANGE):
        label = exchange.request.credential
        if f"{SECTION}.{ASKED.get(label)}" != clause:
            continue
        if exchange.accepted or context.as_base(case, exchange):
            yield Observation("accepted", exchange, label)
        elif exchange.status in OF_CREDENTIALS or (exchange.refused and context.isolates(case, exchange, clause)):
            yield Observation("refused", exchange, label)


@oracle("authentication.challenge")
def challenge(case: Case, _context: Context) -> Iterator[Breach | Held]:
    """RFC 9110 section 11.6.1: a 401 carries WWW-Authenticate with at least one challenge."""
    for exchange in case.all(Role.CHANGE):
        if exchange.response is None or exchange.status != 401:
            continue
        named = exchange.response.listed("WWW-Authenticate")
        if named and named.strip(" ,"):
            yield HELD
        else:
            yield Breach(exchange, "WWW-Authenticate with a challenge", "401 without it", "401")


ORDER, BODY = f"{SECTION}.before-the-order", f"{SECTION}.before-the-body"


def _with_a_good_one(clause: str, case: Case, context: Context) -> Iterator[tuple[Exchange, Exchange]]:
    """Yield a good request with a wrong token, with each other one that follows; nothing if the token is not looked at.

    That is reported by another clause, and says nothing here.
    """
    sent = case.all(Role.CHANGE) if case.clause == clause else ()
    for other in sent[1:] if sent and sent[0].refused else ():
        if other.response is not None and not context.as_base(case, other):
            yield sent[0], other


@oracle(ORDER)
def before_the_order(case: Case, context: Context) -> Iterator[Breach | Held]:
    """With a wrong token, a request for an unknown order is answered as one for an order that exists."""
    for good, other in _with_a_good_one(ORDER, case, context):
        if other.status == good.status:
            yield HELD
        else:
            yield Breach(other, f"{good.status}, as for an order that exists", f"{other.status}", case.id)


@observer(BODY)
def before_the_body(case: Case, context: Context) -> Iterator[Observation]:
    """With a wrong token, a bad body is answered as a good one, or is looked at first."""
    for good, other in _with_a_good_one(BODY, case, context):
        if other.refused:
            yield Observation("as a good body" if other.status == good.status else "as a bad body", other)


@oracle("authentication.token-not-echoed")
def token_not_echoed(case: Case, _context: Context) -> Iterator[Breach | Held]:
    """Redaction leaves a mark where a secret was: such a mark in an answer is an echo."""
    for exchange in case.all():
        if exchange.response is None or exchange.request.credential == "absent":
            continue
        in_a_header = ECHO.search("\n".join(map(": ".join, exchange.response.headers))) is not None
        places = {"a header": in_a_header, "the body": _has_echo(exchange.response.body)}
        echoes = [place for place, shown in places.items() if shown]
        for place in echoes:
            yield Breach(exchange, "no token in the answer", f"the token in {place}", f"echo in {place}")
        if not echoes:
            yield HELD


@remembered(small=512)
def _has_echo(body: bytes) -> bool:
    return ECHO.search(body.decode("utf-8", "replace")) is not None


@planner
def cases(kit: Kit) -> Iterator[PlannedCase]:
    """An accepted request with other credentials, and with wrong ones on orders and bodies of all kinds."""
    for label, slug in (REFUSED | ASKED).items():
        if label != "given":
            moved = label in ELSEWHERE
            yield change(f"{SECTION}.{slug}/{label}", with_credential(label), stress=moved, read=not moved)
    wrong = with_credential("other")
    yield change(f"{SECTION}.wrong-token/for another change", with_another(kit, wrong), lines=2)
    # A rule for the documented path alone may let others through.
    for name, segment, slash in OTHER_PATHS:
        path = with_segment(kit.call, segment, slash=slash)
        yield change(f"{SECTION}.wrong-token/{name}", chained(path, wrong), read=False)
    unknown = with_segment(kit.call, lambda _uuid: kit.invented("order"))
    yield _good_and_bad(f"{ORDER}/unknown order", chained(unknown, with_credential("other")))
    yield _good_and_bad(f"{BODY}/bad bodies", *(_wrong(body) for body in (b"{", b"{}", b"")))


def _good_and_bad(name: str, *others: Change) -> PlannedCase:
    """A good request with a wrong token, and some with it that are not good.

    No order is read back: that a wrong token changes nothing is seen where it is sent alone.
    """
    steps = tuple((Role.CHANGE, edit) for edit in (with_credential("other"), *others))
    return PlannedCase(name, "plain", steps, read=False)


def _wrong(body: bytes) -> Change:
    return chained(raw_body(lambda _body: body), with_credential("other"))
