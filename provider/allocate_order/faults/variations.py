"""What another correct deployment does: nothing of it breaks a clause, and no oracle may report it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import Line
from provider.fault import Fault, Stage, fault
from provider.http import Answer, Message, RefusalError


def _answering(name: str, what: str, edit: Callable[[Answer], Answer]) -> Fault:
    """Every answer is written otherwise."""

    def deviation(_call: AllocateOrder, honest: Stage, message: Message) -> Answer:
        return edit(honest(message))

    return Fault(name, what, "answer", deviation, ())


def _headers(**headers: str) -> Callable[[Answer], Answer]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda answer: replace(answer, headers={**answer.headers, **named})


def _rewritten(write: Callable[[Any], str]) -> Callable[[Answer], Answer]:
    def edit(answer: Answer) -> Answer:  # in the array form it stays as it is, and where a fault made it no JSON
        try:
            value = json.loads(answer.body)
        except ValueError:
            return answer
        return replace(answer, body=write(value).encode()) if isinstance(value, dict) else answer

    return edit


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(value)}
    return [_reversed(each) for each in value] if isinstance(value, list) else value


def _with_charset(answer: Answer) -> Answer:
    return replace(
        answer, headers={n: f"{v}; charset=utf-8" if n == "Content-Type" else v for n, v in answer.headers.items()}
    )


def _costing(name: str, what: str, cost: float) -> Fault:
    """Each unit costs that much, as text where costs are texts."""

    def deviation(_call: AllocateOrder, honest: Stage, line: Line) -> float | str:
        return str(cost) if isinstance(honest(line), str) else cost

    return Fault(name, what, "cost", deviation, ())


ANSWERS = (
    _answering(
        "more-headers",
        "Answers have unlisted headers.",
        _headers(
            X_Request_Id="7",
            Cache_Control="no-store",
            Vary="Accept, Cookie",
            Server="nginx",
            Strict_Transport_Security="max-age=31536000",
        ),
    ),
    _answering("sets-a-cookie", "Answers set a cookie.", _headers(Set_Cookie="session=7; Path=/; HttpOnly")),
    _answering(
        "counts-requests",
        "Answers say how many requests are left.",
        _headers(X_RateLimit_Remaining="997", X_RateLimit_Limit="1000"),
    ),
    _answering(
        "allows-other-origins",
        "Answers have the headers of CORS.",
        _headers(Access_Control_Allow_Origin="*", Access_Control_Expose_Headers="Location"),
    ),
    _answering("declares-a-charset", "The media type has a parameter.", _with_charset),
    _answering(
        "members-in-another-order",
        "Members come in another order.",
        _rewritten(lambda value: json.dumps(_reversed(value))),
    ),
    _answering(
        "indented-answers", "Answers are indented.", _rewritten(lambda value: json.dumps(value, indent=4) + "\n")
    ),
    _answering(
        "compact-answers",
        "Answers have no white space.",
        _rewritten(lambda value: json.dumps(value, separators=(",", ":"))),
    ),
    _answering("chunked-answers", "Answers come in chunks.", lambda answer: replace(answer, chunked=True)),
    _answering("closes-connections", "Each answer closes its connection.", _headers(Connection="close")),
)


# ---------------------------------------------------------------------------------------------- other successes


def _success(name: str, what: str, edit: Callable[[Answer], Answer]) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, *seen: Any) -> Answer:
        return edit(honest(*seen))

    return Fault(name, what, "carried_out", deviation, ())


def _each_line(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Answer], Answer]:
    def write(value: Any) -> str:
        return json.dumps({**value, "line_items": [change(entry) for entry in value["line_items"]]})

    return _rewritten(write)


def _lines_reversed(value: Any) -> str:
    return json.dumps({**value, "line_items": value["line_items"][::-1]})


SUCCESSES = (
    _success("answers-201", "A success is 201.", lambda answer: replace(answer, status=201)),
    _success(
        "answers-201-with-a-place",
        "A success is 201, and says where.",
        lambda a: replace(a, status=201, headers={**a.headers, "Location": "/timp/orders/7/"}),
    ),
    _success(
        "unlisted-fields",
        "Answers have unlisted fields.",
        _each_line(lambda e: {**e, "sku": "A-7", "quantity_ordered": 5, "allocation": {"status": "ok"}}),
    ),
    _success(
        "unlisted-members",
        "There are more fields than line_items.",
        _rewritten(lambda v: json.dumps({**v, "status": "ok", "warnings": [], "order_uuid": None})),
    ),
    _success("line-items-in-another-order", "Line items are answered in another order.", _rewritten(_lines_reversed)),
    _success(
        "names-in-upper-case",
        "Line items are named in upper case.",
        _each_line(lambda e: {**e, "line_item_uuid": e["line_item_uuid"].upper()}),
    ),
    _costing("cost-of-one-place", "The cost has one decimal place.", 13.5),
    _costing("cost-of-an-integer", "The cost is an integer.", 14),
    _costing("cost-of-nothing", "The cost is 0.0.", 0.0),
    _costing("cost-of-a-million", "The cost is large.", 1234567.89),
    _success(
        "escaped-answers",
        "Answers are escaped as far as may be.",
        lambda a: replace(a, body=a.body.replace(b"line_item_uuid", b"line\\u005fitem\\u005fuuid")),
    ),
)


@fault("shipped")
def ships_immediately(_call: AllocateOrder, honest: Stage, line: Line) -> Any:
    """What is accepted is shipped already."""
    return line.allocation.accepted if line.allocation else honest(line)


# ------------------------------------------------------------------------------------------------ other errors


def _error(name: str, what: str, body: Callable[[RefusalError], Any], **headers: str) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
        answer: Answer = honest(message, refusal)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(answer, body=json.dumps(body(refusal)).encode(), headers={**answer.headers, **named})

    return Fault(name, what, "refuse", deviation, ())


ERRORS = (
    _error(
        "problem-details",
        "Errors are problem details of RFC 9457.",
        lambda r: {"type": "about:blank", "title": r.message, "status": r.status},
        Content_Type="application/problem+json",
    ),
    _error(
        "errors-by-field",
        "Errors are lists of messages by field.",
        lambda r: {r.field or "non_field_errors": [r.message]},
    ),
    _error("errors-as-detail", "Errors have one member, detail.", lambda r: {"detail": r.message}),
    _error("errors-as-a-list", "Errors are a list.", lambda r: [{"code": r.code, "message": r.message}]),
    _error("errors-as-text-in-json", "Errors are a JSON string.", lambda r: r.message),
    _error("retry-later", "Errors say when to try again.", lambda r: {"error": r.message}, Retry_After="120"),
)


@fault("refuse")
def errors_without_a_body(_call: AllocateOrder, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
    """Errors have no body."""
    answer: Answer = honest(message, refusal)
    return Answer(answer.status, headers={n: v for n, v in answer.headers.items() if n != "Content-Type"})


def _code(name: str, what: str, status: int, matches: Callable[[RefusalError], bool]) -> Fault:
    """A code that the page leaves open for a cause."""

    def deviation(_call: AllocateOrder, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
        if matches(refusal):
            refusal.status = status
        answer: Answer = honest(message, refusal)
        return answer

    return Fault(name, what, "refuse", deviation, ())


CODES = (
    _code(
        "422-for-a-body-of-another-type",
        "A body that is not an object is 422.",
        422,
        lambda r: r.code in {"invalid_body", "invalid_line_items"},
    ),
    _code(
        "400-for-what-cannot-be-done",
        "A past or distant day is 400.",
        400,
        lambda r: r.message in {"The day has passed.", "The day is too far ahead."},
    ),
    _code(
        "422-for-negative-quantities",
        "A negative quantity is 422.",
        422,
        lambda r: r.message.endswith("is not negative."),
    ),
    _code(
        "400-for-giant-quantities",
        "A quantity that is too large is 400.",
        400,
        lambda r: r.message.endswith("is too large."),
    ),
    _code(
        "422-for-unreadable-dates",
        "A text that is not a date is 422.",
        422,
        lambda r: r.message == "backorder_date is not a date.",
    ),
)


# ----------------------------------------------------------------------------------------- other orders of checks


@fault("call")
def asks_for_credentials_before_the_verb(
    call: AllocateOrder, honest: Stage, message: Message, name: str, *, slash: bool
) -> Any:
    """Credentials are checked before the verb."""
    call.authenticate(message)
    return honest(message, name, slash=slash)


@fault("call")
def looks_for_the_order_before_the_body(
    call: AllocateOrder, honest: Stage, message: Message, name: str, *, slash: bool
) -> Any:
    """The order is looked for before the body is read."""
    if message.method == "PUT" and slash:
        call.authenticate(message)
        call.find(name)
    return honest(message, name, slash=slash)


@fault("parse")
def validates_before_the_order(call: AllocateOrder, honest: Stage, body: bytes) -> Any:
    """The body's shape is checked before the order is looked for."""
    value = honest(body)
    call.entries(value)
    return value


@fault("unauthenticated")
def offers_two_schemes(_call: AllocateOrder, honest: Stage) -> RefusalError:
    """A 401 offers a second scheme."""
    refusal: RefusalError = honest()
    refusal.headers["WWW-Authenticate"] = 'Token realm="timp", Basic realm="timp"'
    return refusal


@fault("wrong_verb")
def allows_options_too(_call: AllocateOrder, honest: Stage, allowed: str) -> RefusalError:
    """A 405 lists OPTIONS as well, without spaces."""
    refusal: RefusalError = honest(allowed)
    refusal.headers["Allow"] = f"OPTIONS,{allowed}"
    return refusal
