"""Every planned request for one example order: what a clause sends, as a difference from an accepted request."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.endpoint.plan import Kit, Need, PlannedCase, with_partner
from contracts.model.exchange import Exchange, LineItem, Order, Request

if TYPE_CHECKING:
    from contracts.endpoint.discovery import Endpoint

TODAY = datetime.date(2027, 3, 1)
"""The day for which cases are listed: they hold dates, and a document must not change from day to day."""

ORDER = Order("{order}", tuple(LineItem(f"{{line {line}}}", ordered) for line, ordered in enumerate((10, 200, 7))))
PARTNER = Order("{other order}", (LineItem("{other line}", 10),))
NOON = datetime.datetime.combine(TODAY, datetime.time(12), datetime.UTC).timestamp()
SHOWN = 160
"""Characters of a change; of a longer one, its beginning, its end and its length are shown."""

BEGINNING = 10
"""Bytes that two bodies begin with alike if one is a change of the other, and not something else."""

CHANGES = 9
"""Changes of one request that are shown in words; further ones are only counted."""


@dataclass(frozen=True, slots=True)
class Step:
    """One planned request, in words."""

    #: The clause that its case is for.
    clause: str
    #: What is special in the case.
    label: str
    #: The name of the accepted request that it varies.
    base: str
    #: How it differs from that.
    changes: tuple[str, ...]
    #: What the clauses see in it.
    seen: tuple[str, ...]
    #: What the case needs of a test order or of the target.
    needs: tuple[str, ...]


def steps(endpoint: Endpoint, kit: Kit | None = None) -> Iterator[Step]:
    """All that is planned for a target as `kit` has it (default: as is assumed before anything is known of it)."""
    kit = kit or endpoint.kit(0, TODAY)
    for case in endpoint.planned(kit):
        yield from _of(endpoint, case, kit)


def _of(endpoint: Endpoint, case: PlannedCase, kit: Kit) -> Iterator[Step]:
    clause, label = case.clause, case.label
    named = _named(kit)
    order = Order(
        named["{order}"], tuple(LineItem(named[item.uuid], item.quantity_ordered) for item in ORDER.line_items)
    )
    partner = Order(named["{other order}"], (LineItem(named["{other line}"], 10),))
    base = endpoint.definition.bases[case.base](order, kit)
    if base is None:
        return
    for _, edit in case.steps:
        request = edit(base, order, with_partner(kit, partner))
        shown = [_shown(_renamed(change, named)) for change in difference(base, request)]
        more = [f"and {len(shown) - CHANGES} more"] if len(shown) > CHANGES else []
        shown = [*shown[:CHANGES], *more]
        yield Step(
            clause, label, case.base, tuple(shown), _seen(endpoint, clause, base, request, order), tuple(_needs(case))
        )


def _seen(endpoint: Endpoint, clause: str, base: Request, request: Request, order: Order) -> tuple[str, ...]:
    """The traits that a request has and its base has not, or that are of the clause itself: those by their label."""
    views = [endpoint.view(Exchange("", r, None, started=NOON), {order.uuid: order}) for r in (base, request)]
    before, after = (view.traits | view.masked for view in views)
    new = [trait for trait in after if trait not in before or trait.clause == clause]
    new.sort(key=lambda trait: (trait.clause != clause, trait.clause, trait.label, trait.field))
    return tuple(trait.label if trait.clause == clause else f"{trait.clause}: {trait.label}" for trait in new)


def bases(endpoint: Endpoint, kit: Kit) -> dict[str, str]:
    """The bodies of the accepted requests that planned cases vary, by name."""
    made = {name: base(ORDER, kit) for name, base in endpoint.definition.bases.items()}
    return {name: base.body.decode() for name, base in made.items() if base is not None}


def _needs(case: PlannedCase) -> Iterator[str]:
    if case.need != Need():
        yield case.need.words
    if case.need.partner:
        yield "a second order"
    if case.together:
        yield "sent concurrently"
    if case.stress:
        yield "the permission may_stress"
    if case.again:
        yield "an order that can be changed again"


def _named(kit: Kit) -> dict[str, str]:
    """The UUIDs in the place of the names of the example."""
    items = (*ORDER.line_items, *PARTNER.line_items)
    return {name: kit.invented("example", name) for name in (ORDER.uuid, PARTNER.uuid, *(item.uuid for item in items))}


def _renamed(text: str, named: dict[str, str]) -> str:
    for name, uuid in named.items():
        text = text.replace(uuid, name)
    return text


def _shown(text: str) -> str:
    half = SHOWN // 2
    return text if len(text) <= SHOWN else f"{text[:half]} … {text[-half:]} ({len(text)} characters)"


def difference(base: Request, request: Request) -> Iterator[str]:
    """Yield each difference of a request from its base, in a few words; members by their JSON Pointer (RFC 6901)."""
    if (base.method, base.path) != (request.method, request.path):
        yield f"{request.method} {request.path}"
    if base.credential != request.credential:
        yield f"token: {request.credential}"
    gone = [name for name, _ in base.headers if name not in dict(request.headers)]
    yield from (f"without {name}" for name in gone)
    yield from (f"{name}: {value}" for name, value in request.headers if (name, value) not in base.headers)
    if base.body != request.body:
        yield from _of_bodies(base.body, request.body)


def _of_bodies(before: bytes, after: bytes) -> Iterator[str]:
    try:
        old, new = json.loads(before), json.loads(after)
    except (ValueError, RecursionError):
        old = new = None
    if isinstance(new, dict) and _written(new) == after:
        yield from _of_values(old, new, "")
    else:  # the difference is in how it is written, or it is not an object at all
        yield _of_bytes(before, after)


def _of_bytes(before: bytes, after: bytes) -> str:
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    if start < BEGINNING:
        return f"body: {_text(after) or 'empty'}"
    old, new = _text(before[start : len(before) - end]), _text(after[start : len(after) - end])
    return f"from byte {start} of the body: {new or 'nothing'} in place of {old or 'nothing'}"


def _alike(one: bytes, other: bytes) -> int:
    """How many bytes two begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _text(body: bytes) -> str:
    return json.dumps(body.decode(errors="backslashreplace"), ensure_ascii=False) if body else ""


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _of_values(old: Any, new: Any, pointer: str) -> Iterator[str]:
    """Compared as they are written: to Python 1, 1.0 and true are one, and so they are to libraries that compare."""
    if isinstance(old, list) and isinstance(new, list):
        old, new = dict(enumerate(old)), dict(enumerate(new))
    if not (isinstance(old, dict) and isinstance(new, dict)):
        if _written(old) != _written(new):
            yield f"{pointer}: {json.dumps(new, ensure_ascii=False)}"
        return
    yield from (f"without {pointer}/{name}" for name in old if name not in new)
    for name, value in new.items():
        if name in old:
            yield from _of_values(old[name], value, f"{pointer}/{name}")
        else:
            yield f"{pointer}/{name}: {json.dumps(value, ensure_ascii=False)}"
