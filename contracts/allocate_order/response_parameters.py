"""The answer to a request that was carried out: its media type, its JSON, its shape, and every line item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeGuard

from contracts.allocate_order.answers import Answer, Entry, asked, has_other_case, own_lines, read, readable
from contracts.allocate_order.parsed import ITEM, LINE_PATH, Line, ParsedAllocation
from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, Observation, observer, oracle
from contracts.model.case import Case
from contracts.model.exchange import Exchange
from contracts.standard.parsed import same_uuid
from contracts.standard.response_parameters import successes
from contracts.standard.texts import MISSING, kind

SHIPPED = "quantity_shipped"
COST = "supplier_provided_sku_cost"


def answers(case: Case, context: Context) -> Iterator[tuple[Exchange, Answer]]:
    """Every success that could be read and has line items."""
    for exchange in successes(case, context):
        answer = read(exchange)
        if answer is not None and answer.shape != "other":
            yield exchange, answer


def entries(case: Case, context: Context) -> Iterator[tuple[Exchange, Entry, Line]]:
    """Every entry that answers a line item of the order, with the line that asked."""
    for exchange, answer in answers(case, context):
        lines = own_lines(exchange, context)
        for entry in answer.entries:
            if answer.is_listed and entry.key in lines:
                yield exchange, entry, lines[entry.key]


@observer("response-parameters.shape")
def shape(case: Case, context: Context) -> Iterator[Observation]:
    """The object of the field list, the array of the sample, a mixture of both, or neither."""
    for exchange in successes(case, context):
        answer = read(exchange)
        if answer is not None:
            yield Observation(answer.shape, exchange)


@oracle("response-parameters.line-items-are-objects")
def line_items_are_objects(case: Case, context: Context) -> Iterator[Breach | Held]:
    """Each element is an object, with the listed fields or with statuses by UUID."""
    for exchange, answer in answers(case, context):
        due = "an object" if answer.is_listed else "an object of the form {uuid: status}"
        for stray in answer.strays[:1]:
            seen = f"an object with {', '.join(map(str, stray))}" if isinstance(stray, dict) else kind(stray)
            yield Breach(exchange, due, f"{seen:.80}", f"stray {kind(stray)}", LINE_PATH)
        if answer.entries and not answer.strays:
            yield HELD


@oracle("response-parameters.line-item-uuid")
def line_item_uuid(case: Case, context: Context) -> Iterator[Breach | Held]:
    """Each entry names its line item by a UUID in a string."""
    for exchange, answer in answers(case, context):
        for entry in answer.entries:
            if entry.name is MISSING:
                yield Breach(exchange, f"{ITEM} in each entry", "none", "absent", f"{LINE_PATH}.{ITEM}")
            elif not isinstance(entry.name, str):
                yield Breach(exchange, "a string", kind(entry.name), kind(entry.name), f"{LINE_PATH}.{ITEM}")
            elif same_uuid(entry.name) is None and all(line.name != entry.name for line in asked(exchange, context)):
                yield Breach(exchange, "a UUID", "no UUID", "no UUID", f"{LINE_PATH}.{ITEM}")
            else:
                yield HELD


@oracle("response-parameters.every-line-item-answered")
def every_line_item_answered(case: Case, context: Context) -> Iterator[Breach | Held]:
    """Each of the order's line items that the request names is among the answered ones."""
    for exchange, answer in answers(case, context):
        if has_other_case(exchange, context):
            continue  # a target that reads names exactly finds no line item there
        answered = {entry.key for entry in answer.entries}
        lines = [line for line in asked(exchange, context) if line.own]
        missing = [line for line in lines if str(line.name).lower() not in answered]
        if missing:
            seen = f"{len(missing)} of {len(lines)} line items not answered"
            yield Breach(exchange, "an answer to each of them", seen, "line items missing", LINE_PATH)
        elif lines:
            yield HELD


@oracle("response-parameters.no-line-item-answered-twice")
def no_line_item_answered_twice(case: Case, context: Context) -> Iterator[Breach | Held]:
    """No line item is answered more often than the request names it: once for each entry, or once, are both right.

    Names are compared letter by letter: in upper case one may name a line that is not found, and in lower case its own.
    """
    for exchange, answer in answers(case, context):
        if not readable(exchange, context):
            continue
        named = Counter(str(line.name).lower() for line in asked(exchange, context))
        counts = Counter(entry.name for entry in answer.entries if isinstance(entry.name, str))
        most = max((count for name, count in counts.items() if count > max(1, named[name.lower()])), default=0)
        if most:
            yield Breach(exchange, "each line item once", f"one {most} times", "a line item repeated", LINE_PATH)
        elif counts:
            yield HELD


@oracle("response-parameters.no-foreign-line-item-answered")
def no_foreign_line_item_answered(case: Case, context: Context) -> Iterator[Breach | Held]:
    """No entry names a line item that is neither in the request, as far as that can be read, nor of its order."""
    for exchange, answer in answers(case, context):
        if not readable(exchange, context):
            continue
        known = {str(line.name).lower() for line in asked(exchange, context)} | _lines_of_the_order(exchange, context)
        foreign = [entry for entry in answer.entries if entry.key is not None and entry.key not in known]
        if foreign:
            seen = f"{len(foreign)} others"
            yield Breach(exchange, "only line items of the order", seen, "foreign line items", LINE_PATH)
        elif answer.entries:
            yield HELD


def _integral(value: Any) -> TypeGuard[int | float]:
    """Return True for a JSON number without a fractional part."""
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


@observer("response-parameters.other-line-items")
def other_line_items(case: Case, context: Context) -> Iterator[Observation]:
    """Whether the answer to a request for some line items of an order has others of it."""
    for exchange, answer in answers(case, context):
        named = {str(line.name).lower() for line in asked(exchange, context) if line.own}
        others = _lines_of_the_order(exchange, context) - named
        if named and others and answer.entries:
            answered = any(entry.key in others for entry in answer.entries)
            yield Observation("answered" if answered else "left out", exchange)


def _lines_of_the_order(exchange: Exchange, context: Context) -> set[str]:
    parsed = context.view(exchange).detail
    order = parsed.order if isinstance(parsed, ParsedAllocation) else None
    return {item.uuid for item in order.line_items} if order is not None else set()


@oracle("response-parameters.quantity-shipped-type")
def quantity_shipped_type(case: Case, context: Context) -> Iterator[Breach | Held]:
    """A JSON integer. A string of digits is the divergence this suite is named for; null is a reading.

    0.0 is the integer 0: JSON has one type of number (RFC 8259 section 6), and JSON Schema counts it as an integer.
    """
    for exchange, entry, _ in entries(case, context):
        value = entry.members.get(SHIPPED, MISSING)
        if value is MISSING or value is None:
            continue
        if _integral(value):
            yield HELD
            continue
        string = isinstance(value, str)
        label = "string-encoded integer" if string and value.strip().lstrip("+-").isdigit() else kind(value)
        category = None if label == "string-encoded integer" else "response shape"
        yield Breach(exchange, "a JSON integer", f"{label}: {value!r:.40}", label, f"{LINE_PATH}.{SHIPPED}", category)


@oracle("response-parameters.quantity-shipped-range")
def quantity_shipped_range(case: Case, context: Context) -> Iterator[Breach | Held]:
    """From zero to the ordered quantity."""
    for exchange, entry, line in entries(case, context):
        value = entry.members.get(SHIPPED)
        if not _integral(value):
            continue
        ordered = line.item.quantity_ordered if line.item else None
        if value < 0:
            yield Breach(exchange, "0 or more", f"{value!s:.40}", "negative", f"{LINE_PATH}.{SHIPPED}")
        elif ordered is not None and value > ordered:
            seen = f"{value!s:.40} of {ordered} ordered"
            yield Breach(exchange, f"at most {ordered}", seen, "more than ordered", f"{LINE_PATH}.{SHIPPED}")
        else:
            yield HELD


def _presence(field: str, case: Case, context: Context) -> Iterator[Observation]:
    for exchange, entry, _ in entries(case, context):
        value = entry.members.get(field, MISSING)
        yield Observation("absent" if value is MISSING else "null" if value is None else "present", exchange)


@observer("response-parameters.quantity-shipped-presence")
def quantity_shipped_presence(case: Case, context: Context) -> Iterator[Observation]:
    """Whether the answer has `quantity_shipped`."""
    yield from _presence(SHIPPED, case, context)


@observer("response-parameters.sku-cost-presence")
def sku_cost_presence(case: Case, context: Context) -> Iterator[Observation]:
    """Whether the answer has `supplier_provided_sku_cost`."""
    yield from _presence(COST, case, context)
