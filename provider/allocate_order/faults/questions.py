"""Questions of the page that are answered now one way, now another: such a deployment follows none of the readings.

Only of what a run asks more than once; of the other questions a pinned reading tells whether it is still followed.
"""

from __future__ import annotations

from collections import Counter

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.readings import SWITCHES
from provider.fault import Fault, Stage
from provider.http import Answer, Message
from provider.readings import Readings

SPELLINGS = ("integral-number", "leading-zero", "plus-sign", "spaces", "decimal-string", "full-width")
CODES = ("missing-field", "wrong-type", "sum-exceeded", "impossible-date", "malformed-json")


class _Wavering(Readings):
    """One question is answered otherwise in each request in which it comes up; `message` is what is answered now."""

    def __init__(self, honest: Readings, question: str) -> None:
        super().__init__({key: honest[key] for key in SWITCHES}, SWITCHES)
        self._question = question
        self._asked: Counter[object] = Counter()
        self._answer: str | None = None
        self.message: object = None

    def begin(self, message: object) -> None:
        """Answer the next request, which counts with others of the same `message`."""
        self.message = message
        self._answer = None

    def __getitem__(self, key: str) -> str:
        if key != self._question:
            return super().__getitem__(key)
        if self._answer is None:
            self._asked[self.message] += 1
            self._answer = SWITCHES[key][self._asked[self.message] % 2]
        return self._answer


def _wavers(question: str, *, on_the_same: bool = False) -> Fault:
    """The same request is answered otherwise every other time; or any request, if not `on_the_same`."""

    def deviation(call: AllocateOrder, honest: Stage, message: Message) -> Answer:
        if not isinstance(call.readings, _Wavering):
            call.readings = _Wavering(call.readings, question)
        call.readings.begin((message.path, message.body) if on_the_same else None)
        answer: Answer = honest(message)
        return answer

    name = question.partition(".")[2]
    what = f"What {question} asks is answered otherwise every other time."
    return Fault(f"wavers-on-{name}", what, "answer", deviation, (question,))


WAVERING = (
    *(_wavers(f"allocation-object.spelling-{name}") for name in SPELLINGS),
    *(_wavers(f"response-codes.{name}", on_the_same=True) for name in CODES),
)
