"""`accept`: writes what the last run found into the ledger of its target."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts import ROOT
from contracts.reports import words
from contracts.target.targets import TARGETS

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table

VERDICT = ("passed", "failed", "inapplicable")


class CannotAcceptError(click.ClickException):
    """There is nothing that could be accepted, or nowhere to write it."""

    exit_code = 4


@click.command()
@click.argument("signatures", nargs=-1, metavar="[SIGNATURE]...")
@click.option("--target", metavar="NAME", help="Only if the last run was of this target.")
@click.option("--targets-file", type=click.Path(path_type=Path), default=TARGETS, help="Where its table stands.")
@click.option(
    "--reports-dir", type=click.Path(path_type=Path), default=ROOT / "reports", help="The last run's reports."
)
@click.option("--reason", help="Why one lives with it; asked for on a terminal.")
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="For how long.")
@click.option("--link", metavar="URL", help="Where more is said of it.")
def accept(signatures: tuple[str, ...], **options: Any) -> None:
    """Write what the last run found into its target's table: divergences, readings, and which clauses got a verdict.

    All new divergences, or only those of the signatures. What has healed is taken out. The file keeps its comments
    and its order.
    """
    run = _last_run(options["reports_dir"], options["target"])
    chosen = _chosen(run, signatures)
    path: Path = options["targets_file"]
    document, table = _table(path, run["target"]["name"])
    reason = _reason(options["reason"]) if chosen else ""
    expires = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=options["days"])
    changes = [
        *_write_known(table, chosen, reason, expires, options["link"]),
        *_take_out(table, run),
        *_write_pins(table, run),
        *_write_coverage(table, run),
    ]
    if changes:
        words.write(path, document.as_string())
    for line in changes or ["nothing has changed"]:
        click.echo(line)


def _last_run(reports: Path, target: str | None) -> dict[str, Any]:
    path = reports / "verdicts.json"
    try:
        run: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise CannotAcceptError(f"{path}: cannot be read: {error.strerror}; run the suite first") from None
    except ValueError as error:
        raise CannotAcceptError(f"{path}: is no JSON: {error}") from None
    name = run["target"]["name"]
    if target not in (None, name):
        raise CannotAcceptError(f"--target {target}: the last run was of {name}")
    if name in {"embedded", run["target"]["base_url"]}:
        raise CannotAcceptError(f"the last run was of {name}, which has no table of its own in a targets file")
    if not run["complete"] or run["exit_code"] not in {0, 1}:
        raise CannotAcceptError(f"the last run is not whole (exit {run['exit_code']}: {run['why']}): run it again")
    return run


def _chosen(run: Mapping[str, Any], signatures: tuple[str, ...]) -> list[dict[str, Any]]:
    """The divergences to accept, each with its clause: new ones, expired ones, or those that are named."""
    found = [dict(d, clause=v["clause"]) for v in run["verdicts"] for d in v["divergences"]]
    missing = set(signatures) - {divergence["signature"] for divergence in found}
    if missing:
        raise CannotAcceptError(f"{', '.join(sorted(missing))}: no such divergence in the last run")
    expired = {note["signature"] for note in run["ledger"] if note["kind"] == "expired"}
    wanted = set(signatures) or {d["signature"] for d in found if not d["known"]} | expired
    return [divergence for divergence in found if divergence["signature"] in wanted]


def _table(path: Path, name: str) -> tuple[TOMLDocument, Table]:
    import tomlkit  # noqa: PLC0415
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

    try:
        document = tomlkit.parse(path.read_text("utf-8"))
    except OSError as error:
        raise CannotAcceptError(f"{path}: cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, TOMLKitError) as error:
        raise CannotAcceptError(f"{path}: is no TOML: {error}") from None
    if name not in document:
        raise CannotAcceptError(f"{path}: [{name}]: no such table")
    table: Any = document[name]
    return document, table


def _reason(given: str | None) -> str:
    if given is None and sys.stdin.isatty():
        given = click.prompt("Why does one live with it?")
    if not (given or "").strip():
        raise CannotAcceptError('--reason: say why one lives with it, such as --reason "mended in 2.4"')
    return str(given).strip()


def _write_known(
    table: Table, chosen: list[dict[str, Any]], reason: str, expires: datetime.date, link: str | None
) -> Iterator[str]:
    import tomlkit  # noqa: PLC0415

    if chosen and "known" not in table:
        table.append("known", tomlkit.aot())
    entries: Any = table.get("known", [])
    for divergence in chosen:
        signature = divergence["signature"]
        entry = next((each for each in entries if each["signature"] == signature), None)
        before = None if entry is None else dict(entry)
        if entry is None:
            entry = tomlkit.table()
            entry.update({"signature": signature, "clause": divergence["clause"]})
            entries.append(entry)
        entry.update({"reason": reason, **({"link": link} if link else {}), "expires": expires})
        if divergence["reproducible"] not in (None, "3/3"):
            entry["flaky"] = True
        if before != dict(entry):
            yield f"known until {expires}: {signature} {divergence['clause']}: {divergence['observed']}"


def _take_out(table: Table, run: Mapping[str, Any]) -> Iterator[str]:
    healed = {note["signature"] for note in run["ledger"] if note["kind"] == "healed"}
    entries: Any = table.get("known", [])
    for index in reversed(range(len(entries))):
        entry = entries[index]
        if entry["signature"] in healed:
            yield f"healed, taken out: {entry['signature']} {entry['clause']}"
            del entries[index]
    if "known" in table and not entries:
        del table["known"]


def _write_pins(table: Table, run: Mapping[str, Any]) -> Iterator[str]:
    import tomlkit  # noqa: PLC0415

    found = {question["clause"]: question["reading"] for question in run["questions"] if question["reading"]}
    if found and "pinned" not in table:
        table.append("pinned", tomlkit.table())
    pinned: Any = table.get("pinned", {})
    was_empty = not len(pinned)
    for clause, reading in found.items():
        if pinned.get(clause) != reading:
            yield f"pinned: {clause}: {reading}"
            pinned[clause] = reading
    if was_empty and found:
        pinned.add(tomlkit.nl())


def _write_coverage(table: Table, run: Mapping[str, Any]) -> Iterator[str]:
    import tomlkit  # noqa: PLC0415

    covered = [verdict["clause"] for verdict in run["verdicts"] if verdict["outcome"] in VERDICT]
    before = list(table.get("covered", []))
    if set(before) == set(covered):
        return
    more, less = set(covered) - set(before), set(before) - set(covered)
    yield f"covered: {len(covered)} clauses, {len(more)} more and {len(less)} less than before"
    clauses = tomlkit.array()
    clauses.extend(covered)
    clauses.multiline(multiline=True)
    _put_before_tables(table, "covered", clauses)


def _put_before_tables(table: Table, key: str, value: Any) -> None:
    """Set a key where TOML wants it: before the tables inside the table."""
    from tomlkit.items import AoT, Table  # noqa: PLC0415

    inner = {name: table[name] for name in list(table) if isinstance(table[name], (AoT, Table)) and name != key}
    if key in table or not inner:
        table[key] = value
        return
    for name in inner:
        table.remove(name)
    table[key] = value
    for name, held in inner.items():
        table.append(name, held)
