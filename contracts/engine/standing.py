"""What is known to be stored on an order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from contracts.judging.attempts import may_be_sent_again
from contracts.model.case import BASE, Role
from contracts.model.exchange import Exchange, Order

if TYPE_CHECKING:
    from contracts.endpoint.plan import Kit
    from contracts.engine.run import Run


@dataclass(frozen=True)
class Standing:
    """What is stored on an order."""

    #: The name of the accepted base.
    name: str
    #: The base, with its answer.
    base: Exchange
    #: The order read back after it; None if it was not read.
    before: Exchange | None

    @property
    def steps(self) -> tuple[tuple[str, Exchange], ...]:
        """The first steps of a case that varies it."""
        return ((Role.BASE, self.base), *([(Role.BEFORE, self.before)] if self.before else []))


def kit_of_base(run: Run, order: Order, name: str) -> Kit:
    """Return the kit for the base of this name: one of its own if the earlier ones must not be sent again."""
    earlier = [case for case in run.cases if case.origin == BASE and case.id == f"base/{name}/{order.uuid}"]
    again = sum(not all(map(may_be_sent_again, case.all(Role.CHANGE))) for case in earlier)
    return replace(run.kit, case=f"{BASE}/{again}" if again else BASE)
