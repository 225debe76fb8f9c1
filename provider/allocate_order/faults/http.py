"""Verbs that are taken for PUT."""

from __future__ import annotations

from dataclasses import replace

from provider.allocate_order.handler import AllocateOrder
from provider.fault import Fault, Stage
from provider.http import Answer, Message
from provider.standard.faults.http import OTHER_VERBS, verb

POST_SHOWS_NOTHING = verb("post-shows-nothing", "POST is answered 200.", {"POST"}, 200, OTHER_VERBS)


def _as_put(name: str) -> Fault:
    def deviation(_call: AllocateOrder, honest: Stage, message: Message, segment: str, *, slash: bool) -> Answer:
        method = "PUT" if message.method == name else message.method
        answer: Answer = honest(replace(message, method=method), segment, slash=slash)
        return answer

    return Fault(f"takes-{name.lower()}-for-put", f"{name} allocates as PUT does.", "call", deviation, (OTHER_VERBS,))


AS_PUT = (_as_put("POST"), _as_put("PATCH"))
