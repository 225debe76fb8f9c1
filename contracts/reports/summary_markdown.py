"""`summary.md`: the run's result for people, as pull requests and step summaries show it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from contracts.judging.gate import counted
from contracts.model.report import Cause, Report, Verdict
from contracts.reports import causes_markdown, words
from contracts.reports.files import OUTPUTS
from contracts.reports.markdown import code, plain, prose, table

IN_FULL = 50
"""Causes shown in full: step summaries end at a megabyte."""


def write(report: Report, directory: Path) -> None:
    """Write `summary.md` into the directory, which is there. OSError where that fails."""
    words.write(directory / "summary.md", render(report))


def render(report: Report) -> str:
    """The summary as Markdown: what has to be acted on is open, all else behind its heading."""
    opened = (_verdict, _ledger, _causes, _flagged)
    closed = (_sections, _questions, _not_tested, _orders, _defects, _trouble, _files)
    lines = [line for part in opened for line in part(report)]
    for part in closed:
        lines += _folded(part(report))
    return "\n".join(lines)


def _folded(lines: Iterator[str]) -> Iterator[str]:
    """A part behind its heading, which GitHub and GitLab open on a click."""
    title = next(lines, None)
    if title is None:
        return
    yield f"<details><summary>{title.removeprefix('## ')}</summary>"
    yield from lines
    yield "</details>"
    yield ""


def front(report: Report) -> str:
    """The beginning of the summary, for readers who need no more: whether to release, and the verdicts by section."""
    parts = (_verdict, _listed, _sections, _ledger, _flagged, _trouble)
    return "\n".join(line for part in parts for line in part(report))


def _verdict(report: Report) -> Iterator[str]:
    yield f"# {plain(report.endpoint)} on {plain(report.target)}"
    yield ""
    yield f"**{words.headline(report)}.** Exit code {report.exit_code}: {prose(report.why)}"
    yield ""
    orders = "may allocate" if report.may_allocate else "may not allocate"
    pedantic = ", pedantic" if report.pedantic else ""
    yield (
        f"{code(report.base_url)}, {orders}; {report.requests} requests in {report.seconds:.1f} s,"
        f" seed {report.seed}{pedantic}."
    )
    if report.times:
        yield f"Answers took: {report.times}."
    for warning in report.warnings:
        yield ""
        yield f"**Warning:** {prose(warning)}"
    if not report.complete:
        yield ""
        yield "**The run is not complete:** what follows is what was judged so far."
    yield ""


def _orders(report: Report) -> Iterator[str]:
    if not report.orders:
        return
    yield f"## Test orders that were named ({len(report.orders)})"
    yield ""
    yield "Each shows the last request that it carried out; `verdicts.json` has what it asked for."
    yield ""
    rows = [
        [code(touched.order), str(touched.requests), code(touched.last.id) if touched.last else "none"]
        for touched in report.orders
    ]
    yield from table(["order", "requests", "last allocation"], rows)
    yield ""


def _sections(report: Report) -> Iterator[str]:
    heads = list(words.tally(()))
    rows = [
        [plain(words.section_title(report, section)), *map(str, words.tally(verdicts).values())]
        for section, verdicts in words.by_section(report).items()
    ]
    total = ["**All**", *(f"**{count}**" for count in words.tally(report.verdicts).values())]
    yield "## Clauses by section"
    yield ""
    yield from table(["section", *heads], [*rows, total])
    yield ""


def _ledger(report: Report) -> Iterator[str]:
    """What no longer holds of what was accepted."""
    if not report.ledger:
        return
    yield f"## Ledger ({len(report.ledger)})"
    yield ""
    for note in report.ledger:
        yield f"- **{note.kind}** {code(note.clause)}: {prose(note.text)}"
        yield f"  To do: {prose(note.fix)}"
    yield ""


def _listed(report: Report) -> Iterator[str]:
    """Yield a line for each cause."""
    if report.causes:
        yield f"## Causes ({len(report.causes)})"
        yield ""
        for number, cause in enumerate(report.causes, 1):
            yield f"{number}. {plain(cause.title)}: {plain(words.how_often(cause))}"
        yield ""


def _causes(report: Report) -> Iterator[str]:
    if not report.causes:
        return
    clauses = len({divergence.clause for divergence in report.divergences})
    counts = f"{counted(len(report.divergences), 'divergence')} on {counted(clauses, 'clause')}"
    yield f"## Causes ({len(report.causes)}: {counts})"
    yield ""
    for number, cause in enumerate(report.causes[:IN_FULL], 1):
        yield f"### {number}. {plain(cause.title)}"
        yield ""
        yield from causes_markdown.open_part(cause, report)
        yield from _folded(_evidence(cause, report))
    if len(report.causes) > IN_FULL:
        yield f"Of the other {len(report.causes) - IN_FULL}, `verdicts.json` shows all."
        yield ""


def _evidence(cause: Cause, report: Report) -> Iterator[str]:
    yield f"Clauses, the smallest request, and how to send it again ({cause.id})"
    yield ""
    yield from causes_markdown.evidence(cause, report)


def _flagged(report: Report) -> Iterator[str]:
    rows = [
        [
            code(verdict.clause.id),
            f"{code(reading.name)}: {prose(reading.means)}",
            plain(reading.departs_from or ""),
        ]
        for verdict in report.flagged
        if (reading := verdict.flagged)
    ]
    if rows:
        yield f"## Flagged readings ({len(rows)})"
        yield ""
        yield "The page leaves room here, and the target took the way that departs from one of its sources."
        yield ""
        yield from table(["clause", "reading found", "departs from"], rows)
        yield ""


def _questions(report: Report) -> Iterator[str]:
    rows = [[code(verdict.clause.id), _found(verdict)] for verdict in words.questions(report)]
    if rows:
        yield f"## Questions the page leaves open ({len(rows)})"
        yield ""
        yield from table(["clause", "what the target does"], rows)
        yield ""


def _found(verdict: Verdict) -> str:
    if verdict.reading is None:
        return plain(words.because(verdict))
    reading = verdict.clause.reading(verdict.reading)
    mark = ", **flagged**" if verdict.flagged else ""
    return f"{code(reading.name)}: {prose(reading.means)}{mark}"


def _not_tested(report: Report) -> Iterator[str]:
    rows = [
        [code(verdict.clause.id), str(verdict.outcome), plain(verdict.reason or "no reason given")]
        for verdict in report.verdicts
        if verdict.outcome in words.UNDECIDED
    ]
    if rows:
        yield f"## Not tested, and why ({len(rows)})"
        yield ""
        yield from table(["clause", "outcome", "why"], rows)
        yield ""


def _defects(report: Report) -> Iterator[str]:
    if report.defects:
        yield f"## To the owner of the page ({len(report.defects)})"
        yield ""
        yield "Here the page departs from itself. None of it counts against the target."
        yield ""
        rows = [
            [plain(defect.kind), str(defect.line), prose(defect.what), prose(defect.suggestion)]
            for defect in report.defects
        ]
        yield from table(["kind", "line", "what", "suggestion"], rows)
        yield ""


def _trouble(report: Report) -> Iterator[str]:
    for title, lines in (("Errors in the suite", report.errors), ("Trouble on the way", report.troubles)):
        if lines:
            yield f"## {title} ({len(lines)})"
            yield ""
            yield from (f"- {code(line)}" for line in lines)
            yield ""


def _files(_report: Report) -> Iterator[str]:
    yield "## Files"
    yield ""
    yield from (f"- `{each.name}`: {each.what}" for each in reversed(OUTPUTS) if each.what)
    yield ""
