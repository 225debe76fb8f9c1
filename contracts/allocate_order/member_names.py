"""Listed names written otherwise: in other letter case, in camel case, or with a space."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from contracts.allocate_order.parsed import ITEM, LINES, QUANTITIES
from contracts.allocate_order.requests import body_edit
from contracts.endpoint.oracle import planner
from contracts.endpoint.plan import Change, Kit, PlannedCase, change

Spell = Callable[[str], str]


def camel_case(name: str) -> str:
    """Return `quantity_accepted` as `quantityAccepted`."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


@planner
def cases(_kit: Kit) -> Iterator[PlannedCase]:
    """An accepted request with one name written otherwise. A target may read it as the listed name."""
    at = "request-parameters.member-name-case"
    yield change(f"{at}/of a quantity", _quantity(QUANTITIES[0], str.upper))
    yield change(f"{at}/of the identifier", _identifier(str.upper))
    yield change(f"{at}/of the line items", body_edit(lambda body, _o, _k: _rename(body, LINES, str.upper)))
    yield change("allocation-object.quantity-rejected-required/in camel case", _quantity(QUANTITIES[1], camel_case))
    yield change("allocation-object.quantity-accepted-required/with a space", _quantity(QUANTITIES[0], "{} ".format))
    yield change("request-parameters.line-item-uuid-required/in camel case", _identifier(camel_case))


def _rename(members: dict[str, Any], name: str, spell: Spell) -> None:
    members[spell(name)] = members.pop(name)


def _quantity(field: str, spell: Spell) -> Change:
    return body_edit(lambda body, _order, _kit: _rename(body[LINES][0]["allocation"], field, spell))


def _identifier(spell: Spell) -> Change:
    return body_edit(lambda body, _order, _kit: _rename(body[LINES][0], ITEM, spell))
