"""A refusal that shows the insides of a server."""

from __future__ import annotations

from dataclasses import replace

from provider.allocate_order.handler import AllocateOrder
from provider.fault import Stage, fault
from provider.http import Answer, Message, RefusalError
from provider.standard.faults.leaks import SHOWN


@fault(
    "refuse",
    "http.no-internals",
    "http.no-server-error",
    severity="critical",
    also=("robustness.long-strings", "robustness.odd-text", "robustness.special-characters"),
)
def shows_a_debug_page(_call: AllocateOrder, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
    """A date that is none is answered 500, with a page for developers."""
    answer: Answer = honest(message, refusal)
    if refusal.message != "backorder_date is not a date.":
        return answer
    page = f"<pre>{SHOWN['a-python-traceback']}</pre>".encode()
    return replace(answer, status=500, headers={"Content-Type": "text/html"}, body=page)
