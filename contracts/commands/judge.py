"""`judge`: verdicts on what was recorded, by a run of ours or by another tool. Nothing is sent."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from contracts import ENDPOINT, REPORTS
from contracts.commands.options import endpoint_of
from contracts.model.exits import ExitCode
from contracts.recording import notes, reading
from contracts.recording.reading import RecordedCalls, SoughtCall
from contracts.recording.recorded import Facts, Recording, RecordingError, Sent, facts_as_json
from contracts.recording.store import Store
from contracts.reports.words import printed
from contracts.target import orders as manifests
from contracts.target.targets import Target, UsageError
from contracts.transport.journal import line_of

if TYPE_CHECKING:
    from contracts.endpoint.discovery import Endpoint
    from contracts.model.exchange import Order
    from contracts.model.report import Report


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--orders", type=click.Path(path_type=Path), metavar="FILE", help="The orders that were there.")
@click.option("--base-url", metavar="URL", help="Whose calls are meant; may have a path, as behind a gateway.")
@click.option("--endpoint", metavar="NAME", default=ENDPOINT, show_default=True, help="The call, unless FILE names it.")
@click.option("--reports-dir", type=click.Path(path_type=Path), default=REPORTS / "judged")
@click.option("--pedantic", is_flag=True, help="Also fail on `should` and on flagged readings.")
@click.option("--details", is_flag=True, help="Print all that was found, and not the causes alone.")
def judge(
    file: Path,
    orders: Path | None,
    base_url: str | None,
    endpoint: str,
    reports_dir: Path,
    *,
    pedantic: bool,
    details: bool,
) -> None:
    """Judge a recording: of a run, or another tool's HAR, also in an archive or a folder.

    Without network. What is not a call of the API is skipped and counted.
    """
    kept = file.resolve() if file.is_dir() else file.resolve().parent
    if kept == reports_dir.resolve():
        raise click.UsageError(f"--reports-dir {reports_dir}: {file.name} lies there, and would be written over")
    named = endpoint_of(endpoint)
    with closing(Store()) as store:
        try:
            given = manifests.load(orders) if orders else ()
            found = reading.read(file, store, _call(named), base_url)
            call = _endpoint(file, found.facts.endpoint) if found.facts else named
        except (RecordingError, manifests.OrdersError) as error:
            _refuse(str(error))
        except (OSError, UnicodeError) as error:
            _refuse(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}")
        except sqlite3.Error as error:
            click.echo(printed(f"{file}: cannot be kept in a temporary file: {error}"), err=True)
            sys.exit(ExitCode.SUITE_FAILED)
        click.echo(printed(f"{file}: {store.exchanges} exchanges, {_passed_over(found)} of other calls passed over"))
        for line in notes.other_contents(found):
            click.echo(printed(f"  {line}"))
        if not store.exchanges:
            click.echo(printed(f"  no call was judged; the recording holds {notes.instead(found)}"))
        from rich.console import Console  # noqa: PLC0415

        from contracts.engine.session import held  # noqa: PLC0415 - this and the next import all that judges
        from contracts.reports import terminal  # noqa: PLC0415

        with held(reports_dir):
            report = _judged(call, store, _facts(store, found, given), found, reports_dir, pedantic=pedantic)
            terminal.ending(report, Console(), reports_dir, details=details)
            code = report.exit_code
        sys.exit(code)


def _refuse(message: str) -> NoReturn:
    """End with one line: the recording cannot be judged."""
    raise click.UsageError(" ".join(message.split())[:500])


def _call(endpoint: Endpoint) -> SoughtCall:
    definition = endpoint.definition
    return SoughtCall(definition.prefix, definition.read_prefix, definition.shows)


def _endpoint(file: Path, name: str) -> Endpoint:
    """Return the endpoint that a run of this suite names in its recording. Raises RecordingError."""
    try:
        return endpoint_of(name)
    except UsageError as error:
        raise RecordingError(f"{file}: {str(error).removeprefix('--')}") from None


def _passed_over(found: RecordedCalls) -> int:
    return sum(found.others.values()) + found.read_backs + found.elsewhere.total()


def _facts(store: Store, found: RecordedCalls, given: tuple[Order, ...]) -> Facts:
    """Return the facts about a recording. If others made it, its orders are those that it shows and those given."""
    if found.facts is not None:
        return found.facts if not given else replace(found.facts, orders=given)
    target = found.base or "recording"
    started = store.began if store.exchanges and store.began < float("inf") else 0.0
    return Facts(target, found.base, started=started, orders=found.orders_seen.completing(given))


def _without_quantities(facts: Facts) -> list[str]:
    """Return what stays unknown without the ordered quantities."""
    lines = [item for order in facts.orders for item in order.line_items]
    unknown = sum(item.quantity_ordered is None for item in lines)
    if facts.orders and not unknown:
        return []
    what = f"of {unknown} of {len(lines)} line items" if lines else "of any line item"
    return [f"the quantity ordered {what} is unknown, so sums cannot be judged; --orders states them"]


def _judged(
    endpoint: Endpoint, store: Store, facts: Facts, found: RecordedCalls, reports: Path, *, pedantic: bool
) -> Report:
    """Judge, write the reports, and return what they say."""
    from contracts import reports as render  # noqa: PLC0415
    from contracts.engine import verdicts  # noqa: PLC0415
    from contracts.page.kept import load_defects  # noqa: PLC0415

    store.save(reports / "exchanges.jsonl", [line_of(facts_as_json(facts))] if found.ours else [])
    judged = Recording(
        endpoint,
        list(facts.orders),
        facts.may_change,
        skipped=dict(facts.skipped),
        confirmed=dict(facts.confirmed),
        unread=facts.unread,
        started=facts.started,
        store=store,
        target=Target(
            facts.target,
            facts.base_url,
            {},
            facts.orders,
            facts.may_change,
            may_stress=False,
            max_seconds=facts.max_seconds,
        ),
        transport=Sent(store.exchanges),
        seed=facts.seed,
        knows_all=found.facts is not None,
        notes=(
            *notes.lacking(found),
            *(_without_quantities(facts) if store.exchanges and not found.ours else ()),
        ),
    )
    judged.settle()
    defects = load_defects(endpoint.specs / "defects.toml")
    report = verdicts.report(judged, defects=defects, complete=True, pedantic=pedantic, confirmed=False)
    return render.write_all(report, reports)
