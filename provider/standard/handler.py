"""What every call of the API does alike: one method a stage, so that a fault can replace one of them."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote

from provider.http import Answer, Message, RefusalError, as_json
from provider.orders import Order
from provider.readings import Readings
from provider.storage import Storage

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
LARGEST_BODY = 8_000_000


@dataclass(frozen=True)
class Tokens:
    """Who is let in."""

    #: The token of the supplier.
    supplier: str = field(repr=False)
    #: The token of a retailer.
    retailer: str = field(repr=False)
    #: The token of a supplier's user without the permission to allocate.
    unpermitted: str = field(repr=False)


class StandardCall(ABC):
    """A call on an order: METHOD on the path PLACE, one segment that names the order, and a slash."""

    METHOD: ClassVar[str]
    PLACE: ClassVar[Sequence[str]]

    def __init__(self, readings: Readings, storage: Storage, tokens: Tokens) -> None:
        self.readings = readings
        self.storage = storage
        self.tokens = tokens

    def answer(self, message: Message) -> Answer:
        """Answer any request."""
        try:
            return self.route(message)
        except RefusalError as refusal:
            return self.refuse(message, refusal)

    def route(self, message: Message) -> Answer:
        """The call a path means, if any. A slash that is percent-encoded parts no segments."""
        segments = [unquote(segment, errors="replace") for segment in message.path.split("/")]
        slash = segments[-1] == ""
        *parents, name = segments[:-1] if slash else segments
        if parents == list(self.PLACE) and name:
            return self.call(message, name, slash=slash)
        return self.elsewhere(message, parents, name, slash=slash)

    def elsewhere(self, message: Message, parents: list[str], name: str, *, slash: bool) -> Answer:  # noqa: ARG002
        """Answer a request that is not on the path of the call."""
        raise nothing_here()

    def call(self, message: Message, name: str, *, slash: bool) -> Answer:
        """Carry out the call for the order of a name; `slash` says whether the path ended in one."""
        if message.method != self.METHOD:
            return self.other_verb(message, name)
        self.before_credentials(message)
        self.authenticate(message)
        if not slash and not self.readings.accepts("url-parameters.final-slash"):
            return self.without_slash(message)
        usual = self.usual_spelling(name)
        if usual is not None:
            return Answer(308, headers={"Location": "/".join((*self.PLACE, usual, ""))})
        self.media_type(message)
        body = self.parse(message.body)
        order = self.find(name)
        return self.carry_out(order, body)

    def other_verb(self, message: Message, name: str) -> Answer:  # noqa: ARG002
        """Answer another verb on the path of the call."""
        raise self.wrong_verb(self.METHOD)

    @abstractmethod
    def check_shape(self, body: Any) -> Any:
        """Check the outermost containers of a body. Raises RefusalError."""

    @abstractmethod
    def carry_out(self, order: Order, body: Any) -> Answer:
        """Check a body, store what it says, and answer. Raises RefusalError."""

    # -------------------------------------------------------------------------------------------- stages

    def before_credentials(self, message: Message) -> None:
        """Check of the body what is checked before credentials."""
        first = self.readings["authentication.before-the-body"]
        if first == "credentials-first":
            return
        body = self.parse(message.body)
        if first == "body-first":
            self.check_shape(body)

    def usual_spelling(self, name: str) -> str | None:
        """The usual spelling of a UUID that is answered with a redirect to it; None if it is not."""
        hyphenated = with_hyphens(name)
        for key, spelled in (("compact-uuid", hyphenated), ("upper-case-uuid", name.lower())):
            if spelled != name and self.readings[f"url-parameters.{key}"] == "redirect" and UUID.fullmatch(spelled):
                return spelled
        return None

    def wrong_verb(self, allowed: str) -> RefusalError:
        """The path answers to another verb."""
        message = f"This path answers to {allowed}."
        return RefusalError(405, "method_not_allowed", message, headers={"Allow": allowed})

    def without_slash(self, message: Message) -> Answer:
        """The path lacks its final slash, and is not served without."""
        if self.readings["url-parameters.final-slash"] == "not-found":
            raise nothing_here()
        if self.readings["url-parameters.final-slash"] == "refused":
            raise self.wrong_verb("GET, HEAD")
        query = f"?{message.query}" if message.query else ""
        return Answer(308, headers={"Location": f"{message.path}/{query}"})

    def authenticate(self, message: Message) -> None:
        """Let the supplier in, and no one else."""
        token = self.token(message.headers.get("authorization", ""))
        if token is None:
            token = self.token_elsewhere(message)
        if token == self.tokens.retailer:
            code = self.readings.code("response-codes.wrong-requester")
            raise RefusalError(code, "wrong_requester", "Retailers do not allocate.")
        if token == self.tokens.unpermitted:
            raise RefusalError(403, "forbidden", "This user may not allocate orders.")
        if token is None or not self.is_valid(token):
            raise self.unauthenticated()

    def token(self, header: str) -> str | None:
        """The token in an Authorization header, None where it has none."""
        scheme, _, token = header.partition(" ")
        any_case = self.readings.accepts("authentication.scheme-case")
        known = {"Token"} | ({"Bearer"} if self.readings.accepts("authentication.bearer-scheme") else set())
        if scheme in known or (any_case and scheme.lower() in {name.lower() for name in known}):
            return token.strip(" ") or None
        return None

    def token_elsewhere(self, message: Message) -> str | None:
        """The token outside of Authorization, if it is taken from there; some targets take it from a cookie alone."""
        places = {"accepted": ("query", "cookie", "header", "body"), "some": ("cookie",), "refused": ()}
        given = given_elsewhere(message)
        return next(
            (given[each] for each in places[self.readings["authentication.token-elsewhere"]] if each in given), None
        )

    def is_valid(self, token: str) -> bool:
        """Return whether a token is the supplier's."""
        return token == self.tokens.supplier

    def unauthenticated(self) -> RefusalError:
        """No valid token came with the request."""
        challenge = {"WWW-Authenticate": 'Token realm="timp"'}
        return RefusalError(401, "unauthenticated", "A valid token is needed.", headers=challenge)

    def media_type(self, message: Message) -> None:
        """Only JSON is read."""
        declared = message.headers.get("content-type")
        if declared is None and self.readings.accepts("http.content-type-absent"):
            return
        if (declared or "").partition(";")[0].strip().lower() != "application/json":
            raise RefusalError(415, "unsupported_media_type", "Send application/json.")

    def parse(self, body: bytes) -> Any:
        """The JSON text, read strictly."""
        if not body:
            raise RefusalError(400, "missing_body", "A body is needed.")
        if len(body) > LARGEST_BODY:
            raise RefusalError(413, "too_large", f"The body is larger than {LARGEST_BODY} bytes.")
        if self.readings.accepts("http.byte-order-mark"):
            body = body.removeprefix(b"\xef\xbb\xbf")
        try:
            text = body.decode("utf-8", "replace" if self.replaces(body) else "strict")
            if self.readings["http.json-extensions"] == "some":
                text = text.replace("'", '"')
            read = _lenient if self.readings.accepts("http.json-extensions") else json.loads
            return read(text, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            code = self.readings.code("response-codes.malformed-json", first=not body.strip().startswith(b"{"))
            raise RefusalError(code, "malformed_json", "The body is not a JSON text.") from error

    def replaces(self, body: bytes) -> bool:
        """Return True if bytes that are not UTF-8 are replaced; some are only where no Latin-1 is among them."""
        reading = self.readings["http.invalid-utf-8"]
        return reading == "passed-over" or (reading == "some" and b"\xe9" not in body)

    def find(self, segment: str) -> Order:
        """The order that a path segment names."""
        uuid = segment
        if re.fullmatch("[0-9a-f]{32}", segment) and self.readings.accepts("url-parameters.compact-uuid"):
            uuid = with_hyphens(segment)
        elif not UUID.fullmatch(segment):
            raise nothing_here()
        if self.readings.accepts("url-parameters.upper-case-uuid"):
            uuid = uuid.lower()
        order = self.storage.find(uuid)
        if order is None:
            raise RefusalError(self.readings.code("url-parameters.unknown-order"), "unknown_order", "No such order.")
        return order

    def refuse(self, message: Message, refusal: RefusalError) -> Answer:  # noqa: ARG002
        """The answer to a request that is at fault."""
        error = {"code": refusal.code, "message": refusal.message, "field": refusal.field}
        return replace(as_json(refusal.status, {"error": error}, refusal.headers), more=refusal.more)


NAMES = ("token", "access_token")
"""What a token is called in a query, a cookie and a body."""


def given_elsewhere(message: Message) -> dict[str, str]:
    """Return the tokens that a request has outside of Authorization, by the place."""
    query = parse_qs(message.query)
    cookies = dict(pair.strip().partition("=")[::2] for pair in message.headers.get("cookie", "").split(";"))
    try:
        read = json.loads(message.body)
    except (ValueError, RecursionError):
        read = None
    body = read if isinstance(read, dict) else {}
    found = {
        "query": next((query[name][0] for name in NAMES if name in query), None),
        "cookie": next((cookies[name] for name in NAMES if name in cookies), None),
        "header": message.headers.get("x-auth-token") or message.headers.get("x-api-key"),
        "body": next((body[name] for name in NAMES if name in body), None),
    }
    return {place: token for place, token in found.items() if isinstance(token, str)}


def with_hyphens(name: str) -> str:
    """A UUID of 32 digits with its hyphens; anything else as it is."""
    if not re.fullmatch("[0-9a-f]{32}", name):
        return name
    return "-".join((name[:8], name[8:12], name[12:16], name[16:20], name[20:]))


def nothing_here() -> RefusalError:
    """No call has this path."""
    return RefusalError(404, "not_found", "There is nothing at this path.")


def _lenient(text: str, parse_constant: Any) -> Any:
    """Read JSON with single quotes, trailing commas and text after it, as some parsers do."""
    bare = re.sub(r",\s*([}\]])", r"\1", text.replace("'", '"')).strip()
    return json.JSONDecoder(parse_constant=parse_constant).raw_decode(bare)[0]


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
