"""The call: one class, one method a stage, so that a fault can put something else in the place of one of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from provider.allocate_order.readings import Readings
from provider.allocate_order.validation import Line, Validation
from provider.http import Answer, Message, RefusalError, as_json
from provider.orders import Order
from provider.storage import Allocation, Storage

ALLOCATION = ["", "timp", "orders", "allocation"]
DETAIL = ["", "timp", "orders"]
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
COST = 13.98
LARGEST_BODY = 8_000_000


@dataclass(frozen=True)
class Tokens:
    """Who is let in: a supplier, a retailer, and a supplier's user without the permission to allocate."""

    supplier: str = field(repr=False)
    retailer: str = field(repr=False)
    unpermitted: str = field(repr=False)


class AllocateOrder(Validation):
    """The documented call and the order detail."""

    def __init__(self, readings: Readings, storage: Storage, tokens: Tokens) -> None:
        super().__init__(readings)
        self.storage = storage
        self.tokens = tokens

    # ----------------------------------------------------------------------------------------- whole calls

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
        if parents == ALLOCATION and name:
            return self.allocation(message, name, slash=slash)
        if parents == DETAIL and slash and UUID.fullmatch(name):
            return self.detail(message, name)
        raise nothing_here()

    def allocation(self, message: Message, name: str, *, slash: bool) -> Answer:
        """Allocate the order of a name; `slash` says whether the path ended in one."""
        if message.method == "GET" and self.readings["http.get"] == "shown":
            return self.detail(message, name)
        if message.method != "PUT":
            raise self.wrong_verb("PUT")
        self.before_credentials(message)
        self.authenticate(message)
        if not slash and not self.readings.accepts("url-parameters.final-slash"):
            return self.without_slash(message)
        usual = self.usual_spelling(name)
        if usual is not None:
            return Answer(308, headers={"Location": "/".join((*ALLOCATION, usual, ""))})
        self.media_type(message)
        body = self.parse(message.body)
        order = self.find(name)
        lines = self.validate(body, order)
        self.store(order, lines)
        return self.carried_out(order, lines)

    def detail(self, message: Message, uuid: str) -> Answer:
        """Show an order."""
        if message.method != "GET":
            raise self.wrong_verb("GET")
        self.authenticate(message)
        order = self.find(uuid)
        standing = self.storage.allocations(order)
        entries = [self.shown(item.uuid, item.quantity_ordered, standing.get(item.uuid)) for item in order.line_items]
        return as_json(200, {"order_uuid": order.uuid, "line_items": entries})

    # -------------------------------------------------------------------------------------------- stages

    def before_credentials(self, message: Message) -> None:
        """Check of the body what is checked before credentials."""
        first = self.readings["authentication.before-the-body"]
        if first == "credentials-first":
            return
        body = self.parse(message.body)
        if first == "body-first":
            self.entries(body)

    def usual_spelling(self, name: str) -> str | None:
        """The usual spelling of a UUID that is answered with a redirect to it; None if it is not."""
        hyphenated = _with_hyphens(name)
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
            uuid = _with_hyphens(segment)
        elif not UUID.fullmatch(segment):
            raise nothing_here()
        if self.readings.accepts("url-parameters.upper-case-uuid"):
            uuid = uuid.lower()
        order = self.storage.find(uuid)
        if order is None:
            raise RefusalError(self.readings.code("url-parameters.unknown-order"), "unknown_order", "No such order.")
        return order

    def store(self, order: Order, lines: list[Line]) -> None:
        """Put what the lines say in the place of what was stored, if that may be."""
        wanted = {line.item.uuid: line.allocation for line in lines if line.item and line.allocation}
        if not self.readings.accepts("state.second-allocation"):
            some = self.readings["state.second-allocation"] == "some"
            closed = {u: a for u, a in self.storage.allocations(order).items() if not some or a.rejected == a.total > 0}
            if any(closed.get(uuid, allocation) != allocation for uuid, allocation in wanted.items()):
                raise RefusalError(409, "already_allocated", "A line item of this order is closed.")
        self.storage.store(wanted)

    def carried_out(self, order: Order, lines: list[Line]) -> Answer:
        """The answer to a request that was carried out."""
        last = {line.key: line for line in lines}
        if self.readings["response-parameters.other-line-items"] == "answered":
            stored = self.storage.allocations(order)
            for item in order.line_items:
                last.setdefault(item.uuid, Line(item.uuid, item, stored.get(item.uuid)))
        return as_json(200, self.answered(list(last.values())))

    def refuse(self, message: Message, refusal: RefusalError) -> Answer:  # noqa: ARG002
        """The answer to a request that is at fault."""
        error = {"code": refusal.code, "message": refusal.message, "field": refusal.field}
        return replace(as_json(refusal.status, {"error": error}, refusal.headers), more=refusal.more)

    # -------------------------------------------------------------------------------------------- answers

    def answered(self, lines: list[Line]) -> Any:
        """The body of a success, in the shape chosen."""
        if self.readings["response-parameters.shape"] == "array":
            return [{line.name: self.status(line)} for line in lines]
        return {"line_items": [self.entry(line, index) for index, line in enumerate(lines)]}

    def entry(self, line: Line, index: int) -> dict[str, Any]:
        """One line item in the object form."""
        entry: dict[str, Any] = {"line_item_uuid": line.name}
        if line.item is None:
            return entry | {"line_item_status": "Item Not Found"}
        for key, name, value in (
            ("quantity-shipped", "quantity_shipped", self.shipped(line)),
            ("sku-cost", "supplier_provided_sku_cost", self.cost(line)),
        ):
            presence = self.readings[f"response-parameters.{key}-presence"]
            if presence == "null":
                entry[name] = None
            elif presence == "always" or (presence == "sometimes" and index % 2 == 0):
                entry[name] = value
        return entry

    def shipped(self, line: Line) -> Any:  # noqa: ARG002
        """Nothing has been shipped when an order is allocated."""
        return 0

    def cost(self, line: Line) -> Any:  # noqa: ARG002
        """What one unit costs the supplier: all units cost the same here."""
        return f"{COST:.2f}" if self.readings["response-parameters.sku-cost-encoding"] == "string" else COST

    def status(self, line: Line) -> str:
        """One line item's status in the array form."""
        if line.allocation is None:
            return "Unallocated" if line.item else "Item Not Found"
        if line.allocation.accepted or not line.allocation.total:
            return "Allocated"
        return "Backordered" if line.allocation.backordered else "Rejected"

    def shown(self, uuid: str, ordered: int, standing: Allocation | None) -> Mapping[str, Any]:
        """One line item in the order detail."""
        if standing is None:
            return {"line_item_uuid": uuid, "status": "Unallocated", "allocation": None}
        whole = "Rejected" if standing.rejected and standing.rejected == standing.total else "Allocated"
        return {
            "line_item_uuid": uuid,
            "status": "Backordered" if standing.backordered else whole,
            "allocation": {
                "quantity_ordered": ordered,
                "quantity_allocated": standing.accepted,
                "quantity_backordered": standing.backordered,
                "quantity_rejected": standing.rejected,
                "backorder_date": standing.backorder_date,
            },
        }


def _with_hyphens(name: str) -> str:
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
