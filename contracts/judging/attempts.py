"""What an answer says of the way to the application, and the attempts at one request as a case. Pure."""

from __future__ import annotations

import datetime
import email.utils
from collections.abc import Sequence
from enum import Enum

from contracts.judging.products import known_products
from contracts.model.case import Case
from contracts.model.exchange import Exchange

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""Methods of requests that may be sent again when their answer was lost (RFC 9110 section 9.2.2)."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods of requests that change nothing (RFC 9110 section 9.2.1)."""

GATEWAY = frozenset({502, 503, 504, *range(520, 528), 530})
"""Status codes with which a gateway says that it has no answer of the application (RFC 9110 15.6, and Cloudflare)."""

SERVER_ERROR = 500
"""The first status code that says that the server has failed."""

NOT_FOUND = 404
NOT_ALLOWED = 405
TOO_MANY = 429
UNAUTHENTICATED = 401
UNAVAILABLE = 503

ORIGIN = "attempts"
"""The origin of a case that holds the attempts at one request."""

CREDENTIAL_ORIGIN = "credential"
"""The origin of a case that shows that the token is no longer accepted."""


SHARED = "shared"
"""The origin of a case that shows that somebody else uses an order, whose UUID ends the case's id."""


class Sign(Enum):
    """What an answer says of the way to the application."""

    PASSED = "passed"  # the application has answered, whatever it says
    LIMITED = "limited"  # too many requests: 429, or 503 with Retry-After
    BROKEN = "broken"  # no answer, one of GATEWAY, or another 5xx that a known product signs
    FAILED = "failed"  # another 5xx: the application has failed


def sign(exchange: Exchange) -> Sign:
    """Return what the answer of an exchange says of the way to the application."""
    status = exchange.status
    if status is None:
        return Sign.BROKEN
    if status == TOO_MANY or (status == UNAVAILABLE and retry_after(exchange) is not None):
        return Sign.LIMITED
    if status in GATEWAY:
        return Sign.BROKEN
    if status < SERVER_ERROR:
        return Sign.PASSED
    # A default page alone may be what a server shows for an application that it runs itself.
    return Sign.BROKEN if exchange.response and known_products().signer_of(exchange.response) else Sign.FAILED


def is_away(exchange: Exchange) -> bool:
    """Return True if nothing answered, or a gateway without the application."""
    return exchange.status is None or exchange.status in GATEWAY


def retry_after(exchange: Exchange) -> float | None:
    """Return the seconds that a Retry-After header asks for, as a number or as a date (RFC 9110 section 10.2.3).

    None for a value that is neither, or that no calendar has.
    """
    value = (exchange.response.header("Retry-After") if exchange.response else None) or ""
    try:
        return max(0.0, float(value)) if value.strip().replace(".", "", 1).isdecimal() else _until(value, exchange)
    except (ValueError, OverflowError, TypeError, IndexError):  # what the library raises for a date that is none
        return None


def _until(value: str, exchange: Exchange) -> float:
    due = email.utils.parsedate_to_datetime(value)
    due = due if due.tzinfo else due.replace(tzinfo=datetime.UTC)
    return max(0.0, due.timestamp() - (exchange.started + exchange.seconds))


def case_of(tried: Sequence[Exchange]) -> Case:
    """Return the attempts at one request as a case: the role of each is the sign of its answer."""
    return Case(f"attempts/{tried[-1].id}", tuple((sign(each).value, each) for each in tried), ORIGIN)


def may_be_sent_again(exchange: Exchange) -> bool:
    """Return True if a request does no more when it comes again: by its method (RFC 9110 section 9.2.2), or refused."""
    return exchange.request.method in IDEMPOTENT or exchange.refused


def is_doubtful(tried: Sequence[Exchange]) -> bool:
    """Return True if it is unknown what the request did.

    Its answer was lost, and it was refused when it was sent again: perhaps because it had been carried out. Or its
    answer was lost, and it may not be sent again.
    """
    last = tried[-1]
    if last.request.method in SAFE:
        return False
    lost = any(sign(each) in {Sign.BROKEN, Sign.FAILED} for each in tried[:-1])
    return (lost and last.refused) or (last.request.method not in IDEMPOTENT and sign(last) is Sign.BROKEN)


def credential_case(asked: Sequence[Exchange]) -> Case:
    """Return what shows that a token is no longer accepted: the refused request, and the one that was accepted."""
    return Case(f"credential/{asked[0].id}", tuple(("refused", each) for each in asked), CREDENTIAL_ORIGIN)


def number_of(exchange: Exchange) -> int:
    """Return which request of its run an exchange is, counted from 1; 0 if it is of another tool's recording."""
    number = exchange.id.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0
