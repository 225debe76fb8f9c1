"""`prove`: the suite on providers that deviate, and on correct ones: what it notices, and its false alarms."""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts import ENDPOINT, REPORTS
from contracts.commands import proof
from contracts.commands.options import endpoint_of
from contracts.engine.progress import Counter, shown
from contracts.model.clause import Outcome
from contracts.model.exits import ExitCode
from contracts.model.report import Report
from contracts.model.spelling import meant
from contracts.reports import words
from contracts.target.targets import Choice

if TYPE_CHECKING:
    from contracts.commands.trials import Trials

JOBS = (os.cpu_count() or 1) + 1
"""One more than there are cores: while a provider starts or stops, another run has its core."""


@click.command()
@click.argument("names", nargs=-1, metavar="[FAULT|CLAUSE=READING]...")
@click.option("--endpoint", metavar="NAME", default=ENDPOINT, show_default=True, help="The call that is proven.")
@click.option("--reports-dir", type=click.Path(path_type=Path), default=REPORTS, help="Where the proof goes.")
@click.option("--sample", is_flag=True, help="One fault of each section and ten behind allowed choices, in a minute.")
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=JOBS, help="Concurrent runs (default: one more than cores)."
)
def prove(names: tuple[str, ...], endpoint: str, reports_dir: Path, jobs: int, *, sample: bool) -> None:
    """Run the planned cases on every fault of the reference provider, and on every allowed reading of the page.

    Exit 1 where a fault is not seen at a clause it breaks, or a clause fails that is kept.
    """
    from contracts.commands.trials import Trials  # noqa: PLC0415 - this and the next: other commands do without them
    from contracts.engine.session import check_folder  # noqa: PLC0415

    known = Trials(endpoint_of(endpoint).name)
    trials = known.sample() if sample else _chosen(known, names)
    check_folder(reports_dir)
    started = time.monotonic()
    results = _run_all(endpoint, trials, jobs)
    results.sort(key=lambda result: trials.index(result.trial))
    seconds = time.monotonic() - started
    clauses = tuple(known.endpoint.catalogue.clauses)
    matrix = proof.content(results, clauses, seconds)
    words.write(reports_dir / "proof.json", json.dumps(matrix, indent=1, ensure_ascii=False) + "\n")
    words.write(reports_dir / "proof.md", proof.markdown(results, clauses, seconds))
    counts = matrix["summary"]
    read = f"{counts['read_right']} of {counts['correct']} correct deployments read right"
    behind = f"{counts['triples_seen']} of {counts['triples']} behind allowed choices"
    click.echo(f"{counts['seen']} of {counts['faults']} faults seen, {behind}, {read}, {counts['alarms']} false alarms")
    if matrix["mixed"]:
        click.echo(words.printed(f"A cause holds divergences of both faults: {'; '.join(matrix['mixed'])}"))
    click.echo(f"{counts['seconds']} s: {reports_dir / 'proof.md'}")
    if matrix["mixed"] or not all(result.holds for result in results):
        raise SystemExit(1)


def _chosen(known: Trials, names: tuple[str, ...]) -> list[proof.Trial]:
    if not names:
        return known.all()
    trials = known.named(names)
    unknown = [name for name in names if name not in trials]
    if unknown:
        near = meant(unknown[0], trials) or "; `timp-conformance faults` lists all faults"
        raise click.UsageError(f"{unknown[0]}: no such fault, and no such reading{near}")
    return [trials[name] for name in names]


def _line(result: proof.Result) -> str:
    parts = [("missed", result.missed), ("false alarm", result.alarms), ("wrong", result.wrong)]
    return f"{result.trial.name}: " + "; ".join(f"{name} {', '.join(sorted(found))}" for name, found in parts if found)


def _run_all(endpoint: str, trials: list[proof.Trial], jobs: int) -> list[proof.Result]:
    # Each in a process of its own: a run is mostly judging, which one interpreter does one at a time.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool, shown() as progress:
        done = Counter("trials", len(trials), progress)
        results = []
        for future in as_completed([pool.submit(attempt, trial, endpoint) for trial in trials]):
            result = future.result()
            results.append(result)
            if not result.holds:
                click.echo(words.printed(_line(result)))  # now, and not at the end: a whole proof takes half an hour
            done.step()
    return results


def attempt(trial: proof.Trial, endpoint: str = ENDPOINT) -> proof.Result:
    """One run of the planned cases."""
    from contracts.engine import session  # noqa: PLC0415

    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        choice = Choice(name="embedded", faults=trial.faults, readings=trial.readings, order_count=trial.orders)
        options = session.Options(choice, Path(folder), endpoint=endpoint)
        with session.started(options) as run:
            report = session.conclude(run, options)
    failed = frozenset(verdict.clause.id for verdict in report.verdicts if verdict.divergences)
    causes = tuple(frozenset(each.signature for each in cause.divergences) for cause in report.causes)
    wrong = tuple(_wrong(trial, report))
    return proof.Result(trial, failed, causes, wrong, report.requests, time.monotonic() - started)


def _wrong(trial: proof.Trial, report: Report) -> list[str]:
    """What is wrong with a run besides clauses that fail."""
    wrong = list(report.errors)
    if report.exit_code not in {ExitCode.NOTHING_NEW, ExitCode.DIVERGES}:
        wrong.append(f"exit {report.exit_code}: {report.why}")
    # Behind other choices, the fault may hide how a question is answered.
    unread = {Outcome.INAPPLICABLE, *([Outcome.CANT_TELL] if trial.kind == "triple" else [])}
    for verdict in report.verdicts:
        configured = None if verdict.clause.id in trial.breaks else trial.readings.get(verdict.clause.id)
        if configured and verdict.reading != configured and verdict.outcome not in unread:
            wrong.append(f"{verdict.clause.id} is read as {verdict.reading}")
        if trial.correct and verdict.outcome is Outcome.CANT_TELL:
            wrong.append(f"{verdict.clause.id} is {verdict.outcome}: {verdict.reason}")
    return [*wrong, *_wrong_causes(trial, report)]


def _wrong_causes(trial: proof.Trial, report: Report) -> Iterator[str]:
    """Yield what is wrong with the causes of a single fault: there is one, under the condition of the fault."""
    if trial.kind != "fault" or trial.invisible:
        return
    if len(report.causes) > 1 and not trial.several:
        yield f"{len(report.causes)} causes: {'; '.join(cause.title for cause in report.causes)}"
    if trial.when is not None and [cause.when for cause in report.causes] != [trial.when]:
        yield f"shows if {trial.when}, and the report says: if {' / '.join(str(c.when) for c in report.causes)}"
