"""Workflow commands: what GitHub shows beside a change, where a run says that it runs there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.model.clause import Clause, Level
from contracts.model.report import Report
from contracts.reports import words
from contracts.reports.words import one_line, printed

MOST = 10
"""GitHub shows so many errors, and so many warnings, of one step."""

LIMIT = 500


def announce(report: Report, environment: Mapping[str, str]) -> None:
    """Print the commands, where GitHub reads along."""
    if environment.get("GITHUB_ACTIONS") == "true":
        for command in commands(report):
            print(command, flush=True)  # noqa: T201 - GitHub reads standard output


def commands(report: Report) -> list[str]:
    """A command for each clause that diverges anew and for each flagged reading; what is too many is counted."""
    errors = list(_diverging(report))
    flagged = [
        _command("notice", report, verdict.clause, f"reading {verdict.reading}: {verdict.flagged.means}")
        for verdict in report.flagged
        if verdict.flagged
    ]
    return [*errors[:MOST], *_more(errors), *flagged[:MOST]]


def _diverging(report: Report) -> Iterator[str]:
    for verdict in report.verdicts:
        new = [divergence for divergence in verdict.divergences if not divergence.known]
        if new:
            kind = "error" if verdict.clause.level is Level.MUST or report.pedantic else "warning"
            first = new[0]
            more = f" (and {len(new) - 1} more)" if len(new) > 1 else ""
            text = f"expected {first.expected}; observed {first.observed}{more}"
            yield _command(kind, report, verdict.clause, text)


def _more(errors: list[str]) -> Iterator[str]:
    if len(errors) > MOST:
        yield f"::notice::{len(errors) - MOST} more clauses diverge: see the summary"


def _command(kind: str, report: Report, clause: Clause, text: str) -> str:
    # Without a file: the clauses are in the suite, and the reader's repository does not have them.
    title = _property(f"{clause.id} on {one_line(report.target)}")
    return f"::{kind} title={title}::{_data(one_line(f'{words.lead(clause)}: {clause.means} {text}', LIMIT))}"


def _data(text: str) -> str:
    """What GitHub's own toolkit escapes in a message, in which no other command begins."""
    return printed(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
