"""The ending on the terminal: narrow, whole curls, and the same without colour."""

from rich.text import Text

from contracts.model.clause import Outcome
from contracts.model.report import Verdict
from tests.selftest.report_sample import (
    CATALOGUE,
    NEW,
    SEEN,
    divergence,
    exchange,
    failed,
    on_terminal,
    report,
)


def test_terminal_fits_eighty_columns_and_leaves_curls_whole() -> None:
    lines = on_terminal(report(), details=True).splitlines()
    replays = [line for line in lines if line.startswith("   replay    ")]

    assert [line.removeprefix("   replay    ") for line in replays] == [d.curl for d in report().divergences]
    commands = ("   shows", "More:", "  accepted", *replays)
    assert max(len(line) for line in lines if not line.startswith(commands)) <= 80


def test_terminal_shows_a_cause_in_six_lines_and_the_verdict_first() -> None:
    (cause,) = report(verdicts=(NEW,)).causes
    lines = on_terminal(report(verdicts=(NEW,)), width=60).splitlines()
    (start,) = (number for number, line in enumerate(lines) if line.startswith("1. must, new: "))
    (end,) = (
        number for number, line in enumerate(lines) if line.startswith("   shows    in 3 of 12 cases; again: sh ")
    )

    assert lines[0].startswith("Release: no")
    assert end - start < 6
    assert lines[end].endswith(f"reports/replay/{cause.id}.sh")
    assert [line.strip()[:8] for line in lines if line.startswith("  ")][-3:] == ["fixed   ", "accepted", "asked   "]


def test_terminal_fits_every_clause_and_section_into_eighty_columns() -> None:
    untested = tuple(Verdict(clause, Outcome.UNTESTED, 0, reason="why") for clause in CATALOGUE.clauses.values())
    lines = on_terminal(report(verdicts=untested), details=True).splitlines()
    titles = ("all", *CATALOGUE.sections.values())

    assert [line for line in lines if line.startswith(titles)] == [line for line in lines if line.endswith(" .")], (
        "one line for each section"
    )
    assert max(len(line) for line in lines if not line.startswith("More:")) <= 80


def test_terminal_shows_a_curl_as_it_is() -> None:
    seen = exchange(1, path="/[bold]x[/bold]/:smile:")
    found = divergence("http.no-server-error", "a", "b", seen)

    assert f"   replay    {found.curl}" in on_terminal(report(verdicts=(failed(found),)), details=True).splitlines()


def test_terminal_gets_no_escape_it_did_not_ask_for() -> None:
    assert "\x1b" not in on_terminal(report())
    assert SEEN in on_terminal(report(), width=300)


def test_colour_carries_no_meaning_of_its_own() -> None:
    coloured = on_terminal(report(), colour=True)

    assert "\x1b[" in coloured
    assert Text.from_ansi(coloured).plain.split() == on_terminal(report()).split()
