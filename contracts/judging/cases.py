"""The cases of a run or of a recording, and what the oracles say of them. Sends nothing."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from contracts.endpoint.context import Context, Elsewhere
from contracts.endpoint.discovery import Endpoint
from contracts.endpoint.judges import Held
from contracts.endpoint.oracle import judge
from contracts.judging.questions import Evidence, evidence, settle
from contracts.judging.way import ASIDE, Way, way_of
from contracts.model.case import READ_BACK, Case, Unsent
from contracts.model.clause import Clause
from contracts.model.definition import in_a_line
from contracts.model.exchange import Exchange, Order
from contracts.model.finding import Finding

NOT_READ = "orders of this target cannot be read back"

Said = Mapping[str, list[Finding | Held]]


@dataclass(repr=False)
class Cases(ABC):
    """Cases, wherever they are kept, with what is needed to judge them."""

    #: The endpoint whose clauses judge them.
    endpoint: Endpoint
    #: The orders that a request may name as existing; none without permission to change them.
    orders: list[Order]
    #: Whether the target permits to change its test orders.
    may_change: bool = True
    #: Why planned cases were not sent, by the id of the case.
    skipped: dict[str, Unsent] = field(default_factory=dict)
    #: Trouble in the suite itself, one line each.
    errors: list[str] = field(default_factory=list)
    #: Why orders cannot be read back; empty if they can.
    unread: str = NOT_READ
    #: When the run began, in seconds since the epoch.
    started: float = field(default_factory=time.time)
    #: How often the smallest case of a finding showed it again, as k/n, by the signature of what always shows.
    confirmed: dict[str, str | None] = field(default_factory=dict)
    #: What the cases show of the way to the application.
    way: Way = field(init=False)
    #: What is known of the target.
    context: Context = field(init=False)

    def __post_init__(self) -> None:
        self.way = Way(most_seconds=self.most_seconds)
        self.context = self.endpoint.context(self.orders, {}, may_change=self.may_change, base_url=self.base_url)

    @property
    def reads_back(self) -> bool:
        """Whether orders can be read back."""
        return not self.unread

    @property
    @abstractmethod
    def base_url(self) -> str:
        """That of the target; empty if it is not known."""

    @property
    @abstractmethod
    def most_seconds(self) -> float | None:
        """How long an answer may take; None if it is not limited."""

    @abstractmethod
    def each(self) -> Iterator[Case]:
        """Every case, in the order in which they were kept."""

    @abstractmethod
    def number(self, exchange: Exchange) -> int:
        """Return the number of an exchange, which no other one has."""

    def look(self) -> None:
        """Find out what the cases so far show of the way to the application."""
        self.way = way_of(self.each(), self.most_seconds)

    def judged(self) -> Iterator[Case]:
        """Every case that says something of the application."""
        return filter(self._tells, self.each())

    def _tells(self, case: Case) -> bool:
        """Return True if each answer of a case is the application's."""
        return case.origin not in ASIDE and self.way.aside(case) is None

    def evident(self, case: Case) -> Evidence:
        """Return what a case shows on the questions, which stays the same."""
        return evidence(self.endpoint, case, self.context)

    def settle(self) -> None:
        """Find the readings this target follows, from the cases so far; make a new context where they change."""
        try:
            self.look()
            found = settle(self.endpoint, map(self.evident, self.judged()), self.context)
        except Exception as error:  # noqa: BLE001 - trouble in an observer must not lose what was sent
            self.trouble("the observers", error)
        else:
            if not found.same_as(self.context):
                self.context = found

    def judge(self, case: Case) -> list[Finding]:
        """Return the findings of all oracles in one case, with the readings found so far."""
        return _findings(self.said(case))

    def suspect(self, case: Case) -> list[Finding]:
        """Return the findings in one case, also those that the state of an order may explain."""
        if self.context.elsewhere == Elsewhere():
            return self.judge(case)
        unexplained = replace(self.context, elsewhere=Elsewhere())
        return _findings(self.would_say(case, unexplained)) if self._tells(case) else []

    def said(self, case: Case) -> Said:
        """What the clauses say of one case, by clause; those that have nothing to say of it are left out.

        No clause says anything of a case in which an answer says nothing of the application. An oracle that fails is
        an error of the suite, and says nothing.
        """
        return self.would_say(case) if self._tells(case) else {}

    def facts(self, case: Case, exchange: Exchange) -> tuple[str, ...]:
        """Return what is true of a request in its case, as conditions use it."""
        try:
            return tuple(self.endpoint.definition.facts(case, exchange, self.context))
        except Exception as error:  # noqa: BLE001 - a condition is a help to the reader, and no verdict depends on it
            self.trouble("the facts of requests", error)
            return ()

    def would_say(self, case: Case, context: Context | None = None) -> Said:
        """What the clauses would say of one case if each of its answers were the application's.

        They know `context`, by default what is known of the target.
        """
        asked = self.endpoint.concerned(self.context.touched(case))
        if self.way.is_shared(case):
            asked = tuple(clause for clause in asked if READ_BACK not in clause.source)
        return {clause.id: said for clause in asked if (said := self._ask(clause, case, context or self.context))}

    def _ask(self, clause: Clause, case: Case, context: Context) -> list[Finding | Held]:
        try:
            return list(judge(clause, case, context, self.endpoint.judges, self.endpoint.observers))
        except Exception as error:  # noqa: BLE001 - one oracle's trouble must not lose what others say
            self.trouble(f"the oracle of {clause.id}", error)
            return []

    def trouble(self, where: str, error: BaseException) -> None:
        """Keep an error of the suite itself, once: it is never a verdict."""
        line = f"{where}: {in_a_line(error)}"
        if line not in self.errors:
            self.errors.append(line)


def _findings(said: Said) -> list[Finding]:
    return [item for items in said.values() for item in items if not isinstance(item, Held)]
