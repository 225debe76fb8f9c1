"""Checks what the suite is made of, before anything is sent."""

from __future__ import annotations

import datetime

from contracts.endpoint.discovery import discover
from contracts.endpoint.plan import Kit


def check(*, faults: bool = False) -> None:
    """Raise DefinitionError if a clause, an oracle or a planner cannot be used; with `faults`, also if a fault cannot.

    A planner is called with what is assumed of a target before anything is known of it.
    """
    today = datetime.datetime.now(datetime.UTC).date()
    for endpoint in discover().values():
        endpoint.planned(Kit(0, today, dialect=endpoint.definition.assumed))
    if faults:
        from contracts.commands.trials import check_faults  # noqa: PLC0415 - it brings the provider with it

        check_faults()
