"""Finds one request that a target accepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contracts.endpoint.discovery import Calibration
from contracts.endpoint.plan import Kit
from contracts.model.case import Case, Role
from contracts.model.exchange import Exchange, Order, Request
from contracts.standard.texts import BOM

NOT_FOUND = 404


def first_of(bases: Mapping[str, Callable[[Order, Kit], Request | None]]) -> Callable[..., Calibration]:
    """Return a calibration that sends accepted requests by name until one is accepted; its name is the dialect."""

    def calibrate(send: Callable[[Request], Exchange], lease: Callable[[], Order], kit: Kit) -> Calibration:
        order = lease()
        cases: list[Case] = []
        for name, base in bases.items():
            request = base(order, kit)
            if request is None:
                continue
            exchange = send(request)
            passed = passes(exchange, kit)
            role = Role.CHANGE if passed or kit.may_change else Role.TRIED
            cases.append(Case(f"calibration/{name}", ((role, exchange),), "calibration"))
            if passed:
                return Calibration(name, tuple(cases))
        understood = not kit.may_change and any(e.refused and e.status != 401 for case in cases for e in case.all())
        return Calibration(next(iter(bases)) if understood else None, tuple(cases))

    return calibrate


def passes(exchange: Exchange, kit: Kit) -> bool:
    """Return True if a request was accepted, or, where nothing may be changed, only its order was not found."""
    if exchange.accepted:
        return can_be_ours(exchange)
    return not kit.may_change and exchange.status == NOT_FOUND


def can_be_ours(exchange: Exchange) -> bool:
    """Return False if a success is a page or another document in markup: no answer of a JSON call begins so.

    Its media type says nothing: a target may declare JSON wrongly.
    """
    body = exchange.response.body if exchange.response else b""
    return not body.removeprefix(BOM).lstrip().startswith(b"<")
