"""Who is let in and should not be, what the answer says first, and tokens that come back."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from provider.fault import Fault, Stage, fault
from provider.http import Answer, Message, RefusalError
from provider.standard.handler import StandardCall, given_elsewhere

AT = "authentication"
CODE = "response-codes.bad-credentials"


def _letting_in(name: str, what: str, matches: Callable[[str, str], bool], clause: str) -> Fault:
    """A header that lets in as well; `matches` gets the header and the supplier's token."""

    def deviation(call: StandardCall, honest: Stage, message: Message) -> None:
        if not matches(message.headers.get("authorization", ""), call.tokens.supplier):
            honest(message)

    return Fault(name, what, "authenticate", deviation, (f"{AT}.{clause}",), severity="critical")


LETTING_IN = (
    _letting_in(
        "accepts-token-prefix",
        "The token without its last character will do.",
        lambda h, t: h == f"Token {t[:-1]}",
        "near-miss",
    ),
    _letting_in(
        "accepts-what-begins-with-the-token",
        "What begins with the token will do.",
        lambda h, t: h.startswith(f"Token {t}"),
        "near-miss",
    ),
    _letting_in(
        "accepts-token-in-any-case",
        "The token may be in lower case.",
        lambda h, t: h.startswith("Token ") and h[6:].lower() == t.lower(),
        "near-miss",
    ),
    _letting_in(
        "compares-all-but-the-last-character",
        "The last character is not compared.",
        lambda h, t: h.startswith("Token ") and h[6:-1] == t[:-1],
        "near-miss",
    ),
    _letting_in(
        "accepts-scheme-without-token", "An empty token will do.", lambda h, _t: h.strip() == "Token", "scheme-only"
    ),
    _letting_in("accepts-token-without-scheme", "The token alone will do.", lambda h, t: h == t, "bare-token"),
    _letting_in(
        "accepts-token-as-basic", "The token may be under Basic.", lambda h, t: h == f"Basic {t}", "other-scheme"
    ),
    _letting_in(
        "accepts-token-as-digest", "The token may be under Digest.", lambda h, t: h == f"Digest {t}", "other-scheme"
    ),
)


@fault("authenticate", f"{AT}.wrong-token", severity="critical")
def accepts_any_token(call: StandardCall, honest: Stage, message: Message) -> None:
    """Any long token that no one has will do."""
    header = message.headers.get("authorization", "")
    tokens = call.tokens
    known = any(
        token[:-1].lower() in header.lower() for token in (tokens.supplier, tokens.retailer, tokens.unpermitted)
    )
    if known or len(header) < 16 or not header.startswith("Token "):
        honest(message)


@fault("authenticate", f"{AT}.absent", also=(f"{AT}.invented-token-elsewhere",), severity="critical")
def accepts_no_credentials(_call: StandardCall, honest: Stage, message: Message) -> None:
    """Without Authorization everyone is let in."""
    if "authorization" in message.headers:
        honest(message)


def _letting_anyone_in(place: str) -> Fault:
    """Takes any token for a right one that is not in Authorization."""

    def deviation(_call: StandardCall, honest: Stage, message: Message) -> None:
        if "authorization" in message.headers or place not in given_elsewhere(message):
            honest(message)

    what = f"Without Authorization, any token in the {place} lets in."
    return Fault(
        f"accepts-any-token-in-the-{place}",
        what,
        "authenticate",
        deviation,
        (f"{AT}.invented-token-elsewhere",),
        severity="critical",
    )


ANYWHERE = tuple(map(_letting_anyone_in, ("query", "cookie", "header", "body")))


@fault("authenticate", f"{AT}.empty", severity="critical")
def accepts_empty_authorization(_call: StandardCall, honest: Stage, message: Message) -> None:
    """An Authorization header without anything in it lets in."""
    if message.headers.get("authorization", "none").strip():
        honest(message)


def _other_user(name: str, what: str, user: str, clause: str) -> Fault:
    def deviation(call: StandardCall, honest: Stage, message: Message) -> None:
        if getattr(call.tokens, user) not in message.headers.get("authorization", ""):
            honest(message)

    return Fault(name, what, "authenticate", deviation, (f"{AT}.{clause}",), severity="critical")


OTHER_USERS = (
    _other_user("lets-retailers-allocate", "A retailer may allocate.", "retailer", "wrong-requester"),
    _other_user("lets-anyone-allocate", "No permission is asked for.", "unpermitted", "without-permission"),
)


def _coding(name: str, what: str, status: int, code: str, clause: str) -> Fault:
    """Refuses users of one kind with another code."""

    def deviation(_call: StandardCall, honest: Stage, message: Message) -> None:
        try:
            honest(message)
        except RefusalError as refusal:
            if refusal.code == code:
                refusal.status = status
            raise

    challenge = (f"{AT}.challenge", "openapi.headers") if status == 401 else ()
    also = (CODE, "response-codes.refusal-fits-its-cause", *challenge)
    causes = "a 401 needs a challenge too" if challenge else ""
    if clause == CODE:
        causes = "malformed credentials may be answered 400 too, as another clause says"
    return Fault(name, what, "authenticate", deviation, (clause,), also, causes=causes)


CODES = (
    _coding("answers-403-for-wrong-credentials", "Wrong credentials are answered 403.", 403, "unauthenticated", CODE),
    _coding("answers-400-for-wrong-credentials", "Wrong credentials are answered 400.", 400, "unauthenticated", CODE),
    _coding("answers-404-for-wrong-credentials", "Wrong credentials are answered 404.", 404, "unauthenticated", CODE),
    _coding("answers-422-for-wrong-credentials", "Wrong credentials are answered 422.", 422, "unauthenticated", CODE),
    _coding(
        "answers-401-for-retailers",
        "Retailers are answered 401.",
        401,
        "wrong_requester",
        "response-codes.wrong-requester",
    ),
    _coding(
        "answers-404-without-permission",
        "Without the permission there is no order.",
        404,
        "forbidden",
        "response-codes.permission",
    ),
    _coding(
        "answers-401-without-permission",
        "Without the permission one is not known.",
        401,
        "forbidden",
        "response-codes.permission",
    ),
)


@fault("authenticate", "http.no-server-error", also=(CODE, f"{AT}.scheme-only", f"{AT}.empty", f"{AT}.bare-token"))
def fails_on_a_header_of_one_word(_call: StandardCall, honest: Stage, message: Message) -> None:
    """An Authorization header of one word is answered 500."""
    if len(message.headers.get("authorization", "two words").split()) < 2:
        raise RefusalError(500, "server_error", "Something went wrong.")
    honest(message)


# ------------------------------------------------------------------------------------------- what comes first


@fault("call", f"{AT}.before-the-order", severity="critical")
def looks_for_the_order_before_credentials(
    call: StandardCall, honest: Stage, message: Message, name: str, *, slash: bool
) -> Answer:
    """The answer shows anyone whether an order exists."""
    if message.method == call.METHOD:
        call.find(name)
    answer: Answer = honest(message, name, slash=slash)
    return answer


# ------------------------------------------------------------------------------------- challenges and echoes


def _challenge(name: str, what: str, value: str | None) -> Fault:
    def deviation(_call: StandardCall, honest: Stage) -> RefusalError:
        refusal: RefusalError = honest()
        del refusal.headers["WWW-Authenticate"]
        if value is not None:
            refusal.headers["WWW-Authenticate"] = value
        return refusal

    return Fault(name, what, "unauthenticated", deviation, (f"{AT}.challenge",), ("openapi.headers",), "minor")


CHALLENGES = (
    _challenge("missing-www-authenticate", "A 401 does not say how to authenticate.", None),
    _challenge("empty-www-authenticate", "A 401 has an empty WWW-Authenticate.", ""),
)


@fault("answer", f"{AT}.challenge", severity="minor", also=("openapi.headers",))
def two_empty_challenges(_call: StandardCall, honest: Stage, message: Message) -> Answer:
    """A 401 has WWW-Authenticate twice, and both are empty."""
    answer: Answer = honest(message)
    if "WWW-Authenticate" not in answer.headers:
        return answer
    empty = ("WWW-Authenticate", "")
    return replace(answer, headers={**answer.headers, "WWW-Authenticate": ""}, more=(empty,))


ECHO = f"{AT}.token-not-echoed"


@fault("answer", ECHO, severity="critical")
def echoes_credentials_in_a_header(_call: StandardCall, honest: Stage, message: Message) -> Answer:
    """Every answer repeats the Authorization header in one of its own."""
    answer: Answer = honest(message)
    return replace(answer, headers={**answer.headers, "X-Seen": message.headers.get("authorization", "")})


@fault("refuse", ECHO, severity="critical")
def echoes_credentials_in_refusals(
    _call: StandardCall, honest: Stage, message: Message, refusal: RefusalError
) -> Answer:
    """A refusal repeats the Authorization header, in every spelling.

    As it is, in other cases, percent-encoded, escaped, as base64.
    """
    seen = message.headers.get("authorization", "")
    escaped = "".join(f"\\u{ord(char):04x}" for char in seen)
    forms = [seen, seen.upper(), seen.lower(), "".join(f"%{byte:02x}" for byte in seen.encode()), quote(seen)]
    forms += [base64.b64encode(text.encode()).decode() for text in (seen, seen.partition(" ")[2], f"ab{seen}")]
    answer: Answer = honest(message, refusal)
    forms_shown = ", ".join([*map(json.dumps, forms), f'"{escaped}"'])
    return replace(answer, body=b'{"seen": [' + forms_shown.encode() + b'], "error": ' + answer.body + b"}")


@fault("answer", ECHO, severity="critical")
def echoes_the_token_in_a_success(call: StandardCall, honest: Stage, message: Message) -> Answer:
    """A success says whose token it was."""
    answer: Answer = honest(message)
    if answer.status not in {200, 201} or message.method != call.METHOD:
        return answer
    return replace(answer, body=answer.body[:-1] + f', "by": "{call.tokens.supplier}"}}'.encode())


@fault("refuse", ECHO, severity="critical")
def echoes_the_query_in_refusals(_call: StandardCall, honest: Stage, message: Message, refusal: RefusalError) -> Any:
    """A refusal repeats path and query of the request."""
    refusal.message = f"{refusal.message} It was {message.path}?{message.query}."
    return honest(message, refusal)


@fault("answer", ECHO, severity="critical")
def sets_the_token_as_a_cookie(call: StandardCall, honest: Stage, message: Message) -> Answer:
    """A success sets the token as a cookie."""
    answer: Answer = honest(message)
    cookie = {"Set-Cookie": f"token={call.tokens.supplier}; Path=/"} if answer.status in {200, 201} else {}
    return replace(answer, headers={**answer.headers, **cookie})


@fault("refuse", ECHO, severity="critical")
def echoes_wrong_tokens(_call: StandardCall, honest: Stage, message: Message, refusal: RefusalError) -> Any:
    """A 401 says which token was wrong."""
    if refusal.status == 401:
        refusal.message = f"Unknown: {message.headers.get('authorization', 'nothing')}."
    return honest(message, refusal)
