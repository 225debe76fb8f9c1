"""A run from start to report, for pytest and for the command line alike. No pytest here."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from contracts import ENDPOINT
from contracts.endpoint import schema
from contracts.endpoint.discovery import Endpoint, discover
from contracts.engine import facts, verdicts
from contracts.engine.calibrate import calibrate
from contracts.engine.making import imaginary, made_by
from contracts.engine.progress import Progress, silent
from contracts.engine.recheck import recheck
from contracts.engine.reusable import Imaginary, Reusable
from contracts.engine.run import NothingAcceptedError, Run
from contracts.model.definition import DefinitionError
from contracts.model.exchange import Request
from contracts.model.report import Report
from contracts.page.kept import load_defects
from contracts.reports import folder
from contracts.target import ledger
from contracts.target.targets import Choice, Target, UsageError
from contracts.target.targets_file import by_url, named
from contracts.target.token_command import TokenCommand
from contracts.transport.client import Transport
from contracts.transport.interlock import Interlock
from contracts.transport.journal import Journal
from contracts.transport.limits import CeilingReachedError, TargetLostError
from contracts.transport.redaction import Redactor

EMPTY = {"openapi": "3.0.3", "info": {"title": "A document without a call", "version": "1"}, "paths": {}}


@dataclass
class Options:
    """What a run was asked: see the options of the command line."""

    #: Which target, and what is changed in its table.
    choice: Choice
    #: The folder of the reports.
    reports: Path
    #: Of all that is invented and generated.
    seed: int = 0
    #: Whether divergences at level should fail the run.
    pedantic: bool = False
    #: The name of the endpoint.
    endpoint: str = ENDPOINT


@contextmanager
def started(options: Options, progress: Progress = silent) -> Iterator[Run]:
    """A run against the target that the options name, with its planned cases sent. Raises UsageError."""
    with prepared(options) as target, begun(target, options, progress) as run:
        send(run)
        yield run


@contextmanager
def prepared(options: Options) -> Iterator[Target]:
    """The target that the options name, with what is known of it. Raises UsageError."""
    with _opened(options.choice, options.endpoint) as target:
        place = f"{options.choice.file}: [{target.name}]"
        endpoint = discover()[options.endpoint]
        prefix = endpoint.definition.prefix
        if f"{target.base_path}/".endswith(prefix):
            where = f"{place} base_url" if options.choice.name else "--base-url"
            raise UsageError(f"{where} {target.base_url}: leave out {prefix}, which the suite adds")
        try:
            known = ledger.read(target.accepted, place, endpoint.catalogue, endpoint.name, others=discover())
        except ledger.LedgerError as error:
            raise UsageError(str(error)) from None
        yield replace(target, ledger=known)


@contextmanager
def _opened(asked: Choice, endpoint: str) -> Iterator[Target]:
    if asked.name is None:
        yield by_url(asked, os.environ)
    elif asked.name != "embedded":
        yield named(asked.name, asked.file, os.environ)
    else:
        from contracts.target.embedded import provided  # noqa: PLC0415 - it brings the provider with it

        with provided(asked, endpoint) as target:
            yield target


def _prepared(
    endpoint: Endpoint, target: Target, transport: Transport, journal: Journal, *, seed: int, progress: Progress
) -> Run:
    """A run with the orders it may use: the test orders, or where nothing may be changed, some that exist nowhere."""
    may_change = target.may_allocate
    make = partial(made_by, target.order_command) if target.order_command and may_change else None
    return Run(
        endpoint,
        list(target.orders) if may_change else [],
        may_change,
        journal=journal,
        target=target,
        transport=transport,
        stock=Reusable(list(target.orders), make) if may_change else Imaginary(imaginary(seed)),
        seed=seed,
        progress=progress,
    )


def send(run: Run) -> None:
    """Calibrate, and send the planned cases.

    A target that is lost, or accepts nothing, or whose command makes no order, is kept in `run.stopped`, so that what
    was judged till then is still reported.
    """
    try:
        run.transport.begin()
        run.stock.begin()
        if run.target.wait_seconds:
            path = f"{run.endpoint.definition.prefix}{run.kit.invented('wait')}/"
            run.transport.wait(Request("GET", path), run.target.wait_seconds)
        run.adopt(calibrate(run))
        facts.write(run)
        run.watch.begin()
        # Judging needs Schemathesis, most of which is imported with its first document: now, while answers are awaited.
        threading.Thread(target=schema.Specification, args=(EMPTY,), daemon=True).start()
        run.execute(run.planned())
        run.progress("requests sent for them", run.transport.requests, run.transport.requests)
    except (TargetLostError, CeilingReachedError, NothingAcceptedError, UsageError, DefinitionError, OSError) as error:
        run.stop(_explained(run, error))


def _explained(run: Run, error: Exception) -> Exception:
    """Return the error with a hint if the target was never reached."""
    if isinstance(error, TargetLostError) and not run.transport.answers and run.target.unreached:
        return TargetLostError(f"{error}; {run.target.unreached}")
    return error


@contextmanager
def begun(
    target: Target, options: Options, progress: Progress = silent, endpoint: Endpoint | None = None
) -> Iterator[Run]:
    """A run that has sent nothing yet; its journal, its connections and its folder are closed behind it."""
    with held(options.reports):
        yield from _begun(target, options, progress, endpoint or discover()[options.endpoint])


def _begun(target: Target, options: Options, progress: Progress, endpoint: Endpoint) -> Iterator[Run]:
    definition = endpoint.definition
    interlock = Interlock(
        target.origin,
        definition.prefix,
        definition.read_prefix,
        target.orders,
        may_allocate=target.may_allocate,
        may_stress=target.may_stress,
        own_headers=frozenset(name.lower() for name in target.headers),
        plain_http=target.plain_http,
        base_path=target.base_path,
        host=target.host,
        method=definition.method,
    )
    journal = Journal(options.reports / "exchanges.jsonl")
    transport = Transport(
        interlock,
        target.tokens,
        journal,
        limits=target.limits,
        headers=target.headers,
        secrets=target.secrets,
        ssl_context=target.ssl_context,
        proxy=target.proxy,
        renew=TokenCommand(target.token_command) if target.token_command else None,
        familiar=[path.read_text("utf-8") for path in sorted(endpoint.specs.iterdir())],
    )
    try:
        run = _prepared(endpoint, target, transport, journal, seed=options.seed, progress=progress)
        facts.write(run)
        yield run
    finally:
        transport.close()
        journal.close()


def conclude(run: Run, options: Options, *, complete: bool = True) -> Report:
    """Judge all cases, confirm divergences, and freeze the report."""
    run.settle()
    try:
        if complete and run.stopped is None:
            run.watch.end()
            recheck(run)
            run.explain_refusals()
    except (TargetLostError, CeilingReachedError, OSError) as error:
        run.stop(error)
    facts.write(run)
    complete = complete and run.stopped is None
    defects = load_defects(run.endpoint.specs / "defects.toml")
    report = verdicts.report(
        run,
        defects=defects,
        complete=complete,
        pedantic=options.pedantic,
        stopped=run.stopped,
        confirmed=complete,
    )
    if run.confirmed:
        facts.write(run)
    return _without_secrets(report, run.transport.redactor)


def _without_secrets(report: Report, redactor: Redactor) -> Report:
    """The report with every message cleaned that may come from a library, the system or another program."""
    clean = redactor.clean_text
    return replace(
        report,
        why=clean(report.why),
        errors=tuple(map(clean, report.errors)),
        troubles=tuple(map(clean, report.troubles)),
        warnings=tuple(map(clean, report.warnings)),
    )


@contextmanager
def held(reports: Path) -> Iterator[None]:
    """Keep other runs out of the reports folder, from which what a former run made is removed. Raises UsageError."""
    with _as_usage(reports), folder.held(reports):
        yield


def check_folder(reports: Path) -> None:
    """Raise UsageError unless a run may write into the folder, which is made if it is missing."""
    with _as_usage(reports):
        folder.check(reports)


@contextmanager
def _as_usage(reports: Path) -> Iterator[None]:
    try:
        yield
    except folder.FolderError as error:
        raise UsageError(f"--reports-dir {reports}: {error}; name another folder") from None
