"""Requests that got no answer of the application each time they were sent: sent again at the end of a run."""

from __future__ import annotations

from contracts.engine.run import Run
from contracts.judging.attempts import Sign, case_of, sign
from contracts.judging.way import ASIDE
from contracts.model.case import Case, Role
from contracts.model.exchange import Exchange
from contracts.transport.interlock import RefusedToSendError
from contracts.transport.limits import CeilingReachedError, TargetLostError

MOST = 20
"""How many cases are sent again."""


def recheck(run: Run) -> None:
    """Send such cases of a run again. What gets an answer now was no fault of the request's."""
    cases = [case for case in run.cases if case.origin not in ASIDE and run.way.aside(case) is None]
    lost = [case for case in cases if (exchanges := _lost(case)) and run.stock.repeats(exchanges)]
    try:
        for case in lost[:MOST]:
            _again(run, case)
    except (TargetLostError, CeilingReachedError) as error:
        run.stop(error)


def _lost(case: Case) -> list[Exchange]:
    return [exchange for exchange in case.all(Role.CHANGE, Role.REPEAT, Role.AGAIN) if sign(exchange) is Sign.BROKEN]


def _again(run: Run, case: Case) -> None:
    try:
        again = run.replay(case)
    except RefusedToSendError:
        return
    pairs = zip(case.steps, again.steps, strict=True)
    for (_, before), (_, after) in pairs:
        if sign(before) is Sign.BROKEN and sign(after) is not Sign.BROKEN:
            run.keep(case_of((before, after)))
