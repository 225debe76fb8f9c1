"""What happens to every deployment: limits of the rate, and a target that is gone for a moment. Nothing is broken."""

from __future__ import annotations

import time

from provider.allocate_order.handler import AllocateOrder
from provider.fault import Stage, fault
from provider.http import Answer, Message

GONE_SECONDS = 0.4
GONE_AFTER = 150


@fault("answer")
def limits_the_rate(call: AllocateOrder, honest: Stage, message: Message) -> Answer:
    """Each sixtieth request is answered 429."""
    call.__dict__["limited"] = limited = getattr(call, "limited", 0) + 1
    if limited % 60 == 0:
        return Answer(429, b"{}", {"Content-Type": "application/json", "Retry-After": "0"})
    answer: Answer = honest(message)
    return answer


@fault("answer")
def is_gone_for_a_moment(call: AllocateOrder, honest: Stage, message: Message) -> Answer:
    """A gateway answers 502 for a moment, as while a new version starts."""
    call.__dict__["seen"] = seen = getattr(call, "seen", 0) + 1
    if seen == GONE_AFTER:
        call.__dict__["back"] = time.monotonic() + GONE_SECONDS
    if seen >= GONE_AFTER and time.monotonic() < getattr(call, "back", 0.0):
        return Answer(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", {"Content-Type": "text/html"})
    answer: Answer = honest(message)
    return answer
