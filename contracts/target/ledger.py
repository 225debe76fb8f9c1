"""What a target is known to do: readings, coverage and divergences that somebody has accepted. Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.endpoint.catalogue import Catalogue
from contracts.model.clause import Outcome
from contracts.model.report import Divergence, Known, Note, Verdict, table_name
from contracts.model.spelling import meant

KEYS = ("signature", "clause", "reason", "link", "expires", "flaky")
DAYS = datetime.timedelta(days=90)
"""For how long a divergence is known, if nothing else is said."""

UNSAID = (Outcome.UNTESTED, Outcome.CANT_TELL)


class LedgerError(ValueError):
    """Entries that cannot be used; the message has a line for each, with its key, value and what to write."""


@dataclass(frozen=True)
class Ledger:
    """Readings by clause, clauses that got a verdict, and known divergences by signature."""

    pinned: Mapping[str, str] = field(default_factory=dict)
    covered: tuple[str, ...] = ()
    known: Mapping[str, Known] = field(default_factory=dict)


def read(table: Mapping[str, Any], place: str, catalogue: Catalogue) -> Ledger:
    """The ledger in one target's table; `place` is what messages call it. Raises LedgerError."""
    wrong = [
        *_wrong_pins(table.get("pinned", {}), catalogue),
        *_wrong_clauses("covered", table.get("covered", ()), catalogue),
        *_wrong_entries(table.get("known", ()), catalogue),
    ]
    if wrong:
        raise LedgerError("\n".join(f"{place} {line}" for line in wrong))
    known = [Known(**entry) for entry in table.get("known", ())]
    pinned = dict(table.get("pinned", {}))
    return Ledger(pinned, tuple(table.get("covered", ())), {entry.signature: entry for entry in known})


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


def _wrong_entries(entries: Sequence[Any], catalogue: Catalogue) -> Iterator[str]:
    seen: set[str] = set()
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
    if not isinstance(signature, str) or not re.fullmatch("[0-9a-f]{12}", signature):
        yield f"{where} signature: {signature!r}: write the twelve hexadecimal digits that a report shows"
    if not isinstance(expires, datetime.date) or isinstance(expires, datetime.datetime):
        yield f"{where} expires: {expires!r}: write a day without quotes, such as 2027-03-31"
    for key in ("reason", "link", "clause"):
        if key in entry and not (isinstance(entry[key], str) and entry[key].strip()):
            yield f"{where} {key}: {entry[key]!r}: write some words in quotes"
    if not isinstance(entry.get("flaky", False), bool):
        yield f"{where} flaky: {entry['flaky']!r}: write true or false"


# ------------------------------------------------------------------------------------------------ comparing


def compare(ledger: Ledger, verdicts: Sequence[Verdict], today: datetime.date, name: str) -> tuple[Note, ...]:
    """What of the ledger of a target (`name`) no longer holds after a whole run; a note that `fails` fails it."""
    by_clause = {verdict.clause.id: verdict for verdict in verdicts}
    return (
        *(note for entry in ledger.known.values() for note in _of_known(entry, by_clause[entry.clause], today, name)),
        *(note for clause, reading in ledger.pinned.items() for note in _of_pin(reading, by_clause[clause])),
        *(note for clause in ledger.covered for note in _of_coverage(by_clause[clause])),
    )


def _of_known(entry: Known, verdict: Verdict, today: datetime.date, name: str) -> Iterator[Note]:
    seen = any(divergence.signature == entry.signature for divergence in verdict.divergences)
    remove = f'remove the [[{table_name(name)}.known]] entry with signature = "{entry.signature}"'
    if seen and entry.expires < today:
        text = f"the known divergence {entry.signature} has expired on {entry.expires}: {entry.reason}"
        yield Note("expired", entry.clause, text, "mend it, or accept it again", fails=True, signature=entry.signature)
    elif not seen and verdict.outcome is Outcome.PASSED and not (entry.flaky or verdict.clause.pooled):
        text = f"the known divergence {entry.signature} has healed"
        yield Note("healed", entry.clause, text, remove, fails=True, signature=entry.signature)
    elif not seen:
        text = f"the known divergence {entry.signature} was not seen, and the clause is {verdict.outcome}"
        yield Note("absent", entry.clause, text, "nothing to do", signature=entry.signature)


def _of_pin(reading: str, verdict: Verdict) -> Iterator[Note]:
    if verdict.cases and verdict.reading != reading:
        found = verdict.reading or "none throughout"
        text = f"the reading was {reading}, and is {found}"
        yield Note("drifted", verdict.clause.id, text, "ask who changed it, or accept it again", fails=True)
    elif not verdict.cases:
        yield Note("absent", verdict.clause.id, f"the pinned reading {reading} was not looked at", "nothing to do")


def _of_coverage(verdict: Verdict) -> Iterator[Note]:
    if verdict.outcome in UNSAID:
        text = f"it got a verdict before, and is {verdict.outcome}: {verdict.reason}"
        yield Note("lost", verdict.clause.id, text, "give back what it needs, or accept it again", fails=True)


def entry_for(divergence: Divergence, name: str, today: datetime.date) -> str:
    """Return the TOML entry that makes a divergence of the target `name` a known one; its reason is to be written."""
    flaky = "flaky = true\n" if divergence.sometimes else ""
    return (
        f'[[{table_name(name)}.known]]\nsignature = "{divergence.signature}"\nclause = "{divergence.clause}"\n'
        f'reason = "…"\nexpires = {today + DAYS}\n{flaky}'
    )
