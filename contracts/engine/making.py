"""Orders that are made for a run: imaginary ones, and those that a command of the target makes."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.model.exchange import LineItem, Order
from contracts.model.uuids import invented
from contracts.target import orders as manifests
from contracts.target.commands import printed
from contracts.target.targets import UsageError


def imaginary(seed: int) -> list[Order]:
    """Orders that exist nowhere, for targets on which nothing may be changed."""

    def order(number: int) -> Order:
        lines = tuple(LineItem(invented(seed, "line", number, index), 6) for index in range(1 + number % 3))
        return Order(invented(seed, "order", number), lines)

    return [order(number) for number in range(6)]


def made_by(command: Sequence[str]) -> Order:
    """Return the order that a command makes and prints the manifest of. Raises UsageError."""
    place = f"order_command {command[0]}"
    manifest = printed(command, place)
    try:
        (order,) = manifests.parse(manifest, place)
    except manifests.OrdersError as error:
        raise UsageError(str(error)) from None
    except ValueError:
        raise UsageError(f"{place}: prints more than one order; let it make one at a time") from None
    return order
