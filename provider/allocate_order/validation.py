"""The rules of a request, stage by stage: its shape, its line items, its quantities and dates."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from provider.allocate_order.values import ImpossibleDateError, date, integer
from provider.http import RefusalError
from provider.orders import LineItem, Order
from provider.readings import Readings
from provider.storage import Allocation

QUANTITIES = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
DATE = "backorder_date"
FAR_YEARS = 20
LARGEST = 2**31


@dataclass(frozen=True)
class Line:
    """One element of `line_items` that kept the rules."""

    #: The UUID that it names.
    name: str
    #: The line item of that UUID; None under a foreign name.
    item: LineItem | None
    #: What is answered for it; None under a foreign name.
    allocation: Allocation | None

    @property
    def key(self) -> str:
        """The same for two elements that mean one line item, however they spell its UUID."""
        return self.item.uuid if self.item else self.name


def refused(field: str, message: str, status: int = 400) -> RefusalError:
    """A field at fault."""
    return RefusalError(status, f"invalid_{field}", message, field=field)


class Validation:
    """From a JSON value to lines that can be stored; raises RefusalError for the first thing at fault."""

    readings: Readings

    def validate(self, body: Any, order: Order) -> list[Line]:
        """All lines of a request, each on its own and then together."""
        entries = self.entries(body)
        lines = [self.line(entry, order) for entry in entries]
        self.together(lines, order)
        return lines

    def listed_names(self, body: Any) -> Any:
        """A body with the names of its members in the letter case of the page, as far as another one is read."""
        reading = self.readings["request-parameters.member-name-case"]
        spell = {"any-case": str.lower, "some": _lower_quantity}.get(reading)
        return body if spell is None else respelled(body, spell)

    def entries(self, body: Any) -> list[Any]:
        """The elements of `line_items`."""
        if not isinstance(body, dict):
            raise refused("body", "The body is an object.")
        body = self.listed_names(body)
        self.unknown("body", set(body) - {"line_items"})
        if "line_items" not in body:
            raise refused("line_items", "line_items is required.")
        entries = body["line_items"]
        if not isinstance(entries, list):
            raise refused("line_items", "line_items is an array.")
        if not entries and not self.readings.accepts("request-parameters.empty-line-items"):
            raise refused("line_items", "line_items has at least one element.")
        return entries

    def unknown(self, where: str, names: set[str]) -> None:
        """Fields that the page does not list."""
        if names and not self.readings.accepts(f"request-parameters.unknown-field-in-{where}"):
            # Its name is not repeated: it may hold anything.
            message = "It has a field that is not known."
            raise RefusalError(400, "unknown_field", message, field=where.replace("-", "_"))

    def line(self, entry: Any, order: Order) -> Line:
        """One line item with its allocation."""
        if not isinstance(entry, dict):
            raise refused("line_item", "A line item is an object.")
        name = self.name(entry)
        if "allocation" not in entry:
            raise refused("allocation", "allocation is required.")
        allocation = entry["allocation"]
        if not isinstance(allocation, dict):
            raise refused("allocation", "allocation is an object.")
        self.unknown("allocation", set(allocation) - {*QUANTITIES, DATE})
        item = self.item(name, order)
        accepted, rejected, backordered = (self.quantity(allocation, field) for field in QUANTITIES)
        day = self.date(allocation, backordered)
        if item is None:
            return Line(name, None, None)
        self.check_sum(accepted, rejected, backordered, item.quantity_ordered)
        return Line(name, item, Allocation(accepted, rejected, backordered, day.isoformat() if day else None))

    def name(self, entry: dict[str, Any]) -> str:
        """What a line item is called."""
        known = {"line_item_uuid", "allocation"}
        key = "line_item_uuid"
        if self.readings.accepts("request-parameters.item-identifier"):
            known.add("order_item_id")
            key = key if key in entry else "order_item_id"
        self.unknown("line-item", set(entry) - known)
        if key not in entry:
            raise refused("line_item_uuid", "line_item_uuid is required.")
        name = entry[key]
        if not isinstance(name, str):
            raise refused("line_item_uuid", "line_item_uuid is a string.")
        return name

    def item(self, name: str, order: Order) -> LineItem | None:
        """The order's line item of that name; None where foreign ones are reported."""
        any_case = self.readings.accepts("request-parameters.upper-case-line-item-uuid")
        wanted = name.lower() if any_case else name
        for item in order.line_items:
            if item.uuid == wanted:
                return item
        if self.readings["request-parameters.foreign-line-item"] == "reported":
            return None
        code = self.readings.code("request-parameters.foreign-line-item")
        raise refused("line_item_uuid", "The order has no such line item.", code)

    def quantity(self, allocation: dict[str, Any], field: str) -> int:
        """One of the three quantities."""
        if field not in allocation:
            raise refused(field, f"{field} is required.", self._code("missing-field", field == QUANTITIES[0]))
        number = integer(allocation[field], self.readings)
        if number is None:
            raise refused(field, f"{field} is an integer.", self._code("wrong-type", allocation[field] is None))
        if number < 0:
            raise refused(field, f"{field} is not negative.")
        if number >= LARGEST:
            raise refused(field, f"{field} is too large.", 422)
        return number

    def date(self, allocation: dict[str, Any], backordered: int) -> datetime.date | None:
        """The backorder date, where there is one."""
        text = allocation.get(DATE)
        null = text is None and self.readings.accepts("allocation-object.backorder-date-null")
        empty = text == "" and self.readings.accepts("allocation-object.backorder-date-empty")
        if DATE not in allocation or null or empty:
            if backordered and not self.readings.accepts("allocation-object.backorder-without-date"):
                raise refused(DATE, "A backorder needs its date.", 422)
            return None
        if not isinstance(text, str):
            raise refused(DATE, "backorder_date is a string.")
        if not backordered and not self.readings.accepts("allocation-object.date-without-backorder"):
            raise refused(DATE, "Nothing is backordered.", 422)
        day = self.day(text)
        if day is None:
            raise refused(DATE, "backorder_date is not a date.")
        self.check_day(day)
        return day

    def day(self, text: str) -> datetime.date | None:
        """The day a text means."""
        try:
            return date(text, self.readings)
        except ImpossibleDateError:
            beyond = text.endswith(("00", "32", "99"))
            raise refused(DATE, "No calendar has this day.", self._code("impossible-date", beyond)) from None

    def check_day(self, day: datetime.date) -> None:
        """Return whether stock can become available on a day."""
        today = datetime.datetime.now(datetime.UTC).date()
        if day < today and not self.readings.accepts("allocation-object.backorder-date-past"):
            raise refused(DATE, "The day has passed.", 422)
        far = (day.year - FAR_YEARS, day.month, day.day) > (today.year, today.month, today.day)
        if far and not self.readings.accepts("allocation-object.backorder-date-far-future"):
            raise refused(DATE, "The day is too far ahead.", 422)

    def check_sum(self, accepted: int, rejected: int, backordered: int, ordered: int) -> None:
        """The three quantities against what was ordered."""
        total = accepted + rejected + backordered
        if total == 0:
            if not self.readings.accepts("allocation-object.all-zero"):
                raise refused("allocation", "It answers for no unit.", 422)
        elif total > ordered:
            by_one = total == ordered + 1
            raise refused("allocation", "It answers for more than was ordered.", self._code("sum-exceeded", by_one))
        elif total < ordered and not self.readings.accepts("allocation-object.sum-below-ordered"):
            raise refused("allocation", "It does not answer for all that was ordered.", 422)

    def _code(self, question: str, first: bool) -> int:
        return self.readings.code(f"response-codes.{question}", first=first)

    def together(self, lines: list[Line], order: Order) -> None:
        """What only shows over all lines."""
        named = {line.key for line in lines}
        if len(named) < len(lines) and self.readings["request-parameters.repeated-line-item"] == "refused":
            raise refused("line_items", "A line item is there twice.", 422)
        some = self.readings.accepts("request-parameters.some-line-items-only")
        if lines and not some and any(item.uuid not in named for item in order.line_items):
            raise refused("line_items", "Line items of the order are left out.", 422)


def respelled(value: Any, spell: Callable[[str], str], levels: int = 4) -> Any:
    """A JSON value with the names in its first levels, those of a request, written otherwise."""
    if not levels:
        return value
    if isinstance(value, list):
        return [respelled(each, spell, levels - 1) for each in value]
    if isinstance(value, dict):
        return {spell(name): respelled(member, spell, levels - 1) for name, member in value.items()}
    return value


def _lower_quantity(name: str) -> str:
    return name.lower() if name.lower().startswith("quantity_") else name
