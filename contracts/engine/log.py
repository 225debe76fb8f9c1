"""The cases of a run in memory, each written to the journal as well."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from contracts.judging.cases import Cases, Said
from contracts.judging.questions import Evidence
from contracts.judging.way import ASIDE
from contracts.model.case import Case
from contracts.model.exchange import Exchange
from contracts.transport.journal import Journal


@dataclass(repr=False)
class KeptCases(Cases):
    """Cases in memory, more of which come. What is said of each is remembered as long as it stays the same."""

    #: Where each case is written as well.
    journal: Journal = field(kw_only=True)
    #: The cases so far, oldest first.
    cases: list[Case] = field(default_factory=list)
    _unsettled: bool = True
    _known: tuple[object, ...] = ()
    _evidence: dict[tuple[str, str], Evidence] = field(default_factory=dict)
    _judged: dict[tuple[str, str], Said] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def each(self) -> Iterator[Case]:
        """Every case, in the order in which they were kept."""
        return iter(self.cases)

    def number(self, exchange: Exchange) -> int:
        """Return the number of an exchange: how many others were numbered before."""
        return self._numbers.setdefault(exchange.id, len(self._numbers))

    def keep(self, case: Case) -> Case:
        """Add a case, here and to the journal, in one order: what is judged again from the journal is the same then."""
        with self._lock:
            self.cases.append(case)
            self.way.add(case)
            self._unsettled = True
            self.journal.case(case)
        if case.origin in ASIDE:
            return case
        with suppress(Exception):  # what fails here fails again when the questions are settled, and is reported there
            self.evident(case)  # now, while other cases wait for their answers
        return case

    def evident(self, case: Case) -> Evidence:
        """Return what a case shows on the questions. Remembered."""
        if case.key not in self._evidence:
            self._evidence[case.key] = super().evident(case)
        return self._evidence[case.key]

    def settle(self) -> None:
        """Find the readings this target follows, if there are cases since that was done last."""
        if not self._unsettled:
            return
        self._unsettled = False
        before = self.context
        super().settle()
        if self.context is not before or self.way.known != self._known:
            self._known = self.way.known
            self._judged.clear()

    def look(self) -> None:
        """Do nothing: `keep` has taken each case into account."""

    def said(self, case: Case) -> Said:
        """Return what the clauses say of one case. Remembered until the readings change."""
        if case.key not in self._judged:
            self._judged[case.key] = super().said(case)
        return self._judged[case.key]
