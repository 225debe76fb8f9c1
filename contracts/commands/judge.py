"""`judge`: verdicts on what was recorded, by a run of ours or by another tool. Nothing is sent."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts import REPORTS, har, recording
from contracts.recording import Facts, Recording, RecordingError, Sent
from contracts.store import Store
from contracts.target import orders as lent
from contracts.target.targets import Target

if TYPE_CHECKING:
    from contracts.model.exchange import Order


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--orders", type=click.Path(path_type=Path), metavar="FILE", help="The orders that were there.")
@click.option("--base-url", metavar="URL", help="Whose traffic in a HAR is meant, where it holds that of several.")
@click.option("--reports-dir", type=click.Path(path_type=Path), default=REPORTS / "judged")
@click.option("--pedantic", is_flag=True, help="Also fail on `should` and on flagged readings.")
def judge(file: Path, orders: Path | None, base_url: str | None, reports_dir: Path, *, pedantic: bool) -> None:
    """Judge a recording: exchanges.jsonl or exchanges.har of a run, or another tool's HAR.

    Without network. What is not about the call is passed over and counted.
    """
    if file.resolve().parent == reports_dir.resolve():
        raise click.UsageError(f"--reports-dir {reports_dir}: {file.name} lies there, and would be written over")
    with closing(Store()) as store:
        try:
            lending = lent.load(orders) if orders else ()
            facts, passed_over = _read(file, base_url, store)
        except (RecordingError, lent.OrdersError) as error:
            raise click.UsageError(str(error)) from None
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
        except sqlite3.Error as error:
            click.echo(f"{file}: cannot be kept in a temporary file: {error}", err=True)
            sys.exit(3)
        click.echo(f"{file}: {store.exchanges} exchanges, {passed_over} of other calls passed over")
        sys.exit(_judged(store, facts, lending or facts.orders, reports_dir, pedantic=pedantic))


def _read(file: Path, base_url: str | None, store: Store) -> tuple[Facts, int]:
    """Keep what a recording holds; what is known of the run, and how many entries were passed over."""
    from contracts.endpoint.discovery import discover  # noqa: PLC0415

    with file.open("rb") as opened:
        begins = opened.read(9)
    if begins == b'{"kind":"':
        return recording.read_journal(file, store) or Facts(file.name), 0
    definition = discover()["allocate_order"].definition
    found = har.read(file, store, definition.prefix, definition.read_prefix, base_url)
    if len(found.origins) > 1:
        origins = ", ".join(sorted(found.origins))
        raise RecordingError(f"{file}: holds calls to several hosts ({origins}); say which with --base-url")
    origin = next(iter(found.origins), "")
    facts = found.facts or Facts(origin or file.name, origin, started=store.began if store.exchanges else 0.0)
    return facts, found.passed_over


def _judged(store: Store, facts: Facts, orders: tuple[Order, ...], reports: Path, *, pedantic: bool) -> int:
    """Judge and report; the exit code."""
    from rich.console import Console  # noqa: PLC0415

    from contracts import reports as render  # noqa: PLC0415
    from contracts.endpoint.discovery import discover  # noqa: PLC0415
    from contracts.engine import session, verdicts  # noqa: PLC0415
    from contracts.page.kept import load_defects  # noqa: PLC0415
    from contracts.reports import terminal  # noqa: PLC0415

    endpoint = discover()["allocate_order"]
    session.check_writable(reports)
    session.clear(reports)
    with (reports / "exchanges.jsonl").open("w", encoding="utf-8") as journal:
        journal.writelines(f"{line}\n" for line in store.lines())
    judged = Recording(
        endpoint,
        list(orders),
        facts.allocates,
        skipped=dict(facts.skipped),
        reads_back=facts.reads_back,
        unread=facts.unread,
        started=facts.started,
        store=store,
        target=Target(facts.target, facts.base_url, {}, orders, facts.allocates, may_stress=False),
        transport=Sent(store.exchanges),
        seed=facts.seed,
    )
    judged.settle()
    defects = load_defects(endpoint.specs / "defects.toml")
    report = verdicts.report(judged, defects=defects, complete=True, pedantic=pedantic, confirmed=False)
    report = render.write_all(report, reports)
    terminal.ending(report, Console(), reports)
    return report.exit_code
