"""The call: what Allocate Order does with a body, and the order detail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provider.allocate_order.validation import Line, Validation
from provider.http import Answer, Message, RefusalError, as_json
from provider.orders import Order
from provider.standard.handler import UUID, StandardCall
from provider.storage import Allocation

DETAIL = ["", "timp", "orders"]
COST = 13.98


class AllocateOrder(Validation, StandardCall):
    """The documented call and the order detail."""

    METHOD = "PUT"
    PLACE = ("", "timp", "orders", "allocation")

    def elsewhere(self, message: Message, parents: list[str], name: str, *, slash: bool) -> Answer:
        """Show an order on the path of the order detail."""
        if parents == DETAIL and slash and UUID.fullmatch(name):
            return self.detail(message, name)
        return super().elsewhere(message, parents, name, slash=slash)

    def other_verb(self, message: Message, name: str) -> Answer:
        """Show the order to GET, if that reading is chosen."""
        if message.method == "GET" and self.readings["http.get"] == "shown":
            return self.detail(message, name)
        return super().other_verb(message, name)

    def check_shape(self, body: Any) -> Any:
        """Return the elements of `line_items`."""
        return self.entries(body)

    def carry_out(self, order: Order, body: Any) -> Answer:
        """Allocate the line items of an order."""
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

    # -------------------------------------------------------------------------------------------- answers

    def answered(self, lines: list[Line]) -> Any:
        """The body of a success, in the shape chosen."""
        shape = self.readings["response-parameters.shape"]
        if shape in {"array", "statuses-in-object"}:
            entries = [{line.name: self.status(line)} for line in lines]
        else:
            entries = [self.entry(line, index) for index, line in enumerate(lines)]
        return entries if shape in {"array", "objects-in-array"} else {"line_items": entries}

    def entry(self, line: Line, index: int) -> dict[str, Any]:
        """One line item with the fields of the field list."""
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
        """One line item's status, where an answer has nothing else of it."""
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
