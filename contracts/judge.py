"""`judge`: verdicts on what was recorded, by a run of ours or by another tool. Nothing is sent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts import ROOT, har, recording
from contracts import orders as lent
from contracts.recording import Facts, Recording, RecordingError, Sent
from contracts.targets import Target

if TYPE_CHECKING:
    from contracts.model import Case, Exchange, Order


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--orders", type=click.Path(path_type=Path), metavar="FILE", help="The orders that were there.")
@click.option("--base-url", metavar="URL", help="Whose traffic in a HAR is meant, where it holds that of several.")
@click.option("--reports-dir", type=click.Path(path_type=Path), default=ROOT / "reports" / "judged")
@click.option("--pedantic", is_flag=True, help="Also fail on `should` and on flagged readings.")
def judge(file: Path, orders: Path | None, base_url: str | None, reports_dir: Path, *, pedantic: bool) -> None:
    """Judge a recording: exchanges.jsonl or exchanges.har of a run, or another tool's HAR.

    Without network. What is not about the call is passed over and counted.
    """
    if file.resolve().parent == reports_dir.resolve():
        raise click.UsageError(f"--reports-dir {reports_dir}: {file.name} lies there, and would be written over")
    try:
        lending = lent.load(orders) if orders else ()
        exchanges, cases, facts, passed_over = _read(file, base_url)
    except (RecordingError, lent.OrdersError) as error:
        raise click.UsageError(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file}: cannot be read: {error}") from None
    click.echo(f"{file}: {len(exchanges)} exchanges, {passed_over} of other calls passed over")
    sys.exit(_judged(exchanges, cases, facts, lending, reports_dir, pedantic=pedantic))


def _read(file: Path, base_url: str | None) -> tuple[list[Exchange], list[Case], Facts, int]:
    """The exchanges, the cases, what is known of the run, and how many entries were passed over."""
    from contracts.endpoint import discover  # noqa: PLC0415

    with file.open("rb") as opened:
        begins = opened.read(9)
    if begins == b'{"kind":"':
        exchanges, cases, facts = recording.read_journal(file)
        return exchanges, cases, facts or Facts(file.name), 0
    definition = discover()["allocate_order"].definition
    found = har.read(file, definition.prefix, definition.read_prefix, base_url)
    if len(found.origins) > 1:
        origins = ", ".join(sorted(found.origins))
        raise RecordingError(f"{file}: holds calls to several hosts ({origins}); say which with --base-url")
    origin = next(iter(found.origins), "")
    started = min((exchange.started for exchange in found.exchanges), default=0.0)
    facts = found.facts or Facts(origin or file.name, origin, started=started)
    return found.exchanges, found.cases or list(har.alone(found.exchanges)), facts, found.passed_over


def _judged(
    exchanges: list[Exchange],
    cases: list[Case],
    facts: Facts,
    lending: tuple[Order, ...],
    reports: Path,
    *,
    pedantic: bool,
) -> int:
    """Judge and report; the exit code."""
    from rich.console import Console  # noqa: PLC0415

    from contracts import render, session, verdicts  # noqa: PLC0415
    from contracts.endpoint import discover  # noqa: PLC0415
    from contracts.journal import Journal  # noqa: PLC0415
    from contracts.page.kept import load_defects  # noqa: PLC0415
    from contracts.render import terminal  # noqa: PLC0415

    endpoint = discover()["allocate_order"]
    orders = lending or facts.orders
    session.clear(reports)
    journal = Journal(reports / "exchanges.jsonl")
    target = Target(facts.target, facts.base_url, {}, orders, facts.allocates, may_stress=False)
    judged = Recording(
        endpoint, journal, list(orders), facts.allocates, target=target, transport=Sent(len(exchanges)), seed=facts.seed
    )
    judged.started, judged.reads_back = facts.started, facts.reads_back
    judged.skipped |= facts.skipped
    for exchange in exchanges:
        journal.exchange(exchange)
    for case in cases:
        judged.keep(case)
    judged.settle()
    defects = load_defects(endpoint.specs / "defects.toml")
    report = verdicts.report(judged, defects=defects, complete=True, pedantic=pedantic, confirmed=False)
    journal.close()
    unwritten = render.write_all(report, reports)
    terminal.ending(report, Console(), reports)
    for line in unwritten:
        click.echo(f"not written: {line}", err=True)
    return 3 if unwritten else report.exit_code
