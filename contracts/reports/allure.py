"""`allure-results/`: the report in Allure's own form, written by allure-python-commons, not by way of pytest.

One result for the run as a whole, and one per cause, clause, flagged reading, page defect and suite error.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterator
from pathlib import Path

import attr
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import (
    GlobalAttachment,
    Globals,
    Link,
    Parameter,
    Status,
    TestResult,
    TestStepResult,
)
from allure_commons.types import LinkType

from contracts.model.clause import Level
from contracts.model.exchange import Exchange
from contracts.model.exits import ExitCode
from contracts.model.report import Cause, Divergence, Note, Report, Verdict
from contracts.reports import causes_markdown, describe, summary_markdown, words
from contracts.reports.allure_parts import OfTarget, Sink, attach, details, digest, labels, parameters, times
from contracts.reports.allure_settings import (
    CAUSES,
    DEFECT,
    ERROR,
    FAILED,
    FLAGGED,
    KNOWN,
    LEDGER,
    RUN,
    STATUSES,
    categories,
    environment,
)
from contracts.reports.exchange import as_text
from contracts.reports.folder import made
from contracts.reports.words import one_line, visible

HALF = 2_500
"""Characters of a request and of a response that an attachment shows: five thousand together."""


def write(report: Report, directory: Path) -> None:
    """Write the folder `allure-results` into the directory; files of other tools in it stay. Raises OSError."""
    results = directory / "allure-results"
    shared = (results / name for name in SHARED)
    ours = made(directory)
    write_results(report, results, [p.name for p in shared if p.exists() and f"allure-results/{p.name}" not in ours])


SHARED = ("categories.json", "environment.properties")
"""Files that every tool which writes Allure results calls the same."""


def write_results(report: Report, folder: Path, others: Collection[str] = ()) -> None:
    """Write the results into a folder, which is made if it is missing, except files called as `others`.

    Raises OSError.
    """
    logger: Sink = AllureFileLogger(folder)  # type: ignore[no-untyped-call]
    for result in results(report, logger):
        # Under the same name each time, so that what is written again takes the place of the former.
        data = attr.asdict(result, filter=lambda _, value: bool(value) or value is False)
        words.write(folder / f"{result.uuid}-result.json", json.dumps(data, ensure_ascii=False))
    logger.report_globals(Globals(attachments=[_global(report, logger)]))
    texts = (json.dumps(categories(report), indent=1, ensure_ascii=False), environment(report))
    for name, text in zip(SHARED, texts, strict=True):
        if name not in others:
            words.write(folder / name, text)


def results(report: Report, logger: Sink) -> Iterator[TestResult]:
    """The results, in the order of the clauses; their attachments are given to the logger."""
    yield _run(report)
    for cause in report.causes:
        yield _cause(report, cause, logger)
    for verdict in report.verdicts:
        yield _clause(report, verdict)
        if verdict.flagged:
            yield _flagged(report, verdict)
    for note in report.ledger:
        if note.fails:
            yield _noted(report, note)
    if report.defects:
        yield _defects(report)
    for error in report.errors:
        yield _error(report, error)


RELEASES = {ExitCode.NOTHING_NEW: Status.PASSED, ExitCode.DIVERGES: Status.FAILED}
"""How the run itself is shown; with another exit code it is broken."""


def _run(report: Report) -> TestResult:
    """The first part: whether to release, and the verdicts by section."""
    release = words.headline(report)
    result = _bare(report, "run", one_line(f"{release}: {report.why}", 200), f"00 {RUN}")
    result.labels += labels(story=release, severity="blocker")
    result.status = RELEASES.get(report.exit_code, Status.BROKEN)
    result.statusDetails = details(f"{RUN}: exit code {report.exit_code}: {report.why}" if report.exit_code else None)
    result.description = summary_markdown.front(report)
    result.start, result.stop = times(report.started, report.seconds)
    return result


def _clause(report: Report, verdict: Verdict) -> TestResult:
    known = words.only_known(verdict)
    result = _result(report, verdict, f"clause {verdict.clause.id}", one_line(verdict.clause.means, 200))
    result.status = Status.SKIPPED if known else STATUSES[verdict.outcome]
    result.statusDetails = details(_message(verdict), known=known)
    result.description = describe.clause(verdict)
    result.parameters += parameters(cases=verdict.cases, reading=verdict.reading)
    return result


def _message(verdict: Verdict) -> str | None:
    if verdict.outcome in words.UNDECIDED:
        return words.because(verdict)
    if not verdict.divergences:
        return None
    if words.only_known(verdict):
        return f"{FAILED}: all known: {'; '.join(d.known_as.reason for d in verdict.divergences if d.known_as)}"
    return f"{FAILED}: {'; '.join(_breach(divergence) for divergence in verdict.divergences if not divergence.known)}"


def _breach(divergence: Divergence) -> str:
    return f"{divergence.category}: expected {divergence.expected}; observed {divergence.observed}"


def _cause(report: Report, cause: Cause, logger: Sink) -> TestResult:
    """What a maintainer would mend, with the exchanges of its smallest case as steps."""
    main = cause.main
    verdict = report.verdict(main.clause)
    result = _result(report, verdict, f"cause {main.signature}", one_line(cause.title, 200), f"00 {CAUSES}")
    message = f"{main.category}: {cause.title}"
    result.status = Status.SKIPPED if cause.known else Status.FAILED
    result.statusDetails = details(
        f"{KNOWN}: {main.known_as.reason}: {message}" if cause.known and main.known_as else message,
        known=cause.known,
        flaky=cause.sometimes,
    )
    result.description = "\n".join([*causes_markdown.open_part(cause, report), *causes_markdown.members(cause)])
    issues = dict.fromkeys(each.known_as.link for each in cause.divergences if each.known_as and each.known_as.link)
    result.links = [Link(LinkType.ISSUE, link, link) for link in issues]
    result.parameters += parameters(
        cause=cause.id,
        signature=main.signature,
        reproducible=main.reproducible,
        shows=words.how_often(cause),
        request_id=main.exchange.id,
    )
    # Allure sorts by the begin of results: causes come before the clauses, and their steps have the real times.
    result.start, result.stop = times(report.started, main.exchange.seconds)
    result.steps = [_step(role, exchange, main.exchange) for role, exchange in main.case.steps]
    result.attachments = [
        attach(logger, "smallest exchange", as_text(main.exchange, HALF)),
        attach(logger, "replay", f"{visible(main.curl)}\n"),
    ]
    return result


def _step(role: str, exchange: Exchange, smallest: Exchange) -> TestStepResult:
    """One exchange of the case; failed is the one that shows the divergence."""
    answer = exchange.status or exchange.trouble or "no answer"
    request = exchange.request
    start, stop = times(exchange.started, exchange.seconds)
    return TestStepResult(
        name=one_line(f"{role}: {request.method} {request.path} -> {answer} ({exchange.id})", 300),
        status=Status.FAILED if exchange == smallest else Status.PASSED,
        stage="finished",
        start=start,
        stop=stop,
    )


def _flagged(report: Report, verdict: Verdict) -> TestResult:
    name = f"{FLAGGED}: {verdict.reading}: {verdict.clause.means}"
    result = _result(report, verdict, f"flagged {verdict.clause.id}", one_line(name, 200))
    result.labels = [label for label in result.labels if label.name != "severity"] + labels(severity="normal")
    result.status = Status.UNKNOWN
    flag = verdict.flagged
    departs = f", departs from {flag.departs_from}" if flag else ""
    result.statusDetails = details(f"{FLAGGED}: {verdict.reading}{departs}")
    result.description = describe.flagged(verdict)
    result.parameters += parameters(reading=verdict.reading)
    return result


def _noted(report: Report, note: Note) -> TestResult:
    """What no longer holds of the ledger, and fails the run."""
    name = one_line(f"{note.clause}: {LEDGER}: {note.kind}", 200)
    result = _bare(report, f"ledger {note.kind} {note.clause} {note.fix}", name, "Ledger")
    result.labels += labels(story=note.clause, severity="critical")
    result.status = Status.FAILED
    result.statusDetails = details(f"{LEDGER}: {note.text}; {note.fix}")
    return result


def _defects(report: Report) -> TestResult:
    """Where the page departs from itself. Nothing that the target does makes it better or worse."""
    number = len(report.defects)
    result = _bare(report, "page defects", f"{DEFECT}s: {number} of them", "To the owner of the page")
    result.labels += labels(story=f"{DEFECT}s", severity="trivial")
    result.status = Status.UNKNOWN
    result.statusDetails = details(f"{DEFECT}: the page departs from itself in {number} places")
    result.description = describe.defects(report.defects)
    return result


def _error(report: Report, error: str) -> TestResult:
    result = _bare(report, f"error {error}", one_line(f"{ERROR}: {error}", 200), "Suite")
    result.labels += labels(severity="blocker")
    result.status = Status.BROKEN
    result.statusDetails = details(f"{ERROR}: {error}")
    return result


def _result(report: Report, verdict: Verdict, identity: str, name: str, feature: str | None = None) -> TestResult:
    """What the results of a clause share. `identity` is what the history goes by."""
    clause = verdict.clause
    result = _bare(report, identity, name, feature or _feature(report, clause.section))
    result.labels += labels(
        story=clause.id,
        severity="critical" if clause.level is Level.MUST else "minor",
        requirement=clause.id,
        level=clause.level.value,
        category=clause.category,
        outcome=verdict.outcome.value,
    )
    return result


def _feature(report: Report, section: str) -> str:
    """The section under its number: Allure sorts by name, and this is the order of the page."""
    number = words.sections(report).index(section) + 1
    return one_line(f"{number:02} {words.section_title(report, section)}")


def _bare(report: Report, identity: str, name: str, feature: str) -> TestResult:
    endpoint = one_line(report.endpoint)
    # Clauses share requests, so none took a time of its own.
    start, stop = times(report.started, 0)
    return TestResult(
        uuid=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{report.started} {report.target} {identity}")),
        name=name,
        fullName=one_line(f"{endpoint}: {identity}"),
        historyId=digest(report.endpoint, identity, report.target),
        testCaseId=digest(report.endpoint, identity),
        titlePath=[endpoint, feature],
        labels=labels(epic=endpoint, feature=feature, parentSuite=endpoint, suite=feature, env=one_line(report.target)),
        # Part of what Allure's history goes by, so that two targets in one report have one each.
        parameters=[Parameter("target", one_line(report.target))],
        stage="finished",
        start=start,
        stop=stop,
    )


def _global(report: Report, logger: Sink) -> GlobalAttachment:
    """The summary, where Allure shows what belongs to the run as a whole."""
    source = f"{uuid.uuid4()}-attachment.md"
    text = summary_markdown.render(report)
    logger.report_attached_data(text.encode("utf-8", "backslashreplace"), source)
    _, stop = times(report.started, report.seconds)
    return OfTarget("summary.md", source, "text/markdown", stop, environment=one_line(report.target))
