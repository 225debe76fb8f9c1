"""`junit.xml`: one test case per clause, for platforms that draw their tables from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from contracts.model.clause import Outcome
from contracts.model.report import Divergence, Note, Report, Verdict
from contracts.reports import words
from contracts.reports.exchange import as_text
from contracts.reports.words import one_line, visible

LIMIT = 2_000
"""Characters of a request and of a response that a failure shows."""


def write(report: Report, directory: Path) -> None:
    """Write `junit.xml` into the directory, which is there. OSError where that fails."""
    words.write(directory / "junit.xml", render(report))


def render(report: Report) -> str:
    """The report as one test suite named after the target; times are seconds."""
    suite = TestSuite(one_line(f"{report.endpoint} on {report.target}"))
    started = datetime.fromtimestamp(report.started, UTC)
    suite.timestamp = started.isoformat(timespec="seconds")
    for name, value in _properties(report).items():
        suite.add_property(name, one_line(value))
    cases = [_case(report, verdict) for verdict in report.verdicts]
    notes = [_noted(report, note) for note in report.ledger if note.fails]
    suite.add_testcases([*cases, *notes, *(_error(report, number) for number in range(len(report.errors)))])
    suite.update_statistics()  # type: ignore[no-untyped-call]
    # Requests are sent concurrently, and some for no clause alone: the times of the cases do not add up to it.
    suite.time = round(report.seconds, 3)
    document = JUnitXml(suite.name)
    document.add_testsuite(suite)
    # Not `skipped`, which Jenkins' schema has for a suite and not for all of them.
    document.tests, document.failures, document.errors = suite.tests, suite.failures, suite.errors
    document.time = suite.time
    text = BytesIO()
    document.write(text)
    return text.getvalue().decode("utf-8")


def _properties(report: Report) -> dict[str, str]:
    return {
        "target": report.target,
        "base_url": report.base_url,
        "seed": str(report.seed),
        "exit_code": str(report.exit_code),
        "why": report.why,
        **({"warnings": "; ".join(report.warnings)} if report.warnings else {}),
    }


def _case(report: Report, verdict: Verdict) -> TestCase:
    clause = verdict.clause
    case = TestCase(clause.id, one_line(f"{report.endpoint}.{clause.section}"), round(verdict.seconds, 3))
    if verdict.outcome in words.UNDECIDED:
        case.result = Skipped(words.because(verdict), verdict.outcome.value)
    elif verdict.outcome is Outcome.FAILED:
        case.result = _known(verdict) if words.only_known(verdict) else _failure(verdict)
    if verdict.clause.is_question:
        case.system_out = _answer(verdict)
    return case


def _noted(report: Report, note: Note) -> TestCase:
    case = TestCase(f"{note.clause} {note.kind}", one_line(f"{report.endpoint}.{note.clause.partition('.')[0]}"), 0)
    case.result = Failure(one_line(f"{note.text}; {note.fix}"), note.kind)
    return case


def _known(verdict: Verdict) -> Skipped:
    reasons = "; ".join(d.known_as.reason for d in verdict.divergences if d.known_as)
    return Skipped(_headline(f"known divergence ({one_line(reasons)}): ", verdict.divergences), "known")


def _failure(verdict: Verdict) -> Failure:
    """One for all, since a test case has room for one; the new divergences come first."""
    found = sorted(verdict.divergences, key=lambda divergence: divergence.known)
    failure = Failure(_headline("", found), f"{verdict.clause.level}: {one_line(found[0].category)}")
    failure.text = visible("\n\n".join([verdict.clause.means, *map(_in_words, found)]))
    return failure


def _headline(beginning: str, divergences: Sequence[Divergence]) -> str:
    first = divergences[0]
    more = f" (and {len(divergences) - 1} more)" if len(divergences) > 1 else ""
    return one_line(f"{beginning}{first.category}: expected {first.expected}; observed {first.observed}{more}")


def _in_words(divergence: Divergence) -> str:
    lines = (
        f"expected  {divergence.expected}",
        f"observed  {divergence.observed}",
        f"seen      {words.new_or_known(divergence)}; signature {divergence.signature}",
        f"replay    {divergence.curl}",
        "",
        as_text(divergence.exchange, LIMIT),
    )
    return "\n".join(lines)


def _answer(verdict: Verdict) -> str:
    flag = verdict.flagged
    departs = f" (flagged: departs from {flag.departs_from})" if flag else ""
    return visible(f"what the target does: {words.answer(verdict)}{departs}")


def _error(report: Report, number: int) -> TestCase:
    case = TestCase(f"suite error {number + 1}", one_line(f"{report.endpoint}.suite"), 0)
    case.result = Error(one_line(report.errors[number]), "suite")
    return case
