"""`accept`: writes what the last run found into the ledger of its target."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts import ENDPOINT, REPORTS
from contracts.commands.options import endpoint_of
from contracts.model.exits import ExitCode
from contracts.model.report import Known
from contracts.reports.words import printed
from contracts.target import ledger
from contracts.target.ledger_file import CannotWriteError, Entries, read_table, write_entries
from contracts.target.targets import TARGETS, UsageError

if TYPE_CHECKING:
    from contracts.endpoint.discovery import Endpoint

VERDICT = ("passed", "failed", "inapplicable")


class CannotAcceptError(click.ClickException):
    """There is nothing that could be accepted, or nowhere to write it."""

    exit_code = ExitCode.REFUSED


@click.command()
@click.argument("names", nargs=-1, metavar="[CAUSE|SIGNATURE]...")
@click.option("--target", metavar="NAME", help="Only if the last run was of this target.")
@click.option("--targets-file", type=click.Path(path_type=Path), default=TARGETS, help="The file of its table.")
@click.option("--reports-dir", type=click.Path(path_type=Path), default=REPORTS, help="The last run's reports.")
@click.option("--reason", help="Why it is accepted; asked for on a terminal.")
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="For how long.")
@click.option("--link", metavar="URL", help="Where more is said of it.")
def accept(names: tuple[str, ...], **options: Any) -> None:
    """Write what the last run found into its target's table: divergences, readings, and which clauses got a verdict.

    All new divergences, or only those of a cause (as c2) or a signature. What has healed is taken out. The file keeps
    its comments and its order.
    """
    path: Path = options["targets_file"]
    try:
        run = _last_run(options["reports_dir"], options["target"])
        name, endpoint = run["target"]["name"], _endpoint(run)
        former, known = _entries(path, name, endpoint)
        chosen = _chosen(run, names)
        reason = _reason(options["reason"]) if chosen else ""
        expires = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=options["days"])
        rewritten = list(_rewritten(run, known))
        accepted = [_entry(each, reason, expires, options["link"]) for each in chosen]
        entries = _accepted(former, run, [*rewritten, *accepted])
        changes = list(_in_words(former, entries, {d["signature"]: d["observed"] for d in _all_divergences(run)}))
        if changes:
            write_entries(path, name, endpoint.name, entries)
    except CannotWriteError as error:
        raise CannotAcceptError(str(error)) from None
    for line in changes or ["nothing has changed"]:
        click.echo(printed(line))


def _last_run(reports: Path, target: str | None) -> dict[str, Any]:
    path = reports / "verdicts.json"
    try:
        run: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise CannotAcceptError(f"{path}: cannot be read: {error.strerror}; run the suite first") from None
    except (ValueError, RecursionError) as error:
        raise CannotAcceptError(f"{path}: invalid JSON: {error}") from None
    try:
        name, origin = run["target"]["name"], run["target"]["base_url"]
        whole = run["complete"] and run["exit_code"] in {ExitCode.NOTHING_NEW, ExitCode.DIVERGES}
        ended = f"exit {run['exit_code']}: {run['why']}"
        _all_divergences(run), run["questions"], run["ledger"]
    except (LookupError, TypeError, AttributeError):
        raise CannotAcceptError(f"{path}: is not the report of a run") from None
    if target not in (None, name):
        raise CannotAcceptError(f"--target {target}: the last run was of {name}")
    if name in {"embedded", origin}:
        raise CannotAcceptError(f"the last run was of {name}, which has no table of its own in a targets file")
    if not whole:
        raise CannotAcceptError(f"the last run is not whole ({ended}): run it again")
    return run


def _all_divergences(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The divergences of a run, each with its clause."""
    return [dict(d, clause=v["clause"]) for v in run["verdicts"] for d in v["divergences"]]


def _endpoint(run: Mapping[str, Any]) -> Endpoint:
    """Return the endpoint of a run. Raises CannotAcceptError."""
    try:
        return endpoint_of(run.get("endpoint_name", ENDPOINT))
    except UsageError as error:
        raise CannotAcceptError(f"the last run: {str(error).removeprefix('--')}") from None


def _entries(path: Path, name: str, endpoint: Endpoint) -> tuple[Entries, ledger.Ledger]:
    """Return the ledger of an endpoint as it is in the file, and what it means. Raises CannotWriteError."""
    table = read_table(path, name)
    parts = {key: value for key, value in table.items() if key in {*ledger.TABLES, endpoint.name}}
    try:
        known = ledger.read(parts, f"{path}: [{name}]", endpoint.catalogue, endpoint.name)
    except ledger.LedgerError as error:
        raise CannotWriteError(str(error)) from None
    return Entries(**ledger.joined(parts, endpoint.name)), known


def _rewritten(run: Mapping[str, Any], known: ledger.Ledger) -> Iterator[dict[str, Any]]:
    """Yield an entry of this version for each divergence that one of an older version makes known."""
    for found in _all_divergences(run):
        names = found["signature"], found["clause"], found["category"]
        entry = known.known_as(*names, sometimes=found["sometimes"])
        if entry is not None and entry.older:
            yield _entry(found, entry.reason, entry.expires, entry.link)


def _chosen(run: Mapping[str, Any], names: tuple[str, ...]) -> list[dict[str, Any]]:
    """The divergences to accept, each with its clause: new ones, expired ones, or those that are named."""
    found = _all_divergences(run)
    causes = {divergence["cause"] for divergence in found}
    missing = set(names) - {divergence["signature"] for divergence in found} - causes
    if missing:
        raise CannotAcceptError(f"{', '.join(sorted(missing))}: no such cause or divergence in the last run")
    expired = {note["signature"] for note in run["ledger"] if note["kind"] == "expired"}
    named = {d["signature"] for d in found if d["signature"] in names or d["cause"] in names}
    wanted = named or {d["signature"] for d in found if not d["known"]} | expired
    return [divergence for divergence in found if divergence["signature"] in wanted]


def _reason(given: str | None) -> str:
    if given is None and sys.stdin.isatty():
        given = click.prompt("Why is it accepted?")
    if not (given or "").strip():
        raise CannotAcceptError('--reason: say why it is accepted, such as --reason "mended in 2.4"')
    return str(given).strip()


def _entry(divergence: Mapping[str, Any], reason: str, expires: datetime.date, link: str | None) -> dict[str, Any]:
    """The fields that make a divergence a known one."""
    named = {key: divergence[key] for key in ("signature", "clause", "category")}
    flaky = {"flaky": True} if divergence.get("by_chance") else {}
    return named | {"reason": reason} | ({"link": link} if link else {}) | {"expires": expires} | flaky


def _accepted(former: Entries, run: Mapping[str, Any], chosen: Sequence[Mapping[str, Any]]) -> Entries:
    """The ledger with what a run found: what is chosen is known, and what has healed or is rewritten is not."""
    healed = {note["signature"] for note in run["ledger"] if note["kind"] == "healed"}
    known = {entry["signature"]: dict(entry) for entry in former.known if not _is_replaced(entry, chosen)}
    for entry in chosen:
        known[entry["signature"]] = known.get(entry["signature"], {}) | dict(entry)
    found = {question["clause"]: question["reading"] for question in run["questions"] if question["reading"]}
    covered = [verdict["clause"] for verdict in run["verdicts"] if verdict["outcome"] in VERDICT]
    return Entries(
        {**former.pinned, **found},
        former.covered if set(former.covered) == set(covered) else covered,
        [entry for signature, entry in known.items() if signature not in healed],
    )


def _is_replaced(entry: Mapping[str, Any], by: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether an entry is of an older version, and there are entries of this one that say the same."""
    known, others = Known(**entry), [Known(**each) for each in by]
    return known.older and any(not each.older and known.means(each.clause, each.category) for each in others)


def _in_words(former: Entries, entries: Entries, observed: Mapping[str, str]) -> Iterator[str]:
    """A line for each change; `observed` has a divergence by its signature."""
    before, after = ({entry["signature"]: entry for entry in each.known} for each in (former, entries))
    for signature, entry in after.items():
        if before.get(signature) != entry:
            yield f"known until {entry['expires']}: {signature} {entry['clause']}: {observed[signature]}"
    for signature in before.keys() - after.keys():
        why = "rewritten" if _is_replaced(before[signature], entries.known) else "healed, taken out"
        yield f"{why}: {signature} {before[signature]['clause']}"
    for clause, reading in entries.pinned.items():
        if former.pinned.get(clause) != reading:
            yield f"pinned: {clause}: {reading}"
    more, less = (set(a.covered) - set(b.covered) for a, b in ((entries, former), (former, entries)))
    if more or less:
        yield f"covered: {len(entries.covered)} clauses, {len(more)} more and {len(less)} less than before"
