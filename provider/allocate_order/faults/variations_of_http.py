"""What another deployment may do otherwise in HTTP: header lists, redirects, verbs, credentials, texts of errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.fault import Fault, Stage, fault
from provider.http import Answer, Message, RefusalError
from provider.standard.handler import UUID

# ------------------------------------------------------------------------------------------------ header lists


@fault("answer")
def header_lists_in_several_fields(_call: AllocateOrder, honest: Stage, message: Message) -> Answer:
    """Allow and WWW-Authenticate come as two fields each, what counts in the second."""
    answer: Answer = honest(message)
    first = {"Allow": "OPTIONS", "WWW-Authenticate": 'Basic realm="timp"'}
    more = tuple((name, answer.headers[name]) for name in first if name in answer.headers)
    return replace(answer, headers={**answer.headers, **{name: first[name] for name, _ in more}}, more=more)


# --------------------------------------------------------------------------------------------------- redirects


def _redirecting(name: str, what: str, reading: str, status: int, write: Callable[[str, str], str]) -> Fault:
    """A redirect with another code or another reference; `write` makes Location of the path and the host."""

    def deviation(_call: AllocateOrder, honest: Stage, message: Message) -> Answer:
        answer: Answer = honest(message)
        asked = "final-slash" if not message.path.endswith("/") else "upper-case-uuid"
        if "Location" not in answer.headers or asked != reading:
            return answer
        location = write(answer.headers["Location"], message.headers.get("host", ""))
        return replace(answer, status=status, headers={**answer.headers, "Location": location})

    return Fault(name, what, "answer", deviation, (), needs={f"url-parameters.{reading}": "redirect"})


REDIRECTS = (
    _redirecting(
        "redirects-to-a-whole-url",
        "Location is a whole URL, with the name of the host in upper case.",
        "final-slash",
        301,
        lambda path, host: f"http://{host.upper()}{path}",
    ),
    _redirecting(
        "redirects-to-a-relative-path",
        "Location is relative to what was asked.",
        "final-slash",
        307,
        lambda path, _host: f"{path.split('/')[-2]}/",
    ),
    _redirecting(
        "redirects-to-a-network-path",
        "Location leaves out the scheme.",
        "final-slash",
        302,
        lambda path, host: f"//{host}{path}",
    ),
    _redirecting(
        "redirects-upwards-and-down",
        "Location goes up and down again.",
        "upper-case-uuid",
        301,
        lambda path, _host: f"../../allocation/{path.split('/')[-2]}/?from=upper-case",
    ),
)


@fault("call")
def redirects_percent_encoded_paths(
    _call: AllocateOrder, honest: Stage, message: Message, name: str, *, slash: bool
) -> Answer:
    """A path in which something is percent-encoded is redirected to the decoded one, if that is a UUID."""
    if "%" in message.path and UUID.fullmatch(name) and slash:
        return Answer(301, headers={"Location": f"../{name}/"})
    answer: Answer = honest(message, name, slash=slash)
    return answer


# ------------------------------------------------------------------------------------------ verbs and credentials


def _not_implemented(verbs: set[str]) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, message: Message) -> Answer:
        if message.method in verbs:
            raise RefusalError(501, "not_implemented", "The server does not know this verb.")
        answer: Answer = honest(message)
        return answer

    name = f"answers-501-for-{'-and-'.join(sorted(verbs)).lower()}"
    return Fault(name, "A verb that the server does not implement is answered 501.", "route", deviation, ())


NOT_IMPLEMENTED = (_not_implemented({"PATCH"}), _not_implemented({"PATCH", "DELETE"}))


@fault("authenticate")
def answers_400_for_malformed_credentials(_call: AllocateOrder, honest: Stage, message: Message) -> None:
    """Credentials that are not a scheme and a token are answered 400, as are those of a scheme that needs more."""
    header = message.headers.get("authorization")
    words = (header or "").split()
    if header is not None and (len(words) != 2 or words[0] in {"Basic", "Digest"}):
        raise RefusalError(400, "malformed_credentials", "Send Authorization: Token and the token.")
    honest(message)


@fault("call")
def answers_204_for_a_repeat(call: AllocateOrder, honest: Stage, message: Message, name: str, *, slash: bool) -> Answer:
    """What changes nothing, as the order shows the same already, is answered 204 without a body."""
    before = _standing(call, name)
    answer: Answer = honest(message, name, slash=slash)
    repeated = message.method == "PUT" and before and before == _standing(call, name)
    return Answer(204) if repeated and answer.status == 200 else answer


def _standing(call: AllocateOrder, name: str) -> Any:
    """What is stored of an order, with nothing for one that is not there."""
    try:
        return call.storage.allocations(call.find(name))
    except RefusalError:
        return None


# ------------------------------------------------------------------------------------------------------- errors


def _saying(name: str, what: str, text: str) -> Fault:
    """Refusals say something that only looks like the insides of a server."""

    def deviation(_call: AllocateOrder, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
        refusal.message = text
        answer: Answer = honest(message, refusal)
        return answer

    return Fault(name, what, "refuse", deviation, ())


TEXTS = (
    _saying(
        "links-to-its-documentation",
        "Refusals link to pages whose paths look like those of files.",
        "See https://api.example.com/home/docs/allocate.html and /home/docs/ or http://example.com/usr/lib/errors/.",
    ),
    _saying("numbers-lines-in-a-notice", "Refusals speak of lines.", "Notice: the quantity on line 1 is too large."),
    _saying("warns-of-a-line", "Refusals warn of a line.", "Warning: odd value in request.json on line 12."),
    _saying(
        "asks-to-select",
        "Refusals are sentences with words of SQL.",
        "SELECT one line item FROM the order, or UPDATE it and SET the quantities again; see ORA-12345.",
    ),
    _saying(
        "says-where-it-is",
        "Refusals tell times and places like frames of a stack.",
        'The order closed at /warehouse:12:30 (see File "orders.csv", line 3). Exception in thread handling: none.',
    ),
)


def _media_type(name: str, media_type: str) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
        answer: Answer = honest(message, refusal)
        body = json.dumps({"errors": [{"status": str(refusal.status), "title": refusal.message}]}).encode()
        return replace(answer, body=body, headers={**answer.headers, "Content-Type": media_type})

    return Fault(name, f"Errors are declared {media_type}.", "refuse", deviation, ())


MEDIA_TYPES = (
    _media_type("errors-of-json-api", "application/vnd.api+json"),
    _media_type("errors-of-a-vendor", "application/vnd.error+json; charset=utf-8"),
)


@fault("answer")
def lets_one_origin_use_credentials(_call: AllocateOrder, honest: Stage, message: Message) -> Answer:
    """The supplier's own pages may use answers, with credentials; others may not."""
    answer: Answer = honest(message)
    cors = {"Access-Control-Allow-Origin": "https://shop.example", "Access-Control-Allow-Credentials": "true"}
    return replace(answer, headers={**answer.headers, **cors, "Vary": "Origin"})


@fault("call")
def refuses_pages_of_strangers(
    _call: AllocateOrder, honest: Stage, message: Message, name: str, *, slash: bool
) -> Answer:
    """A request from a page of another origin is refused."""
    if "origin" in message.headers:
        raise RefusalError(403, "cross_origin", "This origin may not allocate.")
    answer: Answer = honest(message, name, slash=slash)
    return answer
