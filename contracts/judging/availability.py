"""The clauses about the way to the application, judged over all answers of a run and not case by case. Pure."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from statistics import fmean, median

from contracts.judging.attempts import UNAVAILABLE, Sign, sign
from contracts.judging.gate import counted
from contracts.judging.way import AlikeFailures, Way
from contracts.model.case import Case, Role
from contracts.model.clause import Clause
from contracts.model.exchange import Exchange
from contracts.model.finding import Finding

OUTAGE = 3
"""So many attempts in a row without an answer of the application are an outage; fewer come and go."""

WINDOW, SECOND = 0.25, 1.0
"""Seconds in which requests are counted: to compare how many were sent a second, and to say how many."""

FASTER = 0.7
"""A limit of the rate answers requests with more than such a share of all requests being sent at a lower rate."""

CERTAIN = 4.0
"""By so many standard deviations that share has to differ from one half, which it is if the rate does not matter."""

IN_TIME = "availability.answers-in-time"
"""The clause that applies only if the target's table says how long an answer may take."""

NAMED = 8
"""How many clauses that an intermediary hides are named in one line."""


@dataclass(frozen=True)
class Seen:
    """What breaks a pooled clause."""

    #: One of the requests, to show.
    finding: Finding
    #: How many of them there are.
    times: int


@dataclass
class Intermediary:
    """The answers of intermediaries."""

    #: What they are called, or how they sign.
    names: set[str] = field(default_factory=set)
    #: How many cases have such answers.
    cases: int = 0
    #: The smallest of these cases, and such an answer in it.
    smallest: tuple[Case, Exchange] | None = None
    #: The clauses of which nothing else is known.
    hides: list[str] = field(default_factory=list)

    def add(self, case: Case, answers: Mapping[str, Exchange]) -> None:
        """Take one more case into account, and such answers in it, by the name of who gave them."""
        self.cases += 1
        shown = case, next(iter(answers.values()))
        self.smallest = min(self.smallest or shown, shown, key=lambda each: _size(each[0]))
        self.names |= answers.keys()


Judge = Callable[[Clause, Way, Intermediary], Iterator[Seen]]


def reachable(clause: Clause, way: Way, _front: Intermediary) -> Iterator[Seen]:
    """Find requests that got no answer of the application at first, and one when they were sent again.

    In a recording of another tool, also those that were not sent again.
    Not those that failed while the target was gone for some seconds, or because of a limit of the rate.
    """
    cases = list(coming_and_going(way))
    if cases:
        shown = min(cases, key=_size)
        lost = next(_broken(shown))
        answers = sorted({_named(each) for case in cases for each in _broken(case)})
        observed = f"{len(cases)} of {way.requests} requests got {' or '.join(answers)}"
        if not any(sign(case.steps[-1][1]) is Sign.BROKEN for case in cases):
            observed += ", and passed when sent again"
        yield Seen(
            _finding(clause, (shown, lost), "an answer of the application to each request", observed), len(cases)
        )


def constant(clause: Clause, way: Way, _front: Intermediary) -> Iterator[Seen]:
    """Find errors of the application that come and go for the same request."""
    pools: dict[int, list[AlikeFailures]] = {}
    for kind, pool in way.pools.items():
        if pool.is_intermittent:
            pools.setdefault(kind.status, []).append(pool)
    for status, alike in pools.items():
        times = sum(pool.passed + sum(not pool.fails_on_its_own(n) for n in pool.constant.values()) for pool in alike)
        first = next(pool.first for pool in alike if pool.first is not None)
        observed = (
            f"{times} of {way.requests} requests were answered {status}, and most passed when they were sent again"
        )
        case = Case(f"{clause.id}/{first.id}", ((Role.CHANGE, first),))
        due = "the same answer to the same request"
        yield Seen(_finding(clause, (case, first), due, observed, str(status)), times)


def direct(clause: Clause, _way: Way, front: Intermediary) -> Iterator[Seen]:
    """Find answers that something in front of the application gave."""
    if front.smallest is not None:
        hidden = ", ".join(front.hides[:NAMED]) + (
            f" and {len(front.hides) - NAMED} more" if front.hides[NAMED:] else ""
        )
        count, names = front.cases, " and ".join(sorted(front.names))
        observed = f"1 answer is of {names}" if count == 1 else f"{count} answers are of {names}"
        observed += f"; {'it hides' if count == 1 else 'they hide'} {hidden}" if hidden else ""
        yield Seen(_finding(clause, front.smallest, "answers of the application", observed), count)


def plain(clause: Clause, way: Way, _front: Intermediary) -> Iterator[Seen]:
    """Find answers in a content coding that was not asked for and that could not be undone."""
    if way.coded_first is not None:
        times, codings = sum(way.coded.values()), " and ".join(sorted(way.coded))
        observed = f"{times} of {way.requests} answers are in the content coding {codings}, and identity was asked for"
        case = Case(f"{clause.id}/{way.coded_first.id}", ((Role.CHANGE, way.coded_first),))
        yield Seen(_finding(clause, (case, way.coded_first), "no content coding", observed), times)


def in_time(clause: Clause, way: Way, _front: Intermediary) -> Iterator[Seen]:
    """Find answers that took longer than the target's table says."""
    most = way.most_seconds
    late = 0 if most is None else sum(seconds > most for seconds in way.seconds)
    if late and way.slowest is not None:
        observed = f"{late} of {len(way.seconds)} answers took longer than {most:g} s: {times(way)}"
        case = Case(f"{clause.id}/{way.slowest.id}", ((Role.CHANGE, way.slowest),))
        yield Seen(_finding(clause, (case, way.slowest), "an answer within max_seconds", observed), late)


def times(way: Way) -> str:
    """Return how long answers took, in words; nothing if it is unknown."""
    if not way.seconds:
        return ""
    ordered = sorted(way.seconds)
    half, most = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
    return f"half of them {half:.2g} s at most, 95 of 100 {most:.2g} s, the longest {ordered[-1]:.2g} s"


POOLED: Mapping[str, Judge] = {
    "availability.every-request-is-answered": reachable,
    "availability.no-intermittent-errors": constant,
    "availability.no-intermediary-answers": direct,
    IN_TIME: in_time,
    "http.content-coding-not-requested": plain,
}
"""Who judges which clause that is `pooled` in clauses.toml."""


def _finding(clause: Clause, shown: tuple[Case, Exchange], due: str, observed: str, label: str = "") -> Finding:
    case, exchange = shown
    # The code that came this time is chance: it is not part of the signature.
    found = Finding(clause.id, clause.category, due, observed, exchange, case, label, answer="intermittent")
    return replace(found, endpoint=clause.endpoint)


def _size(case: Case) -> tuple[int, str]:
    last = case.steps[-1][1]
    return len(last.request.body) + len(last.request.path), last.id


def _named(exchange: Exchange) -> str:
    return str(exchange.status) if exchange.status else "no answer"


# --------------------------------------------------------------------------------------- what is not a divergence


def outages(way: Way) -> list[list[Exchange]]:
    """Return the attempts that failed while the target was gone: those of each outage, in their order."""
    limit = rate_limit(way)
    broken = (each for case in way.lost for each in _broken(case) if not (limit and each.status == UNAVAILABLE))
    lost = sorted(broken, key=lambda each: each.started + each.seconds)
    passed = sorted(way.passed)
    # Attempts are of one outage if no answer of the application ended between them.
    rows = [list(row) for _, row in groupby(lost, key=lambda each: bisect_left(passed, each.started + each.seconds))]
    return [row for row in rows if len(row) >= OUTAGE]


def coming_and_going(way: Way) -> Iterator[Case]:
    """Yield the attempts at requests that failed while others passed, whatever the rate."""
    gone = {each.id for row in outages(way) for each in row}
    limit = rate_limit(way)
    for case in way.lost:
        lost = list(_broken(case))
        if gone.isdisjoint(each.id for each in lost) and not (limit and all(e.status == UNAVAILABLE for e in lost)):
            yield case


def _broken(case: Case) -> Iterator[Exchange]:
    return (each for _, each in case.steps if sign(each) is Sign.BROKEN)


def rate_limit(way: Way) -> float | None:
    """Return about how many requests a second a target takes that answers 503 to more of them; None if it does not.

    The target has such a limit if requests answered 503 were sent at a higher rate than others (a rank test).
    """
    refused = [each.started for case in way.lost for each in _broken(case) if each.status == UNAVAILABLE]
    if not refused:
        return None
    sent = sorted([*way.sent, *(each.started for case in way.lost for _, each in case.steps[:-1])])
    rates = sorted(_rate(sent, at, WINDOW) for at in sent)
    found = [_rate(sent, at, WINDOW) for at in refused]
    ranks = [(bisect_left(rates, rate) + bisect_right(rates, rate)) / 2 for rate in found]
    share = fmean(ranks) / len(rates)
    if share < FASTER or (share - 0.5) * math.sqrt(12 * len(refused)) < CERTAIN:
        return None
    return median(_rate(sent, at, SECOND) for at in refused)


def _rate(sent: Sequence[float], at: float, seconds: float) -> float:
    return (bisect_right(sent, at) - bisect_right(sent, at - seconds)) / seconds


def notes(way: Way) -> Iterator[str]:
    """Yield a line about each thing on the way that is not a divergence."""
    if way.limited:
        met = counted(way.limited, "request", "met a limit of the rate")
        yield f"{met} (429, or 503 with Retry-After), and passed when sent again later"
    limit = rate_limit(way)
    if limit is not None:
        yield f"503 to more than about {limit:.0f} requests a second: a limit of the rate (set `rate` for this target)"
    if way.cached:
        yield (
            f"{counted(way.cached, 'answer')} came from a cache (`Age`, `X-Cache`): what that shows of an order may be "
            "old, and is not judged. Have the cache pass on what reads an order"
        )
    if way.backends.changing:
        yield (
            f"the answers to {counted(way.backends.changing, 'request')} change again and again: is there more than "
            "one backend, of different versions?"
        )
    if way.shared:
        yield (
            f"somebody else uses {len(way.shared)} of the test orders, such as {min(way.shared)}: it shows values that "
            "this run did not send. What is stored on them is not judged; give each run orders of its own"
        )
    rows = outages(way)
    if rows:
        passed = sorted(way.passed)
        back = [bisect_left(passed, row[-1].started) for row in rows]
        ends = [passed[at] if at < len(passed) else row[-1].started for at, row in zip(back, rows, strict=True)]
        seconds = sum(end - row[0].started for end, row in zip(ends, rows, strict=True))
        times = "once" if len(rows) == 1 else f"{len(rows)} times"
        first = rows[0][0]
        yield f"the target was gone {times}, {seconds:.1f} s in all, from request {first.id} on: {_named(first)}"


def judge(clauses: Iterable[Clause], way: Way, front: Intermediary) -> dict[str, list[Seen]]:
    """Return what breaks each of the pooled clauses."""
    return {
        clause.id: list(POOLED[clause.id](clause, way, front))
        for clause in clauses
        if clause.pooled and (clause.id != IN_TIME or (way.most_seconds is not None and way.seconds))
    }
