"""The body down to the allocation: `line_items`, and what each line item holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from contracts.allocate_order.answers import asked
from contracts.allocate_order.parsed import (
    ITEM,
    ITEM_IN_PROSE,
    LINE_PATH,
    LINES,
    Line,
    ParsedAllocation,
    earlier_entries,
)
from contracts.allocate_order.passed_over import PassedOver
from contracts.allocate_order.requests import all_rejected, line, none_accepted, reversed_lines
from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, Observation, observer, oracle, planner
from contracts.endpoint.oracle import accepted_or_refused, in_words
from contracts.endpoint.plan import Kit, Need, PlannedCase, change
from contracts.model.case import Case, Role, Trait
from contracts.model.exchange import Exchange, Order
from contracts.model.uuids import invented_like
from contracts.standard.parsed import canonical, same_uuid
from contracts.standard.requests import body_edit, body_value, chained
from contracts.standard.texts import MISSING

UUID_PATH = f"{LINE_PATH}.{ITEM}"
FOREIGN = (
    "request-parameters.foreign-line-item",
    "request-parameters.other-orders-line-item",
    "request-parameters.line-item-uuid-malformed",
)


def set_traits(parsed: ParsedAllocation) -> Iterator[Trait]:
    """Yield the traits of the line items of a request together."""
    if parsed.entries == []:
        yield Trait("request-parameters.empty-line-items", "no line item", LINES)
    if not parsed.lines or parsed.order is None:
        return
    named = [each.item.uuid for each in parsed.lines if each.own and each.item]
    ordered = [item.uuid for item in parsed.order.line_items]
    if any(earlier.entry != last.entry for earlier, last in earlier_entries(parsed.lines)):
        yield Trait("request-parameters.repeated-line-item", "a line item twice", LINE_PATH)
    if len(parsed.lines) - len(named) + len(set(named)) < len(ordered):
        yield Trait("request-parameters.some-line-items-only", "not all line items", LINES)
    mentioned = set(named)
    if len(mentioned) > 1:
        in_turn = [uuid for uuid in ordered if uuid in mentioned]
        label = "in the order's order" if named == in_turn else "in another order"
        yield Trait("request-parameters.several-line-items", label, LINES)


def identity_traits(each: Line, *, order_known: bool) -> Iterator[Trait]:
    """Yield the traits of the identifier of a line item, as far as it is there."""
    if each.name is MISSING:
        return
    if ITEM not in each.entry:
        yield Trait("request-parameters.item-identifier", ITEM_IN_PROSE, LINE_PATH)
    if not isinstance(each.name, str):
        return
    if same_uuid(each.name) is None:
        label = "empty string" if each.name == "" else "no UUID"
        yield Trait("request-parameters.line-item-uuid-malformed", label, UUID_PATH)
    elif canonical(each.name) and order_known and not each.own:
        clause = "other-orders-line-item" if each.item else "foreign-line-item"
        yield Trait(f"request-parameters.{clause}", "not of this order", UUID_PATH)
    elif canonical(each.name) != each.name and each.own:
        yield Trait("request-parameters.upper-case-line-item-uuid", "upper-case digits", UUID_PATH)


def unjudged(each: Line) -> bool:
    """Return whether a line item's identifier is something on which no clause speaks."""
    if not isinstance(each.entry, dict):
        return False
    rare = isinstance(each.name, str) and canonical(each.name) is None and same_uuid(each.name) is not None
    return rare or (ITEM in each.entry and ITEM_IN_PROSE in each.entry)


# ----------------------------------------------------------------------------------------------- oracles


@oracle("request-parameters.line-item-uuid-malformed", "request-parameters.other-orders-line-item")
def treated_as_foreign(clause: str, case: Case, context: Context) -> Iterator[Breach | Held]:
    """A name of no line item of this order is refused, or reported where foreign ones are."""
    reported_ones = context.readings.get("request-parameters.foreign-line-item") == "reported"
    for exchange in case.all(Role.CHANGE):
        for trait in context.view(exchange).traits:
            if trait.clause != clause:
                continue
            if (exchange.refused and context.isolates(case, exchange, clause)) or (
                exchange.accepted and reported_ones and _reported(case, exchange, context)
            ):
                yield HELD
            elif exchange.accepted:
                yield Breach(
                    exchange,
                    "a refusal",
                    f"{accepted_or_refused(exchange)}: {in_words(trait)}",
                    trait.label,
                    trait.field,
                )


def _reported(case: Case, exchange: Exchange, context: Context) -> bool:
    """Return True if an answer carries out no line of the request that is not the order's."""
    foreign = {str(line.name).lower() for line in asked(exchange, context) if not line.own}
    return PassedOver(case, exchange, context)(*foreign)


@observer("request-parameters.foreign-line-item")
def foreign_line_item(case: Case, context: Context) -> Iterator[Observation]:
    """A line item of no order is refused with a code, or reported within a success."""
    clause = "request-parameters.foreign-line-item"
    for exchange in case.all(Role.CHANGE):
        if not any(trait.clause == clause for trait in context.view(exchange).traits):
            continue
        if exchange.accepted:
            yield Observation("reported" if _reported(case, exchange, context) else "carried out", exchange)
        elif exchange.refused and context.isolates(case, exchange, clause) and _may_leave_out(exchange, context):
            yield Observation(str(exchange.status), exchange)


def _may_leave_out(exchange: Exchange, context: Context) -> bool:
    """Return True unless the line items of the order that a request does not name may be why it is refused."""
    reading = context.reading("request-parameters.some-line-items-only")
    parsed = context.view(exchange).detail
    named = {line.item.uuid for line in asked(exchange, context) if line.own and line.item}
    all_named = isinstance(parsed, ParsedAllocation) and parsed.order is not None and len(named) == parsed.order.size
    return all_named or (reading is not None and reading.name == "accepted")


@observer("request-parameters.upper-case-line-item-uuid")
def upper_case_line_item_uuid(case: Case, context: Context) -> Iterator[Observation]:
    """An identifier in upper case finds its line item, or is treated as a foreign one."""
    clause = "request-parameters.upper-case-line-item-uuid"
    for exchange in case.all(Role.CHANGE):
        if not context.isolates(case, exchange, clause):
            continue
        if exchange.accepted:
            spelled = (str(line.name) for line in asked(exchange, context) if line.own)
            changed = {name.lower() for name in spelled if name != canonical(name)}
            matched = not PassedOver(case, exchange, context)(*changed)
            yield Observation("accepted" if matched else "not matched", exchange)
        elif exchange.refused:
            yield Observation("not matched", exchange)


# ------------------------------------------------------------------------------------------------- cases

MALFORMED = {"empty": "", "word": "line"}


@planner
def name_cases(_kit: Kit) -> Iterator[PlannedCase]:
    """No line items, and identifiers that are not UUIDs."""
    at = "request-parameters"
    yield change(f"{at}.empty-line-items/empty", body_value({LINES: []}))
    for name, text in MALFORMED.items():
        yield change(f"{at}.line-item-uuid-malformed/{name}", body_edit(_another_line(_always(text))))
    cut = _edit_line(lambda entry: entry.update({ITEM: entry[ITEM][:-3]}))
    yield change(f"{at}.line-item-uuid-malformed/its own cut short", cut)
    longer = _edit_line(lambda entry: entry.update({ITEM: f"{entry[ITEM]}xyz"}))
    yield change(f"{at}.line-item-uuid-malformed/its own and more behind", longer)


@planner
def identity_cases(_kit: Kit) -> Iterator[PlannedCase]:
    """Line items that are not the order's, named otherwise, named twice, or left out."""
    at = "request-parameters"
    # Its own lines ask for other quantities than are stored: it shows if they are stored all the same.
    foreign = chained(all_rejected, body_edit(_another_line(lambda kit: kit.invented("line"))))
    yield change(f"{at}.foreign-line-item/invented", foreign, units=1)
    alike = chained(all_rejected, _edit_line(lambda entry: entry.update({ITEM: invented_like(entry[ITEM])})))
    yield change(f"{at}.foreign-line-item/begins as its own", alike, units=1)
    yield change(f"{at}.repeated-line-item/differing", body_edit(_repeat), units=2)
    # Others than the base's quantities: the same ones again may be answered 204, which says nothing of lines.
    some = chained(all_rejected, body_edit(lambda b, _o, _k: b[LINES].pop(0)))
    yield change(f"{at}.some-line-items-only/without the first", some, lines=2)
    yield change(f"{at}.several-line-items/reversed", reversed_lines, lines=2)
    yield change(f"{at}.item-identifier/prose", _edit_line(lambda e: e.update({ITEM_IN_PROSE: e.pop(ITEM)})))
    # Others too: it shows if the line that is answered is not the one that is stored.
    upper = chained(all_rejected, _edit_line(lambda e: e.update({ITEM: e[ITEM].upper()})))
    yield change(f"{at}.upper-case-line-item-uuid/upper case", upper, units=1)
    first, last = (chained(all_rejected, _one_line(which)) for which in (0, -1))
    racers = ((Role.RACE, first), (Role.RACE, last))
    concurrent = "response-parameters.every-line-item-answered/different ones at the same time"
    yield PlannedCase(concurrent, "plain", racers, Need(2, units=1), together=True, again=True)
    yield PlannedCase(
        f"{at}.other-orders-line-item/beside its own",
        "plain",
        ((Role.CHANGE, body_edit(_partners_line)),),
        Need(partner=True),
    )


def _edit_line(edit: Any) -> Any:
    return body_edit(lambda body, _order, _kit: edit(body[LINES][0]))


def _one_line(which: int) -> Any:
    return body_edit(lambda body, _order, _kit: body.update({LINES: [body[LINES][which]]}))


def _always(text: str) -> Callable[[Kit], str]:
    return lambda _kit: text


def _another_line(name: Callable[[Kit], str]) -> Callable[[dict[str, Any], Order, Kit], None]:
    """One more line item behind the order's own, under a name that is none of theirs."""

    def edit(body: dict[str, Any], _order: Order, kit: Kit) -> None:
        body[LINES].append({**body[LINES][0], ITEM: name(kit)})

    return edit


def _repeat(body: dict[str, Any], order: Order, kit: Kit) -> None:
    """The first line again: everything rejected this time, so that it shows which entry counts."""
    again = json.loads(json.dumps(body[LINES][0]))
    again["allocation"] = line(order.line_items[0], none_accepted, kit.dialect, None)["allocation"]
    body[LINES].append(again)


def _partners_line(body: dict[str, Any], _order: Order, kit: Kit) -> None:
    if kit.partner is not None:
        body[LINES].append(line(kit.partner.line_items[0], one_rejected, kit.dialect, None))


def one_rejected(ordered: int) -> tuple[int, int, int]:
    """One unit rejected: not what is stored of the other order, so that a change of it would show.

    The rest is accepted: what an answer says of such a line it says of the order's own lines too.
    """
    return ordered - 1, 1, 0
