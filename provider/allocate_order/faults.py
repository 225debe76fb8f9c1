"""Single, named deviations. Each overrides one stage of the honest call, and says which clauses it breaks."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import Line
from provider.http import Answer, Message, RefusalError
from provider.orders import Order


@dataclass(frozen=True)
class Fault:
    """A deviation: what it does in a sentence, the clauses it breaks, and the class that does it."""

    name: str
    what: str
    breaks: tuple[str, ...]
    deviation: type[AllocateOrder]


FAULTS: dict[str, Fault] = {}


def fault(name: str, *breaks: str) -> Any:
    """Register a deviation under its name; its docstring says what it does."""

    def register(deviation: type[AllocateOrder]) -> type[AllocateOrder]:
        FAULTS[name] = Fault(name, (deviation.__doc__ or "").strip(), breaks, deviation)
        return deviation

    return register


def with_faults(names: tuple[str, ...]) -> type[AllocateOrder]:
    """The call with some deviations. Raises ValueError for a name there is not."""
    for name in names:
        if name not in FAULTS:
            raise ValueError(f"fault {name}: no such deviation; known: {', '.join(FAULTS)}")
    deviations = (FAULTS[name].deviation for name in names)
    return type("Deviating", (*deviations, AllocateOrder), {}) if names else AllocateOrder


def _edited(answer: Answer, edit: Any) -> Answer:
    """An answer whose JSON body is edited in place."""
    body = json.loads(answer.body)
    return replace(answer, body=json.dumps(edit(body)).encode())


@fault("quantity-shipped-as-string", "response-parameters.quantity-shipped-type")
class _ShippedAsString(AllocateOrder):
    """quantity_shipped is a string of digits."""

    def shipped(self, line: Line) -> Any:
        return str(super().shipped(line))


@fault("cost-with-three-decimals", "response-parameters.sku-cost-two-places")
class _ThreeDecimals(AllocateOrder):
    """supplier_provided_sku_cost has three decimal places."""

    def entry(self, line: Line, index: int) -> dict[str, Any]:
        entry = super().entry(line, index)
        return entry | ({"supplier_provided_sku_cost": 13.985} if "supplier_provided_sku_cost" in entry else {})


@fault("answers-only-first-line", "response-parameters.every-line-item-answered")
class _FirstLineOnly(AllocateOrder):
    """Of several line items only the first is answered."""

    def answered(self, lines: list[Line]) -> Any:
        return super().answered(lines[:1])


@fault("answers-204", "response-codes.success")
class _NoContent(AllocateOrder):
    """A success is answered 204, without a body."""

    def carried_out(self, order: Order, lines: list[Line]) -> Answer:
        super().carried_out(order, lines)
        return Answer(204)


@fault("accepts-30-february", "allocation-object.backorder-date-calendar")
class _ThirtiethOfFebruary(AllocateOrder):
    """30 February is taken for 1 March."""

    def day(self, text: str) -> datetime.date | None:
        if text[4:] in {"-02-30", "-Feb-30"}:
            return datetime.date(int(text[:4]), 3, 1)
        return super().day(text)


@fault("sum-exceeds-by-one", "allocation-object.sum-exceeds-ordered", "allocation-object.sum-checked-per-line-item")
class _SumExceedsByOne(AllocateOrder):
    """The sum may exceed what was ordered by one."""

    def check_sum(self, accepted: int, rejected: int, backordered: int, ordered: int) -> None:
        if accepted + rejected + backordered != ordered + 1:
            super().check_sum(accepted, rejected, backordered, ordered)


@fault("accepts-missing-quantity-rejected", "allocation-object.quantity-rejected-required")
class _MissingRejected(AllocateOrder):
    """A missing quantity_rejected counts as zero."""

    def quantity(self, allocation: dict[str, Any], field: str) -> int:
        return super().quantity({"quantity_rejected": self._zero()} | allocation, field)

    def _zero(self) -> int | str:
        return "0" if self.readings["allocation-object.quantity-encoding"] == "digit-strings" else 0


@fault("accepts-negative-quantity-backordered", "allocation-object.quantity-backordered-negative")
class _NegativeBackordered(AllocateOrder):
    """A negative quantity_backordered counts as zero."""

    def quantity(self, allocation: dict[str, Any], field: str) -> int:
        value = allocation.get(field)
        if field == "quantity_backordered" and isinstance(value, int) and value < 0:
            return 0
        return super().quantity(allocation, field)


@fault("accepts-token-prefix", "authentication.near-miss")
class _TokenPrefix(AllocateOrder):
    """The token without its last character will do."""

    def is_valid(self, token: str) -> bool:
        return super().is_valid(token) or token == self.tokens.supplier[:-1]


@fault("missing-www-authenticate", "authentication.challenge")
class _NoChallenge(AllocateOrder):
    """A 401 does not say how to authenticate."""

    def unauthenticated(self) -> RefusalError:
        refusal = super().unauthenticated()
        refusal.headers.clear()
        return refusal


@fault("missing-allow", "http.method-not-allowed-names-allow")
class _NoAllow(AllocateOrder):
    """A 405 does not say what the path answers to."""

    def wrong_verb(self, allowed: str) -> RefusalError:
        refusal = super().wrong_verb(allowed)
        refusal.headers.clear()
        return refusal


@fault("html-error-pages", "http.error-media-type")
class _HtmlErrors(AllocateOrder):
    """A refusal is an HTML page."""

    def refuse(self, message: Message, refusal: RefusalError) -> Answer:  # noqa: ARG002
        headers = {"Content-Type": "text/html", **refusal.headers}
        return Answer(refusal.status, f"<h1>{refusal.code}</h1>".encode(), headers)


@fault("leaks-stack-trace", "http.no-internals")
class _StackTrace(AllocateOrder):
    """A refusal of a wrong type shows where in the code it was raised."""

    def refuse(self, message: Message, refusal: RefusalError) -> Answer:
        answer = super().refuse(message, refusal)
        if not refusal.code.startswith("invalid_quantity"):
            return answer
        trace = 'Traceback (most recent call last):\n  File "/srv/app/views.py", line 12, in put'
        return _edited(answer, lambda body: body | {"trace": trace})


@fault("fails-on-long-strings", "robustness.long-strings")
class _FailsOnLongStrings(AllocateOrder):
    """A request of over 60,000 bytes is answered 500."""

    def parse(self, body: bytes) -> Any:
        if b"x" * 60_000 in body:
            raise RefusalError(500, "server_error", "Something went wrong.")
        return super().parse(body)


@fault("adds-instead-of-replacing", "state.replaced", "state.repeat", "state.read-back")
class _Adds(AllocateOrder):
    """A further allocation adds to the one that stood there."""

    def store(self, order: Order, lines: list[Line]) -> None:
        standing = self.storage.allocations(order)
        super().store(order, [self._added(line, standing) for line in lines])

    @staticmethod
    def _added(line: Line, standing: Mapping[str, Any]) -> Line:
        before = standing.get(line.item.uuid) if line.item else None
        if before is None or line.allocation is None:
            return line
        now = line.allocation
        both = replace(now, accepted=now.accepted + before.accepted, rejected=now.rejected + before.rejected)
        return replace(line, allocation=both)


@fault("stores-despite-refusal", "state.all-or-nothing")
class _StoresDespiteRefusal(AllocateOrder):
    """The lines before the one at fault are stored."""

    def validate(self, body: Any, order: Order) -> list[Line]:
        kept: list[Line] = []
        entries = self.entries(body)
        try:
            kept.extend(self.line(entry, order) for entry in entries)
        except RefusalError:
            self.store(order, kept)
            raise
        self.together(kept, order)
        return kept
