"""What clauses, flagged readings and defects of the page mean, in Markdown: the descriptions in Allure."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.model.clause import Defect
from contracts.model.report import Verdict
from contracts.reports import words
from contracts.reports.markdown import code, plain, prose, table


def clause(verdict: Verdict) -> str:
    """What the page says, the readings if it leaves room, and what the run found."""
    lines = [*_page(verdict), "", f"**Outcome:** {plain(words.because(verdict))}, by {verdict.cases} cases"]
    if verdict.clause.is_question:
        lines += ["", *_readings(verdict)]
    if verdict.divergences:
        lines += ["", "**Divergences**", ""]
        lines += [
            f"- `{divergence.signature}` {plain(divergence.category)}, {words.new_or_known(divergence)}:"
            f" {code(divergence.observed)}"
            for divergence in verdict.divergences
        ]
    return "\n".join(lines)


def flagged(verdict: Verdict) -> str:
    """Which reading was found, what it departs from, and what else the page can be read to mean."""
    return "\n".join([*_page(verdict), "", *_readings(verdict)])


def defects(found: Iterable[Defect]) -> str:
    """Where the page departs from itself, and the words that would mend it."""
    rows = [[str(each.line), plain(each.kind), prose(each.what), prose(each.suggestion)] for each in found]
    return "\n".join(table(["line", "kind", "what", "suggestion"], rows))


def _page(verdict: Verdict) -> list[str]:
    about = verdict.clause
    return [
        f"**{words.lead(about)}:** {prose(about.means)}",
        "",
        f"**Where:** {plain(about.where)} ({plain(', '.join(about.source))})",
    ]


def _readings(verdict: Verdict) -> list[str]:
    rows = [
        [
            "**found**" if reading.name == verdict.reading else "",
            code(reading.name),
            prose(reading.means),
            plain(reading.departs_from or ""),
        ]
        for reading in verdict.clause.readings
    ]
    words_for_it = verdict.clause.reading(verdict.reading).says if verdict.reading else ""
    says = (
        ["", f"**Words for the page**, if it is to mean what was found: {prose(words_for_it)}"] if words_for_it else []
    )
    return ["**Readings**", "", *table(["", "reading", "means", "departs from"], rows), *says]
