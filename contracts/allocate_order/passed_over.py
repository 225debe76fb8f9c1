"""Which lines of a request an answer passes over. Judges nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet

from contracts.allocate_order.answers import LISTED, NOT_FOUND, STATUSES, Entry, asked, read, word
from contracts.allocate_order.parsed import DATE, QUANTITIES
from contracts.endpoint.context import Context
from contracts.model.case import Case
from contracts.model.exchange import Exchange

CARRIED_OUT = frozenset(status.lower() for status in STATUSES) - NOT_FOUND
"""Statuses, as they are compared, of lines that were carried out."""

_BASE = None
"""In the place of the name of a line: the accepted base has an entry like it."""


class PassedOver:
    """Knows of which lines an answer carries out none.

    A line is not carried out if the answer leaves it out, or reports it as not found: with a status that says so,
    or with a status or a member that entries of the order's own lines never have in this case. Those are the entries
    of the accepted base, and in the same answer those of other own lines.
    """

    def __init__(self, case: Case, exchange: Exchange, context: Context) -> None:
        """Look once at the answer, however many lines are asked about; raises NotRecordedError as `asked` does."""
        lines = asked(exchange, context)
        answer = read(exchange)
        base = read(case.base) if case.base is not None and case.base.id != exchange.id else None
        self._is_read = answer is not None
        self._spelled = {line.name for line in lines if isinstance(line.name, str)}
        self._entries: dict[str | None, list[Entry]] = defaultdict(list)
        self._own: set[str | None] = set()
        self._statuses: dict[str | None, set[str | None]] = defaultdict(set)
        self._members: dict[str, set[str | None]] = defaultdict(set)
        own = {str(line.name).lower() for line in lines if line.own}
        for entry in answer.entries if answer is not None else ():
            self._entries[entry.key].append(entry)
            if entry.key in own:
                self._add(entry, entry.key)
        for entry in base.entries if base is not None else ():
            self._add(entry, _BASE)

    def _add(self, entry: Entry, name: str | None) -> None:
        """Take an entry of an own line into account: what it has is usual."""
        self._own.add(name)
        self._statuses[word(entry.status)].add(name)
        for member in _undocumented(entry):
            self._members[member].add(name)

    def __call__(self, *names: str) -> bool:
        """Return True if the answer carries out none of the request's lines of these names (UUIDs in lower case)."""
        if not self._is_read:
            return False
        given = frozenset(names)
        about = [entry for name in given for entry in self._entries.get(name, ())]
        exactly = [entry for entry in about if entry.name in self._spelled]  # its own line may be answered as well
        return not any(self._is_carried_out(entry, given) for entry in exactly or about)

    def _is_carried_out(self, entry: Entry, names: frozenset[str]) -> bool:
        status = word(entry.status)
        if status in NOT_FOUND:
            return False
        if status in CARRIED_OUT or not _has_others(self._own, names):
            return True
        if status is not None and not _has_others(self._statuses.get(status, set()), names):
            return False
        return all(_has_others(self._members.get(member, set()), names) for member in _undocumented(entry))


def _has_others(found: AbstractSet[str | None], names: frozenset[str]) -> bool:
    return len(found) > len(found & names)


def _undocumented(entry: Entry) -> frozenset[str]:
    """The undocumented members that an entry has, null ones left out. In the array form it has none but its name."""
    if list(entry.members) == [entry.name]:
        return frozenset()
    documented = LISTED | {*QUANTITIES, DATE}
    return frozenset(name for name, value in entry.members.items() if value is not None) - documented
