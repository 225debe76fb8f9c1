"""What a target is known to do: readings, coverage and divergences that somebody has accepted. Pure."""

from __future__ import annotations

import datetime
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts import ENDPOINT
from contracts.endpoint.catalogue import Catalogue
from contracts.model.clause import UNSAID, Outcome
from contracts.model.finding import VERSION
from contracts.model.report import Divergence, Known, Note, Verdict
from contracts.model.spelling import meant, table_name

KEYS = ("signature", "clause", "category", "reason", "link", "expires", "flaky")
SIGNATURE = re.compile("([1-9][0-9]*-)?[0-9a-f]{12}")
"""A signature, with its version if that is not the first."""

TABLES = frozenset({"pinned", "covered", "known"})
"""The keys of a ledger."""

EXAMPLE = f"{VERSION}-9f0c41d2a7b3"

DAYS = datetime.timedelta(days=90)
"""For how long a divergence is known, if nothing else is said."""


class LedgerError(ValueError):
    """Entries that cannot be used; the message has a line for each, with its key, value and what to write."""


@dataclass(frozen=True)
class Ledger:
    """What is accepted of a target."""

    #: The readings that it has to follow, by question.
    pinned: Mapping[str, str] = field(default_factory=dict)
    #: The clauses that have to get a verdict.
    covered: tuple[str, ...] = ()
    #: Known divergences, by signature.
    known: Mapping[str, Known] = field(default_factory=dict)

    def known_as(self, signature: str, clause: str, category: str, *, sometimes: bool) -> Known | None:
        """Return the entry that makes a divergence known, if one does.

        An entry of an older version has another signature: it is the one for divergences of its clause and category.
        """
        if signature in self.known:
            return self.known[signature]
        older = [entry for entry in self.known.values() if entry.older and entry.means(clause, category)]
        return max(older, key=lambda entry: (entry.flaky == sometimes, entry.expires), default=None)

    def remarks(self, name: str) -> tuple[str, ...]:
        """Return a line if entries of the target `name` are of an older version."""
        older = sum(entry.older for entry in self.known.values())
        if not older:
            return ()
        what = "entry has a signature" if older == 1 else "entries have signatures"
        text = f"{older} known {what} of an older version, matched by clause and category; "
        return (f"{text}`timp-conformance accept --target {shlex.quote(name)}` rewrites what was seen",)


def tables_of(table: Mapping[str, Any], endpoint: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the tables in a target's table that are the ledger of an endpoint, each with what comes before its keys.

    One that names no endpoint is of the endpoint that is meant where none is named.
    """
    if endpoint == ENDPOINT:
        yield "", {key: table[key] for key in table.keys() & TABLES}
    yield f"{endpoint}.", table.get(endpoint, {})


def joined(table: Mapping[str, Any], endpoint: str) -> dict[str, Any]:
    """Return all entries for an endpoint as one ledger: `pinned`, `covered` and `known`, as they are in the file."""
    parts = [part for _, part in tables_of(table, endpoint)]
    return {
        "pinned": {clause: reading for part in parts for clause, reading in part.get("pinned", {}).items()},
        "covered": list(dict.fromkeys(clause for part in parts for clause in part.get("covered", ()))),
        "known": [entry for part in parts for entry in part.get("known", ())],
    }


def read(
    table: Mapping[str, Any], place: str, catalogue: Catalogue, endpoint: str = ENDPOINT, *, others: Iterable[str] = ()
) -> Ledger:
    """Return the ledger of an endpoint in one target's table; `place` is what messages call it. Raises LedgerError.

    `others` are the names of all other endpoints: their tables are left aside.
    """
    known = {endpoint, *others}
    wrong = [
        f"{key}: no such endpoint; there are: {', '.join(sorted(known))}{meant(key, known)}"
        for key in sorted(table.keys() - TABLES - known)
    ]
    seen: set[str] = set()
    for before, part in tables_of(table, endpoint):
        lines = (
            *_wrong_pins(part.get("pinned", {}), catalogue),
            *_wrong_clauses("covered", part.get("covered", ()), catalogue),
            *_wrong_entries(part.get("known", ()), catalogue, seen),
        )
        wrong += [f"{before}{line}" for line in lines]
    if wrong:
        raise LedgerError("\n".join(f"{place} {line}" for line in wrong))
    entries = joined(table, endpoint)
    found = [Known(**entry) for entry in entries["known"]]
    return Ledger(entries["pinned"], tuple(entries["covered"]), {entry.signature: entry for entry in found})


def _wrong_clauses(where: str, names: Iterable[Any], catalogue: Catalogue) -> Iterator[str]:
    for name in names:
        if not isinstance(name, str):
            yield f"{where}: {name!r}: write the id of a clause, in quotes"
        elif name not in catalogue.clauses:
            yield f"{where}: {name}: no such clause{meant(name, catalogue.clauses) or '; take it out'}"


def _wrong_pins(pinned: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield from _wrong_clauses("pinned", pinned, catalogue)
    for name, reading in pinned.items():
        clause = catalogue.clauses.get(name)
        names = [each.name for each in clause.readings] if clause else []
        if clause and not names:
            yield f"pinned: {name}: the page leaves nothing open there: take it out"
        elif clause and reading not in names:
            yield f"pinned.{name}: {reading!r}: write one of {', '.join(names)}"


def _wrong_entries(entries: Sequence[Any], catalogue: Catalogue, seen: set[str]) -> Iterator[str]:
    """Say what is wrong with entries. Those that were looked at before have the signatures `seen`."""
    for number, entry in enumerate(entries):
        where = f"known[{number}]"
        if not isinstance(entry, Mapping):
            yield f"{where}: {entry!r}: write it as a table"
            continue
        yield from _wrong_entry(where, entry)
        yield from _wrong_clauses(
            f"{where} clause", [each for each in [entry.get("clause")] if isinstance(each, str)], catalogue
        )
        signature = entry.get("signature")
        if isinstance(signature, str) and signature in seen:
            yield f"{where} signature: {signature}: is there twice: take one out"
        seen |= {signature} if isinstance(signature, str) else set()


def _wrong_entry(where: str, entry: Mapping[str, Any]) -> Iterator[str]:
    for key in entry:
        if key not in KEYS:
            yield f"{where} {key}: no such key; there are: {', '.join(KEYS)}"
    for key in ("signature", "clause", "reason", "expires"):
        if key not in entry:
            yield f"{where} {key}: is missing: write it"
    signature, expires = entry.get("signature", "0" * 12), entry.get("expires", datetime.date.max)
    if not isinstance(signature, str) or not SIGNATURE.fullmatch(signature):
        yield f"{where} signature: {signature!r}: write it as a report shows it, such as {EXAMPLE}"
    if not isinstance(expires, datetime.date) or isinstance(expires, datetime.datetime):
        yield f"{where} expires: {expires!r}: write a day without quotes, such as 2027-03-31"
    for key in ("reason", "link", "clause", "category"):
        if key in entry and not (isinstance(entry[key], str) and entry[key].strip()):
            yield f"{where} {key}: {entry[key]!r}: write some words in quotes"
    if not isinstance(entry.get("flaky", False), bool):
        yield f"{where} flaky: {entry['flaky']!r}: write true or false"


# ------------------------------------------------------------------------------------------------ comparing


def compare(ledger: Ledger, verdicts: Sequence[Verdict], today: datetime.date, name: str) -> tuple[Note, ...]:
    """What of the ledger of a target (`name`) no longer holds after a whole run; a note that `fails` fails it."""
    by_clause = {verdict.clause.id: verdict for verdict in verdicts}
    return (
        *(
            note
            for entry in ledger.known.values()
            for note in _notes_on_known(entry, by_clause[entry.clause], today, name)
        ),
        *(note for clause, reading in ledger.pinned.items() for note in _notes_on_pin(reading, by_clause[clause])),
        *(note for clause in ledger.covered for note in _notes_on_coverage(by_clause[clause])),
    )


def _notes_on_known(entry: Known, verdict: Verdict, today: datetime.date, name: str) -> Iterator[Note]:
    """Yield what is to be done with an entry of the table `name`: it has expired, has healed or was not seen."""
    seen = any(
        each.signature == entry.signature or (entry.older and entry.means(each.clause, each.category))
        for each in verdict.divergences
    )
    remove = f'take the known entry with signature = "{entry.signature}" out of [{table_name(name)}]'
    if seen and entry.expires < today:
        text = f"the known divergence {entry.signature} has expired on {entry.expires}: {entry.reason}"
        fix = "mend it, or accept it again"
        yield Note("expired", entry.clause, text, fix, fails=not entry.older, signature=entry.signature)
    elif not seen and verdict.outcome is Outcome.PASSED and not (entry.flaky or verdict.clause.pooled):
        text = f"the known divergence {entry.signature} has healed"
        yield Note("healed", entry.clause, text, remove, fails=not entry.older, signature=entry.signature)
    elif not seen:
        text = f"the known divergence {entry.signature} was not seen, and the clause is {verdict.outcome}"
        yield Note("absent", entry.clause, text, "nothing to do", signature=entry.signature)


def _notes_on_pin(reading: str, verdict: Verdict) -> Iterator[Note]:
    """Yield what is to be done where a question is not read as it was pinned."""
    if verdict.cases and verdict.reading != reading:
        found = verdict.reading or "none throughout"
        text = f"the reading was {reading}, and is {found}"
        yield Note("drifted", verdict.clause.id, text, "ask who changed it, or accept it again", fails=True)
    elif not verdict.cases:
        yield Note("absent", verdict.clause.id, f"the pinned reading {reading} was not looked at", "nothing to do")


def _notes_on_coverage(verdict: Verdict) -> Iterator[Note]:
    """Yield what is to be done where a clause has no verdict any more."""
    if verdict.outcome in UNSAID:
        text = f"it got a verdict before, and is {verdict.outcome}: {verdict.reason}"
        yield Note("lost", verdict.clause.id, text, "give back what it needs, or accept it again", fails=True)


def entry_for(divergence: Divergence, name: str, endpoint: str, today: datetime.date) -> str:
    """Return the TOML entry that makes a divergence of the target `name` a known one; its reason is to be written."""
    flaky = "flaky = true\n" if divergence.by_chance else ""
    return (
        f'[[{table_name(name)}.{endpoint}.known]]\nsignature = "{divergence.signature}"\n'
        f'clause = "{divergence.clause}"\ncategory = "{divergence.category}"\n'
        f'reason = "…"\nexpires = {today + DAYS}\n{flaky}'
    )
