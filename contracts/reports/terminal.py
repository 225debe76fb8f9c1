"""The ending of a run on the terminal, 60 columns wide or more, in colour or without.

First the verdict, then the causes, then a line for each thing else; `--details` shows the rest.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from contracts import REPORTS
from contracts.model.clause import UNSAID
from contracts.model.exits import ExitCode
from contracts.model.report import Cause, Divergence, Report, Verdict
from contracts.reports import replay, words
from contracts.reports.words import one_line, printed

LIMIT = 300
"""Characters of what was expected, and of what was observed."""

FEW = 5
"""Defects of the page, warnings and troubles that are named here; the summary names all."""

LEFT = 10
"""Columns that words leave at the end of a line, where they do not fit into it."""


def ending(report: Report, console: Console, reports_dir: Path, *, details: bool = False) -> None:
    """Print what the run found, the verdict first; the last line is the exit code and why.

    No meaning is in a colour alone, and a command is never wrapped, so that it can be copied whole.
    """
    _verdict(report, console)
    if report.causes:
        console.print()
    for number, cause in enumerate(report.causes, 1):
        _cause(console, number, cause, reports_dir)
    _lines(console, "Warnings", report.warnings)
    _lines(console, "Trouble on the way", report.troubles)
    _lines(console, "Errors in the suite", report.errors)
    _ledger(report, console)
    if details:
        _details(report, console)
    _rest(report, console, reports_dir, details=details)


def _verdict(report: Report, console: Console) -> None:
    style = "bold green" if report.exit_code == ExitCode.NOTHING_NEW else "bold red"
    _say(console, f"{words.headline(report)} (exit {report.exit_code})", style)
    _say(console, f"{one_line(report.why, LIMIT)}; {one_line(report.endpoint)} on {one_line(report.target)}", style)
    if not report.complete:
        _say(console, "The run is not complete: this is what was judged so far.", "bold")


def _cause(console: Console, number: int, cause: Cause, reports_dir: Path) -> None:
    """Print a cause in six lines at most: the first may take two, each other one is cut at the width."""
    style = "" if cause.known else "red"
    _say(console, one_line(f"{number}. {words.rank(cause)}: {cause.title}", 2 * console.width - LEFT), style)
    parts = {
        "clause": words.several(cause.clauses),
        "sent": cause.sent,
        "answer": words.short(cause.answered),
    }
    for name, text in parts.items():
        _say(console, one_line(f"   {name:8} {one_line(text)}", console.width))
    command = f"   shows    {words.how_often(cause)}; again: sh {replay.script(reports_dir, cause)}"
    console.print(Text(printed(command)), soft_wrap=True)


def _details(report: Report, console: Console) -> None:
    _sections(report, console)
    if report.divergences:
        _title(console, "Divergences", len(report.divergences))
    pairs = [(v, d) for v in report.verdicts for d in v.divergences]
    for number, (verdict, divergence) in enumerate(pairs, start=1):
        _divergence(console, number, verdict, divergence)
    _questions(report, console)
    _not_tested(report, console)
    _defects(report, console)


def _rest(report: Report, console: Console, reports_dir: Path, *, details: bool) -> None:
    """Print a line for each thing that is not a cause, and what to do about causes."""
    console.print()
    if not details:
        for line in _counts_of_the_rest(report):
            _say(console, line)
    files = f"More: {reports_dir}/summary.md and other reports there, or --details"
    console.print(Text(printed(files)), soft_wrap=True)
    if report.exit_code == ExitCode.DIVERGES and any(not cause.known for cause in report.causes):
        _what_now(report, console, reports_dir)
    style = "bold green" if report.exit_code == ExitCode.NOTHING_NEW else "bold red"
    _say(console, f"exit {report.exit_code}: {one_line(report.why)}", style)


def _counts_of_the_rest(report: Report) -> list[str]:
    """Return a line each for questions, clauses without a verdict, and defects of the page."""
    lines = []
    if questions := words.questions(report):
        found = sum(verdict.reading is not None for verdict in questions)
        flagged = f"; flagged: {', '.join(v.clause.id for v in report.flagged)}" if report.flagged else ""
        lines.append(f"Open questions: {len(questions)}, answered: {found}{flagged}")
    untested = [v for v in report.verdicts if v.outcome in UNSAID]
    if untested:
        lines.append(f"Clauses without a verdict: {len(untested)}, such as {untested[0].clause.id}")
    if report.defects:
        lines.append(f"Places where the page departs from itself: {len(report.defects)}")
    return lines


def _what_now(report: Report, console: Console, reports_dir: Path) -> None:
    """Say in four lines how to come from exit 1 to fixed, accepted or asked."""
    program = words.program()
    there = "" if reports_dir == REPORTS else f" --reports-dir {shlex.quote(str(reports_dir))}"
    accept = f'{program} accept --target {shlex.quote(report.target)}{there} --reason "…"'
    if report.recorded is not None:
        accept = f"run the suite on the target itself, and then `{program} accept`"
    elif not report.named:
        accept = f"give the target a table in targets.toml (docs/targets.md), and `{program} accept`"
    _say(console, "What now? For each cause, one of these:", "bold")
    _say(console, "  fixed     change the API, and run again", "")
    console.print(Text(printed(f"  accepted  for a while: {accept}")), soft_wrap=True)
    _say(console, "  asked     if the page is wrong: page-suggestions.md has words for it", "")


def _say(console: Console, text: str, style: str = "", indent: int = 0) -> None:
    console.print(Padding(Text(printed(text), style=style), (0, 0, 0, indent), expand=False))


def _title(console: Console, title: str, count: int) -> None:
    console.print()
    _say(console, f"{title} ({count})", "bold")


def _sections(report: Report, console: Console) -> None:
    heads = list(words.tally(()))
    table = Table(box=None, padding=(0, 1), collapse_padding=True, pad_edge=False)
    table.add_column(Text("section"), overflow="fold")
    for head in heads:
        table.add_column(Text(head), justify="right", no_wrap=True)
    for section, verdicts in words.by_section(report).items():
        table.add_row(Text(printed(one_line(words.section_title(report, section)))), *_counts(words.tally(verdicts)))
    table.add_row(Text("all"), *_counts(words.tally(report.verdicts)), style="bold")
    console.print()
    console.print(table)


def _counts(tally: dict[str, int]) -> list[Text]:
    """A zero is a dot, so that what is there is easy to see."""
    style = {"failed": "red", "flagged": "yellow"}
    return [Text(str(count), style.get(name, "")) if count else Text(".", "dim") for name, count in tally.items()]


def _divergence(console: Console, number: int, verdict: Verdict, divergence: Divergence) -> None:
    head = f"{number}. {verdict.clause.id}  {verdict.clause.level}, {words.new_or_known(divergence)}"
    _say(console, head, "" if divergence.known else "red")
    _say(console, f"expected  {one_line(divergence.expected, LIMIT)}", indent=3)
    _say(console, f"observed  {one_line(divergence.observed, LIMIT)}", indent=3)
    if divergence.known_as:
        _say(
            console, f"known     until {divergence.known_as.expires}: {one_line(divergence.known_as.reason)}", indent=3
        )
    for index, line in enumerate(divergence.curl.splitlines()):
        console.print(Text(f"   {'then' if index else 'replay':8}  {printed(line)}"), soft_wrap=True)


def _ledger(report: Report, console: Console) -> None:
    """Print what no longer holds of what was accepted."""
    if report.ledger:
        _title(console, "Ledger", len(report.ledger))
    for note in report.ledger:
        text = f"{note.kind}  {note.clause}: {one_line(note.text, LIMIT)}; {note.fix}"
        _say(console, text, "red" if note.fails else "", indent=2)


def _questions(report: Report, console: Console) -> None:
    questions = words.questions(report)
    if not questions:
        return
    _title(console, "Questions the page leaves open, and what the target does", len(questions))
    for verdict in questions:
        flag = verdict.flagged
        text = f"{verdict.clause.id}: {words.answer(verdict)}"
        if flag:
            _say(console, f"! {text}, flagged: departs from {flag.departs_from}", "yellow")
        else:
            _say(console, f"  {text}")


def _not_tested(report: Report, console: Console) -> None:
    """The clauses nothing was said about, by the reason."""
    reasons: dict[str, list[str]] = {}
    for verdict in report.verdicts:
        if verdict.outcome in UNSAID:
            reasons.setdefault(f"{verdict.outcome}: {verdict.reason}", []).append(verdict.clause.id)
    if reasons:
        _title(console, "Not tested", sum(len(clauses) for clauses in reasons.values()))
    for reason, clauses in reasons.items():
        _say(console, f"{one_line(reason, LIMIT)}", indent=2)
        _say(console, ", ".join(clauses), indent=4)


def _defects(report: Report, console: Console) -> None:
    if not report.defects:
        return
    _title(console, "To the owner of the page: where it departs from itself", len(report.defects))
    for defect in report.defects[:FEW]:
        _say(console, f"line {defect.line}: {one_line(defect.what, LIMIT)}", indent=2)
    if len(report.defects) > FEW:
        _say(console, f"and {len(report.defects) - FEW} more in summary.md", indent=2)


def _lines(console: Console, title: str, lines: tuple[str, ...]) -> None:
    if lines:
        _title(console, title, len(lines))
        for line in lines:
            _say(console, one_line(line, LIMIT), indent=2)
