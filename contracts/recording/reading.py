"""Reads any recording: which of its entries are calls of the API, and what it says about itself. No network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts.judging.attempts import GATEWAY, case_of
from contracts.model.exchange import Exchange, Order
from contracts.model.unknown import Part
from contracts.recording import checked, entries, har, journals
from contracts.recording.entries import Address, EntryError
from contracts.recording.files import Source, sources
from contracts.recording.orders_seen import OrdersSeen
from contracts.recording.recorded import Facts, RecordingError
from contracts.recording.skipped import is_redirect, why_skipped
from contracts.recording.store import Store, alone
from contracts.transport.journal import line_of_case

SHOWN = 5
"""How many entries that cannot be read, and how many other calls, are named."""

DISTINCT = 200
"""How many kinds of other calls are distinguished."""


@dataclass(frozen=True)
class SoughtCall:
    """What is looked for in a recording."""

    #: The documented path before the order.
    prefix: str
    #: The path before the order with which an order is read back.
    read_prefix: str | None
    #: Returns what an exchange shows of an order, if anything.
    shows: Callable[[Exchange], Order | None]


@dataclass
class RecordedCalls:
    """What a recording holds."""

    #: What the run wrote about itself, if it is a recording of this suite.
    facts: Facts | None = None
    #: Whether an entry has the header with the token.
    credentials: bool = False
    #: How many calls went to each base URL.
    bases: Counter[str] = field(default_factory=Counter)
    #: How many of these were answered with a redirect.
    redirected: Counter[str] = field(default_factory=Counter)
    #: The one whose calls are judged.
    base: str = ""
    #: Entries that are not calls of the API, by their kind.
    skipped: Counter[str] = field(default_factory=Counter)
    #: Entries of other calls, by method and place.
    others: Counter[str] = field(default_factory=Counter)
    #: Calls that went to another base, by the base.
    elsewhere: Counter[str] = field(default_factory=Counter)
    #: Orders that were read back.
    read_backs: int = 0
    #: Calls of which a part is missing, by the part.
    lacks: Counter[Part] = field(default_factory=Counter)
    #: Entries that cannot be read.
    unreadable: int = 0
    #: The first of them, with the reason.
    named: list[str] = field(default_factory=list)
    #: Files that are cut.
    ended_early: list[str] = field(default_factory=list)
    #: What the recording shows of orders.
    orders_seen: OrdersSeen = field(default_factory=OrdersSeen)

    @property
    def ours(self) -> bool:
        """Return whether a run of this suite wrote it."""
        return self.facts is not None

    def cannot_read(self, source: Source, position: int, problem: str) -> None:
        """Count an entry that cannot be read."""
        self.unreadable += 1
        if len(self.named) < SHOWN:
            self.named.append(f"{Path(source.name).name}: log.entries[{position}]: {problem}")

    def other(self, entry: Mapping[str, Any]) -> None:
        """Count an entry of another call."""
        url = entries.address(entry)
        what = f"{str(entry['request'].get('method', ''))[:10]} {url.hostname or ''}{url.path}"[:120]
        self.others[what if what in self.others or len(self.others) < DISTINCT else "others"] += 1


def read(path: Path, store: Store, call: SoughtCall, base_url: str | None = None) -> RecordedCalls:
    """Keep the calls of a recording, at one place if it is given. Raises RecordingError, and OSError."""
    every = list(sources(path))
    if any(source.begins().startswith(journals.BEGIN) for source in every):
        _only(path, every)
        return RecordedCalls(journals.read(every[0], store) or Facts(path.name), base=base_url or "")
    found, together = RecordedCalls(), False
    for source in every:
        together |= _survey(found, source, call)
    if found.ours:
        _only(path, every)
        _read_ours(found, every[0], store, together=together)
        return found
    found.base = _chosen(path, found, base_url)
    for source in every:
        _read_foreign(found, source, store, call)
    if not store.exchanges and found.named and not (found.skipped or found.others or found.elsewhere):
        raise RecordingError(found.named[0])
    if not (store.exchanges or found.skipped or found.others or found.elsewhere or found.read_backs):
        raise RecordingError(f"{path}: log.entries: is empty or missing; export the recording as HAR 1.2")
    return found


def _only(path: Path, every: Sequence[Source]) -> None:
    if len(every) > 1:
        raise RecordingError(f"{path}: holds the recordings of several runs; judge one at a time")


# --------------------------------------------------------------------------------------------- survey


def _survey(found: RecordedCalls, source: Source, call: SoughtCall) -> bool:
    """Look at everything once: whose recording it is, where calls went, and whether credentials are left in.

    Return True if it says which exchanges are a case.
    """
    together = False
    for piece in har.pieces(source):
        if piece.kind == "run":
            found.facts = _facts(source, piece)
        elif piece.kind == "case":
            together = True
        elif piece.kind == "end":
            found.ended_early.append(f"{source.name}: {piece.problem}")
        elif piece.problem is None:
            found.credentials |= _has_credentials(piece.value)
            where = _where(piece.value, call.prefix)
            if where is not None and why_or_none(piece.value) is None:
                found.bases[where.base] += 1
                found.redirected[where.base] += is_redirect(piece.value)
    return together


def _facts(source: Source, piece: har.Piece) -> Facts:
    try:
        if piece.problem is not None:
            raise ValueError(piece.problem)
        return checked.facts(piece.value)
    except journals.WRONG as error:
        raise RecordingError(f"{source.name}: log._run: {journals.said(error)}") from None


def _has_credentials(entry: Any) -> bool:
    try:
        return entries.has_credentials(entry)
    except EntryError:
        return False


def _where(entry: Any, prefix: str) -> Address | None:
    try:
        return entries.place(entries.address(entry), prefix)
    except EntryError:
        return None


def why_or_none(entry: Mapping[str, Any]) -> str | None:
    """Return why an entry is skipped; None if it is a call, or cannot be read."""
    try:
        return why_skipped(entry)
    except ValueError:
        return None


# ---------------------------------------------------------------------------------------------- ours


def _read_ours(found: RecordedCalls, source: Source, store: Store, *, together: bool) -> None:
    base = found.facts.base_url if found.facts else ""
    cases: list[Mapping[str, Any]] = []
    for piece in har.pieces(source):
        try:
            if piece.problem is not None:
                raise ValueError(piece.problem)
            if piece.kind == "case":
                cases.append(checked.case(piece.value))
            elif piece.kind == "entry":
                url = piece.value["request"]["url"]
                path = url.removeprefix(base) if isinstance(url, str) else ""
                exchange = checked.exchange(har.own_line(piece.value, path))
                store.add_exchange(exchange)
                if not together:
                    store.add_case(alone(exchange))
        except journals.WRONG as error:
            where = f"log.{'_cases' if piece.kind == 'case' else 'entries'}[{piece.position}]"
            raise RecordingError(f"{source.name}: {where}: {journals.said(error)}") from None
    for case in cases:
        try:
            store.add_case(case)
        except KeyError as error:
            raise RecordingError(f"{source.name}: log._cases: {error} is not an exchange of it") from None


# ------------------------------------------------------------------------------------------- foreign


def _chosen(path: Path, found: RecordedCalls, base_url: str | None) -> str:
    """Return where the calls went that are meant. Raises RecordingError if that is not clear."""
    if base_url is None:
        # One that only sends its callers elsewhere, as from http to https, is not meant.
        bases = [base for base, calls in found.bases.items() if calls > found.redirected[base]] or list(found.bases)
        if len(bases) > 1:
            places = ", ".join(sorted(bases)[:10])
            raise RecordingError(f"{path}: holds calls to several places ({places}); say which with --base-url")
        return next(iter(bases), "")
    asked = _normal(base_url)
    below = [base for base in found.bases if base.startswith(f"{asked}/")]
    return below[0] if asked not in found.bases and len(below) == 1 else asked


def _normal(base_url: str) -> str:
    try:
        url = urlsplit(base_url)
        return entries.origin(url) + url.path.rstrip("/")
    except ValueError as error:
        raise RecordingError(f"--base-url {base_url}: {error}") from None


def _read_foreign(found: RecordedCalls, source: Source, store: Store, call: SoughtCall) -> None:
    for entry, position in _readable(found, source):
        try:
            where = entries.place(entries.address(entry), call.prefix)
            if where is None:
                _other(found, entry, source, call)
            elif found.base and where.base != found.base:
                found.elsewhere[where.base] += 1
            elif (why := why_skipped(entry)) is not None:
                found.skipped[why] += 1
            else:
                _keep(found, _exchange(found, entry, where, source, store.exchanges), store, call)
        except (EntryError, *journals.WRONG) as error:
            found.cannot_read(source, position, journals.said(error))


def _readable(found: RecordedCalls, source: Source) -> Iterator[tuple[Any, int]]:
    for piece in har.pieces(source):
        if piece.kind == "entry" and piece.problem is not None:
            found.cannot_read(source, piece.position, piece.problem)
        elif piece.kind == "entry":
            yield piece.value, piece.position


def _other(found: RecordedCalls, entry: Mapping[str, Any], source: Source, call: SoughtCall) -> None:
    """An entry of another call: it may show an order."""
    where = _where(entry, call.read_prefix) if call.read_prefix else None
    if where is None or where.base != found.base or why_or_none(entry) is not None:
        found.other(entry)
        return
    exchange = _exchange(found, entry, where, source, 0)
    found.read_backs += 1
    found.orders_seen.add(call.shows(exchange))


def _exchange(found: RecordedCalls, entry: Mapping[str, Any], where: Address, source: Source, number: int) -> Exchange:
    name = f"entry-{number + 1:06}"
    return entries.exchange_of(entry, where.path, name, credentials=found.credentials, attached=source.attached)


def _keep(found: RecordedCalls, exchange: Exchange, store: Store, call: SoughtCall) -> None:
    store.add_exchange(exchange)
    store.add_case(alone(exchange))
    if exchange.status in GATEWAY:
        store.add_case(line_of_case(case_of([exchange])))
    found.lacks.update(Part(part) for part in exchange.lacks)
    found.orders_seen.add(call.shows(exchange))
