"""Checks what the suite is made of, before anything is sent."""

from __future__ import annotations

import datetime

from contracts.endpoint.discovery import Endpoint


def check(endpoint: Endpoint, *, faults: bool = False) -> None:
    """Raise DefinitionError if a clause, an oracle or a planner cannot be used; with `faults`, also if a fault cannot.

    A planner is called with what is assumed of a target before anything is known of it.
    """
    today = datetime.datetime.now(datetime.UTC).date()
    endpoint.planned(endpoint.kit(0, today))
    if faults:
        from contracts.commands.trials import Trials  # noqa: PLC0415 - it brings the provider with it

        Trials(endpoint.name).check()
