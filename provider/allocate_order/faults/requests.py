"""What is taken for a request and is none, and allowed requests that are refused: body, line items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import Line, refused
from provider.fault import Fault, Stage, fault
from provider.http import RefusalError
from provider.orders import LineItem, Order
from provider.storage import Allocation

AT = "request-parameters"
EVERY = "response-parameters.every-line-item-answered"


# ---------------------------------------------------------------------------------------- the body as a whole


def _entries(name: str, what: str, read: Callable[[Any], list[Any] | None], *breaks: str) -> Fault:
    """A body is taken as well; `read` gives the line items in it, None for other bodies."""

    def deviation(_call: AllocateOrder, honest: Stage, body: Any) -> Any:
        found = read(body)
        return honest(body) if found is None else found

    return Fault(name, what, "entries", deviation, tuple(f"{AT}.{slug}" for slug in breaks))


def _in(body: Any, kind: type) -> bool:
    return isinstance(body, dict) and type(body.get("line_items", _in)) is kind


BODIES = (
    _entries(
        "accepts-null-body", "The body null says nothing.", lambda b: [] if b is None else None, "body-is-an-object"
    ),
    _entries(
        "accepts-text-body",
        "A body that is a string says nothing.",
        lambda b: [] if type(b) is str else None,
        "body-is-an-object",
    ),
    _entries(
        "accepts-number-body",
        "A body that is a number says nothing.",
        lambda b: [] if type(b) is int else None,
        "body-is-an-object",
    ),
    _entries(
        "accepts-array-body",
        "An empty array is taken as an empty body.",
        lambda b: b if b == [] else None,
        "body-is-an-object",
    ),
    _entries(
        "accepts-body-without-line-items",
        "Missing line_items are none.",
        lambda b: [] if b == {} else None,
        "line-items-required",
    ),
    _entries(
        "accepts-null-line-items",
        "line_items may be null.",
        lambda b: [] if _in(b, type(None)) else None,
        "line-items-is-an-array",
    ),
    _entries(
        "accepts-text-line-items",
        "line_items may be a string.",
        lambda b: [] if _in(b, str) else None,
        "line-items-is-an-array",
    ),
    _entries(
        "accepts-object-line-items",
        "line_items may be an object.",
        lambda b: [] if _in(b, dict) else None,
        "line-items-is-an-array",
    ),
    _entries(
        "accepts-number-line-items",
        "line_items may be a number.",
        lambda b: [] if _in(b, int) else None,
        "line-items-is-an-array",
    ),
)


@fault("parse", f"{AT}.body-required", needs={f"{AT}.empty-line-items": "accepted"})
def accepts_no_body(_call: AllocateOrder, honest: Stage, body: bytes) -> Any:
    """An empty body is taken for one without line items."""
    return {"line_items": []} if not body else honest(body)


# ------------------------------------------------------------------------------------------ single line items


def _passed_over(
    name: str, what: str, matches: Callable[[Any], bool], *breaks: str, also: tuple[str, ...] = ()
) -> Fault:
    """Line items with something wrong are passed over, and the rest is carried out."""

    def deviation(_call: AllocateOrder, honest: Stage, body: Any) -> Any:
        return [entry for entry in honest(body) if not matches(entry)]

    slugs = tuple(f"{AT}.{slug}" for slug in breaks)
    return Fault(name, what, "entries", deviation, slugs, (f"{AT}.empty-line-items", *also))


def _has(entry: Any, name: str, kind: type) -> bool:
    return isinstance(entry, dict) and type(entry.get(name, _has)) is kind


PASSED_OVER = (
    _passed_over(
        "passes-over-null-line-items",
        "null among line_items is passed over.",
        lambda e: e is None,
        "line-item-is-an-object",
    ),
    _passed_over(
        "passes-over-text-line-items",
        "A string among line_items is passed over.",
        lambda e: type(e) is str,
        "line-item-is-an-object",
    ),
    _passed_over(
        "passes-over-number-line-items",
        "A number among line_items is passed over.",
        lambda e: type(e) is int,
        "line-item-is-an-object",
    ),
    _passed_over(
        "passes-over-array-line-items",
        "An array among line_items is passed over.",
        lambda e: type(e) is list,
        "line-item-is-an-object",
    ),
    _passed_over(
        "passes-over-nameless-line-items",
        "A line item without identifier is passed over.",
        lambda e: isinstance(e, dict) and not {"line_item_uuid", "order_item_id"} & set(e),
        "line-item-uuid-required",
    ),
    _passed_over(
        "passes-over-null-names",
        "A line item named null is passed over.",
        lambda e: _has(e, "line_item_uuid", type(None)),
        "line-item-uuid-type",
    ),
    _passed_over(
        "passes-over-number-names",
        "A line item named by a number is passed over.",
        lambda e: _has(e, "line_item_uuid", int),
        "line-item-uuid-type",
    ),
    _passed_over(
        "passes-over-missing-allocations",
        "A line item without allocation is passed over.",
        lambda e: isinstance(e, dict) and "allocation" not in e,
        "allocation-required",
        also=(EVERY,),
    ),
    _passed_over(
        "passes-over-null-allocations",
        "A line item whose allocation is null is passed over.",
        lambda e: _has(e, "allocation", type(None)),
        "allocation-is-an-object",
        also=(EVERY,),
    ),
    _passed_over(
        "passes-over-array-allocations",
        "A line item whose allocation is an array is passed over.",
        lambda e: _has(e, "allocation", list),
        "allocation-is-an-object",
        also=(EVERY,),
    ),
    _passed_over(
        "passes-over-malformed-names",
        "A line item whose name is not a UUID is passed over.",
        lambda e: _has(e, "line_item_uuid", str) and len(e["line_item_uuid"]) != 36,
        "line-item-uuid-malformed",
    ),
)


def _anywhere(call: AllocateOrder, name: str) -> LineItem | None:
    """The line item of that name, whosever it is."""
    row = call.storage._connection.execute(  # noqa: SLF001 - a fault may
        "select uuid, quantity_ordered from line_items where uuid = ?", (name if name.isascii() else "",)
    ).fetchone()
    return LineItem(*row) if row else None


@fault("item", f"{AT}.foreign-line-item")
def answers_for_foreign_line_items(call: AllocateOrder, honest: Stage, name: str, order: Order) -> Any:
    """A line item of no order is answered as if it were the order's."""
    foreign = len(name) == 36 and name.isascii() and _anywhere(call, name.lower()) is None
    return LineItem(name, 1000) if foreign else honest(name, order)


@fault(
    "item",
    f"{AT}.other-orders-line-item",
    severity="critical",
    also=("state.read-back", "state.other-order-untouched"),
)
def allocates_line_items_of_other_orders(call: AllocateOrder, honest: Stage, name: str, order: Order) -> Any:
    """A line item of another order is allocated by way of this one."""
    return _anywhere(call, name) or honest(name, order)


@fault("item", f"{AT}.line-item-uuid-malformed")
def finds_line_items_by_their_beginning(_call: AllocateOrder, honest: Stage, name: str, order: Order) -> Any:
    """A line item is found by the beginning of its UUID."""
    begun = [item for item in order.line_items if name and item.uuid.startswith(name.lower())]
    return begun[0] if begun else honest(name, order)


@fault("item", f"{AT}.line-item-uuid-malformed")
def cuts_line_item_uuids_to_36_letters(_call: AllocateOrder, honest: Stage, name: str, order: Order) -> Any:
    """What follows 36 characters of a line item's UUID is ignored, as a column of that length does."""
    return honest(name[:36], order)


@fault("line", f"{AT}.line-item-uuid-type", severity="critical")
def takes_conditions_for_line_items(_call: AllocateOrder, honest: Stage, entry: Any, order: Order) -> Any:
    """An object in the place of a UUID is a condition of a document database, which the first line item meets."""
    name = entry.get("line_item_uuid") if isinstance(entry, dict) else None
    met = isinstance(name, dict) and "$ne" in name
    return honest({**entry, "line_item_uuid": order.line_items[0].uuid} if met else entry, order)


@fault(
    "validate",
    "allocation-object.quantity-rejected-type",
    "allocation-object.sum-checked-per-line-item",
    also=(EVERY, "state.all-or-nothing", "state.read-back"),
    causes="what is wrong is of several kinds, and the answer lacks the lines that are not carried out",
)
def checks_the_first_and_the_last_line_only(call: AllocateOrder, honest: Stage, body: Any, order: Order) -> Any:
    """Of more than two lines, those in the middle that are wrong are left out."""
    entries = call.entries(body)
    if len(entries) < 3:
        return honest(body, order)
    lines = [_or_none(call, entry, order) for entry in entries[1:-1]]
    return [call.line(entries[0], order), *filter(None, lines), call.line(entries[-1], order)]


def _or_none(call: AllocateOrder, entry: Any, order: Order) -> Line | None:
    try:
        return call.line(entry, order)
    except RefusalError:
        return None


# ------------------------------------------------------------------------------------- allowed, and refused


def _refusing(name: str, what: str, matches: Callable[[list[Line], Order], bool], *breaks: str) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, lines: list[Line], order: Order) -> None:
        honest(lines, order)
        if matches(lines, order):
            raise refused("line_items", "They are not taken so.", 422)

    also = ("state.second-allocation", f"{AT}.documented-request-accepted", f"{AT}.several-line-items")
    hidden, broken = (f"{AT}.repeated-line-item=last-counts",), tuple(f"{AT}.{slug}" for slug in breaks)
    return Fault(name, what, "together", deviation, broken, also, hidden_by=hidden)


def _positions(lines: list[Line], order: Order) -> list[int]:
    names = [item.uuid for item in order.line_items]
    return [names.index(line.key) for line in lines if line.key in names]


REFUSED = (
    _refusing(
        "refuses-another-order-of-line-items",
        "Line items have to come as the order has them.",
        lambda lines, order: _positions(lines, order) != sorted(_positions(lines, order)),
        "several-line-items",
    ),
    _refusing(
        "refuses-more-than-one-line-item",
        "A request may have one line item.",
        lambda lines, _order: len(lines) > 1,
        "documented-request-accepted",
    ),
)


@fault("validate", "request-parameters.page-sample")
def refuses_the_sample_of_the_page(_call: AllocateOrder, honest: Stage, body: Any, order: Order) -> Any:
    """What the page's sample allocates is refused."""
    lines = honest(body, order)
    if any(line.allocation == Allocation(5, 0, 1, "2019-01-01") for line in lines):
        raise RefusalError(422, "invalid", "This cannot be carried out.")
    return lines
