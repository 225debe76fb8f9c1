"""All cases before all oracles: what is said of each clause, and what of it says nothing of the application. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, partial

from contracts.endpoint.judges import Held
from contracts.judging import availability
from contracts.judging.attempts import SERVER_ERROR
from contracts.judging.availability import Intermediary
from contracts.judging.cases import Cases
from contracts.judging.way import ASIDE, Reason
from contracts.model.case import GENERATED, PLANNED, VARYING, Case, Role, led_to
from contracts.model.exchange import Exchange
from contracts.model.finding import Finding
from contracts.model.report import Facts, Numbers

CHANGES = (*VARYING, Role.AGAIN)
"""The exchanges of a case that were sent for its clause: not those that several cases begin with."""


def _size(finding: Finding) -> tuple[int, int, str]:
    """By the request's bytes, and of a read-back by what led to it."""
    request = finding.exchange.request
    return len(request.body) + len(request.path), len(finding.case.steps), finding.exchange.id


@dataclass(frozen=True)
class Asked:
    """What is asked about the requests of one case."""

    #: What is true of a request.
    facts: Callable[[Exchange], Facts]
    #: Its number.
    number: Callable[[Exchange], int]


@dataclass
class Group:
    """Findings of one clause and one signature."""

    #: The one that is shown.
    smallest: Finding
    #: How many cases show it.
    seen: int = 0
    #: The requests that lead to it.
    exchanges: Numbers = 0
    #: What is true of the requests of these cases.
    facts: set[Facts] = field(default_factory=set)
    #: Whether one of these cases was not generated: it is sent in every run.
    planned: bool = False

    def add(self, finding: Finding, asked: Asked) -> None:
        """Take one more into account, and show it if it is smaller."""
        sent = led_to(finding.case, finding.exchange)
        for each in sent:
            self.exchanges |= 1 << asked.number(each)
        self.facts.add(asked.facts(sent[-1]))
        self.planned |= finding.case.origin not in GENERATED
        self.smallest = min(self.smallest, finding, key=_size)


Place = tuple[str, str]
"""The label and the field of what was sent, as a breach and `Held` have them."""


@dataclass
class Judged:
    """What the oracles say of one clause over all cases."""

    #: How many exercise it.
    cases: int = 0
    #: How long the requests took that were planned for it.
    seconds: float = 0.0
    #: What they find, by signature.
    groups: dict[str, Group] = field(default_factory=dict)
    #: The facts of cases that kept it, by place, and whether their request was carried out.
    passed: dict[Place, set[tuple[Facts, bool]]] = field(default_factory=lambda: defaultdict(set))
    #: The places where planned cases kept it.
    kept: set[Place] = field(default_factory=set)

    def add(self, said: Iterable[Finding | Held], case: Case, asked: Asked) -> None:
        """Take into account what they say of one more case."""
        self.cases += 1
        found: list[Finding] = []
        kept: list[Held] = []
        for item in said:
            if isinstance(item, Held):
                kept.append(item)
            else:
                found.append(item)
        for finding in found:
            self.groups.setdefault(finding.signature, Group(finding)).add(finding, asked)
        for signature in {finding.signature for finding in found}:
            self.groups[signature].seen += 1
        if not found and kept and (sent := case.all(*CHANGES) or case.all()):
            self._keep({(held.label, held.field) for held in kept}, case, (asked.facts(sent[-1]), sent[-1].accepted))

    def _keep(self, places: set[Place], case: Case, sent: tuple[Facts, bool]) -> None:
        for place in places:
            self.passed[place].add(sent)
        if case.origin == PLANNED:
            self.kept |= places

    def sometimes(self, group: Group) -> bool:
        """Return True if planned cases that could show what a group shows do not."""
        return any(place in self.kept for place in self._places(group))

    def could_show(self, group: Group) -> set[Facts]:
        """Return the facts of cases that could show what a group shows, and do not.

        If the target fails, those whose request was carried out: one that is refused may not come so far.
        """
        failure = (group.smallest.exchange.status or 0) >= SERVER_ERROR
        kept = (each for place in self._places(group) for each in self.passed.get(place, ()))
        return {facts for facts, carried_out in kept if carried_out or not failure}

    def _places(self, group: Group) -> set[Place]:
        """Return where this clause can be kept by cases that are like those of a group.

        Where an oracle says of which label and field it was kept, that is the group's own; else any.
        """
        own = (group.smallest.label, group.smallest.field)
        return {own} if self.passed.keys() - {("", "")} else {("", "")}


@dataclass
class Judgement:
    """All cases before all oracles, with the readings found."""

    #: What is said of each clause, by its id.
    clauses: dict[str, Judged]
    #: The status codes that were answered.
    statuses: set[int] = field(default_factory=set)
    #: Why cases of a clause were not judged: answers in them say nothing of the application.
    hidden: dict[str, Reason] = field(default_factory=dict)
    #: The answers of intermediaries.
    in_front: Intermediary = field(default_factory=Intermediary)

    def add(self, run: Cases, case: Case) -> None:
        """Judge one more case."""
        if case.origin in ASIDE:
            return
        planned_for = self.clauses.get(case.clause)
        if planned_for:
            planned_for.seconds += sum(exchange.seconds for exchange in case.all(*CHANGES, Role.READ))
        every = run.said(case)
        reason = None if every else run.way.aside(case)
        if reason is None:
            self.statuses |= {exchange.status for exchange in case.all() if exchange.status is not None}
            asked = Asked(cache(partial(run.facts, case)), cache(run.number))
            for clause, said in every.items():
                self.clauses[clause].add(said, case, asked)
        elif reason is not Reason.EXPIRED:
            self.hidden |= dict.fromkeys(run.would_say(case), reason)
            if reason is Reason.INTERMEDIARY:
                signed = ((run.way.front.intermediary(exchange), exchange) for _, exchange in case.steps)
                self.in_front.add(case, {name: exchange for name, exchange in signed if name is not None})

    def pool(self, run: Cases) -> None:
        """Judge the clauses that are judged over all answers."""
        hidden = (name for name, why in self.hidden.items() if why is Reason.INTERMEDIARY)
        self.in_front.hides = sorted(name for name in hidden if not self.clauses[name].cases)
        for clause, seen in availability.judge(run.endpoint.catalogue.clauses.values(), run.way, self.in_front).items():
            self.clauses[clause] = Judged(
                cases=run.way.requests,
                groups={each.finding.signature: Group(each.finding, each.times, planned=True) for each in seen},
            )


def judge_all(run: Cases) -> Judgement:
    """Every case before every oracle, with the readings found."""
    judgement = Judgement({clause.id: Judged() for clause in run.endpoint.catalogue.clauses.values()})
    for case in run.each():
        judgement.add(run, case)
    judgement.pool(run)
    return judgement
