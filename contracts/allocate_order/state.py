"""What the order is afterwards: repeated, replaced, refused, read back, and allocated by two concurrently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.allocate_order.answers import COMPARED, asked, read
from contracts.allocate_order.backorder_dates import on_a_short_day
from contracts.allocate_order.parsed import DATE
from contracts.allocate_order.requests import (
    all_accepted,
    allocated,
    every_line,
    none_accepted,
    plain,
    reversed_lines,
    with_member,
    with_quantities,
)
from contracts.allocate_order.stored import Stored, changes, differences, meant, read_back
from contracts.endpoint.context import Context, Demand
from contracts.endpoint.judges import HELD, Breach, Held, Observation, observer, oracle, planner
from contracts.endpoint.plan import Kit, Need, PlannedCase, change
from contracts.model.case import BASE, ELSEWHERE, Case, Role
from contracts.model.exchange import Exchange, Order, Request
from contracts.standard.requests import chained, unchanged
from contracts.standard.texts import MISSING

UNTOUCHED = "state.other-order-untouched"
NO_CONTENT = 204
"""What a repeat may be answered: nothing new was done (RFC 9110 section 9.2.2: the response might differ)."""


def _reading(case: Case) -> tuple[Exchange, Stored] | None:
    """The last read-back of a case, if it is in the published form."""
    for exchange in reversed(case.all(Role.READ)):
        shown = read_back(exchange)
        return None if shown is None else (exchange, shown)
    return None


@oracle("state.read-back")
def shows_what_was_accepted(case: Case, context: Context) -> Iterator[Breach | Held]:
    """After an accepted request the order shows its quantities and dates."""
    found = _reading(case)
    sent = case.all(Role.CHANGE)
    if found is None or len(sent) != 1 or not sent[0].accepted or case.all(Role.REPEAT, Role.RACE, Role.AGAIN):
        return
    if context.view(sent[0]).unjudged:
        return
    due = meant(case, sent[0], context)
    wrong = differences(found[1], due)
    if wrong:
        yield Breach(found[0], "what was accepted", f"other values of {', '.join(wrong)}", "read-back", ",".join(wrong))
    elif any(found[1].get(name) for name in due):
        yield HELD


def _unchanged(case: Case, context: Context) -> tuple[Exchange, list[str]] | None:
    """Return the last read-back of a case, and the fields in which it differs from the one before the change.

    An order that shows what its base asked for has not changed: what was read before may have been late.
    """
    found = _reading(case)
    if found is None:
        return None
    base = case.base
    before = next(map(read_back, case.all(Role.BEFORE)), None)
    changed = None if before is None else changes(before, found[1])
    if changed == [] or (base is not None and base.accepted and not differences(found[1], meant(case, base, context))):
        return found[0], []
    return None if changed is None else (found[0], changed)


@oracle("state.refused-leaves-nothing", "state.all-or-nothing")
def refused_leaves_nothing(clause: str, case: Case, context: Context) -> Iterator[Breach | Held]:
    """After a refused request the order shows what was stored before; `all-or-nothing` has several lines."""
    sent = case.all(Role.CHANGE)
    if not sent or not all(exchange.refused for exchange in sent):
        return
    # Of several that were refused in a row, any may have left the trace.
    several = any(len(asked(exchange, context)) > 1 for exchange in sent)
    found = _unchanged(case, context) if several == (clause == "state.all-or-nothing") else None
    if found is None:
        return
    if found[1]:
        yield Breach(found[0], "what was stored before", f"other values of {', '.join(found[1])}", "after a refusal")
    else:
        yield HELD


@oracle("state.repeat")
def repeat(case: Case, context: Context) -> Iterator[Breach | Held]:
    """The same request again has the same effect, and a success says the same of each line, unless it is 204.

    It may be refused (RFC 9110 section 9.2.2: the response might differ), if the state stays the same.
    """
    found = _reading(case)
    for again in case.all(Role.REPEAT):
        for first in _said_before(case, again):
            if first.accepted and again.refused:
                continue
            if first.accepted != again.accepted:
                yield Breach(again, f"{first.status} again", str(again.status), "repeat")
            elif first.accepted and again.status != NO_CONTENT and _said(first) != _said(again):
                yield Breach(again, "the same answer", "another answer", "repeat")
            else:
                yield HELD
        effect = next((each for each in _said_before(case, again) if each.accepted), None)
        if found is None or effect is None or not (again.accepted or again.refused):
            continue
        wrong = differences(found[1], meant(case, effect, context))
        if wrong:
            yield Breach(found[0], "the same state", f"other values of {', '.join(wrong)}", "state after a repeat")
        elif again.refused:
            yield HELD


def _said_before(case: Case, again: Exchange) -> Iterator[Exchange]:
    """The same request to the same order, where it was answered."""
    for exchange in case.all(Role.BASE, Role.CHANGE):
        same = (exchange.request.path, exchange.request.body) == (again.request.path, again.request.body)
        if same and exchange.response is not None and again.response is not None:
            yield exchange


def _said(exchange: Exchange) -> Any:
    """What a success says of each line in documented members; undocumented ones, such as a time, may differ."""
    answer = read(exchange)
    if answer is None:
        return None
    if answer.is_of_statuses:
        return sorted((str(e.key), str(e.status)) for e in answer.entries)
    return sorted((str(e.key), *(str(e.members.get(field)) for field in COMPARED)) for e in answer.entries)


@oracle("state.replaced")
def replaced(case: Case, context: Context) -> Iterator[Breach | Held]:
    """After two different allocations the order shows the second alone, and no date that only the first had."""
    found = _reading(case)
    sent = case.all(Role.CHANGE, Role.AGAIN)
    if found is None or len(sent) != 2 or not all(exchange.accepted for exchange in sent):
        return
    first, second = (meant(case, exchange, context) for exchange in sent)
    wrong = differences(found[1], second)
    if wrong:
        yield Breach(found[0], "the second allocation", f"other values of {', '.join(wrong)}", "after a second")
        return
    yield HELD
    yield from _without_the_first_date(found, first, second)


def _without_the_first_date(found: tuple[Exchange, Stored], first: Stored, second: Stored) -> Iterator[Breach | Held]:
    """A line whose second allocation gives no date does not show that of the first."""
    label = "a date before, and none then"
    for name, due in second.items():
        day = first.get(name, {}).get(DATE)
        if day is None or due.get(DATE, MISSING) is not None:
            continue
        if found[1].get(name, {}).get(DATE) == day:
            yield Breach(found[0], "no date", f"{day.value}, the date of the first allocation", label, DATE)
        else:
            yield Held(label, DATE)


@observer("state.second-allocation")
def second_allocation(case: Case, context: Context) -> Iterator[Observation]:
    """An order that was just allocated is allocated otherwise, as the page allows it for any order."""
    allocated_before = all(exchange.accepted for exchange in case.all(Role.CHANGE))
    for exchange in case.all(Role.AGAIN) if allocated_before else ():
        view = context.view(exchange)
        allowed = not view.unjudged and all(context.demand(trait) is not Demand.REFUSE for trait in view.traits)
        if allowed and (exchange.accepted or exchange.refused):
            yield Observation("accepted" if exchange.accepted else "refused", exchange)
    if case.origin == ELSEWHERE and any(exchange.accepted for exchange in case.all(Role.CHANGE)):
        yield Observation("refused", case.all(Role.TRIED)[0])
    if case.origin == BASE and case.base is not None:
        for exchange in case.all(Role.CHANGE):
            if exchange.refused:  # although the order had accepted it before
                yield Observation("refused", exchange)


@oracle(UNTOUCHED)
def other_order_untouched(case: Case, context: Context) -> Iterator[Breach | Held]:
    """An order shows what was stored before another one was allocated."""
    about_another = case.clause == UNTOUCHED and not case.all(Role.CHANGE)
    found = _unchanged(case, context) if about_another else None
    if found is not None and found[1]:
        yield Breach(
            found[0], "what was stored before", f"other values of {', '.join(found[1])}", "another order changed"
        )
    elif found is not None:
        yield HELD


@oracle("state.concurrent")
def concurrent(case: Case, context: Context) -> Iterator[Breach | Held]:
    """Of two concurrent ones, the order shows one of those accepted, whole; the other may be of another order.

    Of two for different lines, none shows what it showed before: it may be that only the later one is stored.
    """
    found = _reading(case)
    sent = case.all(Role.RACE)
    racers = [exchange for exchange in sent if exchange.accepted and exchange.request.path == sent[0].request.path]
    if found is None or len(sent) < 2 or not racers:
        return
    due = [meant(case, exchange, context) for exchange in racers]
    are_apart = len(due) > 1 and due[0].keys().isdisjoint(due[1])
    if all(differences(found[1], each) for each in due):
        yield Breach(found[0], "one of the two, whole", "neither of them", "two at once")
    elif are_apart and any(_is_lost(case, found[1], each, context) for each in due):
        yield Breach(
            found[0], "both, or the later one", "what was stored before both", "two concurrent ones for different lines"
        )
    else:
        yield HELD


def _is_lost(case: Case, shown: Stored, due: Stored, context: Context) -> bool:
    """Return True if lines show what the base stored, and not what an accepted request asked for."""
    base = meant(case, case.base, context) if case.base is not None else {}
    before = {name: base[name] for name in due if name in base}
    return bool(before) and bool(differences(shown, due)) and not differences(shown, before)


@planner
def cases(_kit: Kit) -> Iterator[PlannedCase]:
    """The accepted request repeated, replaced by another, raced against another, and with another order."""
    rejected = every_line(none_accepted)
    for base, edit in {"plain": unchanged, "dated": on_a_short_day}.items():
        yield PlannedCase(f"state.repeat/{base}", base, ((Role.CHANGE, edit), (Role.REPEAT, edit)))
    second = ((Role.CHANGE, unchanged), (Role.CHANGE, rejected))
    yield PlannedCase("state.replaced/all rejected", "plain", second, Need(units=1), again=True)
    lines = ((Role.CHANGE, rejected), (Role.CHANGE, unchanged))
    yield PlannedCase("state.replaced/several lines", "plain", lines, Need(2, units=1), again=True)
    # Both parts together are not more than was ordered: a target that adds them up refuses nothing here.
    parts = ((Role.CHANGE, every_line(_one_accepted)), (Role.AGAIN, every_line(_one_rejected)))
    yield PlannedCase("state.replaced/a part after another", "plain", parts, Need(units=2))
    dateless = ((Role.CHANGE, unchanged), (Role.CHANGE, allocated(all_accepted)))
    yield PlannedCase("state.replaced/without the date", "dated", dateless, Need(), again=True)
    # Not all lines alike: it shows if one line is answered or stored in the place of another.
    yield change("state.read-back/lines in another order", _first_rejected_and_last, lines=2, units=1)
    for number in range(2):
        racers = ((Role.RACE, unchanged), (Role.RACE, rejected))
        yield PlannedCase(f"state.concurrent/{number}", "plain", racers, Need(1, units=1), together=True, again=True)
    two_orders = ((Role.RACE, rejected), (Role.RACE, _of_the_partner))
    with_partner = Need(units=1, partner=True)
    yield PlannedCase("state.concurrent/with another order", "plain", two_orders, with_partner, together=True)
    # A target may check the form of all lines first, and sums line by line while it stores.
    for name, spoils in {
        "last line wrong": with_member("quantity_accepted", "five", -1),
        "last line over": with_quantities(lambda ordered: (ordered + 1, 0, 0), -1),
    }.items():
        spoiled = chained(rejected, spoils)
        yield PlannedCase(f"state.all-or-nothing/{name}", "plain", ((Role.CHANGE, spoiled),), Need(2, units=1))
    yield PlannedCase(
        f"{UNTOUCHED}/all rejected",
        "plain",
        ((Role.CHANGE, rejected),),
        Need(units=1, partner=True),
        again=True,
    )


def _first_rejected_and_last(base: Request, order: Order, kit: Kit) -> Request:
    """The lines in the opposite order, that of the first line item rejected; all alike where all need a date."""
    mixed = base if kit.dialect.always_dated else with_quantities(none_accepted)(base, order, kit)
    return reversed_lines(mixed, order, kit)


def _of_the_partner(base: Request, _order: Order, kit: Kit) -> Request:
    """Return the request that stores what is stored of the other order already."""
    return base if kit.partner is None else plain(kit.partner, kit) or base


def _one_accepted(_ordered: int) -> tuple[int, int, int]:
    return 1, 0, 0


def _one_rejected(_ordered: int) -> tuple[int, int, int]:
    return 0, 1, 0
