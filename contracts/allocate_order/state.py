"""What the order is afterwards: repeated, replaced, refused, read back, and allocated by two at once."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.allocate_order.answers import asked, read, reported
from contracts.allocate_order.dates import classify
from contracts.allocate_order.parsed import DATE, DIGITS, ITEM, LINES, MISSING, QUANTITIES, Line, parse_json
from contracts.allocate_order.requests import chained, every_line, unchanged, with_member
from contracts.endpoint.context import Context, Demand
from contracts.endpoint.oracle import HELD, Breach, Held, Observation, observer, oracle, planner
from contracts.endpoint.plan import Kit, Need, PlannedCase
from contracts.model.case import Case
from contracts.model.exchange import Exchange

READ_NAMES = dict(zip(("quantity_allocated", "quantity_rejected", "quantity_backordered"), QUANTITIES, strict=True))
"""The order detail's names of the quantities, and the request's."""

NO_CONTENT = 204
"""What a repeat may be answered: nothing new was done (RFC 9110 section 9.2.2: the response might differ)."""

Standing = Mapping[str, Mapping[str, Any]]
"""What stands on an order: line UUID -> numbers by the request's names, and the date."""


def read_back(exchange: Exchange) -> Standing | None:
    """The allocations an order detail shows; None where it is not in the published form."""
    if exchange.status != 200 or exchange.response is None or not exchange.response.complete:
        return None
    value = parse_json(exchange.response.body).value
    entries = value.get(LINES) if isinstance(value, dict) else None
    if not isinstance(entries, list):
        return None
    standing: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get(ITEM), str):
            return None
        allocation = entry.get("allocation")
        if isinstance(allocation, dict):
            shown = {ours: _number(allocation.get(theirs)) for theirs, ours in READ_NAMES.items()}
            standing[entry[ITEM].lower()] = shown | {DATE: _day(allocation.get(DATE))}
        elif allocation is not None:
            return None
        elif "allocation" in entry:
            standing[entry[ITEM].lower()] = {}
    return standing


def reads_back(exchange: Exchange) -> bool:
    """Whether an order detail shows in the published form what is allocated, if anything is."""
    return bool(read_back(exchange))


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < DIGITS else value


def _day(value: Any) -> datetime.date | None:
    return classify(value[:10]).date if isinstance(value, str) else None


def meant(exchange: Exchange, context: Context) -> Standing:
    """What a request asks to stand on the order afterwards; of a line named twice, the last entry."""
    return {str(line.name).lower(): _allocation(line) for line in asked(exchange, context) if line.own}


def _allocation(line: Line) -> Mapping[str, Any]:
    numbers = {field: found.number if (found := line.quantities.get(field)) else None for field in QUANTITIES}
    text = line.value(DATE)
    return numbers | {DATE: classify(text).date if isinstance(text, str) else None}


def _differences(shown: Standing, due: Standing) -> list[str]:
    """The fields in which a read-back differs from what is due, where both are known."""
    fields = set()
    for name, allocation in due.items():
        for field, value in allocation.items():
            there = shown.get(name, {}).get(field, MISSING)
            dateless = field == DATE and (value is None or not allocation.get("quantity_backordered"))
            if there is MISSING or (not dateless and value is not None and there != value):
                fields.add(field)
    return sorted(fields)


def _reading(case: Case) -> tuple[Exchange, Standing] | None:
    """The last read-back of a case, if it is in the published form."""
    for exchange in reversed(case.all("read")):
        shown = read_back(exchange)
        return None if shown is None else (exchange, shown)
    return None


@oracle("state.read-back")
def shows_what_was_accepted(case: Case, context: Context) -> Iterator[Breach | Held]:
    """After an accepted request the order shows its quantities and dates."""
    found = _reading(case)
    sent = case.all("change")
    if found is None or len(sent) != 1 or not sent[0].accepted or case.all("repeat", "race"):
        return
    if context.view(sent[0]).unjudged or _foreign(sent[0], context):
        return
    wrong = _differences(found[1], meant(sent[0], context))
    if wrong:
        yield Breach(found[0], "what was accepted", f"other values of {', '.join(wrong)}", "read-back", ",".join(wrong))
    elif meant(sent[0], context):
        yield HELD


def _foreign(exchange: Exchange, context: Context) -> bool:
    return any(not line.own for line in asked(exchange, context)) or reported(exchange, context, all_lines=True)


def _unchanged(case: Case) -> tuple[Exchange, list[str]] | None:
    """The last read-back of a case, and the fields in which it differs from the one before the change."""
    found = _reading(case)
    before = [read_back(exchange) for exchange in case.all("before")]
    if found is None or not before or before[0] is None:
        return None
    wrong = {
        field
        for name in before[0].keys() | found[1].keys()
        for field in (*QUANTITIES, DATE)
        if before[0].get(name, {}).get(field) != found[1].get(name, {}).get(field)
    }
    return found[0], sorted(wrong)


@oracle("state.refused-leaves-nothing", "state.all-or-nothing")
def refused_leaves_nothing(clause: str, case: Case, context: Context) -> Iterator[Breach | Held]:
    """After a refused request the order shows what stood there before; `all-or-nothing` has several lines."""
    found = _unchanged(case)
    sent = case.all("change")
    if found is None or not sent or not all(exchange.refused for exchange in sent):
        return
    if (len(asked(sent[-1], context)) > 1) != (clause == "state.all-or-nothing"):
        return
    if found[1]:
        yield Breach(found[0], "what stood there before", f"other values of {', '.join(found[1])}", "after a refusal")
    else:
        yield HELD


@oracle("state.repeat")
def repeat(case: Case, context: Context) -> Iterator[Breach | Held]:
    """The same request again is answered the same: the class of the code, and what is said of each line, unless 204."""
    for again in case.all("repeat"):
        for first in _said_before(case, again):
            if first.accepted != again.accepted:
                yield Breach(again, f"{first.status} once more", str(again.status), "repeat")
            elif first.accepted and again.status != NO_CONTENT and _said(first) != _said(again):
                yield Breach(again, "the same answer", "another answer", "repeat")
            else:
                yield HELD
        found = _reading(case)
        if found is not None and again.accepted:
            wrong = _differences(found[1], meant(again, context))
            if wrong:
                yield Breach(found[0], "the same state", f"other values of {', '.join(wrong)}", "state after a repeat")


def _said_before(case: Case, again: Exchange) -> Iterator[Exchange]:
    """The same request to the same order, where it was answered."""
    for exchange in case.all("base", "change"):
        same = (exchange.request.path, exchange.request.body) == (again.request.path, again.request.body)
        if same and exchange.response is not None and again.response is not None:
            yield exchange


def _said(exchange: Exchange) -> Any:
    answer = read(exchange)
    if answer is None:
        return None
    listed = ("quantity_shipped", "supplier_provided_sku_cost")
    return {e.key: (str(e.status), *(str(e.members.get(field)) for field in listed)) for e in answer.entries}


@oracle("state.replaced")
def replaced(case: Case, context: Context) -> Iterator[Breach | Held]:
    """After two different allocations the order shows the second alone."""
    found = _reading(case)
    sent = case.all("change")
    if found is None or len(sent) != 2 or not all(exchange.accepted for exchange in sent):
        return
    wrong = _differences(found[1], meant(sent[1], context))
    if wrong:
        yield Breach(found[0], "the second allocation", f"other values of {', '.join(wrong)}", "after a second")
    else:
        yield HELD


@observer("state.second-allocation")
def second_allocation(case: Case, context: Context) -> Iterator[Observation]:
    """An order that was just allocated is allocated otherwise, as the page allows it for any order."""
    for exchange in case.all("again"):
        view = context.view(exchange)
        lawful = not view.unjudged and all(context.demand(trait) is not Demand.REFUSE for trait in view.traits)
        if lawful and (exchange.accepted or exchange.refused):
            yield Observation("accepted" if exchange.accepted else "refused", exchange)


@oracle("state.other-order-untouched")
def other_order_untouched(case: Case, _context: Context) -> Iterator[Breach | Held]:
    """An order beside the one allocated shows what stood there before."""
    found = _unchanged(case) if case.id.endswith("/beside") else None
    if found is not None and found[1]:
        yield Breach(
            found[0], "what stood there before", f"other values of {', '.join(found[1])}", "another order changed"
        )
    elif found is not None:
        yield HELD


@oracle("state.concurrent")
def concurrent(case: Case, context: Context) -> Iterator[Breach | Held]:
    """Of two at once, the order shows one of those accepted, whole."""
    found = _reading(case)
    racers = [exchange for exchange in case.all("race") if exchange.accepted]
    if found is None or len(case.all("race")) < 2 or not racers:
        return
    if any(not _differences(found[1], meant(exchange, context)) for exchange in racers):
        yield HELD
    else:
        yield Breach(found[0], "one of the two, whole", "neither of them", "two at once")


@planner
def cases(_kit: Kit) -> Iterator[PlannedCase]:
    """The accepted request repeated, replaced by another, raced against another, and beside another order."""
    rejected = every_line(lambda ordered: (0, ordered, 0))
    for base in ("plain", "dated"):
        yield PlannedCase(f"state.repeat/{base}", base, (("change", unchanged), ("repeat", unchanged)))
    second = (("change", unchanged), ("change", rejected))
    yield PlannedCase("state.replaced/all rejected", "plain", second, Need(units=1), again=True)
    lines = (("change", rejected), ("change", unchanged))
    yield PlannedCase("state.replaced/several lines", "plain", lines, Need(2, units=1), again=True)
    for number in range(4):
        racers = (("race", unchanged), ("race", rejected))
        yield PlannedCase(f"state.concurrent/{number}", "plain", racers, Need(1, units=1), together=True, again=True)
    spoiled = chained(rejected, with_member("quantity_accepted", "five", -1))
    yield PlannedCase("state.all-or-nothing/last line wrong", "plain", (("change", spoiled),), Need(2, units=1))
    yield PlannedCase(
        "state.other-order-untouched/all rejected",
        "plain",
        (("change", rejected),),
        Need(units=1, partner=True),
        again=True,
    )
