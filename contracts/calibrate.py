"""What a run finds out first: a request this target accepts, whether orders can be read back, and allocated again."""

from __future__ import annotations

from dataclasses import replace

from contracts.leases import ExhaustedError
from contracts.limits import TargetLostError
from contracts.model import Case, Exchange, Order
from contracts.plan import Need
from contracts.run import NothingAcceptedError, Run


def calibrate(run: Run) -> None:
    """Give the run its dialect, and say how it may use its orders.

    Raises TargetLostError and NothingAcceptedError.
    """
    used: list[Order] = []

    def lease() -> Order:
        """An order that has not been allocated, as far as there is one."""
        try:
            order = run.leases.fresh(Need())
        except ExhaustedError:
            order = run.leases.orders[0]
        run.leases.spend(order)
        used.append(order)
        return order

    found = run.endpoint.definition.calibrate(run.transport.send, lease, run.kit)
    for case in found.cases:
        run.keep(case)
    tried = [exchange for case in found.cases for exchange in case.all()]
    if found.dialect is None:
        raise _nothing(run.target.base_url, tried)
    run.kit = replace(run.kit, dialect=found.dialect)
    if run.allocates:
        read = run.read(used[0])
        run.reads_back = read is not None and run.endpoint.definition.reads_back(read)
        accepted = next(exchange for exchange in tried if exchange.accepted)
        run.leases.once = not _takes_another(run, used[0], accepted)


def _nothing(base_url: str, tried: list[Exchange]) -> Exception:
    """Why nothing was accepted."""
    if all(exchange.response is None for exchange in tried):
        return TargetLostError(f"{base_url} does not answer: {tried[0].trouble}")
    statuses = sorted({exchange.status for exchange in tried if exchange.status is not None})
    if statuses == [401]:
        return TargetLostError(f"{base_url} refuses the token: 401 to every request")
    last = tried[0]
    answer = (last.response.body if last.response else b"")[:200].decode("utf-8", "replace")
    return NothingAcceptedError(
        f"no request was accepted on the lent order {last.request.path}: {len(tried)} forms were tried, "
        f"answered {', '.join(map(str, statuses))}; the first with: {answer}"
    )


def _takes_another(run: Run, order: Order, accepted: Exchange) -> bool:
    """Whether an order that was allocated can be allocated anew.

    A refusal counts only if the same allocation is accepted on an order that has none. What is declared counts more.
    """
    another = run.endpoint.definition.another
    if another is None:
        return True
    second = run.transport.send(another(accepted.request, order, run.kit))
    run.keep(Case("calibration/allocated again", (("change", accepted), ("again", second)), "calibration"))
    if run.target.reusable_orders is not None or not second.refused:
        return run.target.reusable_orders is not False
    try:
        fresh = run.leases.fresh(Need())
    except ExhaustedError:
        return False
    plain = run.endpoint.definition.bases["plain"](fresh, run.kit)
    first = run.transport.send(another(plain, fresh, run.kit)) if plain else None
    if first is None or not first.accepted:
        return True
    run.leases.spend(fresh)
    return False
