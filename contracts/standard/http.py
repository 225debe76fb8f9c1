"""What HTTP and JSON ask of the call: media types, JSON texts, and what error answers may say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from contracts.endpoint.call import Call
from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, oracle, planner
from contracts.endpoint.oracle import in_words
from contracts.endpoint.plan import Kit, PlannedCase, change
from contracts.model.case import VARYING, Case, Role, Trait
from contracts.model.exchange import Exchange, Request
from contracts.standard.internals import insides
from contracts.standard.parsed import Parsed
from contracts.standard.requests import changed, in_place_of_a_number, raw_body, with_another, with_header, with_segment
from contracts.standard.texts import BOM, MISSING, NO_END, Flaw, dump, parse_json
from contracts.standard.verbs import is_not_implemented


def media_traits(request: Request) -> Iterator[Trait]:
    """Yield the traits of the Content-Type."""
    declared = request.header("Content-Type")
    if declared is None:
        yield Trait("http.content-type-absent", "no Content-Type")
        return
    name, _, parameters = (part.strip() for part in declared.partition(";"))
    if name.lower() != "application/json":
        yield Trait("http.media-type", name.lower()[:40] or "empty")
    elif name != name.lower():
        yield Trait("http.media-type-case", "upper case")
    elif parameters.replace(" ", "").lower() == "charset=utf-8":
        yield Trait("http.media-type-parameters", "charset=utf-8")
    elif not parameters:
        yield Trait("http.media-type-parameters", "no parameter")


def media_unjudged(request: Request) -> bool:
    """Return True if no clause speaks of the Content-Type: other JSON or parameters, multipart without boundary."""
    name, _, parameters = (request.header("Content-Type") or "").lower().partition(";")
    other_json = name.strip() != "application/json" and "json" in name
    without_boundary = name.strip().startswith("multipart/") and "boundary=" not in parameters
    return other_json or without_boundary or parameters.replace(" ", "") not in {"", "charset=utf-8"}


def text_traits(body: bytes, parsed: Parsed, call: Call) -> Iterator[Trait]:
    """Yield the traits of the body as a JSON text; `parsed` is what could be read of it."""
    if not body:
        yield Trait("request-parameters.body-required", "no body")
        return
    if body.startswith(BOM):
        yield Trait("http.byte-order-mark", "a byte order mark")
    if parsed.body.value is MISSING:
        if parsed.body.flaw is Flaw.NOT_UTF_8:
            yield Trait("http.invalid-utf-8", "not UTF-8")
        elif parsed.body.flaw is not Flaw.TOO_DEEP:
            label = _malformed(body)
            yield Trait("http.json-extensions" if label in EXTENSIONS else "http.malformed-json", label)
    elif parsed.body.constants:
        yield Trait("http.json-constants", parsed.body.constants[0])
    elif not body.startswith(BOM):
        yield from _spelling_traits(body, parsed.body.value, call)


EXTENSIONS = frozenset({"text after the JSON", "trailing comma", "single quotes"})
"""What lenient parsers read, as RFC 8259 section 9 allows them."""


def _malformed(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return "text after the JSON"
        if error.pos >= len(text.rstrip()):
            return "cut short"
    except RecursionError:
        return "too deep"
    if re.search(r",\s*[}\]]", text):
        return "trailing comma"
    return "single quotes" if "'" in text and '"' not in text else "another error"


def _spelling_traits(body: bytes, value: Any, call: Call) -> Iterator[Trait]:
    plain = dump(value)
    if body == plain:
        if _is_reversed(value, "", call):
            yield Trait("http.json-spelling", "another order of members")
    elif b"\\u" in body:
        yield Trait("http.json-spelling", "escapes")
    elif re.search(rb"\s", body):
        yield Trait("http.json-spelling", "white space")


def _is_reversed(value: Any, path: str, call: Call) -> bool:
    """Return True if the first object with several listed members has them in the order opposite to the table."""
    if isinstance(value, list):
        return bool(value) and _is_reversed(value[0], f"{path}[]", call)
    if not isinstance(value, dict):
        return False
    listed = [field.name for field in call.members(path) if field.name in value]
    if len(listed) > 1:
        return [name for name in value if name in listed] == listed[::-1]
    return bool(listed) and _is_reversed(value[listed[0]], f"{path}.{listed[0]}" if path else listed[0], call)


# ----------------------------------------------------------------------------------------------- oracles


def _errors(case: Case) -> Iterator[tuple[Exchange, str, bytes]]:
    """Every refusal that has a body, with its media type."""
    yield from (error for error in _declared(case) if error[2])


def _declared(case: Case) -> Iterator[tuple[Exchange, str, bytes]]:
    """Every refusal, with the media type it declares (lower case, without parameters), and its body."""
    for exchange in case.all(*VARYING):
        response = exchange.response
        if response is not None and exchange.refused and exchange.request.method != "HEAD":
            declared = (response.header("Content-Type") or "").partition(";")[0].strip().lower()
            yield exchange, declared, response.body


def _is_json(media_type: str) -> bool:
    return media_type == "application/json" or media_type.endswith("+json")


@oracle("http.error-media-type")
def error_media_type(case: Case, _context: Context) -> Iterator[Breach | Held]:
    """A refusal to who asked for JSON is JSON."""
    for exchange, declared, _ in _errors(case):
        if _is_json(declared):
            yield HELD
        elif (exchange.request.header("Accept") or "application/json") == "application/json":
            yield Breach(exchange, "application/json", declared or "no Content-Type", f"error {exchange.status}")


@oracle("http.error-parses")
def error_parses(case: Case, _context: Context) -> Iterator[Breach | Held]:
    """A refusal that says it is JSON is JSON; nothing at all is not."""
    for exchange, declared, body in _declared(case):
        if _is_json(declared) and exchange.response:
            error = parse_json(body).error if exchange.response.complete else NO_END
            if error is None:
                yield HELD
            else:
                yield Breach(exchange, "a JSON text", error.partition(":")[0], f"error {exchange.status}")


@oracle("http.no-internals")
def no_internals(case: Case, _context: Context) -> Iterator[Breach | Held]:
    """Whatever the answer, the server's insides are not in it."""
    for exchange in case.all():
        response = exchange.response
        if response is None or not response.body:
            continue
        shown = insides(response.body)
        for what in shown:
            if what not in insides(exchange.request.body):
                yield Breach(exchange, "nothing of the server's insides", what, what)
        if not shown:
            yield HELD


MARKUP = b"<script>alert(1)</script>"
IN_THE_PATH = b"<svg onload=alert(1)>"
"""Markup without a slash, which would end a segment."""

RENDERED = ("html", "xml", "svg")
"""What is in the media types whose markup a browser renders; an answer that declares none may be taken for HTML."""


@oracle("http.no-reflection")
def no_reflection(case: Case, _context: Context) -> Iterator[Breach | Held]:
    """Markup from the request does not come back as markup."""
    for exchange in case.all(Role.CHANGE):
        request = unquote_to_bytes(exchange.request.path) + exchange.request.body
        sent = [text for text in (MARKUP, IN_THE_PATH) if text in request]
        if not sent or exchange.response is None:
            continue
        declared = (exchange.response.header("Content-Type") or "text/html").lower()
        shown = any(text in exchange.response.body for text in sent)
        if shown and any(name in declared for name in RENDERED):
            yield Breach(exchange, "no markup of ours in an HTML answer", "our markup", "markup reflected")
        else:
            yield HELD


@oracle("http.no-server-error")
def no_server_error(case: Case, context: Context) -> Iterator[Breach | Held]:
    """Every request gets an answer, and none of 500 and above. A clause of robustness speaks for its own."""
    for exchange in case.all(*VARYING, Role.TRIED):
        traits = context.view(exchange).traits | context.view(exchange).masked
        if any(trait.clause.startswith("robustness.") for trait in traits):
            continue
        if exchange.status is not None and (exchange.status < 500 or is_not_implemented(exchange, context.call)):
            yield HELD
            continue
        fresh = sorted(context.fresh(case, exchange) or (), key=lambda trait: (trait.clause, trait.field, trait.label))
        label = in_words(fresh[0]) if len(fresh) == 1 else "another request"
        seen = f"{exchange.status}" if exchange.status else f"no answer ({exchange.trouble})"
        yield Breach(exchange, "a success or a refusal", f"{seen} for {label}", label)


# ------------------------------------------------------------------------------------------------- cases


@planner
def cases(kit: Kit) -> Iterator[PlannedCase]:
    """The accepted request with another media type, or with markup in it."""
    for name, value in MEDIA_TYPES.items():
        yield change(f"http.media-type/{name}", with_header("Content-Type", value))
    octets = with_header("Content-Type", MEDIA_TYPES["octets"])
    yield change("http.media-type/octets, another change", with_another(kit, octets), lines=2)
    yield change("http.media-type-parameters/none", with_header("Content-Type", "application/json"))
    yield change("http.media-type-case/upper", with_header("Content-Type", "Application/JSON; charset=UTF-8"))
    yield change("http.content-type-absent/absent", with_header("Content-Type", None))
    for name, where in kit.call.places.items():
        if where.base == "plain":
            yield change(f"http.no-reflection/in the {name}", where.write(MARKUP.decode()))
    yield change("http.no-reflection/in the path", with_segment(kit.call, lambda _uuid: quote(IN_THE_PATH)), read=False)


@planner
def json_cases(kit: Kit) -> Iterator[PlannedCase]:
    """JSON texts that say the same, and bodies that are none."""
    yield change("request-parameters.body-required/empty", raw_body(lambda _body: b""))
    yield change(
        "http.json-spelling/white space",
        raw_body(lambda body: json.dumps(json.loads(body), indent=2).encode()),
    )
    yield change("http.json-spelling/escapes", raw_body(lambda body: body.replace(b"_", b"\\u005f", 1)))
    yield change("http.json-spelling/order", changed("", _reversed))
    for name, edit in MALFORMED.items():
        yield change(f"http.malformed-json/{name}", raw_body(edit))
    for name, edit in LENIENT.items():
        yield change(f"http.json-extensions/{name}", raw_body(edit))
    for constant in ("NaN", "Infinity", "-Infinity"):
        yield from in_place_of_a_number(kit, f"http.json-constants/{constant}", constant.encode())
    yield change("http.invalid-utf-8/latin-1", raw_body(lambda body: body[:-1] + b',"note":"\xe9"}'))
    yield change("http.invalid-utf-8/cut character", raw_body(lambda body: body[:-1] + b',"note":"\xe2\x82"}'))
    yield change("http.byte-order-mark/before", raw_body(lambda body: BOM + body))


@planner
def code_cases(_kit: Kit) -> Iterator[PlannedCase]:
    """What is refused with one of two codes, sent twice: different values may have different codes, one has one."""
    cut = raw_body(lambda body: body[:-1])
    yield PlannedCase(
        "response-codes.malformed-json/the same request twice", "plain", ((Role.CHANGE, cut), (Role.CHANGE, cut))
    )


MEDIA_TYPES = {
    "text": "text/plain",
    "form": "application/x-www-form-urlencoded",
    "XML": "application/xml",
    "octets": "application/octet-stream",
}
MALFORMED = {
    "cut short": lambda body: body[:-1],
    "a word": lambda _body: b"order",
    "white space only": lambda _body: b"  ",
    "form fields": lambda _body: b"line_items=1",
}
LENIENT = {
    "text after": lambda body: body + b"}",
    "trailing comma": lambda body: body[:-1] + b",}",
    "single quotes": lambda body: body.replace(b'"', b"'"),
}


def _reversed(value: Any) -> Any:
    """Return a value with the members of each object in the opposite order."""
    if isinstance(value, dict):
        return {name: _reversed(member) for name, member in reversed(value.items())}
    return [_reversed(each) for each in value] if isinstance(value, list) else value
