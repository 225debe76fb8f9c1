"""`allure-results/`: the report in Allure's own form, written by allure-python-commons, not by way of pytest.

One result per clause, per divergence, per flagged reading and per error of the suite.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import attr
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import (
    Attachment,
    GlobalAttachment,
    Globals,
    Label,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)

from contracts.model import Exchange, Level, Outcome
from contracts.render import describe, summary_markdown, words
from contracts.render.exchange import as_text
from contracts.render.words import one_line, visible
from contracts.report import Divergence, Report, Verdict

HALF = 2_500
"""Characters of a request and of a response that an attachment shows: five thousand together."""

STATUSES = {
    Outcome.PASSED: Status.PASSED,
    Outcome.FAILED: Status.FAILED,
    Outcome.CANT_TELL: Status.UNKNOWN,
    Outcome.INAPPLICABLE: Status.SKIPPED,
    Outcome.UNTESTED: Status.SKIPPED,
}
"""Allure's word for each outcome."""

KNOWN, FLAGGED, ERROR = "known divergence", "flagged reading", "suite error"
"""How the message of such a result begins; the categories go by it."""


class Sink(Protocol):
    """What of the library's file logger is used here, with the types that it leaves out."""

    def report_result(self, result: TestResult) -> None:
        """Write a result."""

    def report_globals(self, globals_item: Globals) -> None:
        """Write what belongs to the run as a whole."""

    def report_attached_data(self, body: bytes, file_name: str) -> None:
        """Write an attachment."""


@attr.s(auto_attribs=True)
class _Details(StatusDetails):
    """With the one member that Allure reads and the library leaves out."""

    muted: bool | None = None


def write(report: Report, directory: Path) -> None:
    """Write the folder `allure-results` into the directory, beside what stands there. May raise OSError."""
    folder = directory / "allure-results"
    logger: Sink = AllureFileLogger(folder)  # type: ignore[no-untyped-call]
    for result in results(report, logger):
        logger.report_result(result)
    logger.report_globals(Globals(attachments=[_global(report, logger)]))
    words.write(folder / "categories.json", json.dumps(categories(report), indent=1, ensure_ascii=False))
    words.write(folder / "environment.properties", environment(report))


def results(report: Report, logger: Sink) -> Iterator[TestResult]:
    """The results, in the order of the clauses; their attachments are given to the logger."""
    for verdict in report.verdicts:
        yield _clause(report, verdict)
        for divergence in verdict.divergences:
            yield _divergence(report, verdict, divergence, logger)
        if verdict.flagged:
            yield _flagged(report, verdict)
    for error in report.errors:
        yield _error(report, error)


def categories(report: Report) -> list[dict[str, Any]]:
    """Allure's categories, by status and by how a message begins: one for each category of the findings."""
    found = dict.fromkeys(divergence.category for divergence in report.divergences if not divergence.known)
    return [
        *(_category(name, Status.FAILED, name) for name in found),
        _category("known divergences", Status.SKIPPED, KNOWN),
        _category("flagged readings", Status.UNKNOWN, FLAGGED),
        *(_category(outcome.value, STATUSES[outcome], outcome.value) for outcome in words.UNDECIDED),
        _category("errors in the suite", Status.BROKEN, ERROR),
    ]


def _category(name: str, status: str, beginning: str) -> dict[str, Any]:
    return {"name": name, "matchedStatuses": [status], "messageRegex": f"{re.escape(beginning)}(:.*)?"}


def environment(report: Report) -> str:
    """What Allure shows of the run, as Java properties."""
    values = {
        "target": report.target,
        "base_url": report.base_url,
        "may_allocate": str(report.may_allocate).lower(),
        "seed": str(report.seed),
        "requests": str(report.requests),
        "seconds": f"{report.seconds:.1f}",
        **({"warnings": "; ".join(report.warnings)} if report.warnings else {}),
        "complete": str(report.complete).lower(),
        "exit_code": str(report.exit_code),
        "why": report.why,
        "suite_version": importlib.metadata.version("timp-conformance"),
    }
    return "".join(f"{name}={one_line(value).replace(chr(92), chr(92) * 2)}\n" for name, value in values.items())


def _clause(report: Report, verdict: Verdict) -> TestResult:
    known = words.only_known(verdict)
    result = _result(report, verdict, f"clause {verdict.clause.id}", verdict.clause.id)
    result.status = Status.SKIPPED if known else STATUSES[verdict.outcome]
    result.statusDetails = _details(_message(verdict), known=known)
    result.description = describe.clause(verdict)
    result.parameters = _parameters(cases=verdict.cases, reading=verdict.reading)
    return result


def _message(verdict: Verdict) -> str | None:
    if verdict.outcome in words.UNDECIDED:
        return words.because(verdict)
    if not verdict.divergences:
        return None
    if words.only_known(verdict):
        return f"{KNOWN}: {len(verdict.divergences)} of {verdict.clause.category}"
    first = next(divergence for divergence in verdict.divergences if not divergence.known)
    return _breach(first)


def _breach(divergence: Divergence) -> str:
    return f"{divergence.category}: expected {divergence.expected}; observed {divergence.observed}"


def _divergence(report: Report, verdict: Verdict, divergence: Divergence, logger: Sink) -> TestResult:
    name = f"{divergence.clause}: {divergence.category}: {divergence.observed}"
    result = _result(report, verdict, f"divergence {divergence.signature}", one_line(name, 200))
    message = _breach(divergence)
    result.status = Status.SKIPPED if divergence.known else Status.FAILED
    result.statusDetails = _details(
        f"{KNOWN}: {message}" if divergence.known else message,
        known=divergence.known,
        flaky=words.flaky(divergence),
    )
    result.description = describe.divergence(verdict, divergence)
    result.parameters = _parameters(
        signature=divergence.signature,
        reproducible=divergence.reproducible,
        findings=divergence.findings,
        request_id=divergence.exchange.id,
    )
    result.start, result.stop = _times(divergence.exchange.started, divergence.exchange.seconds)
    result.steps = [_step(role, exchange, divergence.exchange) for role, exchange in divergence.case.steps]
    result.attachments = [
        _attach(logger, "smallest exchange", as_text(divergence.exchange, HALF)),
        _attach(logger, "curl", f"{visible(divergence.curl)}\n"),
    ]
    return result


def _step(role: str, exchange: Exchange, smallest: Exchange) -> TestStepResult:
    """One exchange of the case; failed is the one that shows the divergence."""
    answer = exchange.status or exchange.trouble or "no answer"
    request = exchange.request
    start, stop = _times(exchange.started, exchange.seconds)
    return TestStepResult(
        name=one_line(f"{role}: {request.method} {request.path} -> {answer} ({exchange.id})", 300),
        status=Status.FAILED if exchange == smallest else Status.PASSED,
        stage="finished",
        start=start,
        stop=stop,
    )


def _flagged(report: Report, verdict: Verdict) -> TestResult:
    name = f"{verdict.clause.id}: {FLAGGED}: {verdict.reading}"
    result = _result(report, verdict, f"flagged {verdict.clause.id}", one_line(name))
    result.labels = [label for label in result.labels if label.name != "severity"] + _labels(severity="normal")
    result.status = Status.UNKNOWN
    flag = verdict.flagged
    departs = f", departs from {flag.departs_from}" if flag else ""
    result.statusDetails = _details(f"{FLAGGED}: {verdict.reading}{departs}")
    result.description = describe.flagged(verdict)
    result.parameters = _parameters(reading=verdict.reading)
    return result


def _error(report: Report, error: str) -> TestResult:
    result = _bare(report, f"error {error}", one_line(f"{ERROR}: {error}", 200), "Suite")
    result.labels += _labels(severity="blocker")
    result.status = Status.BROKEN
    result.statusDetails = _details(f"{ERROR}: {error}")
    return result


def _result(report: Report, verdict: Verdict, identity: str, name: str) -> TestResult:
    """What the results of a clause share. `identity` is what the history goes by."""
    clause = verdict.clause
    result = _bare(report, identity, name, one_line(words.section_title(report, clause.section)))
    result.labels += _labels(
        story=clause.id,
        severity="critical" if clause.level is Level.MUST else "minor",
        requirement=clause.id,
        level=clause.level.value,
        category=clause.category,
        outcome=verdict.outcome.value,
    )
    return result


def _bare(report: Report, identity: str, name: str, feature: str) -> TestResult:
    endpoint = one_line(report.endpoint)
    # Clauses share requests, so none took a time of its own.
    start, stop = _times(report.started, 0)
    return TestResult(
        uuid=str(uuid.uuid4()),
        name=name,
        fullName=one_line(f"{endpoint}: {identity}"),
        historyId=_digest(report.endpoint, identity, report.target),
        testCaseId=_digest(report.endpoint, identity),
        titlePath=[endpoint, feature],
        labels=_labels(epic=endpoint, feature=feature, parentSuite=endpoint, suite=feature),
        stage="finished",
        start=start,
        stop=stop,
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _times(started: float, seconds: float) -> tuple[int, int]:
    """Start and stop in milliseconds since the epoch."""
    return round(started * 1000), round((started + seconds) * 1000)


def _labels(**values: str) -> list[Label]:
    return [Label(name, value) for name, value in values.items()]


def _parameters(**values: str | int | None) -> list[Parameter]:
    """Left out of the history: what a run measured is no part of what was tested."""
    return [Parameter(name, one_line(str(v)), excluded=True) for name, v in values.items() if v is not None]


def _details(message: str | None, *, known: bool = False, flaky: bool = False) -> StatusDetails | None:
    if message is None:
        return None
    return _Details(known=known, muted=known, flaky=flaky, message=one_line(message))


def _attach(logger: Sink, name: str, text: str) -> Attachment:
    source = f"{uuid.uuid4()}-attachment.txt"
    logger.report_attached_data(text.encode("utf-8", "backslashreplace"), source)
    return Attachment(name, source, "text/plain")


def _global(report: Report, logger: Sink) -> GlobalAttachment:
    """The summary, where Allure shows what belongs to the run as a whole."""
    source = f"{uuid.uuid4()}-attachment.md"
    text = summary_markdown.render(report)
    logger.report_attached_data(text.encode("utf-8", "backslashreplace"), source)
    _, stop = _times(report.started, report.seconds)
    return GlobalAttachment("summary.md", source, "text/markdown", stop)
