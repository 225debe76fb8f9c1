"""Workflow commands: what GitHub shows next to a change, where a run says that it runs there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.model.clause import Level
from contracts.model.report import Report, Verdict
from contracts.reports import words
from contracts.reports.words import one_line, printed

MOST = 10
"""GitHub shows so many errors, and so many warnings, of one step."""

LIMIT = 500


def announce(report: Report, environment: Mapping[str, str]) -> None:
    """Print the commands, where GitHub reads along.

    What a target answers is printed, too, so commands may be stopped meanwhile. TIMP_STOPPED is the token that lets
    them through again.
    """
    if environment.get("GITHUB_ACTIONS") == "true":
        stopped = environment.get("TIMP_STOPPED")
        lines = commands(report)
        for line in [f"::{stopped}::", *lines, f"::stop-commands::{stopped}"] if stopped else lines:
            print(line, flush=True)  # noqa: T201 - GitHub reads standard output


def commands(report: Report) -> list[str]:
    """Return a command for each new cause and each flagged reading; what is too many is counted."""
    errors = list(_causes(report))
    flagged = [
        _command("notice", f"{verdict.clause.id} on {report.target}", _flagged(verdict)) for verdict in report.flagged
    ]
    return [*errors[:MOST], *_more(errors), *flagged[:MOST]]


def _flagged(verdict: Verdict) -> str:
    means = verdict.flagged.means if verdict.flagged else ""
    return f"{words.lead(verdict.clause)}: {verdict.clause.means} reading {verdict.reading}: {means}"


def _causes(report: Report) -> Iterator[str]:
    for cause in report.causes:
        if not cause.known:
            kind = "error" if cause.level is Level.MUST or report.pedantic else "warning"
            text = f"{cause.title}; sent: {cause.sent}; answered: {cause.answered}; {words.how_often(cause)}"
            yield _command(kind, f"{cause.main.clause} on {report.target}", text)


def _more(errors: list[str]) -> Iterator[str]:
    if len(errors) > MOST:
        yield f"::notice::{len(errors) - MOST} more causes: see the summary"


def _command(kind: str, title: str, text: str) -> str:
    # Without a file: the clauses are in the suite, and the reader's repository does not have them.
    return f"::{kind} title={_property(one_line(title))}::{_data(one_line(text, LIMIT))}"


def _data(text: str) -> str:
    """What GitHub's own toolkit escapes in a message, in which no other command begins."""
    return printed(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
