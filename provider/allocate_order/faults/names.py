"""Names of members that are not the listed ones, and are taken for them."""

from __future__ import annotations

import re
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import respelled
from provider.fault import Stage, fault

REQUIRED = (
    "allocation-object.quantity-rejected-required",
    "request-parameters.line-item-uuid-required",
)


@fault("listed_names", *REQUIRED)
def reads_names_in_camel_case(_call: AllocateOrder, honest: Stage, body: Any) -> Any:
    """Names of members may come in camel case."""
    return honest(respelled(body, lambda name: re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)))


@fault("listed_names", "allocation-object.quantity-accepted-required")
def trims_names(_call: AllocateOrder, honest: Stage, body: Any) -> Any:
    """White space around names of members is passed over."""
    return honest(respelled(body, str.strip))
