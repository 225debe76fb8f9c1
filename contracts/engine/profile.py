"""What calibration finds out about a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Profile:
    """How a target is to be used: what its answers to a few requests have shown, once, before all others are sent."""

    #: How it is spoken to; what this is depends on the endpoint.
    dialect: Any
    #: Why its orders cannot be read back; empty if they can.
    unread: str
    #: Whether an order that was changed can be changed again.
    again: bool
