"""All cases before all oracles: what is said of each clause, and what of it says nothing of the application. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from contracts.endpoint.oracle import Held
from contracts.judging import availability
from contracts.judging.availability import Intermediary
from contracts.judging.cases import Cases
from contracts.judging.way import ASIDE, Reason
from contracts.model.case import Case
from contracts.model.finding import Finding

CHANGES = ("change", "repeat", "race", "again", "read")
"""The exchanges of a case that were sent for its clause: not those that several cases begin with."""


def _size(finding: Finding) -> tuple[int, int, str]:
    """By the request's bytes, and of a read-back by what led to it."""
    request = finding.exchange.request
    return len(request.body) + len(request.path), len(finding.case.steps), finding.exchange.id


@dataclass
class Group:
    """Findings of one signature: the one that is shown, with the smallest exchange, and how many there are."""

    smallest: Finding
    findings: int = 0

    def add(self, finding: Finding) -> None:
        """Count one more, and show it if it is smaller."""
        self.findings += 1
        self.smallest = min(self.smallest, finding, key=_size)


@dataclass
class Judged:
    """What the oracles say of one clause over all cases: how many exercise it, and what they find, by signature.

    `seconds` is how long the requests took that were planned for it.
    """

    cases: int = 0
    seconds: float = 0.0
    groups: dict[str, Group] = field(default_factory=dict)

    def add(self, said: Iterable[Finding | Held]) -> None:
        """What they say of one more case."""
        self.cases += 1
        for item in said:
            if not isinstance(item, Held):
                self.groups.setdefault(item.signature, Group(item)).add(item)


@dataclass
class Judgement:
    """All cases before all oracles, with the readings found: what is said of each clause, and the codes answered.

    `hidden` says of clauses why cases of theirs were not judged: answers in them say nothing of the application.
    """

    clauses: dict[str, Judged]
    statuses: set[int] = field(default_factory=set)
    hidden: dict[str, Reason] = field(default_factory=dict)
    in_front: list[Case] = field(default_factory=list)

    def add(self, run: Cases, case: Case) -> None:
        """Judge one more case."""
        if case.origin in ASIDE:
            return
        planned_for = self.clauses.get(case.id.partition("/")[0])
        if planned_for:
            planned_for.seconds += sum(exchange.seconds for exchange in case.all(*CHANGES))
        reason = run.way.aside(case)
        if reason is None:
            self.statuses |= {exchange.status for exchange in case.all() if exchange.status is not None}
            for clause, said in run.said(case).items():
                self.clauses[clause].add(said)
        elif reason is not Reason.EXPIRED:
            self.hidden |= dict.fromkeys(run.would_say(case), reason)
            if reason is Reason.INTERMEDIARY:
                self.in_front.append(case)

    def pool(self, run: Cases) -> None:
        """Judge the clauses that are judged over all answers."""
        names = {run.way.front.intermediary(exchange) for case in self.in_front for _, exchange in case.steps}
        hides = (
            name for name, why in self.hidden.items() if why is Reason.INTERMEDIARY and not self.clauses[name].cases
        )
        front = Intermediary(tuple(sorted(filter(None, names))), tuple(self.in_front), tuple(sorted(hides)))
        for clause, seen in availability.judge(run.endpoint.catalogue.clauses.values(), run.way, front).items():
            self.clauses[clause] = Judged(
                cases=run.way.requests,
                groups={each.finding.signature: Group(each.finding, each.times) for each in seen},
            )


def judge_all(run: Cases) -> Judgement:
    """Every case before every oracle, with the readings found."""
    judgement = Judgement({clause.id: Judged() for clause in run.endpoint.catalogue.clauses.values()})
    for case in run.each():
        judgement.add(run, case)
    judgement.pool(run)
    return judgement
